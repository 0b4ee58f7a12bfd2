"""Logs are chosen by their conditions, tables come as JSON, worlds are found from other folders."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from turnwise.cli import main
from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import load_world, save_world
from turnwise.worlds.known import find_world, note_place


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("only")
    for agent, behaviour in (("oracle", "user_oriented"), ("oracle", "terse"), ("silent", "user_oriented")):
        arguments = ["run", "--agent", agent, "--behaviour", behaviour, "--scenarios", "2", "--log-dir", str(folder)]
        assert CliRunner().invoke(main, [*arguments, "-T", "goals=1"]).exit_code == 0
    (folder / "cut.eval").write_bytes(b"PK\x03\x04 not a log")
    return folder


def turnwise(*arguments: Any) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_conditions_choose_logs_and_a_broken_one_spoils_none(logs: Path) -> None:
    code, out, err = turnwise("compare", logs, "--json", "--only", "agent=oracle", "--only", "behaviour=terse")
    assert code == 0
    (condition,) = json.loads(out)["conditions"]
    assert (condition["agent"], condition["success"], condition["dialogues"]) == ("oracle", 1.0, 2)
    assert "cut.eval" in err


@pytest.mark.parametrize(
    ("only", "reason"),
    [
        ("agent=nobody", "no log has agent=nobody: there are oracle, silent"),
        ("agnt=oracle", "did you mean agent?"),
        ("oracle", "it takes KEY=VALUE"),
    ],
)
def test_what_no_log_has_is_told(only: str, reason: str, logs: Path) -> None:
    code, _, err = turnwise("compare", *logs.glob("2*.eval"), "--only", only)
    assert code == 1
    assert reason in err


def test_a_branch_takes_one_behaviour_of_several(logs: Path, tmp_path: Path) -> None:
    good = list(logs.glob("2*.eval"))
    code, _, err = turnwise("branch", *good, "--at", "1", "-o", tmp_path / "starts.jsonl")
    assert code == 1
    assert "--only behaviour=" in err
    code, out, err = turnwise(
        "branch", *good, "--at", "1", "-o", tmp_path / "starts.jsonl", "--only", "behaviour=terse"
    )
    assert code == 0, err
    assert "2 starts from 2 of 2 dialogues" in out


def test_every_table_is_there_as_json(logs: Path, tmp_path: Path) -> None:
    good = next(iter(sorted(logs.glob("2*.eval"))))
    for command in (
        ("show", "city_library"), ("show", good), ("show", good, "1"), ("compare", good), ("health", good),
        ("calibrate", good, "--limit", "1"), ("harvest", good, "-o", tmp_path / "kept"),
    ):  # fmt: skip
        code, out, err = turnwise(*command, "--json")
        assert code == 0, (command, err)
        assert isinstance(json.loads(out), dict), command


def test_a_world_is_found_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    world = make_world({"clubs": [{"id": n, "name": f"Club {n}", "members": 3 * n} for n in range(1, 6)]})
    (tmp_path / "work" / "logs").mkdir(parents=True)
    save_world(world, tmp_path / "work" / "clubs")
    monkeypatch.chdir(tmp_path)
    assert find_world("clubs", world.hash, tmp_path / "work" / "logs" / "x.eval")[0] == world
    moved = tmp_path / "elsewhere"
    (tmp_path / "work" / "clubs").rename(moved)
    note_place(world, moved)
    assert find_world("clubs", world.hash, tmp_path / "work" / "logs" / "x.eval") == (world, str(moved))
    assert find_world("city_library", "", tmp_path)[0] == load_world("city_library")
    with pytest.raises(Exception, match="not where it was"):
        find_world("nowhere", "0" * 16, tmp_path)


@pytest.mark.parametrize(("typed", "meant"), [("cmpare", "compare"), ("shwo", "show"), ("generat", "generate")])
def test_a_misspelt_command_is_told_its_neighbour(typed: str, meant: str) -> None:
    code, _, err = turnwise(typed)
    assert code == 2
    assert f"did you mean {meant}?" in err


def test_a_misspelt_command_of_harvest_too() -> None:
    code, _, err = turnwise("harvest", "exprot", "x")
    assert code == 2
    assert "did you mean export?" in err
