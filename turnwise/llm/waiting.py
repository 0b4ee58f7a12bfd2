"""What a person who waits for a model is told: how far it is, what is asked again and why, what it cannot do.

with told(print):
    ...                # whatever asks models
say("m takes no tools: they are described in words")
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from turnwise._inspect import RETRY_LEVEL

_RETRY = re.compile(r"-> (\S+) retry \d+ \(retrying in ([\d,]+) seconds\)(?: \[([^\]]+)\])?")
_LONG = 30.0  # seconds without a reply after which a person wonders
_OFTEN = 10.0  # seconds between two sentences about the same trouble


@dataclass
class _Waiting:
    tell: Callable[[str], None]
    show: Callable[[str], None]
    model: str
    replies: int = 0
    tokens: int = 0
    since: float = field(default_factory=time.monotonic)
    troubles: dict[str, tuple[float, int]] = field(default_factory=dict)


_waiting: _Waiting | None = None
_said: set[str] = set()


@contextmanager
def told(tell: Callable[[str], None], show: Callable[[str], None] = lambda _: None, model: str = "") -> Iterator[None]:
    """Tell of models while something asks them.

    Args:
        tell: takes a sentence that is worth a line.
        show: takes how far it is, again after every reply.
        model: that is asked; named, it is told of when it does not reply for long.
    """
    global _waiting
    before, _waiting = _waiting, _Waiting(tell, show, model)
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(_waiting, over), daemon=True)
    if model:
        watch.start()
    try:
        with _heard():
            yield
    finally:
        over.set()
        _waiting = before


def say(sentence: str) -> None:
    """Tell something about a model once; in the log of warnings where nobody is told."""
    if sentence in _said:
        return
    _said.add(sentence)
    if _waiting is not None:
        _waiting.tell(sentence)
    else:
        logging.getLogger("turnwise").warning(sentence)


def replied(stage: str, tokens: int) -> None:
    """Note a reply, and the tokens that were read and written for it."""
    if _waiting is not None:
        _waiting.replies += 1
        _waiting.tokens += tokens
        _waiting.since = time.monotonic()
        _waiting.show(f"{stage}, {_waiting.replies:,} replies, {_waiting.tokens:,} tokens")


def sent_again(model: str, trouble: str, wait: str) -> None:
    """Note that a request is sent again; where many are, one sentence speaks for all of them."""
    if _waiting is None:
        return
    last, count = _waiting.troubles.get(trouble, (0.0, 0))
    now = time.monotonic()
    if last and now - last < _OFTEN:
        _waiting.troubles[trouble] = last, count + 1
        return
    _waiting.troubles[trouble] = now, 0
    more = f" ({count:,} more like it)" if count else ""
    _waiting.tell(f"{model} answered with {trouble}{more}: it is asked again in {wait} s")


def _watch(waiting: _Waiting, over: threading.Event) -> None:
    while not over.wait(_LONG):
        if (silent := time.monotonic() - waiting.since) >= _LONG:
            waiting.tell(f"{waiting.model} has not replied for {silent:.0f} s")


class _Retries(logging.Handler):
    """Hears of every request that Inspect sends again, which it logs below the levels that anybody sees."""

    def emit(self, record: logging.LogRecord) -> None:
        if found := _RETRY.search(record.getMessage()):
            model, wait, trouble = found.groups()
            sent_again(model, trouble or "an error", wait)


@contextmanager
def _heard() -> Iterator[None]:
    logger, handler = logging.getLogger("inspect_ai.model._model"), _Retries()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(RETRY_LEVEL)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
