"""What a user says to a question about itself: who it is, when it needs something, what it has done."""

import re

from turnwise.goals.model import Request
from turnwise.users.hearing import sign
from turnwise.users.turns import Reply


def is_of_me(request: Request) -> bool:
    """Whether a request is about whoever speaks."""
    return request.subject is not None and request.subject.me


def about_oneself(text: str, request: Request) -> Reply | None:
    """The answer to what concerns whoever speaks, or all that is wanted: who they are, by when, whether it is all."""
    if sign("of_the_house", text):
        return Reply("decline", "not_staff") if is_of_me(request) else Reply("confirm", "i_am")
    if sign("of_you", text):
        return Reply("confirm", "me") if is_of_me(request) else Reply("decline", "not_me")
    if sign("allowed", text):
        return Reply("confirm", "i_am")
    if sign("has_agreed", text):
        return Reply("confirm", "think_so")
    if sign("trouble", text):
        return Reply("decline", "no_need")
    if sign("aware", text):
        return Reply("confirm", "aware")
    if sign("still_there", text):
        return Reply("confirm", "here")
    if sign("who_are_you", text):
        return Reply("supply", "supply_me") if is_of_me(request) else Reply("dont_know", "for_another")
    if sign("interested", text):
        return Reply("decline", "no_need")
    if sign("prefers", text) and not request.slots:
        return Reply("dont_mind", "just_that")
    if sign("how_soon", text):
        return Reply("dont_mind", "soon")
    if sign("another", text):
        return Reply("decline", "no_other")
    if sign("stays", text) and not sign("which", text):
        fine = re.search(r"\b(?:all right|alright|ok|okay|fine)\b", text, re.I)
        return Reply("confirm", "fine" if fine else "confirm_right")
    return Reply("dont_know", "not_yet") if sign("have_you", text) else None
