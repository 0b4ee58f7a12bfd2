"""Dialogues on disk while a harvest judges others: of each, the memory keeps where it lies."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import IO, NamedTuple

import pyarrow as pa

from turnwise.harvest.rows import MessageRow, Rollout


class Place(NamedTuple):
    """Where a dialogue lies in the file, in bytes, and how long it is once it is decompressed."""

    start: int
    length: int
    raw: int


class Spool:
    """A file of dialogues in some 3 kB each: their log has their tools, which are most of their bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        """
        Args:
            file: of the harvest's own, open for reading and writing, and gone when it is closed: it is unpickled.
        """
        self._file = file

    def put(self, rollout: Rollout, messages: Sequence[MessageRow], shared: str | None) -> Place:
        """Keep a dialogue and the messages of its row; `shared` are the tools of its log."""
        raw = pickle.dumps((replace(rollout, tools=None) if rollout.tools == shared else rollout, messages))
        packed = pa.compress(raw, codec="zstd", asbytes=True)
        start = self._file.seek(0, 2)
        self._file.write(packed)
        return Place(start, len(packed), len(raw))

    def get(self, place: Place, shared: str | None) -> tuple[Rollout, Sequence[MessageRow]]:
        """A dialogue and the messages of its row."""
        self._file.seek(place.start)
        rollout, messages = pickle.loads(pa.decompress(self._file.read(place.length), place.raw, codec="zstd"))
        return replace(rollout, tools=rollout.tools or shared), messages
