"""What became of the goals that were asked for, as a person reads it."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from turnwise.goals.pool import GoalFile
from turnwise.report.tables import print_facts, print_next


def print_goals(
    console: Console,
    goal_file: GoalFile,
    path: str | Path,
    world: str,
    usage: Mapping[str, Mapping[str, int]] | None = None,
    log: Path | None = None,
) -> None:
    """Print how many goals there are, what was dropped and why, what the models were asked for, and what to do next.

    Args:
        world: how the person named the world.
        usage: stage -> calls, faults and tokens, where a model wrote the goals.
    """
    goals = goal_file.goals
    levels = Counter(goal.difficulty for goal in goals)
    requests = sum(len(goal.requests) for goal in goals)
    facts = [
        ("Goals", f"{len(goals)}: {', '.join(f'{n} {level}' for level, n in sorted(levels.items()))}"),
        ("Requests", str(requests)),
        ("Written to", str(path)),
        *_funnel_lines(goal_file.provenance.get("funnel", {})),
    ]
    for stage, spent in (usage or {}).items():
        counts = f"{spent['calls']} calls, {spent['faults']} replies unusable"
        tokens = f"{spent['input']} tokens in ({spent['cached']} cached), {spent['output']} out"
        facts.append(("Model", f"{stage}: {counts}, {tokens}"))
    if log is not None:
        facts.append(("Log", str(log)))
    print_facts(console, facts)
    print_next(console, f"inspect eval turnwise/user_oriented -T world={world} -T goal_file={path}")


def _funnel_lines(funnel: Mapping[str, Any]) -> list[tuple[str, str]]:
    dropped: Mapping[str, int] = funnel.get("dropped", {})
    rows = [("Dropped", f"{n}: {reason}") for reason, n in sorted(dropped.items(), key=lambda item: -item[1])]
    if "asked" in funnel:
        counts = ", ".join(f"{funnel[name]} {name}" for name in ("asked", "proposed", "kept"))
        rows = [("Funnel", f"{counts} ({funnel['repaired']} of them repaired)"), *rows]
    if "cut_short" in funnel:
        rows.append(("Cut short", str(funnel["cut_short"])))
    return rows
