"""A question that names two things has no yes and no no: did he pay at the desk, or did it come by post?"""

import re

from turnwise.goals.model import Request
from turnwise.users.choices import OR_ELSE
from turnwise.users.comparing import fits_slot
from turnwise.users.hearing import Heard, offered_deed
from turnwise.users.oneself import besides_me
from turnwise.users.proposals import asked_after, asks_leave
from turnwise.users.signs import sign
from turnwise.users.turns import Reply

_YES = ("confirm", "confirm_right", "agree", "think_so", "content", "fine", "confirm_anyway")
_NO = ("not_that_i_know", "not_really")
_ONLY = re.compile(r",? or ((?:only|just) (?:the|his|her|their|that|this) [\w -]{2,25})\?\W*$", re.I)


def of_two(act: Heard, reply: Reply, request: Request) -> Reply:
    """A reply, but where it is a mere yes or no to a question that names two things: which of them, or that nobody knows."""
    if reply.form in (*_NO, "decline_extra", "unchanged") and (only := _ONLY.search(act.said)):
        return Reply("choose", "choose", text=only[1])  # did she give you a new number as well, or only the email?
    first, *others = OR_ELSE.split(asked_after(act).said)
    if not others or re.match(r"\W*(?:not|no|something|anything|is that|was that|are we)\b", others[0], re.I):
        return reply
    if reply.form in _NO:
        return Reply("dont_know", "unsure")
    gone = re.search(r"\b(?:remov|delet|gone)", others[0], re.I)
    if request.intent == "delete" and reply.kind == "confirm" and gone and not sign("delete", first):
        return Reply("choose", "plainly", text="delete it")  # keep it as a record, or have it removed for good?
    besides = re.search(r"\b(?:as well|too|also|more)\b", others[0], re.I)
    fine = re.search(r"\b(?:all right|alright|fine|ok|okay)\b", first, re.I)
    if reply.form not in _YES or besides or fine or sign("checks_it", first):
        return reply  # is that how you want it, or shall I look for another list?
    leave, near = asks_leave(first), re.search(r"\b(?:today|tomorrow|yesterday)\b", first, re.I)
    telling = tuple(s for s in besides_me(request) if fits_slot(first, s) and not fits_slot(others[0], s))
    if len(telling) == 1 and not leave:
        return Reply("choose", "choose", text=near[0].lower()) if near else Reply("choose", "choose", telling)
    if re.search(r"\b(?:right|correct)\b", first, re.I):
        return Reply("confirm", "plainly", text="it's right")
    if leave:
        deed = offered_deed(first)
        return Reply("choose", "choose", text=deed) if deed else reply
    return Reply("choose", "choose", text=near[0].lower()) if near else Reply("dont_know", "unsure")
