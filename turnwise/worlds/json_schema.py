"""JSON schemas from outside: which of them a tool may have, and whether a value fits one.

Whatever a schema says, checking a value against it ends soon and never crashes: a schema for which that cannot be
promised is refused with the reason.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator

from turnwise.errors import WorldError
from turnwise.worlds.world import JsonSchema

LONGEST_MATCHED = 2000
"""Characters of the longest text that is matched against a pattern; a longer one does not match."""

UNBOUNDED = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "patternProperties", "uniqueItems", "contains"})
"""Keywords that can make checking take forever."""

_PLAIN_DATA = {"enum", "const", "default", "examples"}
_LARGEST = 65_536
_MOST_PARTS = 1000
_MOST_WORK = 20_000
"""keywords that one check looks at; an error counts as several, and more where what it quotes is long"""
_LONGEST_PATTERN = 200
_LONGEST_PROBLEM = 300


def check_schema(schema: JsonSchema, what: str) -> None:
    """Check that something from outside is a JSON schema, and one that is quick to check against.

    Args:
        what: what the message calls it: "its parameters".

    Raises:
        WorldError: it is none, or could take forever to check.
    """
    try:
        text = json.dumps(schema, allow_nan=False)
        if len(text) > _LARGEST or sum(1 for _ in _parts(schema)) > _MOST_PARTS:
            raise WorldError(
                f"{what} are too large: a schema has at most {_LARGEST // 1024} KB and {_MOST_PARTS:,} parts"
            )
        fault = _first_fault(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise WorldError(f"{what} are not JSON, or nested too deep: {one_line(str(error))}") from error
    if fault is not None:
        raise WorldError(f"{what} are not a JSON schema: {one_line(fault)}")
    for part in _parts(schema):
        if unbounded := UNBOUNDED & part.keys():
            raise WorldError(f"{what} use {min(unbounded)}, which a tool may not")
        if "pattern" in part and not quick(part["pattern"]):
            raise WorldError(
                f"the pattern {part['pattern']!r} is none, or could take very long to match: use no groups or "
                "alternatives and at most two of * + ? {m,n}, or use enum or format"
            )


@lru_cache(maxsize=1024)
def _first_fault(text: str) -> str | None:
    """Why a JSON text is no schema. It is long work, and a world's tools are checked again with each change to one of them."""
    fault = best_match(_META.iter_errors(json.loads(text)))
    return None if fault is None else fault.message


def misfit(value: Any, schema: JsonSchema, *, dates: bool = False) -> str | None:
    """Where and how a value does not fit a schema that `check_schema` allows, in one line; None when it fits.

    Args:
        dates: whether a text of the format "date" has to be a day that exists.
    """
    try:
        _work.left, _work.error = _MOST_WORK, 5 + len(json.dumps(value, default=str)) // 500
        problem = best_match(_Validator(schema, format_checker=_DATES if dates else None).iter_errors(value))
    except (ArithmeticError, RecursionError, ValueError) as error:
        # 10**400 by multipleOf 0.5, or a list nested a thousand times.
        return f"it cannot be checked: {error}"
    if problem is None:
        return None
    where = ".".join(str(part) for part in problem.absolute_path)
    return one_line(f"{where}: {problem.message}" if where else problem.message, _LONGEST_PROBLEM)


def fits(value: Any, schema: JsonSchema) -> bool:
    """Whether a value fits a schema that `check_schema` allows."""
    return misfit(value, schema) is None


def sound_keyword(keyword: str, value: Any) -> bool:
    """Whether a JSON schema may have this value for a keyword."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return bool(_META.is_valid({keyword: value}))


def types_of(schema: Any) -> list[str]:
    """The types that a schema names, if it names any."""
    named = schema.get("type", []) if isinstance(schema, dict) else []
    return [named] if isinstance(named, str) else list(named)


def one_line(text: str, longest: int = 120) -> str:
    """A text on one line, cut to a length."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def quick(pattern: Any) -> bool:
    """Whether something is a pattern, and matching it takes at most quadratic time, whatever the text."""
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_PATTERN:
        return False
    bare = re.sub(r"\[\^?\]?[^\]]*\]", "x", re.sub(r"\\.", "x", pattern))
    repeats = len(re.findall(r"[*+?]|\{\d*,", bare)) + (not bare.startswith("^"))
    if re.search(r"[(|]|\d{5}", bare) or repeats > 2:
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _parts(schema: Any) -> Iterator[JsonSchema]:
    """A schema and the schemas within it; names of properties and plain data are not taken for keywords."""
    if isinstance(schema, list):
        for item in schema:
            yield from _parts(item)
    elif isinstance(schema, dict):
        yield schema
        for keyword, value in schema.items():
            if keyword in ("properties", "$defs", "definitions", "dependentSchemas") and isinstance(value, dict):
                yield from _parts(list(value.values()))
            elif keyword not in _PLAIN_DATA:
                yield from _parts(value)


def _pattern(_validator: Validator, pattern: str, instance: Any, _schema: JsonSchema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and (len(instance) > LONGEST_MATCHED or not re.search(pattern, instance)):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


class _Work(threading.local):
    """What the check that runs in a thread may still do."""

    left = 0
    error = 0


_work = _Work()


def _counted(keyword: Callable[..., Any]) -> Callable[..., Iterator[ValidationError]]:
    def check(validator: Validator, value: Any, instance: Any, schema: JsonSchema) -> Iterator[ValidationError]:
        _spend(1 + (len(value) // 64 if isinstance(value, list | dict) else 0))
        for error in keyword(validator, value, instance, schema) or ():
            _spend(_work.error)
            yield error

    return check


def _spend(work: int) -> None:
    _work.left -= work
    if _work.left < 0:
        raise ValueError("it takes too much work: make it smaller")


_KEYWORDS = {**jsonschema.Draft202012Validator.VALIDATORS, "pattern": _pattern}
_Validator: type[Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {name: _counted(keyword) for name, keyword in _KEYWORDS.items()}
)
_DATES = jsonschema.FormatChecker(["date"])
# No formats: whether a pattern is one is for `quick` to say, and the library's own check of it can overflow.
_META = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
