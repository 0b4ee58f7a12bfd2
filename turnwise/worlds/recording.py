"""Tool calls of a dialogue go to the live server that a world's tools are of, and become examples in the world's folder."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import CallRefused, WorldError
from turnwise.files import atomic_write
from turnwise.secrets import without_secrets
from turnwise.values.words import listed
from turnwise.worlds.arguments import find_tool
from turnwise.worlds.changes import Change
from turnwise.worlds.examples import FILE, Example, Server, merged, seen_schema, written
from turnwise.worlds.live import Connection, server_of
from turnwise.worlds.simulated.by_model import Expected, Outcome
from turnwise.worlds.world import Tool, World, bundled_worlds, load_world, world_files

SEEN = "read off what it returned"
"""The comment of a return schema that nobody has declared, and that its examples show."""


def check_recordable(world: World, place: str, server: str = "") -> "Recording":
    """How the live server of a world is reached, once it has answered; WorldError where calls cannot go to it.

    Args:
        world: whose tools are called.
        place: its directory, in which examples are kept.
        server: where the server is, as for `server_of`; the world knows unless given.
    """
    if world.database is not None or place in bundled_worlds():
        raise WorldError(
            f"{world.name} has a database of its own, on which its tools run: there is no server to record"
        )
    if not server and world.server is None:
        raise WorldError(
            f"{world.name} was not made from a live MCP server: name the one to record with --server: mcp:COMMAND, its URL, "
            "or a file with mcpServers"
        )
    reached = server_of(server) if server else world.server
    assert reached is not None
    connection = Connection(reached)
    try:
        connection.open()
        there = connection.names
        title = connection.title
    finally:
        connection.close()
    if missing := [tool.name for tool in world.tools if tool.name not in there]:
        raise WorldError(
            f"the MCP server {title} has no tool {listed(missing[:3], 'or')}: name another with --server, "
            f"or make the world anew with turnwise synth"
        )
    return Recording(reached, place)


class Recording(NamedTuple):
    """The live server that answers the calls of dialogues, and the world's directory in which its answers are kept."""

    server: Server
    place: str


class Recorder:
    """A `Backend`: the live server answers the calls of one dialogue, and each answer becomes an example in the end."""

    session = None
    changes: tuple[Change, ...] = ()

    def __init__(self, world: World, server: Server, place: str) -> None:
        self.world = world
        self._connection = Connection(server)
        self._place = Path(place)
        self._seen: list[Example] = []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """See `Executed`; ServiceFault where the server is gone or silent."""
        find_tool(self.world, name)
        result, refusal = await self._connection.call(name, arguments)
        self._seen.append(Example(tool=name, arguments=dict(arguments), result=result, error=refusal))
        if refusal is not None:
            raise CallRefused(refusal)
        return result

    def recall(self, name: str, arguments: Mapping[str, Any], recorded: Outcome) -> Outcome:
        """What was recorded: a live server is not asked twice to do the same."""
        return recorded

    def hear(self, text: str) -> None:
        """The server is told nothing of it."""

    def expect(self, state: str, calls: Sequence[Expected]) -> None:
        """The server is told nothing of it."""

    def close(self) -> None:
        """Leave the server, and keep what it answered."""
        self._connection.close()
        if self._seen:
            keep(self._place, self._seen, self._connection.secrets)
            self._seen = []


def keep(place: Path, seen: Sequence[Example], secrets: Collection[str] = ()) -> World:
    """Add the calls of a dialogue to a world's examples; return it as it is then.

    What a tool returns, where nobody had declared it, is read off its examples.
    """
    world = load_world(place)
    masked = [
        Example.model_validate(without_secrets(example.model_dump(exclude_none=True), secrets)) for example in seen
    ]
    examples = merged(world.examples, masked)
    now = world.changed(examples=examples, tools=tuple(_as_seen(tool, examples) for tool in world.tools))
    files = world_files(now)
    for name in (FILE, "tools.json"):
        with atomic_write(place / name) as file:
            file.write(files.get(name, written(examples)))
    return now


def _as_seen(tool: Tool, examples: Sequence[Example]) -> Tool:
    """A tool that returns what it was seen to return, where nobody has declared it and what it returned is more than text."""
    results = [example.result for example in examples if example.tool == tool.name and example.error is None]
    kinds = {type(result) for result in results}
    if (
        (tool.declared and tool.returns.get("$comment") != SEEN)
        or kinds not in ({dict}, {list})
        or all(_is_text(result) for result in results)
    ):
        return tool
    return tool.model_copy(update={"returns": {**seen_schema(results), "$comment": SEEN}})


def _is_text(result: Any) -> bool:
    return isinstance(result, dict) and [*result] == ["text"]
