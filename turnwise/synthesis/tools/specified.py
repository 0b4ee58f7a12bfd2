"""Tools that somebody else specified become tools of a world: their schemas mended, the missing ones inferred."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from turnwise.errors import WorldError
from turnwise.synthesis.seeds.tool_lists import ToolSpec
from turnwise.synthesis.tools.signatures import TYPE_NAMES, object_schema
from turnwise.values.words import listed, snake
from turnwise.worlds import Tool
from turnwise.worlds.arguments import Signature
from turnwise.worlds.json_schema import quick, sound_keyword
from turnwise.worlds.sandbox import Effect
from turnwise.worlds.simulated import naming
from turnwise.worlds.simulated.naming import bounded, identity, is_an_option, noun_of, spoken, verb_of
from turnwise.worlds.simulated.sampling import has_a_range, plain
from turnwise.worlds.world import INFERRED, JsonSchema

_SCALARS = frozenset(("string", "integer", "number", "boolean"))
_MOST_FIELDS = 10
_TEXT = {"type": "string"}
_TYPES = TYPE_NAMES | {
    **dict.fromkeys(("list", "tuple", "set", "sequence"), "array"),
    **dict.fromkeys(("dict", "map", "mapping"), "object"),
    "date": "string",
}
_OPTIONAL = re.compile(r"[,(]?\s*\boptional\b(?!\[)\)?")
_KNOWN_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_PLAIN = frozenset(
    ("enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
     "pattern", "format", "minItems", "maxItems", "minProperties", "maxProperties", "title", "description", "default",
     "examples", "deprecated", "readOnly", "writeOnly")
)  # fmt: skip
"""Keywords whose values are plain data; those that hold schemas are mended, and all others left out."""
_IGNORED = ("$schema", "$id", "$defs", "definitions", "$comment", "$anchor", "type", "required", "$ref")
_DEEPEST = 12  # levels of schemas within schemas, and references followed in a row
_MOST_PARTS = 3000


def specified_tools(specs: Sequence[ToolSpec]) -> tuple[list[Tool], list[str]]:
    """The tools of a list, and a sentence for each mended or dropped; what an author does not say is inferred."""
    from inspect_ai.tool import ToolParams  # takes seconds to import

    left_out: list[str] = []
    signatures = {}
    for spec in specs:
        parameters, notes = repaired(spec.parameters if spec.parameters is not None else {"type": "object"})
        open_ended = parameters.get("additionalProperties") not in (None, False) and not parameters["properties"]
        signatures[spec.name] = {**parameters, "additionalProperties": open_ended}
        left_out += [f"{spec.name} was mended: {listed(notes)}."] if notes else []
    key_types, fields = _common_things(signatures)
    tools = []
    for spec in specs:
        effect = effect_of(spec.name, spec.hints)
        if spec.returns is None:
            inferred = inferred_returns(spec.name, effect, signatures[spec.name], key_types, fields)
            returns = {**inferred, "$comment": INFERRED}
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


_Fields = dict[str, dict[str, JsonSchema]]


def _common_things(signatures: Mapping[str, JsonSchema]) -> tuple[dict[str, str], _Fields]:
    """Per kind of thing the first declared type of its keys; per noun what tools that write one take, and its status."""
    key_types, fields = dict[str, str](), _Fields()
    for name, parameters in signatures.items():
        noun = noun_of(name)
        for taken, schema in _shown(parameters).items():
            key = identity([taken], noun)
            if key is not None and schema["type"] != "boolean":
                key_types.setdefault(key.kind, schema["type"])
            if (verb_of(name) in naming.WRITES or taken == "status") and (key is None or key.kind != noun):
                fields.setdefault(noun, {}).setdefault(taken.removeprefix("new_"), schema)
    return key_types, fields


def inferred_returns(
    name: str, effect: str, parameters: JsonSchema, key_types: Mapping[str, str], fields: _Fields
) -> JsonSchema:
    """A return schema that goes with a tool's name and parameters, and with the other tools of its list."""
    noun, verb = noun_of(name), verb_of(name)
    echoed = _shown(parameters)
    if effect == "read" and verb in naming.COMPUTES:
        return object_schema({**echoed, "result": {"type": "number"}})
    given = identity(echoed, noun)
    named = given is not None and given.kind.split()[-1] == noun.split()[-1]
    listing = effect == "read" and (verb in naming.LISTS or naming.is_plural(naming.things(name)))
    one = verb == "find" and " by " in spoken(name) and not naming.is_plural(naming.things(name))
    several = listing and not one and not (named and given is not None and spoken(given.field) != "name")
    attribute = effect == "read" and not several and given is not None and has_a_range(noun)
    field, kind = given if given is not None and not several and (named or attribute) else (f"{snake(noun)}_id", noun)
    key = {field: echoed.get(field, {"type": key_types.get(kind, "string")})}
    if effect == "write":
        needed = [field, "status", *(n for n in echoed if n in parameters["required"])]
        status = fields.get(noun, {}).get("status", _TEXT) if verb not in naming.ERASES else _TEXT
        return object_schema({**key, "status": status, **echoed}, list(dict.fromkeys(needed)))
    if attribute:
        return object_schema({**key, snake(noun): {"type": "number"}, **echoed})
    told = dict(list(fields.get(noun, {}).items())[:_MOST_FIELDS])
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


@dataclass
class _Mender:
    """The schema that is mended, what was done to it so far, and how many parts of it there have been."""

    root: Any
    notes: list[str] = field(default_factory=list)
    parts: int = 0

    def note(self, text: str) -> None:
        self.notes += [text] * (text not in self.notes)


def repaired(schema: Any) -> tuple[JsonSchema, list[str]]:
    """A schema of an object, mended where it is plain how, and what was done to it, each once.

    References are replaced by what they refer to, choices become `anyOf`, what cannot be checked quickly is left out.
    """
    if flat := _is_flat(schema):
        needed = [
            n for n, part in schema.items() if "default" not in part and not _OPTIONAL.search(str(part.get("type")))
        ]
        marked = any(isinstance(part.get("required"), bool) for part in schema.values())
        schema = {"type": "object", "properties": schema, "required": [] if marked else needed}
    mender = _Mender(schema)
    if flat:
        mender.note("it is a list of parameters, of which those without a default or the word optional are required")
    whole = dict(schema) if isinstance(schema, dict) else {}
    if not isinstance(schema, dict) and schema is not None:
        mender.note("its schema is no object")
    if not {"type", "$ref", "allOf"} & whole.keys():
        mender.note("its schema names no type")
        whole["type"] = "object"
    mended = _mended(whole, mender)
    if "anyOf" in mended and not mended.get("properties"):
        _join_options(mended)
    if mended.get("type") != "object":
        mender.note(f"its schema is not that of an object ({mended.get('type', 'no type')})")
        mended = {"type": "object", "properties": {}, "required": []}
    return mended, mender.notes


def _join_options(mended: JsonSchema) -> None:
    """Take the properties of all options of a schema for its own, and require what each of them requires."""
    options = [option for option in mended["anyOf"] if option.get("properties")]
    if options and len(options) == len(mended["anyOf"]):
        del mended["anyOf"]
        mended["properties"] = {
            name: part for option in reversed(options) for name, part in option["properties"].items()
        }
        needed = [set(option["required"]) for option in options]
        mended["required"] = [name for name in mended["properties"] if all(name in names for names in needed)]


def _is_flat(schema: Any) -> bool:
    """Whether what should be the schema of an object is a mapping of parameters: all are objects, one named `type` too."""
    if not isinstance(schema, dict) or not schema or not all(isinstance(part, dict) for part in schema.values()):
        return False
    return (
        "type" in schema
        or not {"properties", "$ref", "$defs", "definitions", "items", "not", "additionalProperties"} & schema.keys()
    )


def _mended(schema: Any, mender: _Mender, depth: int = 0, followed: tuple[str, ...] = ()) -> JsonSchema:
    mender.parts += 1
    if mender.parts > _MOST_PARTS or depth > _DEEPEST:
        mender.note("it is too large, and what lies deeper was left out")
        return {}
    if not isinstance(schema, dict):
        if not isinstance(schema, bool):
            mender.note("a schema within it was none")
        return {}
    if isinstance(reference := schema.get("$ref"), str):
        target = None if reference in followed or len(followed) >= _DEEPEST else _referred(mender.root, reference)
        if target is None:
            mender.note(f"{reference} {'refers to itself' if reference in followed else 'cannot be followed'}")
        beside = {word: value for word, value in schema.items() if word != "$ref"}
        return _mended({**(target or {}), **beside}, mender, depth, (*followed, reference))

    def inner(part: Any) -> JsonSchema:
        return _mended(part, mender, depth + 1, followed)

    found = _typed(schema["type"], mender) if "type" in schema else {}
    merged: list[JsonSchema] = []
    required: list[Any] = []
    for word, value in schema.items():
        if word == "pattern" and isinstance(value, str) and not quick(value):
            mender.note("a pattern that is none, or is slow to match, was left out")
        elif word in _PLAIN and sound_keyword(word, value):
            found |= {"enum": [value]} if word == "const" else {word: value}
        elif word == "properties" and isinstance(value, dict):
            found[word] = {name: inner(part) for name, part in value.items()}
            required += _marked(value, mender)
        elif word == "items":
            found[word] = inner(value[0] if isinstance(value, list) and value else value)
        elif word in ("anyOf", "oneOf") and isinstance(value, list) and value:
            found["anyOf"] = [inner(option) for option in value]
        elif word == "allOf" and isinstance(value, list):
            merged = [inner(part) for part in value]
        elif word in ("not", "additionalProperties") and isinstance(value, dict):
            found[word] = inner(value)
        elif word == "additionalProperties" and isinstance(value, bool):
            found[word] = value
        elif word not in _IGNORED and not word.startswith("x-"):
            mender.note(f"{word} was left out")
    if isinstance(schema.get("required"), list) or required:
        listed_there = schema["required"] if isinstance(schema.get("required"), list) else []
        found["required"] = [*listed_there, *required]
    for part in merged:
        properties = {**part.get("properties", {}), **found.get("properties", {})}
        required = [*found.get("required", []), *part.get("required", [])]
        found = {**part, **found, **({"properties": properties, "required": required} if properties else {})}
    if "properties" in found or found.get("type") == "object":
        _keep_required(found, mender)
    else:
        found.pop("required", None)
    return found


def _marked(properties: Mapping[str, Any], mender: _Mender) -> list[str]:
    """The properties that are marked as required one by one, where any says whether it is."""
    said = {
        name: part["required"] for name, part in properties.items() if isinstance(part, dict) and "required" in part
    }
    flags = {name: flag for name, flag in said.items() if isinstance(flag, bool)}
    if flags:
        mender.note("which parameters are required was read from the parameters")
    return [name for name, flag in flags.items() if flag]


def _keep_required(found: JsonSchema, mender: _Mender) -> None:
    """Require each field once, and only fields that there are."""
    fields, required = found.setdefault("properties", {}), found.get("required", [])
    unknown = [name for name in required if not isinstance(name, str) or name not in fields]
    if unknown:
        mender.note(f"it required what it does not have: {', '.join(map(str, unknown))}")
    found["required"] = list(dict.fromkeys(name for name in required if name not in unknown))


def _typed(kind: Any, mender: _Mender) -> JsonSchema:
    said = kind if isinstance(kind, list) else [kind]
    read = [_spelled(name) for name in said if isinstance(name, str)]
    known = list(dict.fromkeys(schema["type"] for schema in read if schema))
    if known != said:
        mender.note(f"a type {kind!r} was read as {' or '.join(known) or 'anything'}")
    if not known or len(read) > len([schema for schema in read if schema]):
        return {}
    return {"type": known} if isinstance(kind, list) and len(known) > 1 else read[0]


def _spelled(name: str) -> JsonSchema:
    """The schema of a type as JSON Schema or Python spells it: `integer`, `List[str], optional`; empty for anything."""
    plain = _OPTIONAL.sub("", name.strip().lower()).strip()
    if wrapped := re.fullmatch(r"optional\[(.*)\]", plain):
        return _spelled(wrapped[1])
    outer, _, inner = plain.partition("[")
    outer = outer.strip().rpartition(".")[2]
    kind = _TYPES.get(outer, outer)
    if kind not in _KNOWN_TYPES:
        return {}
    item = _spelled(inner.removesuffix("]")) if kind == "array" and inner and outer != "tuple" else {}
    return {"type": kind, "items": item} if item else {"type": kind}


def _referred(root: Any, reference: str) -> JsonSchema | None:
    if not reference.startswith("#"):
        return None
    if reference[1:2] not in ("", "/"):
        return _anchored(root, unquote(reference[1:]))
    value = root
    for part in filter(None, reference[1:].split("/")):
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


def _anchored(root: Any, anchor: str) -> JsonSchema | None:
    """The schema under a name that it gives itself."""
    level = [root]
    while level:
        named = [value for value in level if isinstance(value, dict) and value.get("$anchor") == anchor]
        if named:
            return named[0]
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else [])
        ]
    return None
