"""How often sub-scores fall when a defect is planted, and when a benign change is made.

A dialogue on which a sub-score is None or already 0 cannot show whether it falls: it is not applicable, and no miss.
Where the sub-score is None after the change, it has not fallen.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from turnwise.calibrate.bank import Change
from turnwise.quality.transcript import SubScore, Transcript

Scorers = Mapping[str, Callable[[Transcript], SubScore]]
Values = Mapping[str, float | None]

_LEAST = 1e-9
"""Below this a difference is rounding."""
_RESAMPLES = 2000


class Row(NamedTuple):
    """What one change does to one sub-score."""

    change: str
    seen_by: str
    """the sub-score that must fall; empty for a benign change"""
    scorer: str
    sites: int
    """dialogues in which the change could be made"""
    applicable: int
    """of those, dialogues whose sub-score was above 0 before"""
    fell: float | None
    """share of applicable pairs in which it fell: sensitivity for a defect, false alarms for a benign change"""
    low: float | None
    high: float | None
    """95% interval of `fell`, by bootstrap over seed tasks; None with fewer than two of them"""
    drop: float | None
    """mean fall of the sub-score over applicable pairs, in its own units of 0 to 1"""
    iq_drop: float | None
    """mean fall of iq, the mean of all sub-scores that are not None, over all pairs"""


class _Pair(NamedTuple):
    task: str
    place: int
    before: Values
    after: Values


def calibrate(
    transcripts: Sequence[tuple[str, Transcript]],
    scorers: Scorers,
    changes: Sequence[Change],
    *,
    seed: int = 0,
    per_dialogue: int = 1,
) -> list[Row]:
    """Plant every change in every dialogue that has a site for it, and score before and after.

    Args:
        transcripts: dialogues, each with the seed task it is of: dialogues of one task are no independent evidence.
        scorers: the sub-scores by name.
        changes: what to plant, such as all of `DEFECTS` and `BENIGN`.
        seed: drives the sites and the bootstrap; the same seed gives the same rows.
        per_dialogue: sites tried per dialogue and change.

    Returns:
        A row per change and scorer, in their order.
    """
    clean = [_values(transcript, scorers) for _, transcript in transcripts]
    rows = []
    for change in changes:
        pairs = []
        for place, (task, transcript) in enumerate(transcripts):
            for attempt in range(per_dialogue):
                planted = change.plant(transcript, Random(f"{seed} {change.name} {place} {attempt}"))
                if planted is not None:
                    pairs.append(_Pair(task, place, clean[place], _values(planted, scorers)))
        rows += [_row(change, scorer, pairs, seed) for scorer in scorers]
    return rows


def interval(clusters: Sequence[tuple[int, int]], seed: int) -> tuple[float, float] | None:
    """95% interval of a share, by bootstrap over clusters.

    Args:
        clusters: per cluster how many fell, and of how many.
        seed: drives the bootstrap.

    Returns:
        Its ends; None with fewer than two clusters, whose spread nobody can know.
    """
    if len(clusters) < 2:
        return None
    fell, looked_at = np.array(clusters, dtype=float).T
    drawn = np.random.default_rng(seed).multinomial(
        len(clusters), np.full(len(clusters), 1 / len(clusters)), _RESAMPLES
    )
    low, high = np.quantile((drawn @ fell) / (drawn @ looked_at), (0.025, 0.975))
    return float(low), float(high)


def _row(change: Change, scorer: str, pairs: Sequence[_Pair], seed: int) -> Row:
    apt = [(p, before) for p in pairs if (before := p.before[scorer]) is not None and before > 0]
    drops = [(p.task, before - (before if (after := p.after[scorer]) is None else after)) for p, before in apt]
    clusters: dict[str, tuple[int, int]] = {}
    for task, drop in drops:
        fell, looked_at = clusters.get(task, (0, 0))
        clusters[task] = (fell + (drop > _LEAST), looked_at + 1)
    found = interval(list(clusters.values()), seed)
    iq = [(_iq(p.before), _iq(p.after)) for p in pairs]
    return Row(
        change.name,
        change.seen_by,
        scorer,
        sites=len({p.place for p in pairs}),
        applicable=len({p.place for p, _ in apt}),
        fell=_mean([float(drop > _LEAST) for _, drop in drops]),
        low=found[0] if found else None,
        high=found[1] if found else None,
        drop=_mean([drop for _, drop in drops]),
        iq_drop=_mean([before - after for before, after in iq if before is not None and after is not None]),
    )


def _values(transcript: Transcript, scorers: Scorers) -> Values:
    return {name: score(transcript).value for name, score in scorers.items()}


def _iq(values: Values) -> float | None:
    return _mean([value for value in values.values() if value is not None])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
