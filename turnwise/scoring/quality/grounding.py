"""Grounding: whether what the assistant states had been told to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from turnwise.scoring.quality.entities import Entity, Leaf, Name, read
from turnwise.scoring.quality.speech import agrees, proposes
from turnwise.scoring.quality.statements import Statement, statements
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.atoms import Atom, Value, atoms, disclosed
from turnwise.values.states import mentions
from turnwise.values.text import normalised

_DERIVED, _ELSEWHERE = 0.9, 0.5
_SMALL = 12
_GENERIC = frozenset({"date", "time", "amount", "number", "total"})
_COMPARES = re.compile(r"(?i)\b(?:difference|apart|more|less)\b")
_FORMER = re.compile(r"(?i)\b(?:from|was|were|previously|instead of|not)\W*$")
_IS = re.compile(r"(?i)\b(?:is|are)\W*$")
_LONGEST_NAME = 6
"""words"""


def grounding(transcript: Transcript) -> SubScore:
    """Mean support of the ids, amounts of money, numbers, dates and times in what the assistant says, in [0, 1].

    An atom counts 1 when the policy, a user or a tool has told it so far; 0.9 when it is the sum or the difference of
    two numbers of tools or a small multiple of a number told, or a day that a call asked about or that is next to one
    told; 0.5 when it was told, but of another thing or field than its sentence or block of bullets is about, of another
    record than the one that answers the user, where that is known, or of another than the one that a proposal led to
    once it was agreed to; and 0 otherwise. What a sentence says of a field without naming a thing is about what came back since a user last spoke, and of one thing about what came back
    last. What the assistant puts into a call is no support. The numbers of a list and of its members ("Option 2"), those
    in names, and how many members a list has, are left out. None when the assistant states no atom.
    """
    seen = _Seen(set(disclosed([transcript.policy])))
    findings: list[Finding] = []
    support: list[float] = []
    asked = {exchange.returned_at: exchange.call.arguments for exchange in transcript.exchanges}
    agreed = _agreed(transcript)
    for place, message in enumerate(transcript.messages):
        if message.role == "user":
            seen.hear(message.text, message.answers)
        elif message.role == "tool":
            seen.add(message.text, {} if message.error else asked.get(place, {}))
        else:
            for stated in statements(message.text) if place >= transcript.start else ():
                support.append(seen.support(stated, message.text, agreed.get(place, frozenset())))
                if support[-1] < _DERIVED:
                    findings.append(_finding(place, stated, support[-1]))
            seen.said |= disclosed([message.text])
    return SubScore(sum(support) / len(support) if support else None, tuple(findings), len(support))


@dataclass
class _Seen:
    """What has been told so far."""

    told: set[Value]
    unbound: set[Value] = field(default_factory=set)
    """told of nothing in particular: what users said, and how many members lists have"""
    figures: set[float] = field(default_factory=set)
    small: set[float] = field(default_factory=set)
    """numbers so small that sums of them lead anywhere"""
    asked: set[Value] = field(default_factory=set)
    things: dict[Name, list[Entity]] = field(default_factory=dict)
    latest: list[Entity] = field(default_factory=list)
    """what came back since a user last spoke"""
    lengths: set[Value] = field(default_factory=set)
    """how many members the lists in it have"""
    leaves: set[Leaf] = field(default_factory=set)
    answers: tuple[str, ...] = ()
    """what a reply to the user must tell, where that is known"""
    said: set[Value] = field(default_factory=set)
    """what the assistant has said"""
    wish: str = ""
    """what the user said last"""
    heard: frozenset[Value] = frozenset()
    """the values in it"""

    def hear(self, text: str, answers: tuple[str, ...]) -> None:
        """Take in what a user said."""
        self.latest = []
        self.lengths = set()
        self.answers = answers
        self.wish = text
        self.heard = disclosed([text])
        self.told |= disclosed([text])
        self.unbound |= disclosed([text])

    def add(self, text: str, arguments: Mapping[str, Any]) -> None:
        """Take in a tool result, and what the call asked for: it holds of all that came back."""
        result = read(text)
        self.told |= result.values | result.lengths
        self.unbound |= result.lengths
        self.lengths |= result.lengths
        sizes = {float(size) for kind, size, *_ in result.values if kind == "number"}
        self.figures |= {size for size in sizes if size > _SMALL or not size.is_integer()}
        self.small |= sizes - self.figures
        given = {key: disclosed([value]) for key, value in arguments.items() if isinstance(value, str)}
        given = {key: values for key, values in given.items() if values}
        self.asked |= {value for values in given.values() for value in values}
        newer = {_key(thing): thing.leaves for thing in result.things if thing.outermost and _key(thing)}
        self.latest = [_without(older, newer.get(_key(older), {})) for older in self.latest]
        for thing in result.things:
            if thing.outermost and given:
                new = {path: values for path, values in given.items() if path not in thing.leaves}
                thing = thing._replace(leaves={**thing.leaves, **new})
            self.leaves |= {(path, value) for path, values in thing.leaves.items() for value in values}
            if thing.outermost:
                self.latest.append(thing)
            for name in thing.names:
                self.things.setdefault(name, []).append(thing)

    def support(self, stated: Statement, said: str, agreed: frozenset[Leaf]) -> float:
        """How well an atom is supported; `agreed` is what the message led to."""
        atom = stated.atom
        if name := self._name_around(stated):
            return _ELSEWHERE if self._is_no_name_asked_for(name, said) else 1.0
        known = atom.known(self.told)
        if known and (
            self._is_no_answer(stated, said) or self._of_earlier(stated) or self._is_not_agreed(atom, said, agreed)
        ):
            return _ELSEWHERE
        if known and not self._of_another(stated):
            return 1.0
        if self._derived(stated) and not (known and atom.kind == "date"):
            if atom.kind != "date":
                self.figures.add(float(atom.value[1]))  # a sum of sums is built step by step
            return _DERIVED
        return _ELSEWHERE if known else 0.0

    def _before_the_name(self, stated: Statement) -> bool:
        """Whether what came back last holds an atom where its sentence says, and things are named in the next clause."""
        after = stated.scopes[0][len(stated.before) + len(stated.atom.text) :]
        if not after.startswith(" and ") or self.things.keys() & {*_phrases(stated.before)}:
            return False
        held = (
            (fields, self._meant(stated, fields)) for thing in self.latest if (fields := _fields(thing, stated.atom))
        )
        return any(stated.atom.known(fields[path]) for fields, meant in held for path in meant)

    def _name_around(self, stated: Statement) -> str:
        """What a thing is called, where a number or an id such as 1A is a part of that."""
        if stated.atom.kind not in ("number", "id"):
            return ""
        return next((phrase for phrase in _phrases_with(stated) if phrase in self.things), "")

    def _is_no_name_asked_for(self, name: str, said: str) -> bool:
        """Whether the reply leaves out a name that answers the user, and tells one that does not and nobody asked about."""
        missing = [
            answer for answer in self.answers if normalised(answer) in self.things and not mentions(said, answer)
        ]
        return bool(missing) and not any(mentions(text, name) for text in (self.wish, *self.answers))

    def _is_no_answer(self, stated: Statement, said: str) -> bool:
        """Whether another record holds an atom where one holds an answer, and the reply tells none of these answers.

        What the user has said may be said again beside an answer, or as what will be, and so is no wrong one.
        """
        atom, right = stated.atom, disclosed(self.answers)
        if not right or atom.known(right):
            return False
        missing = right - disclosed([said])
        if atom.known(self.heard) and (missing != right or not _IS.search(stated.before)):
            return False
        paths = {path for path, value in self.leaves if value in missing}
        return any((path, value) in self.leaves for path in paths for value in atom.asks)

    def _is_not_agreed(self, atom: Atom, said: str, agreed: frozenset[Leaf]) -> bool:
        """Whether what a proposal led to has another value, which the proposal does not tell, where some record has an atom."""
        if atom.known({value for _, value in agreed}):
            return False
        stated = disclosed([said])
        fields = {field for field, value in agreed if value not in stated}
        return any(path.rpartition(".")[2] in fields and value in atom.asks for path, value in self.leaves)

    def _of_earlier(self, stated: Statement) -> bool:
        """Whether the field that a sentence names holds something else in what came back since a user last spoke."""
        atom = stated.atom
        listed = bool(stated.scopes[1])  # a list may sum up what was said before
        if atom.kind not in ("id", "money", "number") or atom.known(self.heard) or (listed and atom.known(self.said)):
            return False
        if _FORMER.search(stated.before) or atom.known(disclosed(self.answers)):
            return False
        fields: dict[str, frozenset[Value]] = {}
        for thing in self.latest:
            for path, values in _fields(thing, atom).items():
                fields[path] = fields.get(path, frozenset()) | values
        meant = self._meant(stated, fields)
        if not meant or any(atom.known(values) for values in fields.values()):
            return False
        if any((path, value) in self.leaves for path in meant for value in atom.asks):
            return True
        return bool(_IS.search(stated.before)) and not atom.known(self.lengths) and not self._derived(stated)

    def _derived(self, stated: Statement) -> bool:
        """Whether plain arithmetic leads to an atom: to an amount from two numbers, to a day from one."""
        atom = stated.atom
        if atom.kind == "date":
            return atom.known(self.asked) or atom.next_to(self.told)
        if atom.kind not in ("money", "number"):
            return False
        compared = _COMPARES.search(stated.before)
        if atom.text.isdigit() and int(atom.text) <= _SMALL and not compared:
            return False
        figures = self.figures | self.small if compared else self.figures
        size = float(atom.value[1])
        shares = [size / count for count in range(2, _SMALL + 1)]
        return any({round(size - f, 2), round(size + f, 2)} & figures for f in figures) or any(
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
        if not holding and self._before_the_name(stated):
            return False
        if holding:
            return all(self._is_other_field(stated, fields) for fields in holding)
        if amount or atom.known(self.unbound):
            return any((path, value) in self.leaves for fields in subjects for path in fields for value in atom.asks)
        return bool(subjects)

    def _is_other_field(self, stated: Statement, fields: Mapping[str, frozenset[Value]]) -> bool:
        """Whether a sentence names fields of a thing before it states an atom, and another one holds it."""
        holding = [path for path, values in fields.items() if stated.atom.known(values)]
        meant = self._meant(stated, fields)
        return bool(meant) and all(_apart(fields)[path] for path in holding) and not meant & set(holding)

    def _meant(self, stated: Statement, fields: Mapping[str, frozenset[Value]]) -> set[str]:
        """The paths named by the last word before an atom that tells fields apart; words of names name none."""
        said = re.sub(r"[A-Za-z]+ #?(?=\S*\d)", "", stated.before)  # in "the due date of loan 17" the loan is no field
        said = normalised(said)
        for name in sorted((str(phrase) for phrase in _phrases(said) if phrase in self.things), key=len, reverse=True):
            said = said.replace(name, "")
        apart = _apart({path: values for path, values in fields.items() if not values & disclosed([stated.before])})
        named = ({path for path, own in apart.items() if stem in own} for stem in reversed(_stems(said)))
        return next(filter(None, named), set())

    def _subjects(self, stated: Statement) -> list[Entity]:
        """What a statement is about. Ids above it come before names beside it: a list of guests is not about one guest."""
        nearest, wider = stated.scopes[:2], stated.scopes[2:]
        named = [(*_ids(scope), *_phrases(scope)) for scope in nearest]
        named += [*map(_ids, wider), *map(_phrases, wider)]
        found = ([thing for name in names for thing in self.things.get(name, ())] for names in named)
        return next(filter(None, found), [] if stated.atom.kind in ("money", "number") else self.latest)


def _agreed(transcript: Transcript) -> dict[int, frozenset[Leaf]]:
    """The arguments of the writes made on a yes, before the user spoke again, by the place of what was agreed to."""
    found: dict[int, frozenset[Leaf]] = {}
    put = agreed = None
    for place, message in enumerate(transcript.messages):
        if message.role == "user":
            agreed = put if agrees(message.text) else None
            put = None
        elif message.role == "assistant" and proposes(message.text):
            put = place
        writes = [call for call in message.calls if call.tool in transcript.writes]
        if agreed is not None and writes:
            leaves = {
                (key, value)
                for call in writes
                for key, given in call.arguments.items()
                for value in disclosed([str(given)])
            }
            found[agreed] = found.get(agreed, frozenset()) | leaves
    return found


def _key(thing: Entity) -> Leaf | None:
    """The id that a thing begins with, and where it stands."""
    path, values = next(iter(thing.leaves.items()), ("", frozenset[Value]()))
    return (path, next(iter(values))) if path.endswith("id") and len(values) == 1 else None


def _without(older: Entity, newer: Mapping[str, frozenset[Value]]) -> Entity:
    """What a thing still tells when it has come back once more: where both say something, the newer one counts."""
    return older._replace(leaves={path: values for path, values in older.leaves.items() if path not in newer})


def _fields(thing: Entity, atom: Atom) -> dict[str, frozenset[Value]]:
    """The leaves of a thing that hold something of an atom's kind."""
    kind = atom.asks[-1][0]
    return {path: values for path, values in thing.leaves.items() if any(value[0] == kind for value in values)}


def _apart(fields: Mapping[str, frozenset[Value]]) -> dict[str, frozenset[str]]:
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


def _phrases_with(stated: Statement) -> Iterator[str]:
    """The phrases of a sentence that the atom stands in."""
    rest = stated.scopes[0][len(stated.before) + len(stated.atom.text) :]
    before, middle, after = (normalised(text).split() for text in (stated.before, stated.atom.text, rest))
    for left in range(_LONGEST_NAME):
        for right in range(_LONGEST_NAME - left):
            if left + right and left <= len(before) and right <= len(after):
                yield " ".join([*before[len(before) - left :], *middle, *after[:right]])


@lru_cache(maxsize=16384)
def _phrases(text: str) -> tuple[Name, ...]:
    words = normalised(text).split()
    spans = ((n, n + length) for n in range(len(words)) for length in range(2, _LONGEST_NAME + 1))
    return tuple({" ".join(words[start:end]) for start, end in spans if end <= len(words)})


def _finding(place: int, stated: Statement, support: float) -> Finding:
    atom = stated.atom
    said = " ".join(stated.scopes[0].split())
    # In worlds of plain numbers an id is a long one, and an amount of money has cents.
    grave = atom.kind in ("id", "money") or (atom.kind == "number" and re.search(r"\d{4}|\.\d\d?$", atom.text))
    if support:
        return Finding(place, "grounding", f"{atom.text} was told of something else: {said}", 3 if grave else 1)
    return Finding(place, "grounding", f"{atom.text} was told by nobody: {said}", 3 if grave else 2)
