"""Lengths and splits: what is kept is as long as what succeeded, and no seed task is on both sides."""

import hashlib
import statistics
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from turnwise.harvest.rows import SelectionSummary

_STRATA = 5


class Balance(NamedTuple):
    """What keeping to the lengths of the successful dialogues cost."""

    dropped: frozenset[str]
    """sample ids"""
    mean_wanted: float | None
    """turns of a successful dialogue; None when none succeeded"""
    held: bool
    """whether the mean is within the tolerance; if it cannot be, nothing is dropped for it"""


def balanced(dialogues: Sequence[SelectionSummary], successes: Sequence[int], tolerance: float | None) -> Balance:
    """Drop the surplus of over-represented lengths, worst scores first, until the mean of turns fits.

    Strata are fifths of the successful dialogues by turns. Each may keep its share of a total that is as large as the
    tolerance (a share of the mean; None drops nothing) allows, so as few as possible go.
    """
    mean = statistics.fmean(successes) if successes else None
    if mean is None or tolerance is None or not dialogues:
        return Balance(frozenset(), mean, True)
    bounds = strata(successes)
    ranked: list[list[SelectionSummary]] = [[] for _ in range(len(bounds) + 1)]
    for dialogue in sorted(dialogues, key=lambda d: (-d.score, d.order, d.sample_id)):
        ranked[bisect_left(bounds, dialogue.turns)].append(dialogue)
    shares = [0.0] * len(ranked)
    for length in successes:
        shares[bisect_left(bounds, length)] += 1 / len(successes)
    sums = [[0, *accumulate(dialogue.turns for dialogue in stratum)] for stratum in ranked]
    largest = int(max(-(-len(stratum) // share) for stratum, share in zip(ranked, shares, strict=True)))
    for total in range(largest + 1, 0, -1):
        counts = [min(len(there), int(share * total + 0.5)) for there, share in zip(ranked, shares, strict=True)]
        turns = sum(running[count] for running, count in zip(sums, counts, strict=True))
        if any(counts) and abs(turns / sum(counts) - mean) <= tolerance * mean:
            gone = [d.sample_id for stratum, count in zip(ranked, counts, strict=True) for d in stratum[count:]]
            return Balance(frozenset(gone), mean, True)
    return Balance(frozenset(), mean, False)


def strata(successes: Sequence[int]) -> list[int]:
    """The most turns of each fifth but the last; many dialogues of one length are one stratum."""
    lengths = sorted(successes)
    bounds = {lengths[len(lengths) * n // _STRATA - 1] for n in range(1, _STRATA)} if len(lengths) >= _STRATA else set()
    return sorted(bound for bound in bounds if bound < lengths[-1])


def split(dialogues: Sequence[SelectionSummary], validation: float) -> dict[str, str]:
    """`train` or `validation` for each sample id, as near to the share asked for as whole seed tasks allow.

    Seed tasks are taken in the order of their lengths, so that both sides hold short and long ones.
    """
    tasks: dict[str, list[SelectionSummary]] = {}
    for dialogue in sorted(dialogues, key=lambda d: (d.order, d.sample_id)):
        tasks.setdefault(dialogue.seed_task, []).append(dialogue)
    owed, sides = 0.0, {}

    def place(task: str) -> tuple[float, bytes]:
        return statistics.fmean(d.turns for d in tasks[task]), hashlib.sha256(task.encode()).digest()

    for task in sorted(tasks, key=place):
        members = tasks[task]
        owed += validation * len(members)
        sides[task] = "validation" if owed >= len(members) / 2 and owed > 0 else "train"
        owed -= len(members) * (sides[task] == "validation")
    return {dialogue.sample_id: sides[dialogue.seed_task] for dialogue in dialogues}


def families(kin: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The family of each dialogue, by what it shares with others: its seed task, the dialogue that it continues.

    A family is named after the first of its keys in the alphabet, and not after a dialogue.
    """
    parents: dict[str, str] = {}

    def root(key: str) -> str:
        while parents.setdefault(key, key) != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for sample_id, keys in kin.items():
        for key in keys:
            # Ids of dialogues are drawn by chance: a name made of them would change with every run.
            first, second = sorted((root(sample_id), root(key)), key=lambda one: (one in kin, one))
            parents[second] = first
    return {sample_id: root(sample_id) for sample_id in kin}
