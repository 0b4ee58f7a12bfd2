"""Worlds and transcripts that a stranger made: refused in one line, or read without harm, and never for long."""

import gzip
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from turnwise.cli import main
from turnwise.errors import LogError, WorldError
from turnwise.logs.importing import reading
from turnwise.logs.importing.logs import read_dialogues
from turnwise.worlds import bundled_worlds, load_world


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled_worlds()["city_library"], tmp_path / "library"))


def put(name: str, text: str) -> Callable[[Path], None]:
    return lambda place: (place / name).write_text(text) and None


def link(name: str, target: str) -> Callable[[Path], None]:
    def made(place: Path) -> None:
        (place / name).unlink()
        (place / name).symlink_to(target)

    return made


def pipe(place: Path) -> None:
    (place / "policy.md").unlink()
    os.mkfifo(place / "policy.md")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (link("policy.md", "/etc/hostname"), "leads out of the world"),
        (link("policy.md", "/dev/zero"), "leads out of the world"),
        (link("policy.md", "policy.md"), "symbolic link"),
        (link("policy.md", "gone.md"), "No such file"),
        (pipe, "policy.md is no file"),
        (put("policy.md", "x" * (2 << 20)), "larger than 1 MB"),
        (put("tools.json", "[" * 50_000), "nested too deeply"),
        (put("world.json", '{"a":' * 50_000), "nested too deeply"),
        (put("examples.jsonl", '{"tool": "a", "arguments": {}, "result": ' + "[" * 5000), "line 1, is no example"),
        (put("world.json", '{"name": "../../etc"}'), "name: String should match pattern"),
    ],
    ids=range(10),
)
def test_a_hostile_world_is_refused_at_once(change: Callable[[Path], None], reason: str, place: Path) -> None:
    change(place)
    started = time.process_time()
    with pytest.raises(WorldError, match=reason) as refused:
        load_world(place)
    assert len(str(refused.value)) < 1000
    assert time.process_time() - started < 2


def test_a_link_within_a_world_is_followed(place: Path) -> None:
    (place / "policy.md").rename(place / "rules.md")
    (place / "policy.md").symlink_to("rules.md")
    assert load_world(place).policy


def test_what_a_world_says_of_itself_moves_no_terminal(place: Path) -> None:
    for name in ("world.json", "tools.json"):
        text = (place / name).read_text("utf-8")
        (place / name).write_text(
            text.replace("city library", "\\u001b[2J\\u009b31m\\u202e[red]library").replace(
                "Find ", "\\u001b]0;own\\u0007"
            )
        )
    (place / "policy.md").write_text("\x1b[31mred")
    shown = CliRunner().invoke(main, ["show", str(place)])
    assert shown.exit_code == 0, shown.output
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.output)
    assert "[red]library" in shown.output
    refused = CliRunner().invoke(main, ["show", "no\x1b[31msuch"])
    assert refused.exit_code == 1
    assert "\x1b" not in refused.output


def test_a_transcript_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST", 1 << 20)
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(b"0" * (8 << 20)))
    with pytest.raises(LogError, match="unpacked: unpack it, and split it"):
        read_dialogues(tmp_path / "bomb.jsonl.gz")
