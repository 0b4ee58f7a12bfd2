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
from turnwise.worlds.simulated.memory import EntityKey
from turnwise.worlds.simulated.naming import CHANGES, Key, identity, noun_within, outcome, spoken, verb_of, word_set
from turnwise.worlds.simulated.sampling import plain, sample
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
class SimulatedResults:
    """Composes the results of one dialogue's calls, and remembers the entities in them."""

    seed: int
    now: datetime
    known: dict[EntityKey, dict[str, Any]] = field(default_factory=dict)
    gone: set[EntityKey] = field(default_factory=set)
    found: dict[str, list[EntityKey]] = field(default_factory=dict)
    """call -> the entities that it showed, so that it shows them again"""

    def of(self, call: SimulatedCall) -> Any:
        """The result of a call; it may not fit a return schema that no rule here is made for."""
        value = sample(call.noun, call.tool.returns, random.Random(call.scope), self.now)
        return self._recalled(value, call.tool.returns, call.noun, call, call.scope)

    def _recalled(
        self, value: Any, schema: Any, noun: str, call: SimulatedCall, scope: str, *, listed: bool = False
    ) -> Any:
        """A sampled value in which the entities are as they are known."""
        shape = plain(schema)
        if isinstance(value, dict) and shape.get("properties"):
            return self._object(value, shape, noun, call, scope, listed=listed)
        if not isinstance(value, list):
            return value
        items = plain(shape.get("items", {}))
        key = identity(items.get("properties", {}), noun) if items.get("type") == "object" else None
        if key is None or key.kind != call.noun or key.kind in call.named or call.writes:
            return [self._recalled(v, items, noun, call, f"{scope} {n}", listed=True) for n, v in enumerate(value)]
        most = max(min(call.filters.most, shape.get("maxItems", call.filters.most)), shape.get("minItems", 0))
        entities = self._search(key, items, call, scope, min(len(value), most))
        return [self._object({}, items, noun, call, scope, entity=entity) for entity in entities[: int(most)]]

    def _search(self, key: Key, items: JsonSchema, call: SimulatedCall, scope: str, wanted: int) -> list[EntityKey]:
        """What a call finds: what it found before, what is known since to fit, and new entities at first."""
        found = [entity for entity in self.found.get(scope, []) if entity not in self.gone]
        if not call.filters.later_page:
            found += [e for e in self.known if e.kind == key.kind and not e.view and e not in found]
        found = [e for e in found if call.filters.let_through({**self.known.get(e, {}), key.field: e.id})]
        for number in range(_TRIES if scope not in self.found else 0):
            entity = self._new(key, items, f"{scope} {number}")
            if len(found) < wanted and entity not in self.known and entity not in self.gone:
                self.known[entity] = self._foretold(
                    call.filters, items["properties"], random.Random(f"{scope} {number}")
                )
                found.append(entity)
        self.found[scope] = found
        return found

    def _foretold(self, filters: Filters, fields: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
        """What is known of a new entity from having been found with these filters."""
        record = {n: sample(n, {**plain(fields.get(n, {})), **s}, rng, self.now) for n, s in filters.fields.items()}
        for text in filters.texts:
            label = next((name for name in _LABELS if name in fields and name not in record), "found by")
            record[label] = f"{sample('title', {}, rng, self.now)} {text}"
        return record

    def _new(self, key: Key, shape: JsonSchema, scope: str) -> EntityKey:
        id_ = sample(key.field, shape["properties"][key.field], random.Random(scope), self.now, key.kind)
        return EntityKey(key.kind, str(id_))

    def _entity(self, key: Key, shape: JsonSchema, noun: str, call: SimulatedCall, scope: str) -> EntityKey:
        """Which entity an object is: the one that the arguments name, or a new one."""
        if key.kind in call.named:
            entity = EntityKey(key.kind, str(call.named[key.kind]))
            record = {} if call.writes else self.known.get(entity, {})
            other = {n: v for n, v in call.arguments.items() if n in record and record[n] != v and n != key.field}
            return entity._replace(view=json.dumps(other, sort_keys=True)) if other else entity
        for number in range(_TRIES):
            entity = self._new(key, shape, f"{scope} {key.field} {number}")
            if entity not in self.gone and not (call.writes and noun == call.noun and entity in self.known):
                break
        return entity

    def _object(
        self,
        value: Any,
        shape: JsonSchema,
        noun: str,
        call: SimulatedCall,
        scope: str,
        *,
        listed: bool = False,
        entity: EntityKey | None = None,
    ) -> dict[str, Any]:
        """An object with each field as it is known, else as the arguments have it, else as it was sampled."""
        fields: dict[str, Any] = shape["properties"]
        key = identity(fields, noun)
        record: dict[str, Any] = {}
        own: dict[str, Any] = {}
        # Rows of one named entity (the reviews of a hotel) carry its key and are not the entity.
        if key is not None and not (listed and key.kind in call.named):
            entity = entity or self._entity(key, shape, noun, call, scope)
            scope = f"{self.seed} {entity}"
            value = sample(noun, shape, random.Random(scope), self.now, noun)
            record = self.known.setdefault(entity, {})
            own = {key.field: _as_asked(call.named.get(key.kind, entity.id), fields[key.field], entity.id)}
            if call.writes and noun == call.noun:
                record |= {name: given for name, given in call.arguments.items() if name != key.field}
        meant = key is None or noun == call.noun or key.kind in call.named
        sources = [{**record, **own}, call.arguments if meant else {}]
        made: dict[str, Any] = {}
        for name, schema in fields.items():
            candidates = [source[name] for source in sources if name in source]
            if call.writes and name == "status":
                candidates += settled(call.tool, schema).values()
            fitting = [candidate for candidate in candidates if fits(candidate, schema)]
            if fitting:
                made[name] = fitting[0]
            elif name in value and (not call.writes or name in shape.get("required", [])):
                # What nobody has given, a write's result does not claim.
                made[name] = self._recalled(value[name], schema, noun_within(name, noun), call, f"{scope} {name}")
        for name, given in made.items():
            if not isinstance(given, dict | list) and name not in own:
                record.setdefault(name, given)
        return _counted(made, fields)


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
