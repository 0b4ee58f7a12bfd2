"""Whether a text says what a request wants: its deed, its subject, its values, or others in their place."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, vocabulary, words_of
from turnwise.users.signs import sign
from turnwise.values.atoms import atoms
from turnwise.values.dates import MONTHS, stamp
from turnwise.values.states import mentions

TOTAL = re.compile(
    r",? ?(?:so |for |that's |making |which is )*(?:[$€£]\d[\d.,]*|\d[\d.,]* (?:dollars|pounds|euros)) (?:in (?:total|all)|altogether|all in|overall|together)\b"
    r"|,? ?\b(?:it's|that's|makes|be) [$€£]\d[\d.,]* for (?:the )?(?:both|all|two|three|four|five|six|\d+)\b"
    r"|\b(?:comes?|came|amounts?|adds? up) to [$€£]\d[\d.,]*\d"
    r"|,? ?\b(?:a |the )?total(?: (?:of|is|comes to|would be|will be)|:)? [$€£]\d[\d.,]*\d",
    re.I,
)
"""What several cost together, which is not what one costs."""


def says_what(text: str, request: Request) -> bool:
    """Whether a text says what of the request it means: a value, a name, or what is done."""
    return bool(atoms(text) or words_of(text) & vocabulary(request))


def left_unsaid(text: str, request: Request) -> tuple[Slot, ...]:
    """The one value that a text does not state of a request whose others it states: it may have been missed."""
    given = [slot for slot in request.slots if slot_value(slot) and slot.value != 1]  # a seat is one seat
    unsaid = [slot for slot in given if not fits_slot(text, slot) and not _is_paraphrased(text, slot)]
    return tuple(unsaid) if len(unsaid) == 1 and len(given) > 2 else ()


def _is_paraphrased(text: str, slot: Slot) -> bool:
    """Whether a text states half of the words of a longer text; what a row is called need not be said each time."""
    if slot.mention is not None:
        return True
    own = words_of(slot_value(slot))
    return len(own) > 2 and 2 * len(own & words_of(text)) >= len(own)


def deeds_of(text: str, request: Request) -> str:
    """A text without the names and nouns of a request, so that what is left of verbs is what it would do."""
    own = vocabulary(request)
    return re.sub(r"[\w'-]+", lambda word: "" if words_of(word[0]) & own else word[0], without_names(text, request))


def is_other_deed(text: str, request: Request) -> bool:
    """Whether a text speaks of undoing where something is made, or of making where something is undone."""
    plainly = deeds_of(text, request)
    undoes, makes = sign("undo", plainly), sign("make", plainly)
    if request.intent in UNDOES:
        return bool(makes and not undoes)
    gives = re.search(r"\b(?:give|hand|pass|put|move|assign)\b", plainly, re.I) and any(
        slot.mention is not None and is_named_in(text, slot.mention) for slot in request.slots
    )  # take it off them and give it to Okoro & Sons
    return bool(undoes) and not gives and not any(sign("undo", str(slot.value)) for slot in request.slots)


def is_named_in(text: str, mention: Mention) -> bool:
    """Whether a text has the name of a thing, its short form, or how it begins: Petra, Handy Hana."""
    if mentions(text, mention.name) or (mention.short is not None and mentions(text, mention.short)):
        return True
    parts = set(mention.name.split())
    short = len(parts) > 1 and re.search(r"\d", mention.name) and len(text.split()) < 9
    if short and parts <= set(re.findall(r"[\w'-]+", text)):
        return True  # 2B in Alder Court
    long = r"[A-Z][\w'-]{2,}(?= )" if mention.person else r"(?!The |An? )[A-Z][\w'-]+ [A-Z][\w'-]+(?= [A-Z][a-z'-]+$)"
    begins = re.match(long, mention.name)
    return begins is not None and re.search(rf"\b{re.escape(begins[0])}\b(?! [A-Z\d])", text) is not None


_TITLE = re.compile(r"(?:\b(?:The|An?) )?\b[A-Z][\w'’-]+(?: (?:(?:of|the|and|in|on|for|with|to|a) )*[A-Z][\w'’-]+)*")


def other_name(options: Sequence[str], mention: Mention, heard: Sequence[str]) -> str:
    """The one of several names by which a thing that has a number was told of: The Canal Diggers (loan 10467); else empty."""
    if not mention.numbered:
        return ""
    names = {name for option in options for name in _TITLE.findall(option) if name.lower() not in MONTHS}
    beside = r"\W+(?:\w+\W+){0,3}?"
    told = [
        name
        for name in names
        if any(
            re.search(rf"\b{re.escape(one)}{beside}{re.escape(other)}\b", text)
            for text in heard
            for one, other in ((name, mention.name), (mention.name, name))
        )
    ]
    return told[0] if len(told) == 1 and len(names) > 1 else ""


def is_called_in(text: str, mention: Mention) -> bool:
    """Whether a text names something, a person by one of their names too: is it Anneke?"""
    parts = [part for part in mention.name.split() if len(part) > 2] if mention.person else []
    return is_named_in(text, mention) or any(mentions(text, part) for part in parts)


NAME = re.compile(r"[A-Z][\w'’&-]+(?: (?:of |the |and |& )?[A-Z][\w'’&-]+)*")


MONEY = re.compile(r"price|fee|amount|cost|rent|rate|wage|salary|value|deposit|paid|budget|total")


def fits(option: str, request: Request) -> bool:
    subject = request.subject
    if subject is not None and not subject.told_by and is_called_in(option, subject):
        return True
    return any(fits_slot(option, slot) for slot in request.slots)


def fits_slot(option: str, slot: Slot) -> bool:
    """Whether an option states a slot's value; 5% is not 5."""
    numbers = [atom.number for atom in atoms(option) if atom.number]
    if isinstance(slot.value, int | float) and numbers and numbers[0].percent and "percent" not in slot.label:
        return False
    if slot.mention is not None and slot.mention.me and re.search(r"\b(?:you|your|yourself)\b", option, re.I):
        return True
    if slot.mention is not None and is_named_in(option, slot.mention):
        return True
    wanted = slot.value if slot.mention is None else slot_value(slot)
    if slot.mention is None and isinstance(wanted, str) and wanted.islower() and wanted in words_of(option):
        return True  # teens
    return bool(slot_value(slot)) and mentions(option, wanted, label=slot.label)


def knows_slot(text: str, slot: Slot) -> bool:
    """Whether a text states a slot's value, not only as one of several that it may have: a city bike, or a road bike."""
    if not fits_slot(text, slot) or not slot_value(slot).islower():
        return fits_slot(text, slot)
    said = [line for line in re.split(r"(?<=[.!?])\s|\n", text) if fits_slot(line, slot)]
    return any(
        not re.search(r"\bor\b|\be\.g\.|\bsuch as\b|\bfor (?:example|instance)\b|\bsay\b", line) for line in said
    )


def values_of(request: Request) -> list[str]:
    own = [request.subject.name] if request.subject and not request.subject.told_by else []
    return [value for value in (*own, *map(slot_value, request.slots)) if value]


def kind_of(value: str) -> str:
    if stamp(value):
        return "date"
    found = [atom for atom in atoms(value) if len(atom.text) == len(value.strip())]
    kind = found[0].kind if found else "text"
    return "number" if kind in ("money", "count") else kind


def without_names(text: str, request: Request) -> str:
    for value in sorted(values_of(request), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", text, flags=re.I)
    return text


def is_about(text: str, request: Request) -> bool:
    """Whether a text speaks of a change that is wanted."""
    named = any(mentions(text, value) for value in values_of(request) if stamp(value) is None)  # today is any day
    return request.writes and (named or bool(vocabulary(request) & words_of(text)))


def is_of(settled: Request, wanted: Request) -> bool:
    """Whether what is wanted is about the same as what is settled, or about its answer, or about what it made."""
    about = [slot.mention for slot in wanted.slots] if wanted.intent in ("create", "link", "unlink", "update") else []
    about += [wanted.subject] if wanted.intent != "create" else []
    named = {
        *(str(answer.value) for answer in settled.checkpoint.answers),
        *([settled.subject.name] if settled.subject else []),
    }
    own = [slot for slot in settled.slots if settled.intent in ("link", "unlink") or slot.mention is None]
    named |= {slot_value(slot) for slot in own} if settled.intent in ("create", "link", "unlink") else set()
    return any(m is not None and m.name in named for m in about) or any(
        m is not None and m.told_by == settled.id for m in about
    )
