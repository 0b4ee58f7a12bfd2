"""What a reply has to look like, for servers and for models: strict JSON schemas, forms that can be read, excerpts.

In a strict schema every field is required and none is added; what may be missing is null. Nothing of a class but its
fields gets into it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

_DROPPED = frozenset({"title", "default", "$defs", "discriminator", "additionalProperties", "required"})
_BOUNDS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "pattern", "format", "minimum", "maximum"})
"""Bounds are checked when a reply is read: not every server has them."""
_EXCERPT = 240
_MISMATCHES = 3  # that a model is told of at a time


@cache
def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The strict JSON schema of a shape."""
    raw = shape.model_json_schema()
    return strict(raw, raw.get("$defs", {}))


def strict(schema: Any, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A JSON schema as strict mode has it: references replaced, all fields required, optional ones nullable."""
    if not isinstance(schema, dict):
        return {}
    if isinstance(name := schema.get("$ref"), str):
        return strict((known or {}).get(name.rpartition("/")[2]), known)
    found = {k: v for k, v in schema.items() if k not in _DROPPED and k not in _BOUNDS}
    if "const" in found:
        found["enum"] = [found.pop("const")]
    for word in ("oneOf", "anyOf"):
        if word in found:
            found["anyOf"] = [strict(option, known) for option in found.pop(word)]
    if "items" in found:
        found["items"] = strict(found["items"], known)
    if isinstance(kinds := found.get("type"), list):
        del found["type"]
        found["anyOf"] = [strict({**found, "type": kind}) if kind != "null" else {"type": "null"} for kind in kinds]
        found = {k: v for k, v in found.items() if k in ("anyOf", "description")}
    elif isinstance(properties := found.get("properties"), dict):
        found.pop("description", None)  # a class's docstring, which is about our code
        needed = schema.get("required", [])
        own = known is None  # a schema of somebody else's: what it does not require may be missing, so it is nullable
        found["properties"] = {
            name: _nullable(strict(part, known)) if own and name not in needed else strict(part, known)
            for name, part in properties.items()
        }
        found |= {"required": list(properties), "additionalProperties": False}
    return found


def is_strict(schema: Any) -> bool:
    """Whether a schema says the fields of every object in it, and a type of every value."""
    if not isinstance(schema, dict) or not {"type", "anyOf", "enum"} & schema.keys():
        return False
    if schema.get("type") == "object" and not schema.get("properties"):
        return False
    if schema.get("type") == "array" and "items" not in schema:
        return False
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    return all(map(is_strict, [*parts, schema["items"]] if "items" in schema else parts))


def form(schema: Mapping[str, Any]) -> str:
    """A strict schema as the JSON that fits it, with what goes where: {"name": text, "count": whole number or null}."""
    if "enum" in schema:
        return " or ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(form, schema["anyOf"])))
    match schema.get("type"):
        case "object":
            return (
                f"{{{', '.join(f'{json.dumps(n)}: {form(part)}' for n, part in schema.get('properties', {}).items())}}}"
            )
        case "array":
            return f"[{form(schema.get('items', {}))}, ...]"
        case kind:
            words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
            return words.get(str(kind), "null" if kind == "null" else "any JSON")


def mismatches(value: Any, error: ValidationError) -> list[str]:
    """How a reply does not fit its shape, the first few: where, why, and that part of it.

    Of a value that may have one of several forms only what is wrong within one of them is said.
    """
    found: dict[tuple[int | str, ...], list[str]] = {}
    for problem in error.errors():
        found.setdefault(_place(value, problem["loc"]), []).append(problem["msg"].lower())
    wrong = [p for p in found if not any(len(q) > len(p) and q[: len(p)] == p for q in found)]
    return [
        f"{'.'.join(map(str, p)) or 'the object'}: {_either(found[p])} in {_part(value, p)}"
        for p in wrong[:_MISMATCHES]
    ]


def _either(reasons: Sequence[str]) -> str:
    """Reasons of which each is about another form, as one: input should be a valid string or a valid number."""
    first, *others = dict.fromkeys(reasons)
    start = "input should be "
    return " or ".join([first, *(reason.removeprefix(start) for reason in others)])


def _place(value: Any, steps: Sequence[int | str]) -> tuple[int | str, ...]:
    """The steps into a reply, without the names of forms that pydantic puts between them."""
    place: list[int | str] = []
    for number, step in enumerate(steps):
        try:
            value = value[step]
        except (LookupError, TypeError):
            if number + 1 < len(steps) or not isinstance(value, dict):
                continue  # the name of a form
        place.append(step)
    return tuple(place)


def _part(value: Any, place: Sequence[int | str]) -> str:
    """The part of a reply at a place, as JSON; where there is none, what it should be in."""
    for step in place:
        try:
            value = value[step]
        except (LookupError, TypeError):
            break
    return excerpt(json.dumps(value, ensure_ascii=False))


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    options = schema.get("anyOf", [schema])
    return schema if {"type": "null"} in options or not schema else {"anyOf": [*options, {"type": "null"}]}
