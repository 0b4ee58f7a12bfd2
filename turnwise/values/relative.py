"""Days as people name them from where they stand: tomorrow, Tuesday week, the third of next month.

Knows the day that it is said on. Where a day can be meant in two ways, the likelier one comes first.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from turnwise.values import dates
from turnwise.values.numbers import ORDINALS, counts


class Named(NamedTuple):
    """A day that is named from another, and where it stands: `text[start:end]`."""

    start: int
    end: int
    readings: tuple[date, ...]
    """the likelier first"""


_WEEKDAYS = [day[:3] for day in dates.WEEKDAYS]
_WEEKDAY = r"(?P<{0}>mon|tues|wednes|thurs|fri|satur|sun)day\b"
_SHORT = r"(?:(?<=\bon )|(?<=\bby )|(?<=\bfor )|(?<=\bthis )|(?<=\bnext )|(?<=\blast ))(?P<short>mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b(?!-)|(?P<bare>tues|thurs|weds)\b"
_MANY = r"(?P<many>an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_NTH = rf"(?P<nth>\d{{1,2}}(?:st|nd|rd|th)|(?:(?:twenty|thirty)[ -])?(?:{'|'.join(ORDINALS)}))"
_AFTER_DAY = r"(?=\W*$|\W*[.,;:!?)]|\W+(?:at|in|on|by|and|or|if|for|from|please|then|to|until|works?|would|will|is|was|instead|between|around|about)\b)"
_PATTERN = re.compile(
    r"(?i)(?<![\w-])(?:"
    r"(?P<two_on>the day after tomorrow)|(?P<two_back>the day before yesterday)"
    r"|(?P<tomorrow>tomorrow)|(?P<yesterday>yesterday|last night)|(?P<today>today|tonight|this (?:morning|afternoon|evening))"
    rf"|(?:a|one) (?P<unit_on>week|fortnight) (?:on|from) {_WEEKDAY.format('week_on')}|{_WEEKDAY.format('week')} (?P<later>week|fortnight)\b"
    r"|(?P<weeks_from>a|one|two) (?P<unit_from>week|fortnight)s? (?P<from>today|tomorrow)\b"
    rf"|(?P<which>this|next|last|coming)? ?(?:coming )?{_WEEKDAY.format('day')}(?! (?:week|fortnight|nights?\b|mornings|afternoons)|s\b)|{_SHORT}"
    rf"|(?<!fill )(?<!put )(?<!enter )(?<!write )in {_MANY} (?P<unit>day|week|fortnight|month)s?(?:'s?)?(?: time)?\b(?! (?:of|or)\b)"
    rf"|{_MANY.replace('many', 'back')} (?P<unit_back>day|week|fortnight)s? (?P<way>ago|from (?:now|today))\b"
    rf"|(?:the )?{_NTH}(?: day)? of (?P<month>this|next|last) month\b"
    rf"|the {_NTH.replace('nth', 'alone')}{_AFTER_DAY}"
    r")"
)
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_IN_A_NAME = re.compile(r"(?:\b(?i:that|the same)|(?<=[\w,:;–-] )(?!I\b|OK\b)[A-Z][\w'-]+) $")
"""What stands before a day that is none from today: Rainy Sunday, that Sunday."""
_NEAR = re.compile(r"[\s,(]*(?:the )?")


def relative_days(text: str, today: date) -> Iterator[Named]:
    """The days that a text names from the day it is said on; what stands beside a date in full is part of that."""
    found = list(_PATTERN.finditer(text))
    full = [(start, end) for start, end, _ in dates.days(text)] if found else []
    for match in found:
        start, end = match.span()
        lead = len(match.group()) - len(match.group().lstrip())
        after = _NEAR.match(text, end)
        beside = after is not None and any(day[0] in (end, after.end()) for day in full)
        before = any(_NEAR.fullmatch(text, day[1], start) is not None for day in full if day[1] <= start)
        if (
            _IN_A_NAME.search(text, 0, start + lead)
            or beside
            or before
            or any(day[0] < end and start < day[1] for day in full)
        ):
            continue
        if readings := tuple(_readings(match, today)):
            yield Named(start + lead, end, readings)


@lru_cache(maxsize=4096)
def with_days(text: str, now: str, reading: int = 0) -> str:
    """A text in which each day that is named from another is followed by its date: the likeliest, or a later reading.

    Args:
        now: when it is said, "YYYY-MM-DD HH:MM:SS"; unset, the text stays as it is.
    """
    for named in reversed(list(relative_days(text, date.fromisoformat(now[:10]))) if now else []):
        day = named.readings[min(reading, len(named.readings) - 1)]
        text = f"{text[: named.end]} ({day.isoformat()}){text[named.end :]}"
    return text


def _readings(match: re.Match[str], today: date) -> Iterator[date]:
    found = match.groupdict()
    for name, offset in (("two_on", 2), ("two_back", -2), ("tomorrow", 1), ("yesterday", -1), ("today", 0)):
        if found[name]:
            yield today + timedelta(offset)
            return
    if found["week_on"] or found["week"]:
        coming = _coming(found["week_on"] or found["week"], today)
        later = coming + timedelta(_DAYS[(found["later"] or found["unit_on"]).lower()])
        yield from (later - timedelta(7), later) if (coming - today).days == 7 else (later,)
    elif found["weeks_from"]:
        start = today + timedelta(found["from"].lower() == "tomorrow")
        yield start + timedelta(_many(found["weeks_from"]) * _DAYS[found["unit_from"].lower()])
    elif weekday := found["day"] or found["short"] or found["bare"]:
        yield from _weekdays(weekday, (found["which"] or "").lower(), today)
    elif found["many"] and found["unit"].lower() == "month":
        yield from _days_of_month(today.day, _many(found["many"]), today)
    elif found["many"]:
        yield today + timedelta(_many(found["many"]) * _DAYS[found["unit"].lower()])
    elif found["back"]:
        way = -1 if found["way"].lower() == "ago" else 1
        yield today + way * timedelta(_many(found["back"]) * _DAYS[found["unit_back"].lower()])
    elif found["nth"]:
        step = {"this": 0, "next": 1, "last": -1}[found["month"].lower()]
        yield from _days_of_month(_nth(found["nth"].lower()), step, today)
    elif found["alone"]:
        yield from _nearest(_nth(found["alone"].lower()), today)


def _coming(weekday: str, today: date) -> date:
    """The next day of a name, not today."""
    ahead = (_WEEKDAYS.index(weekday[:3].lower()) - today.weekday()) % 7
    return today + timedelta(ahead or 7)


def _weekdays(weekday: str, which: str, today: date) -> Iterator[date]:
    coming, week = _coming(weekday, today), timedelta(7)
    last = coming - week if coming - week < today else coming - 2 * week
    if which == "last":
        yield last
    elif which == "next":
        yield from (coming, coming + week)
    elif which in ("this", "coming"):
        yield coming
    else:
        yield from (coming, last, today) if coming - week == today else (coming, last)


def _days_of_month(number: int, months: int, today: date) -> Iterator[date]:
    """A day of the month that is so many months ahead; none where it has no such day."""
    month = today.month - 1 + months
    with suppress(ValueError):
        yield date(today.year + month // 12, month % 12 + 1, number)


def _nearest(number: int, today: date) -> list[date]:
    """The days of a number in the months around, those to come first."""
    found = [day for months in (0, 1, -1) for day in _days_of_month(number, months, today)]
    return sorted(found, key=lambda day: (day < today, abs((day - today).days)))


def _many(word: str) -> int:
    return int(word) if word.isdigit() else 1 if word.lower() in ("a", "an") else int(next(counts(word)).size)


def _nth(word: str) -> int:
    return int(re.sub(r"\D", "", word)) if word[0].isdigit() else int(next(counts(word)).size)
