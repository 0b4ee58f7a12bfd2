"""The present moment, as a person states it in passing."""

import re
from datetime import datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DATES = (
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)",
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},?(?: (?P<y>\d{{4}}))?",
    rf"{_MONTH} (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>\d{{4}}))?",
)
_TIME = r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::\d\d)?)?(?P<half> ?[ap]\.?m\b)?"
_SURE = r"(?:today is|today's date is|(?:the |our )?(?:current|present) (?:date|time)(?: and time)? is|now is|it is now|it's now)"
_MAYBE = r"(?:it is|it's|the date is|the time is)(?: currently| already| just)?"
_DAY = r"(?:,? (?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)?"
_PRESENT = r"[^.?!\n]{0,20}\b(?:now|today|currently|at the moment)\b"


def stated_moment(text: str, now: datetime) -> datetime | None:
    """The date or time that a text says it is at present; what it does not say is taken from `now`.

    A date that is spoken of ("book it for 3 May") is not the present one.
    """
    said = " ".join(text.lower().replace("’", "'").split())
    for date in _DATES:
        moment = rf"{_DAY} (?:the )?{date}(?P<rest>(?:,? (?:at )?|t){_TIME})?"
        if found := _first(said, moment):
            return _moment(found, now)
    clock = rf" {_TIME}"
    found = _first(said, clock)
    return _moment(found, now) if found and (found["minute"] or found["half"]) else None


def _first(said: str, moment: str) -> re.Match[str] | None:
    return re.search(rf"\b{_SURE}{moment}", said) or re.search(rf"\b{_MAYBE}{moment}(?={_PRESENT})", said)


def _moment(found: re.Match[str], now: datetime) -> datetime | None:
    parts = found.groupdict()
    month = parts.get("m") or (_MONTHS.index(parts["month"][:3]) + 1 if parts.get("month") else now.month)
    hour, half = parts.get("hour"), (parts.get("half") or "").strip()[:1]
    try:
        when = now.replace(year=int(parts.get("y") or now.year), month=int(month), day=int(parts.get("d") or now.day))
        if hour is not None:
            clock = int(hour) % 12 + 12 * (half == "p") if half else int(hour)
            when = when.replace(hour=clock, minute=int(parts["minute"] or 0), second=0)
    except ValueError:
        return None
    return when
