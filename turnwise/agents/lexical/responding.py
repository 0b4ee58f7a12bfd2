"""The next thing to do in a dialogue: a call, or a reply.

for turn in turns:                       # earlier turns rebuild what is known, the last one is answered
    for ask in read(turn.heard):         # requests and remarks, in order
        ...plan it, with calls looked up in the turn
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from inspect_ai.model import ChatMessage

from turnwise.agents.lexical import reads, writes
from turnwise.agents.lexical.calling import called, is_plain
from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.language import NO_NAME, Label, stems
from turnwise.agents.lexical.reading import Ask, Detail, Mention, in_third_person, is_moment, read, with_year
from turnwise.agents.lexical.resolving import numbered
from turnwise.agents.lexical.sentence import sentences
from turnwise.agents.lexical.values import dated, joined, sentence, shifted
from turnwise.agents.lexical.working import Entity, Memory, NextCall, Stuck, Turn, Unnamed, Work, turns_of
from turnwise.values.atoms import atoms, days
from turnwise.values.text import FORMULAS, STOP_WORDS, normalised
from turnwise.values.words import plural

_LONGEST_NAME = 6  # words
_NAMING = re.compile(r"^(?:(?:it's|it is|that's|that is)(?: (?:about|for))?|i mean|i meant|about|for) ", re.IGNORECASE)
_STATED = re.compile(r"\w+(?:ed|id|ing|ld|nt)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)

Plan = Callable[[Work, Ask], str]
PLANS: dict[str, Plan] = {
    "count": reads.count,
    "rank": reads.rank,
    "extreme": reads.extreme,
    "total": reads.total,
    "listing": reads.listing,
    **dict.fromkeys(("detail", "home"), reads.detail),
    "difference": reads.difference,
    "create": writes.create,
    "delete": writes.delete,
    **dict.fromkeys(("update", "move", "increase", "decrease"), writes.update),
    **dict.fromkeys(("link", "unlink"), writes.join),
}


def respond(messages: Sequence[ChatMessage], known: Catalogue) -> NextCall | str:
    """The next call, or the reply to the user's last message."""
    memory = Memory(year=_year(messages))
    outcome: NextCall | str = "Is there anything else I can do?"
    for turn in turns_of(messages):
        try:
            outcome = _reply(turn, known, memory)
        except NextCall as call:
            outcome = call
    return outcome


def _year(messages: Sequence[ChatMessage]) -> int:
    """The year of the day that the assistant is told it is; 0 where it is not told."""
    return next(filter(None, (_year_of(m.text) for m in messages if m.role == "system")), 0)


@lru_cache(maxsize=64)
def _year_of(prompt: str) -> int:
    told = (line for line in prompt.splitlines() if re.search(r"(?i)\b(?:today|it is)\b", line))
    return next((day.year for line in told for day in days(line)), 0)


def _reply(turn: Turn, known: Catalogue, memory: Memory) -> str:
    work = Work(known, turn, memory)
    memory.heard = f"{memory.heard}\n{turn.heard}"
    plainly = _SAID_BUT.sub(r"I mean \2, not \1", _NOT_RIGHT.sub("", turn.heard))
    heard, memory.speaker = in_third_person(with_year(plainly, memory.year), memory.speaker)
    if is_plain(known) and (replies := called(work, heard)):
        return joined(replies)
    asks: list[Ask] = []
    for ask in read(heard, known):
        goes_on = asks and asks[-1].intent == "create" and ask.intent in ("told", "given", "detail")
        if goes_on and "?" not in ask.text:
            asks[-1] = _with_more(asks[-1], ask)
        else:
            asks.append(ask)
    told = joined([_handled(work, ask) for ask in asks])
    if told:
        return told
    if "?" not in turn.heard and any(s.marks and NO_NAME.search(s.text) for s in sentences(heard, known)):
        return "What would you like me to do?"  # a reason, before what it is the reason for
    if not any(ability.page and ability.sort for ability in known.abilities) and (replies := called(work, heard)):
        return joined(replies)
    if "?" in turn.heard or not turn.heard.strip() or any(s.marks for s in sentences(heard, known)):
        return "I am not sure what you need. Could you put it another way?"
    return "Is there anything else I can do?"


def _handled(work: Work, ask: Ask) -> str:
    fragment = work.memory.missing and "?" not in ask.text and len(ask.text.split()) < 24
    known = ask.intent in PLANS and not (fragment and ask.intent in ("detail", "listing"))
    if known and work.memory.unnamed and _may_be_a_name(ask, work.known):
        known, ask = False, replace(ask, intent="talk")
    wanted = ask if known else _again(work.memory, ask, work.known)
    if ask.intent == "drop":
        work.memory.last, work.memory.missing = None, ()
    if ask.intent == "check":
        return "Yes, that is saved." if work.memory.written else "Nothing has been changed so far."
    if wanted is None or ask.intent == "remark":
        work.memory.reason = work.memory.reason if "?" in ask.text else ask.text
        for noun, number in numbered(ask.text, work.known.nouns):
            work.memory.speak_of(work.keyed(noun, number))
        return ""
    made = work.memory.made
    if ask.intent in PLANS or made is None or (wanted.intent != "create" and wanted.noun != made.noun):
        work.memory.last, work.memory.missing, work.memory.made = wanted, (), None
    work.memory.unnamed = False
    try:
        if not (reply := _done(work, wanted)):
            work.memory.reason = ask.text
        return reply
    except Stuck as stuck:
        work.memory.unnamed = isinstance(stuck, Unnamed)
        return sentence(str(stuck))


def _done(work: Work, ask: Ask) -> str:
    """What comes of a request; one for each of several rows is done row by row."""
    if ask.each is None:
        return PLANS[ask.intent](work, ask)
    rows = reads.each(work, ask.each)
    replies = [PLANS[ask.intent](work, replace(ask, subject=Mention(row.noun, str(row.id)))) for row in rows]
    return joined(replies[-1:]) if len(rows) == 1 else f"Done for {len(rows)} {plural(ask.each.noun)}."


_SAID_BUT = re.compile(r"\bI said ([^.!?\n]+?), but (?:it's|I meant|that should be) (.+?)(?=[.!?]?\s*$)", re.I)
_NOT_RIGHT = re.compile(r"(?<=, )that's not right, (?=(?:it's|I meant|it should be)\b)", re.I)
"""What goes before a value that is put right: I said May, but it's June; wait, that's not right, it's June."""
_BY_STEPS = ("move", "increase", "decrease")
_PUT_RIGHT = re.compile(
    r"(?i)(?:.*\b(?:sorry|wait|actually|thought|mistake|no),? )?(?:(?:i mean|i meant|(?:let's )?make that|it's|it should be|that should be|it should have been) )?(.+?)(?:, not| instead of) (.+?)\W*"
)
"""One value in place of another: sorry, I mean the 17th, not the 16th."""


def _may_be_a_name(ask: Ask, known: Catalogue) -> bool:
    """Whether what reads as a question for a field may be a name: Canticles for the Harbour."""
    fields = any(known.phrase(label)[1] for label in ask.asks)
    return ask.intent == "detail" and "?" not in ask.text and len(ask.text.split()) <= _LONGEST_NAME and not fields


def _by_another_step(memory: Memory, last: Ask, new: str) -> Ask | None:
    """A change by another amount than the one that was made."""
    step = last.details[-1]
    value = shifted(memory.base, new, step.step)
    return None if value is None else replace(last, intent="update", details=(Detail(step.label, str(value)),))


def _has(known: Catalogue, noun: str, said: Ask) -> bool:
    """Whether a row has all the fields that values are said for."""
    fields = [known.field(noun, detail.label) for detail in said.details]
    return all(name and known.fields(noun)[name].refers != noun for name in fields)


def _tells_of(made: Entity, said: Ask, known: Catalogue) -> bool:
    """Whether a remark may say more of a row that was just made: it names one of its fields or one of their values."""
    words, text = set(stems(said.rest)), f" {normalised(said.rest)} "
    fields = known.fields(made.noun).values()
    named = any(set(label) <= words for p in fields for label in p.labels)
    named = (
        bool(said.details) or named or any(f" {normalised(str(value))} " in text for p in fields for value in p.enum)
    )
    return named and made.noun not in [noun for noun, _ in numbered(said.text, known.nouns)]


def _with_more(ask: Ask, said: Ask) -> Ask:
    """A request for a new row, with what more is said of it."""
    return replace(ask, rest=f"{ask.rest}. {said.rest[:1].lower()}{said.rest[1:]}".strip(". "))


def _changed(memory: Memory, said: Ask, known: Catalogue) -> Mention:
    """What a value in place of another is for: the row last changed where it has the field, else what was spoken of."""
    row = memory.changed if _OWN.search(said.text) is None else None
    if row is not None and _has(known, row.noun, said):
        return Mention(row.noun, str(row.id))
    return Mention(back=True)


def _again(memory: Memory, said: Ask, known: Catalogue) -> Ask | None:
    """The request before, with what is said of it now; None where a remark says nothing of it."""
    last = memory.last
    put_right = _PUT_RIGHT.fullmatch(said.text)
    if (
        put_right is not None
        and not said.details
        and last is not None
        and last.intent in ("create", "update", *_BY_STEPS)
    ):
        new, old = (re.sub(r"^the |(?<=\d)(?:st|nd|rd|th)$", "", part) for part in put_right.groups())
        if last.intent in _BY_STEPS:
            return _by_another_step(memory, last, new)
        before = re.compile(rf"\b{re.escape(old)}(?:(?<=\d)(?:st|nd|rd|th))?(?!\w)")
        if last.intent != "create":
            asks = read(before.sub(lambda _: new, last.text), known)
            return next((replace(last, details=ask.details) for ask in asks if ask.details), None)
        details = tuple(replace(one, value=before.sub(lambda _: new, one.value)) for one in last.details)
        return replace(last, rest=before.sub(lambda _: new, last.rest), details=details)
    other = numbered(said.rest, known.nouns) if len(said.rest.split()) < 5 and last is not None else []
    if (
        other
        and last is not None
        and last.subject is not None
        and (last.subject.noun, True) == (other[0][0], last.subject.name.isdigit())
    ):
        return replace(last, subject=Mention(*other[0]))
    row = memory.made or memory.changed
    elsewhere = row is not None and not _has(known, row.noun, said)
    if (
        said.intent == "instead"
        and said.details
        and (last is None or last.intent not in ("create", "update") or elsewhere)
    ):
        return replace(said, intent="update", subject=_changed(memory, said, known))
    if (
        said.intent == "talk"
        and (last is None or last.intent != "create")
        and _STATED.match(said.rest)
        and days(said.rest)
    ):
        state = (Detail(("status",), said.rest),)
        return replace(said, intent="update", subject=Mention(back=True), details=state)
    if last is None:
        return None
    named = _NAMING.sub("", said.rest)
    words = normalised(named).split()
    tells = 0 < len(words) <= _LONGEST_NAME and not set(words) <= FORMULAS | STOP_WORDS
    numbers = said.intent == "told" and len(said.details) == 1 and bool(numbered(named, known.nouns))
    if memory.unnamed and (numbers or (said.intent == "talk" and tells)):
        named = re.sub(r"(?i)^the ", "", named)
        noun, name = next(iter(numbered(named, known.nouns)), (last.subject.noun if last.subject else "", named))
        target, subject = last.target, last.subject
        to = target is not None and target.back and subject is not None and bool(subject.name or target.noun == noun)
        return replace(last, target=Mention(name=name)) if to else replace(last, subject=Mention(noun, name))
    if said.intent == "instead" and said.subject is not None and last.intent == "update" and last.details:
        value, amounts = last.details[-1], [atoms(text) for text in (said.subject.name, last.details[-1].value)]
        if not said.subject.noun and all(
            len(found) == 1 and found[0].kind in ("number", "money", "count") for found in amounts
        ):
            return replace(last, details=(*last.details[:-1], replace(value, value=said.subject.name)))
    if said.intent == "instead" and said.subject is not None and last.subject is not None:
        if last.target is not None and last.target.noun and last.target.noun == said.subject.noun:
            return replace(last, target=said.subject)
        return replace(last, subject=replace(said.subject, noun=said.subject.noun or last.subject.noun))
    if last.intent == "create" and memory.made is not None and not _tells_of(memory.made, said, known):
        return None
    if last.intent == "create" and memory.made is not None:  # the row is there: what comes now changes it
        return replace(said, intent="update", subject=Mention(memory.made.noun, back=True), noun=memory.made.noun)
    if last.intent == "create" and said.intent != "instead" and (memory.missing or not said.details):
        alone = len(memory.missing) == 1 and not memory.missing[0].refers and not said.details
        alone = alone and len([atom for atom in atoms(said.rest) if atom.kind in ("number", "money", "count")]) < 2
        if alone and (dated(memory.missing[0]) or not _STATED.match(said.rest) or not days(said.rest)):
            code = re.sub(
                r"(?i)^(?:(?:the|its) )?(?:[a-z]+ ){0,2}?(?:id|code|number)(?: is|:)? (?=\S+$)", "", said.rest
            )
            return replace(last, details=(*last.details, Detail(memory.missing[0].labels[0], code)))
        return replace(last, rest=f"{last.rest}; {said.rest}")
    choice = any(_is_choice(named, label, known) for label in last.asks)
    if said.intent == "talk" and (tells or choice) and last.intent == "update" and last.asks and not last.details:
        return replace(last, details=(Detail(last.asks[0], named, Mention(name=named)),))
    if said.intent == "talk" and is_moment(named) and last.intent == "update" and last.details:
        when = last.details[-1]
        return replace(last, details=(*last.details[:-1], replace(when, value=f"{when.value} {named}".strip())))
    if not said.details or last.intent not in ("create", "update"):
        return None
    labels = {detail.label for detail in said.details}
    kept = [detail for detail in last.details if detail.label not in labels]
    return replace(last, details=(*kept, *said.details))


def _is_choice(said: str, label: Label, known: Catalogue) -> bool:
    """Whether words are one of the values that a field can have: good, for a condition."""
    taken = [value for a in known.abilities for p in a.parameters if label in p.labels for value in p.enum]
    return any(normalised(said) == normalised(str(value).replace("_", " ")) for value in taken)
