"""New numbers for a column: near the present one or like the others', and as round as they are."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from turnwise.synthesis.database.new_texts import recoded
from turnwise.synthesis.database.tables import Column

Number = int | float

_GRAINS = (1000, 500, 100, 50, 25, 10, 5, 1, 0.5, 0.25, 0.1, 0.05, 0.01)
_MOST = 0.8
"""the part of the numbers that is round to a grain where the column is"""
_CHANGES = (0.8, 0.9, 1.1, 1.2, 1.25)
_FEW = 3
_Steps = tuple[tuple[float, tuple[Number, ...]], ...]
_WHOLE_STEPS: _Steps = (
    (5, (1,)),
    (10, (1, 2)),
    (50, (2, 3, 5)),
    (200, (5, 10)),
    (1000, (10, 20, 50)),
    (math.inf, (100, 500)),
)
_STEPS: _Steps = (
    (3, (0.1, 0.2, 0.5)),
    (10, (0.5, 1)),
    (100, (1, 2, 5)),
    (1000, (5, 10, 25, 50)),
    (math.inf, (50, 100)),
)
"""by how much people raise or lower a number below each bound"""


def new_number(
    column: Column, seen: Sequence[Number], current: Number | None, rng: random.Random, now: datetime | None
) -> Number | None:
    """A number that differs from the current one; None where nothing tells what would fit."""
    if column.year:
        return _year(seen, current, rng, now)
    if column.coded and not column.unique:
        others = [value for value in seen if value != current]
        return rng.choice(others) if others else None
    if column.coded and column.type == "integer":
        return _unused(seen, current, rng)
    if not seen and current is None:
        return max(1, int(column.minimum or 0) + 1)
    if current is None:
        return rng.choice(list(seen))
    grain, cents = grain_of(seen or [current])
    grain = grain if cents else max(grain, _spoken_grain(current))
    for factor in rng.sample(_CHANGES, len(_CHANGES)):
        value = _rounded(current * factor, grain, cents)
        if value != current and _within(value, column, seen):
            return _typed(value, [*seen, current])
    for step in (grain, -grain):
        if _within(value := _rounded(current + step, grain, cents), column, seen) and value != current:
            return _typed(value, [*seen, current])
    return None


def grain_of(seen: Sequence[Number]) -> tuple[float, float]:
    """To what most numbers are round, and what they all have left over, as 0.95 of prices."""
    left = Counter(round(value - int(value), 2) for value in seen)
    cents, times = left.most_common(1)[0]
    if cents and times >= _MOST * len(seen) and len(seen) > 1:
        return 1, cents
    for grain in _GRAINS:
        if sum(abs(value / grain - round(value / grain)) < 1e-6 for value in seen) >= _MOST * len(seen):
            return grain, 0
    return 0.01, 0


def _spoken_grain(value: Number) -> float:
    """To what a person rounds a number of this size: 0.05 for 4.20, 5 for 365."""
    size = math.floor(math.log10(abs(value))) if value else 0
    return max(0.05, 5 * 10.0 ** (size - 2))


def _rounded(value: float, grain: float, cents: float) -> float:
    return round(round((value - cents) / grain) * grain + cents, 2)


def _typed(value: float, others: Sequence[Number]) -> Number:
    return int(value) if value == int(value) and all(isinstance(other, int) for other in others) else value


def _within(value: float, column: Column, seen: Sequence[Number]) -> bool:
    """Whether a number is not far out of the others: of their sign, a percentage where they are, not below what is allowed."""
    low, high = (min(seen), max(seen)) if len(seen) >= _FEW else (value, value)
    floor = column.minimum if column.minimum is not None else min(0, low)
    ceiling = 100 if "percent" in column.label else 1 if 0 < high <= 1 and column.type == "number" else high * 2
    return floor <= value <= max(ceiling, high) and not (value == 0 and low > 0)


def _year(seen: Sequence[Number], current: Number | None, rng: random.Random, now: datetime | None) -> int | None:
    """A year near the present one, or for a new row one of the latest; never a year to come that no other row has."""
    latest = max([int(value) for value in seen] + ([now.year] if now is not None else []), default=None)
    if current is None:
        recent = sorted({int(value) for value in seen})[-5:]
        return rng.choice(recent) if recent else latest
    near = [int(current) + step for step in (-2, -1, 1, 2)]
    fitting = [year for year in near if latest is None or year <= latest]
    return rng.choice(fitting) if fitting else None


def _unused(seen: Sequence[Number], current: Number | None, rng: random.Random) -> int | None:
    """A code of the same width that no other row has."""
    if current is None and not seen:
        return None
    like = str(int(current if current is not None else rng.choice(list(seen))))
    made = (int(recoded(like, rng)) for _ in range(8))
    return next((value for value in made if value not in seen), None)


def shifted_number(column: Column, current: Number, rng: random.Random) -> tuple[Number, Number]:
    """A number raised or lowered by a round step, which is negative where it is lowered."""
    ladder = _WHOLE_STEPS if column.type == "integer" else _STEPS
    step = rng.choice(next(steps for below, steps in ladder if abs(current) < below))
    up = rng.random() < 0.7 or current - step <= (column.minimum or 0)
    return round(current + step if up else current - step, 2), step if up else -step
