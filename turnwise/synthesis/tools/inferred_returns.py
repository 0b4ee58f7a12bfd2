"""What a tool does and returns, read off its name and its parameters where its author does not say.

What the tools of one list take for a thing (`create_order` a product and a quantity) is what others show of it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from turnwise.values.words import snake
from turnwise.worlds.sandbox import Effect
from turnwise.worlds.simulated.naming import (
    COMPUTES,
    ERASES,
    GRAVE,
    LISTS,
    SETTLES,
    WRITES,
    bounded,
    identity,
    is_an_option,
    is_plural,
    noun_of,
    outcome,
    spoken,
    things,
    verb_of,
)
from turnwise.worlds.simulated.sampling import has_a_range, plain
from turnwise.worlds.world import JsonSchema

_SCALARS = frozenset(("string", "integer", "number", "boolean"))
_MOST_FIELDS = 10
_TEXT = {"type": "string"}


class Things(NamedTuple):
    """What the tools of a list have in common."""

    key_types: Mapping[str, str]
    """kind of thing -> the type of its keys, as the first tool that takes one declares it"""
    fields: Mapping[str, Mapping[str, JsonSchema]]
    """noun -> what the tools that write one take, and the values that a status may have"""


def effect_of(name: str, hints: Mapping[str, Any]) -> Effect:
    """read or write: by an MCP server's hints, else by the verb; what is not known to write reads."""
    if isinstance(hints.get("readOnlyHint"), bool):
        return "read" if hints["readOnlyHint"] else "write"
    return "write" if hints.get("destructiveHint") is True or verb_of(name) in WRITES else "read"


def is_consequential(name: str, effect: str, hints: Mapping[str, Any]) -> bool:
    """Whether a person would want to be asked first."""
    said = hints.get("destructiveHint")
    return effect == "write" and (said if isinstance(said, bool) else verb_of(name) in GRAVE)


def common_things(signatures: Mapping[str, JsonSchema], writes: frozenset[str]) -> Things:
    """What the tools of a list, some of which write, say of the things that they are about."""
    types: dict[str, str] = {}
    fields: dict[str, dict[str, JsonSchema]] = {}
    for name, parameters in signatures.items():
        noun = noun_of(name)
        for field, schema in _shown(parameters).items():
            key = identity([field], noun)
            if key is not None and schema["type"] != "boolean":
                types.setdefault(key.kind, schema["type"])
            if (name in writes or field == "status") and (key is None or key.kind != noun):
                fields.setdefault(noun, {}).setdefault(field.removeprefix("new_"), schema)
    for name in sorted(writes):
        status = fields.get(noun_of(name), {}).get("status", {})
        if (
            verb_of(name) in SETTLES
            and "enum" in status
            and not any(str(v)[:5].lower() == outcome(name)[:5] for v in status.get("enum", []))
        ):
            # A filter need not name every status that there is.
            fields[noun_of(name)]["status"] = {**status, "enum": [*status["enum"], outcome(name)]}
    return Things(types, fields)


def inferred_returns(name: str, effect: str, parameters: JsonSchema, common: Things) -> JsonSchema:
    """A return schema that goes with a tool's name and parameters, and with the other tools of its list."""
    noun, verb = noun_of(name), verb_of(name)
    echoed = _shown(parameters)
    if effect == "read" and verb in COMPUTES:
        numeric = any(schema["type"] in ("number", "integer") for schema in echoed.values())
        return _record({**echoed, "result": {"type": "number"} if numeric else _TEXT})
    given = identity(echoed, noun)
    named = given is not None and (given.kind == noun or given.kind.split()[-1] == noun.split()[-1])
    listing = effect == "read" and (verb in LISTS or is_plural(things(name)))
    several = listing and not (named and given is not None and spoken(given.field) != "name")
    attribute = effect == "read" and not several and given is not None and has_a_range(noun)
    if given is not None and not several and (named or attribute):
        field, kind = given
    else:
        field, kind = f"{snake(noun)}_id", noun
    key = {field: echoed.get(field, {"type": common.key_types.get(kind, "string")})}
    if effect == "write":
        needed = [n for n in echoed if n in parameters["required"]]
        status = common.fields.get(noun, {}).get("status", _TEXT) if verb not in ERASES else _TEXT
        return _record({**key, "status": status, **echoed}, [field, "status", *needed])
    if attribute:
        return _record({**key, snake(noun): {"type": "number"}, **echoed, "updated_at": _TEXT})
    told = dict(list(common.fields.get(noun, {}).items())[:_MOST_FIELDS])
    limits = {n: {"type": "number"} for n in map(bounded, parameters["properties"]) if n is not None}
    label = {} if {"name", "title"} & {spoken(n) for n in (field, *echoed, *told)} else {"name": _TEXT}
    usual = {"status": _TEXT} if several else {"status": _TEXT, "description": _TEXT, "updated_at": _TEXT}
    record = _record({**key, **label, **limits, **usual, **told, **echoed})
    return {"type": "array", "items": record} if several else record


def _shown(parameters: JsonSchema) -> dict[str, JsonSchema]:
    """The parameters that a result shows again, without their bounds."""
    kept = ("type", "enum", "format")
    return {
        name: {word: value for word, value in schema.items() if word in kept}
        for name, schema in ((name, plain(schema)) for name, schema in parameters["properties"].items())
        if schema.get("type") in _SCALARS and not is_an_option(name)
    }


def _record(fields: dict[str, Any], required: list[str] | None = None) -> JsonSchema:
    names = list(fields) if required is None else list(dict.fromkeys(required))
    return {"type": "object", "properties": fields, "required": names, "additionalProperties": False}
