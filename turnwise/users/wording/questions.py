"""What is asked of a row, as a question of its type: who, when, how much, how many, how long; else what the label is."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from turnwise.goals.model import Answer, Mention
from turnwise.users.wording.forms import forms
from turnwise.users.wording.kinds import (
    bare_label,
    called,
    counted,
    is_kind,
    is_money,
    is_person,
    is_plural,
    label_joint,
    quantity,
    unit_of,
    when,
    words_for,
)
from turnwise.values.dates import WEEKDAYS
from turnwise.values.words import by_make, singular


class Question(NamedTuple):
    """A question in direct and in indirect speech, without its mark; and without a verb, as a brief person writes it."""

    direct: str
    indirect: str


def about(
    label: str, subject: Mention, answer: Answer | None, who: str, whose: str, joint: str, *, person: bool = False
) -> Question | None:
    """The question for one label of a subject that is spoken of as `who`; None where it has to be called by its label.

    Args:
        joint: of, for or on, between a label and the subject.
        person: whether the answer is known to be someone.
    """
    me, noun = subject.me, subject.noun
    whose = "" if subject.numbered and whose == "its" else whose  # who's the tenant on it
    number = answer is not None and answer.kind == "number"
    known = when(called(label), noun) if answer is None or answer.kind == "date" else None
    if known is not None:
        return _when(known, who, me)
    label = bare_label(called(label), noun)
    if noun.startswith(f"{label} "):  # the invoice that an invoice line is on
        who = who.replace(noun, noun.removeprefix(f"{label} "))
    if label in ("method", "payment method") and subject.numbered:
        return Question(f"how was {who} paid", f"how {who} was paid")
    if number and re.fullmatch(r"(?:quantity|number|units) (in|on) \w+", label):
        place = re.sub(r"^\w+ ", "", label)
        if who == "it":
            return Question(f"how many of those do we have {place}", f"how many of those we have {place}")
        return Question(f"how many of {who} do we have {place}", f"how many of {who} we have {place}")
    if number and unit_of(label) == "days" and label.startswith("delivery") and not me:
        return Question(f"how long does {who} take to deliver", f"how long {who} takes to deliver")
    if label == "condition" and not me:
        return Question(f"what {label} is {who} in", f"what {label} {who} is in")
    if label == "contact preference" and not me:
        return Question(f"how does {who} want to be contacted", f"how {who} wants to be contacted")
    if label in ("problem", "fault", "issue") and subject.numbered:  # what is wrong with the bike, not with the order
        on = "" if who == "it" else f" on {who}"
        return Question(f"what was the {label}{on}", f"what the {label}{on} was")
    if label in ("problem", "fault", "issue") and not me:
        return Question(f"what's the {label} with {who}", f"what the {label} with {who} is")
    if label in ("audience", "age group") and not is_person(subject):
        return Question(f"who is {who} meant for", f"who {who} is meant for")
    if label in ("genre", "colour", "color", "size", "breed") and not subject.numbered and not me:
        return Question(f"what {label} is {who}", f"what {label} {who} is")
    if label.endswith(" type") and not subject.numbered and not is_person(subject):
        return Question(f"what {label} is {who}", f"what {label} {who} is")
    if re.fullmatch(rf"({noun} )?(type|kind)", label) and not subject.numbered and not me:
        return Question(f"what {label.split()[-1]} of {noun} is {who}", f"what {label.split()[-1]} of {noun} {who} is")
    if "'s " in label:
        return _through(label, subject, who, whose, person)
    if re.fullmatch(r"\w+(ed|en|de) by", label):  # recommended by
        of = "I" if me else who
        return Question(f"who was {of} {label}", f"who {of} was {label}")
    if number and label in ("price", "cost") and not subject.numbered and not is_person(subject):
        return Question(f"how much {_is(me)} {who}", f"how much {who} {_is(me)}")
    if number and label in ("amount", "total") and subject.numbered:
        return Question(f"how much {_is(me)} {who}", f"how much {who} {_is(me)}")
    if number and (per := re.fullmatch(r"price (per \w+)", label)):
        return Question(f"how much {_is(me)} {who} {per[1]}", f"how much {who} {_is(me)} {per[1]}")
    if number and label == "cost":
        return Question(f"how much did {who} cost", f"how much {who} cost")
    if number and is_money(label):
        what = f"{whose} {label}" if whose else f"the {label} {joint} {who}"
        how = "how much" if {"fee", "rent", "deposit", "fare"} & {*label.split()} else "what"
        be = "are" if is_plural(label) else "is"
        return Question(f"{how} {be} {what}".replace("what is", "what's"), f"{how} {what} {be}")
    if label.lower() in WEEKDAYS and subject.numbered:  # of a timesheet, which has a column for each day
        return Question(f"what's down for {label} on {who}", f"what's down for {label} on {who}")
    if number and (things := counted(label)) and not label.endswith("owned"):
        return Question(f"how many {things} {_does(me)} {who} have", f"how many {things} {who} {_has(me)}")
    unit = unit_of(label)
    if number and unit and label.split()[0] in ("duration", "length"):
        return Question(f"how long {_is(me)} {who}", f"how long {who} {_is(me)}")
    if label in ("city", "town", "country", "state", "region", "district", "category") and not subject.numbered:
        if subject.person:
            return Question(
                f"what {label} {_does(me)} {who} live in", f"what {label} {who} {'live' if me else 'lives'} in"
            )
        return Question(f"what {label} {_is(me)} {who} in", f"what {label} {who} {_is(me)} in")
    if (
        (at := _where(label, subject))
        and not me
        and (not number or is_kind(label, "wholes", "made", "for_counts") or by_make(label))
    ):
        return Question(f"what {label} {_is(me)} {who} {at}", f"what {label} {who} {_is(me)} {at}")
    if not number and whose in ("their", "her", "his") and (person or is_kind(label, "people")):
        return Question(f"who's {whose} {label}", f"who {whose} {label} is")
    if not number and (person or is_kind(label, "people")):
        return _who(label, subject, who, whose, joint)
    if is_kind(label, "inside", "beside") and not me and not is_person(subject):
        at = "in" if is_kind(label, "inside") else "at"
        return Question(f"which {label} is {who} {at}", f"which {label} {who} is {at}")
    if whose and is_kind(label, "inside", "beside"):
        return Question(f"what's {whose} {label}", f"what {whose} {label} is")
    return None


def both(labels: Sequence[str], answers: Mapping[str, Answer], subject: Mention, who: str, whose: str) -> str:
    """Two questions of one subject, where either has a form of its own: how many are in stock? And how much is it?"""
    asked, typed = [], False
    for label, spoken, of in zip(labels, (who, "it"), (whose, "" if subject.numbered else "its"), strict=True):
        joint = label_joint([label], not subject.numbered, ())
        question = about(label, subject, answers.get(label), spoken, of, joint)
        name = quantity(called(label))
        typed = typed or question is not None
        what = f"{of} {name}" if of else f"the {name}" if spoken == "it" else f"the {name} {joint} {spoken}"
        asked.append(question.direct if question else f"what's {what}")
    return "? And ".join(asked) if typed else ""


def _where(label: str, subject: Mention) -> str:
    """What joins a thing with another that it belongs to: on an album, in a hall, a loan for a book; empty for what it has."""
    if by_make(subject.noun) or is_kind(label, "used"):  # a car has its transmission
        return ""
    several = len(label.split()) > 1 and not is_kind(label, "made", "for_counts")
    if several or is_kind(label, "people", "money", "choices", "names", "contacts", "texts"):
        return ""
    of_its_own = is_kind(label, "inside", "beside", "wholes") and not is_person(subject)
    joint = {"wholes": "on", "inside": "in", "beside": "at"}
    found = next((word for kind, word in joint.items() if is_kind(label, kind)), "for")
    return found if of_its_own or (subject.numbered and found == "for" and label not in words_for("attributes")) else ""


def _when(known: Mapping[str, str], who: str, me: bool) -> Question:
    auxiliary, _, rest = known["ask"].partition(" ")
    rest = f" {rest}" if rest else ""
    if auxiliary == "does":
        return Question(f"when {_does(me)} {who}{rest}", f"when {who}{rest}{'' if me else 's'}")
    if auxiliary == "did":
        return Question(f"when did {who}{rest}", f"when {who} {known['past']}")
    auxiliary = _is(me) if auxiliary == "is" else auxiliary
    return Question(f"when {auxiliary} {who}{rest}", f"when {who} {auxiliary}{rest}")


def _who(label: str, subject: Mention, who: str, whose: str, joint: str) -> Question | None:
    if is_kind(label, "served") and not is_person(subject) and not subject.numbered:
        return Question(f"who does {who} belong to", f"who {who} belongs to")
    if is_kind(label, "served") and subject.numbered and subject.noun.split()[-1][:4] != label[:4]:
        return Question(f"who's {who} for", f"who {who} is for")
    verb: str | None = forms()["roles"].get(label)
    if verb is not None and not subject.numbered and not is_person(subject):
        return Question(f"who {verb} {who}", f"who {verb} {who}")
    if whose:
        return Question(f"who's {whose} {label}", f"who {whose} {label} is")
    return Question(f"who's the {label} {joint} {who}", f"who the {label} {joint} {who} is")


def _through(label: str, subject: Mention, who: str, whose: str, person: bool) -> Question:
    """A fact of what the subject points at: who is the artist of the album that a track is from."""
    near, _, far = label.partition("'s ")
    way = f"{whose} {near}" if whose else f"the {near} {'on' if subject.numbered else 'of'} {who}"
    if person or is_kind(far, "people"):
        if subject.numbered and is_kind(far, "served") and not is_kind(near, "people", "inside", "beside"):
            joint = "on" if is_kind(near, "wholes") else "for"
            if who == "it":
                return Question(f"whose {near} is it", f"whose {near} it is")
            return Question(f"whose {near} is {who} {joint}", f"whose {near} {who} is {joint}")
        return Question(f"who's the {far} of {way}", f"who the {far} of {way} is")
    told = is_kind(far, "attributes", "money", "choices", "contacts", "texts", "names")
    if subject.numbered and not told and not is_kind(near, "people"):
        return Question(f"which {far} is {who} for", f"which {far} {who} is for")
    if is_kind(near, "people", "inside", "beside"):
        return Question(f"what's the {far} of {way}", f"what the {far} of {way} is")
    return Question(f"what {far} is {way} {_fits(far, near)}", f"what {far} {way} is {_fits(far, near)}")


def _fits(far: str, near: str) -> str:
    return "in" if is_kind(far, "inside") else "at" if is_kind(far, "beside") else "for"


def total(measure: str, many: str, rows: str, payer: str, me: bool) -> Question:
    """A figure over some rows: how much they come to. `payer` is the person whose rows they are, where it is one."""
    bare = measure.removeprefix("total ")
    if payer and singular(many).split()[-1] == "payment" and is_money(bare):
        return Question(f"how much {_has(me)} {payer} paid in total", f"how much {payer} {_has(me)} paid in total")
    if is_money(bare):
        return Question(f"how much do {rows} come to in total", f"how much {rows} come to in total")
    if bare.split()[0] in ("duration", "length") and unit_of(bare):
        return Question(f"how long are {rows} altogether", f"how long {rows} are altogether")
    if things := counted(bare):
        return Question(f"how many {things} do {rows} have in total", f"how many {things} {rows} have in total")
    return Question(f"what do {rows} add up to in {bare}", f"what {rows} add up to in {bare}")


def superlative(said: str, one: str) -> str:
    """What the row at the end of a scale does: `is the longest`, `has the most pages`, `was hired last`."""
    match = re.fullmatch(r"with the (highest|lowest|latest|earliest) (.+)", said)
    if match is None:
        return f"is the {said}"
    end, label = match.groups()
    if (match := re.fullmatch(r"last (\w+ed)(?: date| on| at)?", label)) and end in ("latest", "earliest"):
        return f"was {match[1]} {'most recently' if end == 'latest' else 'longest ago'}"
    if (year := re.fullmatch(r"(\w+) year", label)) is not None:
        verb = forms()["years"].get(year[1])
        at = 0 if end in ("lowest", "earliest") else 1
        return verb[at] if verb else f"has the {('earliest', 'latest')[at]} {label}"
    known = when(label, one) if end in ("latest", "earliest") else None
    if known is not None and known["ask"] in ("is", "was"):
        return f"is the {end}"
    if known is not None and " " in known["ask"]:
        auxiliary, _, rest = known["ask"].partition(" ")
        if rest.startswith("last "):
            return f"was {rest[5:]} last" if end == "latest" else f"has the earliest {label}"
        if rest == "start":
            return f"is the {end}"
        place, rest = "last" if end == "latest" else "first", rest.removesuffix(" for")
        verb = {"does": f"{rest}s", "did": known.get("past", rest)}.get(auxiliary, f"{auxiliary} {rest}")
        return f"{verb} {place}"
    if re.fullmatch(r"square (?:metres|meters|feet)|(?:floor )?area|size", label):
        return "is the largest" if end == "highest" else "is the smallest"
    if (stock := re.fullmatch(r"(?:quantity|number|units) ((?:in|on) \w+)", label)) is not None:
        return f"has the {'most' if end == 'highest' else 'least'} {stock[1]}"
    if (unit := unit_of(label)) in ("days", "weeks", "hours", "minutes", "seconds"):
        return f"has the {'longest' if end == 'highest' else 'shortest'} {label.removesuffix(f' in {unit}')}"
    if (things := counted(label)) and not unit:
        return f"has the {'most' if end == 'highest' else 'fewest'} {things}"
    return f"has the {end} {label}"


def _is(me: bool) -> str:
    return "am" if me else "is"


def _does(me: bool) -> str:
    return "do" if me else "does"


def _has(me: bool) -> str:
    return "have" if me else "has"
