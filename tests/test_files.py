"""Files are written whole or not at all, and lines end at newlines only."""

import subprocess
import sys
from pathlib import Path

import pytest

from turnwise.files import atomic_folder, atomic_path, atomic_write, numbered_lines


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.txt"
    with atomic_write(target) as file:
        file.write("a\n")
        assert not target.exists()
    assert target.read_bytes() == b"a\n"
    assert list(target.parent.iterdir()) == [target]


def test_when_writing_fails_what_was_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("before")

    def fail_half_way() -> None:
        with atomic_write(target, "wb") as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_replaces_a_folder_that_holds_files(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for name in ("first", "second"):
        with atomic_folder(target) as made:
            (made / name).write_text(name)
    assert [path.name for path in target.iterdir()] == ["second"]
    with pytest.raises(RuntimeError), atomic_folder(target) as made:
        raise RuntimeError
    assert [path.name for path in target.iterdir()] == ["second"]
    assert list(tmp_path.iterdir()) == [target]


WRITER = """
import os, signal, sys
from turnwise.files import atomic_folder
with atomic_folder(sys.argv[1]) as made:
    (made / "x").write_text("half")
    if sys.argv[2] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    subprocess.run([sys.executable, "-c", WRITER, target, "kill"], stdin=subprocess.DEVNULL, check=False)
    (left,) = tmp_path.iterdir()
    (left / "old").mkdir()
    with subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "other", ""], stdin=subprocess.PIPE) as writing:
        with atomic_write(tmp_path / "file") as file:  # of another name: it is left alone
            file.write("")
        assert left.exists()
        for name in ("folder", "other"):
            with atomic_folder(tmp_path / name) as made:
                assert not left.exists()
                assert name == "other" or target.exists()  # what the killed one had taken away is there again
                (made / "x").write_text("whole")
        writing.communicate(b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "other"]
    assert (target / "x").read_text() == "whole"


def test_a_path_keeps_its_suffix_for_libraries_that_go_by_it(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "x.eval") as made:
        assert made.name == "x.eval"
        made.write_bytes(b"1")
    assert (tmp_path / "x.eval").read_bytes() == b"1"


def test_only_a_newline_ends_a_line() -> None:
    assert list(numbered_lines('{"a": "\u2028\x85"}\r\n\n{"b": 1}\n')) == [(1, '{"a": "\u2028\x85"}'), (3, '{"b": 1}')]
