"""The command line, as a person meets it: what each command prints, and one clear line when it cannot."""

import shutil
import signal
import time
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from inspect_ai import Task, task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes

from turnwise._inspect import QUIET, run_task
from turnwise.cli import main
from turnwise.cli.common import Commands, tell_left_out
from turnwise.solvers.converse import converse

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, city TEXT);
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id),
  item TEXT NOT NULL, amount REAL NOT NULL, bought_on TEXT NOT NULL
);
INSERT INTO customer VALUES
  (1, 'Ada Brandt', 'ada@shop.example', 'Wexmoor'), (2, 'Ben Ortega', 'ben@shop.example', 'Quay'),
  (3, 'Cleo Marsh', 'cleo@shop.example', 'Wexmoor'), (4, 'Dov Lindqvist', 'dov@shop.example', 'Hull'),
  (5, 'Esi Mensah', 'esi@shop.example', 'Quay'), (6, 'Finn Oakes', 'finn@shop.example', 'Hull');
INSERT INTO purchase VALUES
  (1, 1, 'kettle', 24.5, '2025-01-03'), (2, 2, 'lamp', 39.0, '2025-01-09'), (3, 3, 'rug', 120.0, '2025-02-01'),
  (4, 1, 'toaster', 31.25, '2025-02-11'), (5, 4, 'chair', 75.0, '2025-02-20'), (6, 5, 'mirror', 58.4, '2025-03-02'),
  (7, 6, 'clock', 17.8, '2025-03-05'), (8, 2, 'shelf', 64.0, '2025-03-08'), (9, 3, 'vase', 21.0, '2025-03-15');
"""
SCENARIOS = {"scenarios": 2, "goals": 1, "difficulty": "easy"}


def turnwise(*args: Any) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(main, [str(arg) for arg in args])


def refused(*args: Any) -> str:
    """The one line that a command ends with when it cannot do what was asked."""
    result = turnwise(*args)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("Error: ")
    return result.stderr


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world made at the command line."""
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "shop.sql").write_text(SHOP)
    result = turnwise("synth", folder / "shop.sql", "-o", folder / "shop")
    assert result.exit_code == 0, result.output
    (folder / "printed.txt").write_text(result.stdout)
    return folder / "shop"


@pytest.fixture(scope="module")
def logs(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A log of the oracle, and one of the silent agent."""
    folder = tmp_path_factory.mktemp("logs")
    arguments = {"world": str(shop), **SCENARIOS}
    return {agent: run_task("user_oriented", arguments, agent, folder) for agent in ("oracle", "silent")}


@task
def capitals() -> Task:
    """A task that is not ours."""
    return Task(dataset=[Sample(input="France?", target="Paris")], scorer=includes())


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a task that is not ours."""
    (log,) = inspect_eval(capitals(), model="mockllm/model", log_dir=str(tmp_path_factory.mktemp("foreign")), **QUIET)
    return Path(log.location)


def test_synth_says_what_it_made_and_what_to_do_next(shop: Path) -> None:
    printed = (shop.parent / "printed.txt").read_text()
    assert "2, with 15 rows" in printed
    assert "read" in printed
    assert "write" in printed
    assert f"turnwise show {shop}" in printed


def test_synth_names_the_tools_it_dropped_and_why(shop: Path, tmp_path: Path) -> None:
    result = turnwise("synth", shop.parent / "shop.sql", "-o", tmp_path / "w", "--tools", 3, "--name", "corner-shop")
    assert result.exit_code == 0
    assert "beyond the most tools to keep" in result.stdout
    assert "corner-shop" in result.stdout


def test_synth_refuses_what_is_no_database_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Dear all,\nthis is a letter.")
    (tmp_path / "empty.sql").write_text("")
    (tmp_path / "cut.sqlite").write_bytes(b"SQLite format 3\0 and then nothing of the kind")
    before = sorted(tmp_path.iterdir())
    for name in ("note.txt", "empty.sql", "cut.sqlite", "missing.sqlite"):
        assert name in refused("synth", tmp_path / name, "-o", tmp_path / "world")
    assert "cannot name a world" in refused(
        "synth", tmp_path / "note.txt", "-o", tmp_path / "world", "--name", "My Shop"
    )
    assert sorted(tmp_path.iterdir()) == before


def test_synth_does_not_overwrite_what_is_no_world(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert "is not a world" in refused("synth", shop.parent / "shop.sql", "-o", tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_show_prints_a_world(shop: Path) -> None:
    printed = turnwise("show", shop).stdout
    for part in ("shop", "customer", "Policy", "Tools on purchase", "get_customer(", "writes"):
        assert part in printed


def test_show_lists_the_dialogues_of_a_log(logs: dict[str, Path]) -> None:
    printed = turnwise("show", logs["oracle"]).stdout
    assert "user_oriented, oracle, shop" in printed
    assert printed.count("success") == 2
    assert f"turnwise show {logs['oracle']} 1" in printed
    assert turnwise("show", logs["silent"]).stdout.count("goals open") == 2


def test_show_prints_a_dialogue_and_what_came_of_it(logs: dict[str, Path]) -> None:
    printed = turnwise("show", logs["oracle"], 2).stdout
    for part in ("user", "agent", "→", "←", "The user ended the dialogue.", "g1 (easy): completed", "at user turn"):
        assert part in printed
    printed = turnwise("show", logs["silent"], 1).stdout
    for part in ("(says nothing)", "g1 (easy): not completed", "open:"):
        assert part in printed


def test_show_refuses_what_is_not_there(shop: Path, logs: dict[str, Path], foreign: Path, tmp_path: Path) -> None:
    assert "holds no dialogue 9: its dialogues are 1, 2" in refused("show", logs["oracle"], 9)
    assert "holds no dialogue 1 in trial 2" in refused("show", logs["oracle"], 1, "--epoch", 2)
    assert "not made by a Turnwise task" in refused("show", foreign)
    assert "does not exist" in refused("show", tmp_path / "gone.eval")
    assert "is not a world" in refused("show", tmp_path)
    assert "only a log has a dialogue" in refused("show", shop, 1)


def rows_of(comparison: str) -> list[str]:
    """The rows of the first table, which has one per condition."""
    table, _, _ = comparison.partition("Step: assistant messages")
    return [line for line in table.splitlines() if line.startswith("user_oriented")]


def test_compare_has_a_row_for_each_arm(logs: dict[str, Path], tmp_path: Path) -> None:
    result = turnwise("compare", logs["oracle"].parent, "--plot", tmp_path / "conditions.png")
    assert result.exit_code == 0, result.output
    oracle, silent = rows_of(result.stdout)
    assert oracle.split()[1] == "oracle"
    assert oracle.count("100%") == 2
    assert silent.split()[1] == "silent"
    assert silent.count("100%") == 0
    assert (tmp_path / "conditions.png").read_bytes().startswith(b"\x89PNG")


def test_a_task_started_by_path_and_by_name_is_one_arm(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    for started in ("tasks/user_oriented.py@user_oriented", "turnwise/user_oriented"):
        inspect_eval(
            started,
            task_args={"world": str(shop), **SCENARIOS},
            model="none",
            solver=converse(agent="turnwise/silent"),
            log_dir=str(tmp_path),
            limit=1,
            **QUIET,
        )
    lines = rows_of(turnwise("compare", tmp_path).stdout)
    assert len(lines) == 1
    assert lines[0].split()[1] == "2"


def test_a_log_that_is_given_twice_counts_once(logs: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copy(logs["oracle"], tmp_path / "copy.eval")
    result = turnwise("compare", logs["oracle"], logs["oracle"], copy)
    assert "was left out" in result.stdout
    (row,) = rows_of(result.stdout)
    assert row.split()[1] == "2"


def test_compare_names_logs_it_cannot_use_and_compares_the_others(
    logs: dict[str, Path], foreign: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.eval"
    cut.write_bytes(logs["silent"].read_bytes()[:3000])
    result = turnwise("compare", logs["oracle"], foreign, cut)
    assert result.exit_code == 0
    assert "user_oriented" in result.stdout
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["Left out", "Left out"]
    assert "cut.eval" in result.stderr
    assert "capitals" in result.stderr


def test_compare_refuses_what_holds_no_dialogue(logs: dict[str, Path], foreign: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.json").write_text('{"notes": []}')
    (tmp_path / "cut.eval").write_bytes(logs["silent"].read_bytes()[:3000])
    assert "holds no logs" in refused("compare", tmp_path / "empty")
    assert "does not exist" in refused("compare", tmp_path / "gone")
    assert "cannot be read" in refused("compare", tmp_path / "notes.json")
    assert "cannot be read" in refused("compare", tmp_path / "cut.eval")
    assert "not made by a Turnwise task" in refused("compare", foreign)
    assert "does not end in .png or .svg" in refused("compare", logs["oracle"], "--plot", tmp_path / "conditions.pdf")
    assert not list(tmp_path.glob("*conditions*"))


def test_demo_runs_both_paradigms_and_says_where_everything_is(shop: Path, tmp_path: Path) -> None:
    result = turnwise("demo", "--world", shop, "--scenarios", 1, "--agent", "oracle", "--logs", tmp_path / "demo")
    assert result.exit_code == 0, result.output
    for part in (
        "1/2",
        "2/2",
        "task_oriented",
        "user_oriented",
        "conditions.png",
        f"turnwise compare {tmp_path / 'demo'}",
    ):
        assert part in result.stdout
    assert len(list((tmp_path / "demo").glob("*.eval"))) == 2


def test_demo_refuses_before_it_runs_anything(shop: Path, tmp_path: Path) -> None:
    assert "nowhere is not a world" in refused(
        "demo", "--world", shop, "--world", "nowhere", "--logs", tmp_path / "demo"
    )
    assert not (tmp_path / "demo").exists()


def test_help_is_quick_to_come_by() -> None:
    for command in ("synth", "show", "compare", "demo"):
        assert turnwise(command, "--help").exit_code == 0


def test_an_interrupt_that_python_ignores_comes_again() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has background jobs ignore it

    class Ignoring:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    @click.command()
    def wait() -> None:
        Ignoring()
        time.sleep(5)
        click.echo("waited to the end")

    try:
        result = CliRunner().invoke(Commands(commands={"wait": wait}), ["wait"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert (result.exit_code, result.output.strip()) == (1, "Aborted!")


def test_of_many_things_left_out_the_first_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    tell_left_out(f"log {number} cannot be read" for number in range(23))
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[0], lines[-1]) == (21, "Left out: log 0 cannot be read", "Left out: 3 more")
