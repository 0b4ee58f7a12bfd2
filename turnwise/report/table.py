"""Conditions as a table in the terminal, with what is not in its numbers said below it."""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from turnwise.report.differences import print_differences, print_estimates
from turnwise.report.paper import print_paper
from turnwise.report.players import players
from turnwise.report.tables import plain_table
from turnwise.report.traits import of_traits, print_traits
from turnwise.scoring.comparison import (
    Condition,
    Run,
    Spread,
    Summary,
    beyond_chance,
    conditions_by,
    conditions_by_world,
    conditions_overall,
    summarize,
    unfit,
    unpaired,
)
from turnwise.scoring.contrasts import contrasts
from turnwise.values.text import harmless
from turnwise.values.words import listed

_Column = tuple[str, Callable[[Summary], str]]
"""A heading, and what stands under it."""
_SHAPE: tuple[_Column, ...] = (
    ("\nDialogues", lambda s: str(s.dialogues)),
    ("Step\nmean (max)", lambda s: _spread(s.step)),
    ("Turn\nmean (max)", lambda s: _spread(s.turn)),
    ("Task\nmean (max)", lambda s: _spread(s.task if s.task.max else None)),
    ("Requests\nper task", lambda s: _number(s.requests_per_task)),
)
_WORTH: tuple[_Column, ...] = (
    ("Goals\ndone", lambda s: _number(s.completed if s.task.max else None)),
    ("Completion\nrate", lambda s: _share(s.completion_rate)),
    ("\nSuccess", lambda s: _share(s.success)),
    ("Collateral\nmean", lambda s: _number(s.collateral)),
    ("iq\ncore", lambda s: _number(s.iq_core)),
    ("Flaws\n/ 100", lambda s: _number(s.defects_per_100)),
    ("Cut\noff", lambda s: _share(s.censored)),
)
_JUDGED: _Column = ("Judged\nvalid", lambda s: _share(s.valid))
_REWARDED: _Column = ("Reward\nmean", lambda s: _number(s.reward))

_LABEL_WIDTH = 28
"""Longer labels wrap."""

_EXPLANATION = (
    "Step: assistant messages per user message. Turn: user, assistant and tool messages. Task: goals assigned. "
    "Goals done: those whose checkpoints hold, per dialogue. Success: every goal completed and nothing else changed. "
    "Collateral: unwanted database changes per dialogue. iq core: interaction quality, pacing left out. "
    "Flaws: findings per 100 things looked at (defects_per_100). Cut off: ended by a limit, not by the user."
)
_IMPORTED = " Reward: what the file of an imported dialogue says it was worth; its goals are not known."


def print_comparison(
    console: Console, runs: Sequence[Run], remarks: Sequence[str] = (), by: Sequence[str] = (), *, paper: bool = False
) -> None:
    """Print the conditions of some runs, world by world and over all worlds, how they differ, and what is left out.

    Args:
        by: facets that make a condition; task, agent, world and settings that differ unless given.
        paper: print the intervals of each condition and the paper's tables as well.
    """
    conditions = conditions_by(runs, by) if by else conditions_by_world(runs)
    worlds = list(dict.fromkeys(condition.world for condition in conditions))
    blocks = [[condition for condition in conditions if condition.world == world] for world in worlds]
    overall = conditions if by else conditions_overall(runs)
    if len(blocks) > 1:
        blocks.append(overall)
    for line in _unfit(conditions):  # before any number that depends on it
        console.print(Text(harmless(line), style="yellow"))
    same = {} if by else {"Agent": {condition.candidate for condition in conditions}, "World": set(worlds)}
    if common := [f"{name}: {found.pop()}" for name, found in same.items() if len(found) == 1]:
        console.print(Text(harmless("  ".join(common)), style="dim"))  # what is the same in all rows is no column
    dialogues = [dialogue for condition in conditions for dialogue in condition.dialogues]
    judged = (_JUDGED,) if any(d.valid is not None for d in dialogues) else ()
    rewarded = (_REWARDED,) if any(d.reward is not None for d in dialogues) else ()
    worth = (*_WORTH, *judged, *rewarded)
    whole = _table(blocks, (*_SHAPE, *worth))
    if Measurement.get(console, console.options.update(max_width=1000), whole).maximum <= console.width:
        console.print(whole)
    else:
        console.print(_table(blocks, _SHAPE))
        console.print(_table(blocks, worth))
    console.print(Text(_EXPLANATION + (_IMPORTED if rewarded else ""), style="dim"))
    if paper:
        console.print(Text(harmless(" ".join(players(runs))), style="dim"))
    if paper or any(run.dialogues and max(d.trial for d in run.dialogues) > 1 for run in runs):
        print_estimates(console, overall)
    found = contrasts(overall)
    traits = of_traits(found)
    print_differences(console, found if paper else [contrast for contrast in found if contrast not in traits])
    print_traits(console, traits)
    if paper:
        print_paper(console, overall)
    notes = (_left_out, _faults, _agreement, _unpaired)
    for remark in [*(line for note in notes for line in note(conditions)), *remarks]:
        console.print(Text(harmless(f"Note: {remark}"), style="yellow"))


def _table(blocks: Sequence[Sequence[Condition]], columns: Sequence[_Column]) -> Table:
    conditions = [condition for block in blocks for condition in block]
    labels = {
        "World": [condition.world or "all worlds" for condition in conditions],
        "Task": [condition.task for condition in conditions],
        "Agent": [condition.candidate for condition in conditions],
        "Settings": [condition.settings for condition in conditions],
    }
    shown = {name: cells for name, cells in labels.items() if len(set(cells)) > 1 or (name == "Task" and any(cells))}
    headings = (*(f"\n{name}" for name in shown), *(heading for heading, _ in columns))
    table = plain_table(*headings, left=len(shown), padding=1)
    for number, column in enumerate(table.columns):
        column.max_width, column.no_wrap = (_LABEL_WIDTH, False) if number < len(shown) else (None, True)
    ends = {sum(len(block) for block in blocks[: n + 1]) for n in range(len(blocks))}
    for row, condition in enumerate(conditions):
        summary = summarize(condition.dialogues)
        texts = [Text(harmless(cells[row])) for cells in shown.values()]
        table.add_row(*texts, *(cell(summary) for _, cell in columns), end_section=row + 1 in ends)
    return table


def _left_out(conditions: Sequence[Condition]) -> Iterator[str]:
    for what in dict.fromkeys(what for condition in conditions for run in condition.runs for what in run.left_out):
        if counted := _counted(conditions, lambda run, what=what: run.left_out[what]):  # type: ignore[misc]
            yield f"not in the numbers: {counted[0]} that {what} ({counted[1]})."


def _counted(conditions: Sequence[Condition], number: Callable[[Run], int]) -> tuple[str, str] | None:
    """How many dialogues in all, and how many in which condition; None without any."""
    numbers = [(condition.name, sum(map(number, condition.runs))) for condition in conditions]
    total = sum(count for _, count in numbers)
    where = "; ".join(f"{name}: {count}" for name, count in numbers if count)
    return (f"{total} dialogue{'' if total == 1 else 's'}", where) if total else None


def _unfit(conditions: Sequence[Condition]) -> Iterator[str]:
    for condition in conditions:
        if reasons := "; ".join(unfit(condition.runs)):
            yield f"THE USER IS UNFIT ({condition.name}): {reasons}. turnwise health LOGS has every check."


def _faults(conditions: Sequence[Condition]) -> Iterator[str]:
    if counted := _counted(conditions, lambda run: sum(d.ended == "agent" for d in run.dialogues)):
        yield f"in the numbers: {counted[0]} that ended because the agent gave no answer ({counted[1]})."


def _agreement(conditions: Sequence[Condition]) -> Iterator[str]:
    for condition in conditions:
        judged = [(d.valid, d.agrees) for d in condition.dialogues if d.valid is not None and d.agrees is not None]
        if not judged:
            continue
        agreed = sum(agrees == 1 for _, agrees in judged)
        alpha = beyond_chance([(valid, valid if agrees else 1 - valid) for valid, agrees in judged])
        corrected = "" if alpha is None else f", Krippendorff's alpha {alpha:.2f}"
        where = "; turnwise show LOG names the others" if agreed < len(judged) else ""
        yield f"judge and checkpoints agree on {agreed} of {len(judged)} dialogues{corrected} ({condition.name}){where}."


def _unpaired(conditions: Sequence[Condition]) -> Iterator[str]:
    if worlds := unpaired(conditions):
        yield f"not every condition met the same scenarios on {listed(worlds)}: differences there may be the scenarios'."


def _spread(spread: Spread | None) -> str:
    return f"{spread.mean:.2f} ({spread.max:.0f})" if spread else "-"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
