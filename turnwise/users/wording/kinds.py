"""What kind of value a label stands for, told by its words: a person, a place, a day, money, a count. Any schema."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from turnwise.goals.model import Mention, Slot
from turnwise.users.wording.forms import forms
from turnwise.values.dates import WEEKDAYS, stamp
from turnwise.values.words import PEOPLE, headed, plural, singular

_DATED = re.compile(r" ?(?:date and time|date|time|day|on|at)$")


@cache
def words_for(kind: str) -> frozenset[str]:
    """The words by which a kind is known."""
    found = frozenset(forms()["kinds"][kind].split())
    return found | PEOPLE if kind == "people" else found


def is_kind(label: str, *kinds: str) -> bool:
    """Whether what is called so is of one of some kinds."""
    last = label.split()[-1] if label else ""
    return any(last in words_for(kind) or singular(last) in words_for(kind) for kind in kinds)


def is_person(mention: Mention) -> bool:
    """Whether someone, not something, is spoken of."""
    return mention.person or mention.me or is_kind(mention.noun, "people")


def is_day(slot: Slot) -> bool:
    """Whether a slot holds a day, with or without a time."""
    return slot.mention is None and isinstance(slot.value, str) and stamp(slot.value) is not None


def is_choice(slot: Slot) -> bool:
    """Whether a slot holds one of a few words, such as a status."""
    value = str(slot.value)
    return slot.mention is None and is_kind(slot.label, "choices") and value.replace("_", " ").islower()


def is_state(slot: Slot) -> bool:
    """Whether a slot holds how far something has come, and not a state of a country: CA."""
    kinds = ("status", "state") if re.fullmatch(r"[a-z]+(?<!ed)", str(slot.value)) else ("status", "state", "condition")
    return slot.label.split()[-1] in kinds and not re.fullmatch("[A-Z]{2,3}", str(slot.value))


def is_plural(label: str) -> bool:
    """Whether a label is in the plural: notes, slots."""
    last = label.split()[-1]
    return singular(last) != last and plural(singular(last)) == last


def place_joint(noun: str) -> str:
    """What stands before a place, or what something is a part of: in a hall, at a branch, on an album; empty for others."""
    joints = {"wholes": "on", "inside": "in", "beside": "at", "sorts": "of"}
    return next((joint for kind, joint in joints.items() if is_kind(noun, kind)), "")


def label_joint(labels: Sequence[str], named: bool, linked: Collection[str]) -> str:
    """What stands between labels and what they are of: the customer on an invoice, the email for a shop, the genre of an album.

    Args:
        named: whether that goes by a name, not a number.
        linked: labels that stand for a row.
    """
    if all(is_kind(label, "contacts") for label in labels):
        return "for" if named else "on"
    if all(is_kind(label, "reasons", "used") for label in labels):
        return "for"
    return "on" if not named and all(label in linked or is_kind(label, "people") for label in labels) else "of"


def is_money(label: str) -> bool:
    """Whether a number of this label is an amount of money."""
    return is_kind(label, "money") or any(word in ("price", "cost", "fee", "rent") for word in label.split())


def counted(label: str) -> str:
    """What a number of this label counts, in the plural: seats, pages, minutes; empty where it counts nothing."""
    if (match := re.fullmatch(r"(?:number of (.+)|(.+) count)", label)) is not None:
        return plural(singular(match[1] or match[2]))
    if (match := re.fullmatch(r"(.+) owned", label)) is not None:
        return match[1]
    if (
        (match := re.fullmatch(r"([a-z ]+) (?:in|on|at) \w+( \d+)?", label))
        and is_plural(match[1])
        and not unit_of(label)
    ):  # units in stock
        return label
    last = label.split()[-1]
    if unit_of(label):
        return ""
    return label if singular(last) != last and len(last) > 3 and not is_kind(label, "money", "contacts") else ""


def quantity(label: str) -> str:
    """How the number of this label is called: the number of seats."""
    return f"number of {label}" if counted(label) == label else label


def unit_of(label: str) -> str:
    """The unit that a label names: minutes of `duration in minutes`; empty without one."""
    match = re.fullmatch(r".+ in ([a-z]+s|[ckm]?m|k?g|ml)", label)
    return match[1] if match is not None else ""


def called(label: str) -> str:
    """A label as anybody would call it: the number of copies for copies owned, the date of last tuning."""
    if (match := re.fullmatch(r"(.+) owned", label)) is not None:
        return f"number of {match[1]}"
    label = re.sub(r"^quantity (?:ordered|sold|bought|purchased)$", "quantity", label)
    label = re.sub(r"^(?:(?:unit|list) price|price each)$", "price", re.sub(r"^address (?:line )?1$", "address", label))
    label = re.sub(r"^(weight|height|body weight) in (?:kg|cm|lbs)$", r"\1", label)
    label = re.sub(r"^(?:telephone|tel|phone|phone no)$", "phone number", label)
    label = label.capitalize() if label in WEEKDAYS else label
    label = re.sub(r"\bsub (?=category|type|total|genre)", "sub", label)
    if (then := re.fullmatch(r"(day|week|month) (\d+) (.+)", label)) is not None:
        return f"{then[3]} {'on' if then[1] == 'day' else 'at'} {then[1]} {then[2]}"
    label = re.sub(r"^ship (?=name|address|city|region|state|country|postal code|zip)", "shipping ", label)
    return re.sub(r"^last (\w+)ed (date|time)$", r"\2 of last \1ing", label)


def bare_label(label: str, noun: str) -> str:
    """A label beside its noun: the amount of payment 22, not its payment amount."""
    head = re.escape(headed(noun).split(" ")[-1])
    return re.sub(rf"^{head} (?=(?:amount|price|total|cost|fee|date|status)$)", "", label)


def timeless(label: str) -> str:
    """A label without the unit that goes without saying: the duration, the height."""
    unit = "minutes|hours|seconds|milliseconds|days|kg|cm|lbs"
    bare = re.sub(rf"^(.*duration|.*length|delivery|.*weight|.*height) in (?:{unit})$", r"\1", label)
    return "delivery time" if bare == "delivery" != label else bare


def when(label: str, noun: str) -> Mapping[str, str] | None:
    """How a day of this label is asked for and said, of a row of this noun; None where it has to be called by its label."""
    known: dict[str, dict[str, str]] = forms()["dates"]
    key = _DATED.sub("", label)
    if key == label and label not in ("start", "end", "departure", "arrival") and not re.fullmatch(r"\w{3,}ed", label):
        return None
    head = noun.split()[-1] if noun else ""
    if key == head and is_kind(key, "held"):
        return {"ask": "was", "say": "on"}
    if key == head and is_kind(key, "made"):
        return {"ask": "was made", "say": "made"}
    if not key:
        return {"ask": "is", "say": "on"}
    if key in known:
        return known[key]
    if (match := re.fullmatch(r"(?:(last) )?(\w+ed)", key)) is not None:
        return {"ask": f"was {key}", "say": match[2]} if match[1] else {"ask": f"was {match[2]}", "say": match[2]}
    return None


def done(slot: Slot, noun: str) -> str:
    """What was done to a row of this noun on the day of a slot: returned, last tuned; empty where it is no such day."""
    day = when(slot.label, noun) if is_day(slot) else None
    match = re.fullmatch(r"was ((?:last )?\w+ed|paid)", day["ask"]) if day is not None else None
    return match[1] if match is not None else ""


def change(slot: Slot, subject: Mention | None) -> str:
    """What kind of change a new value is: of a state, of a place, of who is in charge, of a day, of a price."""
    label, mention, noun = slot.label, slot.mention, subject.noun if subject is not None else ""
    thing, numbered = subject is not None and not is_person(subject), subject is not None and subject.numbered
    if is_state(slot) and " " not in bare_label(label, noun):
        return "cancel" if "cancelled" in str(slot.value) else "state"
    if mention is not None:
        if is_kind(label, "served") and thing and not numbered:
            return "owner"
        if is_kind(label, "inside", "beside") and mention.noun == label:
            return "place"
        if thing and " " not in label and is_kind(label, "in_charge"):  # no housing officer beside a tenant
            return "charge"
        return "role" if is_person(mention) else "other"
    if is_day(slot):
        known = when(label, noun)
        return "done" if done(slot, noun) else "other" if known and known["ask"].startswith(("was b", "did")) else "day"
    if label in WEEKDAYS and numbered:
        return "weekday"
    last = label.split()[-1]
    if last in ("area", "zone", "section") and is_choice(slot) and not str(slot.value).endswith("ed"):
        return "place"
    if last in ("method", "priority") or (last == "price" and not numbered):
        return last
    if is_kind(called(label), "contacts") and not thing:
        return "contact"
    if thing and counted(label) and isinstance(slot.value, int | float):
        return "number"
    return "value" if isinstance(slot.value, int | float) or is_choice(slot) else "other"


def unmistakable(labels: list[str], *, person: bool) -> list[str]:
    """Labels of which none is taken for another: the email and address, not the email address and address; the phone number of a branch."""
    plain = {"email address": "email"} if "address" in labels else {}
    plain |= {"number": "phone number"} if plain or not person else {}
    return [plain.get(label, label) for label in labels]
