"""What the assistant offers before it is asked for: taken by a yes, put off, or answered by what is left to say."""

import re
from collections.abc import Collection

from turnwise.goals.model import Request
from turnwise.users.answering import asks_leave
from turnwise.users.asked import asked_slots
from turnwise.users.comparing import fits_slot, is_other_deed, rival_subject, values_of, without_names
from turnwise.users.hearing import UNDOES, Heard, listen, sign, synonyms, words_of
from turnwise.users.standing import Message, Standing
from turnwise.users.turns import DialogueAct
from turnwise.users.wording import Wording
from turnwise.users.wording.kinds import is_kind
from turnwise.values.states import mentions

_BACK = re.compile(
    r"\b(?:it|its|that(?! (?:are|is|was|were|have|has|can|could|would|you|i)\b)|this|them|their|his|her|him)\b", re.I
)


def offers_all(text: str, request: Request) -> bool:
    """Whether a text that offers what is wanted says all there is to say of it, but for what it is about."""
    if request.writes:
        return bool(request.slots or request.intent in UNDOES) and all(
            fits_slot(text, s) or (s.mention is not None and words_of(s.mention.noun) <= words_of(text))
            for s in request.slots
        )
    return request.intent == "detail" and all(words_of(ask) <= words_of(text) for ask in request.asks)


def is_offered(act: Heard, request: Request, *, same: bool = False, answers: Collection[str] = ()) -> bool:
    """Whether a question offers what is wanted next: what it is called and what is done, and nothing else in its place.

    Args:
        same: whether it is about what was just spoken of, which need not be named.
        answers: what was just told, which may be meant by `them`.
    """
    text = act.said
    if rival_subject(text, request) or is_other_deed(text, request) or sign("send", without_names(text, request)):
        return False
    named = same or any(mentions(text, value) for value in values_of(request))
    words = words_of(text)
    if request.writes and sign("look", text) and not sign("make", text) and not sign("undo", text):
        return False  # to see the status is not to set it
    if request.intent in ("link", "link_all") and named and sign("make", text):
        return True
    if request.intent == "create":
        one = request.phrases.get("one", "")
        booked = re.search(rf"\b{re.escape(one.split()[-1][:4])}", text, re.I) if one else None  # book something
        return bool(booked if len(one.split()) == 1 else words_of(one) <= words) and bool(sign("make", text))
    asked = words_of(" ".join((*request.asks, request.phrases.get("many", "") if not request.writes else "")))
    labels = [words_of(name) for slot in request.slots for name in synonyms(slot.label)]
    states = [str(slot.value) for slot in request.slots if slot.mention is None and str(slot.value).endswith("ed")]
    if named and any(re.search(rf"\b{re.escape(state[:-4])}", text, re.I) for state in states if len(state) > 7):
        return True  # shall I postpone it?
    moved = request.intent in ("update", "adjust") and any("date" in slot.label for slot in request.slots)
    if moved and re.search(r"\b(?:renew|extend|prolong|postpone)\b", text, re.I):
        return True
    it = _BACK.search(text)
    told = [
        slot
        for slot in request.slots
        if slot.mention is not None and _BACK.search(text) and slot.mention.name in answers
    ]
    if (
        request.writes
        and sign("make", text)
        and (named or it)
        and (told or any(fits_slot(text, s) for s in request.slots))
    ):
        return True
    if re.search(r"\b(?:details|information|info)\b", text, re.I):
        spoken_of = request.asks if not request.writes else [slot.label for slot in request.slots]
        contacts = "contact" in text.lower() and all(is_kind(label, "contacts") for label in spoken_of)
        theirs = same and re.search(r"\b(?:its|their|his|her|more|further|full) (?:\w+ )?(?:details|info)", text, re.I)
        if (asked and (theirs or any(mentions(text, v) for v in values_of(request)))) or (spoken_of and contacts):
            return True
    called = bool(asked and asked <= words) or any(label and label <= words for label in labels)
    return (called and (named or it is not None)) or (named and bool(sign("undo", text)) and request.intent in UNDOES)


def take_up(text: str, at: Standing, voice: Wording, message: Message) -> None:
    """Before anything was asked for: begin with what the assistant offers for the reason it was given."""
    for wanted in at.upcoming:
        acts = [act for act in listen(text, [wanted]) if act.kind in ("ask", "propose")]
        offers = [act for act in acts if act.kind == "propose" and asks_leave(act.said)]
        early = wanted.intent in UNDOES and wanted is not at.upcoming[0]  # it has something to ask of it first
        if not early and any(is_offered(act, wanted) for act in offers):
            at.invited, at.offered = wanted.id, offers_all(text, wanted)
            message.add(voice.say("accept_offer"), "confirm", wanted.id, goes_on=False)
            return
        asked = [slot for act in acts if act.kind == "ask" for slot in asked_slots(act.said, wanted)]
        if asked and set(wanted.needs) - at.done:  # it has to be found first
            details = voice.details(wanted, asked[:1], at.ground._replace(plainly=True), asked=True)
            message.add(voice.say("supply", details=details), "supply", wanted.id, goes_on=False)
            return
        if asked:
            at.invited = wanted.id
            message.asked = wanted.id if wanted.intent == "update" else ""
            return
        if wanted is at.upcoming[-1] and any(not sign("look", act.said) for act in offers):
            message.add(voice.say("not_yet_that"), "decline", goes_on=False)


def rest_of(request: Request, at: Standing, voice: Wording, message: Message) -> str:
    """What is left to say of a change to which the message has said yes; empty where it has to be said in full."""
    accepts = request.intent in ("create", "update") and DialogueAct("confirm", request.id) in message.acts
    if not accepts and message.asked != request.id:
        return ""
    left = [slot for slot in request.slots if accepts is False or not fits_slot(at.heard[-1], slot)]
    at.referents.note(request)
    alone = message.asked == request.id and len(request.slots) == 1
    return voice.details(request, left, at.ground._replace(plainly=True), asked=alone) if left else ""
