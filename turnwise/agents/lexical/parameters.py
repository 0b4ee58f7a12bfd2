"""One parameter of a tool: what people call it, what it takes, and which kind of row it points at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspect_ai.tool import ToolInfo, ToolParam

from turnwise.agents.lexical.language import DATA, Label, stems
from turnwise.values.words import singular, words

_SEARCHED = frozenset(DATA["searched"].split())
_ID = re.compile(r"(?:^|_|(?<=[a-z]))(?:id|Id|ID|uuid)$")


@dataclass(frozen=True)
class Parameter:
    """A parameter, understood."""

    name: str
    kind: str
    required: bool
    labels: tuple[Label, ...]
    """what people call it, the most telling name first"""
    refers: str
    """noun of the rows it points at; empty when it is a plain value"""
    bound: str
    """`min` or `max` when it limits a value from one side"""
    enum: tuple[Any, ...]
    description: str

    @property
    def free(self) -> bool:
        """Whether it takes any text to look for."""
        return bool(_SEARCHED & set(stems(self.name))) and not self.enum

    @property
    def label(self) -> str:
        """What to call it in a reply: its name in words, as it is spelt."""
        return words(_ID.sub("", self.name)) or self.name


def role_of(name: str) -> str:
    """The noun in the name of a key: `support_rep_id` -> `support rep`."""
    return singular(words(_ID.sub("", name))) if _ID.search(name) and _ID.sub("", name) else ""


def parameters(tool: ToolInfo, nouns: frozenset[str], roles: Mapping[str, str], noun: str) -> tuple[Parameter, ...]:
    """The parameters of a tool about a noun.

    Args:
        nouns: every noun that a tool is about.
        roles: other names of those nouns.
    """
    return tuple(
        _parameter(name, shape, name in tool.parameters.required, nouns, roles, noun)
        for name, shape in tool.parameters.properties.items()
    )


def _parameter(
    name: str, shape: ToolParam, required: bool, nouns: frozenset[str], roles: Mapping[str, str], noun: str
) -> Parameter:
    own = stems(name)
    bound = DATA["bounds"].get(own[0], "") if len(own) > 1 else ""
    own = own[1:] if bound else own
    labels = tuple(dict.fromkeys(filter(None, [*_described(shape.description or "", own), stems(role_of(name)), own])))
    kind = str(shape.type[0] if isinstance(shape.type, list) else shape.type or "string")
    description = " ".join(x for x in (shape.description, shape.format, shape.pattern) if x)
    refers = ""
    if _ID.search(name) and not role_of(name):
        refers = noun
    elif _ID.search(name) or kind == "integer":  # a whole number called after a noun is a key in all but name
        called = [singular(" ".join(label)) for label in labels]
        refers = next((roles.get(c, c) for c in called if c in nouns or c in roles), "")
    return Parameter(name, kind, required, labels, refers, bound, tuple(shape.enum or ()), description)


def _described(description: str, own: Label) -> list[Label]:
    """The name of a field in its description."""
    said = re.split(r"[;,.](?:\s|$)|\bsuch as\b", re.sub(r"\s*\([^)]*\)", "", description))[0].strip()
    match = next((m for form in DATA["described"].splitlines() if (m := re.fullmatch(form, said, re.IGNORECASE))), None)
    label = stems(match[1]) if match is not None else ()
    return [label] if 0 < len(label) <= 4 and label != own and "to" not in label else []
