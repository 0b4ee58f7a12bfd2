"""Slots as clauses: `a loan of The Lost Garden for Ana Silva, due 20 March`, `two seats in the balcony`, `events in the Grand Hall`."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from turnwise.goals.model import Mention, Slot
from turnwise.users.style import value as marked_value
from turnwise.users.wording.forms import forms
from turnwise.users.wording.kinds import (
    bare_label,
    called,
    counted,
    is_choice,
    is_day,
    is_kind,
    is_money,
    is_person,
    is_plural,
    is_state,
    place_joint,
    timeless,
    unit_of,
    when,
    words_for,
)
from turnwise.values.dates import WEEKDAYS
from turnwise.values.words import article, headed, listed, singular

Said = Callable[[Slot], str]
"""A slot's value as it is said: a name, that album, 20 March"""


_PART = re.compile(r"(contact|\w+ contact|manager|owner|spouse) (first|given|last|family) name")
_EACH = ("price", "sale price", "selling price")
_BEFORE = ("color", "colour", "make", "brand", "model")
_THING = 2
"""the place among its like of what a row is for"""


class Clause(NamedTuple):
    """A part of what is said of a row, and where it stands."""

    place: int
    """0 before the noun, 1 its name, 2 after it, 3 within `with ...`, 4 after a comma, 5 a sentence of its own"""
    text: str
    order: int = 0


def new_row(noun: str, slots: Sequence[Slot], said: Said, *, brief: bool) -> tuple[str, str]:
    """A new row with what is known of it, as a noun phrase; and what takes a sentence of its own."""
    noun = headed(noun)
    clauses, free = _named(slots, noun, said)
    clauses, free = _with_contact(clauses, free, said)
    clauses += [clause(slot, noun, said(slot)) for slot in free]
    things = [n for n, c in enumerate(clauses) if c.order == _THING]
    for n in things[1:]:  # a repair for a flat, trade plumbing
        slot = free[n - len(clauses) + len(free)]
        name = slot.mention.name if slot.mention is not None else ""
        if name.isalpha() and name.islower():  # a plumbing repair
            clauses[n] = Clause(0, marked_value(name), -1)
        else:
            clauses[n] = Clause(4, said(slot) if slot.label in said(slot) else f"{slot.label} {said(slot)}")
    if noun.split()[-1] in ("loan", "rental", "reservation"):  # a loan of a book for a reader
        clauses = [c._replace(text=f"of {c.text.removeprefix('for ')}") if c.order == _THING else c for c in clauses]
    clauses.sort(key=lambda c: c.order)
    at = [[c.text for c in clauses if c.place == place] for place in range(5)]
    later = [slot for slot, c in zip(free, (clause(s, noun, said(s)) for s in free), strict=True) if c.place == 5]
    if at[0] and at[0][-1].split()[-1].strip("\x02\x03") == noun.split()[0]:  # a picture book, not a picture book book
        noun = " ".join(noun.split()[1:])
    phrase = " ".join(filter(None, [*at[0], noun, *at[1], *at[2]])) + (f" with {listed(at[3])}" if at[3] else "")
    phrase = re.sub("(from|in) (\x02[^\x03]*\x03) \\1 (?=\x02)", r"\1 \2, ", phrase)  # in Berlin, Germany
    if brief:
        given = ", ".join([phrase, *at[4], *(f"{called(slot.label)}: {said(slot)}" for slot in later)])
        return re.sub(r", (?:problem|fault|issue): (?=[^,]*$)", ": ", given), ""
    stated = listed([f"the {called(slot.label)} is {said(slot)}" for slot in later if not is_kind(slot.label, "texts")])
    texts = [f"{slot.label}: {said(slot)}" for slot in later if is_kind(slot.label, "texts")]
    texts = [re.sub("^(?:problem|fault|issue): ", "", text) for text in texts]  # the front light does not work
    rest = [re.sub("^\x02?.", lambda first: first[0].upper(), text) for text in (stated, *texts) if text]
    return ", ".join([phrase, *at[4]]), "".join(f"{text}. " for text in rest).strip()


def _named(slots: Sequence[Slot], noun: str, said: Said) -> tuple[list[Clause], list[Slot]]:
    """The name of a new row, of one part or of two; and the slots that are none of its name."""
    own_words = {noun, noun.split()[-1]}  # a staff role called Surveyor, whose column is `role`
    parts = [s for s in slots if s.mention is None and (is_kind(s.label, "names") or s.label in own_words)]
    parts = [s for s in parts if isinstance(s.value, str) and not is_day(s)]
    order = {"first name": 0, "given name": 0, "middle name": 1, "last name": 2, "surname": 2, "family name": 2}
    parts.sort(key=lambda slot: order.get(slot.label.removeprefix(f"{noun} "), 1))
    last = noun.split()[-1]
    called = {*order, noun, "name", "title", "full name", "company name", "display name"}
    called |= {f"{of}{kind}" for of in (noun, f"{noun} ", last, f"{last} ") for kind in ("name", "title", "")}
    if any(slot.label.removeprefix(f"{noun} ") in order for slot in parts):
        called -= {"title"}  # what somebody with a first name is
    own = [slot for slot in parts if slot.label in called or slot.label.removeprefix(f"{noun} ") in order]
    free = [slot for slot in slots if slot not in own]
    if len(own) == 1 and own[0].label.removeprefix(f"{noun} ") in order:
        return [Clause(4, f"{own[0].label} {said(own[0])}")], free
    return ([Clause(1, f"called {' '.join(said(slot) for slot in own)}")] if own else []), free


def _with_contact(clauses: list[Clause], slots: list[Slot], said: Said) -> tuple[list[Clause], list[Slot]]:
    """Somebody else's name, which has two columns, as one: with Ana Silva as the contact."""
    parts: dict[str, dict[bool, Slot]] = {}
    for slot in slots:
        if (match := _PART.fullmatch(slot.label)) is not None:
            parts.setdefault(match[1], {})[match[2] in ("first", "given")] = slot
    for who, part in parts.items():
        if len(part) == 2:
            clauses = [*clauses, Clause(3, f"{said(part[True])} {said(part[False])} as the {who}", 5)]
            slots = [slot for slot in slots if slot not in part.values()]
    return clauses, slots


def put_on(extra: Sequence[Slot], noun: str, said: Said) -> str:
    """What is said beside a thing that is put on a list: `, three of them at 9.99 each`, ` with room 4`."""
    sizes = {called(s.label): s for s in extra if isinstance(s.value, int | float)}
    many = sizes.get("quantity")
    each = next((sizes[name] for name in _EACH if name in sizes and many is not None), None)
    sized = [f"{said(many)} of them"] if many is not None else []
    sized += [f"at {said(each)} each"] if each is not None else []
    days = [clause(s, noun, said(s)).text for s in extra if is_day(s)]
    rest = [labelled(s, said(s), s.label) for s in extra if not is_day(s) and s is not many and s is not each]
    told = [text for text in (" ".join(sized), *days) if text]
    return "".join(f", {text}" for text in told) + (f" with {listed(rest)}" if rest else "")


def clause(slot: Slot, noun: str, value: str) -> Clause:
    """One value as a part of what is said of a new row."""
    label = bare_label(called(slot.label), noun) if slot.mention is None else slot.label
    if (then := re.fullmatch(r"(.+) ((?:on|at) (?:day|week|month) \d+)", label)) is not None:  # 29 lesions on day 7
        inner = clause(slot.model_copy(update={"label": then[1]}), noun, value)
        return inner._replace(text=f"{inner.text} {then[2]}")
    if slot.mention is not None:
        return _about(slot.mention, label, value)
    if is_day(slot):
        known = when(label, noun)
        if known is None:
            return Clause(4, f"{label} {value}")
        say = known["say"]
        joint = "" if say in ("due", "starting", "ending", "dated", "on") or say.endswith((" for", " by")) else " on"
        return Clause(2 if say in ("on", "made") else 4, f"on {value}" if say == "made" else f"{say}{joint} {value}", 9)
    if isinstance(slot.value, int | float):
        return _measured(label, noun, value, slot.value)
    if label in _BEFORE:  # a red Toyota Camry car
        return Clause(0, value.lower() if "colo" in label else value, _BEFORE.index(label) - len(_BEFORE))
    if label in ("city", "town", "country"):
        return Clause(2, f"{'from' if is_kind(noun, 'people') else 'in'} {value}", 8)
    if label.split()[-1] in ("city", "town", "country"):
        return Clause(3, f"{value} as the {label}")
    if is_state(slot) and re.fullmatch(r"[a-z]+", str(slot.value)):
        return Clause(0, value, -_THING - len(_BEFORE))
    if label == "language" and not is_kind(noun, "people"):
        return Clause(2, f"in {value}", 7)
    if label.split()[-1] == "category":
        return Clause(2, f"in the {value} category", 7)
    if is_choice(slot):
        return _chosen(label, noun, value, str(slot.value))
    return Clause(5 if is_kind(label, "texts", "contacts") or "," in value else 4, f"{label} {value}")


def _about(mention: Mention, label: str, who: str) -> Clause:
    """A row that a new row points at."""
    role = label
    if role.endswith(" by"):
        return Clause(4, f"{role} {who}")
    if is_kind(role, "served") and not role.startswith(("staff ", "crew ")):
        return Clause(2, f"for {who}", 3)
    if is_kind(role, "makers"):
        return Clause(2, f"by {who}", 1)
    if is_person(mention):
        return _as(role, who)
    if is_kind(mention.noun, "inside", "beside"):
        return Clause(2, f"{place_joint(mention.noun)} {who}", 4) if role == mention.noun else _as(role, who)
    if role.split()[-1] == "language":
        return Clause(2, f"in {who}", 7)
    if role in ("type", "kind", "species", "breed") and mention.name.islower():
        return Clause(4, f"{article(mention.name).split()[0]} {who}")
    if who.startswith(f"{role} "):
        return Clause(4, who)
    if role != mention.noun or is_kind(role, "choices"):
        return Clause(2, f"with {who}", 8) if who == f"the {role.split()[-1]}" else Clause(4, f"{role} {who}")
    joint = place_joint(mention.noun)
    return Clause(2, f"{joint or 'for'} {who}", 1 if joint else _THING)


def _as(role: str, who: str) -> Clause:
    if role.startswith(("pickup ", "pick up ", "collection ")):
        return Clause(2, f"for pickup at {who}", 5)
    named = who.endswith(f" {role}") or who.startswith(f"{role} ")
    return Clause(3, who if named else f"{who} as the {role}", 5)


def _measured(label: str, noun: str, value: str, size: int | float) -> Clause:
    """A number of a new row."""
    label = bare_label(label, noun)
    if label.lower() in WEEKDAYS:
        return Clause(3, f"{value} for {label}")
    if size in (0, 1) and (
        state := re.fullmatch(r"(?:is|has been) (.+)|((?:.* )?(?:\w{3,}ed|(?:un|in)?active|(?:un)?available))", label)
    ):
        return Clause(4, f"{'' if size else 'not '}{state[1] or state[2]}")
    if per := re.fullmatch(r"price (per \w+)", label):
        return Clause(4, f"at {value} {per[1]}")
    if is_money(label):
        if re.fullmatch(r"total( price| cost| amount)?|amount", label):
            return Clause(2, f"of {value}", 0)
        return Clause(3, f"{label if is_plural(label) else article(label)} of {value}")
    if label == "floor":
        return Clause(2, f"on floor {value}", 4)
    if (stock := re.fullmatch(r"(?:quantity|number|units|copies) ((?:in|on) \w+)", label)) is not None:
        return Clause(3, f"{value} {stock[1]}")
    if things := counted(label):
        things = singular(things) if size == 1 else things
        return Clause(2, f"for {value} {things}", 1) if is_kind(noun, "for_counts") else Clause(3, f"{value} {things}")
    if unit := unit_of(label):
        return Clause(3, f"{article(label[: -len(unit) - 4])} of {value} {singular(unit) if size == 1 else unit}")
    if label.endswith("year"):
        done = forms()["in_year"].get(label.removesuffix(" year"))
        return Clause(4, f"{done} in {value}" if done else f"{label} {value}")
    return Clause(3, f"{article(label)} of {value}")


def _chosen(label: str, noun: str, value: str, word: str) -> Clause:
    """One of a few words of a new row."""
    last = label.split()[-1]
    if last == "genre" or (last in ("type", "kind") and noun.split()[-1] in label):
        return Clause(0, value)
    if last == "priority":
        return Clause(4, f"{value} priority")
    if last == "preference":
        return Clause(4, f"to be contacted by {value}" if label.startswith("contact") else f"prefers {value}")
    if last == "audience":
        return Clause(2, f"for {article(word).split()[0]} {value} audience", 7)
    if last == "method":
        return Clause(4, f"in {value}" if word == "cash" else f"by {value}")
    if last in ("area", "zone", "section") and not word.endswith("ed"):
        return Clause(2, f"in the {value}", 5)
    return Clause(4, f"{label} {value}")


def fragment(slot: Slot, value: str) -> str:
    """A value given alone, in answer to a question: two seats, the balcony, 20 March."""
    if slot.mention is None and isinstance(slot.value, int | float):
        if place := re.fullmatch(r"(?:quantity|number|units) ((?:in|on) \w+)", slot.label):
            return f"{value} {place[1]}"
        things = counted(slot.label) or unit_of(slot.label)
        return f"{value} {singular(things) if slot.value == 1 else things}" if things else value
    return value


def with_unit(slot: Slot, label: str, value: str) -> tuple[str, str]:
    """A label without the unit that it names, and the value with it: the delivery time, 3 days."""
    if not (unit := unit_of(slot.label)) or timeless(slot.label) == slot.label:
        return label, value
    return timeless(label), f"{value} {singular(unit) if slot.value == 1 else unit}"


def labelled(slot: Slot, value: str, label: str) -> str:
    """A value that comes with something else: quantity 2, due 20 March."""
    if (slot.mention is not None and label in value) or label == "amount":
        return value
    return f"{label} {value}"


def told(slot: Slot, noun: str, value: str) -> str:
    """A value of a new row given alone, so that one hears which it is: due 20 March, two seats, the status is paid."""
    label = called(slot.label) if slot.mention is None else slot.label
    thing = slot.mention is not None and not is_person(slot.mention) and not place_joint(slot.mention.noun)
    if thing or label in ("name", "title") or is_kind(label, "texts"):
        return value
    if (sized := fragment(slot, value)) != value:
        return sized
    found = clause(slot, noun, value)
    if found.place == 0 and slot.label == f"{noun} type":
        return f"{article(str(slot.value)).split()[0]} {value} {noun}"  # a city bike
    if found.place in (0, 3, 5) or found.text.startswith((f"{label} ", "from ", "in \x02", "of ", "with ")):
        return f"the {label} is {value}"
    return found.text if "audience" in label else re.sub("^(?:for|at) ", "", found.text)


class Filter(NamedTuple):
    """Which rows are meant, as a clause after the noun, or as a word that they are, or that stands before it."""

    where: str
    state: str = ""
    before: str = ""


def filtered(slot: Slot, many: str, value: str, label: str) -> Filter:
    """The rows that have a value: books by X, events in the hall, which repairs are open, folk events."""
    last = slot.label.split()[-1]
    people = is_kind(many, "people")
    if slot.mention is not None:
        if is_kind(slot.label, "makers"):
            return Filter(f"by {value}")
        return Filter(f"{place_joint(slot.mention.noun) or 'for'} {value}")
    if last in ("city", "country", "state", "town", "district", "region", "branch", "nationality"):
        return Filter(f"{'from' if people else 'in'} {value}")
    if is_day(slot):
        return Filter(f"with the {label} {value}")
    if isinstance(slot.value, int | float):
        things = counted(slot.label)
        return Filter(f"with {value} {things}" if things else f"with {article(label)} of {value}")
    if last in ("status", "state"):
        return Filter(f"{'who' if people else 'that'} are {value}", state=value)
    if last in ("genre", "priority") or (last in ("type", "kind") and slot.label.split()[0] in many):
        return Filter(f"whose {label} is {value}", before=value)
    if last == "category":
        return Filter(f"in the {value} category")
    return Filter(f"whose {label} is {value}")


def what_is_booked(noun: str, row: str) -> str:
    """What a booking is of that says how many, two seats for a concert; empty where it does not."""
    of = re.match(r"booking for (?=\x02?[\w,]+\x03? (?:seat|ticket|place|room|table)s?\b)", row)
    return row[of.end() :] if of and noun == "booking" else ""


def verbs_for(noun: str) -> tuple[str, ...]:
    """The verbs with which a row of this noun is made."""
    if is_kind(noun, "for_counts"):
        return ("make",)
    if noun.split()[-1] in words_for("made"):
        return "record", "add", "enter"
    return (
        ("add", "register")
        if is_kind(noun, "people")
        else ("add", "set up")
        if noun.split()[-1] in words_for("planned")
        else ("add",)
    )
