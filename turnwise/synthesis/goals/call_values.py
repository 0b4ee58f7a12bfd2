"""What a user would give a tool: values for its parameters, as a person would say them.

A value comes from the examples in a parameter's description where there are some, else by its name and schema. What nobody
would say, such as a script or a cursor, is given by none.
"""

import random
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from turnwise.errors import WorldError
from turnwise.goals.model import Mention, Slot
from turnwise.values.words import column_label, is_spoken, listed
from turnwise.worlds import Tool
from turnwise.worlds.json_schema import fits
from turnwise.worlds.simulated.naming import OWN_CODES, identity, is_an_option, is_id, is_plural, noun_of, spoken
from turnwise.worlds.simulated.sampling import has_a_range, plain, sample
from turnwise.worlds.world import JsonSchema

_TABLES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "calls.yaml").read_text("utf-8"))
_UNSAID, _UNSAID_ALONE = (frozenset(_TABLES[name].split()) for name in ("unsaid", "unsaid_alone"))
_GIVEN = [(frozenset(entry["words"].split()), entry["values"]) for entry in _TABLES["given"]]
_QUOTED = r"[\"“'‘`]([^\"”'’`]{1,40})[\"”'’`]"
_EXAMPLES = re.compile(
    rf"(?i)(?:e\.g\.?|for example|such as|examples?|like)[,:]?\s*((?:{_QUOTED}(?:,? (?:or|and) |,\s*|/)?)+)"
)
_BARE_EXAMPLES = re.compile(r"(?i)\((?:e\.g\.?|for example|such as)[,:]?\s+([^()\"'“`]{2,60})\)")
_ARGUMENT = re.compile(r"^\s*(?:[-*]\s*)?`?(\w+)`?(?:\s*\([^)]*\))?\s*:\s*(.+)$", re.MULTILINE)
_MOST_FIELDS = 3
_DEEPEST = 2


class Given(NamedTuple):
    """An argument, the values of it that the user says, and the thing that it names, if it is a key."""

    value: Any
    slots: tuple[Slot, ...] = ()
    mention: Mention | None = None


def descriptions(tool: Tool) -> dict[str, str]:
    """What is said of each parameter, in its schema or under `Args:` in the description of the tool."""
    below = tool.description.partition("Args:")[2] or tool.description.partition("Parameters:")[2]
    said = {name: text.strip() for name, text in _ARGUMENT.findall(below)}
    for name, schema in tool.parameters.get("properties", {}).items():
        if isinstance(schema.get("description"), str):
            said[name] = schema["description"]
    return said


def can_be_said(name: str, schema: JsonSchema, depth: int = 0) -> bool:
    """Whether a person would give such a value in words."""
    shape, parts = plain(schema), spoken(name).split()
    if not parts or parts[-1] in _UNSAID or (len(parts) == 1 and parts[0] in _UNSAID_ALONE):
        return False
    if shape.get("type") == "array":
        items = plain(shape.get("items", {}))
        return items.get("type") in ("string", "integer", "number") and can_be_said(
            name.removesuffix("s"), items, depth
        )
    if shape.get("type") == "object":
        fields = shape.get("properties", {})
        return depth < _DEEPEST and any(can_be_said(n, s, depth + 1) for n, s in fields.items())
    return shape.get("type") != "null"


def is_asked_for(name: str, schema: JsonSchema) -> bool:
    """Whether a user might give an optional parameter of that name: a property of a thing, and not how to answer."""
    kind = plain(schema).get("type")
    option = is_an_option(name) and not {*spoken(name).split()} & {
        "query",
        "keyword",
        "keywords",
        "text",
        "term",
        "search",
    }
    return can_be_said(name, schema) and not option and kind not in ("boolean", "object")


def drawn(
    tool: Tool,
    name: str,
    schema: JsonSchema,
    rng: random.Random,
    now: datetime,
    said: Mapping[str, str],
    depth: int = 0,
    recorded: str | int | float | None = None,
) -> Given:
    """A value for a parameter, the one `recorded` if any; WorldError where none can be made up."""
    shape, noun = plain(schema), noun_of(tool.name)
    if shape.get("type") == "boolean":
        return Given(True)  # nobody asked for either: it is for the agent to choose
    if shape.get("type") == "object":
        return _object(tool, shape, rng, now, depth)
    label = label_of(name, said.get(name, ""))
    if shape.get("type") == "array":
        items, count = shape.get("items", {}), max(shape.get("minItems", 1), rng.randint(1, 2))
        values = [_scalar(name.removesuffix("s"), items, rng, now, noun, said.get(name, "")) for _ in range(count)]
        values = list(dict.fromkeys(values))
        if not fits(values, schema):
            raise WorldError(f"no list fits {name}")
        return Given(values, (Slot(label=label, value=listed([str(value) for value in values])),))
    key = identity([name], noun)
    kind = key.kind if key is not None and _is_key(name) and shape.get("type") in ("string", "integer") else ""
    made_up = recorded is None
    value = _scalar(name, schema, rng, now, kind or noun, said.get(name, "")) if made_up else recorded
    if not kind:
        return Given(value, (Slot(label=label, value=value),))
    mention = Mention(noun=column_label(kind), name=str(value), numbered=True)
    return Given(value, (Slot(label=mention.noun, value=value, mention=mention),), mention)


def _object(tool: Tool, shape: JsonSchema, rng: random.Random, now: datetime, depth: int) -> Given:
    """An object of what is required of it, or of one of its fields."""
    fields, required = shape.get("properties", {}), shape.get("required", [])
    optional = [n for n in fields if n not in required and is_asked_for(n, fields[n])]
    chosen = [*required, *optional[:1]] if not required else list(required)[:_MOST_FIELDS]
    described = {n: str(fields[n].get("description", "")) for n in fields if isinstance(fields[n], dict)}
    parts = {n: drawn(tool, n, fields.get(n, {}), rng, now, described, depth + 1) for n in chosen}
    value = {n: part.value for n, part in parts.items()}
    if not fits(value, shape):
        raise WorldError("no object fits")
    return Given(value, tuple(slot for part in parts.values() for slot in part.slots))


def _scalar(name: str, schema: JsonSchema, rng: random.Random, now: datetime, noun: str, described: str) -> Any:
    shape = plain(schema)
    listed_examples = [*shape.get("examples", [])] if isinstance(shape.get("examples"), list) else []
    known = [
        v for v in (*listed_examples, *examples(described)) if isinstance(v, str) and "@" not in v and fits(v, schema)
    ]
    if (
        shape.get("type") == "string"
        and not {"enum", "const"} & shape.keys()
        and known
        and rng.random() < min(0.85, 0.25 * len(known) + 0.25)
    ):
        return rng.choice(known)
    last = re.sub(r"[\s\d]+$", "", spoken(name)).split()[-1:]
    own = [v for words, values in _GIVEN if words & {*last} for v in values if fits(v, schema)]
    if shape.get("type") == "string" and not {"enum", "const", "format", "pattern"} & shape.keys() and own:
        return rng.choice(own)
    value = sample(re.sub(r"_?\d+$", "", name), schema, rng, now, noun)
    if isinstance(value, str) and value.endswith(".") and fits(value[:-1], schema):
        return value[:-1]
    counts = not has_a_range(name) or is_plural(spoken(name))
    if isinstance(value, float) and counts and fits(round(value), schema):
        return round(value)
    if isinstance(value, float):
        short = int(value) if value.is_integer() else round(value, 2)  # as people say it
        return short if fits(short, schema) else value
    return value


def examples(described: str) -> list[str]:
    """The examples that a description gives."""
    quoted = [value for found in _EXAMPLES.finditer(described) for value in re.findall(_QUOTED, found[1])]
    bare = [part for found in _BARE_EXAMPLES.finditer(described) for part in re.split(r",\s*|\s+or\s+", found[1])]
    found = [value.strip(" .…") for value in quoted or bare]
    return [value for value in found if re.search(r"\w", value) and len(value.split()) <= 6 and "etc" not in value]


def label_of(name: str, described: str) -> str:
    """What a person calls a parameter: by its name, or where that says nothing by a short description."""
    label = column_label(name)
    short = re.split(r"[.;:(,]", described)[0].strip().lower()
    short = re.sub(r"^(?:the|an?|your) ", "", short)
    telling = len(label) > 2 and is_spoken(label)
    return short if not telling and re.fullmatch(r"[a-z]{3,}(?: [a-z]+){0,3}", short) else label


def _is_key(name: str) -> bool:
    return is_id(name) or spoken(name) in OWN_CODES
