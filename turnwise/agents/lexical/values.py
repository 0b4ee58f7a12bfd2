"""A value as it was said becomes the value a parameter takes: numbers, dates, and one of a list of words."""

import re
from datetime import date, timedelta
from typing import Any

from turnwise.agents.lexical.parameters import Parameter
from turnwise.values.atoms import atoms, days
from turnwise.values.text import normalised

_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d(?::\d\d)?)")


def converted(text: str, parameter: Parameter) -> Any | None:
    """The value for a parameter; None when what was said cannot be one."""
    if parameter.enum:
        return _chosen(text, parameter.enum)
    if parameter.kind in ("integer", "number"):
        return number(text, whole=parameter.kind == "integer")
    if parameter.kind == "boolean":
        return normalised(text) not in ("no", "false", "off", "0")
    if re.search(r"YYYY|\bdate\b|\\d\{4\}", parameter.description) or "date" in parameter.labels[0]:
        day = day_of(text)
        if day is not None or "YYYY" in parameter.description:
            return _stamped(day, text, parameter.description) if day is not None else None
    return text or None


def number(text: str, *, whole: bool = False) -> int | float | None:
    """The first number of a text, in digits or as a word."""
    match = _NUMBER.search(text)
    said = match.group().replace(",", "").replace("−", "-") if match is not None else None
    counted = next((atom.value[1] for atom in atoms(text) if atom.kind == "count"), None)
    value = float(said if said is not None else counted) if said or counted is not None else None  # type: ignore[arg-type]
    if value is None or (whole and not value.is_integer()):
        return None
    return int(value) if value.is_integer() else value


def day_of(text: str) -> str | None:
    """The day that a text names, as YYYY-MM-DD."""
    return next((day.isoformat() for day in days(text)), None)


def shifted(stored: Any, text: str, step: int) -> Any | None:
    """A stored number or date moved by what was said, `2 days` or `5`; None when that cannot be."""
    amount = number(text)
    if amount is None or stored is None or isinstance(stored, bool):
        return None
    if isinstance(stored, int | float):
        return round(stored + step * amount, 6)
    day = day_of(str(stored))
    if day is None or not re.search("day|week", text):
        return None
    moved = date.fromisoformat(day) + timedelta(days=step * int(amount) * (7 if "week" in text else 1))
    return moved.isoformat() + str(stored)[10:]


def _stamped(day: str, text: str, description: str) -> str:
    if "HH:MM" not in description and "date-time" not in description:
        return day
    given = _CLOCK.search(text)
    clock = given[1] if given is not None else "00:00"
    return f"{day} {clock}{':00' if 'HH:MM:SS' in description and len(clock) == 5 else ''}"


def _chosen(text: str, allowed: tuple[Any, ...]) -> Any | None:
    said = normalised(text)
    known = {normalised(str(value).replace("_", " ")): value for value in allowed}
    return known.get(said, next((value for words, value in known.items() if f" {words} " in f" {said} "), None))
