"""What a list of tools can do, read from names, descriptions and parameters alone: any list, any naming.

Each tool becomes an Ability: what kind of action it does, to what noun, over which other noun.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from inspect_ai.tool import ToolInfo

from turnwise.agents.lexical.language import DATA, DULL, POSSESSED, VERBS, Label, stems
from turnwise.values.words import singular, words

_JOINTS = {"by", "to", "from", "for", "of", "in", "on", "with", "into", "per"}
_ID = re.compile(r"(?:^|_|(?<=[a-z]))(?:id|Id|ID|uuid)$")
_ROLE = re.compile(r"(\w+)_\w+ of (?:the|an?) ([a-z ]+)")
"""`librarian_id of the curator`"""
_POINTED = re.compile(r"(\w+) of (?:the|an?) ([^,;]+)")
"""`email of the adopter`: a key of other rows by its name"""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a tool, understood."""

    name: str
    kind: str
    required: bool
    labels: tuple[Label, ...]
    """what people call it, the most telling name first"""
    refers: str
    """noun of the rows it points at; empty when it is a plain value"""
    enum: tuple[Any, ...]
    description: str

    @property
    def label(self) -> str:
        """What to call it in a reply."""
        return words(_ID.sub("", self.name)) or self.name


@dataclass(frozen=True)
class Ability:
    """One tool, understood."""

    tool: str
    kind: str
    """get, find, rank, create, update, delete, link, unlink or other"""
    noun: str
    """what it is about, singular: `invoice line`"""
    over: str
    """the other noun of its name: whose rows, ranked by what, added to what"""
    parameters: tuple[Parameter, ...]
    """but for those that sort and page what is found"""
    sort: Parameter | None
    page: bool

    @property
    def called(self) -> Parameter | None:
        """The parameter that takes what rows are called."""
        texts = [p for p in self.parameters if p.kind == "string" and not (p.enum or p.refers)]
        called = [p for p in texts if _names(p.name)]
        own = [p for p in texts if stems(p.name) == stems(self.noun)]
        return next(iter([*called, *own, *(p for p in texts if p.name == "description")]), None)

    @property
    def alone(self) -> bool:
        """Whether it finds rows without being told which."""
        return not self.required

    def of(self, noun: str) -> Parameter | None:
        """The parameter that takes the key of a row of another kind, on which those that it finds hang."""
        return next((p for p in self.parameters if p.refers == noun), None)

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters that must be given."""
        return tuple(p for p in self.parameters if p.required)

    @property
    def subject(self) -> Parameter | None:
        """The parameter that says which row."""
        return next((p for p in self.required if p.refers), None)


class Key(NamedTuple):
    """By what the rows of a kind are told apart."""

    name: str
    text: bool
    """whether it is a text: a code, an email"""


_Shaped = tuple[ToolInfo, str, str, str]
"""A tool with its kind, its noun and the other noun of its name."""


class Catalogue:
    """All abilities, and the words by which people may speak of them."""

    def __init__(self, tools: Sequence[ToolInfo]) -> None:
        self.size = sum(len(t.name) + len(t.description) + len(t.parameters.model_dump_json()) for t in tools)
        shaped = [(tool, *_shape(tool)) for tool in tools]
        plain = ("rank", "link", "unlink", "other")
        self.nouns = frozenset(noun for _, kind, noun, _ in shaped if kind not in plain and noun)
        self.keys = _keys(shaped, self.nouns)
        named = (n for tool, kind, n, _ in shaped if kind == "find" and any(map(_names, tool.parameters.properties)))
        self._by_name = frozenset(named)
        said = [shape.description or "" for tool, *_ in shaped for shape in tool.parameters.properties.values()]
        self.pointed = frozenset(match[1] for text in said if (match := _POINTED.match(text)) is not None)
        self.roles: dict[str, str] = _roles(shaped, self)
        self.abilities = tuple(_ability(*shape, self) for shape in shaped)

    def owners(self, name: str) -> list[str]:
        """The kinds of row of which something is the key by its name, those that are found by a name first."""
        if name in DATA["called"].split() or (is_key(name) and not _role(name)):
            return []
        return sorted((n for n, key in self.keys.items() if key.name == name), key=lambda n: n not in self._by_name)

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

    def field(self, noun: str, label: Label) -> str:
        """The name of a noun's field, or of the reference to it, that people call so; empty where there is none."""
        label = label[: label.index(POSSESSED)] if POSSESSED in label else label
        return next((name for name, p in self.fields(noun).items() if label in p.labels), "")

    def phrase(self, said: Label) -> tuple[str, Label | None]:
        """The kind of row and the field that the tools call so, where there are such."""
        return self._nouns_said.get(said, ""), self._labels.get(said)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all nouns, fields and values that can be chosen, in the singular."""
        values = (stems(str(value)) for a in self.abilities for p in a.parameters for value in p.enum)
        return frozenset(word for label in (*self._nouns_said, *self._labels, *values) for word in label)

    @cached_property
    def _fields(self) -> dict[str, dict[str, Parameter]]:
        known: dict[str, dict[str, Parameter]] = {}
        for ability in self.abilities:
            for parameter in ability.parameters if ability.kind in ("create", "update", "find") else ():
                of = known.setdefault(ability.noun, {})
                if ability.kind != "find" or parameter != ability.called:
                    before = of.get(parameter.name, parameter)
                    labels = tuple(dict.fromkeys([*before.labels, *parameter.labels]))
                    of[parameter.name] = replace(before if before.enum else parameter, labels=labels)
        return known

    @cached_property
    def _nouns_said(self) -> dict[Label, str]:
        return {stems(noun): noun for noun in (*self.roles, *self.nouns)}

    @cached_property
    def _labels(self) -> dict[Label, Label]:
        """Every name of a field as people say it: in full, or by one of its words."""
        full = list(dict.fromkeys(x for a in self.abilities for p in a.parameters for x in p.labels if x != ("id",)))
        parts: dict[Label, Label] = {
            (word,): (word,)
            for label in full
            if singular(" ".join(label)) not in self.nouns
            for word in label
            if len(word) > 3 and word not in DULL and word.isalpha()
        }
        return {**parts, **{label: label for label in full}}


def catalogue(tools: Sequence[ToolInfo]) -> Catalogue:
    """The catalogue of a tool list; the same list is read once."""
    return _catalogue(tuple((t.name, t.description, t.parameters.model_dump_json()) for t in tools))


@lru_cache(maxsize=32)
def _catalogue(tools: tuple[tuple[str, str, str], ...]) -> Catalogue:
    return Catalogue([ToolInfo(name=n, description=d, parameters=json.loads(shape)) for n, d, shape in tools])


def _shape(tool: ToolInfo) -> tuple[str, str, str]:
    """Kind, noun and other noun as the name alone suggests them."""
    said = list(stems(tool.name))
    place = next((i for i, word in enumerate(said) if word in VERBS), None)
    if place is None:
        return "other", singular(" ".join(said)), ""
    kind, rest = VERBS[said[place]], said[place + 1 :]
    joint = next((i for i, word in enumerate(rest) if word in _JOINTS), len(rest))
    noun, over = " ".join(rest[:joint]), " ".join(w for w in rest[joint + 1 :] if w not in _JOINTS)
    if over and said[place] in ("add", "put") and rest[joint] in ("to", "on", "into", "in"):
        kind = "link"
    elif over and kind == "delete" and rest[joint] in ("from", "of", "in"):
        kind = "unlink"
    return kind, singular(noun or " ".join(said[:place])), singular(over)


def _names(name: str) -> bool:
    """Whether a parameter takes what something is called."""
    return stems(name)[-1:] in [(word,) for word in DATA["called"].split()] or name.endswith(("name", "title"))


def _role(name: str) -> str:
    """The noun in the name of a key: `support_rep_id` -> `support rep`."""
    return singular(words(_ID.sub("", name))) if _ID.search(name) and _ID.sub("", name) else ""


def is_key(name: str) -> bool:
    """Whether a field is called as a key is: id, loan_id, txid."""
    return _ID.search(name) is not None


def _keys(shaped: Sequence[_Shaped], nouns: frozenset[str]) -> dict[str, Key]:
    """The key of each kind of row: what the tool that gets one row asks for, or the kind itself as a text to find."""
    keys: dict[str, Key] = {}
    handled = {noun for _, kind, noun, _ in shaped if kind in ("find", "create", "update", "delete")}
    for tool, kind, noun, over in shaped:
        needed = tool.parameters.required
        if kind == "get" and not over and len(needed) == 1 and (is_key(needed[0]) or noun in handled):
            of = {singular(words(needed[0])), _role(needed[0]) or singular(words(needed[0]).rpartition(" ")[0])}
            if not (of & nouns) - {noun}:
                keys.setdefault(noun, Key(needed[0], tool.parameters.properties[needed[0]].type == "string"))
    for tool, kind, noun, _ in shaped:
        called = [name for name in tool.parameters.properties if kind == "find" and stems(name) == stems(noun)]
        if called and tool.parameters.properties[called[0]].type == "string":
            keys.setdefault(noun, Key(called[0], True))
    return keys


def _roles(shaped: Sequence[_Shaped], known: Catalogue) -> dict[str, str]:
    """Other names under which a noun appears: `support rep` for an employee, `home branch` for a branch."""
    roles: dict[str, str] = {}
    for tool, _, noun, over in shaped:
        for shape in tool.parameters.properties.values():
            said = (shape.description or "").lower()
            if (match := _ROLE.match(said)) is not None and singular(words(match[1])) in known.nouns:
                roles.setdefault(singular(match[2].strip()), singular(words(match[1])))
            elif (match := _POINTED.match(said)) is not None and (owners := known.owners(match[1])):
                roles.setdefault(singular(match[2].strip()), _nearest(owners, match[2]))
        for name in (noun, over, *(_role(p) for p in tool.parameters.properties)):
            tails = (name.split(" ", start)[-1] for start in range(1, len(name.split())))
            roles.setdefault(name, next((tail for tail in tails if tail in known.nouns), ""))
    own = {_role(key.name): noun for noun, key in known.keys.items() if len(_role(key.name)) > 2}
    return {
        role: played
        for role, played in (own | roles).items()
        if played in known.nouns and role not in known.nouns and not is_key(role)
    }


def _nearest(owners: Sequence[str], said: str) -> str:
    """Of the kinds of row that have a key of a name the one whose own name is in what a reference is called."""
    return next((owner for owner in owners if set(stems(owner)) <= set(stems(said))), owners[0])


def _ability(tool: ToolInfo, kind: str, noun: str, over: str, known: Catalogue) -> Ability:
    taken = [_parameter((tool, kind, noun, over), name, known) for name in tool.parameters.properties]
    needed = [p for p in taken if p.required]
    if kind in ("find", "get") and len(needed) == 1 and needed[0].refers:
        kind = "get" if needed[0].refers == noun and not over else "find"
    elif kind == "get" and not needed:
        kind = "find"
    sort = next((p for p in taken if p.name in DATA["sorting"].split() and p.enum), None)
    plain = tuple(p for p in taken if p != sort and (p.required or p.name not in DATA["paging"].split()))
    return Ability(tool.name, kind, noun, over, plain, sort, "page" in tool.parameters.properties)


def _parameter(of: _Shaped, name: str, known: Catalogue) -> Parameter:
    tool, action, noun, over = of
    shape, own = tool.parameters.properties[name], stems(name)
    pointed = _POINTED.match(shape.description or "")
    owners = known.owners(pointed[1]) if pointed is not None else []
    named = [stems(pointed[2])] if pointed is not None and owners else _described(shape.description or "", own)
    labels = _telling(*named, stems(_role(name)), own, _first_line(own)) or (own,)
    kind = str(shape.type[0] if isinstance(shape.type, list) else shape.type or "string")
    description = " ".join(x for x in (shape.description, shape.format, shape.pattern) if x)
    required = name in tool.parameters.required
    mine = name == known.keys.get(noun, Key("", False)).name or (is_key(name) and not _role(name))
    told = (
        is_key(name) or name not in known.pointed
    )  # a nurse's ssn is no patient where references say `ssn of the patient`
    akin = [owner for owner in known.owners(name) if told or _akin(own, stems(owner))]
    owners = owners or ([] if mine else akin)
    owners = [owner for owner in owners if not (mine and owner == noun)]
    refers = ""
    if mine and action in ("get", "update", "delete"):
        refers = noun
    elif mine and action == "find" and kind == "string" and not required:
        refers = ""  # a text by which they are found
    elif owners:
        refers = next((owner for owner in owners if owner in (over, noun)), "")
        refers = refers or _nearest(owners, pointed[2] if pointed is not None else name)
    elif mine:
        refers = noun if action != "create" else ""
    elif is_key(name) or kind == "integer":  # a whole number called after a noun is a key in all but name
        called = [singular(" ".join(label)) for label in labels]
        refers = next((known.entity(c) for c in called if known.entity(c) in known.nouns), "")
    if refers and name == known.keys.get(refers, Key("", False)).name:  # office_code is said as the office
        labels = _telling(*labels, stems(refers))
    return Parameter(name, kind, required, labels, refers, tuple(shape.enum or ()), description)


def _telling(*labels: Label) -> tuple[Label, ...]:
    """Names of a field, each once, without those that are a single letter or tell no field: s_id, id."""
    return tuple(dict.fromkeys(x for x in labels if len("".join(x)) > 1))


def _akin(one: Label, other: Label) -> bool:
    """Whether two names begin alike in a word: dept name, department."""
    return any(a[:3] == b[:3] for a in one for b in other)


def _first_line(name: Label) -> Label:
    """The first of several lines by the name of all: address line 1, address."""
    ends = (("line1",), ("line", "1"), ("1",))
    return next((name[: -len(end)] for end in ends if name[-len(end) :] == end), ())


def _described(description: str, own: Label) -> list[Label]:
    """The name of a field in its description."""
    said = re.split(r"[;,.](?:\s|$)|\bsuch as\b", re.sub(r"\s*\([^)]*\)", "", description))[0].strip()
    match = next((m for form in DATA["described"].splitlines() if (m := re.fullmatch(form, said, re.IGNORECASE))), None)
    label = stems(match[1]) if match is not None else ()
    return [label] if 0 < len(label) <= 4 and label != own and "to" not in label else []
