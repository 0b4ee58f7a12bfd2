"""JSON schemas as they come from outside become schemas that calls can be checked against, quickly and for sure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from turnwise.worlds.json_schema import UNBOUNDED, quick, sound_keyword
from turnwise.worlds.world import JsonSchema

_TYPES = {"str": "string", "text": "string", "int": "integer", "float": "number", "double": "number", "bool": "boolean",
          "list": "array", "dict": "object", "map": "object", "date": "string", "datetime": "string"}  # fmt: skip
_KNOWN_TYPES = frozenset(("string", "integer", "number", "boolean", "array", "object", "null"))
_PLAIN = frozenset(
    ("enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
     "pattern", "format", "minItems", "maxItems", "minProperties", "maxProperties", "title", "description", "default",
     "examples", "deprecated", "readOnly", "writeOnly")
)  # fmt: skip
"""Keywords whose values are plain data; the others hold schemas, or are left out."""

_LEFT_OUT = (UNBOUNDED - {"$ref"}) | {
    "minContains", "maxContains", "propertyNames", "dependencies", "dependentSchemas", "dependentRequired", "if", "then",
    "else", "unevaluatedProperties", "unevaluatedItems", "prefixItems", "additionalItems", "$dynamicAnchor",
}  # fmt: skip
_DEEPEST = 12
"""Levels of schemas within schemas, and references followed in a row."""

_MOST_PARTS = 3000


@dataclass
class _Mender:
    """The schema that is mended, what was done to it so far, and how many parts of it there have been."""

    root: Any
    notes: dict[str, None] = field(default_factory=dict)
    parts: int = 0

    def note(self, text: str) -> None:
        self.notes.setdefault(text)


def repaired(schema: Any) -> tuple[JsonSchema, list[str]]:
    """A schema of an object, mended where it is plain how, and what was done to it, each once.

    References within the schema are replaced by what they refer to, choices are written as `anyOf`, and what cannot be
    checked in bounded time is left out.
    """
    mender = _Mender(schema)
    whole = dict(schema) if isinstance(schema, dict) else {}
    if not isinstance(schema, dict) and schema is not None:
        mender.note("its schema is no object")
    if "type" not in whole and not {"$ref", "allOf"} & whole.keys():
        mender.note("its schema names no type")
        whole["type"] = "object"
    mended = _mended(whole, mender)
    if mended.get("type") != "object":
        mender.note(f"its schema is not that of an object ({mended.get('type', 'no type')})")
        mended = {"type": "object"}
    return {**mended, "properties": mended.get("properties", {}), "required": mended.get("required", [])}, list(
        mender.notes
    )


def _mended(schema: Any, mender: _Mender, depth: int = 0, followed: tuple[str, ...] = ()) -> JsonSchema:
    if not isinstance(schema, dict):
        if not isinstance(schema, bool):
            mender.note("a schema within it was none")
        return {}
    mender.parts += 1
    if mender.parts > _MOST_PARTS or depth > _DEEPEST:
        mender.note("it is too large, and what lies deeper was left out")
        return {}
    if isinstance(reference := schema.get("$ref"), str):
        target = None if reference in followed or len(followed) >= _DEEPEST else _referred(mender.root, reference)
        if target is None:
            mender.note(f"{reference} {'refers to itself' if reference in followed else 'cannot be followed'}")
        beside = {word: value for word, value in schema.items() if word != "$ref"}
        return _mended({**(target or {}), **beside}, mender, depth, (*followed, reference))

    def inner(part: Any) -> JsonSchema:
        return _mended(part, mender, depth + 1, followed)

    for word in sorted(_LEFT_OUT & schema.keys()):
        mender.note(f"{word} was left out")
    found = {**_plain_keywords(schema, mender), **_nested_keywords(schema, inner, mender)}
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else []:
        found = _merged(found, inner(part))
    if "properties" in found or found.get("type") == "object":
        _keep_required(found, mender)
    elif "required" in found:
        del found["required"]
    return found


def _plain_keywords(schema: JsonSchema, mender: _Mender) -> JsonSchema:
    """The type, and the keywords whose values are plain data and such as a schema may have."""
    found = _typed(schema["type"], mender) if "type" in schema else {}
    said = {word: value for word, value in schema.items() if word in _PLAIN}
    if "const" in schema:
        said["enum"] = [schema["const"]]
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(said.get(word), bool):  # as drafts 3 and 4 had it
            exclusive = said.pop(word) and bound in said
            said |= {word: said.pop(bound)} if exclusive else {}
    for word, value in said.items():
        if word == "pattern" and isinstance(value, str) and not quick(value):
            mender.note("a pattern that is none, or is slow to match, was left out")
        elif not sound_keyword(word, value):
            mender.note(f"{word} was left out: its value is not one that a schema may have")
        else:
            found[word] = value
    return found


def _nested_keywords(schema: JsonSchema, inner: Callable[[Any], JsonSchema], mender: _Mender) -> JsonSchema:
    """The keywords that hold schemas, with those mended."""
    found: JsonSchema = {}
    for word, form in (("properties", dict), ("required", list)):
        if isinstance(value := schema.get(word), form):
            found[word] = {n: inner(part) for n, part in value.items()} if isinstance(value, dict) else value
        elif word in schema:
            mender.note(f"its {word} were no {'object' if form is dict else 'list'}")
    for word in ("oneOf", "anyOf"):
        if isinstance(options := schema.get(word), list) and options:
            found["anyOf"] = [inner(option) for option in options]
    if "items" in schema:
        items = schema["items"]
        found["items"] = inner(items[0] if isinstance(items, list) and items else items)
    for word in ("additionalProperties", "not"):
        if isinstance(value := schema.get(word), dict):
            found[word] = inner(value)
        elif isinstance(value, bool) and word != "not":
            found[word] = value
        elif word in schema:
            mender.note(f"{word} was left out: its value is not one that a schema may have")
    return found


def _keep_required(found: JsonSchema, mender: _Mender) -> None:
    """Require each field once, and only fields that there are."""
    fields, required = found.setdefault("properties", {}), found.get("required", [])
    unknown = [name for name in required if not isinstance(name, str) or name not in fields]
    if unknown:
        mender.note(f"it required what it does not have: {', '.join(map(str, unknown))}")
    found["required"] = list(dict.fromkeys(name for name in required if name not in unknown))


def _typed(kind: Any, mender: _Mender) -> JsonSchema:
    said = kind if isinstance(kind, list) else [kind]
    kinds = [_TYPES.get(name, name) for name in said if isinstance(name, str)]
    known = list(dict.fromkeys(name for name in kinds if name in _KNOWN_TYPES))
    if known != said:
        mender.note(f"a type {kind!r} was read as {' or '.join(known) or 'anything'}")
    if not known:
        return {}
    return {"type": known if isinstance(kind, list) and len(known) > 1 else known[0]}


def _merged(one: JsonSchema, other: JsonSchema) -> JsonSchema:
    merged = {**other, **one}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**other["properties"], **one["properties"]}
    if "required" in one and "required" in other:
        merged["required"] = [*one["required"], *other["required"]]
    return merged


def _referred(root: Any, reference: str) -> JsonSchema | None:
    if not reference.startswith("#"):
        return None
    value = root
    for part in filter(None, reference[1:].split("/")):
        value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None
