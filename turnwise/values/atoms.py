"""The checkable values in a text: ids, money, numbers, days and times, compared by value and not by spelling.

25, 25.0 and $25.00 are one value; so are 3 May 2021 and 2021-05-03, and 2:30 PM and 14:30. A text is read once, in
time linear in its length. Knows no dialogue.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from turnwise.values import dates, numbers
from turnwise.values.text import ascii_signs, unescaped

Value = tuple[str | int | float, ...]
"""What an atom means, in one of few forms: its kind, then its parts."""


class Atom(NamedTuple):
    """One value and where it stands: `text[start:end]`."""

    kind: Literal["id", "money", "number", "count", "ordinal", "date", "time"]
    """`count` is a number in words, `ordinal` one such as 25th"""
    text: str
    start: int
    end: int
    readings: tuple[Value, ...]
    """("id", lower-case text), ("number", size without sign), ("date", year or 0 where none is given, month, day),
    ("time", minutes); two where 5/3/2021 may be either day"""
    number: numbers.Number | None = None
    """of a number: sign, precision, percent"""

    @property
    def value(self) -> Value:
        """Its first reading."""
        return self.readings[0]

    @property
    def checkable(self) -> bool:
        """Whether it is definite enough to be held against what is known: "two" and "25th" say too little."""
        return self.kind not in ("count", "ordinal")

    @property
    def discloses(self) -> tuple[Value, ...]:
        """Every value that a reader of the atom knows: of a day its year, of an id its long numbers and their last four digits."""
        if self.kind == "date":
            years = {("number", float(reading[1])) for reading in self.readings if reading[1]}
            return (*self.readings, *(("day", *reading[2:]) for reading in self.readings), *years)
        if self.kind == "id":
            parts = re.findall(r"(?<![^\W_])\d{4,}(?![^\W_])", self.text)
            return (*self.readings, *(("number", float(ending)) for part in parts for ending in (part, part[-4:])))
        return self.readings

    @property
    def asks(self) -> tuple[Value, ...]:
        """The values of which one has to be known for this atom to be; a year may be filled in, but not changed."""
        if self.kind != "date":
            return self.readings
        years = [(reading, ("date", 0, *reading[2:])) for reading in self.readings if reading[1]]
        return tuple(v for pair in years for v in pair) or tuple(("day", *reading[2:]) for reading in self.readings)

    def some_days_from(self, values: Collection[Value], spans: Collection[int]) -> bool:
        """Whether it is a day by so many days before or after one among some values; without a year, of one year."""
        if self.kind != "date":
            return False
        _, year, month, day = self.value
        middle = date(int(year) or 2000, int(month), int(day))
        others = [middle + timedelta(days) for span in spans for days in (-span, span)]
        if year:
            return any(("date", other.year, other.month, other.day) in values for other in others)
        return any(("day", other.month, other.day) in values for other in others)

    def known(self, values: Collection[Value]) -> bool:
        """Whether it is among some values."""
        return any(value in values for value in self.asks)


_ENUMERATION = re.compile(r"(?m)^[ \t]*(?:[-*+][ \t]+)?(?:\*\*)?\d{1,3}[.)](?=[ \t*]+\S)")
_ID = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
    r"|\b[A-Z]{1,6}\d*(?:-[A-Z0-9]+)*-(?=[A-Z]*\d)[A-Z0-9]+\b"
    r"|(?<![\w$€£])(?!\d+(?:[a-z]{1,3}|[M%])?\b)(?=\w*\d)(?=\w*[A-Za-z])\w{2,}(?:(?<=[A-Z]\d\d)\.\d{1,4}(?!\w|\.\d))?"
)
_PHONE = re.compile(
    r"(?<![\w+])(?:\+\d{1,3}(?:[ -]?\(?\d{1,9}\)?){1,5}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|0\d{2,4} \d{3,4} \d{3,4}|0\d{4} \d{6})(?![\w-]|\.\d)"
)
_OWN_DIGITS = 9
"""of a telephone number, whatever stands before them for the country"""


@lru_cache(maxsize=16384)
def atoms(text: str) -> tuple[Atom, ...]:
    """Every atom of a text, in order; list numbering does not count."""
    # What is found is blanked, so that no later reader reads a part of it again.
    rest = _ENUMERATION.sub(lambda match: " " * len(match.group()), ascii_signs(unescaped(text)))
    found: list[Atom] = []
    for reader in _READERS:
        new = sorted(reader(rest), key=lambda atom: atom.start)
        pieces, at = [], 0
        for atom in new:
            pieces += [rest[at : atom.start], "\n" * (atom.end - atom.start)]
            at = atom.end
        rest = "".join([*pieces, rest[at:]])
        found += new
    found.sort(key=lambda atom: atom.start)
    return tuple(atom._replace(text=text[atom.start : atom.end]) for atom in found)


def disclosed(texts: Iterable[str]) -> frozenset[Value]:
    """Every value that some texts disclose."""
    return frozenset().union(*map(_disclosed, texts))


@lru_cache(maxsize=16384)
def _disclosed(text: str) -> frozenset[Value]:
    return frozenset(value for atom in atoms(text) for value in atom.discloses)


def days(text: str) -> tuple[date, ...]:
    """Every day that a text names with its year, in order."""
    values = (value for atom in atoms(text) if atom.kind == "date" for value in atom.readings)
    return tuple(date(int(year), int(month), int(day)) for _, year, month, day in values if year)


@lru_cache(maxsize=16384)
def spans_of_days(text: str) -> frozenset[int]:
    """By how many days a text says that something is earlier or later, or lasts: 7 for a week, 1 for the next day."""
    return frozenset(dates.spans(text))


def _dates(text: str) -> Iterator[Atom]:
    for start, end, readings in dates.days(text):
        yield Atom("date", text[start:end], start, end, tuple(("date", *reading) for reading in readings))


def _times(text: str) -> Iterator[Atom]:
    for start, end, minutes in dates.times(text):
        yield Atom("time", text[start:end], start, end, (("time", minutes),))


def _phones(text: str) -> Iterator[Atom]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) >= 7:
            own = digits[-_OWN_DIGITS:]
            readings = (("id", own), ("number", float(own)), ("number", float(digits)))
            yield Atom("id", match.group(), *match.span(), readings)


def _ids(text: str) -> Iterator[Atom]:
    for match in _ID.finditer(text):
        yield Atom("id", match.group(), *match.span(), (("id", match.group().lower()),))


def _numbers(reader: Callable[[str], Iterator[numbers.Number]]) -> Callable[[str], Iterator[Atom]]:
    def read(text: str) -> Iterator[Atom]:
        for number in reader(text):
            value = ("number", round(number.size, 2))
            start, end = number.start, number.end
            yield Atom(number.kind, text[start:end], start, end, (value,), number)  # type: ignore[arg-type]

    return read


_READERS = (
    _dates, _times, _phones, _numbers(numbers.amounts), _numbers(numbers.scaled), _ids, _numbers(numbers.figures),
    _numbers(numbers.counts),
)  # fmt: skip
