"""What of a goal's facts a text holds: which requests it raises, and what it must not give away."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from turnwise.goals.model import Goal, Request, Slot
from turnwise.users.style import plain
from turnwise.users.wording.kinds import is_kind, is_money
from turnwise.values.atoms import atoms, disclosed
from turnwise.values.states import mentions
from turnwise.values.text import FORMULAS, content_words, normalised
from turnwise.values.words import singular

_NAMES = re.compile(r"(?<=[\w,] )[A-Z]\S*(?: [A-Z]\S*)*")
"""What is called by a name in the middle of a sentence."""


def slot_value(slot: Slot) -> str:
    """What a user says to give a slot: what a row is called, or the value as it is typed; empty without one."""
    return slot.mention.name if slot.mention else plain(slot.value) if slot.value is not None else ""


def facts(request: Request) -> tuple[str, ...]:
    """What the user has to state to make a request understood."""
    slots = [slot_value(slot) for slot in request.slots if slot.value is not None]
    told_later = {s.mention.name for s in request.slots if s.mention and s.mention.told_by}
    subject = request.subject
    named = [subject.name] if subject is not None and subject.told_by is None else []
    return tuple(fact for fact in (*named, *slots) if fact not in told_later)


def raised_by(text: str, waiting: Sequence[Request]) -> tuple[str, ...]:
    """Ids of the requests that a message asks for, as far as its words show it.

    A request that is told something is asked for when the message states one of its facts and a word of what is asked;
    one that is not, when it states all of them; one without facts, when it holds half of the words of what is asked.
    A message by which none is asked for so asks for the first of which it states all facts, whatever it calls the rest.
    What builds on another that waits is not asked for before it.
    """
    raised, left = tuple[str, ...](), {request.id for request in waiting}
    for request in waiting:
        if not left & {*request.needs} and _raises(text, request):
            raised, left = (*raised, request.id), left - {request.id}
    stated = (r.id for r in waiting if (known := facts(r)) and all(mentions(text, fact) for fact in known))
    return raised or tuple(islice(stated, 1))


def _raises(text: str, request: Request) -> bool:
    words = normalised(text).split()
    heard = {*words, *map(singular, words)}
    short = {m.name: m.short for m in (request.subject, *(slot.mention for slot in request.slots)) if m and m.short}
    stated = [mentions(text, fact) or mentions(text, short.get(fact, fact)) for fact in facts(request)]
    if stated and request.asks:
        return any(stated) and any(_asked_by(ask) & heard for ask in request.asks)
    if stated:
        return all(stated)
    wording = [_NAMES.sub(" ", phrase) for phrase in request.phrases.values()]
    asked = content_words(" ".join((*request.asks, *wording)))
    return bool(asked) and 2 * len(asked & heard) >= len(asked)


def _asked_by(ask: str) -> set[str]:
    """The words by which something is asked for: who, of a member; how much, of a price; when, of a date."""
    words = {*content_words(ask)} - FORMULAS
    if is_kind(ask, "people", "served", "makers"):
        words |= {"who", "whose"}
    return words | ({"much"} if is_money(ask) else {"when"} if ask.endswith(("date", "time")) else set())


def untold(goals: Sequence[Goal]) -> tuple[str, ...]:
    """Every fact and answer of some goals: what a user may say of them depends on what has been said."""
    found = [fact for goal in goals for request in goal.requests for fact in facts(request)]
    answers = [answer for goal in goals for request in goal.requests for answer in request.checkpoint.answers]
    found += [plain(answer.value) for answer in answers if answer.returned is None]  # else made up in the dialogue
    return tuple(dict.fromkeys(fact for fact in found if len(normalised(fact)) > 1))


def leaks(text: str, allowed: Sequence[str], secrets: Iterable[str]) -> tuple[str, ...]:
    """Facts in a text that it had no leave to state: secrets, and numbers that stand in nothing of what is allowed."""
    known = "\n".join(allowed)
    given_away = [secret for secret in secrets if mentions(text, secret) and not mentions(known, secret)]
    heard = disclosed(allowed)
    strange = [atom.text for atom in atoms(text) if atom.checkable and not atom.known(heard)]
    return tuple(dict.fromkeys([*given_away, *strange]))


_BRINGS = {
    "completed": "clos|finish",
    "closed": "clos",
    "returned": "bring|check(?:ed)? (?:it |that )?in",
    "paid": "settl",
    "cancelled": "call(?:ed)? (?:it |that )?off",
    "active": "activat|reactivat",
    "on hold": "hold|paus",
    "on sale": "(?:open|start|launch)\\w* (?:the )?(?:ticket )?sales?\\b|on sale",
}
"""state -> how else one says that something is brought to it"""


def brings_about(text: str, state: str) -> bool:
    """Whether a text has a verb that brings a state about: cancel, of cancelled; close, of completed."""
    verbs = [state[:-4]] if re.fullmatch(r"[a-z]{6,}ed", state) else []
    verbs += [_BRINGS[state]] if state in _BRINGS else []
    return any(re.search(rf"\b(?:{verb})", text, re.I) for verb in verbs)
