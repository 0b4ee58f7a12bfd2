"""What results have shown of each entity, and whether a new one contradicts it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from turnwise.worlds.simulated.filters import is_an_option
from turnwise.worlds.simulated.naming import SHARED_CODES, identity, noun_of, noun_within, spoken, word_set
from turnwise.worlds.world import Tool

_MOVING = word_set("moving")


class Answered(NamedTuple):
    """A call that was answered."""

    tool: Tool
    arguments: Mapping[str, Any]
    result: Any


class EntityKey(NamedTuple):
    """One entity: its kind, and what tells it from others of its kind, as text (7 and "7" are one)."""

    kind: str
    id: str
    view: str = ""
    """asked for in another way, such as a price in another currency, it has a memory of its own"""


class Sight(NamedTuple):
    """One entity as a result shows it."""

    entity: EntityKey
    key: str
    fields: Mapping[str, Any]
    listed: bool


def contradiction(earlier: Sequence[Answered], new: Answered) -> str | None:
    """A sentence when a result gives an entity another value than before and no write in between named it.

    Two looks at one entity that were asked for with different arguments (a price in two currencies) may differ.
    """
    for sight in sights(new) if new.tool.effect == "read" else []:
        for before in reversed(earlier):
            if before.tool.effect == "write" and _mentions(before, sight.entity):
                break
            for known in sights(before):
                if known.entity == sight.entity and (field := _differing(known, before, sight, new)):
                    was, now = (json.dumps(s.fields[field], ensure_ascii=False) for s in (known, sight))
                    return (
                        f"{sight.entity.kind} {sight.entity.id} had {field} {was} in the result of {before.tool.name}, "
                        f"nothing has changed it since, and now {field} is {now}"
                    )
    return None


def sights(answered: Answered) -> list[Sight]:
    """The entities that a result shows, each once; what a result shows twice with one key is told apart by no key."""
    noun = noun_of(answered.tool.name)
    found = list(_walk(answered.result, noun, False, named_by(answered.arguments, noun)))
    times = Counter(sight.entity for sight in found)
    return [sight for sight in found if times[sight.entity] == 1]


def named_by(arguments: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """The entities that arguments name: kind -> id."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        key = identity([name], noun)
        if key is not None and _is_id(value):
            found.setdefault(key.kind, value)
    return found


def _walk(value: Any, noun: str, listed: bool, named: Mapping[str, Any]) -> Iterator[Sight]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, noun, True, named)
    elif isinstance(value, dict):
        key = identity(value, noun)
        # Rows of one named entity (the reviews of a hotel) carry its key and are not the entity. And a bare name says
        # which one an object is only where it was asked for by that name.
        meant = key is not None and (not listed if key.kind in named else spoken(key.field) not in SHARED_CODES)
        if key is not None and meant and _is_id(value[key.field]):
            scalars = {name: field for name, field in value.items() if not isinstance(field, list | dict)}
            yield Sight(EntityKey(key.kind, str(value[key.field])), key.field, scalars, listed)
        for name, field in value.items():
            yield from _walk(field, noun_within(name, noun), listed, named)


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _differing(known: Sight, before: Answered, sight: Sight, new: Answered) -> str | None:
    """The first field in which two sights of one entity differ; None when they were asked for in different ways."""
    fields = [name for name in sight.fields if name in known.fields and name not in (known.key, sight.key)]
    differing = [name for name in fields if sight.fields[name] != known.fields[name]]
    views = {*([] if known.listed else before.arguments), *([] if sight.listed else new.arguments)}
    if views & set(differing) or (before.tool.name == new.tool.name and _other_way(before, new, sight)):
        return None
    return next((name for name in differing if not set(spoken(name).split()) <= _MOVING), None)


def _other_way(before: Answered, new: Answered, sight: Sight) -> bool:
    """Whether two calls of one tool differ in an argument (a date, a unit) that the result does not show."""
    return any(
        before.arguments.get(name) != new.arguments.get(name)
        for name in {*before.arguments, *new.arguments}
        if name not in sight.fields and not is_an_option(name)
    )


def _mentions(answered: Answered, entity: EntityKey) -> bool:
    return any(str(value) == entity.id for value in _scalars([dict(answered.arguments), answered.result]))


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _scalars(item)
    else:
        yield value
