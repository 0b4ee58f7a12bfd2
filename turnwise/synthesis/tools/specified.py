"""Tools that somebody else specified become tools of a world: their schemas mended, the missing ones inferred.

What the tools of one list take for a thing (`create_order` a product and a quantity) is what others show of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from turnwise.errors import WorldError
from turnwise.synthesis.seeds.mending import repaired
from turnwise.synthesis.seeds.tool_list import ToolSpec
from turnwise.synthesis.tools.signatures import object_schema
from turnwise.values.words import listed, snake
from turnwise.worlds import Tool
from turnwise.worlds.arguments import Signature
from turnwise.worlds.sandbox import Effect
from turnwise.worlds.simulated import naming
from turnwise.worlds.simulated.naming import bounded, identity, is_an_option, noun_of, spoken, verb_of
from turnwise.worlds.simulated.sampling import has_a_range, plain
from turnwise.worlds.world import JsonSchema

_SCALARS = frozenset(("string", "integer", "number", "boolean"))
_MOST_FIELDS = 10
_TEXT = {"type": "string"}


def specified_tools(specs: Sequence[ToolSpec]) -> tuple[list[Tool], list[str]]:
    """The tools of a list, and a sentence for each that was mended or dropped.

    Tools are taken as they are; what one does and returns is inferred where its author does not say.
    """
    from inspect_ai.tool import ToolParams  # takes seconds to import

    left_out: list[str] = []
    signatures = {}
    for spec in specs:
        parameters, notes = repaired(spec.parameters if spec.parameters is not None else {"type": "object"})
        open_ended = parameters.get("additionalProperties") not in (None, False) and not parameters["properties"]
        signatures[spec.name] = {**parameters, "additionalProperties": open_ended}
        left_out += [f"{spec.name} was mended: {listed(notes)}."] if notes else []
    common = _common_things(signatures)
    tools = []
    for spec in specs:
        effect = effect_of(spec.name, spec.hints)
        if spec.returns is None:
            returns = inferred_returns(spec.name, effect, signatures[spec.name], common)
        else:
            wrapped = spec.returns.get("type") == "array"
            mended, notes = repaired({"type": "object", "properties": {"": spec.returns}} if wrapped else spec.returns)
            returns = mended["properties"][""] if wrapped else mended
            left_out += [f"What {spec.name} returns was mended: {listed(notes)}."] if notes else []
        tool = Tool(
            name=spec.name,
            description=spec.description,
            parameters=signatures[spec.name],
            returns=returns,
            effect=effect,
            consequential=is_consequential(spec.name, effect, spec.hints),
        )
        try:
            Signature(tool)
            ToolParams.model_validate(tool.parameters)
        except (WorldError, ValidationError) as error:
            left_out.append(f"{spec.name} was dropped: {' '.join(str(error).split())}.")
            continue
        tools.append(tool)
    return tools, left_out


def effect_of(name: str, hints: Mapping[str, Any]) -> Effect:
    """read or write: by an MCP server's hints, else by the verb; what is not known to write reads."""
    if isinstance(hints.get("readOnlyHint"), bool):
        return "read" if hints["readOnlyHint"] else "write"
    return "write" if hints.get("destructiveHint") is True or verb_of(name) in naming.WRITES else "read"


def is_consequential(name: str, effect: str, hints: Mapping[str, Any]) -> bool:
    """Whether a person would want to be asked first."""
    said = hints.get("destructiveHint")
    return effect == "write" and (said if isinstance(said, bool) else verb_of(name) in naming.GRAVE)


class _Things(NamedTuple):
    """What the tools of a list have in common."""

    key_types: dict[str, str]  # kind of thing -> the type of its keys, as the first tool that takes one declares it
    fields: dict[str, dict[str, JsonSchema]]  # noun -> what the tools that write one take, and its status


def _common_things(signatures: Mapping[str, JsonSchema]) -> _Things:
    common = _Things({}, {})
    for name, parameters in signatures.items():
        noun = noun_of(name)
        for field, schema in _shown(parameters).items():
            key = identity([field], noun)
            if key is not None and schema["type"] != "boolean":
                common.key_types.setdefault(key.kind, schema["type"])
            if (verb_of(name) in naming.WRITES or field == "status") and (key is None or key.kind != noun):
                common.fields.setdefault(noun, {}).setdefault(field.removeprefix("new_"), schema)
    return common


def inferred_returns(name: str, effect: str, parameters: JsonSchema, common: _Things) -> JsonSchema:
    """A return schema that goes with a tool's name and parameters, and with the other tools of its list."""
    noun, verb = noun_of(name), verb_of(name)
    echoed = _shown(parameters)
    if effect == "read" and verb in naming.COMPUTES:
        return object_schema({**echoed, "result": {"type": "number"}})
    given = identity(echoed, noun)
    named = given is not None and given.kind.split()[-1] == noun.split()[-1]
    listing = effect == "read" and (verb in naming.LISTS or naming.is_plural(naming.things(name)))
    several = listing and not (named and given is not None and spoken(given.field) != "name")
    attribute = effect == "read" and not several and given is not None and has_a_range(noun)
    field, kind = given if given is not None and not several and (named or attribute) else (f"{snake(noun)}_id", noun)
    key = {field: echoed.get(field, {"type": common.key_types.get(kind, "string")})}
    if effect == "write":
        needed = [field, "status", *(n for n in echoed if n in parameters["required"])]
        status = common.fields.get(noun, {}).get("status", _TEXT) if verb not in naming.ERASES else _TEXT
        return object_schema({**key, "status": status, **echoed}, list(dict.fromkeys(needed)))
    if attribute:
        return object_schema({**key, snake(noun): {"type": "number"}, **echoed})
    told = dict(list(common.fields.get(noun, {}).items())[:_MOST_FIELDS])
    limits = {n: {"type": "number"} for n in map(bounded, parameters["properties"]) if n is not None}
    label = {} if {"name", "title"} & {spoken(n) for n in (field, *echoed, *told)} else {"name": _TEXT}
    record = object_schema({**key, **label, **limits, "status": _TEXT, "description": _TEXT, **told, **echoed})
    return {"type": "array", "items": record} if several else record


def _shown(parameters: JsonSchema) -> dict[str, JsonSchema]:
    """The parameters that a result shows again, without their bounds."""
    simple = {name: plain(schema) for name, schema in parameters["properties"].items() if not is_an_option(name)}
    return {
        name: {word: value for word, value in schema.items() if word in ("type", "enum", "format")}
        for name, schema in simple.items()
        if schema.get("type") in _SCALARS
    }
