"""Lists of tools as files of dialogues have them, in OpenAI's form; their names stay as the dialogues call them."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from turnwise.logs.importing.reading import at, first, load
from turnwise.synthesis.tools.specified import repaired

_LISTED = re.compile(r"<tools>(.*?)</tools>", re.DOTALL)
_PARAMETERS = ("parameters", "input_schema", "inputSchema", "params", "parametersJsonSchema", "args_schema")

Function = dict[str, Any]


def read_tools(given: Any) -> tuple[list[Function], list[str]]:
    """The functions of a list, each with `name`, `description`, `parameters`, perhaps `annotations`; and what was mended."""
    found: dict[str, Function] = {}
    notes: list[str] = []
    if isinstance(given, str):
        given = _in_text(given)
    for spec in _specs(given):
        name = first(spec, "name", "function_name")
        if not (isinstance(name, str) and name.strip()):
            notes.append("a tool of its list has no name, and was left out of the list")
            continue
        parameters = _schema(spec)
        sound, notice = _sound(parameters)
        notes += [f"the parameters of {name} were mended: {notice}"] if notice else []
        described = first(spec, "description", "doc")
        tool: Function = {
            "name": name,
            "description": described if isinstance(described, str) else "",
            "parameters": sound,
        }
        if isinstance(hints := spec.get("annotations"), dict):
            tool["annotations"] = hints
        if name in found and found[name] != tool:
            notes.append(f"its list has two tools named {name}, and the first was kept")
        found.setdefault(name, tool)
    return list(found.values()), notes


def listed_in(text: str) -> list[Any]:
    """The tools that a system prompt lists between tags, as Hermes has them."""
    return [spec for part in _LISTED.findall(text) for spec in _specs(_in_text(part))]


def _in_text(text: str) -> Any:
    """A list in a string: JSON, or an object on each line."""
    try:
        return load(text)
    except ValueError:
        pass
    found = []
    for line in text.split("\n"):
        try:
            found.append(load(line))
        except ValueError:
            continue
    return found


def _specs(given: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list that may be tools: those of OpenAI, Anthropic, Gemini, Bedrock, MCP, tau2 and Inspect."""
    if isinstance(given, dict):
        inner = first(given, "functionDeclarations", "function_declarations", "tools")
        if isinstance(inner, list):
            given = inner
        elif {"name", "function", "toolSpec"} & given.keys():
            given = [given]
        else:  # by name, as tau2 has them
            given = [{"name": name, **spec} for name, spec in given.items() if isinstance(spec, dict)]
    for entry in given if isinstance(given, list) else []:
        inner = first(entry, "function", "toolSpec", "functionDeclarations", "function_declarations")
        if isinstance(inner, list):
            yield from _specs(inner)
        elif isinstance(inner, dict):
            yield {**({"annotations": entry["annotations"]} if "annotations" in entry else {}), **inner}
        elif isinstance(entry, dict) and first(entry, "name", "function_name", *_PARAMETERS, "description"):
            yield entry


def _schema(spec: dict[str, Any]) -> Any:
    schema = first(spec, *_PARAMETERS)
    return at(schema, "json") or schema  # Bedrock has {"json": {...}}


def _sound(schema: Any) -> tuple[Any, str]:
    """A schema that trainers can read, and what was mended; as it stands where it is sound."""
    if schema is None or schema == {}:
        return {"type": "object", "properties": {}}, ""
    try:
        if (
            isinstance(schema, dict)
            and schema.get("type") == "object"
            and isinstance(schema.get("properties", {}), dict)
        ):
            Draft202012Validator.check_schema(schema)
            return schema, ""
    except (SchemaError, RecursionError):
        pass
    mended, notes = repaired(schema)
    return mended, "; ".join(notes) or "it was no schema of an object"
