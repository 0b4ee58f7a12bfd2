"""What became of the goals that were asked for, as a person reads it."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.goals.pool import GoalFile


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
    facts = Table.grid(padding=(0, 2))
    facts.add_row("Goals", Text(f"{len(goals)}: {', '.join(f'{n} {level}' for level, n in sorted(levels.items()))}"))
    facts.add_row("Requests", Text(str(requests)))
    facts.add_row("Written to", Text(str(path), overflow="fold"))
    for name, line in _funnel_lines(goal_file.provenance.get("funnel", {})):
        facts.add_row(name, Text(line))
    for stage, spent in (usage or {}).items():
        counts = f"{spent['calls']} calls, {spent['faults']} replies unusable"
        tokens = f"{spent['input']} tokens in ({spent['cached']} cached), {spent['output']} out"
        facts.add_row("Model", Text(f"{stage}: {counts}, {tokens}"))
    if log is not None:
        facts.add_row("Log", Text(str(log), overflow="fold"))
    console.print(facts)
    console.print(Text("Next", style="bold"))
    command = f"inspect eval turnwise/user_oriented -T world={world} -T goal_file={path}"
    console.print(Text(f"  {command}", style="cyan"), soft_wrap=True)  # one line, to be copied


def _funnel_lines(funnel: Mapping[str, Any]) -> list[tuple[str, str]]:
    dropped: Mapping[str, int] = funnel.get("dropped", {})
    lines = [(f"{n}: {reason}") for reason, n in sorted(dropped.items(), key=lambda item: -item[1])]
    rows = [("Dropped" if place == 0 else "", line) for place, line in enumerate(lines)]
    if "asked" in funnel:
        counts = ", ".join(f"{funnel[name]} {name}" for name in ("asked", "proposed", "kept"))
        rows = [("Funnel", f"{counts} ({funnel['repaired']} of them repaired)"), *rows]
    if "cut_short" in funnel:
        rows.append(("Cut short", str(funnel["cut_short"])))
    return rows
