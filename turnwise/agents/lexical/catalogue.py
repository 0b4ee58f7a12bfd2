"""What a list of tools can do, read from names, descriptions and parameters alone: any list, any naming.

Each tool becomes an Ability: what kind of thing it does, to what noun, over which other noun.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from inspect_ai.tool import ToolInfo

from turnwise.agents.lexical.cues import SAME_FIELD, SMALL, SPOKEN
from turnwise.agents.lexical.matching import Speller, stem, stems
from turnwise.agents.lexical.parameters import Label, Parameter, parameters, role_of

_VERBS = {
    "get": "get fetch read retrieve show view lookup describe check",
    "search": "search query",
    "find": "find filter list browse",
    "top": "top",
    "rank": "rank",
    "summary": "summarize summarise summary count total aggregate sum stats statistics",
    "create": "create add new insert register book open make schedule submit place",
    "update": "update change set edit modify rename reschedule adjust put",
    "delete": "delete remove cancel drop erase unassign detach",
    "link": "assign attach link enroll enrol",
}
_KINDS = {verb: kind for kind, verbs in _VERBS.items() for verb in verbs.split()}
_GENERAL = frozenset(_KINDS) | {"detail", "info", "information"}
"""Words in the names of tools that do not say what they are about."""
_SAME_FIELD = tuple(tuple(tuple(stem(w) for w in name.split()) for name in group) for group in SAME_FIELD)
_READS = frozenset({"get", "search", "find", "children", "top", "rank", "summary", "other"})
_JOINTS = {"by", "to", "from", "for", "of", "in", "on", "with", "into", "per"}
_ALIAS = re.compile(r"\b(?:one|an?|the) ((?:(?!one |an? |the |of )[a-z]+ ){1,3})\(([a-z][a-z ]*)\)")


@dataclass(frozen=True)
class Ability:
    """One tool, understood."""

    tool: str
    kind: str
    """get, search, find, children, top, rank, summary, create, update, delete, link, unlink or other"""
    noun: str
    """what it is about, singular: `invoice line`"""
    over: str
    """the other noun of its name: whose rows, ranked by what, added to what"""
    parameters: tuple[Parameter, ...]
    words: Counter[str]
    description: str

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters that must be given."""
        return tuple(p for p in self.parameters if p.required)

    @property
    def reads(self) -> bool:
        """Whether it only looks things up, as far as its name tells."""
        return self.kind in _READS - {"other"}

    @property
    def lists_all(self) -> bool:
        """Whether it may be called with nothing."""
        return not self.required and "at least one" not in self.description

    @property
    def subject(self) -> Parameter | None:
        """The parameter that says which row."""
        return next((p for p in self.required if p.refers), None)


class Catalogue:
    """All abilities, and the words by which people may speak of them."""

    def __init__(self, tools: Sequence[ToolInfo]) -> None:
        self.size = sum(len(t.name) + len(t.description) + len(_schema(t)) for t in tools)
        shaped = [(tool, *_shape(tool)) for tool in tools]
        self.nouns = _nouns(shaped)
        self.roles = _roles(shaped, self.nouns)
        self.abilities = tuple(
            _ability(tool, kind, noun, over, self.nouns, self.roles) for tool, kind, noun, over in shaped
        )
        self._frequency = Counter(word for a in self.abilities for word in set(a.words))

    def having(self, kind: str, noun: str | None = None) -> list[Ability]:
        """The abilities of a kind, about a noun if one is given."""
        return [a for a in self.abilities if a.kind == kind and noun in (None, a.noun)]

    def first(self, kind: str, noun: str) -> Ability | None:
        """The first ability of a kind about a noun."""
        return next(iter(self.having(kind, noun)), None)

    def entity(self, noun: str) -> str:
        """The noun itself, or the one that plays this role: support rep -> employee."""
        return noun if noun in self.nouns else self.roles.get(noun, noun)

    def fields(self, noun: str) -> dict[str, Parameter]:
        """What is known of a noun's fields from the tools that take them, by parameter name."""
        return self._fields.get(noun, {})

    @cached_property
    def _fields(self) -> dict[str, dict[str, Parameter]]:
        known: dict[str, dict[str, Parameter]] = {}
        for ability in self.abilities:
            if ability.kind in ("create", "update", "find", "children"):
                for parameter in ability.parameters:
                    if not parameter.bound:
                        of = known.setdefault(ability.noun, {})
                        held = of.get(parameter.name)
                        labels = dict.fromkeys([*(held.labels if held else ()), *parameter.labels])
                        kept = held if held is not None and held.enum else parameter
                        of[parameter.name] = kept.with_labels(tuple(labels))
        return known

    @cached_property
    def labels(self) -> dict[Label, Label]:
        """Every name of a field as people may say it: in full, without its small words, or by one of its words."""
        full = [label for a in self.abilities for p in a.parameters for label in p.labels]
        alike = {other: label for label in reversed(full) for other in _alike(label)}
        parts: dict[Label, Label] = {
            (w,): (w,) for label in full for w in label if len(w) > 3 and w not in SPOKEN and w.isalpha()
        }
        loose = {_loosely(label): label for label in reversed(full)}
        return {**parts, **loose, **alike, **{label: label for label in full}}

    def path(self, noun: str, label: Label, most: int = 3) -> tuple[str, ...]:
        """The references to follow from a kind of row to a field: track, album, then its artist; empty when there is none."""
        ways: list[tuple[tuple[str, ...], str]] = [((), noun)]
        for _ in range(most):
            for way, at in ways:
                found = next((n for n, p in self.fields(at).items() if label in p.labels), None)
                if found is not None:
                    return (*way, found)
            ways = [((*way, n), p.refers) for way, at in ways for n, p in self.fields(at).items() if p.refers]
        return ()

    def label(self, words: Label) -> Label | None:
        """The field's name that some words are, whatever their order and small words: `date of hire`."""
        exact = self.labels.get(words)
        if exact is not None or words[0] in SMALL or words[-1] in SMALL or words[-1] in self.nouns:
            return exact
        return self.labels.get(_loosely(words))

    @cached_property
    def speller(self) -> Speller:
        """Corrects towards the words of the tools and the common words of requests."""
        surface: set[str] = set(SPOKEN)
        for ability in self.abilities:
            for noun in (ability.noun, ability.over, *self.roles):
                surface.update(noun.split())
            for parameter in ability.parameters:
                surface.update(word for label in parameter.labels for word in label)
                surface.update(w for w in parameter.values_words)
        surface.update(f"{noun.rsplit(' ', 1)[-1]}s" for noun in self.nouns)
        return Speller(w for w in surface if w.isalpha())

    def nearest(self, words: Iterable[str]) -> Ability | None:
        """The ability whose words were said, if those of its name were among them."""
        words = tuple(words)
        said = set(words) - SPOKEN
        every = set(words)
        near = [
            a
            for a in self.abilities
            if said & set(stems(a.tool)) - _GENERAL and (a.kind in _READS or every & set(stems(a.tool)) & set(_KINDS))
        ]
        return max(near, key=lambda a: self.score(a, said), default=None)

    def score(self, ability: Ability, words: Iterable[str]) -> float:
        """How much of what was said speaks of a tool, rare words counting more; per word of the tool."""
        said = set(words)
        total = len(self.abilities) + 1
        weight = {w: math.log(total / (1 + self._frequency[w])) for w in ability.words}
        shared = sum(weight[w] for w in ability.words if w in said)
        return shared / math.sqrt(1 + sum(weight.values()))


def catalogue(tools: Sequence[ToolInfo]) -> Catalogue:
    """The catalogue of a tool list; the same list is read once."""
    return _catalogue(tuple(_Keyed(tool) for tool in tools))


def _loosely(label: Label) -> Label:
    """The words of a label that carry it, in one order: `billing address`, `address on the bill`."""
    return tuple(sorted(word.removesuffix("ing") for word in label if word not in SMALL))


def _alike(label: Label) -> Iterator[Label]:
    """A field's name with the common names in it put for one another: length in milliseconds, duration in milliseconds."""
    for group in _SAME_FIELD:
        for name in group:
            for start in range(len(label) - len(name) + 1):
                if label[start : start + len(name)] == name:
                    yield from ((*label[:start], *other, *label[start + len(name) :]) for other in group)


class _Keyed:
    """A tool compared by name and description, for which it is cheap to be equal."""

    def __init__(self, tool: ToolInfo) -> None:
        self.tool = tool
        self._key = (tool.name, tool.description, tuple(tool.parameters.properties))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self._key == other._key


@lru_cache(maxsize=32)
def _catalogue(keyed: tuple[_Keyed, ...]) -> Catalogue:
    return Catalogue([k.tool for k in keyed])


def _schema(tool: ToolInfo) -> str:
    return json.dumps(tool.parameters.model_dump(exclude_none=True))


def _shape(tool: ToolInfo) -> tuple[str, str, str]:
    """Kind, noun and other noun as the name alone suggests them."""
    words = list(stems(tool.name))
    place = next((i for i, word in enumerate(words) if word in _KINDS), None)
    if place is None:
        said = stems(tool.description)[:1]
        return (_KINDS.get(said[0], "other") if said else "other"), " ".join(words), ""
    verb, rest = words[place], words[place + 1 :]
    kind = _KINDS[verb]
    joint = next((i for i, word in enumerate(rest) if word in _JOINTS), len(rest))
    while joint > 1 and rest[joint - 1] in ("detail", "info", "information", "record"):
        del rest[joint - 1]
        joint -= 1
    noun, over = " ".join(rest[:joint]), " ".join(w for w in rest[joint + 1 :] if w not in _JOINTS)
    if over and verb in ("add", "put") and rest[joint] in ("to", "on", "into", "in"):
        kind = "link"
    elif over and kind == "delete" and rest[joint] in ("from", "of", "in"):
        kind = "unlink"
    return kind, noun or " ".join(words[:place]), over


def _nouns(shaped: Iterable[tuple[ToolInfo, str, str, str]]) -> frozenset[str]:
    found = {
        noun
        for _, kind, noun, over in shaped
        if kind in ("get", "search", "find", "create", "update", "delete", "top") and noun
    }
    return frozenset(found)


def _roles(shaped: Iterable[tuple[ToolInfo, str, str, str]], nouns: frozenset[str]) -> dict[str, str]:
    """Other names under which a noun appears: `support rep` for an employee, `home branch` for a branch."""
    roles: dict[str, str] = {}
    for tool, _, noun, over in shaped:
        for role, played in _ALIAS.findall(tool.description.lower()):
            roles.setdefault(" ".join(stems(role)), " ".join(stems(played)))
        needed = [p for p in tool.parameters.required if p in tool.parameters.properties]
        if over and over not in nouns and len(needed) == 1 and role_of(needed[0]) in nouns:
            roles.setdefault(over, role_of(needed[0]))
        for name in (noun, over, *(role_of(p) for p in tool.parameters.properties)):
            for start in range(1, len(name.split())):
                tail = " ".join(name.split()[start:])
                if tail in nouns and name not in nouns:
                    roles.setdefault(name, tail)
    return {role: played for role, played in roles.items() if played in nouns and role not in nouns}


def _ability(tool: ToolInfo, kind: str, noun: str, over: str, nouns: frozenset[str], roles: dict[str, str]) -> Ability:
    known = parameters(tool, nouns, roles, noun)
    needed = [p for p in known if p.required]
    owner = over if over in nouns else roles.get(over, "")
    if owner and len(needed) == 1 and not needed[0].refers and needed[0].kind == "integer":
        known = tuple(replace(p, refers=owner) if p is needed[0] else p for p in known)
        needed = [p for p in known if p.required]
    if kind in ("find", "get", "search") and len(needed) == 1:
        only = needed[0]
        if only.refers and (only.refers != noun or over):
            kind = "children"
        elif only.refers:
            kind = "get"
        elif only.kind == "string" and len(known) == 1 and only.free:
            kind = "search"
    elif kind == "search" or (kind == "get" and not needed):
        kind = "find"
    words = Counter(stems(tool.name))
    words.update(stems(tool.description))
    for parameter in known:
        words.update(word for label in parameter.labels for word in label)
    return Ability(tool.name, kind, noun, over, known, words, tool.description)
