"""Drawings as SVG inside the page: they take its colours, light or dark, and scale one to one on a phone.

Colours are by condition: `c0`, `c1`, ... in the style sheet. Every drawing has a name for those who hear the page.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from turnwise.report.page.links import behind, in_svg
from turnwise.scoring.statistics.bootstrap import Estimate

WIDTH = 340
_LEFT, _RIGHT, _TOP = 34, 14, 8
_BINS = 24
COLOURS = 8
"""Conditions with a colour of their own."""


def colour(place: int) -> str:
    """The class of a condition's colour."""
    return f"c{place % COLOURS}"


def interval_bar(found: Estimate, *, sure: bool) -> Markup:
    """A difference and its interval about zero, each on its own scale."""
    if found.low is None or found.high is None:
        return Markup("")
    most = max(abs(found.low), abs(found.high), 1e-9)
    low, value, high = (70 + 62 * number / most for number in (found.low, found.value, found.high))
    look = "sure" if sure else "unsure"
    return Markup(
        f'<svg class="bar {look}" width="140" height="18" viewBox="0 0 140 18" aria-hidden="true">'
        f'<line class="zero" x1="70" x2="70" y1="1" y2="17"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="9" y2="9"/><circle cx="{value:.1f}" cy="9" r="4"/></svg>'
    )


class Bins(NamedTuple):
    """The bars of a histogram: the first begins at `first * step`."""

    step: float
    first: int
    counts: tuple[tuple[int, ...], ...]
    """by condition"""
    whole: bool
    """whether every bar is one whole number"""
    last: float
    """the largest value"""

    def edges(self, number: int) -> tuple[float, float]:
        """Where a bar begins and ends."""
        return (self.first + number) * self.step, (self.first + number + 1) * self.step


def binned(values: Sequence[Sequence[float]]) -> Bins:
    """Values of conditions in bars that they share."""
    known = [value for row in values for value in row]
    low, high = min(known), max(known)
    low = 0.0 if low >= 0 and low < high / 2 else low
    step = _step(low, high)
    first = _bin(low, step)
    bins = max(1, _bin(high, step) - first + 1)
    tallies = [[0] * bins for _ in values]
    for tally, row in zip(tallies, values, strict=True):
        for value in row:
            tally[_bin(value, step) - first] += 1
    whole = step == 1 and all(value == int(value) for value in known)
    return Bins(step, first, tuple(map(tuple, tallies)), whole, high)


def histograms(title: str, unit: str, measure: str, bins: Bins, means: Sequence[Estimate | None]) -> Markup:
    """The distribution of a measure, a row per condition on one axis, with the mean and its interval above."""
    step, first, bars = bins.step, bins.first, len(bins.counts[0])
    row_height, height = 62, 62 * len(bins.counts) + _TOP + 30
    across = (WIDTH - 20 - _RIGHT) / bars
    whole = bins.whole

    def x(value: float) -> float:
        return (
            20 + (value / step - first + (0.5 if whole else 0)) * across
        )  # a bar of whole numbers is centred on its number

    parts: list[str] = []
    for place, counts in enumerate(bins.counts):
        base = _TOP + row_height * (place + 1) - 4
        most = max(counts) or 1
        for number, count in enumerate(counts):
            if count:
                tall, (low, high) = 34 * count / most, bins.edges(number)
                bar = f'<rect class="{colour(place)} soft" x="{20 + number * across + 0.5:.1f}" y="{base - tall:.1f}" width="{max(across - 1, 1):.1f}" height="{tall:.1f}"><title>{count} of {sum(counts)}: {span(bins, number)}</title></rect>'
                parts.append(in_svg(behind(place, measure, from_=low, to=high), bar))
        if mean := means[place]:
            above = base - 42
            if mean.low is not None and mean.high is not None:
                parts.append(
                    f'<line class="{colour(place)} thick" x1="{max(x(mean.low), 2):.1f}" x2="{min(x(mean.high), WIDTH - 2):.1f}" y1="{above}" y2="{above}"/>'
                )
            side = "end" if x(mean.value) > WIDTH / 2 else "start"
            edge = mean.low if side == "end" else mean.high
            label = x(edge if edge is not None else mean.value) + (-7 if side == "end" else 7)
            dot = f'<circle class="{colour(place)}" cx="{x(mean.value):.1f}" cy="{above}" r="4"/><text class="{colour(place)} strong" x="{label:.1f}" y="{above + 4}" text-anchor="{side}">{_number(mean.value)}</text>'
            parts.append(in_svg(behind(place, measure), dot))
        parts.append(f'<line class="axis" x1="20" x2="{WIDTH - _RIGHT}" y1="{base}" y2="{base}"/>')
    for tick in range(0, bars + 1, max(1, round(bars / 6))):
        if (first + tick) * step <= bins.last + 1e-9:
            middle = across / 2 if whole else 0
            parts.append(
                f'<text x="{20 + tick * across + middle:.1f}" y="{height - 14}" text-anchor="middle">{_number((first + tick) * step)}</text>'
            )
    parts.append(f'<text class="unit" x="{WIDTH - _RIGHT}" y="{height - 3}" text-anchor="end">{escape(unit)}</text>')
    return _figure(title, height, parts)


def span(bins: Bins, number: int) -> str:
    """What a bar holds, in words."""
    low, high = bins.edges(number)
    return _number(low) if bins.whole else f"{_number(low)} to {_number(high)}"


def _bin(value: float, step: float) -> int:
    return math.floor(value / step + 1e-9)


def bubbles(title: str, place: int, dialogues: Sequence[tuple[int, int]], most: tuple[int, int]) -> Markup:
    """Goals completed against user turns: a circle for all dialogues that are alike, which leads to them."""
    turns, goals = max(most[0], 1), max(most[1], 1)
    height = 60 + 44 * (goals + 1)
    tallies: dict[tuple[int, int], int] = {}
    for pair in dialogues:
        tallies[pair] = tallies.get(pair, 0) + 1
    largest = max(tallies.values(), default=1)

    def x(value: float) -> float:
        return _LEFT + 8 + (WIDTH - _LEFT - _RIGHT - 16) * value / turns

    def y(value: float) -> float:
        return _TOP + 22 + 44 * (goals - value)

    parts = [
        f'<text x="{_LEFT - 8}" y="{y(n) + 4:.1f}" text-anchor="end">{n}</text><line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(n):.1f}" y2="{y(n):.1f}"/>'
        for n in range(goals + 1)
    ]
    for (took, done), count in sorted(tallies.items()):
        tip = f"{count} with {done} goals completed in {took} user turns"
        circle = f'<circle class="{colour(place)} soft" cx="{x(took):.1f}" cy="{y(done):.1f}" r="{3 + 11 * math.sqrt(count / largest):.1f}"><title>{tip}</title></circle>'
        parts.append(in_svg(behind(place, completed=done, user_turns=took), circle))
    if dialogues:
        mean = [sum(pair[side] for pair in dialogues) / len(dialogues) for side in (0, 1)]
        parts.append(f'<circle class="{colour(place)} mean" cx="{x(mean[0]):.1f}" cy="{y(mean[1]):.1f}" r="6"/>')
        parts.append(
            f'<text class="{colour(place)} strong" x="{_LEFT}" y="14">mean: {mean[1]:.2f} goals in {mean[0]:.1f} turns</text>'
        )
    parts += [f'<text x="{x(n):.1f}" y="{height - 16}" text-anchor="middle">{n}</text>' for n in _ticks(turns)]
    parts.append(f'<text class="unit" x="{WIDTH - _RIGHT}" y="{height - 4}" text-anchor="end">user turns</text>')
    return _figure(title, height, parts)


def lines(
    title: str,
    unit: str,
    names: Sequence[str],
    curves: Sequence[Sequence[tuple[float, float, float | None, float | None]]],
    top: float,
    start: float = 0,
    *,
    bottom: float = 0,
) -> Markup:
    """Curves of (across, up, low, high), one per condition, each named in its colour."""
    named = [place for place, curve in enumerate(curves) if curve]
    height = 220 + 15 * len(named)
    right = max((point[0] for curve in curves for point in curve), default=1)
    head = _TOP + 15 * len(named) + 8

    def x(value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT - 6) * (value - start) / max(right - start, 1e-9)

    def y(value: float) -> float:
        return head + (height - head - 36) * (top - value) / ((top - bottom) or 1)

    parts = [
        f'<text class="{colour(place)} strong" x="{_LEFT}" y="{_TOP + 12 + 15 * row}">{escape(_cut(names[place]))}</text>'
        for row, place in enumerate(named)
    ]
    for tick in (bottom, (bottom + top) / 2, top):
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{_number(tick)}</text>'
        )
    for place in named:
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b, _, _ in curves[place])
        parts.append(f'<polyline class="{colour(place)} line" points="{points}"/>')
        for number, (a, b, low, high) in enumerate(curves[place]):
            if low is not None and high is not None:
                shift = 3 * (place - (len(curves) - 1) / 2) if len(curves[place]) > 1 else 0
                parts.append(
                    f'<line class="{colour(place)} thin" x1="{x(a) + shift:.1f}" x2="{x(a) + shift:.1f}" y1="{y(low):.1f}" y2="{y(high):.1f}"/>'
                )
            if len(curves[place]) <= 12 or number == len(curves[place]) - 1:
                parts.append(f'<circle class="{colour(place)}" cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5"/>')
    parts += [
        f'<text x="{x(n):.1f}" y="{height - 18}" text-anchor="middle">{n}</text>'
        for n in _ticks(int(right))
        if n >= start
    ]
    parts.append(f'<text class="unit" x="{WIDTH - _RIGHT}" y="{height - 3}" text-anchor="end">{escape(unit)}</text>')
    return _figure(title, height, parts)


def profile(title: str, rows: Sequence[tuple[str, Sequence[Estimate | None]]]) -> Markup:
    """Dots with intervals on 0 to 1 (or from where the lowest lies), a row per score and a colour per condition."""
    known = [e for _, found in rows for e in found if e]
    least = min((e.low if e.low is not None else e.value for e in known), default=0.0)
    floor = max(0.0, math.floor(least * 10) / 10 - 0.05) if least > 0.3 else 0.0
    lane = max((len(found) for _, found in rows), default=1)
    tall = 12 + 9 * lane
    height = _TOP + tall * len(rows) + 34

    def x(value: float) -> float:
        return 106 + (WIDTH - 106 - _RIGHT) * (max(value, floor) - floor) / (1 - floor)

    parts: list[str] = []
    for tick in (floor, (1 + floor) / 2, 1):
        parts.append(
            f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{_TOP}" y2="{height - 32}"/><text x="{x(tick):.1f}" y="{height - 18}" text-anchor="middle">{tick:.2f}</text>'
        )
    for number, (name, found) in enumerate(rows):
        top = _TOP + tall * number + 8
        parts.append(f'<text x="100" y="{top + 4.5 * lane + 2}" text-anchor="end">{escape(name)}</text>')
        for place, e in enumerate(found):
            if e:
                up = top + 9 * place + 4
                if e.low is not None and e.high is not None:
                    parts.append(
                        f'<line class="{colour(place)} thin" x1="{x(e.low):.1f}" x2="{x(e.high):.1f}" y1="{up}" y2="{up}"/>'
                    )
                parts.append(
                    f'<circle class="{colour(place)}" cx="{x(e.value):.1f}" cy="{up}" r="3.5"><title>{e.value:.3f}</title></circle>'
                )
    parts.append(f'<text class="unit" x="{WIDTH - _RIGHT}" y="{height - 3}" text-anchor="end">score</text>')
    return _figure(title, height, parts)


def _figure(title: str, height: float, parts: Sequence[str]) -> Markup:
    role = "group" if any("<a " in part for part in parts) else "img"  # what is one picture can hold no links
    head = f'<svg class="drawing" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" role="{role}" aria-label="{escape(title)}"><title>{escape(title)}</title>'
    return Markup(head + "".join(parts) + "</svg>")


def _ticks(most: int) -> Iterator[int]:
    step = max(1, math.ceil(most / 6))
    step = next((nice for nice in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if nice >= step), step)
    return iter(range(0, most + 1, step))


def _step(low: float, high: float) -> float:
    width = (high - low) / _BINS
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= width * 0.999)
    return max(step, 1.0) if high > 5 else step


def _number(value: float) -> str:
    return (
        f"{value:,.0f}"
        if abs(value) >= 100 or value == int(value)
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )


def _cut(name: str) -> str:
    return name if len(name) <= 46 else f"{name[:45]}…"
