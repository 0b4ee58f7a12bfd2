"""What a tool returned, as entities: the objects of its JSON, what each is called and what each holds.

A thing is an object. It is called by the ids in it, by a long number that is its own id, and by its names and titles; it
holds every value below it, by the path that leads there. So a flight's date and another flight's date share a path, and
a date can be seen to be the other flight's.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from turnwise.values.atoms import Value, atoms, disclosed
from turnwise.values.text import normalised

Name = Value | str
Leaf = tuple[str, Value]
"""A path and a value at its end; lists leave no mark in a path."""


class Entity(NamedTuple):
    """One object of a tool result."""

    names: frozenset[Name]
    leaves: Mapping[str, frozenset[Value]]
    outermost: bool
    """in no other object: what the call asked for holds of it too"""


class Result(NamedTuple):
    """What one tool result tells."""

    values: frozenset[Value]
    lengths: frozenset[Value]
    """how many members its lists have: what may be counted"""
    entities: tuple[Entity, ...]


@lru_cache(maxsize=16384)
def read(text: str) -> Result:
    """A tool result; what is no JSON tells its atoms and holds no entities."""
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    entities: list[Entity] = []
    lengths: set[Value] = set()
    _walk(content, "", entities, lengths, outermost=True)
    return Result(disclosed([text]), frozenset(lengths), tuple(entities))


def _walk(content: Any, key: str, entities: list[Entity], lengths: set[Value], *, outermost: bool) -> list[Leaf]:
    """Every leaf of some content; the objects and the lengths of the lists in it are noted."""
    if isinstance(content, list):
        lengths.add(("number", float(len(content))))
        return [leaf for member in content for leaf in _walk(member, key, entities, lengths, outermost=outermost)]
    if not isinstance(content, dict):
        return [("", value) for value in _values(content)]
    found: list[Leaf] = [("", value) for inner in content for value in _values(inner)]
    for inner, below in content.items():
        # A key that is an id (`payment_methods.card_17`) names what it leads to, and is no part of a path.
        step = "" if _values(inner) else inner
        leaves = _walk(below, inner, entities, lengths, outermost=False)
        found += [(f"{step}.{path}" if path else step, value) for path, value in leaves]
    entities.append(Entity(frozenset(_names(content, key)), _grouped(found), outermost))
    return found


def _grouped(leaves: list[Leaf]) -> dict[str, frozenset[Value]]:
    grouped: dict[str, set[Value]] = {}
    for path, value in leaves:
        grouped.setdefault(path, set()).add(value)
    return {path: frozenset(values) for path, values in grouped.items()}


def _names(content: Mapping[str, Any], key: str) -> Iterator[Name]:
    yield from (value for value in _values(key) if value[0] == "id")
    for inner, below in content.items():
        if isinstance(below, str):
            yield from (value for value in _values(below) if value[0] == "id")
            if inner.endswith(("name", "title")) and " " in below:
                yield normalised(below)
    if "first_name" in content and "last_name" in content:
        yield normalised(f"{content['first_name']} {content['last_name']}")
    own = next(iter(content.items()), ("", None))
    if own[0].endswith("id") and isinstance(own[1], int) and own[1] >= 1000:
        yield ("number", float(own[1]))


def _values(leaf: Any) -> tuple[Value, ...]:
    if isinstance(leaf, bool) or leaf is None:
        return ()
    return tuple(value for atom in atoms(str(leaf)) for value in atom.discloses if value[0] in (atom.value[0], "day"))
