"""One parameter of a tool: what people call it, what it takes, and which kind of row it points at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from inspect_ai.tool import ToolInfo, ToolParam

from turnwise.agents.lexical.cues import word_set
from turnwise.agents.lexical.matching import stems

Label = tuple[str, ...]
"""The stems of a field's name as people say it: `unit price`."""

_BOUNDS = {
    "min": "min",
    "max": "max",
    "minimum": "min",
    "maximum": "max",
    "after": "min",
    "before": "max",
    "since": "min",
    "until": "max",
}
_FREE = {"query", "q", "text", "term", "keyword", "name", "title", "search", "phrase", "string", "word"}
_FRAMES = (
    r"^(?:the )?new (.+)$",
    r"^only .+? with (?:this |these )?(.+?)(?: of at (?:least|most).*)?$",
    r"^which (.+?) to .+$",
    r"^(?:the )?(.+?) (?:of|for) (?:the|a|an|this) (.+)$",
    r"^(?:the|a|an) (.+)$",
)
_ASKING = word_set("whose which how what text id")
_KEY = re.compile(r"(?i)(?:^|[_ ]|(?<=[a-z]))(id|ref|key|uuid|code|number|no)s?$")


@dataclass(frozen=True)
class Parameter:
    """A parameter, understood."""

    name: str
    kind: str
    required: bool
    labels: tuple[Label, ...]
    refers: str
    """noun of the rows it points at; empty when it is a plain value"""
    bound: str
    """`min` or `max` when it limits a value from one side"""
    enum: tuple[Any, ...]
    description: str
    spelt: str
    """its name in words, with their plurals"""

    def with_labels(self, labels: tuple[Label, ...]) -> "Parameter":
        """The same, under more names."""
        return replace(self, labels=labels)

    @cached_property
    def free(self) -> bool:
        """Whether it takes any text to look for."""
        return bool(_FREE & set(stems(self.name))) and not self.enum

    @cached_property
    def values_words(self) -> tuple[str, ...]:
        """The words of the values it allows."""
        return tuple(w for value in self.enum for w in re.findall(r"[a-z]+", str(value).lower()))

    @property
    def label(self) -> str:
        """What to call it in a reply."""
        return self.spelt or " ".join(next((x for x in self.labels if x[-1:] != ("id",)), self.labels[0]))

    @property
    def timed(self) -> bool:
        """Whether its dates carry a time."""
        return "HH:MM" in self.description or "date-time" in self.description


def role_of(name: str) -> str:
    """The noun in the name of a key: `support_rep_id` -> `support rep`."""
    return " ".join(stems(_KEY.sub("", name))) if _is_id(name) else ""


def parameters(tool: ToolInfo, nouns: frozenset[str], roles: Mapping[str, str], noun: str) -> tuple[Parameter, ...]:
    """The parameters of a tool."""
    return tuple(
        _parameter(name, shape, name in tool.parameters.required, nouns, roles, noun)
        for name, shape in tool.parameters.properties.items()
    )


def _parameter(
    name: str,
    shape: ToolParam,
    required: bool,
    nouns: frozenset[str],
    roles: Mapping[str, str],
    noun: str,
) -> Parameter:
    said = re.sub(r"\([^)]*\)", "", shape.description or "").strip()
    said = re.split(r"[;,.]\s|\bsuch as\b", said)[0].strip(" .,;")
    words = list(stems(name))
    bound = _BOUNDS.get(words[0], "") if len(words) > 1 else ""
    own = tuple(words[1:] if bound else words)
    labels = dict.fromkeys([*_described(said, own), stems(role_of(name)) or own, own])
    kind = str(shape.type[0] if isinstance(shape.type, list) else shape.type or "string")
    refers = _refers(name, tuple(labels), kind, nouns, roles, noun)
    spelling = re.sub(r"[\s_]+", " ", said.lower() or name)
    spelt = next((" ".join(w) for w in _runs(spelling) if stems(" ".join(w)) == next(iter(labels))), "")
    return Parameter(
        name,
        kind,
        required,
        tuple(x for x in labels if x),
        refers,
        bound,
        tuple(shape.enum or ()),
        said_of(shape),
        spelt,
    )


def _runs(text: str) -> list[list[str]]:
    """Every run of neighbouring words."""
    words = text.split()
    return [words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)]


def said_of(shape: ToolParam) -> str:
    """The description, with the format and pattern that say how a value is written."""
    return " ".join(x for x in (shape.description, shape.format, shape.pattern) if x)


def _described(said: str, own: Label) -> list[Label]:
    """Names of a field in its description."""
    text = said[:1].lower() + said[1:]
    for frame in _FRAMES:
        match = re.match(frame, text, re.IGNORECASE)
        if match is not None:
            parts = [stems(part) for part in match.groups()]
            if parts[0] == own:
                parts = parts[1:] if own[-1:] in (("id",), ("to",)) else parts[:1]
            return [p for p in parts[:1] if 0 < len(p) <= 5]
    plain = stems(text)
    return [plain] if 0 < len(plain) <= 4 and plain[0] not in _ASKING else []


def _refers(
    name: str,
    labels: tuple[Label, ...],
    kind: str,
    nouns: frozenset[str],
    roles: Mapping[str, str],
    noun: str,
) -> str:
    called = [" ".join(label) for label in labels]
    if not _is_id(name):
        # a whole number called after a noun or a role is a key in all but name
        called = called if kind == "integer" else []
    elif not role_of(name):
        return noun
    for role in called:
        if role in nouns:
            return role
        if role in roles:
            return roles[role]
    return ""


def _is_id(name: str) -> bool:
    return re.search(r"(?:^|_|(?<=[a-z]))(?:id|Id|ID|uuid)$", name) is not None
