"""What the arguments of a search ask of the things that it finds."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from turnwise.worlds.simulated.inventing import invent, plain
from turnwise.worlds.simulated.naming import identity, spoken, word_set
from turnwise.worlds.world import JsonSchema

_LIMITS, _PAGES, _TEXTS, _OPTIONS = (word_set(name) for name in ("limits", "pages", "texts", "options"))
_BOUNDS = frozenset(("min", "max", "minimum", "maximum"))


class Filters(NamedTuple):
    """Arguments by what they ask for."""

    equal: Mapping[str, Any]
    least: Mapping[str, float]
    greatest: Mapping[str, float]
    texts: tuple[str, ...]
    most: int
    later_page: bool

    def let_through(self, record: Mapping[str, Any], key: str) -> bool:
        """Whether a thing of which this is known is wanted."""
        said = " ".join([key, *(value for value in record.values() if isinstance(value, str))]).lower()
        return (
            all(record.get(name) == value for name, value in self.equal.items())
            and all(_is_number(record.get(name)) and record[name] >= bound for name, bound in self.least.items())
            and all(_is_number(record.get(name)) and record[name] <= bound for name, bound in self.greatest.items())
            and all(text.lower() in said for text in self.texts)
        )

    def foretold(self, fields: Mapping[str, Any], rng: random.Random, now: datetime) -> dict[str, Any]:
        """What is known of a new thing from having been found by these arguments."""
        record = dict(self.equal)
        for name in {*self.least, *self.greatest}:
            shape: JsonSchema = {"type": "number", **plain(fields.get(name, {"type": "number"}))}
            bounds = {"minimum": self.least.get(name), "maximum": self.greatest.get(name)}
            bounded = shape | {keyword: bound for keyword, bound in bounds.items() if bound is not None}
            record[name] = invent(name, bounded, rng, now)
        for text in self.texts:
            shown = next(
                (n for n in ("title", "name", "subject", "summary") if n in fields and n not in record), "found by"
            )
            record[shown] = f"{invent('title', {}, rng, now)} {text}"
        return record


def filters(arguments: Mapping[str, Any], noun: str) -> Filters:
    """The arguments of a call sorted by what they ask for; lists and objects ask for nothing."""
    equal: dict[str, Any] = {}
    least: dict[str, float] = {}
    greatest: dict[str, float] = {}
    texts: list[str] = []
    most, later = 20, False
    for name, value in arguments.items():
        words = spoken(name).split()
        if (
            _is_number(value)
            and (words[0] in ("limit", "top", "max", "num", "per", "n") or words[-1] in _LIMITS)
            and (
                len(words) == 1
                or set(words[1:]) & {*_LIMITS, "items", "page", "k"}
                or words[0] in ("num", "per", "top")
            )
        ):
            most = max(int(value), 0)
        elif words[-1] in _PAGES:
            later = later or value not in (0, 1, "", None)
        elif set(words) & _TEXTS and isinstance(value, str):
            texts += [value] if value.strip() else []
        elif _is_number(value) and set(words) & {"min", "minimum"}:
            least[_without(name, words)] = value
        elif _is_number(value) and set(words) & {"max", "maximum"}:
            greatest[_without(name, words)] = value
        elif not isinstance(value, list | dict) and not is_an_option(name) and identity([name], noun) != (name, noun):
            equal[name] = value
    return Filters(equal, least, greatest, tuple(texts), most, later)


def bounded(name: str) -> str | None:
    """The property that an argument such as `max_price` bounds: `price`; None when it is no bound."""
    words = spoken(name).split()
    rest = set(words) - _BOUNDS
    return _without(name, words) if rest < set(words) and rest and not rest & {*_LIMITS, *_PAGES, "length"} else None


def is_an_option(name: str) -> bool:
    """Whether an argument says how to look or how to answer, and is no property of anything."""
    words = spoken(name).split() or [name]
    ways = _LIMITS | _PAGES | _TEXTS | _OPTIONS
    return words[-1] in ways or words[0] in ("sort", "include") or not _BOUNDS.isdisjoint(words)


def _without(name: str, words: list[str]) -> str:
    return "_".join(word for word in words if word not in _BOUNDS) or name


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
