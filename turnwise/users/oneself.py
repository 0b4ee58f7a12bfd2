"""What a user says to a question about itself: who it is, when it needs something, what it has done."""

import re

from turnwise.goals.model import Request, Slot
from turnwise.users.choices import OR_ELSE
from turnwise.users.signs import sign
from turnwise.users.turns import Reply

_ANSWERS = {
    "allowed": Reply("confirm", "i_am"),
    "trouble": Reply("decline", "no_need"),
    "aware": Reply("confirm", "aware"),
    "have_you": Reply("dont_know", "not_yet"),
}
"""sign of hearing.yaml -> the answer to the first that is heard"""


def is_of_me(request: Request) -> bool:
    """Whether a request is about whoever speaks."""
    return request.subject is not None and request.subject.me


def still_so(request: Request) -> Reply:
    """Yes to whether something is as it was: of oneself for certain, of others as far as one knows."""
    me = is_of_me(request) or any(slot.mention is not None and slot.mention.me for slot in request.slots)
    return Reply("confirm", "confirm_right" if me else "as_far")


def besides_me(request: Request) -> list[Slot]:
    """The values of a request but for whoever speaks, whom any `you` would name: would you rather sit in a box?"""
    return [slot for slot in request.slots if slot.mention is None or not slot.mention.me]


def has_moved(text: str, request: Request) -> bool:
    """Whether a text asks if somebody has moved house, whose address a request changes."""
    moved = re.search(r"(?:\b(?:moved|moving)\b|\bdid \w+ move\b)(?! (?:it|them|that|this|the|abroad)\b)", text, re.I)
    return bool(moved) and any(re.search(r"address|city|town|post|street", slot.label) for slot in request.slots)


_IF_EITHER = re.compile(r"\bif you\b.*\bif you", re.I | re.S)
"""If you work here, say so; if you're Camila, just say that's me."""


def who_speaks(text: str, request: Request, *, either: bool = False) -> Reply | None:
    """The answer to whether whoever speaks belongs to the house; `either` where both are known to be named."""
    if not sign("of_the_house", text):
        return None
    named = re.search(r"\byour (?:full )?name\b", text, re.I)  # may I have your name, or do you work here?
    if either or (not named and (OR_ELSE.search(text) or _IF_EITHER.search(text))):
        return Reply("supply", "not_staff" if is_of_me(request) else "works_here")
    if is_of_me(request):
        return Reply("decline", "not_staff")
    return Reply("supply", "works_here") if named else Reply("confirm", "i_am")


def about_oneself(text: str, request: Request) -> Reply | None:
    """The answer to what concerns whoever speaks, or all that is wanted: who they are, by when, whether it is all."""
    if sign("of_you", text):
        return Reply("confirm", "me") if is_of_me(request) else Reply("decline", "not_me")
    if sign("who_are_you", text):
        return Reply("supply", "supply_me") if is_of_me(request) else Reply("dont_know", "for_another")
    if sign("stays", text) and not sign("which", text):
        return Reply("confirm", "fine" if sign("fine", text) else "confirm_right")
    asks = ("allowed", "trouble", "aware") if sign("which", text) else tuple(_ANSWERS)  # who did you have in mind?
    return next((_ANSWERS[name] for name in asks if sign(name, text)), None)
