"""A live MCP server is asked for its tools: by a command, a URL, or a file with `mcpServers` as clients have it."""

import asyncio
import json
import os
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

from turnwise.errors import SeedError
from turnwise.secrets import hidden, note_secrets
from turnwise.synthesis.seeds.files import needed
from turnwise.synthesis.seeds.tool_lists import ToolList, specs_of
from turnwise.values.words import listed, words

_COMMAND = "mcp:"
_SECONDS = 60.0
_MOST_PAGES = 50


def is_live(seed: str) -> bool:
    """Whether a seed is an MCP server to be asked: `mcp:COMMAND`, or its URL."""
    return seed.startswith(_COMMAND) or bool(re.match(r"https?://", seed))


def read_live(seed: str, server: str | None = None) -> ToolList:
    """The tools of a server that is started, asked and stopped; SeedError where it cannot be, with its own words.

    Args:
        seed: `mcp:COMMAND ARGUMENTS...`, a URL, or a JSON file with `mcpServers`.
        server: which of a file's servers.
    """
    needed("mcp", "a live MCP server")
    if seed.startswith(_COMMAND):
        parts = shlex.split(seed.removeprefix(_COMMAND))
        if not parts:
            raise SeedError("mcp: is followed by the command that starts the server, as in 'mcp:uvx mcp-server-time'")
        note_secrets(parts)
        target: Any = _started(parts[0], parts[1:], {})
        own = [part for before, part in pairwise(["", *parts]) if not part.startswith("-") and not before.startswith("-")]
        name = Path(own[-1]).stem
    elif re.match(r"https?://", seed):
        note_secrets(seed)
        target, name = seed, words(re.sub(r"^https?://(?:[^/@]*@)?|[:/].*", "", seed))
    else:
        target, name = _configured(Path(seed), server)
    try:
        title, found = asyncio.run(asyncio.wait_for(_tools(target), _SECONDS))
    except TimeoutError as error:
        raise SeedError(f"the MCP server {name} did not answer within {_SECONDS:g} seconds") from error
    except Exception as error:  # groups of exceptions of transports, processes and protocol
        raise SeedError(f"the MCP server {name} cannot be asked for its tools: {_innermost(error)}") from error
    left_out: list[str] = []
    specs = tuple(specs_of(found, left_out))
    if not specs:
        raise SeedError(f"the MCP server {name} has no tools")
    return ToolList(specs, title or name, words(title or name), tuple(left_out))


async def _tools(target: Any) -> tuple[str, list[dict[str, Any]]]:
    from mcp import Client

    found: list[dict[str, Any]] = []
    async with Client(target, read_timeout_seconds=_SECONDS) as client:
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = await client.list_tools(cursor=cursor)
            found += [json.loads(tool.model_dump_json(by_alias=True, exclude_none=True)) for tool in page.tools]
            cursor = page.next_cursor
            if not cursor:
                break
        about = client.server_info
    return (about.name if about else ""), found


def _started(command: str, arguments: list[str], environment: dict[str, str]) -> Any:
    from mcp import StdioServerParameters

    return StdioServerParameters(command=command, args=arguments, env={**os.environ, **environment})


def _configured(path: Path, server: str | None) -> tuple[Any, str]:
    """The server of a file as clients keep it: {"mcpServers": {name: {"command": ..., "args": [...]} or {"url": ...}}}."""
    servers = json.loads(path.read_text("utf-8-sig"))["mcpServers"]
    names = list(servers)
    if server is None and len(names) != 1:
        raise SeedError(f"{path} names {len(names)} servers: choose one with --server: {listed(names, 'or')}")
    name = server if server is not None else names[0]
    if name not in servers or not isinstance(servers[name], dict):
        raise SeedError(f"{path} has no server {name!r}: choose one with --server: {listed(names, 'or')}")
    entry = servers[name]
    note_secrets([entry, *(entry.get("args") or ())])
    if isinstance(entry.get("url"), str):
        return entry["url"], name
    if not isinstance(entry.get("command"), str):
        raise SeedError(f"{path}: the server {name!r} has neither a command nor a url")
    environment = {str(key): str(value) for key, value in (entry.get("env") or {}).items()}
    return _started(entry["command"], [str(part) for part in entry.get("args") or ()], environment), name


def _innermost(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return hidden(" ".join(str(error).split()))[:300] or type(error).__name__
