"""What a user concludes from what it has heard: pure functions of words, which know nothing of what is true.

A person takes an answer that looks like one for the answer, and "done" for done, unless what is said does not fit.
"""

import re
from collections.abc import Sequence

from turnwise.goals.model import Answer, Mention, Request, Slot
from turnwise.users.comparing import is_called_in, is_rivalled, rival_subject
from turnwise.users.facts import slot_value
from turnwise.users.hearing import Heard, reports, sentences, sign, synonyms, words_of
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions, states_value
from turnwise.values.text import FORMULAS, content_words


def stands_apart(first: Request, second: Request) -> bool:
    """Whether a request cannot share a message with the one before: it needs its answer, or sets what that asks for."""
    return first.id in second.needs or bool(set(first.asks) & {slot.label for slot in second.slots})


def told_already(request: Request, messages: Sequence[str], said: Sequence[str] = ()) -> bool:
    """Whether a message has answered a question, or reported a change, before it is asked for: all of it stands in it.

    Args:
        said: what the user had said before each of the messages.
    """
    subject, answers = request.subject, request.checkpoint.answers
    if request.intent in ("extreme", "rank"):
        phrase = f"{request.phrases.get('superlative', '')} {request.phrases.get('most', '')}"
        ends = {"most", "least", "latest", "last", "highest", "lowest", *phrase.split()} - {"with", "the"}
        return any(
            ends & {*re.findall(r"\w+", sentence.lower())} and all(mentions(sentence, a.value) for a in answers)
            for message in messages[-1:]
            for sentence in sentences(message)
        )
    if request.intent == "update" and subject is not None:
        done = [s for message in messages for s in sentences(message) if reports(s) and is_called_in(s, subject)]
        return any(all(mentions(s, slot_value(slot)) for slot in request.slots) for s in done)
    if request.intent not in ("detail", "count", "total", "children") or subject is None:
        return False
    near = rf"\b(?:that|this|the) {re.escape(subject.noun)}\b"
    about = [m for m in messages if mentions(m, subject.name) or re.search(near, m, re.I)]
    about += [heard for own, heard in zip(said, messages, strict=False) if mentions(own, subject.name)]
    return any(all(_is_told(m, answer, len(answers), subject) for answer in answers) for m in (*messages[-1:], *about))


_OF_ANY = words_of("date time number name")
_OF_MONEY = words_of("price cost amount")
"""which a sign of money says as well: tickets are $18"""


def _is_told(message: str, answer: Answer, of: int, subject: Mention) -> bool:
    """Whether a message states an answer by its label, or one that nothing else is: a name, a day, 25.95, an address.

    Of what a sentence names, a state says enough without a label; and what a question says of it in passing is told:
    shall I send Hana to request 8258, the creaking floor at Elmet Lodge 1A?
    """
    own = words_of(str(answer.value))
    money = re.search(r"[$€£] ?\d", message) is not None and bool(words_of(answer.label) & _OF_MONEY)
    of_any = _OF_ANY | _OF_MONEY if money else _OF_ANY
    labels = [words_of(name) - own - of_any for name in synonyms(answer.label)]
    if "stock" in answer.label:  # only 3 left, sold out
        labels += [words_of("left"), words_of("available")]
        if answer.value == 0 and re.search(r"\b(?:sold out|out of stock|none (?:left|in stock))\b", message, re.I):
            return True
    named = answer.kind == "text" and len(own) > 1 and str(answer.value)[:1].isupper()
    named = named or (isinstance(answer.value, float) and not answer.value.is_integer())
    named = named or answer.kind == "date" or re.search(r"@|\d{4}", str(answer.value)) is not None
    proper = answer.kind == "text" and str(answer.value)[:1].isupper()
    state = answer.kind == "text" and str(answer.value).lower() not in ("yes", "no", "none")
    besides = re.compile(rf"\b{re.escape(subject.name)}\b(?:,| \(| [-–—])(.+)\?", re.S)

    def labelled(sentence: str) -> bool:
        """Whether a sentence has the label; of a name one word of it will do: pickup at Quayside."""
        said = words_of(sentence)
        return any(label and (label & said if proper else label <= said) for label in labels)

    return any(
        (named or labelled(sentence) or (state and mentions(sentence, subject.name)))
        and states_value(
            passing[1] if (passing := besides.search(sentence)) else sentence,
            answer.value,
            answer.kind,
            label=answer.label,
            of=of,
        )
        for sentence in sentences(message)
    )


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
    if re.match(r"\W*[A-Z0-9]", str(answer.value)):  # a name
        names = re.findall(r"(?<=[\w,;:(\"“] )[A-Z][\w'’-]*|[A-Z][\w'’-]* (?=[A-Z])|\d[\w-]*|[\"“]\w+", told)
        return any(not mentions(said, name.strip(' "“')) for name in names)
    return any(not word.isdigit() for word in content_words(told) - content_words(said) - FORMULAS)


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
    return "\n".join(act.said for act in own if act.kind == "report" or (not asks and _is_so(request, act)))


_NOT_YET = re.compile(r"\b(?:will|shall|can|could|would|should|going to|want|once|if|need)\b|'ll\b", re.I)


def _is_so(request: Request, act: Heard) -> bool:
    """Whether a sentence tells that all is as it should become: Ciara has taken over 4126."""
    stated = all(
        mentions(act.said, slot_value(slot)) or (slot.mention is not None and is_called_in(act.said, slot.mention))
        for slot in request.slots
    )
    open_still = _NOT_YET.search(act.said) or sign("so_far", act.said)
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
