"""Lengths and splits: what is kept is as long as what succeeded, and no seed task is on both sides."""

import hashlib
import statistics
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from turnwise.harvest.rows import SelectionSummary

_STRATA = 5
_STEPS = 20_000
"""Totals that are tried; below this many dialogues each one is."""


@dataclass(frozen=True)
class Stratum:
    """Dialogues of like length: how many of those that succeeded, that passed, and that are kept."""

    most_turns: int | None
    """None for the last: no bound"""
    succeeded: int
    passed: int
    kept: int


@dataclass(frozen=True)
class Balance:
    """What keeping to the lengths of the successful dialogues cost."""

    dropped: frozenset[str]
    """sample ids"""
    strata: tuple[Stratum, ...]
    mean_wanted: float | None
    """turns of a successful dialogue; None when none succeeded"""
    mean_kept: float | None
    held: bool
    """whether the mean is within the tolerance; if it cannot be, nothing is dropped for it"""


def balanced(dialogues: Sequence[SelectionSummary], successes: Sequence[int], tolerance: float | None) -> Balance:
    """Drop the surplus of over-represented lengths, worst scores first, until the mean of turns fits.

    Strata are fifths of the successful dialogues by turns. Each may keep its share of a total that is as large as the
    tolerance allows, so as few as possible go.

    Args:
        successes: turns of every dialogue of the input that succeeded.
        tolerance: how far the mean may be from theirs, as a share of it; None drops nothing.
    """
    lengths = sorted(successes)
    # Equal bounds fall together: many dialogues of one length are one stratum.
    bounds = sorted(
        {lengths[len(lengths) * n // _STRATA - 1] for n in range(1, _STRATA)} if len(lengths) >= _STRATA else ()
    )
    bounds = [bound for bound in bounds if bound < lengths[-1]]
    wanted = [0] * (len(bounds) + 1)
    for length in lengths:
        wanted[bisect_left(bounds, length)] += 1
    ranked: list[list[SelectionSummary]] = [[] for _ in wanted]
    for dialogue in sorted(dialogues, key=lambda d: (-d.score, d.order, d.sample_id)):
        ranked[bisect_left(bounds, dialogue.turns)].append(dialogue)
    counts, held = _counts(ranked, wanted, statistics.fmean(lengths) if lengths else None, tolerance)
    kept = [dialogue for stratum, count in zip(ranked, counts, strict=True) for dialogue in stratum[:count]]
    return Balance(
        dropped=frozenset(d.sample_id for d in dialogues) - {d.sample_id for d in kept},
        strata=tuple(
            Stratum(most, succeeded, len(stratum), count)
            for most, succeeded, stratum, count in zip([*bounds, None], wanted, ranked, counts, strict=True)
        ),
        mean_wanted=statistics.fmean(lengths) if lengths else None,
        mean_kept=_mean(kept),
        held=held,
    )


def _counts(
    ranked: Sequence[Sequence[SelectionSummary]], wanted: Sequence[int], mean: float | None, tolerance: float | None
) -> tuple[list[int], bool]:
    """How many each stratum keeps, and whether the mean then fits."""
    everything = [len(stratum) for stratum in ranked]
    if mean is None or tolerance is None or not any(everything):
        return everything, True
    sums = [[0] for _ in ranked]
    for stratum, running in zip(ranked, sums, strict=True):
        for dialogue in stratum:
            running.append(running[-1] + dialogue.turns)
    shares = [count / sum(wanted) for count in wanted]
    largest = max(-(-len(stratum) // share) for stratum, share in zip(ranked, shares, strict=True))
    for total in range(int(largest) + 1, 0, -(int(largest) // _STEPS + 1)):
        counts = [min(there, int(share * total + 0.5)) for there, share in zip(everything, shares, strict=True)]
        turns = sum(running[count] for running, count in zip(sums, counts, strict=True))
        if any(counts) and abs(turns / sum(counts) - mean) <= tolerance * mean:
            return counts, True
    return everything, False


def split(dialogues: Sequence[SelectionSummary], validation: float) -> dict[str, str]:
    """`train` or `validation` for each sample id, as near to the share asked for as whole seed tasks allow.

    Seed tasks are taken in the order of their lengths, so that both sides hold short and long ones; the order given
    does not matter. A grown input is split anew.
    """
    tasks: dict[str, list[SelectionSummary]] = {}
    for dialogue in sorted(dialogues, key=lambda d: (d.order, d.sample_id)):
        tasks.setdefault(dialogue.seed_task, []).append(dialogue)
    owed = 0.0
    sides = {}
    for task, members in sorted(tasks.items(), key=lambda item: (_mean(item[1]), _digest(item[0]))):
        owed += validation * len(members)
        sides[task] = "validation" if owed >= len(members) / 2 and owed > 0 else "train"
        owed -= len(members) * (sides[task] == "validation")
    return {dialogue.sample_id: sides[dialogue.seed_task] for dialogue in dialogues}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _mean(dialogues: Sequence[SelectionSummary]) -> float | None:
    return statistics.fmean(dialogue.turns for dialogue in dialogues) if dialogues else None
