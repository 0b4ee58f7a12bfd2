"""How files are written and lines are read, for every room; it does not know what is in them.

A file or a folder is made beside its place under a hidden name and takes its place when it is whole. Nobody ever sees
half of it, and when something fails (an OSError where it cannot be written), what was there before is still there. What
a killed process leaves of this is cleared away by the next one that writes the same.
"""

import ctypes
import errno
import fcntl
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Literal, TextIO, overload

_PREFIX = 40
"""Characters of a file's name in the hidden one: a name has room for 255 bytes."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""What a URL begins with, as a path or as it was given."""
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux."""


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A place for a new file or folder; when the block ends well, what is there takes the name `path`.

    Its last part is that of `path`, for libraries that go by the suffix. Folders above `path` are made.
    """
    target = Path(path)
    if _SCHEME.match(str(path)) and not os.path.exists(target.parts[0]):
        raise OSError(
            errno.EINVAL, "it is a URL, and this is written on this machine: copy it there afterwards", str(path)
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{target.name[:_PREFIX]}.turnwise-"
    _clear(target, prefix)
    with _hidden_folder(target.parent, prefix) as hidden:
        made, old = hidden / target.name, hidden / "old"
        try:
            yield made
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) and error.filename is None:
                error.filename = str(path)  # the system does not say what it could not write
            raise
        if not (made.is_dir() and target.is_dir()):
            os.replace(made, target)
            return
        if _exchanged(made, target):
            return
        os.replace(target, old)  # a folder cannot be renamed onto one that holds files
        try:
            os.replace(made, target)
        except OSError:
            os.replace(old, target)
            raise


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """A folder for files that nobody else needs, among the system's temporary ones; it goes when the block ends."""
    place, prefix = Path(tempfile.gettempdir()) / name, f".{name[:_PREFIX]}.turnwise-"
    _clear(place, prefix)
    with _hidden_folder(place.parent, prefix) as hidden:
        yield hidden


@contextmanager
def _hidden_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder that is removed in the end and held until then."""
    with ExitStack() as stack:
        while True:
            made = tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True)
            hidden = Path(stack.enter_context(made))
            with suppress(FileNotFoundError):
                # Another process may have taken it for abandoned before it was held.
                if stack.enter_context(_held(hidden)) and hidden.exists():
                    break
        yield hidden


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold the system's lock of a folder, which goes with the process; False where another process holds it."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = True
    except OSError:
        held = False
    try:
        yield held
    finally:
        os.close(number)


def _clear(target: Path, prefix: str) -> None:
    """Remove what killed processes left of earlier writing, and put back what one of them had just taken away."""
    for hidden in target.parent.glob(f"{glob.escape(prefix)}????????"):
        with suppress(OSError), _held(hidden) as abandoned:
            if abandoned:
                if (hidden / "old").exists() and not target.exists():
                    os.replace(hidden / "old", target)
                shutil.rmtree(hidden)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can: nobody ever finds neither of them."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """An empty folder to write into, which takes the place of `path` when the block ends well."""
    with atomic_path(path) as made:
        made.mkdir()
        yield made


@overload
def atomic_write(path: str | Path, mode: Literal["w"] = "w") -> AbstractContextManager[TextIO]: ...
@overload
def atomic_write(path: str | Path, mode: Literal["wb"]) -> AbstractContextManager[IO[bytes]]: ...
@contextmanager
def atomic_write(path: str | Path, mode: Literal["w", "wb"] = "w") -> Iterator[Any]:
    """A file to write into, which takes the place of `path` when the block ends well.

    Args:
        mode: `w` for text, which is UTF-8 with lines that end in a newline alone, or `wb` for bytes.
    """
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    with atomic_path(path) as made, open(made, mode, **text) as file:  # type: ignore[call-overload]
        yield file


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that are not blank, with their numbers, which count from 1.

    Only a newline ends a line. `str.splitlines` also breaks at U+2028 and others, which JSON allows inside a string.
    """
    start = number = 0
    while start <= len(text):  # one at a time: a list of all would take more memory than the text
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line, start, number = text[start:end], end + 1, number + 1
        if line.strip():
            yield number, line.removesuffix("\r")
