"""Commands that are killed, interrupted and run out of disk: what is left, and does the same command go on?

    python benchmarks/pulled_plug.py [--times 30] [--only synth,run] [--ways killed] [--seed 0]

Each command runs undisturbed once. Then, for `--times` each, in a folder of its own, it is

    killed        SIGKILL at a random moment
    interrupted   SIGINT at a random moment
    out of disk   no file may grow beyond a random size (RLIMIT_FSIZE), in place of a full disk

and each time given again, undisturbed. Wrong is: what another program would take for whole and is not; a first run that
ends without a word, or with a traceback; a second one that fails, or comes to something else than the undisturbed one;
something of the first that stays behind. Exits with 1 when anything is wrong.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

# Everything is imported before the first fork: a moment of an import is of no interest, and they take most of the time.
import inspect_ai.log._recorders.eval  # noqa: F401
from rich.console import Console
from rich.table import Table

import turnwise._registry  # noqa: F401
from turnwise.cli import main as turnwise_main
from turnwise.errors import TurnwiseError
from turnwise.harvest.archive import archive_rows
from turnwise.logs.bulk import sample_names
from turnwise.logs.read import read_info, read_summaries

ROOT = Path(__file__).parents[1]
DISTURBED = ("killed", "interrupted", "out of disk")
_LEFT_BY_INSPECT = ".inspect_tmp_"


@dataclass(frozen=True)
class Case:
    """A command, and what has to hold of what it leaves."""

    name: str
    command: str
    prepared: tuple[str, ...] = ()
    """the commands whose results it needs"""
    result: Callable[[Path], object] = lambda folder: hashes(folder)
    """what two undisturbed runs have in common"""
    whole: Callable[[Path], object] = lambda folder: None
    """raises where something in the folder looks whole and is not"""


def hashes(folder: Path) -> dict[str, str]:
    """The bytes of each file that the command wrote, by name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.parts[len(folder.parts)] != "given")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def logged(folder: Path) -> list[tuple[str, int]]:
    """Task and number of dialogues of the logs that are whole, each dialogue once."""
    found = {}
    for path in sorted(folder.rglob("*.eval")):
        if path.parts[len(folder.parts)] == "given":
            continue
        header = read_info(path).header
        names = sample_names(path)
        assert len(names) == len(set(names)), f"{path} has a dialogue twice"
        if header.status == "success":
            found[json.dumps(header.eval.task_args, sort_keys=True, default=str)] = len(names)
    return sorted(found.items())


def readable(folder: Path) -> None:
    """Raise where a log cannot be read."""
    for path in folder.rglob("*.eval"):
        with contextlib.suppress(TurnwiseError):  # killed before a dialogue was in it, which is said so
            read_info(path)
        sample_names(path)


def archived(folder: Path) -> object:
    """How many dialogues are kept, each once; their logs have different seeds."""
    rows = [row["sample_id"] for row in archive_rows(folder / "made")]
    assert len(rows) == len(set(rows)), "a dialogue is in the archive twice"
    seeds = [
        read_info(path).header.eval.task_args["seed"]
        for path in (folder / "made/logs").glob("*.eval")
        if sample_names(path)
    ]
    assert len(seeds) == len(set(seeds)), "two batches have one seed"
    return len(rows) >= 12


def planned(folder: Path) -> object:
    """Which dialogues are held of each cell, each once; one that an interrupt ended is none."""
    found = []
    for path in (folder / "made/logs").glob("*.eval"):
        about = read_info(path).header.eval.task_args
        held = [one for one in read_summaries(path) if one.completed and one.error is None]
        found += [(about["world"], about["seed"], one.id) for one in held]
    assert len(found) == len(set(found)), "a dialogue is held twice"
    return sorted(found)


def archive_or_none(folder: Path) -> None:
    """Raise where an archive is taken for whole and cannot be read."""
    if (folder / "made/funnel.json").exists():
        list(archive_rows(folder / "made"))
    readable(folder)


CASES = (
    Case("synth", f"synth {ROOT}/examples/tea_shop -o made"),
    Case("run", "run --agent lexical --scenarios 12 --log-dir made", result=logged, whole=readable),
    Case(
        "generate", "generate --target 12 --agent oracle -o made --force", result=archived, whole=archive_or_none
    ),
    Case("plan", "generate given/plan.yaml -o made --force", result=planned, whole=archive_or_none),
    Case("harvest", "harvest given/run -o made --force", ("run",), whole=archive_or_none),
    Case("export", "harvest export given/harvest --for trl-sft -o made", ("harvest",)),
    Case("branch", "branch given/run --at every:2 -o made/starts.jsonl", ("run",)),
    Case("import", "import given/talks.jsonl -o made", result=lambda folder: [n for _, n in logged(folder)], whole=readable),
    Case("compare", "compare given/run --csv made/table.csv --page made/page.html", ("run",)),
)  # fmt: skip


def talks(folder: Path) -> None:
    """A file of transcripts, and a plan."""
    lines = []
    for number in range(300):
        said = [{"role": "user", "content": f"Hello {number}"}, {"role": "assistant", "content": "What can I do?"}]
        lines.append(json.dumps({"messages": said * 4}))
    (folder / "talks.jsonl").write_text("\n".join(lines))
    wanted = {"target": 3, "worlds": ["city_library", "bike_workshop"], "agents": ["oracle"], "most": 10, "shard": 3}
    (folder / "plan.yaml").write_text(json.dumps(wanted))


def child(command: str, folder: Path, most: int | None) -> int:
    """The process id of a command that runs in a folder, where no file may exceed so many bytes."""
    number = os.fork()
    if number:
        return number
    code = 70
    try:
        # A shell that starts this in the background has it ignore SIGINT, and its children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(folder)
        os.environ["XDG_CACHE_HOME"] = str(folder / "given")
        out = os.open(folder / "given" / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout, sys.stderr = (io.TextIOWrapper(os.fdopen(n, "wb", 0), write_through=True) for n in (1, 2))
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        turnwise_main(command.split(), prog_name="turnwise", standalone_mode=True)
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException as error:
        import traceback

        traceback.print_exception(error)
        code = 71
    finally:
        os._exit(code)


def ended(number: int) -> int:
    """How a process ended: its code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def disturbed(
    case: Case, how: str, folder: Path, seconds: float, largest: int, dice: random.Random
) -> tuple[list[str], bool]:
    """What is wrong when a command is disturbed in a way, in a folder, and whether that stopped it."""
    most = dice.randrange(200, max(largest, 400)) if how == "out of disk" else None
    number = child(case.command, folder, most)
    if most is None:
        time.sleep(dice.uniform(0.02, 1.0) * seconds)
        os.kill(number, signal.SIGKILL if how == "killed" else signal.SIGINT)
    code = ended(number)
    said = (folder / "given" / "said").read_text("utf-8", "replace")
    wrong = []
    if "Traceback" in said:
        wrong.append("a traceback" + said[said.index("Traceback") - 80 :][:1500])
    if how == "out of disk" and code not in (0, 1):
        wrong.append(f"ended with {code}")
    if how == "out of disk" and code == 1 and sum(line.startswith("Error") for line in said.splitlines()) > 1:
        wrong.append(f"more than one error: {said[-200:]}")
    if how == "interrupted" and code not in (0, 1, 130, -signal.SIGINT):
        wrong.append(f"ended with {code}")
    try:
        case.whole(folder)
    except Exception as error:
        wrong.append(f"half-written: {type(error).__name__}: {error}"[:160])
    return wrong, code != 0


def again(case: Case, folder: Path, expected: object) -> list[str]:
    """What is wrong when the command is given once more."""
    code = ended(child(case.command, folder, None))
    if code != 0:
        said = (folder / "given" / "said").read_text("utf-8", "replace").strip()
        return [f"the second run ended with {code}: {said[-160:]}"]
    wrong = []
    try:
        if (came := case.result(folder)) != expected:
            wrong.append(f"comes to something else: {str(came)[:120]}")
    except Exception as error:
        wrong.append(f"the second run: {type(error).__name__}: {error}"[:160])
    left = [path for path in folder.rglob("*") if ".turnwise-" in path.name or path.name.endswith((".part", ".lock"))]
    left += list(folder.rglob(f"{_LEFT_BY_INSPECT}*"))
    if left:
        wrong.append(f"left behind: {left[0].name}")
    return wrong


def main() -> None:
    """Disturb every command in every way."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=30)
    options.add_argument("--only", default="")
    options.add_argument("--ways", default=",".join(DISTURBED))
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    chosen = [case for case in CASES if not given.only or case.name in given.only.split(",")]
    dice = random.Random(given.seed)
    table = Table("Command", "Way", "Times", "Stopped", "Undisturbed", "Right", "Wrong")
    found = 0
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "undisturbed"
        (made / "given").mkdir(parents=True)
        talks(made / "given")
        done: dict[str, tuple[object, float, int]] = {}
        needed = {name for case in chosen for name in (case.name, *case.prepared)} | (
            {"run"} if "export" in given.only else set()
        )
        for case in (case for case in CASES if case.name in needed):
            folder = Path(place) / case.name
            shutil.copytree(made / "given", folder / "given")
            began = time.monotonic()
            code = ended(child(case.command, folder, None))
            assert code == 0, (case.name, code, (folder / "given/said").read_text())
            seconds = time.monotonic() - began
            largest = max((p.stat().st_size for p in (folder / "made").rglob("*") if p.is_file()), default=1000)
            done[case.name] = case.result(folder), seconds, largest
            shutil.copytree(folder / "made", made / "given" / case.name)
        for case in chosen:
            expected, seconds, largest = done[case.name]
            for how in given.ways.split(","):
                wrong: Counter[str] = Counter()
                bad = hit = 0
                for _ in range(given.times):
                    folder = Path(place) / "now"
                    shutil.rmtree(folder, ignore_errors=True)
                    (folder / "given").mkdir(parents=True)
                    for item in ("talks.jsonl", "plan.yaml", *case.prepared):
                        source = made / "given" / item
                        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / "given" / item)
                    problems, stopped = disturbed(case, how, folder, seconds, largest, dice)
                    problems += again(case, folder, expected)
                    hit += stopped
                    wrong.update(problems)
                    bad += bool(problems)
                found += bad
                worst = "; ".join(f"{n} x {what}" for what, n in wrong.most_common(3))
                table.add_row(
                    case.name, how, str(given.times), str(hit), f"{seconds:.1f} s", str(given.times - bad), worst
                )
                print(
                    f"{case.name}, {how}: {given.times - bad} of {given.times} right. {worst}",
                    file=sys.stderr,
                    flush=True,
                )
    Console(width=150).print(table)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
