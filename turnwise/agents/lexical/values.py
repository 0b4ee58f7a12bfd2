"""Values as they are said and as tools take them: numbers, dates, one of a list of words; and back into sentences."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from turnwise.agents.lexical.catalogue import Parameter
from turnwise.agents.lexical.language import DATA
from turnwise.values.atoms import atoms, days
from turnwise.values.text import normalised
from turnwise.values.words import listed

_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d(?::\d\d)?)")


def converted(text: str, parameter: Parameter) -> Any | None:
    """The value for a parameter; None when what was said cannot be one."""
    if parameter.enum:
        said = f" {normalised(text)} "
        return next((v for v in parameter.enum if f" {normalised(str(v).replace('_', ' '))} " in said), None)
    if parameter.kind in ("integer", "number"):
        return _number(text, whole=parameter.kind == "integer")
    if dated(parameter):
        day = _day(text)
        if day is not None or "YYYY" in parameter.description:
            return _stamped(day, text, parameter.description) if day is not None else None
    return text or None


def dated(parameter: Parameter) -> bool:
    """Whether a parameter takes a day."""
    return bool(re.search(r"YYYY|\bdate\b|\\d\{4\}", parameter.description)) or "date" in parameter.labels[0]


def alike(said: Iterable[str], label: Iterable[str]) -> int:
    """How many words of a label stand in what was said, or what a verb said implies: issued for the issue date."""
    heard = [word for verb in said for word in (*DATA["implied"].get(verb, "").split(), verb)]
    return sum(any(word == other or _akin(word, other) for other in heard) for word in label)


def _akin(word: str, other: str) -> bool:
    return min(len(word), len(other)) > 2 and (
        word[:4] == other[:4] or word.startswith(other) or other.startswith(word)
    )


def shifted(stored: Any, text: str, step: int) -> Any | None:
    """A stored number or date moved by what was said, `2 days` or `5`; None when that cannot be."""
    amount = _number(text)
    if amount is None or stored is None or isinstance(stored, bool):
        return None
    if isinstance(stored, int | float):
        return round(stored + step * amount, 6)
    day = _day(str(stored))
    if day is None:
        return None
    moved = date.fromisoformat(day) + timedelta(days=step * int(amount))
    return moved.isoformat() + str(stored)[10:]


def told(stored: Any) -> str:
    """A stored value as text: no midnight, and a word for nothing."""
    if stored is None or stored == "":
        return "not recorded"
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    return str(stored).removesuffix(" 00:00:00")


def told_fields(subject: str, found: Sequence[tuple[str, str]]) -> str:
    """`The composer of No Futuro is X and the genre is Rock.`"""
    label, said = found[0]
    rest = [f"the {label} is {said}" for label, said in found[1:]]
    return sentence(listed([f"the {label} of {subject} is {said}", *rest]))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def joined(parts: Iterable[str]) -> str:
    """Several sentences as one reply, each said once."""
    return " ".join(dict.fromkeys(sentence(part) for part in parts if part))


def _number(text: str, *, whole: bool = False) -> int | float | None:
    """The first number of a text, in digits or as a word."""
    match = _NUMBER.search(text)
    said = match.group().replace(",", "").replace("−", "-") if match is not None else None
    counted = next((atom.value[1] for atom in atoms(text) if atom.kind == "count"), None)
    value = float(said if said is not None else counted) if said or counted is not None else None  # type: ignore[arg-type]
    if value is None or (whole and not value.is_integer()):
        return None
    return int(value) if value.is_integer() else value


def _day(text: str) -> str | None:
    return next((day.isoformat() for day in days(text)), None)


def _stamped(day: str, text: str, description: str) -> str:
    if "HH:MM" not in description and "date-time" not in description:
        return day
    given = _CLOCK.search(text)
    minutes = next((int(atom.value[1]) for atom in atoms(text) if atom.kind == "time"), 0)
    clock = given[1] if given is not None else f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{day} {clock}{':00' if 'HH:MM:SS' in description and len(clock) == 5 else ''}"
