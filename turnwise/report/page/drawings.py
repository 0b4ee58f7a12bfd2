"""Drawings as SVG inside the page: they take its colours, light or dark, and scale one to one on a phone.

Colours are by condition: `c0`, `c1`, ... in the style sheet. Every drawing has a name for those who hear the page.
"""

import math
from collections import Counter
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
Curve = Sequence[tuple[float, float, float | None, float | None]]
"""Points of (across, up, low, high)."""


def colour(place: int) -> str:
    return f"c{place % COLOURS}"


def _tag(name: str, inner: str = "", **given: object) -> str:
    """An element; numbers have one digit, and `class_` and `text_anchor` are written as SVG has them."""
    written = {key.rstrip("_").replace("_", "-"): value for key, value in given.items()}
    parts = (f'{key}="{v:.1f}"' if isinstance(v, float) else f'{key}="{v}"' for key, v in written.items())
    return f"<{' '.join((name, *parts))}>{inner}</{name}>"


def _text(words: str, x: float, y: float, anchor: str = "start", look: str = "") -> str:
    return _tag("text", escape(words), class_=look, x=x, y=y, text_anchor=anchor)


def _unit(words: str, height: float) -> str:
    """What an axis counts, at its end."""
    return _text(words, WIDTH - _RIGHT, height - 3, "end", "unit")


def _across(look: str, x1: float, x2: float, y: float) -> str:
    return _tag("line", class_=look, x1=x1, x2=x2, y1=y, y2=y)


def _upright(look: str, x: float, y1: float, y2: float) -> str:
    return _tag("line", class_=look, x1=x, x2=x, y1=y1, y2=y2)


def _dot(look: str, x: float, y: float, radius: float, tip: str = "") -> str:
    return _tag("circle", f"<title>{tip}</title>" if tip else "", class_=look, cx=x, cy=y, r=radius)


def interval_bar(found: Estimate, *, sure: bool) -> Markup:
    """A difference and its interval about zero, each on its own scale."""
    if found.low is None or found.high is None:
        return Markup("")
    most = max(abs(found.low), abs(found.high), 1e-9)
    low, value, high = (70 + 62 * number / most for number in (found.low, found.value, found.high))
    parts = _upright("zero", 70, 1, 17) + _across("whisker", low, high, 9) + _dot("", value, 9, 4)
    given = {"class": f"bar {'sure' if sure else 'unsure'}", "viewBox": "0 0 140 18", "aria-hidden": "true"}
    return Markup(_tag("svg", parts, width=140, height=18, **given))


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
    tallies = [Counter(_bin(value, step) for value in row) for row in values]
    counts = tuple(tuple(tally[n] for n in range(first, max(first, _bin(high, step)) + 1)) for tally in tallies)
    whole = step == 1 and all(value == int(value) for value in known)
    return Bins(step, first, counts, whole, high)


def histograms(title: str, unit: str, measure: str, bins: Bins, means: Sequence[Estimate | None]) -> Markup:
    """The distribution of a measure, a row per condition on one axis, with the mean and its interval above."""
    step, first, bars = bins.step, bins.first, len(bins.counts[0])
    row_height, height = 62, 62 * len(bins.counts) + _TOP + 30
    across = (WIDTH - 20 - _RIGHT) / bars
    centre = 0.5 if bins.whole else 0.0  # a bar of whole numbers is centred on its number

    def x(value: float) -> float:
        return 20 + (value / step - first + centre) * across

    parts: list[str] = []
    for place, counts in enumerate(bins.counts):
        base, most = _TOP + row_height * (place + 1) - 4, max(counts) or 1
        for number, count in enumerate(counts):
            if count:
                tall, (low, high) = 34 * count / most, bins.edges(number)
                tip = f"<title>{count} of {sum(counts)}: {span(bins, number)}</title>"
                box = {"x": 20 + number * across + 0.5, "y": base - tall, "width": max(across - 1, 1.0), "height": tall}
                bar = _tag("rect", tip, class_=f"{colour(place)} soft", **box)
                parts.append(in_svg(behind(place, measure, from_=low, to=high), bar))
        if mean := means[place]:
            above = base - 42
            if mean.low is not None and mean.high is not None:
                ends = max(x(mean.low), 2), min(x(mean.high), WIDTH - 2)
                parts.append(_across(f"{colour(place)} thick", *ends, above))
            side = "end" if x(mean.value) > WIDTH / 2 else "start"
            edge = mean.low if side == "end" else mean.high
            label = x(edge if edge is not None else mean.value) + (-7 if side == "end" else 7)
            said = _text(_number(mean.value), label, above + 4, side, f"{colour(place)} strong")
            parts.append(in_svg(behind(place, measure), _dot(colour(place), x(mean.value), above, 4) + said))
        parts.append(_across("axis", 20, WIDTH - _RIGHT, base))
    for tick in range(0, bars + 1, max(1, round(bars / 6))):
        if (first + tick) * step <= bins.last + 1e-9:
            parts.append(_text(_number((first + tick) * step), 20 + (tick + centre) * across, height - 14, "middle"))
    return _figure(title, height, [*parts, _unit(unit, height)])


def span(bins: Bins, number: int) -> str:
    low, high = bins.edges(number)
    return _number(low) if bins.whole else f"{_number(low)} to {_number(high)}"


def _bin(value: float, step: float) -> int:
    return math.floor(value / step + 1e-9)


def bubbles(title: str, place: int, dialogues: Sequence[tuple[int, int]], most: tuple[int, int]) -> Markup:
    """Goals completed against user turns of some dialogues: a circle for all that are alike, which leads to them."""
    turns, goals = max(most[0], 1), max(most[1], 1)
    height = 60 + 44 * (goals + 1)
    tallies = Counter(dialogues)
    largest = max(tallies.values())

    def x(value: float) -> float:
        return _LEFT + 8 + (WIDTH - _LEFT - _RIGHT - 16) * value / turns

    def y(value: float) -> float:
        return _TOP + 22 + 44 * (goals - value)

    parts: list[str] = []
    for n in range(goals + 1):
        parts += [_text(str(n), _LEFT - 8, y(n) + 4, "end"), _across("grid", _LEFT, WIDTH - _RIGHT, y(n))]
    for (took, done), count in sorted(tallies.items()):
        tip = f"{count} with {done} goals completed in {took} user turns"
        circle = _dot(f"{colour(place)} soft", x(took), y(done), 3 + 11 * math.sqrt(count / largest), tip)
        parts.append(in_svg(behind(place, completed=done, user_turns=took), circle))
    took, done = (sum(column) / len(dialogues) for column in zip(*dialogues, strict=True))
    parts.append(_dot(f"{colour(place)} mean", x(took), y(done), 6))
    parts.append(_text(f"mean: {done:.2f} goals in {took:.1f} turns", _LEFT, 14, look=f"{colour(place)} strong"))
    parts += [_text(str(n), x(n), height - 16, "middle") for n in _ticks(turns)]
    return _figure(title, height, [*parts, _unit("user turns", height)])


def lines(
    title: str,
    unit: str,
    names: Sequence[str],
    curves: Sequence[Curve],
    top: float,
    start: float = 0,
    *,
    bottom: float = 0,
) -> Markup:
    """Curves, one per condition, each named in its colour."""
    named = [place for place, curve in enumerate(curves) if curve]
    height = 220 + 15 * len(named)
    right = max(point[0] for curve in curves for point in curve)
    head = _TOP + 15 * len(named) + 8

    def x(value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT - 6) * (value - start) / max(right - start, 1e-9)

    def y(value: float) -> float:
        return head + (height - head - 36) * (top - value) / ((top - bottom) or 1)

    parts = [
        _text(_cut(names[place]), _LEFT, _TOP + 12 + 15 * row, look=f"{colour(place)} strong")
        for row, place in enumerate(named)
    ]
    for tick in (bottom, (bottom + top) / 2, top):
        parts.append(_across("grid", _LEFT, WIDTH - _RIGHT, y(tick)))
        parts.append(_text(_number(tick), _LEFT - 6, y(tick) + 4, "end"))
    for place in named:
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b, _, _ in curves[place])
        parts.append(_tag("polyline", class_=f"{colour(place)} line", points=points))
        shift = 3 * (place - (len(curves) - 1) / 2) if len(curves[place]) > 1 else 0
        for number, (a, b, low, high) in enumerate(curves[place]):
            if low is not None and high is not None:
                parts.append(_upright(f"{colour(place)} thin", x(a) + shift, y(low), y(high)))
            if len(curves[place]) <= 12 or number == len(curves[place]) - 1:
                parts.append(_dot(colour(place), x(a), y(b), 3.5))
    parts += [_text(str(n), x(n), height - 18, "middle") for n in _ticks(int(right)) if n >= start]
    return _figure(title, height, [*parts, _unit(unit, height)])


def profile(title: str, rows: Sequence[tuple[str, Sequence[Estimate | None]]]) -> Markup:
    """Dots with intervals on 0 to 1 (or from where the lowest lies), a row per score and a colour per condition."""
    least = min(e.low if e.low is not None else e.value for _, found in rows for e in found if e)
    floor = max(0.0, math.floor(least * 10) / 10 - 0.05) if least > 0.3 else 0.0
    lane = max(len(found) for _, found in rows)
    tall = 12 + 9 * lane
    height = _TOP + tall * len(rows) + 34

    def x(value: float) -> float:
        return 106 + (WIDTH - 106 - _RIGHT) * (max(value, floor) - floor) / (1 - floor)

    parts: list[str] = []
    for tick in (floor, (1 + floor) / 2, 1):
        parts += [_upright("grid", x(tick), _TOP, height - 32), _text(f"{tick:.2f}", x(tick), height - 18, "middle")]
    for number, (name, found) in enumerate(rows):
        top = _TOP + tall * number + 8
        parts.append(_text(name, 100, top + 4.5 * lane + 2, "end"))
        for place, e in enumerate(found):
            up = top + 9 * place + 4
            if e and e.low is not None and e.high is not None:
                parts.append(_across(f"{colour(place)} thin", x(e.low), x(e.high), up))
            if e:
                parts.append(_dot(colour(place), x(e.value), up, 3.5, f"{e.value:.3f}"))
    return _figure(title, height, [*parts, _unit("score", height)])


def _figure(title: str, height: float, parts: Sequence[str]) -> Markup:
    role = "group" if any("<a " in part for part in parts) else "img"  # what is one picture can hold no links
    named = {"role": role, "aria-label": escape(title), "viewBox": f"0 0 {WIDTH} {height}"}
    inner = _tag("title", escape(title)) + "".join(parts)
    return Markup(_tag("svg", inner, class_="drawing", width=WIDTH, height=height, **named))


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
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def _cut(name: str) -> str:
    return name if len(name) <= 46 else f"{name[:45]}…"
