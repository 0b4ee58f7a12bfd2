"""Tests of paired differences, and corrections for testing several."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

_EXACT = 12
"""Differences up to which every pattern of signs is looked at."""
_DRAWS = 4999
_MOST_CELLS = 8_000_000


def sign_flip(differences: ArrayLike, *, greater: bool = False) -> NDArray[np.float64]:
    """The p-value of each row of differences under "each might as well have had the other sign".

    Args:
        greater: test that the mean is above zero, and not that it differs from zero.
    """
    rows = np.atleast_2d(np.asarray(differences, dtype=float))
    signs = _signs(rows.shape[1])
    observed, flipped = rows.sum(1), signs @ rows.T
    if not greater:
        observed, flipped = np.abs(observed), np.abs(flipped)
    # The pattern that was observed is one of those there are; sums of the same numbers differ by rounding.
    as_far = (flipped >= observed - 1e-9 * (1 + np.abs(observed))).sum(0)
    exact = rows.shape[1] <= _EXACT
    found: NDArray[np.float64] = as_far / len(signs) if exact else (as_far + 1) / (len(signs) + 1)
    return found


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: rejecting those at most 0.05 errs in any of the tests with 5% at most."""
    order = np.argsort(p_values, kind="stable")
    adjusted, worst = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        worst = max(worst, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = worst
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: of those at most 0.05, about 5% at most are false discoveries."""
    order = np.argsort(p_values, kind="stable")[::-1]
    adjusted, least = [0.0] * len(p_values), 1.0
    for rank, place in enumerate(order):
        least = min(least, p_values[place] * len(p_values) / (len(p_values) - rank))
        adjusted[place] = least
    return adjusted


@lru_cache(maxsize=4)
def _signs(count: int) -> NDArray[np.float64]:
    if count <= _EXACT:
        patterns = np.arange(2**count)[:, None] >> np.arange(count) & 1
        return np.asarray(patterns * 2 - 1, dtype=np.float64)
    draws = max(999, min(_DRAWS, _MOST_CELLS // count))
    return np.asarray(np.random.default_rng(count).integers(0, 2, size=(draws, count)) * 2 - 1, dtype=np.float64)
