"""Whether a text tells a value. Values are compared by kind: 25 and 25.0 are one number, 3 May 2021 and 2021-05-03 one day."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from turnwise.goals.model import Answer

_WORDS = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(13),
        strict=True,
    )
)
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_ENUMERATION = re.compile(r"(?m)^\s*\d{1,3}[.)]\s+")
_NUMBER = re.compile(r"(?<![\w.,])[-−]?[$€£]?\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d])")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?,? (\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
_TIME = re.compile(r"\b(\d{1,2}):(\d\d)(?::\d\d)?\s?([ap]m)?\b")


def tells(text: str, answer: Answer) -> bool:
    """Whether a text tells the value of an answer, in any usual way of writing it."""
    if answer.kind == "number":
        assert isinstance(answer.value, int | float)
        return _tells_number(text, answer.value)
    if answer.kind == "date":
        return _tells_date(text, str(answer.value))
    return f" {normalised(str(answer.value))} " in f" {normalised(text)} "


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Lower-case words without accents or punctuation, separated by single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain))


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[float, ...]:
    """Every number a text states, in digits or as a word up to twelve; list numbering does not count."""
    plain = _ISO.sub(" ", _ENUMERATION.sub(" ", text))
    digits = [
        float(match.group(1).replace(",", "")) * (-1 if match.group()[0] in "-−" else 1)
        for match in _NUMBER.finditer(plain)
    ]
    return (
        *digits,
        *(float(_WORDS[word]) for word in re.findall(r"[a-z]+", plain.lower()) if word in _WORDS),
    )


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[date, ...]:
    """Every day a text names, as 2021-05-03, 3 May 2021 or May 3, 2021."""
    found: list[tuple[int, int, int]] = [(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text)]
    lower = text.lower()
    found += [(int(y), _MONTHS.get(m[:3], 0), int(d)) for d, m, y in _DAY_FIRST.findall(lower)]
    found += [(int(y), _MONTHS.get(m[:3], 0), int(d)) for m, d, y in _MONTH_FIRST.findall(lower)]
    days = []
    for year, month, day in found:
        try:
            days.append(date(year, month, day))
        except ValueError:  # 31 February, or a word that is no month: not a day
            continue
    return tuple(days)


def _tells_number(text: str, value: int | float) -> bool:
    exact = any(abs(number - value) < 1e-9 for number in numbers(text))
    rounded = isinstance(value, float) and any(abs(number - value) <= 0.005 + 1e-9 for number in numbers(text))
    return exact or rounded


def _tells_date(text: str, value: str) -> bool:
    if date.fromisoformat(value[:10]) not in dates(text):
        return False
    if value[11:16] in ("", "00:00"):
        return True
    hours, minutes = int(value[11:13]), int(value[14:16])
    for hour, minute, half in _TIME.findall(text.lower()):
        stated = int(hour) % 12 + (12 if half == "pm" else 0) if half else int(hour)
        if (stated, int(minute)) == (hours, minutes):
            return True
    return False
