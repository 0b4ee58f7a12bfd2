"""The next thing to do in a dialogue: a call, or a reply.

for turn in turns:                       # earlier turns rebuild what is known, the last one is answered
    for ask in read(turn.heard):         # requests and remarks, in order
        ...plan it, with calls looked up in the turn
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from inspect_ai.model import ChatMessage

from turnwise.agents.lexical import reads, writes
from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.reading import Ask, read
from turnwise.agents.lexical.values import joined, sentence
from turnwise.agents.lexical.working import Memory, NextCall, Stuck, Turn, Work, turns_of

Plan = Callable[[Work, Ask], str]
PLANS: dict[str, Plan] = {
    "count": reads.count,
    "rank": reads.rank,
    "extreme": reads.extreme,
    "total": reads.total,
    "listing": reads.listing,
    "detail": reads.detail,
    "create": writes.create,
    "delete": writes.delete,
    **dict.fromkeys(("update", "move", "increase", "decrease"), writes.update),
    **dict.fromkeys(("link", "unlink"), writes.join),
}


def respond(messages: Sequence[ChatMessage], known: Catalogue) -> NextCall | str:
    """The next call, or the reply to the user's last message."""
    memory = Memory()
    outcome: NextCall | str = "Is there anything else I can do?"
    for turn in turns_of(messages):
        try:
            outcome = _reply(turn, known, memory)
        except NextCall as call:
            outcome = call
    return outcome


def _reply(turn: Turn, known: Catalogue, memory: Memory) -> str:
    work = Work(known, turn, memory)
    told = joined([_handled(work, ask) for ask in read(turn.heard, known)])
    if told:
        return told
    if "?" in turn.heard or not turn.heard.strip():
        return "I am not sure what you need. Could you put it another way?"
    return "Is there anything else I can do?"


def _handled(work: Work, ask: Ask) -> str:
    wanted = ask if ask.intent in PLANS else _again(work.memory.last, ask)
    if ask.intent == "check":
        return "Yes, that is saved." if work.memory.written else "Nothing has been changed so far."
    if wanted is None:
        return ""
    work.memory.last = wanted
    try:
        return PLANS[wanted.intent](work, wanted)
    except Stuck as stuck:
        return sentence(str(stuck))


def _again(last: Ask | None, said: Ask) -> Ask | None:
    """The request before, with what is said of it now; None where a remark says nothing of it."""
    if last is None:
        return None
    if said.intent == "instead" and said.subject is not None and last.subject is not None:
        return replace(last, subject=replace(said.subject, noun=said.subject.noun or last.subject.noun))
    if not said.details or last.intent not in ("create", "update"):
        return None
    labels = {detail.label for detail in said.details}
    kept = [detail for detail in last.details if detail.label not in labels]
    return replace(last, details=(*kept, *said.details))
