"""Dates and times as a database writes them: read, moved, and written in the same form. Knows no columns."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

_FORM = re.compile(
    r"(?P<day>\d{4}(?P<mark>[-/])\d{1,2}(?P=mark)\d{1,2})(?P<rest>[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")


class Moment(NamedTuple):
    """A date, or a date with a time, and how it was written."""

    at: datetime
    mark: str
    rest: str
    """what follows the day: the time of day with all that belongs to it, or nothing"""
    padded: bool

    @property
    def timed(self) -> bool:
        return bool(self.rest)

    @property
    def real(self) -> bool:
        """Whether it is a day that anyone means, and not one that stands for never."""
        return 1000 <= self.at.year <= 9000

    @property
    def standard(self) -> bool:
        """Whether it is written as ISO 8601 has it, in universal time where it has a zone."""
        return self.mark == "-" and self.padded and not re.search(r"[+-]", self.rest)

    def moved(self, days: int) -> str | None:
        """The same time of day some days later, written in the same way; None where no calendar has that day."""
        try:
            return self.on(self.at + timedelta(days=days))
        except OverflowError:
            return None

    def on(self, day: datetime) -> str:
        """The same time of day on another day, written in the same way."""
        month, number = (f"{day:%m}", f"{day:%d}") if self.padded else (str(day.month), str(day.day))
        return f"{day.year:04}{self.mark}{month}{self.mark}{number}{self.rest}"


def read_moment(value: object) -> Moment | None:
    """The moment that a text is, day first by year; None where it is none."""
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, mark, rest = found["day"], found["mark"], found["rest"] or ""
    try:
        at = datetime(*map(int, day.split(mark)))  # type: ignore[arg-type]
        if clock := _CLOCK.search(rest):
            at = at.replace(hour=int(clock[1]), minute=int(clock[2]))
    except ValueError:
        return None
    return Moment(at, mark, rest, len(day) == len("2026-01-01"))
