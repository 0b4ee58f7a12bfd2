"""The health of simulated users as a person reads it: every check, what is accepted, and what each run measured."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from turnwise.errors import LogError
from turnwise.report.tables import plain_table
from turnwise.scoring.comparison import Run, checks_of, unfit

_LIKE_PEOPLE = " (people)"
_LOOKS = {(True, True): "", (True, False): "", (False, True): "yellow", (False, False): "red"}
"""Red where the user is unfit, yellow where it is unlike people."""
_ACROSS = 8
"""Columns of measurements in one table."""


def print_health(console: Console, runs: Sequence[Run]) -> None:
    """Print every check of the users of each run with `user_health`, those of one kind and paradigm side by side."""
    scored = [run for run in runs if run.users]
    if not scored:
        raise LogError("these logs say nothing of their users: score them with turnwise/user_health first")
    for kind, whole_goals in sorted({(run.user, run.whole_goals) for run in scored}):
        alike = [run for run in scored if (run.user, run.whole_goals) == (kind, whole_goals)]
        how = "states goals whole" if whole_goals else "goes step by step"
        console.print(Text(f"User {kind}, who {how}" if kind else "Users of imported dialogues", style="bold"))
        columns = {f"Run {number}": checks_of([run]) for number, run in enumerate(alike, 1)}
        for number, run in enumerate(alike, 1):
            fit = "UNFIT" if unfit([run]) else "fit"
            about = f"{run.task}, {run.candidate}, {run.world}, {len(run.users)} dialogues"
            console.print(Text(f"  {number}: {about}: {fit} ({run.log})", style="red" if fit == "UNFIT" else ""))
        if len(alike) > 1:
            columns["All"] = checks_of(alike)
        names = list(columns)
        for start in range(0, len(names), _ACROSS):
            shown = names[start : start + _ACROSS]
            table = plain_table("Check", "Accepted", *shown)
            for row in zip(*(columns[name] for name in shown), strict=True):
                cells = [Text(check.shown, style=_LOOKS[check.accepts, check.of_likeness]) for check in row]
                accepted = f"{row[0].accepted}{_LIKE_PEOPLE * row[0].of_likeness}"
                table.add_row(Text(row[0].name), accepted, *cells)
            console.print(table)
        console.print()
