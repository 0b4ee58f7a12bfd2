"""How files are written and lines are read, for every room; it does not know what is in them.

A file or a folder is made beside its place under a hidden name and takes its place when it is whole. Nobody ever sees
half of it, and when something fails (an OSError where it cannot be written), what was there before is still there.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, Literal, TextIO, overload

_PREFIX = 40
"""Characters of a file's name in the hidden one: a name has room for 255 bytes."""


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A place for a new file or folder; when the block ends well, what is there takes the name `path`.

    Its last part is that of `path`, for libraries that go by the suffix. Folders above `path` are made.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name[:_PREFIX]}-", dir=target.parent) as hidden:
        made, old = Path(hidden) / target.name, Path(hidden) / "old"
        yield made
        if not (made.is_dir() and target.is_dir()):
            os.replace(made, target)
            return
        os.replace(target, old)  # a folder cannot be renamed onto one that holds files
        try:
            os.replace(made, target)
        except OSError:
            os.replace(old, target)
            raise


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
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.removesuffix("\r")
