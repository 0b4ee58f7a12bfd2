"""The present moment, as a person states it in passing."""

import re
from datetime import datetime

from turnwise.values.dates import days, times

_SAYS = re.compile(
    r"\b(?:(?P<surely>today is|today's date is|(?:the |our )?(?:current|present) (?:date|time)(?: and time)? is|now is"
    r"|it is now|it's now)|(?:it is|it's|the date is|the time is)(?: currently| already| just)?) ",
    re.IGNORECASE,
)
_BEFORE_DAY = re.compile(r"(?:on )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:the )?", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:,? (?:at )?|t)", re.IGNORECASE)
_PRESENT = re.compile(r"[^.?!\n]{0,20}\b(?:now|today|currently|at the moment)\b", re.IGNORECASE)


def stated_moment(text: str, now: datetime) -> datetime | None:
    """The date or time that a text says it is at present; what it does not say is taken from `now`.

    A date that is spoken of ("book it for 3 May") is not the present one.
    """
    said = " ".join(text.replace("’", "'").split())
    for found in _SAYS.finditer(said):
        rest = said[found.end() :]
        day = next((day for day in days(rest) if _BEFORE_DAY.fullmatch(rest[: day.start])), None)
        end = day.end if day else 0
        time = next(
            (time for time in times(rest) if (_BETWEEN if day else _BEFORE_DAY).fullmatch(rest[end : time.start])), None
        )
        end = time.end if time else end
        if end and (found["surely"] or _PRESENT.match(rest[end:])):
            if day is not None:
                year, month, number = day.readings[0]
                try:
                    now = now.replace(year=year or now.year, month=month, day=number)
                except ValueError:  # 29 February of no leap year
                    return None
            return now.replace(hour=time.minutes // 60, minute=time.minutes % 60, second=0) if time else now
    return None
