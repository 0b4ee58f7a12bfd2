"""What a list of tools can do, read from names, descriptions and parameters alone: any list, any naming.

Each tool becomes an Ability: what kind of action it does, to what noun, over which other noun.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from inspect_ai.tool import ToolInfo

from turnwise.agents.lexical.language import DULL, POSSESSED, SAME_FIELD, VERBS, Label, stems
from turnwise.agents.lexical.parameters import Parameter, parameters, role_of
from turnwise.values.words import singular

_JOINTS = {"by", "to", "from", "for", "of", "in", "on", "with", "into", "per"}
_SMALL = {"in", "of", "on", "per", "the", "a", "for"}
_ROLE = re.compile(r"\b(?:one|an?|the) ((?:(?!one |an? |the |of )[a-z]+ ){1,3})\(([a-z][a-z ]*)\)")
"""`one curator (librarian)`"""


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
    words: frozenset[str]
    description: str

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters that must be given."""
        return tuple(p for p in self.parameters if p.required)

    @property
    def lists_all(self) -> bool:
        """Whether it may be called with nothing."""
        return not self.required and "at least one" not in self.description

    @property
    def subject(self) -> Parameter | None:
        """The parameter that says which row."""
        return next((p for p in self.required if p.refers), None)


class Phrase(NamedTuple):
    """Words that the tools know: a kind of row, a field, or both."""

    noun: str
    label: Label | None


class Catalogue:
    """All abilities, and the words by which people may speak of them."""

    def __init__(self, tools: Sequence[ToolInfo]) -> None:
        self.size = sum(len(t.name) + len(t.description) + len(t.parameters.model_dump_json()) for t in tools)
        shaped = [(tool, *_shape(tool)) for tool in tools]
        self.nouns = frozenset(
            noun for _, kind, noun, _ in shaped if kind not in ("rank", "summary", "link", "unlink", "other") and noun
        )
        self.roles = _roles(shaped, self.nouns)
        self.abilities = tuple(_ability(*shape, self.nouns, self.roles) for shape in shaped)

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

    def phrase(self, words: Label) -> Phrase | None:
        """What some words are called by the tools."""
        noun = self._nouns_said.get(words, "")
        label = self._labels.get(words)
        if label is None and words[0] not in _SMALL and words[-1] not in _SMALL and not noun:
            label = self._labels.get(_loosely(words))
        return Phrase(noun, label) if noun or label else None

    def path(self, noun: str, label: Label, most: int = 3) -> tuple[str, ...]:
        """The references to follow from a kind of row to a field: track, album, then its artist; empty without one."""
        if POSSESSED in label:
            first, rest = label[: label.index(POSSESSED)], label[label.index(POSSESSED) + 1 :]
            way = self.path(noun, first, 1)
            return (*way, *self.path(self.fields(noun)[way[0]].refers, rest)) if way else ()
        ways: list[tuple[tuple[str, ...], str]] = [((), noun)]
        for _ in range(most):
            for way, at in ways:
                found = next((n for n, p in self.fields(at).items() if label in p.labels), None)
                if found is not None:
                    return (*way, found)
            ways = [((*way, n), p.refers) for way, at in ways for n, p in self.fields(at).items() if p.refers]
        return ()

    @cached_property
    def _fields(self) -> dict[str, dict[str, Parameter]]:
        known: dict[str, dict[str, Parameter]] = {}
        for ability in self.abilities:
            for parameter in ability.parameters if ability.kind in ("create", "update", "find", "children") else ():
                of = known.setdefault(ability.noun, {})
                if not parameter.bound:
                    before = of.get(parameter.name, parameter)
                    labels = tuple(dict.fromkeys([*before.labels, *parameter.labels]))
                    of[parameter.name] = replace(before if before.enum else parameter, labels=labels)
        return known

    @cached_property
    def _nouns_said(self) -> dict[Label, str]:
        return {stems(noun): noun for noun in (*self.roles, *self.nouns)}

    @cached_property
    def _labels(self) -> dict[Label, Label]:
        """Every name of a field as people say it: in full, by another usual name, in any order, or by one of its words."""
        full = list(dict.fromkeys(x for a in self.abilities for p in a.parameters for x in p.labels if x != ("id",)))
        parts: dict[Label, Label] = {
            (word,): (word,)
            for x in full
            if singular(" ".join(x)) not in self.nouns
            for word in x
            if len(word) > 3 and word not in DULL and word.isalpha()
        }
        loose = {_loosely(label): label for label in reversed(full)}
        same = {
            (*x[:start], *other, *x[start + len(name) :]): x
            for x in reversed(full)
            for group in SAME_FIELD
            for name in group
            for start in range(len(x) - len(name) + 1)
            if x[start : start + len(name)] == name
            for other in group
        }
        return {**parts, **loose, **same, **{label: label for label in full}}


def catalogue(tools: Sequence[ToolInfo]) -> Catalogue:
    """The catalogue of a tool list; the same list is read once."""
    return _catalogue(tuple((t.name, t.description, t.parameters.model_dump_json()) for t in tools))


@lru_cache(maxsize=32)
def _catalogue(tools: tuple[tuple[str, str, str], ...]) -> Catalogue:
    return Catalogue([ToolInfo(name=n, description=d, parameters=json.loads(shape)) for n, d, shape in tools])


def _loosely(label: Label) -> Label:
    """The words of a label that carry it, in one order: `billing address`, `address on the bill`."""
    return tuple(sorted(word.removesuffix("ing").removesuffix("e") for word in label if word not in _SMALL))


def _shape(tool: ToolInfo) -> tuple[str, str, str]:
    """Kind, noun and other noun as the name alone suggests them."""
    words = list(stems(tool.name))
    place = next((i for i, word in enumerate(words) if word in VERBS), None)
    if place is None:
        return VERBS.get(next(iter(stems(tool.description)), ""), "other"), singular(" ".join(words)), ""
    kind, rest = VERBS[words[place]], words[place + 1 :]
    joint = next((i for i, word in enumerate(rest) if word in _JOINTS), len(rest))
    about = [word for i, word in enumerate(rest[:joint]) if not i or word not in ("detail", "info", "record")]
    noun, over = " ".join(about), " ".join(w for w in rest[joint + 1 :] if w not in _JOINTS)
    if over and words[place] in ("add", "put") and rest[joint] in ("to", "on", "into", "in"):
        kind = "link"
    elif over and kind == "delete" and rest[joint] in ("from", "of", "in"):
        kind = "unlink"
    return kind, singular(noun or " ".join(words[:place])), singular(over)


def _roles(shaped: Iterable[tuple[ToolInfo, str, str, str]], nouns: frozenset[str]) -> dict[str, str]:
    """Other names under which a noun appears: `support rep` for an employee, `home branch` for a branch."""
    roles: dict[str, str] = {}
    for tool, _, noun, over in shaped:
        for role, played in _ROLE.findall(tool.description.lower()):
            roles.setdefault(singular(role.strip()), singular(played))
        needed = [p for p in tool.parameters.required if p in tool.parameters.properties]
        if over and len(needed) == 1 and role_of(needed[0]) in nouns:
            roles.setdefault(over, role_of(needed[0]))
        for name in (noun, over, *(role_of(p) for p in tool.parameters.properties)):
            tails = (name.split(" ", start)[-1] for start in range(1, len(name.split())))
            roles.setdefault(name, next((tail for tail in tails if tail in nouns), ""))
    return {role: played for role, played in roles.items() if played in nouns and role and role not in nouns}


def _ability(tool: ToolInfo, kind: str, noun: str, over: str, nouns: frozenset[str], roles: dict[str, str]) -> Ability:
    known = parameters(tool, nouns, roles, noun)
    owner = over if over in nouns else roles.get(over, "")
    needed = [p for p in known if p.required]
    if owner and len(needed) == 1 and not needed[0].refers and needed[0].kind == "integer":
        known = tuple(replace(p, refers=owner) if p.required else p for p in known)
        needed = [p for p in known if p.required]
    if kind in ("find", "get", "search") and len(needed) == 1:
        only = needed[0]
        if only.refers:
            kind = "get" if only.refers == noun and not over else "children"
        elif only.kind == "string" and len(known) == 1 and only.free:
            kind = "search"
    elif kind == "search" or (kind == "get" and not needed):
        kind = "find"
    said = frozenset((*stems(tool.name), *stems(tool.description), *(w for p in known for x in p.labels for w in x)))
    return Ability(tool.name, kind, noun, over, known, said, tool.description)
