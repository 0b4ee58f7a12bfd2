"""The result of one call to a simulated tool, composed field by field from what is remembered of each thing.

Knows what a dialogue has been shown, and adds to it; what a write means is for `simulated` to know.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from turnwise.worlds.simulated.filters import Filters
from turnwise.worlds.simulated.inventing import how_many, invent, plain
from turnwise.worlds.simulated.naming import CHANGES, Key, identity, noun_within, outcome, spoken, verb_of
from turnwise.worlds.world import JsonSchema, Tool

_TRIES = 20
_COUNTS = frozenset(
    ("count", "total", "total count", "total results", "total items", "num results", "number of results")
)


class Entity(NamedTuple):
    """One thing, or one look at it: asked for in another currency it has a memory of its own."""

    kind: str
    id: str
    view: str = ""


@dataclass(frozen=True)
class Call:
    """One call, as the objects of its result need to know it."""

    tool: Tool
    arguments: dict[str, Any]
    noun: str
    named: dict[str, Any]
    filters: Filters
    scope: str

    @property
    def writes(self) -> bool:
        """Whether the tool writes."""
        return self.tool.effect == "write"


@dataclass
class Memory:
    """What one dialogue has been shown."""

    known: dict[Entity, dict[str, Any]] = field(default_factory=dict)
    gone: set[Entity] = field(default_factory=set)
    chosen: dict[str, list[Entity]] = field(default_factory=dict)
    """call -> the things that it showed, so that it shows them again"""


@dataclass
class Results:
    """Composes the results of one dialogue's calls."""

    memory: Memory
    seed: int
    now: datetime

    def of(self, call: Call) -> Any:
        """The result of a call; it may not fit a return schema that no rule here is made for."""
        return self._value(call.noun, call.tool.returns, call.noun, call, call.scope)

    def _value(self, name: str, schema: Any, noun: str, call: Call, scope: str) -> Any:
        shape = plain(schema)
        if shape.get("type") == "object" and shape.get("properties"):
            return self._object(shape, noun, call, scope, listed=False)
        if shape.get("type") == "array":
            return self._array(name, shape, noun, call, scope)
        return invent(name, schema, random.Random(scope), self.now, noun)

    def _array(self, name: str, shape: JsonSchema, noun: str, call: Call, scope: str) -> list[Any]:
        items = plain(shape.get("items", {}))
        rng = random.Random(scope)
        wanted = max(min(how_many(shape, rng), call.filters.most), shape.get("minItems", 0))
        key = identity(items.get("properties", {}), noun)
        if key is None or key.kind in call.named or items.get("type") != "object" or call.writes:
            own = name if items.get("type") == "object" else name.removesuffix("s")
            if items.get("type") == "object" and items.get("properties"):
                return [self._object(items, noun, call, f"{scope} {n}", listed=True) for n in range(wanted)]
            return [invent(own, items, random.Random(f"{scope} {n}"), self.now, noun) for n in range(wanted)]
        found = self._chosen(key, items, call, scope, wanted)
        most = min(max(call.filters.most, shape.get("minItems", 0)), shape.get("maxItems", 20))
        return [self._object(items, noun, call, scope, listed=True, thing=thing) for thing in found[:most]]

    def _chosen(self, key: Key, items: JsonSchema, call: Call, scope: str, wanted: int) -> list[Entity]:
        """The things that a call finds: those it found before, those known since to fit, and new ones at first."""
        memory = self.memory
        main = key.kind == call.noun
        found = [t for t in memory.chosen.get(scope, []) if t not in memory.gone]
        if main and not call.filters.later_page:
            found += [t for t in memory.known if t.kind == key.kind and not t.view and t not in found]
            found = [t for t in found if call.filters.let_through(memory.known.get(t, {}), t.id)]
        if scope not in memory.chosen:
            for number in range(_TRIES):
                if len(found) >= wanted:
                    break
                rng = random.Random(f"{scope} {number}")
                thing = self._new(key, items, rng)
                if thing not in memory.known and thing not in memory.gone:
                    memory.known[thing] = call.filters.foretold(items["properties"], rng, self.now) if main else {}
                    found.append(thing)
        memory.chosen[scope] = found
        return found

    def _new(self, key: Key, shape: JsonSchema, rng: random.Random) -> Entity:
        return Entity(key.kind, str(invent(key.field, shape["properties"][key.field], rng, self.now, key.kind)))

    def _thing(self, key: Key, noun: str, call: Call, scope: str, shape: JsonSchema) -> Entity:
        """Which thing an object is: the one that the arguments name, a new one, or one that fits the arguments."""
        if key.kind in call.named:
            thing = Entity(key.kind, str(call.named[key.kind]))
            if call.writes:
                return thing
            record = self.memory.known.setdefault(thing, {})
            other = {n: v for n, v in call.arguments.items() if n in record and record[n] != v and n != key.field}
            return thing._replace(view=json.dumps(other, sort_keys=True)) if other else thing
        if noun == call.noun and not call.writes:
            found = self._chosen(key, shape, call, scope, 1)
            if found:
                return found[0]
        for number in range(_TRIES):
            thing = self._new(key, shape, random.Random(f"{scope} {key.field} {number}"))
            if noun != call.noun or (thing not in self.memory.known and thing not in self.memory.gone):
                break
        return thing

    def _object(
        self, shape: JsonSchema, noun: str, call: Call, scope: str, *, listed: bool, thing: Entity | None = None
    ) -> dict[str, Any]:
        """An object of some noun: the thing itself where one is meant, else a record that no key tells from others."""
        fields: dict[str, Any] = shape["properties"]
        key = identity(fields, noun)
        if key is not None and thing is None and not (listed and key.kind in call.named):
            thing = self._thing(key, noun, call, scope, shape)
        if key is None or thing is None:
            return _counted(self._fields(fields, shape, noun, call, scope, {}, call.arguments), fields)
        record = self.memory.known.setdefault(thing, {})
        meant = noun == call.noun or key.kind in call.named
        if call.writes and noun == call.noun:
            record |= {name: value for name, value in call.arguments.items() if name != key.field}
        own = {key.field: _as_asked(call.named.get(key.kind, thing.id), fields[key.field], thing.id)}
        scope = f"{self.seed} {thing.kind} {thing.id} {thing.view}"
        made = self._fields(fields, shape, noun, call, scope, {**record, **own}, call.arguments if meant else {})
        for name, value in made.items():
            if not isinstance(value, dict | list) and name != key.field:
                record.setdefault(name, value)
        return made

    def _fields(
        self,
        fields: Mapping[str, Any],
        shape: JsonSchema,
        noun: str,
        call: Call,
        scope: str,
        known: Mapping[str, Any],
        echoed: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Each field as it is known, else as the arguments have it, else made up."""
        made: dict[str, Any] = {}
        for name, schema in fields.items():
            candidates = [source[name] for source in (known, echoed) if name in source]
            if call.writes and name == "status":
                candidates += settled(call.tool, schema).values()
            fitting = [value for value in candidates if fits(value, schema)]
            if fitting:
                made[name] = fitting[0]
            elif not call.writes or name in shape.get("required", []):
                made[name] = self._value(name, schema, noun_within(name, noun), call, f"{scope} {name}")
            # What nobody has given, a write's result does not claim.
        return made


def _counted(made: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose counts are those of the list in it."""
    longest = max((len(value) for value in made.values() if isinstance(value, list)), default=None)
    if longest is None:
        return made
    return {n: longest if spoken(n) in _COUNTS and fits(longest, fields[n]) else value for n, value in made.items()}


def settled(tool: Tool, schema: Any) -> dict[str, Any]:
    """The status that a write leaves: what its verb says, or the value of the schema that comes closest to it."""
    said = outcome(tool.name)
    values = [v for v in plain(schema).get("enum", []) if isinstance(v, str)]
    close = [value for value in values if value.lower()[:5] == said[:5]]
    return {"status": [*close, *values, said][0]} if close or verb_of(tool.name) not in CHANGES or not values else {}


def _as_asked(value: Any, schema: Any, text: str) -> Any:
    """A key in the type that the schema has for it."""
    for candidate in (value, text, int(text) if text.lstrip("-").isdecimal() else None):
        if candidate is not None and fits(candidate, schema):
            return candidate
    return value


def fits(value: Any, schema: Any) -> bool:
    """Whether a value fits a schema."""
    return bool(Draft202012Validator(schema).is_valid(value))
