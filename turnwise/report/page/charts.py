"""What the page draws, each drawing with the same numbers as a table for those who do not see it or have no mouse."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from turnwise.report.page.counting import cell, completed_by_turn, pass_cells
from turnwise.report.page.drawings import Bins, Curve, binned, bubbles, histograms, lines, profile, span
from turnwise.report.page.links import behind, figure
from turnwise.report.page.records import Packed, listed_value
from turnwise.scoring.comparison import Condition
from turnwise.scoring.contrasts import condition_estimate, pass_curve
from turnwise.scoring.measures import MEASURES, QUALITY, SUB_MEASURES, Measure

_SPREAD = ("turns", "user_turns", "step", "iq_core", "defects_per_100", "tokens")
_ROWS = 12
"""Points of a curve that its table has."""
TOKENS = next(m for m in MEASURES if m.name == "tokens")


class Chart(NamedTuple):
    """A drawing, and its numbers by row and condition."""

    title: str
    drawing: Markup
    head: str
    rows: Iterable[tuple[str, Sequence[Markup | str]]]
    places: Sequence[int]
    """the conditions whose numbers they are"""


def distributions(conditions: Sequence[Condition]) -> Iterator[Chart]:
    """How each of some measures is spread, by condition."""
    everyone = range(len(conditions))
    for measure in (m for m in MEASURES if m.name in _SPREAD):
        values = [[v for d in c.dialogues if (v := listed_value(measure.value([d]))) is not None] for c in conditions]
        if any(values):
            bins = binned(values)
            means = [condition_estimate(condition, measure) for condition in conditions]
            drawing = histograms(measure.title, measure.title.lower(), measure.name, bins, means)
            rows: list[tuple[str, Sequence[Markup | str]]] = [
                ("mean", [cell(measure, n, c) for n, c in enumerate(conditions)]),
                *_bars(measure, bins),
            ]
            yield Chart(measure.title, drawing, measure.title, rows, everyone)


def _bars(measure: Measure, bins: Bins) -> Iterator[tuple[str, list[Markup | str]]]:
    for number in range(len(bins.counts[0])):
        counts = [tally[number] for tally in bins.counts]
        if any(counts):
            low, high = bins.edges(number)
            yield (
                span(bins, number),
                [
                    figure(str(count), behind(place, measure.name, from_=low, to=high)) if count else "0"
                    for place, count in enumerate(counts)
                ],
            )


def goals_and_turns(conditions: Sequence[Condition], packed: Packed) -> Iterator[Chart]:
    """Goals completed against user turns, by turn, and in all of k trials."""
    names, everyone = [condition.name for condition in conditions], range(len(conditions))
    held = [[(int(d.user_turns), int(d.completed)) for d in c.dialogues if d.tasks] for c in conditions]
    known = [pair for some in held for pair in some]
    most = max((p[0] for p in known), default=1), max((p[1] for p in known), default=1)
    for place, some in enumerate(held):
        if some:
            title = f"Goals completed against user turns: {names[place]}"
            yield Chart(title, bubbles(title, place, some, most), "Goals completed", _by_goals(place, some), [place])
    progress = [list(completed_by_turn(packed, place)) for place in everyone]
    if top := max((curve[-1][1] for curve in progress if curve), default=0):
        title = "Mean goals completed by user turn"
        drawing = lines(title, "user turns", names, progress, top)
        yield Chart(title, drawing, "By user turn", _points(progress), everyone)
    passing: list[Curve] = [
        [(float(k), e.value, e.low, e.high) for k, e in enumerate(pass_curve(c), 1)] for c in conditions
    ]
    if any(passing):
        title = "pass^k: all of k trials of a scenario succeed"
        yield Chart(title, lines(title, "k", names, passing, 1.0, 1.0), "Trials", pass_cells(conditions), everyone)


def _by_goals(place: int, held: Sequence[tuple[int, int]]) -> list[tuple[str, list[Markup | str]]]:
    found: list[tuple[str, list[Markup | str]]] = []
    for done in sorted({pair[1] for pair in held}):
        turns = [pair[0] for pair in held if pair[1] == done]
        count = figure(f"{len(turns)} dialogues", behind(place, completed=done))
        found.append((str(done), [Markup("{}, {:.1f} user turns on average").format(count, sum(turns) / len(turns))]))
    return found


def _points(curves: Sequence[Curve]) -> Iterator[tuple[str, list[Markup | str]]]:
    longest = max(map(len, curves))
    for number in range(0, longest, max(1, math.ceil(longest / _ROWS))):
        # A curve that ended stays where it ended.
        at = [curve[min(number, len(curve) - 1)] if curve else None for curve in curves]
        yield (
            str(number),
            ["-" if p is None else figure(f"{p[1]:.2f}", behind(place, "completed")) for place, p in enumerate(at)],
        )


def quality_and_cost(conditions: Sequence[Condition]) -> Iterator[Chart]:
    """The quality profile, and quality against what was said."""
    names, everyone = [condition.name for condition in conditions], range(len(conditions))
    found = [(m, [condition_estimate(c, m) for c in conditions]) for m in SUB_MEASURES]
    rows = [(m, values) for m, values in found if any(values)]
    if rows:
        drawing = profile("Quality profile", [(m.title, values) for m, values in rows])
        table = [(m.title, [cell(m, n, c) for n, c in enumerate(conditions)]) for m, _ in rows]
        yield Chart("Quality profile, with 95% intervals", drawing, "Sub-score", table, everyone)
    cost: list[Curve] = [
        [(float(e.value), s.value, s.low, s.high)]
        if (e := condition_estimate(c, TOKENS)) and (s := condition_estimate(c, QUALITY))
        else []
        for c in conditions
    ]
    if any(cost):
        title = "Interaction quality against tokens"
        drawing = lines(title, "tokens said and called per dialogue", names, cost, 1.0, bottom=_floor(cost))
        table = [(m.title, [cell(m, n, c) for n, c in enumerate(conditions)]) for m in (QUALITY, TOKENS)]
        yield Chart(title, drawing, "Mean", table, everyone)


def _floor(curves: Sequence[Curve]) -> float:
    """Where an axis begins that ends at 1."""
    least = min(point[1] if point[2] is None else point[2] for curve in curves for point in curve)
    return max(0.0, math.floor(10 * least - 1) / 10)
