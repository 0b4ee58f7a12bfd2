"""What results have shown of each entity, and whether a new one contradicts it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from turnwise.worlds.simulated.naming import identity, is_an_option, noun_of, noun_within, spoken, word_set
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


def named_by(arguments: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """The entities that arguments name: kind -> id."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        key = identity([name], noun)
        if key is not None and _is_id(value):
            found.setdefault(key.kind, value)
    return found


def contradiction(earlier: Sequence[Answered], new: Answered) -> str | None:
    """A sentence when a result gives an entity another value than before and no write in between named it.

    Two looks at one entity that were asked for with different arguments (a price in two currencies) may differ.
    """
    for entity, fields in shown_by(new).items() if new.tool.effect == "read" else ():
        for before in reversed(earlier):
            if before.tool.effect == "write" and _mentions(before, entity):
                break
            was = shown_by(before).get(entity, {})
            differing = [n for n in fields if n in was and was[n] != fields[n] and not {*spoken(n).split()} <= _MOVING]
            if differing and not {*before.arguments, *new.arguments} & {*differing} and not _other_way(before, new):
                name = differing[0]
                then, now = (json.dumps(value, ensure_ascii=False) for value in (was[name], fields[name]))
                return (
                    f"{entity.kind} {entity.id} had {name} {then} in the result of {before.tool.name}, "
                    f"nothing has changed it since, and now {name} is {now}"
                )
    return None


def shown_by(answered: Answered) -> dict[EntityKey, dict[str, Any]]:
    """The entities that a result shows once, with their fields; what it shows twice with one key has no key."""
    noun = noun_of(answered.tool.name)
    found = list(_walk(answered.result, noun, False, named_by(answered.arguments, noun)))
    times = Counter(entity for entity, _ in found)
    return {entity: fields for entity, fields in found if times[entity] == 1}


def _walk(value: Any, noun: str, listed: bool, named: Mapping[str, Any]) -> Iterator[tuple[EntityKey, dict[str, Any]]]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, noun, True, named)
    elif isinstance(value, dict):
        key = identity(value, noun)
        # Rows of one named entity (the reviews of a hotel) carry its key and are not the entity.
        if key is not None and not (listed and key.kind in named) and _is_id(value[key.field]):
            fields = {n: v for n, v in value.items() if n != key.field and not isinstance(v, list | dict)}
            yield EntityKey(key.kind, str(value[key.field])), fields
        for name, inner in value.items():
            yield from _walk(inner, noun_within(name, noun), listed, named)


def _other_way(before: Answered, new: Answered) -> bool:
    """Whether two calls of one tool differ in an argument (a date, a unit) that the result does not show."""
    text = json.dumps(new.result)
    return before.tool.name == new.tool.name and any(
        before.arguments.get(name) != new.arguments.get(name)
        for name in {*before.arguments, *new.arguments}
        if not is_an_option(name) and f'"{name}":' not in text
    )


def _mentions(answered: Answered, entity: EntityKey) -> bool:
    text = json.dumps([dict(answered.arguments), answered.result], ensure_ascii=False)
    return re.search(rf"(?<!\w){re.escape(entity.id)}(?!\w)", text) is not None


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
