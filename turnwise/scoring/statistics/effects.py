"""How large a difference is, in units that do not depend on the measure; pass^k; what a number of scenarios can show."""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

_NORMAL = NormalDist()


def paired_d(differences: ArrayLike) -> float | None:
    """The mean difference in its own standard deviations; None where all are the same."""
    found = np.asarray(differences, dtype=float)
    spread = found.std(ddof=1) if len(found) > 1 else 0.0
    return float(found.mean() / spread) if spread > 1e-12 else None


def cliffs_delta(one: ArrayLike, other: ArrayLike) -> float:
    """The chance that a value of one is above a value of the other, less that it is below."""
    a, b = np.sort(np.asarray(one, dtype=float)), np.sort(np.asarray(other, dtype=float))
    below, above = np.searchsorted(b, a, "left").sum(), (len(b) - np.searchsorted(b, a, "right")).sum()
    return float((below - above) / (len(a) * len(b)))


def geometric_ratio(one: ArrayLike, other: ArrayLike) -> float | None:
    """How many times as large counts are, by geometric means over pairs that are both above zero."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    both = (a > 0) & (b > 0)
    return float(np.exp(np.mean(np.log(a[both] / b[both])))) if both.any() else None


def pass_k(trials: int, successes: int, k: int) -> float:
    """The chance that k of some trials of a scenario, drawn without replacement, are all successes."""
    return math.comb(successes, k) / math.comb(trials, k)


def detectable(spread: float, pairs: int) -> float | None:
    """The mean difference that so many pairs would show four times in five; None for too few pairs."""
    return _quantiles(pairs) * spread / math.sqrt(pairs) if pairs > 3 else None


def pairs_needed(difference: float, spread: float) -> int | None:
    """The pairs that would show a mean difference four times in five; None where none would."""
    if not difference:
        return None
    needed = 4
    for _ in range(20):  # the quantiles depend on the pairs, mildly
        last, needed = needed, max(4, math.ceil((_quantiles(needed) * spread / difference) ** 2))
        if last == needed:
            break
    return needed


def _quantiles(pairs: int) -> float:
    """Student's t for an error of the first kind of 5% and a power of 80%."""
    return sum(student(share, pairs - 1) for share in (0.975, 0.8))


def student(share: float, freedom: int) -> float:
    """A quantile of Student's t by the expansion of Cornish and Fisher: to 1% from three degrees of freedom on."""
    z = _NORMAL.inv_cdf(share)
    terms = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return float(z + sum(term / freedom**order for order, term in enumerate(terms, 1)))
