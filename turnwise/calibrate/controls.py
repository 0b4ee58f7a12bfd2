"""What must not move a judge, measured: how long the assistant talks, and where in a dialogue a defect stands.

Knows the judgements of changed dialogues, and no model.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from turnwise.calibrate.calibration import LEAST, Judgements, Planted, by_task, interval, resampled

PADDING = "padding"
"""The benign change that makes the assistant longer and says nothing."""
_FEWEST = 8
"""Seed tasks below which an interval by bootstrap is too narrow to find a judge swayed by it."""


class Verbosity(NamedTuple):
    """How the judge's score moves when the assistant says more without saying anything."""

    pairs: int
    shift: float | None
    """mean change, above 0 when length is rewarded; None without a pair"""
    low: float | None
    high: float | None
    """95% interval of the shift, by bootstrap over seed tasks; None with fewer than two of them"""
    tasks: int
    rose: int
    fell: int


class Position(NamedTuple):
    """How often the judge sees the same defects in the first and in the second half of a dialogue.

    Each defect weighs as much as its pairs in both halves can tell (n1 n2 / (n1 + n2)): defects that only ever stand in
    one half, and those that the judge never sees, say nothing and are left out.
    """

    defects: int
    first: float | None
    second: float | None
    """sensitivities; None without such a defect"""
    pairs: tuple[int, int]
    low: float | None
    high: float | None
    """95% interval of first - second, by bootstrap over seed tasks; None with fewer than two of them"""
    tasks: int


def verbosity(planted: Sequence[Planted], judged: Judgements, *, seed: int = 0) -> Verbosity:
    shifts = [(p.task, after - before) for p, before, after in _pairs(planted, judged) if p.change.name == PADDING]
    moved = [shift for _, shift in shifts]
    tasks = by_task(shifts)
    rose, fell = sum(shift > LEAST for shift in moved), sum(shift < -LEAST for shift in moved)
    mean = sum(moved) / len(moved) if moved else None
    return Verbosity(len(moved), mean, *interval(tasks, seed), len(tasks), rose, fell)


def position(planted: Sequence[Planted], judged: Judgements, *, seed: int = 0) -> Position:
    """Measure whether the judge sees defects late in a dialogue as often as early ones."""
    pairs = [
        (p, before - after > LEAST) for p, before, after in _pairs(planted, judged) if p.change.seen_by and before > 0
    ]
    halves: dict[str, set[bool]] = defaultdict(set)
    for p, _ in pairs:
        halves[p.change.name].add(_is_late(p))
    noticed = {p.change.name for p, saw in pairs if saw}
    defects = [name for name, found in halves.items() if len(found) == 2 and name in noticed]
    kept = [(p, saw) for p, saw in pairs if p.change.name in defects]
    if not kept:
        return Position(0, None, None, (0, 0), None, None, 0)
    tasks = list(dict.fromkeys(p.task for p, _ in kept))
    counts = np.zeros((len(tasks), len(defects), 2, 2))  # by half: how many were seen, and of how many
    for p, saw in kept:
        counts[tasks.index(p.task), defects.index(p.change.name), int(_is_late(p))] += (saw, 1)
    total = counts.sum(axis=0)
    first, second = _by_half(total)
    low = high = None
    if len(tasks) > 1:
        drawn = _by_half(np.einsum("rt,tdhc->rdhc", resampled(len(tasks), seed), counts))
        low, high = (float(end) for end in np.nanquantile(drawn[..., 0] - drawn[..., 1], (0.025, 0.975)))
    early, late = (int(count) for count in total[..., 1].sum(axis=0))
    return Position(len(defects), float(first), float(second), (early, late), low, high, len(tasks))


def labels_named(planted: Sequence[Planted], judged: Judgements) -> dict[str, tuple[str, float]]:
    """Change -> the label that the judge names more often after it than before, in most dialogues; and in what share."""
    named: dict[str, Counter[str]] = defaultdict(Counter)
    pairs: Counter[str] = Counter()
    for number, p in enumerate(planted):
        before, after = judged.before[p.place], judged.after[number]
        if before.value is None or after.value is None:
            continue
        pairs[p.change.name] += 1
        more = Counter(f.sub_score for f in after.findings) - Counter(f.sub_score for f in before.findings)
        named[p.change.name].update(more.keys())
    most = {name: min(found.items(), key=lambda item: (-item[1], item[0])) for name, found in named.items() if found}
    return {change: (label, count / pairs[change]) for change, (label, count) in most.items()}


def _pairs(planted: Sequence[Planted], judged: Judgements) -> list[tuple[Planted, float, float]]:
    """The changes whose judgements before and after are both there, with these."""
    values = [(p, judged.before[p.place].value, judged.after[n].value) for n, p in enumerate(planted)]
    return [(p, before, after) for p, before, after in values if before is not None and after is not None]


def _is_late(planted: Planted) -> bool:
    """Whether the first message that a change touches is in the second half of the dialogue."""
    before, after = planted.before.messages, planted.after.messages
    same = zip(before, after, strict=False)
    at = next((n for n, (one, other) in enumerate(same) if one != other), min(len(before), len(after)))
    return at >= len(before) / 2


def _by_half(counts: "np.typing.NDArray[np.float64]") -> "np.typing.NDArray[np.float64]":
    """Sensitivity by half, over defects that are in both: (..., defects, halves, [seen, of]) -> (..., halves)."""
    seen, of = counts[..., 0], counts[..., 1]
    both = of.sum(axis=-1)
    weights = np.divide(of.prod(axis=-1), both, out=np.zeros_like(both), where=both > 0)
    shares = np.divide(seen, of, out=np.zeros_like(seen), where=of > 0)
    whole = weights.sum(axis=-1)[..., None]
    sums = (weights[..., None] * shares).sum(axis=-2)
    found: np.typing.NDArray[np.float64] = np.divide(sums, whole, out=np.full_like(sums, np.nan), where=whole > 0)
    return found


def sways(found: Verbosity | Position) -> bool:
    """Whether the interval says that the judge is moved by what must not move it."""
    if found.tasks < _FEWEST or found.low is None or found.high is None:
        return False
    return found.low > LEAST or found.high < -LEAST
