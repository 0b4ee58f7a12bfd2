"""What of a goal's facts a text holds: which requests it raises, and what it must not give away."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from turnwise.goals.model import Goal, Request
from turnwise.users.style import plain
from turnwise.values.answers import normalised, numbers

_DULL = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "by",
        "can",
        "could",
        "do",
        "for",
        "from",
        "get",
        "give",
        "have",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "new",
        "of",
        "on",
        "or",
        "our",
        "please",
        "tell",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def holds(text: str, fact: str) -> bool:
    """Whether a text states a fact, however it is cased and punctuated; numbers are compared as numbers."""
    if (figure := _figure(fact)) is not None:
        return figure in numbers(text)
    return f" {normalised(fact)} " in f" {normalised(text)} "


def facts(request: Request) -> tuple[str, ...]:
    """What the user has to state to make a request understood."""
    slots = [s.mention.name if s.mention else plain(s.value) for s in request.slots if s.value is not None]
    told_later = {s.mention.name for s in request.slots if s.mention and s.mention.told_by}
    subject = request.subject
    named = [subject.name] if subject is not None and subject.told_by is None else []
    return tuple(fact for fact in (*named, *slots) if fact not in told_later)


def raised_by(text: str, waiting: Sequence[Request]) -> tuple[str, ...]:
    """Ids of the requests that a message asks for, as far as its words show it.

    A request that is told something is asked for when the message states one of its facts and a word of what is asked;
    one that is not, when it states all of them; one without facts, when it holds half of the words of what is asked.
    A message by which none is asked for so asks for the first of which it states all facts, whatever it calls the rest.
    """
    raised = tuple(request.id for request in waiting if _raises(text, request))
    stated = (r.id for r in waiting if (known := facts(r)) and all(holds(text, fact) for fact in known))
    return raised or tuple(islice(stated, 1))


def _raises(text: str, request: Request) -> bool:
    heard = set(normalised(text).split())
    stated = [holds(text, fact) for fact in facts(request)]
    if stated and request.asks:
        return any(stated) and bool(_content(" ".join(request.asks)) & heard)
    if stated:
        return all(stated)
    asked = _content(" ".join((*request.asks, *request.phrases.values())))
    return bool(asked) and 2 * len(asked & heard) >= len(asked)


def untold(goals: Sequence[Goal]) -> tuple[str, ...]:
    """Every fact and answer of some goals: what a user may say of them depends on what has been said."""
    found = [fact for goal in goals for request in goal.requests for fact in facts(request)]
    found += [plain(a.value) for goal in goals for r in goal.requests for a in r.checkpoint.answers]
    return tuple(dict.fromkeys(fact for fact in found if len(normalised(fact)) > 1))


def leaks(text: str, allowed: Sequence[str], secrets: Iterable[str]) -> tuple[str, ...]:
    """Facts in a text that it had no leave to state: secrets, and numbers that stand in nothing allowed.

    Args:
        allowed: texts that may be drawn on: the values to be stated, what was said so far.
    """
    known = "\n".join(allowed)
    told = [secret for secret in secrets if holds(text, secret) and not holds(known, secret)]
    digits = [figure for figure in re.findall(r"\d[\d.,:/-]*", text) if normalised(figure) not in normalised(known)]
    strange = [figure.strip(".,:/-") for figure in digits if not set(numbers(figure)) <= set(numbers(known))]
    return tuple(dict.fromkeys([*told, *strange]))


def _content(text: str) -> set[str]:
    return set(normalised(text).split()) - _DULL


def _figure(fact: str) -> float | None:
    try:
        return float(fact)
    except ValueError:
        return None
