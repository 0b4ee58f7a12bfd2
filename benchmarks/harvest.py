"""Harvesting and comparing ten thousand dialogues: time, memory, and speed beside Inspect's own reader.

    python benchmarks/harvest.py                        # some three minutes
    python benchmarks/harvest.py --dialogues 1000       # a first impression

Dialogues are held for once, on the bundled worlds, and copied into logs: see README.md beside this file.
"""

import argparse
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai._util.zipfile import zipfile_compress_kwargs
from inspect_ai.log import read_eval_log

from turnwise._inspect import run_task
from turnwise.worlds import bundled_worlds

PER_LOG = 250
SECONDS, MEGABYTES = 60, 500
"""The bar: at most so much."""
EVENTS, BEHIND_EVENTS = b',"events":[', b'],"model_usage":'


class Cost(NamedTuple):
    """What a process and its children took; memory is in MB, that which they share counted once (PSS)."""

    seconds: float
    cpu: float
    memory: float


def hold(folder: Path, dialogues: int) -> list[Path]:
    """Logs of real dialogues: all bundled worlds, both paradigms, the baseline and the oracle."""
    conditions = [
        (world, task, agent)
        for world in bundled_worlds()
        for task in ("user_oriented", "task_oriented")
        for agent in ("lexical", "oracle")
    ]
    each = max(1, dialogues // len(conditions))
    return [run_task(task, {"world": world, "scenarios": each}, agent, folder) for world, task, agent in conditions]


def copies(originals: list[Path], dialogues: int, folder: Path) -> None:
    """Logs of copies, each with ids of its own and with words of its own in every message of the user."""
    held = [(path, name) for path in originals for name in samples_in(path)]
    drawn = random.Random(0)
    words = [f"{drawn.choice('bcdfghklmnprst')}{drawn.choice('aeiou')}{number:x}" for number in range(4000)]
    by_log: dict[Path, list[str]] = {}
    for path, name in held:
        by_log.setdefault(path, []).append(name)
    made = 0
    while made < dialogues:
        for path, names in by_log.items():
            count = min(PER_LOG, dialogues - made)
            if count > 0:
                write_copy(path, names, made, count, folder, drawn, words)
                made += count


def samples_in(path: Path) -> list[str]:
    """Names of the samples in a log."""
    with zipfile.ZipFile(path) as log:
        return [name for name in log.namelist() if name.startswith("samples/")]


def write_copy(
    path: Path, names: list[str], first: int, count: int, folder: Path, drawn: random.Random, words: list[str]
) -> None:
    """One log of so many copies of the dialogues of another."""
    new = {"eval_id": f"eval{first:09}", "task_id": f"task{first:09}", "run_id": f"run{first:09}"}
    target = folder / f"copy-{first:06}.eval"
    with zipfile.ZipFile(path) as log, zipfile.ZipFile(target, "w", **zipfile_compress_kwargs) as copy:
        texts = {name: log.read(name) for name in names}
        summaries = {
            f"samples/{one['id']}_epoch_{one['epoch']}.json": one for one in json.loads(log.read("summaries.json"))
        }
        numbers = range(first, first + count)
        ids = [{"id": n + 1, "epoch": 1, "uuid": f"copy{n:018}"} for n in numbers]
        copied = [summaries[names[n % len(names)]] | own for n, own in zip(numbers, ids, strict=True)]
        copy.writestr("summaries.json", json.dumps(copied))
        for member in ("_journal/start.json", "header.json"):
            header = json.loads(log.read(member))
            header["eval"] |= new
            copy.writestr(member, json.dumps(header))
        for number in numbers:
            text = texts[names[number % len(names)]]
            core, _, rest = text.partition(EVENTS)
            sample = json.loads(core + b"}")
            sample["id"] = number + 1
            for message in sample["messages"]:
                if message["role"] == "user":
                    message["content"] += f" ({' '.join(drawn.choices(words, k=12))})"
            events, behind, tail = rest.rpartition(BEHIND_EVENTS)
            tail = re.sub(rb'"uuid":"\w+"', b'"uuid":"copy%018d"' % number, tail, count=1)
            start = json.dumps(sample, separators=(",", ":")).encode().removesuffix(b"}")
            copy.writestr(f"samples/{number + 1}_epoch_1.json", start + EVENTS + events + behind + tail)


def watched(command: list[str]) -> Cost:
    """Run a command, and look at the memory of its processes twenty times a second."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    most = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, sum(proportional(pid) for pid in family(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    printed, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    print(printed)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - started, cpu, most)


def family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def proportional(pid: int) -> float:
    """Memory of a process in MB, pages that n processes share counted as 1/n."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def sizes(logs: list[Path]) -> tuple[float, float]:
    """MB of some logs, as they are on disk and unpacked."""
    unpacked = 0
    for path in logs:
        with zipfile.ZipFile(path) as log:
            unpacked += sum(member.file_size for member in log.infolist() if member.filename.startswith("samples/"))
    return sum(path.stat().st_size for path in logs) / 1e6, unpacked / 1e6


def read_by_inspect(logs: list[Path], least: float) -> tuple[float, int]:
    """Unpacked MB a CPU second of Inspect's reader, over logs of at least so many seconds, and the dialogues read."""
    started, read, dialogues = time.process_time(), 0.0, 0
    for path in logs:
        dialogues += len(read_eval_log(str(path)).samples or [])
        read += sizes([path])[1]
        if time.process_time() - started > least:
            break
    return read / (time.process_time() - started), dialogues


def arguments() -> Mapping[str, Any]:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dialogues", type=int, default=10_000)
    parser.add_argument("--held", type=int, default=200, help="dialogues that are really held")
    parser.add_argument("--keep", type=Path, help="a folder for the logs, which are used again when they are there")
    return vars(parser.parse_args())


def main() -> None:
    given = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given["keep"] or Path(temporary)
        logs = folder / "logs"
        if not logs.is_dir():
            held = folder / "held"
            originals = sorted(held.iterdir()) if held.is_dir() else hold(held, given["held"])
            logs.mkdir(parents=True)
            copies(originals, given["dialogues"], logs)
        files = sorted(logs.iterdir())
        packed, unpacked = sizes(files)
        archive = folder / "archive"
        shutil.rmtree(archive, ignore_errors=True)
        start = "from turnwise.cli import main; main()"
        command = [sys.executable, "-c", start, "harvest", str(logs), "-o", str(archive), "--force"]
        cost = watched(command)
        again = watched(command)
        compared = watched([sys.executable, "-c", start, "compare", str(logs)])
        by_inspect, sampled = read_by_inspect(files, 20)
    speed = unpacked / cost.cpu
    print(f"{given['dialogues']:,} dialogues in {len(files)} logs: {packed:,.0f} MB, unpacked {unpacked:,.0f} MB")
    for name, run in (("harvested", cost), ("again, unchanged", again), ("compared", compared)):
        print(f"{name:<17} {run.seconds:6.1f} s, {run.cpu:6.1f} s of CPU, {run.memory:4.0f} MB at most")
    print(f"MB unpacked per second of CPU: {speed:.0f}; Inspect's reader, {sampled} dialogues: {by_inspect:.0f}")
    print(f"ratio {speed / by_inspect:.1f}, with judging and writing")
    print(f"target: {SECONDS} s and {MEGABYTES} MB for 10,000")
    failed = given["dialogues"] == 10_000 and (cost.seconds > SECONDS or cost.memory > MEGABYTES)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
