"""A live MCP server: how it is reached, what tools it has, and its answers to calls. Knows no dialogue.

A connection has a thread of its own: it lives as long as a dialogue, whatever loop or thread the dialogue's parts run in.
"""

import asyncio
import json
import os
import re
import shlex
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from turnwise.errors import ServiceFault, WorldError, did_you_mean
from turnwise.secrets import MASK, command_without_secrets, hidden, note_secrets, without_secrets
from turnwise.untrusted import load_json, read_text
from turnwise.values.words import listed
from turnwise.worlds.examples import Server
from turnwise.worlds.simulated.by_model import Outcome

COMMAND = "mcp:"
SECONDS = 60.0
"""how long a server may take to start, and to answer"""
_MOST_PAGES = 50
_LONGEST = 262_144
"""characters of one result"""


def server_of(seed: str, name: str | None = None) -> Server:
    """How a server is reached that a person named: `mcp:COMMAND ARGUMENTS...`, a URL, or a file with `mcpServers`.

    Args:
        seed: what the person wrote.
        name: which of a file's servers.

    Raises:
        WorldError: it names no server.
    """
    if seed.startswith(COMMAND):
        try:
            parts = shlex.split(seed.removeprefix(COMMAND))
        except ValueError as error:
            raise WorldError(f"{seed}: the command cannot be read: {error}") from error
        if not parts:
            raise WorldError("mcp: is followed by the command that starts the server, as in 'mcp:uvx mcp-server-time'")
        note_secrets(parts)
        return Server(command=tuple(parts))
    if re.match(r"https?://", seed):
        note_secrets(seed)
        return Server(url=seed)
    servers = _servers(Path(seed))
    if not servers:
        raise WorldError(f"{seed} names no server: a name with a command or a url is expected under mcpServers")
    if name is None and len(servers) != 1:
        raise WorldError(f"{seed} names {len(servers)} servers: choose one with --server: {listed([*servers], 'or')}")
    chosen = name if name is not None else next(iter(servers))
    if chosen not in servers:
        known = did_you_mean(chosen, servers, f"choose one with --server: {listed([*servers], 'or')}")
        raise WorldError(f"{seed} has no server {chosen!r}: {known}")
    return Server(config=str(Path(seed).resolve()), name=chosen)


def remembered(server: Server) -> Server:
    """How a server is reached, as a world keeps it: without secrets, and so perhaps without what it takes."""
    return server.model_copy(
        update={"command": tuple(command_without_secrets(server.command)), "url": without_secrets(server.url)}
    )


def title_of(server: Server) -> str:
    """What to call a server that gives itself no name."""
    return server.name or re.sub(r"^https?://(?:[^/@]*@)?|[:/].*", "", server.url) or _program_name(server.command)


class Connection:
    """A server that is being asked; it is started with the first question and left by `close`."""

    def __init__(self, server: Server, patience: float = SECONDS) -> None:
        self.title = title_of(server)
        self._server, self._patience = server, patience
        self._ready: Future[None] = Future()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Any = None
        self._stop: asyncio.Event | None = None
        self.names: dict[str, str] = {}
        """the server's names of its tools, by those that a world gives them; empty until it has been opened"""
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - what the server's program says of itself
        self.tools: list[dict[str, Any]] = []
        """the tools that the server lists, once it has been opened"""
        self.secrets: Collection[str] = ()
        """values that the server was given and that nobody else should see"""

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Outcome:
        """What the server answers to a call; ServiceFault where it does not answer, with its own words."""
        await asyncio.wrap_future(self._opened())
        assert self._loop is not None
        asked = self._client.call_tool(self.names.get(name, name), dict(arguments))
        waiting = asyncio.run_coroutine_threadsafe(asked, self._loop)
        try:
            result = await asyncio.wait_for(asyncio.wrap_future(waiting), self._patience)
        except TimeoutError as error:
            raise ServiceFault(
                f"the server {self.title} did not answer {name} in {self._patience:g} seconds"
            ) from error
        except Exception as error:
            return self._failed(name, error)
        if result.is_error:
            return Outcome(refusal=_text(result.content)[:_LONGEST] or f"{name} failed")
        answer = result.structured_content if result.structured_content is not None else _answer(result.content)
        if len(json.dumps(answer, ensure_ascii=False)) > _LONGEST:
            return Outcome(refusal=f"the result is longer than {_LONGEST // 1024} KB: ask for less")
        return Outcome(answer)

    def open(self) -> None:
        """Start the server and list its tools; WorldError where that fails, with its own words."""
        try:
            self._opened().result(self._patience)
        except TimeoutError as error:
            raise WorldError(
                f"the MCP server {self.title} did not answer within {self._patience:g} seconds{self._last_words()}"
            ) from error
        except Exception as error:
            raise WorldError(
                f"the MCP server {self.title} cannot be asked for its tools: {_innermost(error)}"
            ) from error

    def close(self) -> None:
        """Leave the server: one that was started is stopped."""
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
        self._client = None

    def join(self) -> None:
        """Wait until the server that was left is gone."""
        if self._thread is not None:
            self._thread.join(5)

    def _opened(self) -> Future[None]:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"mcp {self.title}", daemon=True)
            self._thread.start()
        return self._ready

    def _run(self) -> None:
        try:
            asyncio.run(self._stay())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(ServiceFault(f"{_innermost(error)}{self._last_words()}"))
        finally:
            self._said.close()

    async def _stay(self) -> None:
        from mcp import Client

        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        target, self.secrets = _target(self._server, self._said)
        async with Client(target, read_timeout_seconds=self._patience) as client:
            cursor: str | None = None
            for _ in range(_MOST_PAGES):
                page = await client.list_tools(cursor=cursor)
                self.tools += [json.loads(t.model_dump_json(by_alias=True, exclude_none=True)) for t in page.tools]
                cursor = page.next_cursor
                if not cursor:
                    break
            self.title = (client.server_info.name if client.server_info else "") or self.title
            self.names = {plain_name(tool["name"]): tool["name"] for tool in reversed(self.tools)}
            self._client = client
            self._ready.set_result(None)
            await self._stop.wait()

    def _failed(self, name: str, error: Exception) -> Outcome:
        """The refusal in an error of the protocol; ServiceFault where the server is gone or silent."""
        from mcp import MCPError
        from mcp.types import CONNECTION_CLOSED, REQUEST_TIMEOUT

        if isinstance(error, MCPError) and error.code == REQUEST_TIMEOUT:
            raise ServiceFault(
                f"the server {self.title} did not answer {name} in {self._patience:g} seconds"
            ) from error
        if isinstance(error, MCPError) and error.code != CONNECTION_CLOSED:
            return Outcome(refusal=_innermost(error))
        raise ServiceFault(f"the server {self.title} is gone: {_innermost(error)}{self._last_words()}") from error

    def _last_words(self) -> str:
        """What the server's program wrote last of itself, as the end of a sentence."""
        with suppress(OSError, ValueError):
            written = self._said.fileno()
            text = os.pread(written, 4096, max(0, os.fstat(written).st_size - 4096))
            lines = text.decode("utf-8", "replace").split("\n")
            last = next((" ".join(line.split()) for line in reversed(lines) if line.strip()), "")
            return f" (it said: {last[:200]})" if last else ""
        return ""


def plain_name(name: str) -> str:
    """The name that a world gives a tool: letters, digits, _ and - alone."""
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", name.strip())[:64]


def _program_name(command: Sequence[str]) -> str:
    """The program that a command starts: of `uvx`, `npx -y` and the like what they run."""
    first = Path(command[0]).stem
    plain = [part for part in command[1:] if not part.startswith("-") and part not in ("run", "tool", "exec")]
    return (
        Path(plain[0]).stem
        if plain and re.fullmatch(r"(uvx?|npx|node|bunx?|deno|python[\d.]*|docker)", first)
        else first
    )


def servers_in(document: Any) -> Any:
    """The servers by name in the settings of a client: `mcpServers`, or as VS Code and Zed have it."""
    for inner in (document, document.get("mcp")):
        for key in ("mcpServers", "servers", "context_servers") if isinstance(inner, dict) else ():
            found = inner.get(key)
            if isinstance(found, dict) and all(
                isinstance(entry, dict) and {"command", "url"} & entry.keys() for entry in found.values()
            ):
                return found
    return document.get("mcpServers")


def _servers(path: Path) -> dict[str, Any]:
    try:
        servers = servers_in(load_json(read_text(path).removeprefix("\ufeff")))
        return {name: entry for name, entry in servers.items() if isinstance(entry, dict)}
    except OSError as error:
        raise WorldError(
            f"{path} cannot be read ({error.strerror}): a server is named as mcp:COMMAND, by its URL, or by a file with mcpServers"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorldError(f"{path} is no JSON file with mcpServers, as clients keep it") from error


def _target(server: Server, errors: Any) -> tuple[Any, Collection[str]]:
    """What the SDK connects to, and the secrets in it."""
    if MASK in " ".join((*server.command, server.url)):
        raise WorldError(f"a secret in how {title_of(server)} is reached was not kept: name the server again")
    if server.url:
        return server.url, ()
    if server.command:
        return _program(server.command[0], server.command[1:], {}, errors), ()
    entry = _servers(Path(server.config)).get(server.name)
    if entry is None:
        raise WorldError(f"{server.config} has no server {server.name!r} any more")
    note_secrets([entry, *(entry.get("args") or ())])
    if isinstance(entry.get("url"), str):
        headers = entry.get("headers") if isinstance(entry.get("headers"), dict) else {}
        return _endpoint(entry["url"], {str(k): str(v) for k, v in (headers or {}).items()})
    if not isinstance(entry.get("command"), str):
        raise WorldError(f"{server.config}: the server {server.name!r} has neither a command nor a url")
    environment = entry.get("env") if isinstance(entry.get("env"), dict) else {}
    given = {str(key): str(value) for key, value in (environment or {}).items()}
    listed_ones = entry.get("args") or ()
    arguments = shlex.split(listed_ones) if isinstance(listed_ones, str) else [str(part) for part in listed_ones]
    return _program(entry["command"], arguments, given, errors), tuple(given.values())


def _endpoint(url: str, headers: Mapping[str, str]) -> tuple[Any, Collection[str]]:
    """A server behind a URL that wants headers, which hold its key."""
    if not headers:
        return url, ()
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    filled = {
        name: re.sub(r"\$\{(\w+)\}", lambda found: os.environ.get(found[1], ""), v) for name, v in headers.items()
    }
    return streamable_http_client(url, http_client=httpx2.AsyncClient(headers=filled)), tuple(filled.values())


def _program(command: str, arguments: Collection[str], environment: Mapping[str, str], errors: Any) -> Any:
    from mcp import StdioServerParameters
    from mcp.client.stdio import stdio_client

    started = StdioServerParameters(command=command, args=[*arguments], env={**os.environ, **environment})
    return stdio_client(started, errlog=errors)


def _answer(content: Any) -> Any:
    """What a server said in blocks as one JSON value: the object or list in its only text, else its text."""
    text = _text(content)
    if len(content) == 1:
        with suppress(ValueError, RecursionError):
            if isinstance(found := json.loads(text), dict | list):
                return found
    return {"text": text}


def _text(content: Any) -> str:
    """The text of blocks; what is none, such as a picture, is named."""
    return "\n".join(_said(block) for block in content)


def _said(block: Any) -> str:
    if block.type == "text":
        return str(block.text)
    if block.type == "resource" and isinstance(getattr(block.resource, "text", None), str):
        return str(block.resource.text)
    where = getattr(block, "uri", None) or getattr(getattr(block, "resource", None), "uri", None)
    about = [str(part) for part in (getattr(block, "mime_type", None), where) if part]
    return f"[{block.type.replace('_', ' ')}{': ' if about else ''}{', '.join(about)}]"


def _innermost(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return hidden(" ".join(str(error).split()))[:300] or type(error).__name__
