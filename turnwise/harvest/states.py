"""The folder of an archive: it goes from one whole state to the next, and one process at a time takes it there.

    folder/data/train-00000-of-00002.parquet   the rows; validation-... beside it
    folder/pairs/                              preference pairs, where dialogues share a beginning
    folder/dropped.jsonl                       what is not in it, and why
    folder/funnel.json                         the numbers of the harvest
    folder/README.md                           the dataset card
    folder/.harvest/                           what was read from logs, and a state that is being made

Nothing in a state depends on the clock or on where it is written.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from turnwise.errors import HarvestError

HIDDEN = ".harvest"
ITEMS = ("data", "pairs", "dropped.jsonl", "funnel.json", "README.md")
"""What a state consists of, in the order in which it is put in place."""

_READY = "ready"


def check_place(directory: Path, beside: Path | None = None) -> None:
    """Check that an archive may be written to a directory: it is not there, is empty, or holds an archive.

    Args:
        beside: what else may be in it.

    Raises:
        HarvestError: the directory holds something else.
    """
    if (
        directory.exists()
        and not (directory / HIDDEN).is_dir()
        and (not directory.is_dir() or any(path != beside for path in directory.iterdir()))
    ):
        raise HarvestError(f"{directory} exists and is not an archive of turnwise harvest: choose another directory")


@contextmanager
def held(directory: Path, *, alone: bool) -> Iterator[None]:
    """Keep others from an archive while it is written (`alone`), or from writing it while it is read.

    Raises:
        HarvestError: another process holds it.
        OSError: there is no such archive.
    """
    with locked(directory / HIDDEN, alone=alone):
        yield


@contextmanager
def locked(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold the system's lock on a folder; it goes with the process, however that ends.

    Raises:
        HarvestError: another process holds it.
        OSError: there is no such folder.
    """
    number = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            named = folder.parent if folder.name == HIDDEN else folder
            raise HarvestError(f"{named} is in use by another turnwise process: wait until it has ended") from error
        yield
    finally:
        os.close(number)


@contextmanager
def read_only(directory: Path) -> Iterator[None]:
    """Keep an archive as it is while it is read; a state that a killed harvest left ready is put in place first.

    Raises:
        HarvestError: it is being written.
    """
    if not (directory / HIDDEN).is_dir():  # a copy without what only a harvest needs
        yield
        return
    if (directory / HIDDEN / _READY).is_dir():
        with held(directory, alone=True):
            settle(directory)
    with held(directory, alone=False):
        yield


@contextmanager
def next_state(directory: Path) -> Iterator[Path]:
    """A folder for the next state of an archive; when the block ends well, it takes the place of the last one.

    The state is named ready in one step and then put in place. A run that is killed in between is finished by
    `settle`, so an archive is never left between two states.
    """
    hidden = directory / HIDDEN
    made = Path(tempfile.mkdtemp(prefix="next-", dir=hidden))
    made.chmod(0o755)
    try:
        yield made
        os.replace(made, hidden / _READY)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    settle(directory)


def settle(directory: Path) -> None:
    """Put a state in place that is ready, and remove what an interrupted run left of one that is not."""
    hidden = directory / HIDDEN
    if not hidden.is_dir():
        return
    ready, old = hidden / _READY, hidden / "old"
    for item in ITEMS:
        if (ready / item).exists():
            if (directory / item).is_dir():  # a folder cannot be renamed onto one that holds files
                shutil.rmtree(old, ignore_errors=True)
                os.replace(directory / item, old)
            os.replace(ready / item, directory / item)
    for left in (old, ready, *hidden.glob("next-*")):
        shutil.rmtree(left, ignore_errors=True)
