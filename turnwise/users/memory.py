"""What a user concludes from what it has heard: pure functions of words, which know nothing of what is true.

A person takes an answer that looks like one for the answer, and "done" for done, unless what is said does not fit.
"""

import re
from collections.abc import Sequence

from turnwise.goals.model import Answer, Request, Slot
from turnwise.users.comparing import is_called_in
from turnwise.users.facts import slot_value
from turnwise.users.hearing import Heard, words_of
from turnwise.users.rivals import is_rivalled, rival_subject
from turnwise.users.signs import sign
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions
from turnwise.values.text import FORMULAS, content_words


def stands_apart(first: Request, second: Request) -> bool:
    """Whether a request cannot share a message with the one before: it needs its answer, or sets what that asks for."""
    return first.id in second.needs or bool(set(first.asks) & {slot.label for slot in second.slots})


_HEDGED = re.compile(r"\b(?:may|might|could) be\b|\b(?:maybe|perhaps|possibly|either)\b", re.I)
_MOST_WORDS = 80
"""Words per answer from which on a person looks for it in vain."""


def seems_answered(request: Request, missing: Sequence[str], acts: Sequence[Heard], said: str) -> bool:
    """Whether a person would take what was heard for the answer: something of its kind that they did not say themselves.

    What is hedged is none, and neither is a recital in which nobody finds it.
    """
    own = [act for act in acts if act.request == request.id and not _is_of_another(act.said, request)]
    told = "\n".join(
        act.said for act in own if act.kind in ("inform", "report", "warn") and not _HEDGED.search(act.said)
    )
    wanted = [answer for answer in request.checkpoint.answers if answer.label in missing]
    if not told or not wanted or any(act.kind in ("refuse", "missing", "unclear") for act in own):
        return False
    if own[-1].kind == "wait":
        return False  # the rest is being looked for
    if len(told.split()) > _MOST_WORDS * len(request.checkpoint.answers):
        return False
    named = all(words_of(answer.label) & words_of(told) for answer in wanted)
    if len(request.asks) > 1 and not named and _pieces(told, said) < len(request.checkpoint.answers):
        return False  # the other thing was told
    return all(_looks_like(answer, told, said) for answer in wanted)


_OWNER = re.compile(r"\b([A-Z][\w'-]+ [A-Z][\w'-]+)(?:'s?|,? (?:is|has|at|can)) ")


def _is_of_another(said: str, request: Request) -> bool:
    """Whether a sentence tells something of a person who is not the one that is asked about."""
    subject = request.subject
    if subject is None or not subject.person or is_called_in(said, subject):
        return False
    values = [str(answer.value) for answer in request.checkpoint.answers]
    return any(not mentions(" ".join(values), name) for name in _OWNER.findall(said))


def _looks_like(answer: Answer, told: str, said: str) -> bool:
    fresh = [atom for atom in atoms(told) if not mentions(said, atom.text)]
    if answer.kind == "number":
        return any(atom.kind in ("number", "money", "count") for atom in fresh)
    if answer.kind == "date":
        return any(atom.kind in ("date", "time") for atom in fresh)
    if "@" in str(answer.value):
        return "@" in told
    if re.fullmatch(r"\+?\d[\d ()/-]{6,}", str(answer.value)):
        return any(not mentions(said, number) for number in re.findall(r"\d[\d ()/-]{4,}\d", told))
    if re.match(r"\W*[A-Z0-9]", str(answer.value)) and not is_sentence(str(answer.value)):  # a name
        names = re.findall(r"(?<=[\w,;:(\"“] )[A-Z][\w'’-]*|[A-Z][\w'’-]* (?=[A-Z])|\d[\w-]*|[\"“]\w+", told)
        return any(not mentions(said, name.strip(' "“')) for name in names)
    if re.search(r"\b(?:it|they|that|he|she)(?:'s|'re)\b|\b(?:is|are)\b|\bput (?:you|it|them)\b", told):
        said = said.splitlines()[-1] if said else ""  # they're in the stalls, of which there was talk before
    return any(not word.isdigit() for word in content_words(told) - content_words(said) - FORMULAS)


def is_sentence(value: str) -> bool:
    """Whether a text is more than a name, so that it may be told in other words: Water comes through the ceiling."""
    return len(value.split()) > 2 and sum(word.islower() for word in value.split()[1:]) > 1


def _pieces(told: str, said: str) -> int:
    """How many values of their own a text states: figures, and names."""
    figures = {atom.text for atom in atoms(told) if not mentions(said, atom.text)}
    names = set(re.findall(r"(?<=[\w,;:] )[A-Z][\w'’-]*(?:,? \(?[A-Z0-9][\w'’)-]*)*", told))
    return len(figures) + sum(not mentions(said, name) for name in names)


def is_settled(request: Request, acts: Sequence[Heard], said: str) -> bool:
    """Whether a person who `said` something takes a request for done, or answered, by what was heard."""
    if any(act.kind in ("refuse", "missing", "unclear") for act in acts if act.request == request.id):
        return False
    if request.writes or not (request.asks or request.checkpoint.answers):
        return seems_done(request, acts)
    answers = request.checkpoint.answers or tuple(
        Answer(label=ask, value="something", kind="text") for ask in request.asks
    )
    asked = request.model_copy(update={"checkpoint": request.checkpoint.model_copy(update={"answers": answers})})
    return seems_answered(asked, [answer.label for answer in answers], acts, said)


def reports_of(request: Request, acts: Sequence[Heard]) -> str:
    """What was heard of a change as done: as a report, or as how it is where nothing is asked."""
    own = [act for act in acts if act.request == request.id]
    asks = any(act.kind in ("ask", "choose", "propose") for act in own)
    return "\n".join(
        act.said
        for act in own
        if act.kind == "report"
        or (act.kind in ("offer", "warn") and _PUT_AS.search(act.said))
        or (not asks and _is_so(request, act))
    )


_PUT_AS = re.compile(r"\b(?:put|set|entered|noted|recorded)\b.* as\b", re.I)
"""Says in passing how something was entered: it was put down as card; let me know if not."""
NOT_YET = re.compile(r"\b(?:will|shall|can|could|would|should|going to|want|once|if|need)\b|'(?:ll|d)\b", re.I)


def _is_so(request: Request, act: Heard) -> bool:
    """Whether a sentence tells that all is as it should become: Ciara has taken over 4126."""
    stated = all(
        mentions(act.said, slot_value(slot)) or (slot.mention is not None and is_called_in(act.said, slot.mention))
        for slot in request.slots
    )
    open_still = NOT_YET.search(act.said) or sign("so_far", act.said)
    return act.kind == "inform" and bool(request.slots) and stated and not open_still


def seems_settled(request: Request, missing: Sequence[str], acts: Sequence[Heard], said: str) -> bool:
    """Whether a person would take a request for done, although it is not."""
    return seems_done(request, acts) if request.writes else seems_answered(request, missing, acts, said)


def seems_done(request: Request, acts: Sequence[Heard]) -> bool:
    """Whether a person would believe that a change was made: it was reported, and nothing that was said differs."""
    reports = reports_of(request, acts)
    return bool(reports) and not left_out(request, reports)


def is_made(request: Request, acts: Sequence[Heard]) -> bool:
    """Whether a change was reported as it is wanted, with no other name or value in its place."""
    reports = reports_of(request, acts)
    rivalled = rival_subject(reports, request) or any(is_rivalled(reports, slot, request) for slot in request.slots)
    return request.writes and not rivalled and seems_done(request, acts)


def left_out(request: Request, reports: str) -> tuple[Slot, ...]:
    """The changes that a report leaves out although it states another: a bare "done" leaves none out."""
    given = [slot for slot in request.slots if slot.value is not None] if request.intent == "update" else []
    stated = [slot for slot in given if mentions(reports, slot_value(slot))]
    return tuple(slot for slot in given if slot not in stated) if stated else ()
