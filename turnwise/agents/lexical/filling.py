"""What a free sentence says of a new row: each parameter is filled by its kind, a day, a name, a word of a list, a number."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from turnwise.agents.lexical.catalogue import Ability, Parameter, is_key
from turnwise.agents.lexical.language import MEASURES, stems
from turnwise.agents.lexical.reading import Mention
from turnwise.agents.lexical.resolving import resolve
from turnwise.agents.lexical.values import alike, converted, dated
from turnwise.agents.lexical.working import Entity, Stuck, Work
from turnwise.values.atoms import atoms

_WORD = r"(?-i:[A-Z0-9(][\w'’&./()-]*)"
_RUN = rf"(?:\"[^\"]+\"|{_WORD}(?: (?:(?:of|the|and|in|to|a|for|on|de|&|with|from|by|at|\W) ){{0,2}}{_WORD})*)"
_LOWER = r"(?:(?-i:(?: [a-z]+){1,2})(?= (?:in|for|with|by|at|from)\b))?"  # called Bar ends in
_JOINT = re.compile(r" (?:of|for|on|to|with|from|by|at|in|and) ")
_END = r"(?=[,;?!]|\.(?:\s|$)|$| and (?:the|an?)\b| with an? )"


class _Text:
    """A text of which what was understood is blanked."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, start: int, end: int) -> None:
        self.text = self.text[:start] + "," * (end - start) + self.text[end:]

    def find(self, pattern: str) -> re.Match[str] | None:
        return re.search(pattern, self.text, re.IGNORECASE)


def filled(work: Work, ability: Ability, text: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments given, and those that a text has for the parameters that are left."""
    found, rest = dict(given), _Text(text)

    def free() -> list[Parameter]:
        return [p for p in ability.parameters if p.name not in found]

    found |= _own_key(free(), rest)
    found |= _days(free(), rest)
    found |= _name(free(), rest, ability.called)
    found |= _labelled(free(), rest)
    for parameter in [p for p in free() if p.refers]:
        if (entity := _referred(work, parameter, rest)) is not None:
            work.memory.speak_of(entity)
            found[parameter.name] = entity.id
    for parameter in [p for p in free() if p.enum or not p.refers]:
        said = next((v for v in parameter.enum or _such_as(parameter) if rest.find(rf"\b(?-i:{_spaced(v)})\b")), None)
        if said is not None and (match := rest.find(rf"\b(?-i:{_spaced(said)})\b")):
            found[parameter.name] = said
            rest.take(*match.span())
    return found | _numbers(free(), rest)


def _own_key(free: Sequence[Parameter], rest: _Text) -> dict[str, Any]:
    """The code by which a new row is told apart: id: C041, the order code is X-7."""
    for parameter in (p for p in free if p.required and p.kind == "string" and not p.refers and is_key(p.name)):
        called = "|".join([*(_called(label) for label in parameter.labels), "id"])
        code = rf"\b(?:{called})(?: (?:number|code|id))?(?: is| should be|:)? #?((?=[\w./-]*\d)\w[\w./-]*)(?<![.])"
        if (match := rest.find(code)) is not None:
            rest.take(*match.span())
            return {parameter.name: match[1]}
    return {}


def _such_as(parameter: Parameter) -> list[str]:
    """The words that a description gives as examples: such as active, closed."""
    return re.findall(r"\b(?<!-)[a-z]{3,}(?:_[a-z]+)*\b(?!-)", parameter.description.partition("such as ")[2])


def _spaced(value: Any) -> str:
    return re.escape(str(value)).replace("_", "[ _]")


def _days(free: Sequence[Parameter], rest: _Text) -> dict[str, Any]:
    """Each day for the field whose verb stands before it, else for the first that takes a day."""
    found: dict[str, Any] = {}
    for atom in [a for a in atoms(rest.text) if a.kind == "date"]:
        time = next((a for a in atoms(rest.text) if a.kind == "time" and 0 <= a.start - atom.end < 6), None)
        said = rest.text[atom.start : time.end if time else atom.end]
        before = stems(re.split(r"[,.;]", rest.text[: atom.start])[-1])[-4:]
        taken = [p for p in free if dated(p) and p.name not in found and not p.refers]
        best = max(taken, key=lambda p: max(alike(before, label) for label in p.labels), default=None)
        if best is not None and (value := converted(said, best)) is not None:
            found[best.name] = value
            named = re.search(r"(?:\b[A-Z]\w+day,? (?:the )?)?$", rest.text[: atom.start])
            rest.take(named.start() if named else atom.start, time.end if time else atom.end)
    return found


def _name(free: Sequence[Parameter], rest: _Text, called: Parameter | None) -> dict[str, Any]:
    """What it is called, in one part or in two."""
    match = rest.find(rf"\b(?:called|named|titled) ({_WORD}(?:,? (?:(?:of|the|and|a|&) ){{0,2}}{_WORD})*{_LOWER})")
    if match is None:
        return {}
    names = {stems(p.name): p.name for p in free if not p.refers and p.name.endswith(("name", "title"))}
    rest.take(*match.span())
    first, last = names.get(("first", "name")), names.get(("last", "name"))
    if first and last:
        given, _, family = match[1].strip('".').partition(" ")
        return {first: given, last: family}
    own = next(iter(names.values()), called.name if called in free and called is not None else "")
    return {own: match[1].strip('".')} if own else {}


def _labelled(free: Sequence[Parameter], rest: _Text) -> dict[str, Any]:
    """Texts that stand behind the name of their field: email ana@x.org, the problem is ..."""
    found: dict[str, Any] = {}
    for parameter in free:
        if parameter.refers or parameter.kind in ("integer", "number"):
            continue
        for label in parameter.labels:
            whole = rest.find(rf"\b{_called(label)}(?: is|:) ((?:\d+\w?, )?.+?)(?=[;,]|\.(?:\s|$)|$| and the )")
            match = (
                whole
                or rest.find(rf"\bwith ({_RUN}) as (?:the |their |an? )?{_called(label)}\b")
                or rest.find(rf"\bin the ([^,]+?) {_called(label)}\b")
                or rest.find(rf"\b{_called(label)}(?: of|:)? (?!is\b|of\b)(.+?){_END}")
            )
            if match is not None and (value := converted(match[1].strip(' "'), parameter)) is not None:
                found[parameter.name] = value
                rest.take(*match.span())
                break
    return found


def _called(label: Sequence[str]) -> str:
    return r"[ _]".join(rf"{re.escape(word)}\w{{0,2}}" for word in label)


def _referred(work: Work, parameter: Parameter, rest: _Text) -> Entity | None:
    """The row that a reference points at: by its role, by its noun, else by a name that is one of its kind."""
    known = dict.fromkeys([*(_called(label) for label in parameter.labels), _called(stems(parameter.refers))])
    for label in known:
        back = rest.find(
            rf"\b(?:that|this|(?<!as )the(?= (?:{label})(?:[,.;]|$))) (?:{label})\b(?: as (?:the |their |an? )?{label})?"
        )
        if back is not None and (entity := work.memory.recall([parameter.refers])) is not None:
            rest.take(*back.span())
            return entity
        number = rest.find(rf"\b{label} (?:number |no\.? |#)?#?(\d+)\b")
        if number is not None:
            rest.take(*number.span())
            return resolve(work, Mention(parameter.refers, number[1]))
        forms = (
            rf"({_RUN}) as (?:the |their |an? )?{label}\b",
            rf"\b{label} ({_RUN}|(?-i:[a-z])[a-z -]+?(?=[,.]|$| for | with ))",
            rf"({_RUN}) {label}\b",
        )
        for match in filter(None, map(rest.find, forms)):
            if (entity := _among(work, parameter, match[1], match.start(1), rest)) is not None:
                return entity
    runs = [match for match in re.finditer(_RUN, rest.text) if re.search(r"[A-Za-z]{2}", match.group())]
    found = (_among(work, parameter, match.group(), match.start(), rest) for match in runs)
    return next((entity for entity in found if entity is not None), None)


def _among(work: Work, parameter: Parameter, run: str, at: int, rest: _Text) -> Entity | None:
    """The row that a run of words names, or a piece of it; its words are taken."""
    for start, end in _parts(run):
        try:
            entity = resolve(work, Mention(parameter.refers, run[start:end].strip('#" .')))
        except Stuck:
            continue
        rest.take(at + start, at + end)
        return entity
    return None


def _parts(run: str) -> list[tuple[int, int]]:
    """A run of names and the pieces it may be made of, the longest first."""
    cuts = [m.span() for m in _JOINT.finditer(run)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(run)]
    return sorted(((a, b) for a in starts for b in ends if a < b), key=lambda p: p[0] - p[1])


def _numbers(free: Sequence[Parameter], rest: _Text) -> dict[str, Any]:
    """Each number for the field whose words stand beside it, else an amount for one that takes money."""
    found: dict[str, Any] = {}
    money = MEASURES["expensive"]
    left = []
    for atom in [a for a in atoms(rest.text) if a.kind in ("number", "money", "count")]:
        before = stems(re.split(r"[,;]|\band\b", rest.text[: atom.start])[-1])[-3:]
        beside = [*before, *stems(re.split(r"[,;]", rest.text[atom.end :])[0])[:2]]
        taken = [p for p in free if p.kind in ("integer", "number") and not p.refers and p.name not in found]
        scored = [(max(alike(beside, label) / len(label) for label in p.labels), p) for p in taken]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and score and (value := converted(atom.text, best)) is not None:
            found[best.name] = value
        elif before[-1:] in (("at",), ("of",), ("for",)) or not before:
            left.append(atom.text)
    for said in left:
        taken = [p for p in free if p.kind in ("integer", "number") and not p.refers and p.name not in found]
        costs = [p for p in taken if any(set(label) & set(money) for label in p.labels)] or taken[:1]
        if costs and (value := converted(said, costs[0])) is not None:
            found[costs[0].name] = value
    return found
