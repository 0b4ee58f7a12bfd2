"""A message becomes what it asks: each sentence is read by the first frame that fits it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.language import (
    CHANGES,
    DETAILS,
    DOES,
    EVERY,
    FRAMES,
    HIGH,
    INTRODUCED,
    MEASURES,
    MENTIONS,
    NEXT_CHANGE,
    NEXT_DETAIL,
    NO_NAME,
    POSSESSED,
    ROWS,
    Label,
    stems,
)
from turnwise.agents.lexical.sentence import Sentence, sentences
from turnwise.values.atoms import atoms

_AMOUNTS = ("number", "money", "count")
_WHEN = re.compile(r"(?i)(?:(?:the|on|at|by|of|\w+day),? )*\|(?:\W.*)?")


@dataclass(frozen=True)
class Mention:
    """Something that is spoken of: by noun, by name or number, or by pointing back at it."""

    noun: str = ""
    name: str = ""
    back: bool = False
    several: bool = False
    """all of its kind, not one"""


@dataclass(frozen=True)
class Detail:
    """A value with the name of the field it is for; the name may be missing."""

    label: Label
    value: str
    mention: Mention | None = None
    """the value read as something spoken of"""
    step: int = 0
    """1 to raise what there is by the value, -1 to lower it"""


@dataclass(frozen=True)
class Ask:
    """One sentence, understood: what it wants, and the slots it fills."""

    intent: str
    text: str
    noun: str = ""
    over: str = ""
    subject: Mention | None = None
    target: Mention | None = None
    asks: tuple[Label, ...] = ()
    details: tuple[Detail, ...] = ()
    best: str = ""
    """a superlative"""
    measure: Label = ()
    rest: str = ""
    """what is said of a new row, as it was written"""
    each: "Ask | None" = None
    """the listing of the rows to which it is done, one by one"""

    @property
    def highest(self) -> bool:
        """Whether its superlative means the upper end of a scale."""
        return self.best.removeprefix("most ") in HIGH or self.best.startswith("most")

    @property
    def implied(self) -> Label:
        """Words that the field of its comparison may have, where the sentence does not name it."""
        return MEASURES.get(self.best.removeprefix("most "), ())


def in_third_person(message: str, speaker: str) -> tuple[str, str]:
    """A message with the name of who speaks for I, my and me, and that name, once they have said it."""
    message = re.sub(r"(?<=\ws)' (?=[a-z])", "'s ", message)  # Harold Davis' phone
    if (match := INTRODUCED.search(message)) is not None:
        speaker = match["name"] or match["here"]
        before, after = message[: match.start()].rstrip(" ,"), message[match.end() :].lstrip(" .,!")
        message = f"{before}. {after}" if before and after else f"{before}{after}"
    if speaker:
        changed = r"(?:I've got a |\b[Mm]y |(?:^|(?<=[.?!] ))\W*)[Nn]ew (?!topic|subject)([a-z -]+?)(?::| is) |\b[Mm]y ([a-z -]+?) has changed: "
        message = re.sub(changed, lambda m: f"change {speaker}'s {m[1] or m[2]} to ", message)
        message = re.sub(r"\b[Mm]y\b(?! mistake)", f"{speaker}'s", message)
        message = re.sub(r"\b(for|to|of|on|with|at|about|add|put|take|remove) me\b", rf"\1 {speaker}", message)
        message = re.sub(r"\b(?:do|have) I\b", f"does {speaker}", message)
        message = re.sub(r"(?<!an )(?<!ould )(?<!ay )\bI have\b(?! to)", f"{speaker} has", message)
        message = re.sub(r"\b(was|did|am) I\b", rf"\1 {speaker}", message)
    return message, speaker


def with_year(message: str, year: int) -> str:
    """A message whose days without a year are given one."""
    for atom in reversed(atoms(message) if year else ()):
        if atom.kind == "date" and not atom.value[1]:
            end = atom.start + len(message[atom.start : atom.end].rstrip("."))  # the stop behind Jul. may be the last
            message = f"{message[:end]} {year}{message[end:]}"
    return message


@lru_cache(maxsize=4096)
def read(message: str, known: Catalogue) -> tuple[Ask, ...]:
    """What a message says, in order."""
    return tuple(_read(sentence) for sentence in sentences(message, known))


def _read(s: Sentence) -> Ask:
    core = s.core
    if (every := next((m for form in EVERY if (m := form.fullmatch(core))), None)) is not None:
        start = core.rindex("all ", 0, every.start("rows"))
        one = _read_by_frames(s, f"{core[:start]}that {every['noun']}{core[every.end('rows') :]}")
        if one.intent in ("update", "delete", "link", "unlink") and one.subject is not None and one.subject.back:
            told = (Detail((), every["kind"].strip()),) if every["kind"] else ()
            owner = mention(s, every["owner"])
            return replace(one, each=Ask("listing", every["rows"], s.noun(every["noun"]), subject=owner, details=told))
    return _read_by_frames(s, core)


def _read_by_frames(s: Sentence, core: str) -> Ask:
    for intent, pattern in FRAMES:
        match = pattern.fullmatch(core)
        ask = _filled(s, intent, match) if match is not None else None
        if ask is not None:
            return ask
    return Ask("talk", s.text, rest=s.raw(core))


def _filled(s: Sentence, intent: str, match: re.Match[str]) -> Ask | None:
    """What a frame says once its slots are read; None when one of them cannot be."""
    slots = {name.rstrip("_"): said for name, said in match.groupdict().items() if said is not None}
    for part, forms in (("rows", ROWS), ("does", DOES)):
        if part in slots:
            read = next((m for form in forms if (m := form.fullmatch(slots[part]))), None)
            if read is None:
                return None
            slots |= {name: said for name, said in read.groupdict().items() if said is not None}
    about = slots.get("subject") or slots.get("single")
    back = "same" in slots or re.match(r"(?:its|their|his|her)\b", slots.get("rows", "")) is not None
    subject = mention(s, about) if about else Mention(back=True) if back else None
    stated = _stated(s, intent, slots)
    changes = slots.get("passive") or slots.get("changes")
    if changes is not None:
        named, stated = _changes(s, changes)
        subject = subject or named or Mention(back=True)
    if (about and subject is None) or (not stated and (changes or intent in ("given", "told"))):
        return None
    if intent in ("increase", "decrease") and not any(atom.kind in _AMOUNTS for atom in atoms(slots["step"])):
        return None
    if intent == "detail" and any(NO_NAME.search(one.value) for one in stated):
        return None
    target = mention(s, slots["target"]) if "target" in slots else None
    asks = _asks(s, slots)
    if intent == "detail" and any(len(label) > 4 and POSSESSED not in label for label in asks):
        return None
    noun, over = (s.noun(slots.get(name) or "") for name in ("nouns" if "nouns" in slots else "noun", "over"))
    if "paid" in slots:
        noun = "payment"
    best = slots.get("best", slots.get("wh", "")).lower()
    measure = stems(s.raw(slots.get("measure") or slots.get("verb") or slots.get("role") or ""))
    measure = ("payment",) if "paid" in slots else measure
    rest = s.raw(f"{slots.get('kind', '')} {slots.get('loose', '')}" if intent == "create" else s.core)
    return Ask(intent, s.text, noun, over, subject, target, asks, stated, best, measure, rest)


def mention(s: Sentence, said: str) -> Mention | None:
    """What some words speak of; None when there is nothing."""
    said = re.sub(r"^(?:the|an?|my|our|your|The(?= ‹)) ", "", said.strip(" ,"))
    if re.match(r"(?i)(?:i'm|i am|i've|we're|we've)\b", said):
        return None
    match = next((m for form in MENTIONS if (m := form.fullmatch(said))), None)
    slots = {name: part for name, part in match.groupdict().items() if part} if match is not None else {}
    if match is None or NO_NAME.search(slots.get("name", "")) or is_moment(slots.get("name", "")):
        return None
    name, several = s.raw(slots.get("name", "")).removeprefix("#"), "several" in slots
    noun = s.noun(slots.get("noun") or slots.get("one") or slots.get("several") or "")
    return Mention(noun, name, not (name or several), several)


def is_moment(said: str) -> bool:
    """Whether words say when, and so name nothing: Friday 17 April, 8 pm."""
    first = next((atom for atom in atoms(said) if atom.kind in ("date", "time")), None)
    return first is not None and _WHEN.fullmatch(f"{said[: first.start]}|{said[first.end :]}") is not None


def details(s: Sentence, said: str) -> tuple[Detail, ...]:
    """Values with the names of their fields: `due date 2026-03-20, member Ana Silva`, `named Dusk`."""
    starts = [*NEXT_DETAIL.finditer(said)]
    if not starts or starts[0].start():
        return ()
    found: list[Detail] = []
    for start, stop in zip(starts, [*(start.start() for start in starts[1:]), len(said)], strict=True):
        part = said[start.end() : stop].strip(" ,")
        match = next((m for form in DETAILS if (m := form.fullmatch(part))), None)
        if match is not None and "value" not in match.groupdict():
            found.append(Detail(stems(s.noun(part)), "", mention(s, part)))
        elif match is not None:
            mark = s.mark(part[: match.start("value")])
            if mark is None or not mark.noun or not re.match(r"(?:on|in|of|at|for|from) ", match["value"]):
                found.append(detail(s, mark.name if mark is not None else ("name",), match["value"]))
    return tuple(found)


def detail(s: Sentence, label: Label, said: str) -> Detail:
    """A value for a field, without the small words before it."""
    said = re.sub(r"(?i)^(?:[:=]|\s|(?:is|are|be|to|as|should be|of|will be|would be)\b)+", "", said)
    return Detail(label, s.raw(said), mention(s, said))


def _asks(s: Sentence, slots: Mapping[str, str]) -> tuple[Label, ...]:
    """The fields asked for; what no tool names is taken as it stands."""
    if "else" in slots:
        return (("place" if slots["else"] == "somewhere" else "owner",),)
    if "near" in slots:
        near = s.mark(slots["near"])
        far = s.mark(slots.get("far", ""))
        return ((*(near.name if near else ()), POSSESSED, *(far.name if far else ())),)
    said = (
        slots.get("asks")
        or slots.get("fields")
        or (slots.get("field", "") if set(slots) <= {"field", "subject", "same"} else "")
    )
    found: list[Label] = []
    for part in re.split(r",(?: and)? (?:the )?| and (?:the )?", said) if said else ():
        names = [mark.name for mark in s.all_marks(part)]
        if len(names) == 2 and f"{POSSESSED} " in part:
            found.append((*names[0], POSSESSED, *names[1]))
        else:
            found += (names if not part.startswith("per ") else []) or [stems(re.sub("^(?:the|an?) ", "", s.raw(part)))]
    return tuple(dict.fromkeys(filter(None, found)))


def _stated(s: Sentence, intent: str, slots: Mapping[str, str]) -> tuple[Detail, ...]:
    """The values that a sentence states."""
    if "details" in slots or slots.get("loose", "").startswith("‹"):
        return details(s, slots.get("details") or slots["loose"])
    if "state" in slots:
        return (Detail(("status",) if intent == "update" else (), s.raw(slots["state"]), mention(s, slots["state"])),)
    if "owner" in slots:
        return (detail(s, ("owner",), slots["owner"]),)
    mark = s.mark(slots.get("field", ""))
    label = mark.name if mark is not None else ("name",) if "name" in slots else ()
    if "step" in slots:
        down = intent == "decrease" or slots.get("way", "").lower() == "earlier"
        return (Detail(label, s.raw(slots["step"]), step=-1 if down else 1),)
    said = slots.get("value") or slots.get("adjective") or slots.get("name")
    return (detail(s, label, said),) if said else ()


def _changes(s: Sentence, said: str) -> tuple[Mention | None, tuple[Detail, ...]]:
    """`the phone of Ana Silva to 555 and the city to Paris`: what is changed, where it is said, and how."""
    parts = [m for part in NEXT_CHANGE.split(said) for form in CHANGES if (m := form.fullmatch(part))]
    about = next((m["subject"] for m in parts if m["subject"]), None)
    found = (detail(s, mark.name, m["value"]) for m in parts if (mark := s.mark(m["field"])) is not None)
    return mention(s, about) if about else None, tuple(found)
