"""The result of one call to a simulated tool: sampled from its return schema, with what is known of each entity.

Knows what a dialogue has been shown, and adds to it; what a write means is for `by_rules` to know.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from turnwise.worlds.json_schema import fits
from turnwise.worlds.simulated.filters import Filters
from turnwise.worlds.simulated.memory import Entity
from turnwise.worlds.simulated.naming import CHANGES, Key, identity, noun_within, outcome, spoken, verb_of, word_set
from turnwise.worlds.simulated.sampling import how_many, plain, sample
from turnwise.worlds.world import JsonSchema, Tool

_TRIES = 20
_TOTALS = word_set("totals")
_LABELS = ("title", "name", "subject", "summary")


@dataclass(frozen=True)
class SimulatedCall:
    """One call, as the objects of its result need to know it."""

    tool: Tool
    arguments: dict[str, Any]
    noun: str
    named: dict[str, Any]
    """kind -> the id of the entity of that kind which the arguments name"""
    filters: Filters
    scope: str
    """what chance in its result depends on"""

    @property
    def writes(self) -> bool:
        """Whether the tool writes."""
        return self.tool.effect == "write"


@dataclass
class Results:
    """Composes the results of one dialogue's calls, and remembers the entities in them."""

    seed: int
    now: datetime
    known: dict[Entity, dict[str, Any]] = field(default_factory=dict)
    gone: set[Entity] = field(default_factory=set)
    found: dict[str, list[Entity]] = field(default_factory=dict)
    """call -> the entities that it showed, so that it shows them again"""

    def of(self, call: SimulatedCall) -> Any:
        """The result of a call; it may not fit a return schema that no rule here is made for."""
        return self._value(call.noun, call.tool.returns, call.noun, call, call.scope)

    def _value(self, name: str, schema: Any, noun: str, call: SimulatedCall, scope: str) -> Any:
        shape = plain(schema)
        if shape.get("type") == "object" and shape.get("properties"):
            return self._object(shape, noun, call, scope)
        if shape.get("type") == "array":
            return self._array(name, shape, noun, call, scope)
        return sample(name, schema, random.Random(scope), self.now, noun)

    def _array(self, name: str, shape: JsonSchema, noun: str, call: SimulatedCall, scope: str) -> list[Any]:
        items = plain(shape.get("items", {}))
        wanted = max(min(how_many(shape, random.Random(scope)), call.filters.most), shape.get("minItems", 0))
        key = identity(items.get("properties", {}), noun) if items.get("type") == "object" else None
        if key is None or key.kind in call.named or call.writes:
            # Rows that nothing tells apart, or rows of one entity: the reviews of a hotel carry its key.
            scopes = [f"{scope} {number}" for number in range(min(wanted, 100))]
            if items.get("type") == "object" and items.get("properties"):
                return [self._fields(items, noun, call, each, {}, call.arguments) for each in scopes]
            own = name if items.get("type") == "object" else name.removesuffix("s")
            return [sample(own, shape.get("items", {}), random.Random(each), self.now, noun) for each in scopes]
        entities = self._search(key, items, call, scope, wanted)
        most = min(max(call.filters.most, shape.get("minItems", 0)), shape.get("maxItems", 20))
        return [self._object(items, noun, call, scope, entity) for entity in entities[: int(most)]]

    def _search(self, key: Key, items: JsonSchema, call: SimulatedCall, scope: str, wanted: int) -> list[Entity]:
        """What a call finds: what it found before, what is known since to fit, and new entities at first."""
        main = key.kind == call.noun
        found = [entity for entity in self.found.get(scope, []) if entity not in self.gone]
        if main and not call.filters.later_page:
            found += [e for e in self.known if e.kind == key.kind and not e.view and e not in found]
            found = [e for e in found if call.filters.let_through({**self.known.get(e, {}), key.field: e.id})]
        if scope not in self.found:
            for number in range(_TRIES):
                if len(found) >= wanted:
                    break
                rng = random.Random(f"{scope} {number}")
                entity = self._new(key, items, rng)
                if entity not in self.known and entity not in self.gone:
                    self.known[entity] = self._foretold(call.filters, items["properties"], rng) if main else {}
                    found.append(entity)
        self.found[scope] = found
        return found

    def _foretold(self, filters: Filters, fields: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
        """What is known of a new entity from having been found with these filters."""
        record = {
            name: schema["const"] if "const" in schema
            else sample(name, {**plain(fields.get(name, {})), **schema}, rng, self.now)
            for name, schema in filters.fields.items()
        }  # fmt: skip
        for text in filters.texts:
            label = next((name for name in _LABELS if name in fields and name not in record), "found by")
            record[label] = f"{sample('title', {}, rng, self.now)} {text}"
        return record

    def _new(self, key: Key, shape: JsonSchema, rng: random.Random) -> Entity:
        return Entity(key.kind, str(sample(key.field, shape["properties"][key.field], rng, self.now, key.kind)))

    def _entity(self, key: Key, noun: str, call: SimulatedCall, scope: str, shape: JsonSchema) -> Entity:
        """Which entity an object is: the one that the arguments name, one that fits them, or a new one."""
        if key.kind in call.named:
            entity = Entity(key.kind, str(call.named[key.kind]))
            if call.writes:
                return entity
            record = self.known.setdefault(entity, {})
            other = {n: v for n, v in call.arguments.items() if n in record and record[n] != v and n != key.field}
            return entity._replace(view=json.dumps(other, sort_keys=True)) if other else entity
        if noun == call.noun and not call.writes and (found := self._search(key, shape, call, scope, 1)):
            return found[0]
        for number in range(_TRIES):
            entity = self._new(key, shape, random.Random(f"{scope} {key.field} {number}"))
            if noun != call.noun or (entity not in self.known and entity not in self.gone):
                break
        return entity

    def _object(
        self, shape: JsonSchema, noun: str, call: SimulatedCall, scope: str, entity: Entity | None = None
    ) -> dict[str, Any]:
        """An object of some noun: an entity where a key tells it from others, else a mere record."""
        fields: dict[str, Any] = shape["properties"]
        key = identity(fields, noun)
        if key is None:
            return _counted(self._fields(shape, noun, call, scope, {}, call.arguments), fields)
        entity = entity or self._entity(key, noun, call, scope, shape)
        record = self.known.setdefault(entity, {})
        meant = noun == call.noun or key.kind in call.named
        if call.writes and noun == call.noun:
            record |= {name: value for name, value in call.arguments.items() if name != key.field}
        own = {key.field: _as_asked(call.named.get(key.kind, entity.id), fields[key.field], entity.id)}
        scope = f"{self.seed} {entity.kind} {entity.id} {entity.view}"
        made = self._fields(shape, noun, call, scope, {**record, **own}, call.arguments if meant else {})
        for name, value in made.items():
            if not isinstance(value, dict | list) and name != key.field:
                record.setdefault(name, value)
        return made

    def _fields(
        self,
        shape: JsonSchema,
        noun: str,
        call: SimulatedCall,
        scope: str,
        known: Mapping[str, Any],
        echoed: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Each field as it is known, else as the arguments have it, else made up."""
        made: dict[str, Any] = {}
        for name, schema in shape["properties"].items():
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
    return {
        n: longest if set(spoken(n).split()) <= _TOTALS and fits(longest, fields[n]) else v for n, v in made.items()
    }


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
