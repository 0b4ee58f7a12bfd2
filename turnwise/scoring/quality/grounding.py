"""Grounding: whether what the assistant states had been disclosed to it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from turnwise.scoring.quality.entities import Entity, Leaf, Name, read
from turnwise.scoring.quality.statements import Statement, statements
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.atoms import Value, atoms, disclosed
from turnwise.values.text import normalised

_DERIVED, _ELSEWHERE = 0.9, 0.5
_SMALL = 12
_MANY = 500
"""numbers of tools from which on some sum of two leads anywhere"""
_GENERIC = frozenset({"date", "time", "amount", "number", "total"})
_COMPARES = re.compile(r"(?i)\b(?:difference|apart|more|less)\b")
_FORMER = re.compile(r"(?i)\b(?:from|was|were|previously|instead of|not)\W*$")
_IS = re.compile(r"(?i)\b(?:is|are)\W*$")
_LONGEST_NAME = 6
"""words"""
_LONGEST = 600
"""characters of a sentence that a finding quotes whole"""

Fields = Mapping[str, frozenset[Value]]
"""What stands at the end of each path."""


def grounding(transcript: Transcript) -> SubScore:
    """Mean support of the ids, amounts of money, numbers, dates and times in what the assistant says, in [0, 1].

    An atom counts 1 when the policy, a user or a tool has disclosed it so far; 0.9 when it is the sum or the difference
    of two numbers of tools or a small multiple of a number disclosed, or a day that a call asked about or that is next
    to a disclosed one; 0.5 when it was disclosed, but of another thing than its sentence or block of bullets is about,
    or of another record than the one that answers the user, where that is known; and 0 otherwise. What a sentence says
    of a field without naming a thing is about what came back since a user last spoke. What the assistant puts into a
    call is no support. The numbers of a list and of its members ("Option 2"), and how many members a list has, are left
    out. None when the assistant states no atom.
    """
    seen = _Seen(set(disclosed([transcript.policy])))
    findings: list[Finding] = []
    support: list[float] = []
    asked = {exchange.returned_at: exchange.call.arguments for exchange in transcript.exchanges}
    for place, message in enumerate(transcript.messages):
        if message.role == "user":
            seen.hear(message.text, message.answers)
        elif message.role == "tool":
            seen.add(message.text, {} if message.error else asked.get(place, {}))
        else:
            said = disclosed([message.text])
            for stated in statements(message.text) if place >= transcript.start else ():
                support.append(seen.support(stated, said))
                if support[-1] < _DERIVED:
                    findings.append(_finding(place, stated, support[-1]))
            seen.said |= said
    return SubScore(sum(support) / len(support) if support else None, tuple(findings), len(support))


@dataclass
class _Seen:
    """What has been disclosed so far."""

    disclosed: set[Value]
    unbound: set[Value] = field(default_factory=set)
    """disclosed of nothing in particular: what users said, and how many members lists have"""
    figures: set[float] = field(default_factory=set)
    small: set[float] = field(default_factory=set)
    """numbers so small that sums of them lead anywhere"""
    asked: set[Value] = field(default_factory=set)
    entities: dict[Name, list[Entity]] = field(default_factory=dict)
    latest: list[Entity] = field(default_factory=list)
    """what came back since a user last spoke"""
    lengths: set[Value] = field(default_factory=set)
    """how many members the lists in it have"""
    paths: dict[Value, set[str]] = field(default_factory=lambda: defaultdict(set))
    """where each value stood in some record"""
    answers: frozenset[Value] = frozenset()
    """what a reply to the user must tell, where that is known"""
    said: set[Value] = field(default_factory=set)
    """what the assistant has said"""
    heard: frozenset[Value] = frozenset()
    """the values in what the user said last"""
    merged: dict[tuple[tuple[str, ...], str | int | float], Fields] = field(default_factory=dict)
    """fields that were put together for a text and a kind of value, until something new comes"""

    def hear(self, text: str, answers: Iterable[str]) -> None:
        """Take in what a user said."""
        self.latest, self.lengths, self.merged = [], set(), {}
        self.answers = disclosed(answers)
        self.heard = disclosed([text])
        self.disclosed |= self.heard
        self.unbound |= self.heard

    def add(self, text: str, arguments: Mapping[str, Any]) -> None:
        """Take in a tool result, and what the call asked for: it holds of all that came back."""
        result = read(text)
        self.merged = {}
        self.disclosed |= result.values | result.lengths
        self.unbound |= result.lengths
        self.lengths |= result.lengths
        sizes = {float(size) for kind, size, *_ in result.values if kind == "number"}
        self.figures |= {size for size in sizes if size > _SMALL or not size.is_integer()}
        self.small |= sizes - self.figures
        given = {key: disclosed([value]) for key, value in arguments.items() if isinstance(value, str)}
        given = {key: values for key, values in given.items() if values}
        self.asked |= {value for values in given.values() for value in values}
        newer: dict[Leaf | None, Fields] = {
            key: entity.leaves for entity in result.entities if entity.outermost and (key := _key(entity))
        }
        self.latest = [_without(older, newer.get(_key(older), {})) for older in self.latest]
        for entity in result.entities:
            if entity.outermost and given:
                new = {path: values for path, values in given.items() if path not in entity.leaves}
                entity = entity._replace(leaves={**entity.leaves, **new})
            for path, values in entity.leaves.items():
                for value in values:
                    self.paths[value].add(path)
            if entity.outermost:
                self.latest.append(entity)
            for name in entity.names:
                self.entities.setdefault(name, []).append(entity)

    def support(self, stated: Statement, said: frozenset[Value]) -> float:
        """How well an atom is supported, in a message that says some values."""
        atom = stated.atom
        known = atom.known(self.disclosed)
        if known and (self._is_no_answer(stated, said) or self._of_earlier(stated)):
            return _ELSEWHERE
        if known and not self._of_another(stated):
            return 1.0
        if self._derived(stated) and not (known and atom.kind == "date"):
            if atom.kind != "date":
                self.figures.add(float(atom.value[1]))  # a sum of sums is built step by step
            return _DERIVED
        return _ELSEWHERE if known else 0.0

    def _is_no_answer(self, stated: Statement, said: frozenset[Value]) -> bool:
        """Whether another record holds an atom where one holds an answer, and the reply tells none of these answers.

        What the user has said may be said again beside an answer, or as what will be, and so is no wrong one.
        """
        atom, right = stated.atom, self.answers
        if not right or atom.known(right):
            return False
        missing = right - said
        if atom.known(self.heard) and (missing != right or not _IS.search(stated.before)):
            return False
        held = {path for value in missing for path in self.paths.get(value, ())}
        return any(held & self.paths.get(value, set()) for value in atom.asks)

    def _of_earlier(self, stated: Statement) -> bool:
        """Whether the field that a sentence names holds something else in what came back since a user last spoke."""
        atom = stated.atom
        listed = bool(stated.scopes[1])  # a list may sum up what was said before
        if atom.kind not in ("id", "money", "number") or atom.known(self.heard) or (listed and atom.known(self.said)):
            return False
        if atom.known(self.answers) or _FORMER.search(stated.before):
            return False
        fields = self._current(atom.asks[-1][0])
        meant = self._meant(stated, fields)
        if not meant or any(atom.known(values) for values in fields.values()):
            return False
        if any(meant & self.paths.get(value, set()) for value in atom.asks):
            return True
        return bool(_IS.search(stated.before)) and not atom.known(self.lengths) and not self._derived(stated)

    def _derived(self, stated: Statement) -> bool:
        """Whether plain arithmetic leads to an atom: to an amount from two numbers, to a day from one."""
        atom = stated.atom
        if atom.kind == "date":
            return atom.known(self.asked) or atom.next_to(self.disclosed)
        if atom.kind not in ("money", "number"):
            return False
        compared = _COMPARES.search(stated.before)
        if atom.text.isdigit() and int(atom.text) <= _SMALL and not compared:
            return False
        figures = self.figures | self.small if compared else self.figures
        size = float(atom.value[1])
        shares = [size / count for count in range(2, _SMALL + 1)]
        if any(abs(s - round(s, 2)) < 1e-9 and ("number", round(s, 2)) in self.disclosed for s in shares):
            return True
        return len(figures) < _MANY and any({round(size - f, 2), round(size + f, 2)} & figures for f in figures)

    def _of_another(self, stated: Statement) -> bool:
        """Whether other things hold an atom than those that its sentence is about, or of a time another field."""
        atom = stated.atom
        amount = atom.kind in ("money", "number")
        if atom.kind == "id" or (amount and atom.known(self.unbound)):
            return False
        fields = self._about(stated)
        if holding := {path for path, values in fields.items() if atom.known(values)}:
            meant = self._meant(stated, fields) if atom.kind in ("date", "time") else holding
            return bool(meant) and not meant & holding and all(_apart(fields)[path] for path in holding)
        if amount or atom.known(self.unbound):
            return any(fields.keys() & self.paths.get(value, set()) for value in atom.asks)
        return bool(fields)

    def _meant(self, stated: Statement, fields: Fields) -> set[str]:
        """The paths named by the last word before an atom that tells fields apart; words of names name none."""
        said = re.sub(r"[A-Za-z]+ #?(?=\S*\d)", "", stated.before)  # in "the due date of loan 17" the loan is no field
        said = normalised(said)
        for name in sorted(
            (str(phrase) for phrase in _phrases(said) if phrase in self.entities), key=len, reverse=True
        ):
            said = said.replace(name, "")
        before = disclosed([stated.before])
        apart = _apart({path: values for path, values in fields.items() if not values & before})
        named = ({path for path, own in apart.items() if stem in own} for stem in reversed(_stems(said)))
        return next(filter(None, named), set())

    def _about(self, stated: Statement) -> Fields:
        """The fields of an atom's kind of what a statement is about: the things named nearest to it.

        Ids above it come before names beside it: a list of guests is not about one guest.
        """
        kind = stated.atom.asks[-1][0]
        if (key := (stated.scopes, kind)) not in self.merged:
            nearest, wider = stated.scopes[:2], stated.scopes[2:]
            names = [(*_ids(scope), *_phrases(scope)) for scope in nearest]
            names += [*map(_ids, wider), *map(_phrases, wider)]
            named = ([entity for name in group for entity in self.entities.get(name, ())] for group in names)
            entities = next(filter(None, named), None)
            nothing: Fields = {} if kind == "number" else self._current(kind)
            self.merged[key] = nothing if entities is None else _merged(entities, kind)
        return self.merged[key]

    def _current(self, kind: str | int | float) -> Fields:
        """The fields of a kind in what came back since a user last spoke."""
        if (key := ((), kind)) not in self.merged:
            self.merged[key] = _merged(self.latest, kind)
        return self.merged[key]


def _key(entity: Entity) -> Leaf | None:
    """The id that a thing begins with, and where it stands."""
    path, values = next(iter(entity.leaves.items()), ("", frozenset[Value]()))
    return (path, next(iter(values))) if path.endswith("id") and len(values) == 1 else None


def _without(older: Entity, newer: Mapping[str, frozenset[Value]]) -> Entity:
    """What a thing still says when it has come back once more: where both say something, the newer one counts."""
    return older._replace(leaves={path: values for path, values in older.leaves.items() if path not in newer})


def _merged(entities: Iterable[Entity], kind: str | int | float) -> Fields:
    """All that some things hold of a kind of value, by path."""
    found: dict[str, set[Value]] = {}
    for entity in entities:
        for path, values in entity.leaves.items():
            if any(value[0] == kind for value in values):
                found.setdefault(path, set()).update(values)
    return {path: frozenset(values) for path, values in found.items()}


def _apart(fields: Fields) -> dict[str, frozenset[str]]:
    """The words of each path that not all paths share."""
    words = {path: frozenset(_stems(path)) for path in fields}
    shared = frozenset.intersection(*words.values()) if len(words) > 1 else frozenset()
    return {path: stems - shared for path, stems in words.items()}


@lru_cache(maxsize=16384)
def _stems(text: str) -> tuple[str, ...]:
    """The words of a text or path, cut so that departing and departure are one, and so are loans and a loan."""
    return tuple(word.rstrip("s")[:5] for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in _GENERIC)


@lru_cache(maxsize=16384)
def _ids(text: str) -> tuple[Name, ...]:
    return tuple(atom.value for atom in atoms(text) if atom.kind in ("id", "number"))


@lru_cache(maxsize=16384)
def _phrases(text: str) -> tuple[Name, ...]:
    words = normalised(text).split()
    spans = ((n, n + length) for n in range(len(words)) for length in range(2, _LONGEST_NAME + 1))
    return tuple({" ".join(words[start:end]) for start, end in spans if end <= len(words)})


def _finding(place: int, stated: Statement, support: float) -> Finding:
    atom = stated.atom
    whole = stated.scopes[0]
    said = " ".join((whole if len(whole) <= _LONGEST else f"... {stated.before}{atom.text} ...").split())
    # In worlds of plain numbers an id is a long one, and an amount of money has cents.
    grave = atom.kind in ("id", "money") or (atom.kind == "number" and re.search(r"\d{4}|\.\d\d?$", atom.text))
    if support:
        return Finding(place, "grounding", f"{atom.text} was told of something else: {said}", 3 if grave else 1)
    return Finding(place, "grounding", f"{atom.text} was told by nobody: {said}", 3 if grave else 2)
