"""Intervals by bootstrap over scenarios: BCa where there are many, bootstrap-t where there are few.

A statistic is a ratio of sums over scenarios, `sum(parts) / sum(wholes)`; with wholes of 1 it is a mean. Every
function takes many data sets at once, one a row, and draws the same way each time.
"""

from functools import lru_cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from turnwise.scoring.statistics.effects import student

Array = NDArray[np.float64]
FEWEST = 4
"""Scenarios below which there is no interval: resamples of three say nothing."""
MANY = 50
"""Scenarios from which BCa is used: below, its intervals are too short."""
_DRAWS = 1999
_MOST = 2000
"""Scenarios up to which resamples are drawn: of more, they say what Student's interval says, and take much memory."""
_USABLE = 0.95
"""Share of resamples that must hold two values at least, else Student's interval is taken."""
_NORMAL = NormalDist()


class Estimate(NamedTuple):
    """A number and its interval, None where there are too few scenarios for one."""

    value: float
    low: float | None
    high: float | None
    scenarios: int

    @property
    def excludes_zero(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def estimate(
    parts: ArrayLike, wholes: ArrayLike | None = None, level: float = 0.95, *, rate: bool = False
) -> Estimate | None:
    """A mean over scenarios, or a ratio of sums, with its interval; None without scenarios.

    Args:
        rate: it lies in 0 to 1, or is a difference of two such: where all scenarios agree, the interval is that of
            what so many might have missed, which no resample can show.
    """
    p = np.asarray(parts, dtype=float)
    w = np.ones_like(p) if wholes is None else np.asarray(wholes, dtype=float)
    if not len(p) or not w.sum():
        return None
    value = float(p.sum() / w.sum())
    if len(p) < FEWEST:
        return Estimate(value, None, None, len(p))
    low, high = _interval(p.tobytes(), w.tobytes(), level)
    if rate and np.ptp(p / np.where(w, w, 1)) == 0:
        missed = 1 - ((1 - level) / 2) ** (1 / len(p))
        low, high = value - missed, value + missed
    return Estimate(value, low, high, len(p))


@lru_cache(maxsize=512)
def _interval(parts: bytes, wholes: bytes, level: float) -> tuple[float, float]:
    """The same numbers are asked for by the terminal, the page and the files of one comparison."""
    low, high = intervals(np.frombuffer(parts)[None], np.frombuffer(wholes)[None], level)[0]
    return float(low), float(high)


def intervals(parts: Array, wholes: Array | None = None, level: float = 0.95) -> Array:
    w = np.ones_like(parts) if wholes is None else wholes
    count = parts.shape[1]
    method = bootstrap_t if count < MANY else bca if count <= _MOST else _by_student
    return np.array([method(row, whole, level) for row, whole in zip(parts, w, strict=True)])


def bca(parts: Array, wholes: Array, level: float) -> tuple[float, float]:
    value = parts.sum() / wholes.sum()
    chosen = _places(len(parts))
    draws: Array = parts[chosen].sum(1) / wholes[chosen].sum(1)
    below = (draws < value).mean() + (draws == value).mean() / 2
    if not 0 < below < 1:  # every resample is the same
        return float(draws.min()), float(draws.max())
    left_out = (parts.sum() - parts) / (wholes.sum() - wholes)
    away = left_out.mean() - left_out
    spread = (away**2).sum() ** 1.5
    skew = (away**3).sum() / (6 * spread) if spread else 0.0
    bias = _NORMAL.inv_cdf(float(below))

    def place(share: float) -> float:
        z = bias + _NORMAL.inv_cdf(share)
        return _NORMAL.cdf(bias + z / (1 - skew * z))

    low, high = np.quantile(draws, [place((1 - level) / 2), place((1 + level) / 2)])
    return float(low), float(high)


def bootstrap_t(parts: Array, wholes: Array, level: float) -> tuple[float, float]:
    count = len(parts)
    value, error = parts.sum() / wholes.sum(), _error(parts[None], wholes[None])[0]
    if not error:
        return float(value), float(value)
    chosen = _places(count)
    p, w = parts[chosen], wholes[chosen]
    errors = _error(p, w)
    usable = errors > 0
    if usable.mean() < _USABLE:  # nearly all scenarios agree, and resamples see nothing of those that do not
        return _by_student(parts, wholes, level)
    totals = p[usable].sum(1) / w[usable].sum(1)
    students = (totals - value) / errors[usable]
    low, high = np.quantile(students, [(1 - level) / 2, (1 + level) / 2])
    return float(value - high * error), float(value - low * error)


def _by_student(parts: Array, wholes: Array, level: float) -> tuple[float, float]:
    value = parts.sum() / wholes.sum()
    far = student((1 + level) / 2, len(parts) - 1) * _error(parts[None], wholes[None])[0]
    return float(value - far), float(value + far)


def _error(parts: Array, wholes: Array) -> Array:
    """Standard errors of ratios of sums, one a row."""
    count = parts.shape[1]
    ratio = parts.sum(1) / wholes.sum(1)
    rest = parts - ratio[:, None] * wholes
    found: Array = np.sqrt((rest**2).sum(1) / (count - 1) / count) / wholes.mean(1)
    return np.where(found < 1e-12, 0.0, found)


@lru_cache(maxsize=4)
def _places(count: int) -> NDArray[Any]:
    return np.random.default_rng(count).integers(count, size=(_DRAWS, count), dtype=np.int32)
