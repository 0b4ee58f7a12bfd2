"""What a world is: tools, a policy and a database, as a directory that a person can read.

    world.json     name, domain, description, reference time, provenance
    tools.json     the tools, in order
    policy.md      what the agent is told before the dialogue
    database.sql   the rows, as a SQL script; absent when the tools are simulated
    situations.yaml  who speaks and why, for goals that are composed from the rows; may be absent
    examples.jsonl   calls that a real service answered, for whoever simulates the tools; may be absent

The database is a script and not a binary file because a script can be read, diffed and checked
statement by statement before it is trusted. This module knows nothing of how tools run: see `session`.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from turnwise.errors import WorldError, did_you_mean, first_problem
from turnwise.files import atomic_folder
from turnwise.untrusted import load_json
from turnwise.worlds import examples as recorded
from turnwise.worlds.examples import Example, Server

JsonSchema = dict[str, Any]
_LARGEST = {
    "world.json": 16 << 20,
    "tools.json": 32 << 20,
    "policy.md": 1 << 20,
    "database.sql": 100 << 20,
    "situations.yaml": 4 << 20,
    recorded.FILE: 64 << 20,
}
"""Bytes of each file of a world at most."""

OperationKind = Literal["find", "get", "create", "update", "delete", "link", "unlink", "rank"]


class Operation(BaseModel):
    """What a tool does in terms of the schema. Goal composition reads it; agents never see it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: OperationKind
    table: str = Field(description="the table whose rows are returned or written")
    inputs: dict[str, str] = Field(
        default={}, description='parameter -> "Table.Column" it is compared with or written to'
    )
    outputs: dict[str, str] = Field(
        default={}, description='result field -> "Table.Column", or "count", "sum Table.Column", ...'
    )


INFERRED = "inferred from the name and the parameters"
"""The comment of a return schema that nobody has declared."""
PAGE = "page."
"""Begins the name of what a statement selects once for all that it finds, and not of each row."""


def rows_of(result: Any) -> list[dict[str, Any]]:
    """The rows in what a tool returned: a page of them, a list, or one."""
    if isinstance(result, dict) and isinstance(result.get("rows"), list):
        result = result["rows"]
    return [row for row in (result if isinstance(result, list) else [result]) if isinstance(row, dict) and row]


class Tool(BaseModel):
    """One tool an agent may call: a JSON-schema signature and, when it executes, one SQL statement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")
    description: str
    parameters: JsonSchema
    returns: JsonSchema
    effect: Literal["read", "write"]
    consequential: bool = Field(default=False, description="a write worth asking the user to confirm")
    sql: str | None = Field(default=None, description="one statement with :named parameters; absent when simulated")
    operation: Operation | None = None

    @property
    def declared(self) -> bool:
        """Whether somebody said what it returns, and rules did not infer it from its name."""
        return self.returns.get("$comment") != INFERRED

    @property
    def for_openai(self) -> dict[str, Any]:
        """What an agent is told of it, in OpenAI's form."""
        about = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": about}

    @property
    def paged(self) -> bool:
        """Whether it returns `rows`, and beside them what holds of all that was found, such as how many."""
        return f'"{PAGE}count"' in (self.sql or "")


class World(BaseModel):
    """Tools, a policy and, when the tools execute, the database they run on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    domain: str = Field(description='what it is about, as in "a city library"', max_length=2000)
    description: str = Field(max_length=50_000)
    reference_time: str = Field(description='"now" inside the world, UTC', pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
    tools: tuple[Tool, ...]
    policy: str
    database: str | None = Field(default=None, description="SQL script that builds the database")
    situations: str | None = Field(default=None, description="YAML from which goals are composed; see docs/goals.md")
    server: Server | None = Field(default=None, description="how the live server is reached that the tools are of")
    examples: tuple[Example, ...] = Field(default=(), description="calls that it answered")
    provenance: dict[str, Any] = Field(default={}, description="seed, versions, what was kept and dropped, and why")

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits that change when any part of the world that an agent can meet changes.

        Recorded calls are answered as they were: a world with other examples is another world.
        """
        parts = [self.reference_time, self.policy, self.database or "", *(t.model_dump_json() for t in self.tools)]
        parts += [example.line for example in self.examples]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def by_name(self) -> Mapping[str, Tool]:
        """The tools by name."""
        return {tool.name: tool for tool in self.tools}

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, World):
            return NotImplemented
        beside = World.model_fields.keys() - {"reference_time", "policy", "database", "tools", "examples"}
        return self is other or (self.hash == other.hash and all(getattr(self, n) == getattr(other, n) for n in beside))

    def moment(self, reference_time: str | None = None) -> datetime:
        """The present moment of a session, the world's own unless given; WorldError where the text is none."""
        said = reference_time or self.reference_time
        with suppress(ValueError):
            if (now := datetime.fromisoformat(said)).isoformat(" ") == said:
                return now
        raise WorldError(f"reference time {said!r} is not a moment written YYYY-MM-DD HH:MM:SS")

    def changed(self, **update: Any) -> "World":
        """A copy in which some fields differ."""
        return World(**{**self.model_dump(exclude=set(update)), **update})


def bundled_worlds() -> dict[str, Path]:
    """The worlds that come with Turnwise, by name."""
    root = Path(__file__).parent / "bundled"
    return {path.parent.name: path.parent for path in sorted(root.glob("*/world.json"))}


def load_world(source: str | Path) -> World:
    """Read a world directory, or a bundled world by its name.

    Raises:
        WorldError: nothing is there, a file is missing, or a file does not say what it should.
    """
    bundled = bundled_worlds()
    directory = bundled.get(str(source), Path(source))
    if not (directory / "world.json").is_file():
        meant = did_you_mean(str(source), bundled)
        raise WorldError(
            f"{source} is not a world{f' ({meant})' if meant else ''}: no world.json in it. Name a world directory, one of the bundled worlds "
            f"({', '.join(bundled)}), or make one with: turnwise synth DATABASE -o DIR"
        )
    try:
        about = load_json(_text(directory, "world.json"))
        tools = load_json(_text(directory, "tools.json"))
        policy = _text(directory, "policy.md")
        database, situations, calls = (
            _text(directory, name) if os.path.lexists(directory / name) else None
            for name in ("database.sql", "situations.yaml", recorded.FILE)
        )
        examples = recorded.read_examples(calls or "", str(directory / recorded.FILE))
        texts = {"policy": policy, "database": database, "situations": situations}
        world = World(**about, **texts, tools=tools, examples=examples)
    except (OSError, ValueError, TypeError, ValidationError) as error:
        raise WorldError(f"{directory} cannot be read as a world: {first_problem(error)}") from error
    names = [tool.name for tool in world.tools]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise WorldError(f"{directory}/tools.json names a tool twice: {', '.join(twice)}")
    if unrunnable := [t.name for t in world.tools if (t.sql is None) != (database is None)]:
        raise WorldError(
            f"{directory}: {unrunnable[0]} {'has no SQL beside' if database else 'has SQL without'} a database.sql"
        )
    return world


def _text(directory: Path, name: str) -> str:
    """The text of a file of a world, which a stranger may have made: no link out of it, no pipe, and of a sane size."""
    try:
        path = (directory / name).resolve(strict=True)
    except RuntimeError as error:
        raise WorldError(f"{directory / name} is a symbolic link to itself") from error
    if not path.is_relative_to(directory.resolve()):
        raise WorldError(f"{directory / name} leads out of the world: copy what it points at into its place")
    if not path.is_file():
        raise WorldError(f"{directory / name} is no file")
    if path.stat().st_size > (largest := _LARGEST[name]):
        raise WorldError(f"{directory / name} is larger than {largest >> 20} MB, which no conversation needs")
    return path.read_text("utf-8")


def check_place(directory: str | Path) -> None:
    """Refuse, by a WorldError, to write a world to a directory that holds something that is not a world."""
    target = Path(directory)
    if target.exists() and not (target / "world.json").is_file() and (not target.is_dir() or any(target.iterdir())):
        raise WorldError(f"{target} exists and is not a world: choose another directory for the new world")


def save_world(world: World, directory: str | Path) -> None:
    """Write a world directory, whole or not at all, to a place that `check_place` allows. A world there is replaced."""
    check_place(directory)
    with atomic_folder(directory) as made:
        for name, text in world_files(world).items():
            (made / name).write_text(text, "utf-8")


def world_files(world: World) -> dict[str, str]:
    """The text of each file of a world's directory, by file name; the same world gives the same bytes."""
    about = world.model_dump(mode="json", exclude={"tools", "policy", "database", "situations", "examples"})
    if about["server"] is None:
        del about["server"]
    files = {
        "world.json": _json(about),
        "tools.json": _json([tool.model_dump(mode="json", exclude_none=True) for tool in world.tools]),
        "policy.md": world.policy,
    }
    if world.database is not None:
        files["database.sql"] = world.database
    if world.situations is not None:
        files["situations.yaml"] = world.situations
    if world.examples:
        files[recorded.FILE] = recorded.written(world.examples)
    return files


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
