"""Worlds by their hash: logs name a world by a path that may be relative, and are read from other folders.

Where worlds lie is noted in the user's cache folder as they are made and used, one small file for each.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from turnwise.errors import WorldError
from turnwise.files import atomic_write
from turnwise.worlds.world import World, bundled_worlds, load_world

_UPWARDS = 6
"""folders above a log that are looked into"""


def note_place(world: World, place: str | Path) -> None:
    """Remember where a world lies; a cache that cannot be written costs nothing."""
    path = Path(place)
    if str(place) in bundled_worlds() or not path.is_dir():
        return
    with suppress(OSError):
        folder = _cache()
        note = folder / world.hash
        if not note.exists() or note.read_text("utf-8") != str(path.resolve()):
            with atomic_write(note) as file:
                file.write(str(path.resolve()))


def find_world(place: str, wanted: str, near: Path) -> tuple[World, str]:
    """The world with a hash and where it lies: at its place, the same place seen from the log's folders, or where it was seen.

    Args:
        place: what the log says: a bundled world's name, or a path that may be relative to a folder unknown now.
        wanted: the hash of the world; without one, the first that is found is taken.
        near: the log.

    Raises:
        WorldError: no world with this hash is found; where another lies at its place, that one is returned instead.
    """
    other: tuple[World, str] | None = None
    for candidate in _places(place, wanted, near):
        try:
            world = load_world(candidate)
        except WorldError:
            continue
        if not wanted or world.hash == wanted:
            return world, candidate
        if other is None and Path(candidate).name == Path(place).name:
            other = world, candidate
    if other is None:
        raise WorldError(f"the world of {near} is not where it was ({place}), nor known by its hash {wanted}")
    return other


def _places(place: str, wanted: str, near: Path) -> Iterator[str]:
    yield place
    if not Path(place).is_absolute():
        for folder in list(near.resolve().parents)[:_UPWARDS]:
            yield str(folder / place)
    with suppress(OSError):
        yield (_cache() / wanted).read_text("utf-8").strip()
    yield from bundled_worlds()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "turnwise" / "worlds"
