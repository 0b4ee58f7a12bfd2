"""Days, times of day and durations as people write them. Knows no time zones and no "next Tuesday"."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from turnwise.values.numbers import ORDINALS, counts
from turnwise.values.text import LANGUAGE


class Day(NamedTuple):
    """A day and where it stands: `text[start:end]`."""

    start: int
    end: int
    readings: tuple[tuple[int, int, int], ...]
    """year (0 where none is given), month, day; two where 5/3 may be either"""


class Time(NamedTuple):
    """A time of day and where it stands."""

    start: int
    end: int
    minutes: int
    """since midnight"""


class Stamp(NamedTuple):
    """A stored value of a date or a date and time."""

    year: int
    month: int
    day: int
    minutes: int | None
    """since midnight; None where it is midnight, which is how databases store a mere day"""


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = {name: number for number, names in enumerate(LANGUAGE["months"], 1) for name in names.split()}
"""name of a month, in small letters -> its number"""
_DAY_OF = {word: number for word, number in ORDINALS.items() if number <= 30} | {"thirty-first": 31}
_DAY_OF |= {f"twenty-{word}": 20 + number for word, number in ORDINALS.items() if number < 10}

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th|\.|er)?|{'|'.join(sorted(_DAY_OF, key=len, reverse=True))})"
_YEAR = r"(?:,? (?:of |de |del )?(?P<year>\d{4})(?!\d|[.,]\d)|,? '(?P<short>\d\d)\b)?"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?=[Tt]\d\d|(?![\d-]))",
        r"(?<!\d)(?P<year>\d{4})年(?P<month>\d\d?)月(?P<day>\d\d?)日",
        r"(?<![\d/])(?P<month>\d\d?)(?P<slash>[/-])(?P<day>\d\d?)(?P=slash)(?:(?P<year>\d{4})|(?P<short>\d\d))(?![\d/-])",
        r"(?<![\d.])(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})(?!\d)",
        r"(?<!\w)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\w|[.,]\d)",
        rf"(?<!\w)(?P<day>\d\d?)-{_MONTH}-(?:(?P<year>\d{{4}})|(?P<short>\d\d))(?!\w)",
        rf"(?<!\w)(?P<year>\d{{4}}), {_MONTH} {_DAY}(?!\w)",
        rf"(?<!\w){_DAY}(?: of| de)? {_MONTH}(?!(?<=\. may) (?:i|we)\b){_YEAR}",
        rf"(?<!\w){_MONTH} (?:the )?{_DAY}(?!\w){_YEAR}",
    )
)
_UNTIL = re.compile(r"\s?-\s?(?P<day>\d\d?)(?:st|nd|rd|th)?(?![\w:/-]|[.,]\d)")
"""What follows a day in a stretch of days of one month: May 10-12."""
_UNTIL_TIME = re.compile(r"(?i)\s?(?:-|to)\s?(?P<hour>\d{1,2})(?::\d\d)?\s?(?P<half>[ap])\.?m\b")
_TIME = re.compile(
    r"(?i)(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::\d\d(?:\.\d+)?)?(?!\d)(?:\s?(?P<half>[ap])\.?m\b)?"
    r"|(?<![\w:.])(?P<full>\d{1,2})(?:\.(?P<dotted>[0-5]\d))?\s?(?P<part>[ap])\.?m\b"
    r"|(?<=\bat )(?P<bare>\d{1,2})\.(?P<after>[0-5]\d)(?![\d.,]*\d|\s?(?:%|[€£]|dollars|euros|pounds|each))"
)
_PART_OF_DAY = re.compile(
    r"(?i) (?:(?P<late>(?:in the|this|tomorrow|that) (?:afternoon|evening)\b|tonight\b)|(?P<night>at night\b)|(?:in the|this|tomorrow|that) morning\b)"
)
_QUANTITY = r"(?:\d+(?:\.\d+)?|an?|(?:[a-z]+-)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]{3,5}ty)|half an?|(?:a|one|three) quarters? of an)"
_UNIT = (  # as and am are no seconds and minutes: a letter alone follows a figure
    r"(?:(?:(?<=\d)|(?<=\d[ -]))[smh]|s(?:ec(?:ond)?s?)|m(?:in(?:ute)?s?)|h(?:ours?|rs?)|days?|weeks?|fortnights?)"
)
_DURATION = re.compile(
    rf"(?i)(?<![\w.,])(?P<first>{_QUANTITY})(?P<plus> and a half)?[ -]?(?P<unit>{_UNIT})\b(?P<half> and a (?:half|quarter)\b)?"
    rf"(?:(?:,? and|,)? ?(?P<second>{_QUANTITY})[ -]?(?P<smaller>{_UNIT})\b)?"
    r"|(?<![\w.,])(?P<hours>\d{1,2})h(?P<minutes>[0-5]\d)\b"
)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "f": 14 * 86400}
_SPAN = re.compile(
    r"(?i)\b(?P<many>\d{1,3}|an?|one|two|three)[ -](?:business |working |calendar )?(?P<unit>day|week|night)s?\b"
    r"|\b(?:next|following|previous) day\b|\bday (?:after|before|later|earlier)\b|\btomorrow\b|\byesterday\b|(?<=:\d\d)\+1\b"
)
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?Z?)?")


def days(text: str) -> Iterator[Day]:
    """The days that a text names, those of one way of writing after the other; each place belongs to one of them."""
    taken = bytearray(len(text))
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]) and (found := _readings(match)):
                taken[start:end] = b"\1" * (end - start)
                yield Day(start, end, found)
                until = _UNTIL.match(text, end) if pattern is _DAYS[-1] else None
                if until and int(until["day"]) in range(found[0][2] + 1, 32):
                    taken[end : until.end()] = b"\1" * (until.end() - end)
                    yield Day(end, until.end(), tuple((year, month, int(until["day"])) for year, month, _ in found))


def times(text: str) -> Iterator[Time]:
    """The times of day that a text names, as 14:30, 2.30 pm or "at 14.30"."""
    for match in _TIME.finditer(text):
        hour = int(match["hour"] or match["full"] or match["bare"])
        minute = int(match["minute"] or match["dotted"] or match["after"] or 0)
        half = (match["half"] or match["part"] or "").lower()
        if not half and 0 < hour <= 12 and (part := _PART_OF_DAY.match(text, match.end())):
            half = "p" if part["late"] or (part["night"] and hour > 5) else "a"
        if not half and (until := _UNTIL_TIME.match(text, match.end())):
            # 2:00-5:00 pm begins in the afternoon, and 11:00-1:00 pm before it.
            early = hour % 12 > int(until["hour"]) % 12
            half = until["half"].lower() if not early else "a"
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24:
            yield Time(*match.span(), 60 * hour + minute)


def durations(text: str) -> Iterator[tuple[int, int, float]]:
    """Start, end and seconds of every stretch of time that a text names: an hour and 53 minutes, 1h35, two weeks."""
    for match in _DURATION.finditer(text):
        if match["hours"]:
            yield *match.span(), 3600.0 * int(match["hours"]) + 60 * int(match["minutes"])
            continue
        unit = _SECONDS[match["unit"][0].lower()]
        many, more = _quantity(match["first"]), _quantity(match["second"] or "0")
        if many is not None and more is not None:
            half = 0.5 if match["plus"] else 0.0 if not match["half"] else 0.25 if match["half"].endswith("r") else 0.5
            yield *match.span(), (many + half) * unit + more * _SECONDS[(match["smaller"] or "s")[0].lower()]


def _quantity(word: str) -> float | None:
    """A figure, an article or a number in words."""
    word = word.lower()
    if word.startswith("half"):
        return 0.5
    if "quarter" in word:
        return 0.75 if word.startswith("three") else 0.25
    if word in ("a", "an"):
        return 1.0
    if word[0].isdigit():
        return float(word)
    found = list(counts(word))
    return found[0].size if len(found) == 1 else None


def spans(text: str) -> Iterator[int]:
    """The days of every stretch of days or weeks that a text names; 1 for the next day."""
    for match in _SPAN.finditer(text):
        yield int(_quantity(match["many"] or "one") or 0) * (7 if (match["unit"] or "").lower() == "week" else 1)


@cache
def stamp(value: str) -> Stamp | None:
    """A stored ISO date, or date and time, as a whole; None where a value is none."""
    match = _STAMP.fullmatch(value.strip())
    if match is None or not _is_day(*(parts := [int(match[n]) for n in (1, 2, 3)])):
        return None
    minutes = 60 * int(match[4]) + int(match[5]) if match[4] else 0
    return Stamp(parts[0], parts[1], parts[2], minutes or None)


def _readings(match: re.Match[str]) -> tuple[tuple[int, int, int], ...]:
    groups = match.groupdict()
    year = int(groups["year"] or 0) or (2000 + int(groups["short"]) if groups.get("short") else 0)
    month, day = groups["month"].lower().rstrip("."), groups["day"].lower()
    number = int(month) if month.isdigit() else MONTHS[month]
    of_month = _DAY_OF.get(day) or int(re.sub(r"\D", "", day))
    either = groups.get("slash") is not None
    found = [(year, number, of_month), *([(year, of_month, number)] if either and number != of_month else [])]
    return tuple(reading for reading in found if _is_day(reading[0] or 2000, *reading[1:]))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:  # 31 February
        return False
