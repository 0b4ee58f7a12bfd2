"""Whether a text states a value: whether the value stands in it, and whether that is said of it as a fact.

Values are compared by kind: 25 and 25.0 are one number, 3 May 2021 and 2021-05-03 one day. Knows no goals: what a value
is an answer to, it is told by a label.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from turnwise.values.assertion import is_asserted, is_one_of_many, polar, spoken
from turnwise.values.atoms import Atom, atoms
from turnwise.values.dates import Stamp, durations, stamp
from turnwise.values.names import find_text
from turnwise.values.numbers import Number
from turnwise.values.spoken import spoken_number, spoken_times
from turnwise.values.text import MESSAGE_END
from turnwise.values.words import plural

Kind = Literal["text", "number", "date"]
Span = tuple[int, int]

_NONE = re.compile(
    r"(?i)(?:n't (?:have |see |find )?any|\b(?:none|nil|nought|not (?:have |see |find )?any|without any|nothing"
    r"|no(?= [a-z]+(?:s|ing|people|staff)?\b)(?! (?:idea|doubt|problem|need|worries|way|reason|question|longer|one|further|more|wonder)\b)))\b"
)
_SOLD_OUT = re.compile(r"(?i)\bsold out\b")
_FOR_SALE = re.compile(r"stock|available|left|tickets|seats|copies|quantity", re.I)
"""What there are none of where something is sold out."""
_PERCENT = re.compile(r"percent|per cent|%|\brate\b", re.I)
_RANK = re.compile(r"rank|position|place|floor|number|edition|volume|grade|row|level|round", re.I)
_ABOUT = re.compile(r"(?i)(?:\b(?:about|around|roughly|approximately|approx|circa|ca)\b\.?|~)\W*$")
_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_SHORT_YEAR = re.compile(r"(?<!\w)'(\d\d)\b")
_LONG = 4000  # characters of a message that is not remembered


def mentions(text: str, value: int | float | str | None, kind: Kind | None = None, *, label: str = "") -> bool:
    """Whether a value stands in a text in any usual way of writing it, whatever is said of it.

    Args:
        kind: how to compare; unless given, a text that is nothing but one number, day or the like is compared as that.
        label: what the value is of: "length in minutes" may be told in hours.
    """
    text, value = html.unescape(text), html.unescape(value) if isinstance(value, str) else value
    return next(_found(text, value, kind, label), None) is not None


def states_value(
    text: str, value: int | float | str | None, kind: Kind | None = None, *, label: str = "", of: int = 1
) -> bool:
    """Whether a text states a value: as a fact, not in a question, not denied, not as a bound or one of many candidates.

    Data that is pasted as JSON states nothing: it is up to the reader what of it is meant.

    Args:
        text: one message, or several with `MESSAGE_END` between them, each of which is read by itself.
        kind: as for `mentions`.
        label: what the value is of.
        of: how many values of its kind were asked for; a list of them is a list of candidates where it is one.
    """
    value = html.unescape(value) if isinstance(value, str) else value
    return any(
        (_states_as_before if len(message) < _LONG else _states)(message, value, kind, label, of)
        for message in text.split(MESSAGE_END)
    )


def _states(text: str, value: int | float | str | None, kind: Kind | None, label: str, of: int) -> bool:
    text = spoken(html.unescape(text))
    if isinstance(value, str) and value.strip().lower() in ("yes", "no") and (said := polar(text, label)) is not None:
        return said == (value.strip().lower() == "yes")
    return any(
        is_asserted(text, span, label, several=of > 1) and not is_one_of_many(text, span, of)
        for span in _found(text, value, kind, label)
    )


# Progress asks for the same of all earlier messages after each turn, and each scorer does so again.
_states_as_before = lru_cache(maxsize=4096, typed=True)(_states)


def _found(text: str, value: int | float | str | None, kind: Kind | None, label: str) -> Iterator[Span]:
    if isinstance(value, int | float) and kind != "text":
        return _numbers(text, value, label)
    written = str(value)
    when = stamp(written) if kind in ("date", None) else None
    if when is not None:
        return _days(text, when)
    whole = next((atom for atom in atoms(written) if len(atom.text) == len(written.strip())), None)
    if whole is not None and whole.kind == "time":
        return iter(_times(text, int(whole.value[1])))
    if whole is not None and (kind is None or whole.kind in ("date", "money")):
        named = [atom for atom in atoms(text) if atom.kind != "ordinal" or whole.kind == "ordinal"]
        found = [(atom.start, atom.end) for atom in named if atom.known(whole.discloses)]
        spoken_as = spoken_number(_plain(whole.number)) if whole.number is not None else None
        return iter(found + [match.span() for match in (spoken_as.finditer(text) if spoken_as else ())])
    if label and re.fullmatch(r"[a-z]{4,}(?<!s)", written):  # it is for adults: the audience is adult
        return iter([*find_text(text, written), *find_text(text, plural(written))])
    return find_text(text, written)


def _plain(number: Number) -> int | float:
    """A number as it is compared: whole where it was written so."""
    return number.size if number.step < 1 else int(number.size)


def _numbers(text: str, value: int | float, label: str) -> Iterator[Span]:
    unit = next((seconds for name, seconds in _UNITS.items() if name in label and "milli" not in label), None)
    timed = bytearray(len(text))
    for start, end, seconds in durations(text) if unit else ():
        timed[start:end] = b"\1" * (end - start)
        if unit and abs(seconds / unit - value) < 1e-6:
            yield start, end
    for atom in atoms(text):
        if timed[atom.start]:
            continue  # 95 hours are no 95 minutes
        if unit and atom.kind == "time" and value == atom.value[1] and unit == _UNITS["minute"]:
            yield atom.start, atom.end  # 1:35 of a length
        elif _is_number(text, atom, value, label):
            yield atom.start, atom.end
    if (spoken_as := spoken_number(value)) is not None and (isinstance(value, float) or "year" in label):
        yield from (match.span() for match in spoken_as.finditer(text))
    if value == 0:
        yield from (match.span() for match in _NONE.finditer(text))
    if value == 0 and _FOR_SALE.search(label):
        yield from (match.span() for match in _SOLD_OUT.finditer(text))
    if "year" in label:
        yield from (match.span() for match in _SHORT_YEAR.finditer(text) if int(match[1]) == value % 100)


def _is_number(text: str, atom: Atom, value: int | float, label: str) -> bool:
    if atom.kind == "date":  # the year of 3 May 2021 is told with it
        return any(reading[1] == value for reading in atom.readings)
    number = atom.number
    if number is None or number.sign * value < 0:
        return False
    if atom.kind == "ordinal" and not (
        _RANK.search(label) or text.strip() == atom.text
    ):  # the 3rd of May, the first to ask
        return False
    if "year" in label and "," in atom.text:  # 2,016 people
        return False
    size = number.size / 100 if number.percent else number.size
    step = number.step / 100 if number.percent else number.step
    if number.percent and _PERCENT.search(label) and abs(number.size - abs(value)) < 1e-9:
        return True
    # Rounded, but not beyond two decimals, one of a percentage or after "about", or two after a scale: 3.67 for 3.6667.
    decimals = len(found[1]) if (found := re.search(r"(?:\.|,(?!\d{3}))(\d+)(?!.*\d)", atom.text)) else 0
    rough = number.percent or _ABOUT.search(text, max(0, atom.start - 20), atom.start) is not None
    rounds = decimals >= (1 if rough else 2) and (step > 1 or (step < 1 and isinstance(value, float)))
    fraction = atom.kind == "count" and step < 1 and isinstance(value, float)
    return abs(size - abs(value)) <= (step / 2 if rounds else 0.004 if fraction else 0) + 1e-9


def _days(text: str, when: Stamp) -> Iterator[Span]:
    named = [atom for atom in atoms(text) if atom.kind == "date"]
    found = [atom for atom in named if ("date", *when[:3]) in atom.readings or ("date", 0, *when[1:3]) in atom.readings]
    if when.minutes is None:
        yield from ((atom.start, atom.end) for atom in found)
        return
    for start, end in _times(text, when.minutes):
        nearest = min(named, key=lambda atom: min(abs(start - atom.end), abs(atom.start - end)), default=None)
        if nearest in found and nearest is not None:
            yield min(nearest.start, start), max(nearest.end, end)


def _times(text: str, minutes: int) -> list[Span]:
    found = [(atom.start, atom.end) for atom in atoms(text) if atom.value == ("time", minutes)]
    return found + [match.span() for match in spoken_times(minutes).finditer(text)]
