"""Shards: what was read from a log once, so that it need not be read again while the log stays as it is.

    folder/<key>.json       the samples of a log and where each stands; written last, so that it vouches for the rest
    folder/<key>-<n>.rows   candidates as JSON, each compressed by itself

The key is made of the log's bytes and name and of the version of Turnwise: a log that has grown has another one.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from turnwise.errors import LogError
from turnwise.files import atomic_write
from turnwise.harvest.gates import Rejection
from turnwise.harvest.reading import Source, order_of, read_candidate
from turnwise.harvest.rows import Finding, Rollout
from turnwise.logs.bulk import read_samples, sample_names

_FORMAT = 2
"""Counts up when what is read from a sample changes."""
_PIECE = 200
"""Samples in a piece of work."""


class Place(NamedTuple):
    """Where a candidate stands in a file; all in bytes."""

    file: str
    offset: int
    size: int
    unpacked: int


class Entry(NamedTuple):
    """A sample of a log: where it stands, or why it could not be read."""

    sample_id: str
    order: tuple[str, str, int]
    place: Place | None
    refusal: Rejection | None


class Shared(NamedTuple):
    """What candidates of a log share, and their shards do not repeat."""

    tools: str | None
    unfit: tuple[str, ...]
    """why the simulated user is unfit"""


class Piece(NamedTuple):
    """Samples of a log that are read in one go."""

    path: Path
    source: Source
    names: tuple[str, ...]
    rows: Path
    """where the candidates go"""


class Read(NamedTuple):
    """What came of a piece or a log: its entries, and the raw scores of its users."""

    entries: list[Entry]
    users: list[dict[str, Any]]


def shard_key(source: Source) -> str:
    """What names the shard of a log."""
    about = f"{_FORMAT} {version('turnwise')} {source.log} {source.digest}"
    return hashlib.sha256(about.encode()).hexdigest()[:24]


def pieces(path: Path, source: Source, folder: Path) -> list[Piece]:
    """The work of reading a log.

    Raises:
        LogError: it is damaged.
    """
    try:
        names = sample_names(path)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise LogError(f"{path} cannot be read: {error}") from error
    key = shard_key(source)
    parts = [tuple(names[start : start + _PIECE]) for start in range(0, len(names), _PIECE)]
    return [Piece(path, source, part, folder / f"{key}-{number}.rows") for number, part in enumerate(parts)]


def read_piece(piece: Piece) -> Read | str:
    """Read samples and write what can be a candidate; a sentence where the log is damaged."""
    read = Read([], [])
    try:
        with piece.rows.open("wb") as file:
            for sample in read_samples(piece.path, piece.names):
                found = read_candidate(sample, piece.source)
                if isinstance(found, Rejection):
                    read.entries.append(Entry(str(sample["uuid"]), order_of(sample, piece.source), None, found))
                    continue
                read.entries.append(Entry(found.sample_id, found.order, store(file, _dumped(found)), None))
                if health := (sample.get("scores") or {}).get("user_health"):
                    read.users.append(health)
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        return f"{piece.path} cannot be read: {type(error).__name__}: {error}"
    return read


def save_index(folder: Path, source: Source, read: Read) -> None:
    """Vouch for a shard whose candidates are written."""
    with atomic_write(folder / f"{shard_key(source)}.json") as file:
        json.dump(read._asdict(), file)


def load_index(folder: Path, source: Source) -> Read | None:
    """What came of a log that was read; None when it has to be read."""
    index = folder / f"{shard_key(source)}.json"
    if not index.is_file():
        return None
    raw = json.loads(index.read_text("utf-8"))
    entries = [
        Entry(
            sample_id,
            (order[0], order[1], order[2]),
            Place(*place) if place else None,
            Rejection(*refusal) if refusal else None,
        )
        for sample_id, order, place, refusal in raw["entries"]
    ]
    return Read(entries, raw["users"])


def load_candidates(folder: Path, placed: Sequence[tuple[Place, Shared]]) -> Iterator[Rollout]:
    """Candidates one by one, in the order asked for."""
    raws = load_raw(folder, [place for place, _ in placed])
    for raw, (_, shared) in zip(raws, placed, strict=True):
        kept = json.loads(raw)
        kept["order"] = tuple(kept["order"])
        kept["messages"] = tuple(kept["messages"])
        kept["flaws"] = tuple(Finding(**flaw) for flaw in kept["flaws"])
        yield Rollout(**kept, **shared._asdict())


def store(file: IO[bytes], raw: bytes) -> Place:
    """Append a text to a file, compressed by itself."""
    packed = pa.compress(raw, codec="zstd", asbytes=True)
    place = Place(Path(file.name).name, file.tell(), len(packed), len(raw))
    file.write(packed)
    return place


def load_raw(folder: Path, places: Iterable[Place]) -> Iterator[bytes]:
    """What `store` wrote, in the order asked for; one file is open at a time."""
    name, file = "", None
    try:
        for place in places:
            if file is None or place.file != name:
                if file is not None:
                    file.close()
                name, file = place.file, (folder / place.file).open("rb")
            file.seek(place.offset)
            raw: bytes = pa.decompress(file.read(place.size), place.unpacked, codec="zstd", asbytes=True)
            yield raw
    finally:
        if file is not None:
            file.close()


def forget(folder: Path, keys: Iterable[str]) -> None:
    """Remove the shards of all logs but these, and what an interrupted run left."""
    kept = set(keys)
    for file in folder.iterdir():
        if file.name.partition(".")[0].partition("-")[0] not in kept or file.suffix == ".partial":
            file.unlink()


def _dumped(candidate: Rollout) -> bytes:
    kept = {**vars(candidate), "flaws": [vars(flaw) for flaw in candidate.flaws]}
    return json.dumps({name: value for name, value in kept.items() if name not in Shared._fields}).encode()
