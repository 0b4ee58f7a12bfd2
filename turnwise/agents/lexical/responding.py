"""The next thing to do in a dialogue: a call, or a reply.

for turn in turns:                       # earlier turns rebuild what is known, the last one is answered
    for ask in read(turn.heard):         # requests and remarks, in order
        ...plan it, with calls looked up in the turn
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from turnwise.agents.lexical import reads, telling, writes
from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.language import stems
from turnwise.agents.lexical.reading import Ask, Detail, Mention, read
from turnwise.agents.lexical.transcript import Turn
from turnwise.agents.lexical.working import Memory, NextCall, Stuck, Work

__all__ = ["NextCall", "respond"]

Plan = Callable[[Work, Ask], str]
READS: dict[str, Plan] = {
    "count": reads.count,
    "rank": reads.rank,
    "extreme": reads.extreme,
    "total": reads.total,
    "listing": reads.listing,
    "detail": reads.detail,
}
WRITES: dict[str, Plan] = {
    "create": writes.create,
    "delete": writes.delete,
    **dict.fromkeys(("update", "move", "increase", "decrease"), writes.update),
    **dict.fromkeys(("link", "unlink"), writes.join),
}
PLANS = READS | WRITES


def respond(turns: Sequence[Turn], known: Catalogue) -> NextCall | str:
    """The next call, or the reply to the user's last message."""
    memory = Memory()
    outcome: NextCall | str = "Is there anything else I can do?"
    for turn in turns:
        try:
            outcome = _reply(turn, known, memory)
        except NextCall as call:
            outcome = call
    return outcome


def _reply(turn: Turn, known: Catalogue, memory: Memory) -> str:
    work = Work(known, turn.exchanges, memory)
    said = read(turn.heard, known)
    if any(ask.intent in PLANS for ask in said):
        memory.pending = None
    told = list(dict.fromkeys(filter(None, [_handled(work, ask) for ask in said])))
    if told:
        return telling.joined(told)
    if any(ask.intent == "decline" for ask in said):
        return "All right."
    if "?" in turn.heard or not turn.heard.strip():
        return "I am not sure what you need. Could you put it another way?"
    return "Is there anything else I can do?"


def _handled(work: Work, ask: Ask) -> str:
    try:
        return _plan(work, ask) if ask.intent in PLANS else _react(work, ask)
    except Stuck as stuck:
        if stuck.wants is not None:
            work.memory.pending, work.memory.wants = work.memory.last, stuck.wants
        return telling.sentence(stuck.said)


def _plan(work: Work, ask: Ask) -> str:
    work.memory.last, work.memory.pending = ask, None
    return PLANS[ask.intent](work, ask)


def _react(work: Work, ask: Ask) -> str:
    """What a remark leads to: the request at hand again, with what was said of it."""
    memory = work.memory
    waiting = memory.pending or memory.last
    match ask.intent:
        case "check":
            return "Yes, that is saved." if memory.written else "Nothing has been changed so far."
        case "decline":
            memory.pending = None
        case "again" | "confirm" if memory.pending is not None or (ask.intent == "again" and waiting is not None):
            return _plan(work, waiting) if waiting is not None else ""
        case "instead" if ask.subject is not None and waiting is not None:
            return _about(work, waiting, ask.subject)
        case "named" if memory.pending is None:
            return _plan(work, replace(ask, intent="detail"))
        case "instead" | "details" | "given" | "named":
            return _given(work, ask.details, instead=ask.intent == "instead")
        case "talk" if memory.pending is not None and len(memory.wants) == 1 and len(ask.text.split()) <= 8:
            words = ask.text.strip().rstrip(".!")
            label = tuple(word for word in stems(memory.wants[0]) if word != "id")
            return _given(work, (Detail(label, words, Mention(name=words)),))
    return ""


def _given(work: Work, details: tuple[Detail, ...], *, instead: bool = False) -> str:
    """Values for the request that waits for them, else for the row last changed."""
    memory = work.memory
    waiting = memory.pending
    spoken_of = details[0].mention if details else None
    if waiting is not None and waiting.subject is not None and spoken_of is not None:
        noun = " ".join(details[0].label)
        if waiting.subject.noun == noun or waiting.intent in READS:
            return _about(work, waiting, replace(spoken_of, noun=spoken_of.noun or noun))
    if waiting is not None and waiting.intent in WRITES:
        labels = {detail.label for detail in details}
        kept = tuple(detail for detail in waiting.details if detail.label not in labels)
        return _plan(work, replace(waiting, details=(*kept, *details)))
    changed = next((w.entity for w in reversed(memory.written[-1:]) if w.entity is not None), None)
    if changed is not None and all(work.known.path(changed.noun, detail.label, 1) for detail in details):
        memory.speak_of(changed)
        return _plan(work, Ask("update", "", subject=Mention(changed.noun, back=True), details=details))
    if instead and memory.entities:
        return _plan(work, Ask("update", "", subject=Mention(back=True), details=details))
    return ""


def _about(work: Work, ask: Ask, subject: Mention) -> str:
    """A request again, about something else."""
    noun = subject.noun or (ask.subject.noun if ask.subject is not None else "")
    return _plan(work, replace(ask, subject=replace(subject, noun=noun)))
