"""A message becomes what it asks: each sentence is read by the first frame that fits it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.language import DATA, FIELD, FRAMES, HIGH, MEASURES, NOUN, Label, stems
from turnwise.agents.lexical.sentence import Sentence, sentences

POSSESSED = "'s"
"""Stands in a field's name between a reference and a field behind it: the album's artist."""
REMARKS = frozenset({"decline", "again", "check", "confirm", "talk"})
_BACK = "that|this|it|its|same|their|them|they|those|these|he|his|him|she|her"
_CALLED = r"(?: (?:number|no\.?|nr|id|called|named|titled|with (?:the )?(?:name|title|number))\b)?"
_POINTED = re.compile(rf"(?i)(?:the )?(?:{_BACK})(?: one\b)?(?: (?P<noun>{NOUN}))?(?:'s)?(?P<rest>.*)")
_SEVERAL = re.compile(rf"(?i)(?:all|every|each|both)(?: of)?(?: the| its| their)? (?P<noun>{NOUN}).*")
_TYPED = re.compile(rf"(?i)(?P<noun>{NOUN})(?: (?P<of>(?:of|for|on|from) .+)|(?: {NOUN})?{_CALLED} ?(?P<name>.*))")
_OWNED = re.compile(rf"(?P<owner>.+)'s (?P<noun>{NOUN})")
_NOUN_LAST = re.compile(r"(?P<name>.+) (?P<noun>‹nf?\d+›)")
_STARTS = re.compile(
    rf"(?i)(?:^|[,:] *(?:and )?|\b(?:and|with|plus|also|whose|where) )(?:also )?(?:the |its |their )?"
    rf"(?=(?:\w+ of )?(?:{FIELD}|{NOUN})|(?:named|called|titled)\b|(?:that|this) ‹n)"
)
_CHANGE = re.compile(
    rf"(?i)(?:(?:the|its|their|his|her) )?(?:\w+ (?:of|in|per) |\w+ )??(?P<field>{FIELD})(?: (?!of|for|to|on|is)[a-z]+)??"
    r"(?: (?:of|for|on|in) (?P<subject>.+?))?(?: (?:changed|set|updated|corrected|moved|switched|be))?"
    r"(?: to be| to| as| into) (?P<value>.+)"
)
_NEXT_CHANGE = re.compile(rf",? and (?=(?:(?:the|its|their|his|her) )?(?:\w+ (?:of|in) )?{FIELD}[^,]*? (?:to|as) )")


@dataclass(frozen=True)
class Mention:
    """Something that is spoken of: by noun, by name or number, or by pointing back at it."""

    noun: str = ""
    name: str = ""
    back: bool = False
    several: bool = False
    """all of its kind, not one"""
    whose: "Mention | None" = None
    """the customer *of that invoice*"""


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


@lru_cache(maxsize=4096)
def read(message: str, known: Catalogue) -> tuple[Ask, ...]:
    """What a message says, in order."""
    return tuple(_read(sentence) for sentence in sentences(message, known))


def _read(s: Sentence) -> Ask:
    whole = re.sub(r"[\s.?!,]+$", "", s.marked)
    core = s.core
    for frame in FRAMES:
        for text in (whole, core) if frame.intent in REMARKS else (core,):
            match = frame.pattern.fullmatch(text)
            ask = _filled(s, frame.intent, match) if match is not None else None
            if ask is not None:
                return ask
    return Ask("talk", s.text)


def _filled(s: Sentence, intent: str, match: re.Match[str]) -> Ask | None:
    """What a frame says once its slots are read; None when one of them cannot be."""
    slots = {name.rstrip("_"): said for name, said in match.groupdict().items() if said is not None}
    noun, over = s.mark(slots.get("noun") or slots.get("nouns") or ""), s.mark(slots.get("over", ""))
    subject = Mention(back=True) if "same" in slots else None
    if "subject" in slots or "single" in slots:
        subject = mention(s, slots.get("subject") or slots["single"])
        if subject is None:
            return None
    ask = Ask(
        intent,
        s.text,
        noun.noun if noun else "",
        over.noun if over else "",
        subject,
        mention(s, slots["target"]) if "target" in slots else None,
        _asks(s, slots),
        _stated(s, intent, slots),
        slots.get("best", "").lower(),
        stems(s.raw(slots.get("measure", ""))),
    )
    if "passive" in slots or "changes" in slots:
        return _changes(s, ask, slots.get("passive") or slots["changes"])
    if intent == "named":
        ask = replace(ask, details=details(s, match.group()))
    return ask if intent not in ("details", "given") or ask.details else None


def mention(s: Sentence, said: str) -> Mention | None:
    """What some words speak of; None when there is nothing."""
    said = re.sub(r"^(?:the|an?|my|our|your|The(?= ‹)) ", "", said.strip(" ,"))
    if (match := _SEVERAL.fullmatch(said)) is not None:
        return Mention(_noun(s, match), several=True)
    if (match := re.fullmatch(_POINTED, said)) is not None and (
        match["noun"] or match["rest"].islower() or not match["rest"]
    ):
        named = match["rest"].strip()
        back = not named or "'s" in said or named[:1].islower()
        return Mention(_noun(s, match) if match["noun"] else "", "" if back else s.raw(named), back)
    if (match := _TYPED.fullmatch(said)) is not None:
        if match["of"]:
            return Mention(_noun(s, match), whose=mention(s, match["of"].partition(" ")[2]))
        name = s.raw(match["name"]).removeprefix("#")
        return Mention(_noun(s, match), name, back=not name)
    if (match := _OWNED.fullmatch(said)) is not None:
        return Mention(_noun(s, match), whose=mention(s, match["owner"]))
    if (match := _NOUN_LAST.fullmatch(said)) is not None:
        return Mention(_noun(s, match), s.raw(match["name"]))
    return Mention(name=s.raw(said).removeprefix("#")) if s.raw(said) else None


def details(s: Sentence, said: str) -> tuple[Detail, ...]:
    """Values with the names of their fields: `due date 2026-03-20, member Ana Silva`, `named Dusk`."""
    starts = [*_STARTS.finditer(said)]
    if not starts or starts[0].start():
        return ()
    stops = [*(start.start() for start in starts[1:]), len(said)]
    found = (_detail(s, said[start.end() : stop]) for start, stop in zip(starts, stops, strict=True))
    return tuple(detail for detail in found if detail is not None)


def _detail(s: Sentence, said: str) -> Detail | None:
    pointed = mention(s, said)
    if pointed is not None and pointed.back and re.match("(?i)that|this", said):
        return Detail(stems(pointed.noun), "", pointed)
    name = re.match("named|called|titled", said) or re.match(
        rf"(?:\w+ of )?(?:{FIELD}|{NOUN})(?: [a-z]+(?= [\dA-Z]))?(?: (?:number|no|nr|id)(?= \d))?", said
    )
    mark = s.mark(name.group()) if name is not None else None
    label = (mark.label or stems(mark.noun)) if mark is not None else ("name",)
    return detail(s, label, said[name.end() :]) if name is not None and said[name.end() :].strip() else None


def detail(s: Sentence, label: Label, said: str) -> Detail:
    """A value for a field, without the small words before it."""
    said = re.sub(r"(?i)^(?:[:=]|\s|(?:is|are|be|to|as|should be|of|will be|would be)\b)+", "", said)
    return Detail(label, s.raw(said), mention(s, said))


def _noun(s: Sentence, match: Mapping[str, str] | re.Match[str]) -> str:
    mark = s.mark(match["noun"])
    return mark.noun if mark is not None else ""


def _asks(s: Sentence, slots: Mapping[str, str]) -> tuple[Label, ...]:
    """The fields asked for; what no tool names is taken as it stands."""
    if "how" in slots:
        return tuple(stems(label) for how, label in DATA["implied"].items() if how == slots["how"].lower())
    said = slots.get("asks") or slots.get("fields") or ""
    found: list[Label] = []
    for part in re.split(r",(?: and)? (?:the )?| and (?:the )?", said) if said else ():
        marks = s.all_marks(part)
        if len(marks) == 2 and f"{POSSESSED} " in part:
            found.append((*_label(marks[0].label, marks[0].noun), POSSESSED, *_label(marks[1].label, marks[1].noun)))
        elif marks:
            found += [_label(mark.label, mark.noun) for mark in marks]
        else:
            found.append(stems(re.sub("^(?:the|an?) ", "", s.raw(part))))
    return tuple(dict.fromkeys(label for label in found if label))


def _label(label: Label | None, noun: str) -> Label:
    return label or stems(noun)


def _stated(s: Sentence, intent: str, slots: Mapping[str, str]) -> tuple[Detail, ...]:
    """The values that a sentence states."""
    if "details" in slots:
        return details(s, slots["details"])
    mark = s.mark(slots.get("field", ""))
    label = _label(mark.label, mark.noun) if mark is not None else ()
    if "step" in slots:
        down = intent == "decrease" or slots.get("way", "").lower() == "earlier"
        return (Detail(label, s.raw(slots["step"]), step=-1 if down else 1),)
    if "name" in slots:
        return (detail(s, ("name",), slots["name"]),)
    said = slots.get("value") or slots.get("adjective")
    return (detail(s, label, said),) if said else ()


def _changes(s: Sentence, ask: Ask, said: str) -> Ask | None:
    """`the phone of Ana Silva to 555 and the city to Paris`; None when there is no such change."""
    found: list[Detail] = []
    subject = ask.subject
    for part in _NEXT_CHANGE.split(said):
        match = _CHANGE.fullmatch(part)
        mark = s.mark(match["field"]) if match is not None else None
        if match is None or mark is None:
            return None
        if match["subject"] and subject is None:
            subject = mention(s, match["subject"])
        found.append(detail(s, _label(mark.label, mark.noun), match["value"]))
    return replace(ask, subject=subject or Mention(back=True), details=tuple(found))


def order(ask: Ask) -> str:
    """Which end of a scale a superlative means."""
    return "high" if ask.best.removeprefix("most ") in HIGH or ask.best.startswith("most") else "low"


def implied(ask: Ask) -> Label:
    """Words that the field of a comparison may have, where the sentence does not name it."""
    return MEASURES.get(ask.best.removeprefix("most "), ())
