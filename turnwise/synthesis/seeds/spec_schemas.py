"""JSON schemas as they come from outside become schemas that calls can be checked against, quickly and for sure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

from turnwise.worlds.arguments import UNBOUNDED, quick
from turnwise.worlds.world import JsonSchema

_TYPES = {"str": "string", "text": "string", "int": "integer", "float": "number", "double": "number", "bool": "boolean",
          "list": "array", "dict": "object", "map": "object", "date": "string", "datetime": "string"}  # fmt: skip
_KNOWN_TYPES = frozenset(("string", "integer", "number", "boolean", "array", "object", "null"))
_KEPT = frozenset(
    ("type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "oneOf", "allOf", "not",
     "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
     "format", "minItems", "maxItems", "minProperties", "maxProperties", "title", "description", "default", "examples",
     "deprecated", "readOnly", "writeOnly")
)  # fmt: skip
_LEFT_OUT = (UNBOUNDED - {"$ref"}) | {
    "minContains", "maxContains", "propertyNames", "dependencies", "dependentSchemas", "dependentRequired", "if", "then",
    "else", "unevaluatedProperties", "unevaluatedItems", "prefixItems", "additionalItems", "$dynamicAnchor",
}  # fmt: skip
_DEEPEST = 12
_MOST_PARTS = 3000
_MOST_FAULTS = 40


@dataclass
class _Source:
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
    source = _Source(schema)
    whole = dict(schema) if isinstance(schema, dict) else {}
    if not isinstance(schema, dict) and schema is not None:
        source.note("its schema is no object")
    if "type" not in whole and not {"$ref", "allOf"} & whole.keys():
        source.note("its schema names no type")
        whole["type"] = "object"
    mended = _mended(whole, source, ())
    if mended.get("type") != "object":
        source.note(f"its schema is not that of an object ({mended.get('type', 'no type')})")
        mended = {"type": "object"}
    mended = {**mended, "properties": mended.get("properties", {}), "required": mended.get("required", [])}
    _without_faults(mended, source)
    return mended, list(source.notes)


def _mended(schema: Any, source: _Source, followed: tuple[str, ...]) -> JsonSchema:
    if not isinstance(schema, dict):
        if not isinstance(schema, bool):
            source.note("a schema within it was none")
        return {}
    source.parts += 1
    if source.parts > _MOST_PARTS:
        source.note("it is too large, and what lies deeper was left out")
        return {}
    if isinstance(reference := schema.get("$ref"), str):
        target = None if reference in followed or len(followed) >= _DEEPEST else _referred(source.root, reference)
        if target is None:
            source.note(f"{reference} {'refers to itself' if reference in followed else 'cannot be followed'}")
        beside = {word: value for word, value in schema.items() if word != "$ref"}
        return _mended({**(target or {}), **beside}, source, (*followed, reference))
    for word in sorted(_LEFT_OUT & schema.keys()):
        source.note(f"{word} was left out")
    found = {word: value for word, value in schema.items() if word in _KEPT}
    for word, form in (("properties", dict), ("required", list)):
        if word in found and not isinstance(found[word], form):
            source.note(f"its {word} were no {'object' if form is dict else 'list'}")
            del found[word]
    for word in ("oneOf", "anyOf"):
        if isinstance(options := found.pop(word, None), list) and options:
            found["anyOf"] = [_mended(option, source, followed) for option in options]
    allof = found.pop("allOf", None)
    for part in allof if isinstance(allof, list) else []:
        found = _merged(found, _mended(part, source, followed))
    if "type" in found:
        found |= _typed(found.pop("type"), source)
    if "const" in found:
        found["enum"] = [found.pop("const")]
    if "properties" in found or found.get("type") == "object":
        _mend_object(found, source, followed)
    if "items" in found:
        items = found["items"]
        found["items"] = _mended(items[0] if isinstance(items, list) and items else items, source, followed)
    for word in ("additionalProperties", "not"):
        if isinstance(inner := found.get(word), dict):
            found[word] = _mended(inner, source, followed)
        elif word in found and (word == "not" or not isinstance(inner, bool)):
            source.note(f"{word} was left out: its value is not one that a schema may have")
            del found[word]
    if "pattern" in found and not (isinstance(found["pattern"], str) and quick(found["pattern"])):
        source.note("a pattern that is slow to match was left out")
        del found["pattern"]
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(found.get(word), bool):  # as drafts 3 and 4 had it
            exclusive = found.pop(word) and bound in found
            found |= {word: found.pop(bound)} if exclusive else {}
    return found


def _mend_object(found: JsonSchema, source: _Source, followed: tuple[str, ...]) -> None:
    fields, required = found.get("properties", {}), found.get("required", [])
    if unknown := [name for name in required if not isinstance(name, str) or name not in fields]:
        source.note(f"it required what it does not have: {', '.join(map(str, unknown))}")
    found["properties"] = {name: _mended(field, source, followed) for name, field in fields.items()}
    found["required"] = list(dict.fromkeys(name for name in required if name not in unknown))


def _typed(kind: Any, source: _Source) -> JsonSchema:
    said = kind if isinstance(kind, list) else [kind]
    kinds = [_TYPES.get(name, name) for name in said if isinstance(name, str)]
    known = list(dict.fromkeys(name for name in kinds if name in _KNOWN_TYPES))
    if known != said:
        source.note(f"a type {kind!r} was read as {' or '.join(known) or 'anything'}")
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
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value if isinstance(value, dict) else None


def _without_faults(schema: JsonSchema, source: _Source) -> None:
    """Take out, one by one, the keywords whose values no schema may have (`"minimum": "3"`)."""
    for _ in range(_MOST_FAULTS):
        fault = next(_faults(schema), None)
        if fault is None:
            return
        *way, last = fault
        place: Any = schema
        for step in way:
            place = place[step]
        source.note(f"{last} was left out: its value is not one that a schema may have")
        del place[last]


def _faults(schema: JsonSchema) -> Iterator[list[str | int]]:
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        if error.absolute_path:
            yield list(error.absolute_path)
