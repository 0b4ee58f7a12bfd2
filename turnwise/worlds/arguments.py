"""A tool's arguments: checked against its JSON schema, then turned into SQL parameters."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds.functions import SqlValue
from turnwise.worlds.json_schema import check_schema, misfit, types_of
from turnwise.worlds.world import JsonSchema, Tool, World

LARGEST = 65_536
"""Characters of the arguments of one call, as JSON."""


def find_tool(world: World, name: str) -> Tool:
    """The tool of that name; CallRefused names those that come close where there is none."""
    if name in world.by_name:
        return world.by_name[name]
    close = difflib.get_close_matches(name, world.by_name, n=3) or list(world.by_name)
    raise CallRefused(f"there is no tool {name!r}: did you mean {' or '.join(close)}?")


class Signature:
    """What a tool may be called with; WorldError where its schemas are not of objects or arrays, or slow to check."""

    def __init__(self, tool: Tool) -> None:
        schema = tool.parameters
        check_schema(schema, "its parameters")
        if schema.get("type") != "object":
            raise WorldError('its parameters have to be a schema of type "object"')
        if tool.returns.get("type") not in ("object", "array"):
            raise WorldError('it has to return a schema of type "object" or "array"')
        self.properties: dict[str, JsonSchema] = schema.get("properties", {})
        self._schema = schema

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Refuse arguments that do not fit the schema: CallRefused names the argument and what is expected."""
        try:
            size = len(json.dumps(arguments, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise CallRefused(f"the arguments are not JSON: {error}") from error
        if size > LARGEST:
            raise CallRefused(f"the arguments are longer than {LARGEST // 1024} KB")
        if not isinstance(arguments, dict):
            raise CallRefused("the arguments have to be an object of names and values")
        if (problem := misfit(arguments, self._schema, dates=True)) is not None:
            raise CallRefused(f"the arguments do not fit: {problem}")

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, SqlValue]:
        """The SQL parameters: each property of the schema, NULL where it was not given; CallRefused as `check` does."""
        self.check(arguments)
        return {name: _sql_value(name, arguments.get(name), schema) for name, schema in self.properties.items()}


def _sql_value(name: str, value: Any, schema: JsonSchema) -> SqlValue:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and value.is_integer() and "integer" in types_of(schema):
        value = int(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise CallRefused(f"argument {name} is too large a number")
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise CallRefused(f"argument {name} is not valid text: it contains half of a character")
    return value  # type: ignore[no-any-return]
