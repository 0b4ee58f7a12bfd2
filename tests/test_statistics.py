"""The statistics of comparisons: right by hand where that is possible, and as often right as they claim on simulated data."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnwise.scoring.statistics.bootstrap import estimate, intervals
from turnwise.scoring.statistics.effects import (
    cliffs_delta,
    detectable,
    geometric_ratio,
    paired_d,
    pairs_needed,
    pass_k,
)
from turnwise.scoring.statistics.significance import benjamini_hochberg, holm, sign_flip

SETS = 200


def share_covering(rows: np.ndarray, truth: float, wholes: np.ndarray | None = None) -> float:
    found = intervals(rows, wholes)
    return float(((found[:, 0] <= truth) & (truth <= found[:, 1])).mean())


@pytest.mark.parametrize("count", [8, 20, 60])
def test_nothing_is_found_in_nothing_as_often_as_promised(count: int) -> None:
    nothing = np.random.default_rng(count).standard_t(4, size=(600, count))
    assert 0.03 <= (sign_flip(nothing) <= 0.05).mean() <= 0.07
    assert 0.03 <= (sign_flip(nothing, greater=True) <= 0.05).mean() <= 0.07
    assert (sign_flip(nothing[:200] + 2) <= 0.05).mean() > 0.9


@pytest.mark.parametrize("count", [10, 30, 60])
def test_intervals_hold_the_truth_as_often_as_they_claim(count: int) -> None:
    # Bounds are what 95% can look like on 200 sets; on 1,500 it is 94 to 96%, and 93% on skewed data.
    draws = np.random.default_rng(count)
    assert share_covering(draws.normal(3, 2, size=(SETS, count)), 3) >= 0.91
    skewed = draws.lognormal(0, 0.6, size=(SETS, count))
    assert share_covering(skewed, math.exp(0.18)) >= 0.88
    wholes = draws.integers(1, 6, size=(SETS, count)).astype(float)
    assert share_covering(draws.binomial(wholes.astype(int), 0.6).astype(float), 0.6, wholes) >= 0.89


def test_scenarios_and_not_dialogues_are_the_unit() -> None:
    """Two dialogues of a scenario that go alike are no more evidence than one."""
    draws = np.random.default_rng(1)
    scenarios = draws.normal(0, 1, size=(400, 15))
    doubled = np.repeat(scenarios, 2, axis=1)
    assert (sign_flip(doubled) <= 0.05).mean() > 0.12  # what testing dialogues would do
    assert (sign_flip(scenarios) <= 0.05).mean() < 0.07


def test_few_scenarios_have_no_interval_and_equal_ones_have_none_of_width() -> None:
    assert estimate([]) is None
    few = estimate([1.0, 2.0])
    assert few is not None
    assert (few.value, few.low) == (1.5, None)
    for count in (6, 80):
        same = estimate([2.0] * count)
        assert same is not None
        assert (same.low, same.high) == (2.0, 2.0)


def test_a_rate_that_never_varied_is_not_known_for_certain() -> None:
    never = estimate([0.0] * 30, rate=True)
    assert never is not None
    assert never.high == pytest.approx(0.116, abs=0.001)  # the exact interval of 0 in 30


def test_one_odd_scenario_of_six_does_not_end_the_interval_at_the_mean() -> None:
    odd = estimate([0.0] * 5 + [-2.0])
    assert odd is not None
    assert odd.low == pytest.approx(-1 / 3 - 0.857, abs=0.01)  # Student's


def test_a_ratio_is_of_sums() -> None:
    found = estimate([5, 9, 3, 3], [1, 9, 1, 1])
    assert found is not None
    assert found.value == 20 / 12


def test_corrections_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert holm([]) == benjamini_hochberg([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_correction_never_makes_a_finding_surer(p_values: list[float]) -> None:
    for adjusted in (holm(p_values), benjamini_hochberg(p_values)):
        assert all(p <= a + 1e-12 <= 1 + 1e-12 for p, a in zip(p_values, adjusted, strict=True))
        ranked = [a for _, a in sorted(zip(p_values, adjusted, strict=True))]
        assert ranked == sorted(ranked)


def test_signs_by_hand() -> None:
    assert sign_flip([1.0, 2.0, 3.0])[0] == 2 / 8
    assert sign_flip([1.0, 2.0, 3.0], greater=True)[0] == 1 / 8
    assert sign_flip([0.0, 0.0])[0] == 1


def test_effects_by_hand() -> None:
    assert paired_d([1.0, 3.0]) == pytest.approx(2 / math.sqrt(2))
    assert paired_d([2.0, 2.0]) is None
    assert cliffs_delta([3, 4], [1, 2]) == 1
    assert cliffs_delta([1, 2], [1, 2]) == 0
    assert geometric_ratio([4, 9, 5], [1, 1, 0]) == pytest.approx(6)
    assert pass_k(4, 2, 2) == 1 / 6
    assert pass_k(4, 1, 2) == 0


def test_power_agrees_with_what_is_found() -> None:
    """Of data sets with the difference that 25 pairs can show, four in five do show it."""
    seen = detectable(1.0, 25)
    assert seen is not None
    assert pairs_needed(seen, 1.0) in (24, 25, 26)
    rows = np.random.default_rng(2).normal(seen, 1, size=(600, 25))
    assert (sign_flip(rows) <= 0.05).mean() == pytest.approx(0.8, abs=0.05)
