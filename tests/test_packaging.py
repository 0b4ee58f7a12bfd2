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
from pathlib import Path

import pytest
from inspect_ai.log import EvalLog, read_eval_log

pytest.importorskip("setuptools", minversion="77", reason="building needs what make test installs")

ROOT = Path(__file__).parents[1]
ROOMS = ("tasks", "solvers", "scorers")
TWO_BY_THE_ORACLE = ("-T", "scenarios=2", "--model", "none", "-S", "agent=turnwise/oracle")

BUILD = """
import os, tarfile
from setuptools import build_meta
packed = build_meta.build_sdist("dist")
with tarfile.open(f"dist/{packed}") as archive:
    archive.extractall("unpacked", filter="data")
os.chdir(f"unpacked/{packed.removesuffix('.tar.gz')}")
build_meta.build_wheel("../../dist")
"""
"""A wheel from the source distribution of this folder: it has only what that kept."""

IN_TURN = """
import glob, json, runpy, sys
for command in json.loads(sys.argv[1]):
    sys.argv = ["inspect", *(part for given in command for part in (glob.glob(given) or [given]))]
    try:
        runpy.run_module("inspect_ai", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code:
            raise
"""
"""Commands of Inspect in one process, since to start it costs more than what they do."""


def run(python: str | Path, *arguments: str | Path, folder: Path) -> subprocess.Popen[str]:
    """Start Python; like a script of its environment, it leaves the working folder off the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INSPECT"))}
    return subprocess.Popen(
        [str(argument) for argument in (python, "-P", *arguments)],
        cwd=folder,
        env={**kept, "INSPECT_DISPLAY": "plain"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait(*running: subprocess.Popen[str]) -> None:
    """A failure shows what was said, and leaves nothing running."""
    try:
        said = [process.communicate(timeout=300)[0] for process in running]
    finally:
        for process in running:
            process.kill()
    assert [process.returncode for process in running] == [0] * len(running), "\n".join(said)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the source distribution of the tree."""
    tree = tmp_path_factory.mktemp("build")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", *ROOMS)
    shutil.copytree(ROOT / "turnwise", tree / "turnwise", ignore=unwanted)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, tree)
    wait(run(sys.executable, "-c", BUILD, folder=tree))
    return next((tree / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has the wheel, and borrows everything else from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip = ("-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet", "--no-compile")
    wait(run(sys.executable, *pip, "--no-deps", "--no-index", wheel, folder=folder))
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    # The finder of an editable installation hangs on a .pth file, and one .pth file does not run another's.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    return python


@pytest.fixture(scope="module")
def logs(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, EvalLog]:
    """The same dialogues held and scored twice: by names, from an empty folder, and by files, in the checkout."""
    folder, empty = tmp_path_factory.mktemp("logs"), tmp_path_factory.mktemp("empty")

    def held(python: str | Path, task: str, solver: str, scorer: str, name: str, place: Path) -> subprocess.Popen[str]:
        once = ("eval", task, "--solver", solver, *TWO_BY_THE_ORACLE, "--log-dir", str(folder / name))
        again = ("score", f"{folder / name}/*.eval", "--scorer", scorer, "--action", "append", "--overwrite")
        commands: Sequence[Sequence[str]] = (once, again)
        return run(python, "-c", IN_TURN, json.dumps(commands), folder=place)

    files = ("tasks/user_oriented.py", "solvers/converse.py@converse", "scorers/outcomes.py@completion")
    wait(
        held(installed, "turnwise/user_oriented", "turnwise/converse", "turnwise/completion", "named", empty),
        held(sys.executable, *files, "filed", ROOT),
    )
    return {name: read_eval_log(str(next((folder / name).glob("*.eval")))) for name in ("named", "filed")}


def test_the_wheel_holds_code_rooms_worlds_words_types_and_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [path for path in (ROOT / "turnwise").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    expected = {path.relative_to(ROOT).as_posix() for path in data}
    expected |= {f"turnwise/{path.relative_to(ROOT)}" for room in ROOMS for path in (ROOT / room).glob("*.py")}
    assert expected >= {"turnwise/worlds/bundled/city_library/database.sql", "turnwise/report/page/page.html.jinja"}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_names_in_an_installation_and_files_in_the_checkout_are_the_same(logs: dict[str, EvalLog]) -> None:
    named, filed = logs["named"], logs["filed"]
    assert named.status == filed.status == "success"
    assert scores(named) == scores(filed)
    assert all(value["success"] == 1 for value in scores(named).values())


def test_a_log_is_scored_again_by_the_file_or_the_name_of_a_scorer(logs: dict[str, EvalLog]) -> None:
    for log in logs.values():
        for sample in scores(log).values():
            (second,) = (name for name in sample if name.startswith("completion") and name != "completion")
            assert sample[second] == sample["completion"]


def scores(log: EvalLog) -> dict[int | str, dict[str, object]]:
    """The values of every score of every sample, as they are in the log's JSON."""
    return {
        sample.id: {name: json.loads(json.dumps(score.value)) for name, score in (sample.scores or {}).items()}
        for sample in log.samples or []
    }
