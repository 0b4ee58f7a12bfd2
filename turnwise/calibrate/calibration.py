"""How often scores fall when a defect is planted, and when a benign change is made.

A dialogue on which a score is None or already 0 cannot show whether it falls: it is not applicable, and no miss.
Where a sub-score is None after the change, it has not fallen; where the judge gave nothing usable, the pair is left out.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
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
_IQ = "iq"
"""The mean of all sub-scores that are not None, among the values of a dialogue."""


class Planted(NamedTuple):
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


def plant(
    transcripts: Sequence[tuple[str, Transcript]], changes: Sequence[Change], *, seed: int = 0, per_dialogue: int = 1
) -> list[Planted]:
    """Make every change in every dialogue that has a site for it.

    Args:
        transcripts: dialogues, each with the seed task it is of: dialogues of one task are no independent evidence.
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
    """Score dialogues before and after the changes made in them: a row per change and score, in their order.

    Args:
        judged: what a judge says of the same; it becomes one more score, and no part of iq.
        seed: drives the bootstrap; the same seed gives the same rows.
    """

    def values(transcript: Transcript, judgement: SubScore | None) -> Values:
        found = {name: score(transcript).value for name, score in scorers.items()}
        known = [value for value in found.values() if value is not None]
        found[_IQ] = sum(known) / len(known) if known else None
        return found | ({JUDGE: judgement.value} if judgement is not None else {})

    clean = {p.place: p.before for p in planted}
    before = {place: values(t, judged.before[place] if judged else None) for place, t in clean.items()}
    pairs: dict[str, list[tuple[Planted, Values, Values]]] = {change.name: [] for change in changes}
    for number, p in enumerate(planted):
        pairs[p.change.name].append((p, before[p.place], values(p.after, judged.after[number] if judged else None)))
    names = [*scorers, *([JUDGE] if judged else [])]
    return [_row(change, name, pairs[change.name], seed) for change in changes for name in names]


def interval(clusters: Sequence[tuple[float, float]], seed: int) -> tuple[float | None, float | None]:
    """95% interval of a mean, by bootstrap over clusters, each its sum and number; None with fewer than two of them."""
    if len(clusters) < 2:
        return None, None
    sums, counts = np.array(clusters, dtype=float).T
    drawn = resampled(len(clusters), seed)
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), (0.025, 0.975))
    return float(low), float(high)


@lru_cache(maxsize=64)
def resampled(clusters: int, seed: int) -> "np.typing.NDArray[np.int64]":
    """How often each cluster is drawn: resamples by clusters."""
    return np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1 / clusters), RESAMPLES)


def by_task(values: Sequence[tuple[str, float]]) -> list[tuple[float, int]]:
    """Clusters for `interval`: the values of each seed task as their sum and number."""
    tasks: dict[str, list[float]] = defaultdict(list)
    for task, value in values:
        tasks[task].append(value)
    return [(sum(own), len(own)) for own in tasks.values()]


def _row(change: Change, scorer: str, pairs: Sequence[tuple[Planted, Values, Values]], seed: int) -> Row:
    apt = [(p, was, after[scorer]) for p, before, after in pairs if (was := before[scorer]) is not None and was > 0]
    if scorer == JUDGE:
        apt = [(p, was, became) for p, was, became in apt if became is not None]
    drops = [(p.task, 0.0 if became is None else was - became) for p, was, became in apt]
    fell = [(task, float(drop > LEAST)) for task, drop in drops]
    iq = [b[_IQ] - a[_IQ] for _, b, a in pairs if b[_IQ] is not None and a[_IQ] is not None]  # type: ignore[operator]
    texts = ({m.text for m in p.after.messages} - {m.text for m in p.before.messages} for p, *_ in pairs)
    return Row(
        change.name,
        change.seen_by,
        scorer,
        len({p.place for p, *_ in pairs}),
        len({p.place for p, *_ in apt}),
        _mean([share for _, share in fell]),
        *interval(by_task(fell), seed),
        _mean([drop for _, drop in drops]),
        _mean(iq),
        len(set().union(*texts)),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
