"""JSON schemas as they come from outside become schemas that calls can be checked against, quickly and for sure."""

from dataclasses import dataclass, field
from typing import Any

from turnwise.worlds.json_schema import quick, sound_keyword
from turnwise.worlds.world import JsonSchema

_TYPES = {"str": "string", "text": "string", "int": "integer", "float": "number", "double": "number", "bool": "boolean",
          "list": "array", "dict": "object", "map": "object", "date": "string", "datetime": "string"}  # fmt: skip
_KNOWN_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_PLAIN = frozenset(
    ("enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
     "pattern", "format", "minItems", "maxItems", "minProperties", "maxProperties", "title", "description", "default",
     "examples", "deprecated", "readOnly", "writeOnly")
)  # fmt: skip
"""Keywords whose values are plain data; those that hold schemas are mended, and all others left out."""
_IGNORED = ("$schema", "$id", "$defs", "definitions", "$comment", "type", "required", "$ref")
_DEEPEST = 12  # levels of schemas within schemas, and references followed in a row
_MOST_PARTS = 3000


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
    mender = _Mender(schema)
    whole = dict(schema) if isinstance(schema, dict) else {}
    if not isinstance(schema, dict) and schema is not None:
        mender.note("its schema is no object")
    if not {"type", "$ref", "allOf"} & whole.keys():
        mender.note("its schema names no type")
        whole["type"] = "object"
    mended = _mended(whole, mender)
    if mended.get("type") != "object":
        mender.note(f"its schema is not that of an object ({mended.get('type', 'no type')})")
        mended = {"type": "object", "properties": {}, "required": []}
    return mended, mender.notes


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
    for word, value in schema.items():
        if word == "pattern" and isinstance(value, str) and not quick(value):
            mender.note("a pattern that is none, or is slow to match, was left out")
        elif word in _PLAIN and sound_keyword(word, value):
            found |= {"enum": [value]} if word == "const" else {word: value}
        elif word == "properties" and isinstance(value, dict):
            found[word] = {name: inner(part) for name, part in value.items()}
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
    if isinstance(schema.get("required"), list):
        found["required"] = schema["required"]
    for part in merged:
        properties = {**part.get("properties", {}), **found.get("properties", {})}
        required = [*found.get("required", []), *part.get("required", [])]
        found = {**part, **found, **({"properties": properties, "required": required} if properties else {})}
    if "properties" in found or found.get("type") == "object":
        _keep_required(found, mender)
    else:
        found.pop("required", None)
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


def _referred(root: Any, reference: str) -> JsonSchema | None:
    value = root if reference.startswith("#") else None
    for part in filter(None, reference[1:].split("/")):
        value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None
