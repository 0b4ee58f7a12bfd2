"""What the arguments of a search ask of the entities that it finds."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from turnwise.worlds.json_schema import fits
from turnwise.worlds.simulated.naming import identity, spoken, word_set
from turnwise.worlds.world import JsonSchema

_LIMITS, _COUNTING, _PAGES, _TEXTS, _OPTIONS = (
    word_set(name) for name in ("limits", "counting", "pages", "texts", "options")
)
_BOUNDS = {"min": "minimum", "minimum": "minimum", "max": "maximum", "maximum": "maximum"}


class Filters(NamedTuple):
    """Arguments by what they ask for."""

    fields: Mapping[str, JsonSchema]
    """field -> the schema that its value has to fit"""
    texts: tuple[str, ...]
    """what has to stand somewhere in the record"""
    most: int
    later_page: bool

    def let_through(self, record: Mapping[str, Any]) -> bool:
        """Whether an entity of which this is known is wanted."""
        said = " ".join(value for value in record.values() if isinstance(value, str)).lower()
        return all(n in record and fits(record[n], schema) for n, schema in self.fields.items()) and all(
            text.lower() in said for text in self.texts
        )


def filters(arguments: Mapping[str, Any], noun: str) -> Filters:
    """The arguments of a call sorted by what they ask for; lists and objects ask for nothing."""
    fields: dict[str, JsonSchema] = {}
    texts: list[str] = []
    most, later = 20, False
    for name, value in arguments.items():
        said = set(spoken(name).split())
        if isinstance(value, list | dict) or not said:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and said <= _COUNTING:
            most = max(int(value), 0)
        elif spoken(name).split()[-1] in _PAGES:
            later = later or value not in (0, 1, "", None)
        elif said & _TEXTS and isinstance(value, str):
            texts += [value] if value.strip() else []
        elif number and (field := bounded(name)) is not None:
            keyword = next(_BOUNDS[word] for word in spoken(name).split() if word in _BOUNDS)
            fields.setdefault(field, {"type": "number"})[keyword] = value
        elif not is_an_option(name) and identity([name], noun) != (name, noun):
            fields[name] = {"const": value}
    return Filters(fields, tuple(texts), most, later)


def bounded(name: str) -> str | None:
    """The property that an argument such as `max_price` bounds: `price`; None when it is no bound."""
    words = spoken(name).split()
    rest = [word for word in words if word not in _BOUNDS]
    is_bound = len(rest) < len(words) and rest and not {*rest} & {*_LIMITS, *_PAGES, "length"}
    return "_".join(rest) if is_bound else None


def is_an_option(name: str) -> bool:
    """Whether an argument says how to look or how to answer, and is no property of anything."""
    words = spoken(name).split() or [name]
    ways = _LIMITS | _PAGES | _TEXTS | _OPTIONS
    return words[-1] in ways or words[0] in ("sort", "include") or not _BOUNDS.keys().isdisjoint(words)
