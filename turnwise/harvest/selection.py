"""Choosing among dialogues: no near-duplicates, lengths as of what succeeded, and no seed task on both sides of a split.

Near-duplicates are dialogues whose users say the same and whose assistants call the same tools. Policies, tool
descriptions and tool results are left out: shared by a whole world, they make everything look alike.
"""

import hashlib
import re
import statistics
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple
from zlib import crc32

from turnwise.harvest.rows import MessageRow, SelectionSummary

_STRATA = 5
_PERMUTATIONS = 128
_SEED = 1
_SHINGLE = 3
"""words"""


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


def fingerprint(messages: Sequence[MessageRow], start: int = 0) -> bytes:
    """MinHash of the user turns, in shingles of three words, and of the tools called in them; empty without any.

    Continuations of one history are compared by what comes from `start` on, those of different histories never alike.
    """
    history = " ".join(_key(messages[:start]))
    prefix = crc32(history.encode()).to_bytes(4) if history else b""
    words = _key(messages[start:])
    shingles = {" ".join(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))} if words else set()
    if not shingles:
        return b""
    sketch = _empty().copy()
    sketch.update_batch([prefix + shingle.encode() for shingle in sorted(shingles)])
    return bytes(sketch.hashvalues.astype("<u4").tobytes())


def near_duplicates(dialogues: Sequence[SelectionSummary], similarity: float) -> dict[str, tuple[str, float]]:
    """The dialogues to leave out, by sample id, each with one that is kept, scores at least as well, and is so alike.

    Of dialogues that score alike, the first by `order` is kept; the order given does not matter.
    """
    import numpy as np
    from datasketch import MinHashLSH

    # A little below, as bands miss some pairs near their threshold; the estimate decides.
    index = MinHashLSH(threshold=max(0.1, similarity - 0.1), num_perm=_PERMUTATIONS)
    sketches: dict[Hashable, Any] = {}
    found: dict[str, tuple[str, float]] = {}
    for dialogue in sorted(dialogues, key=lambda d: (-d.score, d.order, d.sample_id)):
        if not dialogue.fingerprint:
            continue
        sketch = _empty().copy()
        sketch.hashvalues = np.frombuffer(dialogue.fingerprint, "<u4").astype(sketch.hashvalues.dtype)
        near = [(sketch.jaccard(sketches[other]), str(other)) for other in index.query(sketch)]
        best = max(near, key=lambda pair: (pair[0], pair[1]), default=(0.0, ""))
        if best[0] >= similarity and best[1]:
            found[dialogue.sample_id] = best[1], best[0]
        else:
            sketches[dialogue.sample_id] = sketch
            index.insert(dialogue.sample_id, sketch)
    return found


def _key(messages: Sequence[MessageRow]) -> list[str]:
    words = []
    for message in messages:
        if message["role"] == "user":
            words += re.findall(r"\w+", (message["content"] or "").lower())
        words += [f"{call['function']['name']}()" for call in message["tool_calls"] or []]
    return words


@cache
def _empty() -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=crc32)
