"""Interaction quality against the rate at which an agent misbehaves: the scores have to fall as the rate rises.

    python benchmarks/defect_rate.py [--scenarios 20] [--plot docs/defect_rate.png]

The oracle, which asks for leave before a change worth a confirmation, talks with the agenda user; one fault is planted
live in a share of its turns. Exits with 1 when `iq` of a fault is not lower at every higher rate.
"""

import argparse
import os
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

import matplotlib

matplotlib.use("Agg")

from inspect_ai import eval as inspect_eval
from inspect_ai.solver import SolverSpec
from matplotlib import pyplot as plt
from rich.console import Console
from rich.table import Table

from turnwise.logs.scores import values_of
from turnwise.solvers.misbehaving import FAULTS

RATES = (0.0, 0.1, 0.25, 0.5, 1.0)


def main() -> None:
    """Measure, print, draw."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--scenarios", type=int, default=20)
    options.add_argument("--world", default="concert_hall")
    options.add_argument("--plot", type=Path)
    given = options.parse_args()
    found = {fault: [iq(given.world, given.scenarios, fault, rate) for rate in RATES] for fault in FAULTS}
    table = Table("ReplyFault", *(f"{rate:.0%} of turns" for rate in RATES), "falls")
    falling = {fault: all(a > b for a, b in pairwise(line)) for fault, line in found.items()}
    for fault, line in found.items():
        table.add_row(fault, *(f"{value:.3f}" for value in line), "yes" if falling[fault] else "NO")
    Console(width=None if sys.stdout.isatty() else 110).print(table)
    if given.plot:
        draw(found, given.plot)
    sys.exit(not all(falling.values()))


def iq(world: str, scenarios: int, fault: str, rate: float) -> float:
    """The mean `iq` of some dialogues of an oracle that asks for leave and has this fault at this rate."""
    args: dict[str, Any] = {
        "agent": "turnwise/misbehaving",
        "base": "turnwise/oracle",
        "ask_leave": True,
        "fault": fault,
        "rate": rate,
    }
    with tempfile.TemporaryDirectory() as folder:
        (log,) = inspect_eval(
            "turnwise/user_oriented",
            task_args={"world": world, "scenarios": scenarios},
            model="none",
            solver=SolverSpec("turnwise/converse", args, args),
            log_dir=folder,
            display="none",
            log_realtime=False,
            log_model_api=False,
        )
    assert log.status == "success", log.error
    assert log.samples
    return fmean(float(values_of((sample.scores or {})["iq"])["iq"]) for sample in log.samples)


def draw(found: dict[str, list[float]], path: Path) -> None:
    """One line per fault."""
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for fault, line in found.items():
        axes.plot([100 * rate for rate in RATES], line, marker="o", label=fault.replace("_", " "))
    axes.set_xlabel("Turns of the agent with the fault, %")
    axes.set_ylabel("iq, mean of the dialogues")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    partial = path.with_suffix(".partial.png")
    figure.savefig(partial, dpi=130)
    partial.replace(path)


if __name__ == "__main__":
    main()
