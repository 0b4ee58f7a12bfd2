"""Grounding: whether what the assistant states had been told to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from turnwise.answers import normalised
from turnwise.quality.atoms import Atom, Value, atoms, told
from turnwise.quality.statements import Statement, statements
from turnwise.quality.things import Leaf, Name, Thing, read
from turnwise.quality.transcript import Finding, SubScore, Transcript

_DERIVED, _ELSEWHERE = 0.9, 0.5
_SMALL = 12
_GENERIC = frozenset({"date", "time", "amount", "number", "total"})
_LONGEST_NAME = 6
"""words"""


def grounding(transcript: Transcript) -> SubScore:
    """Mean support of the ids, amounts of money, numbers, dates and times in what the assistant says, in [0, 1].

    An atom counts 1 when the policy, a user or a tool has told it so far; 0.9 when it is the sum or the difference of
    two numbers of tools or a small multiple of a number told, or a day that a call asked about or that is next to one
    told; 0.5 when it was told, but of another thing or field than its sentence or block of bullets is about; and 0
    otherwise. A day or a time whose sentence names no thing is about what came back since a user last spoke. What the
    assistant puts into a call is no support. The numbers of a list and of its members ("Option 2"), and how many
    members it has, are left out. None when the assistant states no atom.
    """
    seen = _Seen(set(told([transcript.policy])))
    findings: list[Finding] = []
    support: list[float] = []
    asked = {exchange.returned_at: exchange.call.arguments for exchange in transcript.exchanges}
    for place, message in enumerate(transcript.messages):
        if message.role == "user":
            seen.hear(message.text)
        elif message.role == "tool":
            seen.add(message.text, {} if message.error else asked.get(place, {}))
        else:
            for stated in statements(message.text):
                support.append(seen.support(stated))
                if support[-1] < _DERIVED:
                    findings.append(_finding(place, stated, support[-1]))
    return SubScore(sum(support) / len(support) if support else None, tuple(findings), len(support))


@dataclass
class _Seen:
    """What has been told so far."""

    told: set[Value]
    unbound: set[Value] = field(default_factory=set)
    """told of nothing in particular: what users said, and how many members lists have"""
    figures: set[float] = field(default_factory=set)
    asked: set[Value] = field(default_factory=set)
    things: dict[Name, list[Thing]] = field(default_factory=dict)
    latest: list[Thing] = field(default_factory=list)
    """what came back since a user last spoke"""
    leaves: set[Leaf] = field(default_factory=set)

    def hear(self, text: str) -> None:
        """Take in what a user said."""
        self.latest = []
        self.told |= told([text])
        self.unbound |= told([text])

    def add(self, text: str, arguments: Mapping[str, Any]) -> None:
        """Take in a tool result, and what the call asked for: it holds of all that came back."""
        result = read(text)
        self.told |= result.values | result.lengths
        self.unbound |= result.lengths
        sizes = {float(size) for kind, size, *_ in result.values if kind == "number"}
        self.figures |= {size for size in sizes if size > _SMALL or not size.is_integer()}
        given = {key: told([value]) for key, value in arguments.items() if isinstance(value, str)}
        given = {key: values for key, values in given.items() if values}
        self.asked |= {value for values in given.values() for value in values}
        for thing in result.things:
            thing = thing._replace(leaves={**given, **thing.leaves}) if thing.outermost and given else thing
            self.leaves |= {(path, value) for path, values in thing.leaves.items() for value in values}
            if thing.outermost:
                self.latest.append(thing)
            for name in thing.names:
                self.things.setdefault(name, []).append(thing)

    def support(self, stated: Statement) -> float:
        """How well an atom is supported."""
        atom = stated.atom
        known = atom.known(self.told)
        if known and not self._of_another(stated):
            return 1.0
        if self._derived(atom) and not (known and atom.kind == "date"):
            if atom.kind != "date":
                self.figures.add(float(atom.value[1]))  # a sum of sums is built step by step
            return _DERIVED
        return _ELSEWHERE if known else 0.0

    def _derived(self, atom: Atom) -> bool:
        """Whether plain arithmetic leads to an atom: to an amount from two numbers, to a day from one."""
        if atom.kind == "date":
            return atom.known(self.asked) or atom.next_to(self.told)
        if atom.kind not in ("money", "number") or (atom.text.isdigit() and int(atom.text) <= _SMALL):
            return False
        size = float(atom.value[1])
        shares = [size / count for count in range(2, _SMALL + 1)]
        return any({round(size - f, 2), round(size + f, 2)} & self.figures for f in self.figures) or any(
            abs(share - round(share, 2)) < 1e-9 and ("number", round(share, 2)) in self.told for share in shares
        )

    def _of_another(self, stated: Statement) -> bool:
        """Whether an atom is held by another thing, or by another field, than its sentence is about."""
        atom = stated.atom
        amount = atom.kind in ("money", "number")
        if atom.kind == "id" or (amount and atom.known(self.unbound)):
            return False
        subjects = [fields for thing in self._subjects(stated) if (fields := _fields(thing, atom))]
        holding = [fields for fields in subjects if any(atom.known(values) for values in fields.values())]
        if holding:
            return all(_is_other_field(stated, fields) for fields in holding)
        if amount or atom.known(self.unbound):
            return any((path, value) in self.leaves for fields in subjects for path in fields for value in atom.asks)
        return bool(subjects)

    def _subjects(self, stated: Statement) -> list[Thing]:
        """What a statement is about. Ids above it come before names beside it: a list of guests is not about one guest."""
        nearest, wider = stated.scopes[:2], stated.scopes[2:]
        named = [(*_ids(scope), *_phrases(scope)) for scope in nearest]
        named += [*map(_ids, wider), *map(_phrases, wider)]
        found = ([thing for name in names for thing in self.things.get(name, ())] for names in named)
        return next(filter(None, found), [] if stated.atom.kind in ("money", "number") else self.latest)


def _fields(thing: Thing, atom: Atom) -> dict[str, frozenset[Value]]:
    """The leaves of a thing that hold something of an atom's kind."""
    kind = atom.asks[-1][0]
    return {path: values for path, values in thing.leaves.items() if any(value[0] == kind for value in values)}


def _is_other_field(stated: Statement, fields: Mapping[str, frozenset[Value]]) -> bool:
    """Whether a sentence names fields of a thing before it states an atom, and another one holds it."""
    holding = [path for path, values in fields.items() if stated.atom.known(values)]
    meant = _meant(stated, fields)
    return bool(meant) and all(_apart(fields)[path] for path in holding) and not meant & set(holding)


def _meant(stated: Statement, fields: Mapping[str, frozenset[Value]]) -> set[str]:
    """The paths named by the last word before an atom that tells fields apart."""
    said = re.sub(r"[A-Za-z]+ #?(?=\S*\d)", "", stated.before)  # in "the due date of loan 17" the loan is no field
    apart = _apart(fields)
    named = ({path for path, own in apart.items() if stem in own} for stem in reversed(_stems(said)))
    return next(filter(None, named), set())


def _apart(fields: Mapping[str, frozenset[Value]]) -> dict[str, frozenset[str]]:
    """The words of each path that not all paths share."""
    words = {path: frozenset(_stems(path)) for path in fields}
    shared = frozenset.intersection(*words.values()) if len(words) > 1 else frozenset()
    return {path: stems - shared for path, stems in words.items()}


@lru_cache(maxsize=16384)
def _stems(text: str) -> tuple[str, ...]:
    """The words of a text or path, cut so that departing and departure are one."""
    return tuple(word[:5] for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in _GENERIC)


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
    said = " ".join(stated.scopes[0].split())
    if support:
        return Finding(place, "grounding", f"{atom.text} was told of something else: {said}", 1)
    severity = 3 if atom.kind in ("id", "money") else 2
    return Finding(place, "grounding", f"{atom.text} was told by nobody: {said}", severity)
