"""The checkable atoms of a text: ids, money, numbers, dates and times, compared by value and not by spelling.

25, 25.0 and $25.00 are one value; so are 3 May 2021 and 2021-05-03, and 2:30 PM and 14:30. Knows no dialogue.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from turnwise.values.answers import normalised

Value = tuple[str | int | float, ...]
"""What an atom means, in one of few forms: its kind, then its parts."""


class Atom(NamedTuple):
    """One atom and where it stands: `text[start:end]`."""

    kind: Literal["id", "money", "number", "count", "date", "time"]
    """`count` is a number in words, up to twelve"""
    text: str
    start: int
    end: int
    value: Value
    """("id", lower-case text), ("number", size), ("date", year or 0 where none is given, month, day), ("time", minutes)"""

    @property
    def tells(self) -> tuple[Value, ...]:
        """Every value that a reader of the atom knows: of a day its year, of an id its long numbers and their last four digits."""
        if self.kind == "date":
            _, year, month, day = self.value
            return (self.value, ("day", month, day), *([("number", float(year))] if year else []))
        if self.kind == "id":
            parts = re.findall(r"(?<![^\W_])\d{4,}(?![^\W_])", self.text)
            return (self.value, *(("number", float(ending)) for part in parts for ending in (part, part[-4:])))
        return (self.value,)

    @property
    def asks(self) -> tuple[Value, ...]:
        """The values of which one has to be known for this atom to be; a year may be filled in, but not changed."""
        if self.kind != "date":
            return (self.value,)
        _, year, month, day = self.value
        return (self.value, ("date", 0, month, day)) if year else (("day", month, day),)

    def next_to(self, values: Collection[Value]) -> bool:
        """Whether it is the day before or after a day among some values; days without a year are taken as one year's."""
        if self.kind != "date":
            return False
        _, year, month, day = self.value
        middle = date(int(year) or 2000, int(month), int(day))
        beside = (middle + timedelta(days) for days in (-1, 1))
        return any(
            ("date", other.year, other.month, other.day) in values
            if year
            else ("day", other.month, other.day) in values
            for other in beside
        )

    def known(self, values: Collection[Value]) -> bool:
        """Whether it is among some values."""
        return any(value in values for value in self.asks)


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FIGURE = r"(?P<figure>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]

_ENUMERATION = re.compile(r"(?m)^[ \t]*(?:[-*+][ \t]+)?(?:\*\*)?\d{1,3}[.)](?=[\s*])")
_DATES = [
    re.compile(r"(?<!\d)(?P<year>\d{4})([-/])(?P<month>\d\d?)\2(?P<day>\d\d?)(?!\d)"),
    re.compile(r"(?<![\d/])(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})(?!\d)"),
    re.compile(rf"(?i)(?<!\w){_DAY}(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}})(?!\d))?"),
    re.compile(rf"(?i)(?<!\w){_MONTH} {_DAY}(?!\w)(?:,? (?P<year>\d{{4}})(?!\d))?"),
]
_TIME = re.compile(
    r"(?i)(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::\d\d(?:\.\d+)?)?(?!\d)(?:\s?(?P<half>[ap])\.?m\b)?"
    r"|(?<![\w:.])(?P<full>\d{1,2})\s?(?P<part>[ap])\.?m\b"
)
_ID = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
    r"|\b[A-Z]{1,6}\d*(?:-[A-Z0-9]+)*-(?=[A-Z]*\d)[A-Z0-9]+\b"
    r"|(?<![\w$€£])(?=\w*\d)(?=\w*[A-Za-z])(?!\d+[a-z]{1,3}\b)\w{2,}"
)
_NUMBERS = [
    ("money", re.compile(rf"[$€£]\s?{_FIGURE}(?!\d)|(?<![\w.]){_FIGURE.replace('figure', 'sum')}"
                         r"(?:\s?(?:dollars|euros|pounds|usd|eur|gbp)\b)", re.IGNORECASE)),
    ("number", re.compile(rf"(?<!\w)(?<!\d[.,]){_FIGURE}(?![\d_A-Z])(?!st\b|nd\b|rd\b|th\b)")),
    ("count", re.compile(rf"(?i)\b(?P<figure>{'|'.join(_WORDS)})\b")),
]  # fmt: skip


@lru_cache(maxsize=16384)
def atoms(text: str) -> tuple[Atom, ...]:
    """Every atom of a text, in order; list numbering does not count."""
    # What is found is blanked at once, so that no later pattern reads a part of it again.
    found: list[Atom] = []
    rest = _ENUMERATION.sub(lambda match: " " * len(match.group()), text)
    for part in (_dates, _times, _ids, _figures):
        new = list(part(rest))
        for atom in new:
            rest = rest[: atom.start] + "\n" * (atom.end - atom.start) + rest[atom.end :]
        found += new
    return tuple(sorted(found, key=lambda atom: atom.start))


def told(texts: Iterable[str]) -> frozenset[Value]:
    """Every value that some texts tell."""
    return frozenset(value for text in texts for atom in atoms(text) for value in atom.tells)


def states(text: str, fact: str) -> bool:
    """Whether a text states a fact: the value when the fact is nothing but one atom, its words otherwise."""
    inside = atoms(fact)
    if len(inside) == 1 and len(inside[0].text) == len(fact.strip()):
        return inside[0].known(told([text]))
    return f" {normalised(fact)} " in f" {normalised(text)} "


def _dates(text: str) -> Iterator[Atom]:
    taken: set[int] = set()
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month, day, year = match["month"], int(match["day"]), int(match["year"] or 0)
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
            number, day = (day, number) if number > 12 else (number, day)
            if taken.isdisjoint(range(*match.span())) and _is_day(year or 2000, number, day):
                taken.update(range(*match.span()))
                yield _atom("date", match, ("date", year, number, day))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:  # 31 February
        return False


def _times(text: str) -> Iterator[Atom]:
    for match in _TIME.finditer(text):
        hour, minute = int(match["hour"] or match["full"]), int(match["minute"] or 0)
        half = (match["half"] or match["part"] or "").lower()
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24:
            yield _atom("time", match, ("time", 60 * hour + minute))


def _ids(text: str) -> Iterator[Atom]:
    for match in _ID.finditer(text):
        if not re.fullmatch(r"(?i)\d+(?:st|nd|rd|th)", match.group()):
            yield _atom("id", match, ("id", match.group().lower()))


def _figures(text: str) -> Iterator[Atom]:
    taken: set[int] = set()
    for kind, pattern in _NUMBERS:
        for match in pattern.finditer(text):
            if match.start() in taken or match.end() - 1 in taken:
                continue
            taken.update(range(*match.span()))
            word = match["figure"] or match["sum"]
            size = _WORDS.index(word.lower()) + 1 if kind == "count" else float(word.replace(",", ""))
            yield _atom(kind, match, ("number", round(float(size), 2)))


def _atom(kind: str, match: re.Match[str], value: Value) -> Atom:
    return Atom(kind, match.group(), *match.span(), value)  # type: ignore[arg-type]
