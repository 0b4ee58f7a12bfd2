"""A tool's arguments: checked against its JSON schema, then turned into SQL parameters.

Schemas come from outside too. Those that could take forever to check are refused when the world is loaded.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema.protocols import Validator

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds.functions import SqlValue
from turnwise.worlds.world import JsonSchema, Tool, World

LARGEST = 65_536
LONGEST_MATCHED = 2000

UNBOUNDED = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "patternProperties", "uniqueItems", "contains"})
"""Keywords that can make checking take forever."""

_PLAIN_DATA = {"enum", "const", "default", "examples"}


def find_tool(world: World, name: str) -> Tool:
    """The tool of that name.

    Raises:
        CallRefused: there is none; the message names those that come close.
    """
    if name in world.by_name:
        return world.by_name[name]
    close = difflib.get_close_matches(name, world.by_name, n=3) or list(world.by_name)
    raise CallRefused(f"there is no tool {name!r}: did you mean {' or '.join(close)}?")


class Signature:
    """What a tool may be called with.

    Raises:
        WorldError: the schema is none, is not that of an object, or could take forever to check.
    """

    def __init__(self, tool: Tool) -> None:
        schema = tool.parameters
        check_schema(schema, "its parameters")
        if schema.get("type") != "object":
            raise WorldError('its parameters have to be a schema of type "object"')
        self.properties: dict[str, JsonSchema] = schema.get("properties", {})
        self._validator: Validator = _Validator(schema, format_checker=_FORMATS)

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Check that the tool may be called with these arguments.

        Raises:
            CallRefused: the arguments do not fit the schema; the message names the argument
                and what is expected.
        """
        try:
            size = len(json.dumps(arguments, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise CallRefused(f"the arguments are not JSON: {error}") from error
        if size > LARGEST:
            raise CallRefused(f"the arguments are longer than {LARGEST // 1024} KB")
        if not isinstance(arguments, dict):
            raise CallRefused("the arguments have to be an object of names and values")
        problem = best_match(self._validator.iter_errors(arguments))
        if problem is not None:
            raise CallRefused(_sentence(problem, self.properties))

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, SqlValue]:
        """The SQL parameters: every property of the schema, NULL where no argument was given.

        Raises:
            CallRefused: as `check` does, or a value is none that SQLite can hold.
        """
        self.check(arguments)
        return {name: _sql_value(name, arguments.get(name), schema) for name, schema in self.properties.items()}


def check_schema(schema: JsonSchema, what: str) -> None:
    """Check that something from outside is a JSON schema, and one that is quick to check against.

    Args:
        what: what the message calls it: "its parameters".

    Raises:
        WorldError: it is none, or could take forever to check.
    """
    try:
        _Validator.check_schema(schema)
    except SchemaError as error:
        raise WorldError(f"{what} are not a JSON schema: {_one_line(error.message)}") from error
    for part in _parts(schema):
        if unbounded := UNBOUNDED & part.keys():
            raise WorldError(f"{what} use {min(unbounded)}, which a tool may not")
        if "pattern" in part and not quick(part["pattern"]):
            raise WorldError(
                f"the pattern {part['pattern']!r} could take very long to match: use no groups or "
                "alternatives and at most two of * + ? {m,n}, or use enum or format"
            )


def _sql_value(name: str, value: Any, schema: JsonSchema) -> SqlValue:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and value.is_integer() and "integer" in _types(schema):
        value = int(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise CallRefused(f"argument {name} is too large a number")
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise CallRefused(f"argument {name} is not valid text: it contains half of a character")
    return value  # type: ignore[no-any-return]


def _types(schema: JsonSchema) -> list[str]:
    named = schema.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def _sentence(problem: ValidationError, properties: Mapping[str, JsonSchema]) -> str:
    """One line: the argument, what is wrong with it, what is expected."""
    where = ".".join(str(part) for part in problem.absolute_path)
    schema: Any = problem.schema
    instance: Any = problem.instance
    if problem.validator == "required":
        missing = next(name for name in schema["required"] if name not in instance)
        schema = schema.get("properties", {}).get(missing, {})
        return f"argument {'.'.join(filter(None, [where, missing]))} is missing: expected {_expected(schema)}"
    if problem.validator == "additionalProperties" and not where:
        unknown = next(name for name in instance if name not in properties)
        return f"argument {unknown} is unknown: expected {', '.join(properties) or 'no arguments'}"
    if not where:
        return f"the arguments do not fit: {_one_line(problem.message)}"
    return f"argument {where} is {_one_line(json.dumps(instance, ensure_ascii=False))}: expected " + (
        _expected(schema) if isinstance(schema, dict) else "nothing"
    )


_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matching {}",
    "format": "as a {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
}


def _expected(schema: JsonSchema) -> str:
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        return _one_line("one of " + ", ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"]), 300)
    kind = " or ".join(_types(schema)) or "another value"
    return ", ".join([kind, *(text.format(schema[name]) for name, text in _BOUNDS.items() if name in schema)])


def _one_line(text: str, longest: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _parts(schema: Any) -> Iterator[JsonSchema]:
    """A schema and the schemas within it; names of properties and plain data are not taken for keywords."""
    if isinstance(schema, list):
        for item in schema:
            yield from _parts(item)
    elif isinstance(schema, dict):
        yield schema
        for keyword, value in schema.items():
            if keyword in ("properties", "$defs", "definitions", "dependentSchemas"):
                yield from _parts(list(value.values()))
            elif keyword not in _PLAIN_DATA:
                yield from _parts(value)


def quick(pattern: str) -> bool:
    """Whether matching takes at most quadratic time, whatever the text."""
    bare = re.sub(r"\[\^?\]?[^\]]*\]", "x", re.sub(r"\\.", "x", pattern))
    repeats = len(re.findall(r"[*+?]|\{\d*,", bare)) + (not bare.startswith("^"))
    return len(pattern) <= 200 and not re.search(r"[(|]", bare) and repeats <= 2


def _pattern(_validator: Validator, pattern: str, instance: Any, _schema: JsonSchema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and (len(instance) > LONGEST_MATCHED or not re.search(pattern, instance)):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: type[Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)
_FORMATS = jsonschema.FormatChecker(["date"])
