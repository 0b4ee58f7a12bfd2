"""A value as it was said becomes the value a parameter takes: numbers, dates, and one of a list of words."""

import re
from datetime import date, timedelta
from typing import Any

from turnwise.agents.lexical.matching import folded, plain, similarity
from turnwise.agents.lexical.parameters import Parameter

_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d:\d\d(?::\d\d)?))?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3})[a-z]*\.?,? (\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_RELATIVE = {"today": 0, "tomorrow": 1, "yesterday": -1}
_WORDS = dict(
    zip(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(11), strict=True)
)


def converted(text: str, parameter: Parameter, today: str) -> Any | None:
    """The value for a parameter; None when what was said cannot be one."""
    if parameter.enum:
        return _chosen(text, parameter.enum)
    if parameter.kind in ("integer", "number"):
        return _number(text, parameter.kind)
    if parameter.kind == "boolean":
        return folded(text) not in ("no", "false", "off", "0")
    if _dated(parameter):
        day = day_of(text, today)
        if day is not None or "YYYY" in parameter.description:
            return _stamped(day, text, parameter) if day is not None else None
    return text or None


def shifted(held: str, text: str, step: int) -> str | None:
    """A stored date moved by what was said, `2 days`; None when either is no such thing."""
    amount = re.search(r"(\d+) (day|week)", plain(text))
    if amount is None or _ISO.match(held) is None:
        return None
    days = int(amount[1]) * (7 if amount[2] == "week" else 1)
    return (date.fromisoformat(held[:10]) + timedelta(days=step * days)).isoformat() + held[10:]


def fits(text: str, parameter: Parameter, today: str) -> bool:
    """Whether what was said looks like a value of a parameter, judged strictly."""
    if _dated(parameter):
        return day_of(text, today) is not None
    if parameter.kind in ("integer", "number"):
        return _NUMBER.fullmatch(text.strip("$€£ ")) is not None
    return converted(text, parameter, today) is not None


def day_of(text: str, today: str) -> str | None:
    """The day that a text names, as YYYY-MM-DD."""
    said = plain(text)
    if (iso := _ISO.search(said)) is not None:
        return f"{iso[1]}-{int(iso[2]):02}-{int(iso[3]):02}"
    if (match := _DAY_FIRST.search(said)) is not None and match[2] in _MONTHS:
        return f"{match[3]}-{_MONTHS[match[2]]:02}-{int(match[1]):02}"
    if (match := _MONTH_FIRST.search(said)) is not None and match[1] in _MONTHS:
        return f"{match[3]}-{_MONTHS[match[1]]:02}-{int(match[2]):02}"
    if today and said.strip() in _RELATIVE:
        return (date.fromisoformat(today) + timedelta(days=_RELATIVE[said.strip()])).isoformat()
    return None


def _dated(parameter: Parameter) -> bool:
    return bool(re.search(r"YYYY|\bdate\b|\\d\{4\}", parameter.description)) or "date" in parameter.labels[0]


def _stamped(day: str, text: str, parameter: Parameter) -> str:
    iso = _ISO.search(text)
    clock = iso[4] if iso is not None else None
    seconds = parameter.timed and "HH:MM:SS" in parameter.description
    if clock is None:
        return f"{day} 00:00{':00' if seconds else ''}" if parameter.timed else day
    return f"{day} {clock}:00" if seconds and len(clock) == 5 else f"{day} {clock}"


def _number(text: str, kind: str) -> int | float | None:
    match = _NUMBER.search(text)
    if match is None:
        return _WORDS.get(folded(text))
    value = float(match.group().replace(",", "").replace("−", "-"))
    if kind == "integer" or value.is_integer():
        return int(value) if value.is_integer() else None
    return value


def _chosen(text: str, allowed: tuple[Any, ...]) -> Any | None:
    said = folded(text)
    for value in allowed:
        if folded(value).replace("_", " ") == said:
            return value
    best = max(allowed, key=lambda value: similarity(str(value).replace("_", " "), text))
    return best if similarity(str(best).replace("_", " "), text) > 0.6 else None
