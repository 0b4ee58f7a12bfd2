"""Near-duplicates: dialogues whose users say the same and whose assistants call the same tools.

Policies, tool descriptions and tool results are left out: shared by a whole world, they make everything look alike.
"""

import re
from collections.abc import Hashable, Sequence
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from turnwise.harvest.rows import MessageRow, SelectionSummary

if TYPE_CHECKING:
    from datasketch import MinHash

_PERMUTATIONS = 128
_SEED = 1
_SHINGLE = 3
"""words"""


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
    return bytes(sketch.hashvalues.astype("<u8").tobytes())


def near_duplicates(dialogues: Sequence[SelectionSummary], similarity: float) -> dict[str, tuple[str, float]]:
    """The dialogues to leave out, by sample id, each with one that is kept, scores at least as well, and is so alike.

    Of dialogues that score alike, the first by `order` is kept; the order given does not matter.
    """
    import numpy as np
    from datasketch import MinHashLSH

    # A little below, as bands miss some pairs near their threshold; the estimate decides.
    index = MinHashLSH(threshold=max(0.1, similarity - 0.1), num_perm=_PERMUTATIONS)
    sketches: dict[Hashable, MinHash] = {}
    found: dict[str, tuple[str, float]] = {}
    for dialogue in sorted(dialogues, key=lambda d: (-d.score, d.order, d.sample_id)):
        if not dialogue.fingerprint:
            continue
        sketch = _empty().copy()
        sketch.hashvalues = np.frombuffer(dialogue.fingerprint, "<u8").astype(sketch.hashvalues.dtype)
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
def _empty() -> "MinHash":
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=crc32)
