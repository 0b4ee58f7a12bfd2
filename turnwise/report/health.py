"""The health of simulated users as a person reads it: every check, what is accepted, and what each run measured."""

import math
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.errors import LogError
from turnwise.report.conditions import Condition, Run
from turnwise.scoring.quality.health import Check, health

_ACROSS = 8
"""Columns of measurements in one table."""


def checks_of(found: Run | Condition) -> list[Check]:
    """Every check of the users of a run or an condition; none where `user_health` was not scored."""
    return health(found.users, whole_goals=found.whole_goals, failed=found.failed) if found.users else []


def unfit(found: Run | Condition) -> list[str]:
    """Why the users of a run or an condition are unfit, a line for each check that fails; empty when they are fit.

    What was measured on such users says little of an agent, and is no training data.
    """
    return [f"{check.name}: {shown(check)}" for check in checks_of(found) if not check.fit]


def print_health(console: Console, runs: Sequence[Run]) -> None:
    """Print every check of the users of each run, those of one kind and paradigm side by side.

    Raises:
        LogError: no run has the score `user_health`.
    """
    scored = [run for run in runs if run.users]
    if not scored:
        raise LogError("these logs say nothing of their users: score them with turnwise/user_health first")
    for kind, whole_goals in sorted({(run.user, run.whole_goals) for run in scored}):
        alike = [run for run in scored if (run.user, run.whole_goals) == (kind, whole_goals)]
        how = "states goals whole" if whole_goals else "goes step by step"
        console.print(Text(f"User {kind}, who {how}" if kind else "Users of imported dialogues", style="bold"))
        columns: dict[str, list[Check]] = {}
        for number, run in enumerate(alike, 1):
            fit = "UNFIT" if unfit(run) else "fit"
            line = (
                f"  {number}: {run.task}, {run.candidate}, {run.world}, {len(run.users)} dialogues: {fit} ({run.log})"
            )
            console.print(Text(line, style="red" if fit == "UNFIT" else ""))
            columns[f"Run {number}"] = checks_of(run)
        if len(alike) > 1:
            users = [facts for run in alike for facts in run.users]
            columns["All"] = health(users, whole_goals=whole_goals, failed=sum(run.failed for run in alike))
        names = list(columns)
        for start in range(0, len(names), _ACROSS):
            console.print(_table({name: columns[name] for name in names[start : start + _ACROSS]}))
        console.print()


def _table(columns: dict[str, list[Check]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Check")
    table.add_column("Accepted", justify="right")
    for name in columns:
        table.add_column(name, justify="right")
    for row in zip(*columns.values(), strict=True):
        cells = [Text(_number(check, check.value), style="" if check.fit else "red") for check in row]
        table.add_row(Text(row[0].name), accepted(row[0]), *cells)
    return table


def shown(check: Check) -> str:
    """A check's value and what is accepted, in words."""
    return f"{_number(check, check.value)}, accepted {accepted(check)}"


def _number(check: Check, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1%}" if check.share else f"{value:.1f}"


def accepted(check: Check) -> str:
    """The range of values that a check accepts, in words."""
    least, most = (_number(check, limit).replace(".0", "") for limit in (check.least, check.most))
    if math.isinf(check.least):
        return "any" if math.isinf(check.most) else f"at most {most}"
    return f"at least {least}" if math.isinf(check.most) else f"{least} to {most}"
