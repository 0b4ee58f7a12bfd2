"""A world is open to MCP clients and to a person at the terminal; both change a copy of their own."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner
from needs import needs
from servers import free_port

from turnwise.agents.own.person import read_arguments
from turnwise.cli import main
from turnwise.logs.read import Results, find_logs
from turnwise.values.text import harmless

needs("mcp", reason="pip install 'turnwise[mcp]'")


async def _stdio() -> tuple[list[str], Any, Any]:
    from mcp import Client, StdioServerParameters

    server = StdioServerParameters(command=sys.executable, args=["-m", "turnwise", "serve", "city_library"])
    async with Client(server) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        good = await client.call_tool("get_book", {"book_id": 1})
        bad = await client.call_tool("get_book", {"book_id": 10**7})
    return tools, good, bad


def test_an_mcp_client_works_in_a_world_over_stdio() -> None:
    tools, good, bad = anyio.run(_stdio)
    assert "get_book" in tools
    assert '"book_id": 1' in good.content[0].text
    assert bad.is_error
    assert "nothing found" in bad.content[0].text


@contextmanager
def served(world: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "turnwise", "serve", world, "--http", str(port)], stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/reset", data=b"", timeout=30)
                break
            except OSError:
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=120)
        if process.stderr is not None:
            process.stderr.close()


async def _title(url: str, change: str = "") -> str:
    from mcp import Client

    async with Client(url) as client:
        if change:
            await client.call_tool("update_book", {"book_id": 1, "title": change})
        result = await client.call_tool("get_book", {"book_id": 1})
    return str(result.content[0].text)


def test_clients_over_http_have_copies_of_their_own() -> None:
    with served("city_library") as url:
        assert "Renamed" in anyio.run(_title, f"{url}/mcp?session=a", "Renamed")
        assert "Renamed" not in anyio.run(_title, f"{url}/mcp?session=b")
        assert "Renamed" in anyio.run(_title, f"{url}/mcp?session=a")
        urllib.request.urlopen(f"{url}/reset?session=a", data=b"", timeout=60)
        assert "Renamed" not in anyio.run(_title, f"{url}/mcp?session=a")


def play(folder: Path, lines: str, *arguments: str) -> tuple[str, Any]:
    done = CliRunner().invoke(main, ["play", "city_library", "--log-dir", str(folder), *arguments], input=lines)
    assert done.exit_code == 0, done.output
    (trajectory,) = list(Results.of([folder]))
    return done.output, trajectory


def test_a_person_plays_the_agent(tmp_path: Path) -> None:
    lines = "/tools\n/get_bok book_id=1\n/get_book book_id=1\n/get_book {bad\nIt is the first book.\n"
    said, trajectory = play(tmp_path, lines + "I cannot help with that.\n" * 40)
    for part in ("did you mean get_book?", '"book_id": 1', "Refused:", "User: "):
        assert part in said
    kinds = [message.role for message in trajectory.messages][:5]
    assert kinds == ["user", "assistant", "tool", "assistant", "user"]
    assert trajectory.messages[3].text == "It is the first book."
    assert find_logs([tmp_path])


def test_a_person_plays_the_user(tmp_path: Path) -> None:
    said, trajectory = play(tmp_path, "Hello, which books are there?\nThanks.\n/done\n", "--as", "user")
    assert "You want:" in said
    assert "Assistant: " in said
    assert [m.text for m in trajectory.messages if m.role == "user"] == ["Hello, which books are there?", "Thanks."]
    assert trajectory.ended == "user"


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", {}),
        ("book_id=3", {"book_id": 3}),
        ("query=The old sea limit=2", {"query": "The old sea", "limit": 2}),
        ('title="A, b=c" limit=1', {"title": "A, b=c", "limit": 1}),
        ("day=2026-03-04", {"day": "2026-03-04"}),
        ('{"a": [1]}', {"a": [1]}),
    ],
)
def test_arguments_are_read_as_a_person_types_them(text: str, arguments: dict[str, object]) -> None:
    assert read_arguments(text, ["book_id", "query", "limit", "title", "day"]) == arguments


def test_nothing_that_was_said_moves_the_terminal() -> None:
    assert harmless("a\x1b[2J\u202eb\r\nc") == "a\u241b[2J\ufffdb\u240d\nc"
