"""What a user says to a question about what is settled: it looks ahead to what it wants next, and else needs nothing."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users.answering import IS_IT, WHICH_OF, Reply, asks_leave
from turnwise.users.asked import asked_slots
from turnwise.users.comparing import is_about, is_named_in, is_offered
from turnwise.users.hearing import Heard, vocabulary, words_of


def answer_beside(act: Heard, reply: Reply, upcoming: Sequence[Request]) -> tuple[Reply | None, str]:
    """The answer to a question about what is settled, if any, and the id of what is taken up next because of it.

    Args:
        reply: what would be said to it if it were not settled.
        upcoming: what is wanted next.
    """
    leave = act.kind == "propose" and asks_leave(act.said)
    if leave and (offered := next((wanted for wanted in upcoming if is_offered(act, wanted)), None)):
        return Reply("confirm", "accept_offer"), offered.id
    if act.kind in ("ask", "choose"):
        whole = f"{act.context}\n{act.said}\n{act.after}"
        for wanted in upcoming:
            subject = wanted.subject
            one = subject is not None and (words_of(act.said) & words_of(subject.noun) or WHICH_OF.search(act.said))
            if one and subject is not None and subject.told_by is None and is_named_in(whole, subject):
                return Reply("choose", "choose", text=subject.name), wanted.id
            if asked_slots(act.said, wanted):
                return None, wanted.id
    if any(is_about(act.said, wanted) or vocabulary(wanted) & words_of(act.said) for wanted in upcoming[:1]):
        return None, ""
    trouble = act.kind == "propose" and re.search(r"\b(?:problem|trouble|bother|matter|too|as well)\b", act.said, re.I)
    if leave or trouble or act.kind == "choose":
        return Reply("decline", "no_need"), ""
    if reply.kind == "dont_mind":
        return Reply("dont_know", "dont_know"), ""
    if act.kind == "ask":
        return reply, ""
    if reply.kind == "confirm":
        return Reply("confirm", "content"), ""
    so = IS_IT.search(act.said) is not None
    return Reply("dont_know", "think_so" if so else "not_that_i_know"), ""
