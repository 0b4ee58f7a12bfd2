"""The preference pairs of an archive: which dialogues may share a beginning, and of those the pairs."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from turnwise.harvest.pairs import find_pairs, write_pairs
from turnwise.harvest.rows import Rollout
from turnwise.harvest.shards import Place, Shared, load_candidates


class Pairing(NamedTuple):
    """Dialogues among which there may be pairs."""

    shards: Path
    placed: tuple[tuple[Place, Shared], ...]
    splits: Mapping[str, str]
    """train or validation by sample id"""
    state: Path
    """the state of the archive that is being made"""


def beginning(candidate: Rollout) -> str:
    """A hash of what comes before the assistant's first own message: who does not share it, shares no decision."""
    own = next((n for n, message in enumerate(candidate.messages) if message["train"]), 0)
    said = [[message["role"], message["content"]] for message in candidate.messages[:own]]
    return hashlib.sha256(json.dumps([candidate.tools, said]).encode()).hexdigest()[:16]


def pair_piece(piece: Pairing) -> int:
    """Write the folder `pairs`, without a file where there are none; how many there are."""
    (piece.state / "pairs").mkdir()
    pairs = find_pairs(_Stored(piece.shards, piece.placed), split=lambda one: piece.splits[one.sample_id])
    if pairs:
        write_pairs(piece.state, pairs)
    return len(pairs)


class _Stored:
    """Candidates on disk, to be gone through as often as one likes."""

    def __init__(self, shards: Path, placed: Sequence[tuple[Place, Shared]]) -> None:
        self._shards, self._placed = shards, placed

    def __iter__(self) -> Iterator[Rollout]:
        return load_candidates(self._shards, self._placed)
