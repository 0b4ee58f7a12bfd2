"""What a user concludes from what it has heard: pure functions of words, which know nothing of what is true.

A person takes an answer that looks like one for the answer, and "done" for done, unless what is said does not fit.
"""

from collections.abc import Sequence

from turnwise.goals.model import Answer, Request, Slot
from turnwise.users.hearing import Heard, sentences, words_of
from turnwise.users.style import plain
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions, states_value
from turnwise.values.text import FORMULAS, content_words


def told_already(request: Request, messages: Sequence[str]) -> bool:
    """Whether a message has answered a question before it is asked: its subject stands in it, and each answer by its label."""
    subject, answers = request.subject, request.checkpoint.answers
    if request.intent not in ("detail", "count", "total") or subject is None:
        return False
    return any(
        mentions(message, subject.name) and all(_is_told(message, answer, len(answers)) for answer in answers)
        for message in messages
    )


def _is_told(message: str, answer: Answer, of: int) -> bool:
    label = words_of(answer.label) - words_of(str(answer.value))
    return bool(label) and any(
        label <= words_of(sentence) and states_value(sentence, answer.value, answer.kind, label=answer.label, of=of)
        for sentence in sentences(message)
    )


def seems_answered(request: Request, missing: Sequence[str], acts: Sequence[Heard], said: str) -> bool:
    """Whether a person would take what was heard for the answer: something of its kind that they did not say themselves."""
    told = "\n".join(act.said for act in acts if act.kind in ("inform", "report", "warn") and act.request == request.id)
    if not told or any(act.kind in ("refuse", "missing", "unclear") and act.request == request.id for act in acts):
        return False
    wanted = [answer for answer in request.checkpoint.answers if answer.label in missing]
    if len(request.asks) > 1 and not all(words_of(answer.label) & words_of(told) for answer in wanted):
        return False  # the other thing was told
    return bool(wanted) and all(_looks_like(answer, told, said) for answer in wanted)


def _looks_like(answer: Answer, told: str, said: str) -> bool:
    fresh = [atom for atom in atoms(told) if not mentions(said, atom.text)]
    if answer.kind == "number":
        return any(atom.kind in ("number", "money", "count") for atom in fresh)
    if answer.kind == "date":
        return any(atom.kind in ("date", "time") for atom in fresh)
    return any(not word.isdigit() for word in content_words(told) - content_words(said) - FORMULAS)


def seems_done(request: Request, acts: Sequence[Heard]) -> bool:
    """Whether a person would believe that a change was made: it was reported, and nothing that was said differs."""
    reports = "\n".join(act.said for act in acts if act.kind == "report" and act.request == request.id)
    return bool(reports) and not left_out(request, reports)


def left_out(request: Request, reports: str) -> tuple[Slot, ...]:
    """The changes that a report leaves out although it states another: a bare "done" leaves none out."""
    given = [slot for slot in request.slots if slot.value is not None] if request.intent == "update" else []
    stated = [slot for slot in given if _is_stated(slot, reports)]
    return tuple(slot for slot in given if slot not in stated) if stated else ()


def _is_stated(slot: Slot, text: str) -> bool:
    return mentions(text, slot.mention.name if slot.mention else plain(slot.value))
