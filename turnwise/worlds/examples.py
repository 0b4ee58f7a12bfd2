"""Calls that a real service once answered, kept beside a world's tools for whoever simulates them: `examples.jsonl`.

A call is kept once, with the first answer that it had in the newest dialogue, before the dialogue changed anything.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from turnwise.errors import WorldError, first_problem
from turnwise.files import numbered_lines

FILE = "examples.jsonl"
MOST, LONGEST, LARGEST = 1000, 65_536, 4_000_000
"""Examples of a world, characters of one, and characters of all; the newest are kept."""


class Server(BaseModel):
    """How a live MCP server is reached: one of a command, a URL, and a file with `mcpServers` and a name in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: tuple[str, ...] = ()
    url: str = ""
    config: str = ""
    name: str = ""


class Example(BaseModel):
    """A call and what came of it: a result, or the sentence with which it was refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: str
    arguments: dict[str, Any]
    result: Any = None
    error: str | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> "Example":
        if (self.result is None) == (self.error is None):
            raise ValueError("an example has either a result or an error")
        return self

    @property
    def key(self) -> str:
        """What tells its call from others."""
        return call_key(self.tool, self.arguments)

    @property
    def line(self) -> str:
        """It as a line of the file."""
        return json.dumps(self.model_dump(exclude_none=True), ensure_ascii=False)


def call_key(tool: str, arguments: Mapping[str, Any]) -> str:
    """What tells a call from others: the order of its arguments does not."""
    return f"{tool} {json.dumps(arguments, sort_keys=True, ensure_ascii=False)}"


def merged(known: Sequence[Example], new: Iterable[Example]) -> tuple[Example, ...]:
    """What was known and the calls of one more dialogue, as many as are kept."""
    fresh: dict[str, Example] = {}
    for example in new:
        if len(example.line) <= LONGEST:
            fresh.setdefault(example.key, example)
    every = [*(example for example in known if example.key not in fresh), *fresh.values()]
    kept: list[Example] = []
    room = LARGEST
    for example in reversed(every[-MOST:]):
        room -= len(example.line)
        if room < 0:
            break
        kept.append(example)
    return tuple(reversed(kept))


def read_examples(text: str, where: str) -> tuple[Example, ...]:
    """The examples of a file's text; WorldError names the line that is none."""
    found = []
    for number, line in numbered_lines(text):
        try:
            found.append(Example.model_validate_json(line))
        except ValidationError as error:
            raise WorldError(f"{where}, line {number}, is no example of a call: {first_problem(error)}") from error
    return tuple(found)


def written(examples: Iterable[Example]) -> str:
    """The text of a file of examples."""
    return "".join(f"{example.line}\n" for example in examples)


def seen_schema(values: Sequence[Any]) -> dict[str, Any]:
    """The JSON schema that these values have in common; what only some objects have is not required."""
    kinds = list(dict.fromkeys(_kind(value) for value in values))
    if {"integer", "number"} <= {*kinds}:
        kinds.remove("integer")
    schema: dict[str, Any] = {"type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = list(dict.fromkeys(name for value in objects for name in value))
        schema["properties"] = {name: seen_schema([v[name] for v in objects if name in v]) for name in names}
        schema["required"] = [name for name in names if all(name in value for value in objects)]
    if items := [item for value in values if isinstance(value, list) for item in value]:
        schema["items"] = seen_schema(items)
    return schema


def _kind(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "null")
