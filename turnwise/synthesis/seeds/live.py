"""A live MCP server is asked for its tools: by a command, a URL, or a file with `mcpServers` as clients have it."""

import re

from turnwise.errors import SeedError, WorldError
from turnwise.synthesis.seeds.files import needed
from turnwise.synthesis.seeds.tool_lists import ToolList, specs_of
from turnwise.values.words import words
from turnwise.worlds.examples import Server
from turnwise.worlds.live import COMMAND, Connection, remembered, server_of


def is_live(seed: str) -> bool:
    """Whether a seed is an MCP server to be asked: `mcp:COMMAND`, or its URL."""
    return seed.startswith(COMMAND) or bool(re.match(r"https?://", seed))


def read_live(seed: str, name: str | None = None) -> tuple[ToolList, Server]:
    """The tools of a server that is started, asked and stopped, and how a world remembers it.

    Args:
        seed: `mcp:COMMAND ARGUMENTS...`, a URL, or a JSON file with `mcpServers`.
        name: which of a file's servers.

    Raises:
        SeedError: it cannot be asked; the sentence holds its own words.
    """
    needed("mcp", "a live MCP server")
    try:
        server = server_of(seed, name)
        connection = Connection(server)
        try:
            connection.open()
        finally:
            connection.close()
    except WorldError as error:
        raise SeedError(str(error)) from error
    left_out: list[str] = []
    specs = tuple(specs_of(connection.tools, left_out))
    if not specs:
        raise SeedError(f"the MCP server {connection.title} has no tools")
    title = connection.title.replace(".", " ")  # a host
    return ToolList(specs, title, words(title), tuple(left_out)), remembered(server)
