"""What pip installs is what the checkout holds, and Inspect finds the same things in both, by name and by file."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from inspect_ai.log import EvalLog, read_eval_log

pytest.importorskip("setuptools", minversion="77", reason="building needs what make test installs")

pytestmark = [
    pytest.mark.skipif(find_spec("build") is None, reason="building needs what make test installs"),
]

ROOT = Path(__file__).parents[1]
ROOMS = ("tasks", "solvers", "scorers")
TWO_BY_THE_ORACLE = ("-T", "scenarios=2", "--model", "none", "-S", "agent=turnwise/oracle")


class Command(NamedTuple):
    """A command and the folder it runs in."""

    arguments: Sequence[str | Path]
    folder: Path


def run_together(*commands: Command) -> None:
    """Run commands at the same time; a failure shows what the command said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INSPECT"))}
    running = [
        subprocess.Popen(
            [str(argument) for argument in command.arguments],
            cwd=command.folder,
            env={**kept, "INSPECT_DISPLAY": "plain"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    for process in running:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said


def inspect(python: str | Path, *arguments: str | Path) -> list[str | Path]:
    """The `inspect` command of an environment; like its script, it leaves the working folder off the path."""
    return [python, "-P", "-m", "inspect_ai", *arguments]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel built from the tree, and one built from the source distribution of the same tree."""
    folder = tmp_path_factory.mktemp("build")
    commands = {"tree": ("--wheel",), "sdist": ()}
    for name in commands:
        tree = folder / name
        unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", *ROOMS)
        shutil.copytree(ROOT / "turnwise", tree / "turnwise", ignore=unwanted)
        for room in ROOMS:
            shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / file, tree)
    build = [sys.executable, "-P", "-m", "build", "--no-isolation", "--outdir", "dist"]
    run_together(*(Command([*build, *options], folder / name) for name, options in commands.items()))
    return {name: next((folder / name / "dist").glob("*.whl")) for name in commands}


@pytest.fixture(scope="module")
def installed(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has the wheel, and borrows everything else from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip: list[str | Path] = [sys.executable, "-P", "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run_together(Command([*pip, "install", "--quiet", "--no-deps", "--no-index", wheels["sdist"]], folder))
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    # The finder of an editable installation hangs on a .pth file, and one .pth file does not run another's.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    return python


@pytest.fixture(scope="module")
def logs(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same dialogues held twice: by names, from an empty folder, and by files, in the checkout."""
    folder, empty = tmp_path_factory.mktemp("logs"), tmp_path_factory.mktemp("empty")
    named = ("turnwise/user_oriented", "--solver", "turnwise/converse")
    filed = ("tasks/user_oriented.py", "--solver", "solvers/converse.py@converse")
    run_together(
        Command(inspect(installed, "eval", *named, *TWO_BY_THE_ORACLE, "--log-dir", folder / "named"), empty),
        Command(inspect(sys.executable, "eval", *filed, *TWO_BY_THE_ORACLE, "--log-dir", folder / "filed"), ROOT),
    )
    return {name: next((folder / name).glob("*.eval")) for name in ("named", "filed")}


def test_the_wheel_holds_code_rooms_worlds_words_types_and_licence(wheels: dict[str, Path]) -> None:
    names = set(zipfile.ZipFile(wheels["tree"]).namelist())
    data = [path for kind in ("*.py", "*.yaml", "py.typed") for path in (ROOT / "turnwise").rglob(kind)]
    data += (ROOT / "turnwise" / "worlds" / "bundled").glob("*/*")
    expected = {path.relative_to(ROOT).as_posix() for path in data}
    expected |= {f"turnwise/{path.relative_to(ROOT)}" for room in ROOMS for path in (ROOT / room).glob("*.py")}
    assert "turnwise/worlds/bundled/city_library/database.sql" in expected
    assert names >= expected
    beside = {name for name in names - expected if ".dist-info/" not in name}
    assert not [name for name in beside if name.endswith((".py", ".pyc"))]
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_source_distribution_loses_nothing(wheels: dict[str, Path]) -> None:
    tree, sdist = (sorted(zipfile.ZipFile(wheels[name]).namelist()) for name in ("tree", "sdist"))
    assert tree == sdist


def test_names_in_an_installation_and_files_in_the_checkout_are_the_same(logs: dict[str, Path]) -> None:
    named, filed = (read_eval_log(str(logs[name])) for name in ("named", "filed"))
    assert named.status == filed.status == "success"
    assert scores(named) == scores(filed)
    assert all(value["success"] == 1 for value in scores(named).values())


def test_a_log_is_scored_again_by_the_file_or_the_name_of_a_scorer(installed: Path, logs: dict[str, Path]) -> None:
    again = ("--action", "append", "--overwrite")
    named = inspect(installed, "score", logs["named"], "--scorer", "turnwise/completion", *again)
    filed = inspect(sys.executable, "score", logs["filed"], "--scorer", "scorers/outcomes.py@completion", *again)
    run_together(Command(named, logs["named"].parent), Command(filed, ROOT))
    for path in logs.values():
        for sample in scores(read_eval_log(str(path))).values():
            (second,) = (name for name in sample if name.startswith("completion") and name != "completion")
            assert sample[second] == sample["completion"]


def scores(log: EvalLog) -> dict[int | str, dict[str, object]]:
    """The values of every score of every sample, as they are in the log's JSON."""
    return {
        sample.id: {name: json.loads(json.dumps(score.value)) for name, score in (sample.scores or {}).items()}
        for sample in log.samples or []
    }
