"""Values as people write them: days, times, money, counts. Each is read back as the same value by `turnwise.values`."""

import random
import re
from datetime import date, datetime
from typing import NamedTuple

from turnwise.goals.model import Value
from turnwise.users.style import plain
from turnwise.users.wording.kinds import counted, is_kind, is_money, unit_of
from turnwise.values.dates import WEEKDAYS, Stamp, stamp
from turnwise.values.numbers import UNIT_WORDS

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LARGE = 10_000
"""from here on thousands are set apart"""


class Habits(NamedTuple):
    """How one person writes days, times and money."""

    day: int
    clock: int
    loose: bool
    """leaves out what goes without saying: cents that are none, the year there is"""
    now: datetime | None = None


def habits(rng: random.Random, brevity: float, now: datetime | None = None) -> Habits:
    """The habits of one person."""
    return Habits(rng.randrange(6), rng.randrange(2), rng.random() < 0.3 + 0.5 * brevity, now)


def spoken(value: Value, label: str, habits: Habits) -> str:
    """A value as this person writes it."""
    if isinstance(value, str):
        moment = stamp(value)
        if moment is not None:
            return day(moment, habits)
        if value.isupper() and value.isalpha() and len(value) > 3 and is_kind(label, "choices"):
            return value.lower()  # a gender, and no code
        named = re.fullmatch(r"[^\W\d]+", value) and value.islower() and not is_kind(label, "contacts", "names")
        return value.replace("_", " ") if named else value
    if not isinstance(value, int | float) or isinstance(value, bool):
        return plain(value)
    if is_money(label):
        return money(value, habits)
    if isinstance(value, int) and not is_kind(label, "contacts", "names") and "year" not in label:
        if 0 < value <= 10 and (counted(label) or unit_of(label)) and habits.day % 2:
            return UNIT_WORDS[value]
        return f"{value:,}" if value >= _LARGE and habits.loose else str(value)
    return plain(value) if isinstance(value, int) else f"{value:.10g}" if abs(value) < _LARGE else plain(value)


def money(value: int | float, habits: Habits) -> str:
    """An amount of money: 12.50, 20, 1,250, £12.50."""
    whole = float(value).is_integer()
    cents = 0 if whole and (habits.loose or isinstance(value, int) or value >= _LARGE) else 2
    if round(value, 2) != value:
        return plain(value)
    return f"{value:,.{cents}f}" if habits.clock or value >= _LARGE else f"{value:.{cents}f}"


def day(when: Stamp, habits: Habits) -> str:
    """A day, and the time where there is one: 20 March 2026, March 20th at 7:30 pm."""
    month, short = _MONTHS[when.month - 1], _MONTHS[when.month - 1][:3]
    now = habits.now
    year = "" if now is not None and habits.loose and when.year == now.year else f" {when.year}"
    after = f",{year}" if year else ""
    ordinal = f"{when.day}{_ending(when.day)}"
    figures = f"{when.day}/{when.month}/{when.year}"
    written = (
        f"{when.day} {month}{year}",
        f"{month} {when.day}{after}",
        f"{month} {ordinal}{after}",
        f"the {ordinal} of {month}{year}",
        f"{when.day} {short}{year}",
        figures if when.day > 12 else f"{ordinal} {month}{year}",
    )[habits.day]
    if now is not None and habits.day in (0, 1, 2, 4):
        ahead = (date(when.year, when.month, when.day) - now.date()).days
        written = f"{WEEKDAYS[(now.weekday() + ahead) % 7].capitalize()} {written}" if 0 <= ahead < 7 else written
    return written if when.minutes is None else f"{written} at {clock(when.minutes, habits)}"


def spoken_apart(value: Value, other: Value, label: str, habits: Habits) -> tuple[str, str]:
    """Two values of one label as one sets them apart: of two days in one month, the first as a day and a month, the other by its number."""
    one, two = (stamp(given) if isinstance(given, str) else None for given in (value, other))
    if one is not None and two is not None and one.day != two.day and (one.year, one.month) == (two.year, two.month):
        return f"the {one.day}{_ending(one.day)} of {_MONTHS[one.month - 1]}", f"the {two.day}{_ending(two.day)}"
    undated = habits._replace(loose=True)
    return spoken(value, label, undated), spoken(other, label, undated)


def clock(minutes: int, habits: Habits) -> str:
    """A time of day: 7:30 pm, 19:30."""
    hour, minute = divmod(minutes, 60)
    if habits.clock:
        return f"{hour:02}:{minute:02}"
    half = "pm" if hour >= 12 else "am"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {half}"


def _ending(number: int) -> str:
    return "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
