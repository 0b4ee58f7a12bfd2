"""What a request is about, in short, when it is asked for again: nothing that was said already is said anew."""

from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users.wording.forms import forms
from turnwise.users.wording.ground import CommonGround
from turnwise.users.wording.kinds import quantity, timeless
from turnwise.users.wording.questions import about
from turnwise.users.wording.voice import Wording
from turnwise.values.words import listed, plural

WH = ("wh", "how")
"""how a topic begins that is a question by itself"""


def topic(voice: Wording, request: Request, missing: Sequence[str], ground: CommonGround) -> str:
    """A request by its topic; of a question only what is `missing`, if anything is named."""
    phrases, subject = request.phrases, request.subject
    asks = [ask for ask in dict.fromkeys(missing) if ask in request.asks] or list(request.asks)
    labels = [slot.label for slot in request.slots if slot.mention is None] or ["rest"]
    into = next((slot.mention for slot in request.slots if slot.mention is not None), None)
    who = subject.noun if subject is not None else ""
    mine = subject is not None and subject.me
    named = not mine and subject is not None and (subject.told_by is None or subject.told_by in ground.known)
    whose = voice.possessive(subject, ground) if named and subject is not None else ""
    if request.intent == "detail" and len(asks) == 1 and subject is not None and subject.numbered:
        answer = next((a for a in request.checkpoint.answers if a.label == asks[0]), None)
        of = voice.mention(subject, ground) if named else f"that {who}"
        if (question := about(asks[0], subject, answer, of, "", "on", person="who" in phrases)) is not None:
            return question.indirect
    numbers = {answer.label for answer in request.checkpoint.answers if answer.kind == "number"}
    fields = {
        "the": "my" if mine else whose or "the",
        "of_subject": f" of {voice.mention(subject, ground)}" if named and not whose and subject is not None else "",
        "asks": listed(
            [
                timeless(quantity(voice.label(ask, ground)) if ask in numbers else voice.label(ask, ground))
                for ask in asks
            ]
        )
        or "answer",
        "labels": listed(list(dict.fromkeys(labels))),
        "many": phrases.get("many") or (plural(who) if who else "answer"),
        "one": phrases.get("one") or who or "one",
        "verb": phrases.get("verb", ""),
        "measure": phrases.get("measure", "total"),
        "into": voice.mention(into, ground) if into is not None else "it",
        "raise_or_move": _how(phrases.get("how", "")),
    }
    form = (
        "topics.children"
        if request.intent == "detail" and set(asks) <= {phrases.get("many")}
        else f"topics.{request.intent}"
    )
    return voice.say(form, **fields)


def alone(voice: Wording, request: Request) -> str:
    """What alone is wanted where more is offered, `the address`; empty where there is no short word for it."""
    labels = listed([slot.label for slot in request.slots])
    return voice.say(f"just.{request.intent}", labels=labels) if request.intent in forms()["just"] else ""


def _how(how: str) -> str:
    """The verb of a step."""
    return "move" if "days" in how else "raise" if how.startswith("raised") else "lower"
