"""The database that sessions begin with, and a private copy of it for each.

A small one is copied in memory. A large one is one file, which all sessions read through one cache, and which is copied,
on disk, for a session that is about to write. So a session takes at most `IN_MEMORY` of memory, and a world as much as it
has, once. Copies on disk leave `LEFT_FREE` of it to others: a session that would take more is told so.
"""

import fcntl
import shutil
import sqlite3
import weakref
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Self

from turnwise.errors import ServiceFault
from turnwise.files import scratch_folder

IN_MEMORY = 1 << 20
"""Bytes of a database that is copied in memory."""
LEFT_FREE = 1 << 30
"""Bytes of the disk that no copy takes."""
_CACHED = 512 << 10
"""Bytes of pages that SQLite keeps of a copy on disk."""
_CLONE = 0x40049409
"""FICLONE of Linux: a copy that shares its blocks with the original until they are written, where the disk can."""


class Original:
    """A database as it is when a session begins."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        pages, page = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
        self.size: int = pages * page
        self.image = b""
        if self.size <= IN_MEMORY:
            self.image = connection.serialize()
            return
        with ExitStack() as stack:
            self.folder = stack.enter_context(scratch_folder("world"))
            self.path = self.folder / "0"
            with closing(sqlite3.connect(self.path)) as file:
                connection.backup(file)
            self.numbers = count(1)
            weakref.finalize(self, stack.pop_all().close)


class Copy:
    """One private copy; close it. `connection` is another one after `make_writable`."""

    def __init__(self, original: Original, image: bytes = b"", written: Path | None = None) -> None:
        self.original = original
        self._path: Path | None = None
        if original.image:
            self.connection = in_memory()
            self.connection.deserialize(image or original.image)
        elif written is not None:
            self._copy(written)
        else:
            self.connection = _connected(
                f"{original.path.as_uri()}?mode=ro&immutable=1&cache=shared", 2 * original.size
            )

    def make_writable(self) -> bool:
        """Whether there is another connection now, to a copy that may be written; ServiceFault without room for it."""
        if self.original.image or self._path is not None:
            return False
        before = self.connection
        self._copy(self.original.path)
        before.close()
        return True

    def fork(self) -> Self:
        """A private copy of this copy as it stands, between two transactions."""
        return type(self)(self.original, self.connection.serialize() if self.original.image else b"", self._path)

    def close(self) -> None:
        """Free it; closing twice is fine."""
        self.connection.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _copy(self, source: Path) -> None:
        path = self.original.folder / str(next(self.original.numbers))
        try:
            with source.open("rb") as there, path.open("wb") as here:
                try:
                    fcntl.ioctl(here, _CLONE, there.fileno())
                except OSError:
                    self._check_room()
                    shutil.copyfileobj(there, here, 1 << 20)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._path = path
        self.connection = _connected(path.as_uri())
        # Nobody else opens it, and nobody needs it once this process is gone.
        for setting in ("journal_mode=MEMORY", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
            self.connection.execute(f"PRAGMA {setting}")

    def _check_room(self) -> None:
        place, size = self.original.folder.parent, self.original.size
        free = shutil.disk_usage(place).free
        if free - size < LEFT_FREE:
            raise ServiceFault(
                f"no room for a dialogue's own copy of the database: it takes {size >> 20:,} MB, and {free >> 20:,} MB are free in {place}, "
                f"{LEFT_FREE >> 20:,} of which stay free. Hold fewer dialogues at a time, or name a larger disk with TMPDIR"
            )


def in_memory() -> sqlite3.Connection:
    """An empty database in memory."""
    return _connected("file::memory:")


def _connected(place: str, cached: int = _CACHED) -> sqlite3.Connection:
    # No cache of statements: a cached one would run without being checked against what is now allowed.
    connection = sqlite3.connect(place, isolation_level=None, cached_statements=0, check_same_thread=False, uri=True)
    connection.execute(f"PRAGMA cache_size=-{cached >> 10}")
    return connection
