"""How often scores fall when a defect is planted, and when a benign change is made.

A dialogue on which a score is None or already 0 cannot show whether it falls: it is not applicable, and no miss.
Where a sub-score is None after the change, it has not fallen; where the judge gave nothing usable, the pair is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from turnwise.calibrate.bank import JUDGE, Change
from turnwise.scoring.quality.transcript import SubScore, Transcript

Scorers = Mapping[str, Callable[[Transcript], SubScore]]
Values = Mapping[str, float | None]

LEAST = 1e-9
"""Below this a difference is rounding."""
RESAMPLES = 2000


class Planted(NamedTuple):
    """A change made in a dialogue."""

    change: Change
    task: str
    """the seed task of the dialogue"""
    place: int
    """the number of the dialogue, from 0"""
    before: Transcript
    after: Transcript


class Judgements(NamedTuple):
    """What a judge says of dialogues before and after changes; the value is None where it gave nothing usable."""

    before: Mapping[int, SubScore]
    """by the number of the dialogue"""
    after: Sequence[SubScore]
    """in the order of the changes made"""


class Row(NamedTuple):
    """What one change does to one score."""

    change: str
    seen_by: str
    """the sub-score that must fall; empty for a benign change"""
    scorer: str
    sites: int
    """dialogues in which the change could be made"""
    applicable: int
    """of those, dialogues whose score was above 0 before"""
    fell: float | None
    """share of applicable pairs in which it fell: sensitivity for a defect, false alarms for a benign change"""
    low: float | None
    high: float | None
    """95% interval of `fell`, by bootstrap over seed tasks; None with fewer than two of them"""
    drop: float | None
    """mean fall of the score over applicable pairs, in its own units of 0 to 1"""
    iq_drop: float | None
    """mean fall of iq, the mean of all sub-scores that are not None, over all pairs"""
    forms: int = 0
    """distinct texts that the change put into dialogues: seeing one sentence many times is seeing it once"""


class _Pair(NamedTuple):
    task: str
    place: int
    before: Values
    after: Values
    put: frozenset[str]
    """texts that are in the dialogue only after the change"""


def plant(
    transcripts: Sequence[tuple[str, Transcript]], changes: Sequence[Change], *, seed: int = 0, per_dialogue: int = 1
) -> list[Planted]:
    """Make every change in every dialogue that has a site for it.

    Args:
        transcripts: dialogues, each with the seed task it is of: dialogues of one task are no independent evidence.
        changes: what to plant, such as all of `DEFECTS` and `BENIGN`.
        seed: drives the sites.
        per_dialogue: sites tried per dialogue and change.
    """
    return [
        Planted(change, task, place, transcript, made)
        for change in changes
        for place, (task, transcript) in enumerate(transcripts)
        for attempt in range(per_dialogue)
        if (made := change.plant(transcript, Random(f"{seed} {change.name} {place} {attempt}"))) is not None
    ]


def calibrate(
    planted: Sequence[Planted],
    changes: Sequence[Change],
    scorers: Scorers,
    judged: Judgements | None = None,
    *,
    seed: int = 0,
) -> list[Row]:
    """Score dialogues before and after the changes made in them.

    Args:
        planted: what was made of `changes`.
        scorers: the sub-scores by name.
        judged: what a judge says of the same; it becomes one more score, and no part of iq.
        seed: drives the bootstrap; the same seed gives the same rows.

    Returns:
        A row per change and score, in their order.
    """
    clean = {p.place: p.before for p in planted}
    before: dict[int, Values] = {place: _values(transcript, scorers) for place, transcript in clean.items()}
    pairs: dict[str, list[_Pair]] = {change.name: [] for change in changes}
    for number, p in enumerate(planted):
        put = {m.text for m in p.after.messages} - {m.text for m in p.before.messages}
        values = _Pair(p.task, p.place, before[p.place], _values(p.after, scorers), frozenset(put))
        if judged:
            was, became = judged.before[p.place].value, judged.after[number].value
            values = values._replace(before={**values.before, JUDGE: was}, after={**values.after, JUDGE: became})
        pairs[p.change.name].append(values)
    names = [*scorers, *([JUDGE] if judged else [])]
    return [_row(change, name, pairs[change.name], seed) for change in changes for name in names]


def interval(clusters: Sequence[tuple[float, float]], seed: int) -> tuple[float, float] | None:
    """95% interval of a mean, by bootstrap over clusters.

    Args:
        clusters: per cluster the sum, and of how many: of a share, how many fell of how many.
        seed: drives the bootstrap.

    Returns:
        Its ends; None with fewer than two clusters, whose spread nobody can know.
    """
    if len(clusters) < 2:
        return None
    sums, counts = np.array(clusters, dtype=float).T
    drawn = resampled(len(clusters), seed)
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), (0.025, 0.975))
    return float(low), float(high)


def resampled(clusters: int, seed: int) -> "np.typing.NDArray[np.int64]":
    """How often each cluster is drawn: resamples by clusters."""
    return np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1 / clusters), RESAMPLES)


def _row(change: Change, scorer: str, pairs: Sequence[_Pair], seed: int) -> Row:
    apt = [(p, before) for p in pairs if (before := p.before[scorer]) is not None and before > 0]
    if scorer == JUDGE:
        apt = [(p, before) for p, before in apt if p.after[JUDGE] is not None]
    drops = [(p.task, before - (before if (after := p.after[scorer]) is None else after)) for p, before in apt]
    clusters: dict[str, tuple[int, int]] = {}
    for task, drop in drops:
        fell, looked_at = clusters.get(task, (0, 0))
        clusters[task] = (fell + (drop > LEAST), looked_at + 1)
    found = interval(list(clusters.values()), seed)
    iq = [(_iq(p.before), _iq(p.after)) for p in pairs]
    return Row(
        change.name,
        change.seen_by,
        scorer,
        sites=len({p.place for p in pairs}),
        applicable=len({p.place for p, _ in apt}),
        fell=_mean([float(drop > LEAST) for _, drop in drops]),
        low=found[0] if found else None,
        high=found[1] if found else None,
        drop=_mean([drop for _, drop in drops]),
        forms=len(frozenset[str]().union(*(p.put for p in pairs))),
        iq_drop=_mean([before - after for before, after in iq if before is not None and after is not None]),
    )


def _values(transcript: Transcript, scorers: Scorers) -> Values:
    return {name: score(transcript).value for name, score in scorers.items()}


def _iq(values: Values) -> float | None:
    return _mean([value for name, value in values.items() if value is not None and name != JUDGE])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
