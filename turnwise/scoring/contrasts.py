"""Conditions held against each other, scenario by scenario: what differs, by how much, and how sure that is.

    for contrast in contrasts(conditions_overall(runs)):
        for result in contrast.results: ...

The unit is the scenario: its trials are averaged, and a condition is only held against another on the scenarios that
both met.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from turnwise.scoring.comparison import Condition, Dialogue, Run
from turnwise.scoring.measures import (
    COMPLETED,
    FEWEST_EVENTS,
    MEASURES,
    PACING,
    QUALITY,
    STEPS,
    SUB_MEASURES,
    SUCCESS,
    TURNS,
    Measure,
)
from turnwise.scoring.statistics.bootstrap import FEWEST, Array, Estimate, estimate
from turnwise.scoring.statistics.effects import (
    cliffs_delta,
    detectable,
    geometric_ratio,
    paired_d,
    pairs_needed,
    pass_k,
)
from turnwise.scoring.statistics.significance import benjamini_hochberg, holm, sign_flip

PLAIN = "user_oriented"
"""The behaviour that traits of users are held against."""
MARGIN = 0.02
"""By how much quality may be lower and still count as not worse."""
ADJUSTED = QUALITY._replace(name="iq_core_adjusted", title="iq_core at equal length")
_AT_MOST_ONE = frozenset({QUALITY.name, *(measure.name for measure in SUB_MEASURES)})
_CIRCULAR = frozenset({PACING.name})
"""What paradigms differ in by construction, so that testing it says nothing."""


class Held(NamedTuple):
    run: Run
    dialogue: Dialogue


@dataclass(frozen=True)
class Result:
    """One measure of two conditions on the scenarios that both met."""

    measure: Measure
    reference: float
    other: float
    difference: Estimate
    p: float | None
    """None where too little was measured to be compared"""
    hypothesis: str = ""
    """what a primary one expects of the two paradigms; empty for all others, which are exploratory"""
    adjusted: float | None = None
    """p after Holm (primary) or Benjamini-Hochberg (exploratory)"""
    ratio: float | None = None
    """of geometric means, for counts"""
    d: float | None = None
    """in standard deviations of the differences"""
    delta: float | None = None
    """Cliff's delta, for scores and rates"""
    detectable: float | None = None
    """the difference that these scenarios would show four times in five"""
    needed: int | None = None
    """the scenarios that would show half of that"""

    @property
    def shown(self) -> bool | None:
        """Whether the hypothesis, or a difference, is shown; None where nothing was compared."""
        return None if self.adjusted is None else self.adjusted <= 0.05


class Flip(NamedTuple):
    """A scenario in which one condition always succeeds and the other always fails."""

    won: bool
    """by the other condition, and not by the reference"""
    reference: tuple[Held, ...]
    other: tuple[Held, ...]


@dataclass(frozen=True)
class Contrast:
    """A condition against a reference."""

    reference: Condition
    other: Condition
    results: tuple[Result, ...] = ()

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The scenarios that both met."""
        theirs = by_scenario(self.other)
        return tuple(scenario for scenario in by_scenario(self.reference) if scenario in theirs)

    @property
    def unshared(self) -> tuple[int, int]:
        """Scenarios that only the reference met, and only the other."""
        return tuple(len(by_scenario(c)) - len(self.shared) for c in (self.reference, self.other))  # type: ignore[return-value]

    @property
    def of_paradigms(self) -> bool:
        """Whether users state goals whole in the reference and go step by step in the other."""
        return self.reference.runs[0].whole_goals and not self.other.runs[0].whole_goals

    @cached_property
    def sides(self) -> tuple[str, str, str]:
        """Names of the other and of the reference, as far as they differ, and what is the same of both."""
        there = dict(self.reference.facets)
        differ = [name for name, value in self.other.facets if there.get(name) != value]
        one, two = ([v for n in differ if (v := dict(c.facets).get(n, ""))] for c in (self.other, self.reference))
        if self.other.facets and (one or two):
            one, two = one or ["default"], two or ["default"]
        same = [value for name, value in self.other.facets if name not in differ and value]
        return ", ".join(one) or self.other.name, ", ".join(two) or self.reference.name, ", ".join(same)

    @property
    def name(self) -> str:
        other, reference, same = self.sides
        return f"{other} against {reference}" + (f" ({same})" if same else "")

    @property
    def flips(self) -> list[Flip]:
        """The scenarios that one condition wins and the other loses, in every trial."""
        found, ours, theirs = [], by_scenario(self.reference), by_scenario(self.other)
        for scenario in self.shared:
            before, after = ({held.dialogue.success for held in group[scenario]} for group in (ours, theirs))
            if (before, after) in (({0.0}, {1.0}), ({1.0}, {0.0})):
                found.append(Flip(after == {1.0}, tuple(ours[scenario]), tuple(theirs[scenario])))
        return sorted(found, key=lambda flip: flip.won)


def by_scenario(condition: Condition) -> Mapping[str, list[Held]]:
    """The dialogues of a condition by scenario; one whose scenario is not known is one of its own."""
    found: dict[str, list[Held]] = defaultdict(list)
    for run in condition.runs:
        for number, dialogue in enumerate(run.dialogues):
            found[dialogue.scenario or f"{run.log}#{number}"].append(Held(run, dialogue))
    return found


def condition_estimate(condition: Condition, measure: Measure) -> Estimate | None:
    sums = [found for group in by_scenario(condition).values() if (found := measure.sums(_dialogues(group)))]
    parts, wholes = zip(*sums, strict=True) if sums else ((), ())
    return _bounded(estimate(parts, wholes, rate=measure.kind == "rate"), measure)


def _bounded(found: Estimate | None, measure: Measure) -> Estimate | None:
    """An interval no further than the measure itself can go."""
    if found is None or found.low is None or found.high is None:
        return found
    most = 1.0 if measure.kind == "rate" or measure.name in _AT_MOST_ONE else math.inf
    return found._replace(low=max(found.low, min(0.0, found.value)), high=min(found.high, max(most, found.value)))


def ratio(contrast: Contrast, measure: Measure) -> Estimate | None:
    """How many times the reference's value the other condition has, on the scenarios that both met."""
    ours, theirs = by_scenario(contrast.reference), by_scenario(contrast.other)
    pairs = [(_dialogues(ours[scenario]), _dialogues(theirs[scenario])) for scenario in contrast.shared]
    before, after, _ = _differences(measure, pairs)
    return estimate(after, before) if before.sum() else None


def pass_curve(condition: Condition) -> list[Estimate]:
    """pass^k for k = 1, 2, ... as far as every scenario has trials; empty without trials."""
    tallies = [
        [h.dialogue.success for h in group if h.dialogue.success is not None]
        for group in by_scenario(condition).values()
    ]
    tallies = [tally for tally in tallies if tally]
    most = min(map(len, tallies), default=0)
    curve = (
        _bounded(estimate([pass_k(len(t), int(sum(t)), k) for t in tallies], rate=True), SUCCESS)
        for k in range(1, most + 1)
    )
    return [found for found in curve if found] if most > 1 else []


def contrasts(conditions: Sequence[Condition]) -> list[Contrast]:
    """Every condition against that which differs from it in one thing, tested, with p-values adjusted over all."""
    found = [replace(c, results=tuple(_results(c))) for c in (Contrast(*pair) for pair in _pairs(conditions))]
    found.sort(key=lambda contrast: not contrast.of_paradigms)
    for primary, adjust in ((True, holm), (False, benjamini_hochberg)):
        tests = [r.p for c in found for r in c.results if r.p is not None and bool(r.hypothesis) == primary]
        adjusted = iter(adjust(tests))
        for place, contrast in enumerate(found):
            results = tuple(
                replace(r, adjusted=next(adjusted)) if r.p is not None and bool(r.hypothesis) == primary else r
                for r in contrast.results
            )
            found[place] = replace(contrast, results=results)
    return found


def _pairs(conditions: Sequence[Condition]) -> Iterator[tuple[Condition, Condition]]:
    """Reference and other: a facet is put back to its reference, the first one, in every condition that has it otherwise."""
    ordered = sorted(conditions, key=lambda c: (not c.runs[0].whole_goals, dict(c.facets).get("behaviour") != PLAIN))
    by_facets = {condition.facets: condition for condition in ordered}
    values: dict[str, list[str]] = defaultdict(list)
    for condition in ordered:
        for name, value in condition.facets:
            values[name].append(value)

    def reference(name: str, value: str) -> str:
        # A trait of a user is held against the plain user, and that one against a user who states goals whole.
        return PLAIN if name == "behaviour" and value != PLAIN and PLAIN in values[name] else values[name][0]

    whole = {dict(condition.facets).get("behaviour") for condition in ordered if condition.runs[0].whole_goals}
    for condition in ordered[1:]:
        changed = [
            tuple((n, reference(n, v) if n == name else v) for n, v in condition.facets)
            for name, value in condition.facets
            if value not in (values[name][0], *(whole if name == "behaviour" else ()))
        ]
        partners = [by_facets[facets] for facets in changed if facets in by_facets]
        if dict(condition.facets).get("behaviour") == PLAIN and not any(p.runs[0].whole_goals for p in partners):
            # A setting that users who state goals whole cannot have: beside them as they are.
            agent = dict(condition.facets).get("agent")
            partners += [c for c in ordered if c.runs[0].whole_goals and dict(c.facets).get("agent") == agent][:1]
        yield from ((partner, condition) for partner in partners or ordered[:1])


def _results(contrast: Contrast) -> Iterator[Result]:
    ours, theirs = by_scenario(contrast.reference), by_scenario(contrast.other)
    pairs = [(_dialogues(ours[scenario]), _dialogues(theirs[scenario])) for scenario in contrast.shared]
    primary = {TURNS.name: 1, STEPS.name: -1, COMPLETED.name: 1}
    expected = {TURNS.name: "more turns", STEPS.name: "steps not higher", COMPLETED.name: "more goals completed"}
    for measure in (*MEASURES, *SUB_MEASURES):
        if (result := _result(measure, pairs)) is None:
            continue
        if measure.name in _CIRCULAR and contrast.of_paradigms:
            result = replace(result, p=None)
        elif measure.name in primary and contrast.of_paradigms and result.p is not None:
            sign, words = primary[measure.name], expected[measure.name]
            p = _p(sign * _differences(measure, pairs)[2], greater=True)
            result = replace(result, p=p, hypothesis=words)
        yield result
    yield from _at_equal_length(pairs, of_paradigms=contrast.of_paradigms)


_Pairs = Sequence[tuple[list[Dialogue], list[Dialogue]]]


def _differences(measure: Measure, pairs: _Pairs) -> tuple[Array, Array, Array]:
    """The measure in the reference, in the other, and the difference, by scenario."""
    known = [
        (a, b) for one, two in pairs if (a := measure.value(one)) is not None and (b := measure.value(two)) is not None
    ]
    values = np.array(known, dtype=float).reshape(-1, 2)
    return values[:, 0], values[:, 1], values[:, 1] - values[:, 0]


def _result(measure: Measure, pairs: _Pairs) -> Result | None:
    ours, theirs, differences = _differences(measure, pairs)
    found = estimate(differences, rate=measure.kind == "rate")
    if found is None or (measure.better <= 0 and not ours.any() and not theirs.any()):
        return None  # what never happened is no result
    if measure.kind == "rate" and found.low is not None and found.high is not None:
        found = found._replace(low=max(found.low, -1.0), high=min(found.high, 1.0))
    events = [sum(measure.part(d) is not None for pair in pairs for d in pair[side]) for side in (0, 1)]
    few = len(differences) < FEWEST or (measure.kind == "rate" and min(events) < FEWEST_EVENTS)
    return _with_effects(
        Result(measure, float(ours.mean()), float(theirs.mean()), found, None if few else _p(differences)),
        ours,
        theirs,
        differences,
    )


def _with_effects(result: Result, ours: Array, theirs: Array, differences: Array) -> Result:
    count = result.measure.kind == "count"
    spread = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    seen = detectable(spread, len(differences)) if spread else None
    return replace(
        result,
        ratio=geometric_ratio(theirs, ours) if count else None,
        d=paired_d(differences),
        delta=None if count else cliffs_delta(theirs, ours),
        detectable=seen,
        needed=pairs_needed(seen / 2, spread) if seen else None,
    )


def _at_equal_length(pairs: _Pairs, *, of_paradigms: bool) -> Iterator[Result]:
    """The difference in quality if the dialogues were of equal length, by how quality falls with turns within conditions."""
    known = [pair for pair in pairs if all(QUALITY.value(side) is not None for side in pair)]
    if len(known) < 2 * FEWEST:
        return
    turns, quality = (
        np.array([[m.value(side) for side in pair] for pair in known], dtype=float) for m in (TURNS, QUALITY)
    )
    whole = _adjusted(turns, quality)
    # Pseudo-values carry what is not known of the slope into the interval and the test.
    left_out = np.array([_adjusted(np.delete(turns, n, 0), np.delete(quality, n, 0)) for n in range(len(known))])
    pseudo = len(known) * whole - (len(known) - 1) * left_out
    found = estimate(pseudo)
    if found is None:
        return
    p = _p(pseudo + MARGIN, greater=True) if of_paradigms else _p(pseudo)
    words = f"not worse by more than {MARGIN}" if of_paradigms else ""
    result = Result(ADJUSTED, float(quality[:, 0].mean()), float(quality[:, 0].mean() + found.value), found, p, words)
    yield _with_effects(result, quality[:, 0], quality[:, 0] + pseudo, pseudo)


def _adjusted(turns: Array, quality: Array) -> float:
    x, y = turns - turns.mean(0), quality - quality.mean(0)
    slope = (x * y).sum() / square if (square := (x**2).sum()) else 0.0
    return float((quality[:, 1] - quality[:, 0]).mean() - slope * (turns[:, 1] - turns[:, 0]).mean())


def _p(differences: Array, *, greater: bool = False) -> float:
    return _flipped(np.ascontiguousarray(differences).tobytes(), greater=greater)


@lru_cache(maxsize=512)
def _flipped(differences: bytes, *, greater: bool) -> float:
    """The same differences are tested for the terminal, the page and the files of one comparison."""
    return float(sign_flip(np.frombuffer(differences), greater=greater)[0])


def _dialogues(group: Sequence[Held]) -> list[Dialogue]:
    return [held.dialogue for held in group]
