"""The health of a run's simulated users as a person reads it: every check, its value and what is accepted."""

import math
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.errors import LogError
from turnwise.quality.health import Check, health
from turnwise.report.arms import Run, arms_by_world


def print_health(console: Console, runs: Sequence[Run]) -> None:
    """Print every check of the users of each arm, and whether they are fit.

    Raises:
        LogError: no run has the score `user_health`.
    """
    arms = [arm for arm in arms_by_world(runs) if arm.users]
    if not arms:
        raise LogError("these logs say nothing of their users: score them with turnwise/user_health first")
    for arm in arms:
        checks = health(arm.users, whole_goals=arm.whole_goals)
        fit = all(check.fit for check in checks)
        console.print(
            Text(f"{arm.name}: {len(arm.users)} dialogues, the user is {'fit' if fit else 'UNFIT'}", style="bold")
        )
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("Check")
        table.add_column("Measured", justify="right")
        table.add_column("Accepted", justify="right")
        for check in checks:
            style = "" if check.fit else "red"
            table.add_row(
                Text(check.name, style=style), Text(_number(check, check.value), style=style), accepted(check)
            )
        console.print(table)
        console.print()


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
        return f"at most {most}"
    return f"at least {least}" if math.isinf(check.most) else f"{least} to {most}"
