"""Grounding: whether what the assistant states had been disclosed to it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import Any

from turnwise.scoring.quality.speech import asks
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.atoms import Atom, Value, atoms, disclosed, spans_of_days

_DERIVED = 0.9
_SMALL = 12
_MANY = 500
"""numbers from which on some sum of two leads anywhere"""
_LISTED = 60
"""numbers in one message of which every run is summed up"""
_COMPARES = re.compile(r"(?i)\b(?:difference|apart|more|less)\b")
_LABEL = re.compile(r"([A-Za-z]+) #?$")
_ITEM = re.compile(r"(?m)^[ \t]*(?:[-*+•]|\d{1,3}[.)])\s")
_EXAMPLE = re.compile(r"(?i)\b(?:e\.g\.|ex\.|for (?:example|instance)|such as|the form(?:at)?)")
_LOOKS_LIKE = re.compile(r"(?i)\b(?:something|looks) like \W{0,3}$")
_LONGEST = 300
"""characters on each side of an atom that a finding quotes at most"""
_READ = 2000
"""atoms that are looked at in one message"""
_MOST = 50
"""findings in one message"""


def grounding(transcript: Transcript) -> SubScore:
    """Mean support of the ids, amounts of money, numbers, dates and times in what the assistant says, in [0, 1].

    An atom counts 1 when the policy, a user or a tool has disclosed it so far; 0.9 when plain arithmetic on disclosed
    values leads to it: a sum or a difference of two, a small multiple, a product of two beside it, a percentage, the sum of numbers that stand beside
    it or in one column of a result, a day some stated days away; and 0 otherwise. What the assistant puts into a call is
    no support. The numbers of a list and of its members ("Option 2"), how many members a list has, and examples of a
    format that is asked for are left out.
    Whether a disclosed value belongs to what the sentence is about is left to the judge. None when the assistant states
    no atom. Of a message the first 2,000 atoms are looked at; it has one finding for each value without support, and 50
    at most.
    """
    seen = _Seen()
    seen.take_in(transcript.policy)
    findings: list[Finding] = []
    support: list[float] = []
    asked = {exchange.returned_at: exchange.call.arguments for exchange in transcript.exchanges}
    for place, message in enumerate(transcript.messages):
        if message.role != "assistant":
            seen.take_in(message.text)
            if message.role == "tool" and not message.error:
                seen.sum_up(message.text)
                # The day that a call asked about is the day of what came back.
                given = disclosed(map(str, asked.get(place, {}).values()))
                seen.disclosed |= {value for value in given if value[0] in ("date", "day")}
            continue
        stated = list(islice(_stated(message.text), _READ)) if place >= transcript.start else []
        beside = {kind: [float(a.value[1]) for a in stated if a.kind == kind] for kind in ("money", "number")}
        factors = {n for sizes in beside.values() for n in sizes if ("number", n) in seen.disclosed}
        seen.percentages |= _percentages(message.text)  # "by 5%, to 2,205" is an offer, and no fact
        spans = seen.spans | spans_of_days(message.text)
        unsupported: dict[Value, Atom] = {}
        for atom in stated:
            known = atom.known(seen.disclosed)
            derived = not known and (
                atom.some_days_from(seen.disclosed, spans)
                if atom.kind == "date"
                else seen.leads_to(atom, message.text, beside.get(atom.kind, []), factors)
            )
            support.append(1.0 if known else _DERIVED if derived else 0.0)
            if support[-1] == 0:
                unsupported.setdefault(atom.value, atom)
            elif support[-1] < 1 and atom.kind != "date":
                seen.figures.add(float(atom.value[1]))  # a sum of sums is built step by step
        findings += (_finding(place, message.text, atom) for atom in islice(unsupported.values(), _MOST))
    return SubScore(sum(support) / len(support) if support else None, tuple(findings), len(support))


def _stated(text: str) -> Iterator[Atom]:
    """The atoms of a message that have to be supported."""
    members = ("number", float(len(_ITEM.findall(text))))
    written: dict[str, bool] = {}
    for atom in atoms(text):
        counts_members = atom.value == members and members[1] > 1
        if atom.checkable and not _is_label(text, atom, written) and not counts_members and not _is_example(text, atom):
            yield atom


def _is_example(text: str, atom: Atom) -> bool:
    """Whether a value only shows how to write what is asked for: please give the day, e.g. 2024-07-27."""
    before, after = _sentence(text, atom)
    asked = _EXAMPLE.search(before) and asks(before + atom.text + after)
    return bool(asked or _LOOKS_LIKE.search(before))


def _sentence(text: str, atom: Atom) -> tuple[str, str]:
    """What stands before and after an atom in its sentence."""
    before = text[max(0, atom.start - _LONGEST) : atom.start]
    after = text[atom.end : min(len(text), atom.end + _LONGEST)]
    return re.split(r"\n|[.!?]\s+(?=[A-Z])", before)[-1], re.split(r"\n|[.!?](?:\s|$)", after)[0]


def _is_label(text: str, atom: Atom, written: dict[str, bool]) -> bool:
    """Whether a number only tells members of a list apart: Option 2, where there is an Option 1.

    `written` remembers what was looked for in the text: a long one is gone through once for each label.
    """
    if atom.kind != "number" or not atom.text.isdigit() or not 1 <= int(atom.text) <= _SMALL:
        return False
    before = _LABEL.search(text[max(0, atom.start - 30) : atom.start])
    if before is None or atom.text == "1":
        return before is not None
    label = f"{before[1]} {int(atom.text) - 1}"
    if label not in written:
        written[label] = label in text
    return written[label]


@dataclass
class _Seen:
    disclosed: set[Value] = field(default_factory=set)
    figures: set[float] = field(default_factory=set)
    small: set[float] = field(default_factory=set)
    """numbers so small that sums of them lead anywhere"""
    percentages: set[float] = field(default_factory=set)
    spans: set[int] = field(default_factory=set)
    """days by which something is said to be earlier or later"""

    def take_in(self, text: str) -> None:
        values = disclosed([text])
        self.disclosed |= values
        sizes = {float(size) for kind, size, *_ in values if kind == "number"}
        large = {size for size in sizes if size > _SMALL or not size.is_integer()}
        self.figures |= large
        self.small |= sizes - large
        self.percentages |= _percentages(text)
        self.spans |= spans_of_days(text)

    def sum_up(self, result: str) -> None:
        """Take in how many members the lists of a tool result have, and what their numbers come to."""
        try:
            content = json.loads(result)
        except ValueError:  # words, not data
            return
        for members in _lists(content):
            self.disclosed.add(("number", float(len(members))))
            rows = [member for member in members if isinstance(member, dict)]
            for column in dict.fromkeys(key for row in rows for key in row):
                numbers = [
                    n for row in rows if isinstance(n := row.get(column), int | float) and not isinstance(n, bool)
                ]
                if len(numbers) > 2:
                    total = float(sum(numbers))
                    self.figures |= {round(total, 2), round(total / len(numbers), 2)}
                    self.disclosed |= {("number", round(total, 2)), ("number", round(total / len(numbers), 2))}

    def leads_to(self, atom: Atom, text: str, beside: list[float], factors: set[float]) -> bool:
        """Whether plain arithmetic leads to an amount in a text, beside some others of its kind and such of any kind."""
        if atom.kind not in ("money", "number"):
            return False
        compared = bool(_COMPARES.search(text, max(0, atom.start - _LONGEST), atom.start))
        size = float(atom.value[1])
        if size <= _SMALL and size.is_integer() and not compared:
            return False
        if any(("number", round(size / n, 2)) in self.disclosed and _exact(size / n) for n in range(2, _SMALL + 1)):
            return True
        if len(beside) <= _LISTED and _is_sum_of_neighbours(size, beside):
            return True
        if size > _SMALL and len(factors) <= _LISTED:
            others = {n: round(size / n, 2) for n in factors if n > 1}
            if any(other in factors and abs(n * other - size) < 0.005 for n, other in others.items()):
                return True
        known = self.figures | self.small
        if len(known) >= _MANY:
            return False
        if any({round(size - f, 2), round(size + f, 2)} & known for f in (known if compared else self.figures)):
            return True
        shares = [part / 100 for part in self.percentages]
        return any(round(f * factor, 2) == size for f in self.figures for s in shares for factor in (s, 1 + s, 1 - s))


def _exact(share: float) -> bool:
    return abs(share - round(share, 2)) < 1e-9


def _is_sum_of_neighbours(size: float, beside: list[float]) -> bool:
    """Whether numbers that stand beside one another in a message come to another one in it."""
    sums = [0.0, *accumulate(beside)]
    return any(
        abs(sums[end] - sums[start] - size) < 0.005
        for start in range(len(beside))
        for end in range(start + 2, len(sums))
    )


def _lists(content: Any) -> Iterator[list[Any]]:
    if isinstance(content, list):
        yield content
    below = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    for part in below:
        yield from _lists(part)


def _percentages(text: str) -> set[float]:
    return {atom.number.size for atom in atoms(text) if atom.number is not None and atom.number.percent}


def _finding(place: int, text: str, atom: Atom) -> Finding:
    before, after = _sentence(text, atom)
    # In worlds of plain numbers an id is a long one, and an amount of money has cents.
    grave = atom.kind in ("id", "money") or (atom.kind == "number" and re.search(r"\d{4}|\.\d\d?$", atom.text))
    return Finding(
        place,
        "grounding",
        f"{atom.text} was disclosed by nobody: {(before + atom.text + after).strip()}",
        3 if grave else 2,
    )
