"""The next thing to do in a dialogue: a call, or a reply.

for turn in dialogue.turns:              # earlier turns rebuild what is known, the last one is answered
    for said in read(turn.heard):        # requests and remarks, in order
        ...plan it, with calls looked up in the turn
"""

import re
from dataclasses import replace

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.answering import answer
from turnwise.agents.lexical.asks import Ask, Detail, Mention, Remark
from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.changing import amend, change
from turnwise.agents.lexical.cues import SPOKEN
from turnwise.agents.lexical.fallback import attempt
from turnwise.agents.lexical.matching import stems
from turnwise.agents.lexical.reading import read
from turnwise.agents.lexical.transcript import Transcript, Turn
from turnwise.agents.lexical.values import day_of
from turnwise.agents.lexical.working import Helpless, Memory, NextCall, Stuck, Work

__all__ = ["NextCall", "respond"]

_NOTHING = "Is there anything else I can do?"


def respond(dialogue: Transcript, known: Catalogue) -> NextCall | str:
    """The next call, or the reply to the user's last message."""
    now = re.search(r"\b\d{4}-\d\d-\d\d\b", dialogue.policy)
    memory = Memory(today=(day_of(now.group(), "") or "") if now else "")
    outcome: NextCall | str = _NOTHING
    for turn in dialogue.turns:
        try:
            outcome = _reply(turn, known, memory)
        except NextCall as call:
            outcome = call
    return outcome


def _reply(turn: Turn, known: Catalogue, memory: Memory) -> str:
    work = Work(known, turn.exchanges, memory)
    said = read(turn.heard, known)
    if any(isinstance(item, Ask) for item in said):
        memory.pending, memory.wants = None, ()
    if any(isinstance(item, Ask) and item.kind != "other" for item in said):
        said = tuple(item for item in said if item.kind != "other")
    parts = [_handle(work, item) for item in said]
    told = list(dict.fromkeys(part for part in parts if part))
    if told:
        return telling.joined(told)
    if any(isinstance(item, Ask) for item in said) or not turn.heard.strip():
        return "I am not sure what you need. Could you put it another way?"
    return _small_talk(said)


def _small_talk(said: tuple[Ask | Remark, ...]) -> str:
    if any(item.kind == "decline" for item in said):
        return "All right."
    return _NOTHING


def _handle(work: Work, item: Ask | Remark) -> str:
    try:
        if isinstance(item, Ask):
            return _plan(work, item)
        return _react(work, item)
    except Stuck as stuck:
        if stuck.question:
            work.memory.pending = work.memory.last
            work.memory.wants = stuck.wants
        return telling.sentence(stuck.said)


def _plan(work: Work, ask: Ask) -> str:
    work.memory.last = ask
    if work.memory.pending is not None and work.memory.pending.text == ask.text:
        work.memory.pending, work.memory.wants = None, ()
    if ask.kind == "other":
        return attempt(work, ask)
    try:
        return change(work, ask) if ask.writes else answer(work, ask)
    except Helpless:
        nearest = work.known.nearest(stems(ask.text))
        if nearest is None or (ask.writes and nearest.reads):
            raise
        return _plan(work, Ask("other", ask.text))


def _react(work: Work, remark: Remark) -> str:
    memory = work.memory
    match remark.kind:
        case "details":
            return _take(work, remark.details)
        case "instead" if remark.subject is not None:
            return _turn_to(work, remark.subject)
        case "instead":
            return _take(work, remark.details, instead=True)
        case "check":
            return _confirmed(memory)
        case "again" | "confirm" if memory.pending is not None:
            return _plan(work, memory.pending)
        case "again" if memory.last is not None:
            return _plan(work, memory.last)
        case "decline":
            memory.pending = None
            return ""
        case "talk" if memory.pending is not None:
            return _loose(work, remark.text)
    return ""


def _take(work: Work, details: tuple[Detail, ...], *, instead: bool = False) -> str:
    """Values for the request that waits for them, or for the change last made."""
    memory = work.memory
    waiting = memory.pending
    if waiting is not None and waiting.kind != "create":
        named = _renamed(waiting, details)
        if named is not None:
            return _plan(work, named)
    if waiting is not None and (waiting.writes or waiting.kind == "other"):
        labels = {d.label for d in details}
        kept = tuple(d for d in waiting.details if d.label not in labels)
        return _plan(work, replace(waiting, details=(*kept, *details)))
    if waiting is not None and details and details[0].mention is not None:
        return _turn_to(work, details[0].mention)
    if memory.written:
        amended = amend(work, memory.written[-1], details)
        if amended is not None:
            return amended
    if instead and memory.things:
        return _plan(work, Ask("update", "", subject=Mention(back=True), details=details))
    return ""


def _renamed(waiting: Ask, details: tuple[Detail, ...]) -> Ask | None:
    """A request with what it speaks of named anew: `the track Foo`; None when the values are for something else."""
    for detail in details:
        for place in ("subject", "target"):
            spoken_of: Mention | None = getattr(waiting, place)
            if spoken_of is None or detail.mention is None or spoken_of.noun != " ".join(detail.label):
                continue
            named = replace(detail.mention, noun=spoken_of.noun)
            return replace(waiting, subject=named) if place == "subject" else replace(waiting, target=named)
    return None


def _turn_to(work: Work, subject: Mention) -> str:
    """The last request again, about something else."""
    last = work.memory.pending or work.memory.last
    if last is None:
        return ""
    if not subject.noun and last.subject is not None:
        subject = replace(subject, noun=last.subject.noun)
    return _plan(work, replace(last, subject=subject))


def _loose(work: Work, text: str) -> str:
    """An answer in a few words to the one thing that was asked."""
    memory = work.memory
    waiting = memory.pending
    words = text.strip().rstrip(".!")
    if waiting is None or len(memory.wants) != 1 or not _bare(words):
        return ""
    if waiting.writes or waiting.kind == "other":
        wanted = tuple(w for w in stems(memory.wants[0]) if w != "id")
        return _take(work, (Detail(wanted, words, Mention(name=words)),))
    return _turn_to(work, Mention(name=words))


def _bare(words: str) -> bool:
    """Whether this is a value and not a sentence."""
    said = words.lower().split()
    return 0 < len(said) <= 8 and sum(word.strip(",.") in SPOKEN for word in said) * 2 < len(said)


def _confirmed(memory: Memory) -> str:
    if not memory.written:
        return "Nothing has been changed so far."
    return "Yes, that is saved."
