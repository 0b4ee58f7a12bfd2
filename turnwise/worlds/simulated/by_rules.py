"""Tools without a database: their results are made up, and agree with each other through one dialogue.

    session = SimulatedSession(world, seed=1)
    session.call("get_order", {"order_id": 7})       # {"order_id": 7, "status": "pending", ...}
    session.call("cancel_order", {"order_id": 7})
    session.call("get_order", {"order_id": 7})       # {"order_id": 7, "status": "cancelled", ...}

A result is sampled from the tool's return schema. An entity in it is known by its key, such as `order_id`; what has been
shown of it, or written to it, is remembered. Rules make the results, not a language model: they are typed and consistent,
and no more plausible than their names allow.
"""

import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds.arguments import Signature, find_tool
from turnwise.worlds.json_schema import check_schema, fits
from turnwise.worlds.simulated.examples import examples_of
from turnwise.worlds.simulated.memory import Answered, EntityKey, named_by, shown_by
from turnwise.worlds.simulated.naming import (
    BOUNDS,
    CHANGES,
    ERASES,
    SETTLES,
    Key,
    bounded,
    identity,
    is_an_option,
    is_id,
    noun_of,
    noun_within,
    outcome,
    spoken,
    verb_of,
    word_set,
)
from turnwise.worlds.simulated.sampling import plain, sample
from turnwise.worlds.world import JsonSchema, Tool, World

_COUNTING, _PAGES, _TEXTS = map(word_set, ("counting", "pages", "texts"))
_LABELS = ("title", "name", "subject", "summary")
_TRIES = 20


@lru_cache(maxsize=16)
def verify_simulated(world: World) -> dict[str, Signature]:
    """The signatures of a world's tools, whose return schemas have to allow results; WorldError names the tool."""
    signatures = {}
    for tool in world.tools:
        try:
            signatures[tool.name] = Signature(tool)
            check_schema(tool.returns, "its returns")
        except WorldError as error:
            raise WorldError(f"tool {tool.name}: {error}") from error
    return signatures


@dataclass(frozen=True)
class _Call:
    tool: Tool
    arguments: dict[str, Any]
    noun: str
    named: dict[str, Any]
    """kind -> the id of the entity of that kind which the arguments name"""
    scope: str
    """what chance in its result depends on"""

    @property
    def writes(self) -> bool:
        return self.tool.effect == "write"


class SimulatedSession:
    """The made-up results of one dialogue in a world that passes `verify_world`. Use it from one thread at a time."""

    def __init__(self, world: World, reference_time: str | None = None, seed: int = 0) -> None:
        self.world = world
        self.calls = 0
        self._signatures = verify_simulated(world)
        self._seed = seed
        self._now = world.moment(reference_time)
        self._known: dict[EntityKey, dict[str, Any]] = {}
        self._gone: set[EntityKey] = set()
        self._called: dict[EntityKey, EntityKey] = {}
        """entities by what they are called, where results show a key that the calls do not give"""
        self._searched: set[str] = set()
        self._examples = examples_of(world)
        self._written: dict[EntityKey, dict[str, Any]] = {}
        """what this dialogue has written to an entity"""
        for entity, fields in _shown_in_examples(world).items():
            self._known[entity] = dict(fields)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a call: it fits the tool's return schema, and what was shown before.

        Raises:
            CallRefused: there is no such tool, the arguments do not fit, or they name what was deleted.
            WorldError: nothing that fits the tool's return schema can be made up.
        """
        self.calls += 1
        tool = find_tool(self.world, name)
        self._signatures[name].check(arguments)
        said, noun = json.dumps(arguments, sort_keys=True), noun_of(name)
        scope = f"{self._seed} {name} {said} {self.calls if tool.effect == 'write' else ''}"
        call = _Call(tool, json.loads(said), noun, named_by(arguments, noun), scope)
        self._refuse_the_gone(call)
        if call.writes:
            self._write(call)
        if (example := self._examples.exact(name, arguments)) is not None:
            if example.error is None:
                return self._as_written(json.loads(json.dumps(example.result)), noun)
            if not self._written and not self._gone:  # what was refused then may be allowed now
                raise CallRefused(example.error)
        with suppress(WorldError):  # a part of it that cannot be sampled alone
            value = sample(noun, tool.returns, random.Random(scope), self._now)
            result = self._recalled(value, tool.returns, noun, call, scope)
            if fits(result, tool.returns):
                return result
        # The same for every call and seed, so that a tool that passed a trial always has a result.
        try:
            return sample(noun, tool.returns, random.Random(name), self.world.moment())
        except WorldError as error:
            raise WorldError(f"tool {name}: nothing that fits its return schema can be made up") from error

    def remember(self, name: str, arguments: Mapping[str, Any], result: Any) -> None:
        """Go by what a live service answered to a call: what it shows is known, what it did is done."""
        tool = find_tool(self.world, name)
        if tool.effect == "write":
            with suppress(CallRefused, WorldError):
                self.call(name, arguments)
        for entity, fields in shown_by(Answered(tool, arguments, result)).items():
            self._known[entity] = self._known.get(entity, {}) | fields

    def net_changes(self) -> list[Any]:
        """No rows, so none that changed."""
        return []

    def close(self) -> None:
        """Nothing is held."""

    def _refuse_the_gone(self, call: _Call) -> None:
        for kind, value in call.named.items():
            if (entity := EntityKey(kind, str(value))) in self._gone:
                if not call.writes or verb_of(call.tool.name) in CHANGES | ERASES or kind != call.noun:
                    raise CallRefused(f"nothing found: there is no {kind} {value!r}")
                self._gone.discard(entity)  # made anew under its old name

    def _write(self, call: _Call) -> None:
        """What a write's arguments say of the entity that they name is so from now on."""
        verb = verb_of(call.tool.name)
        key = identity(call.arguments, call.noun)
        if key is None or key.kind not in call.named or (verb not in CHANGES | ERASES and key.kind != call.noun):
            return
        entity = EntityKey(key.kind, str(call.named[key.kind]))
        if verb in ERASES or (verb == "remove" and key.kind == call.noun):
            self._known.pop(entity, None)
            self._gone.add(entity)
            return
        changed = {name.removeprefix("new_"): value for name, value in call.arguments.items() if name != key.field}
        if verb in SETTLES:
            status = _settled(call.tool, call.tool.returns.get("properties", {}).get("status", {}))
            changed = {"status": status, **changed}
        self._known[entity] = self._known.get(entity, {}) | changed
        self._written[entity] = self._written.get(entity, {}) | changed

    def _as_written(self, value: Any, noun: str) -> Any:
        """A recorded result, with what this dialogue has changed since: what it wrote, and without what it deleted."""
        if isinstance(value, list):
            kept = [item for item in value if not self._gone or _entity_in(item, noun) not in self._gone]
            return [self._as_written(item, noun) for item in kept]
        if not isinstance(value, dict) or not (self._written or self._gone):
            return value
        changed = self._written.get(_entity_in(value, noun) or EntityKey("", ""), {})
        return {
            name: changed[name] if name in changed else self._as_written(inner, noun_within(name, noun))
            for name, inner in value.items()
        }

    def _recalled(self, value: Any, schema: Any, noun: str, call: _Call, scope: str, *, row: bool = False) -> Any:
        """A sampled value in which the entities are as they are known; `row`: it is one of a list."""
        shape = plain(schema)
        if isinstance(value, dict) and shape.get("properties"):
            key = identity(shape["properties"], noun)
            # Rows of one named entity (the reviews of a hotel) carry its key and are not the entity.
            if key is None or (row and key.kind in call.named):
                return self._object(value, shape, noun, call, scope, {})
            return self._entity(self._which(key, shape, noun, call, scope), key, shape, noun, call)
        if not isinstance(value, list):
            return value
        items = plain(shape.get("items", {}))
        key = identity(items.get("properties", {}), noun)
        if key is None or key.kind in call.named or key.kind != call.noun or call.writes:
            return [self._recalled(v, items, noun, call, f"{scope} {n}", row=True) for n, v in enumerate(value)]
        limits = [v for n, v in call.arguments.items() if {*spoken(n).split()} <= _COUNTING and type(v) is int]
        most = int(max(min([20, shape.get("maxItems", 20), *limits]), shape.get("minItems", 0), 0))
        if any({*spoken(n).split()[-1:]} & _PAGES and v not in (0, 1, "") for n, v in call.arguments.items()):
            return []  # all is on the first page
        found = self._search(key, items, call, scope, min(len(value), most))
        return [self._entity(entity, key, items, noun, call) for entity in found[:most]]

    def _search(self, key: Key, items: JsonSchema, call: _Call, scope: str, wanted: int) -> list[EntityKey]:
        """The entities that a call finds: those known that fit what it asks for, and new ones the first time."""
        fields, texts = _asked(call)
        found = [
            entity
            for entity, record in self._known.items()
            if entity.kind == key.kind and _lets_through(fields, texts, {**record, key.field: entity.id})
        ]
        for number in range(_TRIES if scope not in self._searched else 0):
            rng = random.Random(f"{scope} {number}")
            entity = self._new(key, items, rng)
            if len(found) < wanted and entity not in self._known and entity not in self._gone:
                properties = items["properties"]
                record = {
                    n: sample(n, {**plain(properties.get(n, {})), **s}, rng, self._now) for n, s in fields.items()
                }
                label = next((name for name in _LABELS if name in properties and name not in record), "found by")
                record |= {label: f"{sample('title', {}, rng, self._now)} {' '.join(texts)}"} if texts else {}
                self._known[entity] = record
                found.append(entity)
        self._searched.add(scope)
        return found

    def _new(self, key: Key, shape: JsonSchema, rng: random.Random) -> EntityKey:
        return EntityKey(key.kind, str(sample(key.field, shape["properties"][key.field], rng, self._now, key.kind)))

    def _which(self, key: Key, shape: JsonSchema, noun: str, call: _Call, scope: str) -> EntityKey:
        """Which entity an object is: the one that the arguments name, or a new one."""
        given = identity(call.arguments, call.noun)
        by_name = given is not None and given.kind == key.kind and given.field != key.field and not is_id(given.field)
        if by_name and given is not None and is_id(key.field):  # shown with a key, and named by something else
            name = EntityKey(key.kind, str(call.named[key.kind]))
            if call.writes or name not in self._called:
                self._called[name] = self._new(
                    key, shape, random.Random(f"{self._seed} {name} {call.writes and scope}")
                )
                self._known.setdefault(self._called[name], {})[given.field] = call.named[key.kind]
            return self._called[name]
        if key.kind in call.named:
            return EntityKey(key.kind, str(call.named[key.kind]))
        for number in range(_TRIES):
            entity = self._new(key, shape, random.Random(f"{scope} {number}"))
            if entity not in self._gone and not (call.writes and noun == call.noun and entity in self._known):
                break
        return entity

    def _entity(self, entity: EntityKey, key: Key, shape: JsonSchema, noun: str, call: _Call) -> dict[str, Any]:
        """An entity as it is known; what is shown of it is known from then on."""
        record = self._known.setdefault(entity, {})
        if call.writes and noun == call.noun:
            record |= {name: given for name, given in call.arguments.items() if name != key.field}
        scope = f"{self._seed} {entity}"
        value = sample(noun, shape, random.Random(scope), self._now, noun)
        id_ = (
            entity.id
            if fits(entity.id, shape["properties"][key.field]) or not entity.id.isdecimal()
            else int(entity.id)
        )
        made = self._object(value, shape, noun, call, scope, {**record, key.field: id_})
        for name, shown in made.items():
            if not isinstance(shown, dict | list) and name != key.field:
                record.setdefault(name, shown)
        return made

    def _object(
        self, value: Any, shape: JsonSchema, noun: str, call: _Call, scope: str, known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """An object with each field as it is asked for or known, else as it was sampled."""
        asked = call.arguments if not known or noun == call.noun else {}
        made: dict[str, Any] = {}
        for name, schema in shape["properties"].items():
            given = [source[name] for source in (asked, known) if name in source]
            if call.writes and name == "status":
                given += [_settled(call.tool, schema), *plain(schema).get("enum", [])[:1]]
            fitting = [candidate for candidate in given if candidate is not None and fits(candidate, schema)]
            if fitting:
                made[name] = fitting[0]
            elif name in value and (not call.writes or name in shape.get("required", [])):
                # What nobody has given, a write's result does not claim.
                made[name] = self._recalled(value[name], schema, noun_within(name, noun), call, f"{scope} {name}")
        return made


def _entity_in(value: Any, noun: str) -> EntityKey | None:
    """The entity that an object is."""
    key = identity(value, noun) if isinstance(value, dict) else None
    return EntityKey(key.kind, str(value[key.field])) if key is not None else None


@lru_cache(maxsize=16)
def _shown_in_examples(world: World) -> dict[EntityKey, dict[str, Any]]:
    """What recorded reads have shown of each entity, the newest first."""
    found: dict[EntityKey, dict[str, Any]] = {}
    for example in reversed(world.examples):
        tool = world.by_name.get(example.tool)
        if tool is not None and tool.effect == "read" and example.error is None:
            for entity, fields in shown_by(Answered(tool, example.arguments, example.result)).items():
                found[entity] = {**fields, **found.get(entity, {})}
    return found


def _asked(call: _Call) -> tuple[dict[str, JsonSchema], list[str]]:
    """What the arguments of a search ask of the entities it finds: schemas of their fields, and texts in them."""
    fields: dict[str, JsonSchema] = {}
    texts: list[str] = []
    own = [name for name in call.arguments if identity([name], call.noun) == (name, call.noun)]
    for name, value in call.arguments.items():
        said = spoken(name).split()
        if isinstance(value, str) and {*said} & _TEXTS:
            texts += [value] if value.strip() else []
        elif isinstance(value, int | float) and (field := bounded(name)) is not None:
            fields.setdefault(field, {"type": "number"})[next(BOUNDS[w] for w in said if w in BOUNDS)] = value
        elif said and not isinstance(value, list | dict) and not is_an_option(name) and name not in own:
            fields[name] = {"const": value}
    return fields, texts


def _lets_through(fields: Mapping[str, JsonSchema], texts: list[str], record: Mapping[str, Any]) -> bool:
    """Whether an entity of which this is known is wanted."""
    said = " ".join(value for value in record.values() if isinstance(value, str)).lower()
    wanted = all(name in record and fits(record[name], schema) for name, schema in fields.items())
    return wanted and all(text.lower() in said for text in texts)


def _settled(tool: Tool, schema: Any) -> str:
    """The status that a write leaves: what its verb says, as a schema spells it."""
    said = outcome(tool.name)
    spelt = (value for value in plain(schema).get("enum", []) if str(value).lower()[:5] == said[:5])
    return next(spelt, said)
