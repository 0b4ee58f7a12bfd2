"""Turnwise beside other harnesses, on the same scripted dialogues, in one run.

    python benchmarks/peers.py [--dialogues 40] [--repeats 3]

The bare Inspect loop and Turnwise replay dialogues that were recorded once (overhead.py says how). Other harnesses are
named, with why they are not timed: verifiers wants another `openai` than Turnwise and does not install beside it, and the
loop of tau2 in inspect-evals takes no recorded replies.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from overhead import ARMS, TITLES, Recording, in_a_fresh_process, record
from rich.console import Console
from rich.table import Table

OTHERS = {"verifiers": "verifiers", "tau2 of inspect-evals": "inspect_evals.tau2"}


def missing(module: str) -> str | None:
    """Why a harness cannot be imported; None where it can."""
    done = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it does not import"])[-1]


def main() -> None:
    """Time the bare loop and Turnwise, and name the others."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dialogues", type=int, default=40)
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()
    table = Table("Harness", "ms CPU per model call", "ratio", "rounds")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.json"
        path.write_text(json.dumps(record("city_library", 0, given.dialogues, Path(folder))), "utf-8")
        few = max(given.dialogues // 4, 1)
        rounds: dict[str, list[float]] = {arm: [] for arm in ARMS}
        for _ in range(given.repeats):
            for arm in ARMS:
                rounds[arm].append(float(in_a_fresh_process("--measure", arm, few, given.dialogues, path)))
        calls = Recording.read(path).calls(given.dialogues)
    for arm in ARMS:
        ratios = [one / bare for one, bare in zip(rounds[arm], rounds["bare"], strict=True)]
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        table.add_row(TITLES[arm], f"{statistics.median(rounds[arm]):.2f}", f"{statistics.median(ratios):.2f}", each)
    for name, module in OTHERS.items():
        why = missing(module)
        table.add_row(name, "skipped", "", why or "its loop takes no recorded replies")
    console = Console(width=140)
    console.print(f"{given.dialogues} dialogues of city_library, {calls} model calls without latency")
    console.print(table)


if __name__ == "__main__":
    main()
