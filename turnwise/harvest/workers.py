"""A few processes for work that is cut into pieces; results come in the order of the pieces, whoever did them."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import Protocol, TypeVar

_MOST = 4
"""Each takes some 100 MB."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Map(Protocol):
    """The built-in `map` of one argument, wherever it runs."""

    def __call__(self, work: Callable[[Piece], Result], pieces: Iterable[Piece], /) -> Iterator[Result]: ...


@contextmanager
def workers(many: bool) -> Iterator[Map]:
    """A `map` by as many processes as there are cores, or by this one where there is little to do.

    Work and pieces have to be picklable. Processes are started anew and not forked: a fork would copy the threads of
    Arrow, and half of what they hold.
    """
    count = min(_MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if not many or count == 1:
        yield map
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_with_parent) as pool:
        yield pool.map


def _leave_with_parent() -> None:
    """End this process when its parent is gone, even killed: it would wait for work for ever."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
