"""Whether a text says what a request wants: its deed, its subject, its values, or others in their place."""

import re

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.hearing import UNDOES, sign, synonyms, vocabulary, words_of
from turnwise.users.style import plain
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions
from turnwise.values.text import normalised


def says_what(text: str, request: Request) -> bool:
    """Whether a text says what of the request it means: a value, a name, or what is done."""
    return bool(
        atoms(text) or words_of(text) & vocabulary(request) or any(mentions(text, v) for v in values_of(request))
    )


def deeds_of(text: str, request: Request) -> str:
    """A text without the names and nouns of a request, so that what is left of verbs is what it would do."""
    return re.sub(
        r"[\w'-]+",
        lambda word: "" if words_of(word[0]) & vocabulary(request) else word[0],
        without_names(text, request),
    )


def is_other_deed(text: str, request: Request) -> bool:
    """Whether a text speaks of undoing where something is made, or of making where something is undone."""
    plainly = deeds_of(text, request)
    undoes, makes = sign("undo", plainly), sign("make", plainly)
    if request.intent in UNDOES:
        return bool(makes and not undoes)
    cancels = any(sign("undo", str(slot.value)) for slot in request.slots)
    return bool(undoes and not cancels and request.intent != "ask" and not sign("undo", " ".join(vocabulary(request))))


def rival_subject(text: str, request: Request) -> str | None:
    """Another of the subject's kind that a text names, where it does not name the subject."""
    subject = request.subject
    if subject is None or subject.told_by or is_named_in(text, subject):
        return None
    noun = re.escape(subject.noun)
    rival = (
        re.search(rf"\b{noun}s?\b(?: number| no\.?| called| named)? ?#?(\d[\w-]*)", text, re.I)
        if subject.numbered
        else None
    )
    if rival is None and not subject.numbered:
        rival = re.search(rf"\b(?i:{noun}) [\"“]?((?:[A-Z][\w'’-]*)(?: [A-Z][\w'’-]*){{0,4}})", text)
        rival = None if rival and set(normalised(rival[1]).split()) & set(normalised(subject.name).split()) else rival
    return rival[1] if rival else None


def is_named_in(text: str, mention: Mention) -> bool:
    return mentions(text, mention.name) or (mention.short is not None and mentions(text, mention.short))


def is_rivalled(text: str, slot: Slot, request: Request) -> bool:
    """Whether a text gives a slot another value than the one that is wanted."""
    wanted = slot_value(slot)
    if not wanted or mentions(text, slot.value if slot.mention is None else wanted):
        return False
    if request.intent == "adjust":
        steps = [atom.number for atom in atoms(text) if atom.number and re.search(r"\bby\W*$", text[: atom.start])]
        return any(step.percent or step.size != abs(float(slot.value or 0)) for step in steps)
    kind = _kind(wanted)
    for name in sorted(synonyms(slot.label), key=len, reverse=True):
        for found in re.finditer(
            rf"\b{re.escape(name)}\b[^.;?\n]{{0,40}}?(?:\bto\b|\bis\b|\bas\b|\bof\b|\bbe\b|:|=|–|(?= \d))\s*(?:from \S+ to )?",
            text,
            re.I,
        ):
            rest = re.split(r"[.;?\n](?:\s|$)|, (?=[a-z])| and (?=the )", text[found.end() :], maxsplit=1)[0]
            given = [atom for atom in atoms(rest) if _kind(atom.text) == kind]
            if given if kind != "text" else re.match(r"[\"“]?[\w(]", rest):
                return not _is_of_row(rest, request)
    return _is_other_of_its_kind(text, slot, request)


_MONEY = re.compile(r"price|fee|amount|cost|rent|rate|wage|salary|value|deposit|paid|budget|total")


def _is_other_of_its_kind(text: str, slot: Slot, request: Request) -> bool:
    """Whether the one day, or the one sum of money, that a text names is not that of the only slot of that kind."""
    kind = _kind(slot_value(slot))
    money = kind == "number" and _MONEY.search(slot.label) is not None
    if kind != "date" and not money:
        return False
    alike = [s for s in request.slots if _kind(slot_value(s)) == kind and (kind == "date" or _MONEY.search(s.label))]
    known = values_of(request)
    given = [
        atom
        for atom in atoms(text)
        if (atom.kind == "date" if kind == "date" else atom.kind == "money" or re.search(r"\.\d\d$", atom.text))
        and not any(mentions(value, atom.text) for value in known)
    ]
    return len(alike) == 1 and len({atom.value for atom in given}) == 1


def _is_of_row(rest: str, request: Request) -> bool:
    """Whether what follows a label is whose it is, not what it becomes: `the due date of loan 5`."""
    start = rest[:60]
    subject = request.subject
    return bool(
        subject
        and (
            start.lower().startswith((subject.noun, f"the {subject.noun}", "that ", "this ", "it"))
            or is_named_in(start, subject)
        )
    )


def fits(option: str, request: Request) -> bool:
    subject = request.subject
    if subject is not None and not subject.told_by and is_named_in(option, subject):
        return True
    return any(_is_value(option, slot) for slot in request.slots)


def _is_value(option: str, slot: Slot) -> bool:
    """Whether an option is a slot's value; 5% is not 5."""
    numbers = [atom.number for atom in atoms(option) if atom.number]
    if isinstance(slot.value, int | float) and numbers and numbers[0].percent and "percent" not in slot.label:
        return False
    return bool(slot_value(slot)) and mentions(option, slot.value if slot.mention is None else slot_value(slot))


def slot_value(slot: Slot) -> str:
    return slot.mention.name if slot.mention else plain(slot.value) if slot.value is not None else ""


def values_of(request: Request) -> list[str]:
    own = [request.subject.name] if request.subject and not request.subject.told_by else []
    return [value for value in (*own, *map(slot_value, request.slots)) if value]


def _kind(value: str) -> str:
    if stamp(value):
        return "date"
    found = [atom for atom in atoms(value) if len(atom.text) == len(value.strip())]
    kind = found[0].kind if found else "text"
    return "number" if kind in ("money", "count") else kind


def without_names(text: str, request: Request) -> str:
    for value in sorted(values_of(request), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", text, flags=re.I)
    return text
