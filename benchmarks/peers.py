"""Turnwise beside other harnesses, on the same scripted dialogues, in one run.

    python benchmarks/peers.py [--verifiers PYTHON] [--inspect-evals PYTHON] [--dialogues 40] [--repeats 3]

Dialogues are recorded once (overhead.py says how). The bare Inspect loop, Turnwise and each peer replay them in turns, each
time in a fresh process; a peer runs in an environment of its own, whose interpreter is given (peer_arms.py says what it
holds). A peer that is not given, or does not run, is named with the reason.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from overhead import ARMS, TITLES, Recording, in_a_fresh_process, record
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from turnwise.worlds import load_world

WORLD = "city_library"
PEERS = {
    "verifiers": "verifiers, StatefulToolEnv",
    "telecom": "inspect-evals, tau2_telecom *",
    "airline": "inspect-evals, tau2_airline *",
}
AIRLINE = (1, 2)  # dialogues, in the first round only: a call costs some forty times as much as elsewhere


class Skipped(Exception):
    """A peer cannot be timed; says why."""


def one_round(peer: str, python: str | None, sizes: tuple[int, int], folder: Path) -> tuple[float, str]:
    """What a model call costs in a peer, in milliseconds, and its version."""
    if python is None:
        raise Skipped(f"no --{'verifiers' if peer == 'verifiers' else 'inspect-evals'} PYTHON was given")
    command = [python, str(Path(__file__).with_name("peer_arms.py")), peer, *map(str, sizes), str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Skipped(f"{python}: {error.strerror}") from error
    if done.returncode != 0:
        raise Skipped((done.stderr.strip().splitlines() or [f"it ended with exit code {done.returncode}"])[-1])
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return told["ms"], told["version"]


def write_down(dialogues: int, folder: Path) -> Recording:
    """Record the dialogues, and lay them and their world where every harness reads them."""
    recording = record(WORLD, 0, dialogues, folder)
    (folder / "recording.json").write_text(json.dumps(recording), "utf-8")
    world = load_world(WORLD)
    tools = [tool.model_dump(mode="json", include={"name", "description", "parameters", "sql"}) for tool in world.tools]
    told = {"policy": world.policy, "database": world.database, "tools": tools}
    (folder / "world.json").write_text(json.dumps(told), "utf-8")
    return recording


def main() -> None:
    """Time every harness in turns and print them side by side."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--verifiers", metavar="PYTHON", help="an interpreter whose environment has verifiers<0.4")
    options.add_argument("--inspect-evals", metavar="PYTHON", help="an interpreter whose environment has inspect-evals")
    options.add_argument("--dialogues", type=int, default=40)
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()
    pythons = {"verifiers": given.verifiers, "telecom": given.inspect_evals, "airline": given.inspect_evals}
    if given.dialogues < 4:
        options.error("--dialogues takes 4 or more")
    load = os.getloadavg()[0]
    few = given.dialogues // 4
    rounds: dict[str, list[float]] = {name: [] for name in (*ARMS, *PEERS)}
    versions = dict.fromkeys(ARMS, version("inspect-ai"))
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        calls = write_down(given.dialogues, folder).calls(given.dialogues)
        for number in range(given.repeats):
            for arm in ARMS:
                path = folder / "recording.json"
                rounds[arm].append(float(in_a_fresh_process("--measure", arm, few, given.dialogues, path)))
            for peer in (name for name in PEERS if name not in skipped and (number == 0 or name != "airline")):
                try:
                    sizes = AIRLINE if peer == "airline" else (few, given.dialogues)
                    cost, versions[peer] = one_round(peer, pythons[peer], sizes, folder)
                    rounds[peer].append(cost)
                except Skipped as why:
                    skipped[peer] = str(why)
            costs = ", ".join(f"{name} {each[number]:.2f}" for name, each in rounds.items() if len(each) > number)
            print(f"round {number + 1} of {given.repeats}, ms: {costs}", file=sys.stderr)
    table = Table("Harness", "version", "ms CPU per model call", "ratio", "each round")
    for name, title in (TITLES | PEERS).items():
        if name in skipped:
            table.add_row(title, "", "skipped", "", escape(skipped[name]))
            continue
        ratios = [one / bare for one, bare in zip(rounds[name], rounds["bare"], strict=False)]
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        medians = (f"{statistics.median(rounds[name]):.2f}", f"{statistics.median(ratios):.2f}")
        table.add_row(title, versions[name], *medians, each)
    console = Console(width=140)
    console.print(f"{given.dialogues} dialogues of {WORLD}, {calls} model calls; marginal CPU from {few} dialogues")
    console.print(f"Python {sys.version.split()[0]}, load {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end")
    console.print(table)
    if given.inspect_evals:
        console.print(
            "* its own tasks, policy, tools, database and scorer; who speaks when, what is said and how many tools are called\n"
            "  is recorded. Its user is a model, whose calls count too; it is scored. Airline: from 1 to 2 dialogues, in one round."
        )


if __name__ == "__main__":
    main()
