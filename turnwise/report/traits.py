"""What each trait of a user costs an agent: conditions that differ in the behaviour alone, beside the plain user."""

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from turnwise.report.tables import harmless, plain_table
from turnwise.scoring.comparison import Dialogue, Run, summarize

PLAIN = "user_oriented"
"""The behaviour that the others are held against."""


def print_traits(console: Console, runs: Sequence[Run]) -> None:
    """Print what success and completion lose by each behaviour, per agent, on the worlds and scenarios that both met."""
    rows = _rows(runs)
    if not rows:
        return
    table = plain_table("Agent", "Behaviour", "Dialogues", "Success", "lost", "Completion", "lost", left=2)
    for agent, behaviour, count, success, lost, completed, less in rows:
        cells = (_share(success), _points(lost), _share(completed), _points(less))
        table.add_row(Text(harmless(agent)), Text(harmless(behaviour)), str(count), *cells)
    console.print(Text(f"What a user's trait costs, beside {PLAIN} on the same scenarios", style="bold"))
    console.print(table)


_Row = tuple[str, str, int, float | None, float | None, float | None, float | None]


def _rows(runs: Sequence[Run]) -> list[_Row]:
    met: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        if not run.whole_goals and "behaviour" in run.settings:
            met[run.candidate][run.settings["behaviour"]].append(run)
    rows: list[_Row] = []
    for agent, by_behaviour in met.items():
        for behaviour, own in by_behaviour.items():
            shared = {(r.world, r.scenarios) for r in own} & {
                (r.world, r.scenarios) for r in by_behaviour.get(PLAIN, ())
            }
            if behaviour == PLAIN or not shared:
                continue
            with_it, without = (_dialogues(found, shared) for found in (own, by_behaviour[PLAIN]))
            if with_it and without:
                one, other = summarize(with_it), summarize(without)
                lost = _less(other.success, one.success), _less(other.completion_rate, one.completion_rate)
                rows.append((agent, behaviour, len(with_it), one.success, lost[0], one.completion_rate, lost[1]))
    return sorted(rows, key=lambda row: (row[0], -(row[6] or 0.0), row[1]))


def _dialogues(runs: Sequence[Run], shared: set[tuple[str, tuple[str, ...]]]) -> list[Dialogue]:
    return [dialogue for run in runs if (run.world, run.scenarios) in shared for dialogue in run.dialogues]


def _less(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else before - after


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.0f}".replace("+0", "0").replace("-0", "0")
