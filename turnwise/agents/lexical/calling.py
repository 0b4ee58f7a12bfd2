"""Plans for tools of which only names and parameters tell what they do: the tool that a sentence shares most words with.

Its parameters are filled by their labels, by what stands before a value (in, for, to), and by what an earlier call returned.
"""

import re
from collections.abc import Sequence
from math import log
from typing import Any

from turnwise.agents.lexical.catalogue import Ability, Catalogue, Parameter
from turnwise.agents.lexical.language import PLACES, Label, stems
from turnwise.agents.lexical.values import converted, dated, sentence, told
from turnwise.agents.lexical.working import Memory, Row, Stuck, Work
from turnwise.values.words import listed

_BREAK = re.compile(r"(?<=[.!?])\s+|\n+")
_VALUE = r"\s*(?:number |no\.? |is |to |of |as |called |:|#)*(\"[^\"]+\"|.+?)(?=,|\s+and\s|\s+with\s|\s+for\s|\s+in\s|\s+on\s|[?!.]*$)"
_JOINTS = ("for", "in", "to", "from")
_FITTING = 1.2
"""the least that a sentence must share with a tool to ask for it"""
_SHOWN = 8


def is_plain(known: Catalogue) -> bool:
    """Whether a list of tools is none that finds rows by what they are called, sorts and pages them."""
    named = (a for a in known.abilities if a.kind == "find" and a.called is not None)
    tabular = any(a.page and a.sort is not None for a in known.abilities)
    return (
        bool(known.abilities)
        and not tabular
        and not any(stems(a.called.name)[-1:] == ("name",) for a in named if a.called)
    )


def called(work: Work, heard: str) -> list[str]:
    """What comes of each sentence that asks for a tool, or gives what was missing for the call before."""
    replies = []
    for text in filter(None, _BREAK.split(heard.strip())):
        ability = _best(work.known, text)
        fragment = work.memory.missing and work.memory.wanted is not None and (ability is None or "?" not in text)
        if (
            fragment
            and work.memory.wanted is not None
            and (ability is None or ability.tool == work.memory.wanted[0].tool)
        ):
            replies.append(_made(work, work.memory.wanted[0], work.memory.wanted[1], text))
        elif ability is not None:
            replies.append(_made(work, ability, {}, text))
    return replies


def _best(known: Catalogue, text: str) -> Ability | None:
    """The tool whose name shares most with a sentence, rare words first."""
    heard = set(stems(re.sub(r"\"[^\"]*\"", " ", text)))
    names = [set(stems(a.tool)) for a in known.abilities]
    weight = {w: log(1 + len(names) / sum(w in n for n in names)) for n in names for w in n}

    named = re.search(r"\b[A-Z]{2,4}-\d+|\b\d{3,}\b|\b(?:that|it|its)\b", text) is not None

    def shared(place: int) -> tuple[float, float]:
        labels = {w for p in known.abilities[place].parameters for label in p.labels for w in label}
        found = sum(weight[w] for w in names[place] & heard)
        keyed = any(_is_key(p) for p in known.abilities[place].required) == named  # one by its key, or several
        return found and found + 0.3 * len(labels & heard) + 0.5 * keyed, -sum(weight[w] for w in names[place] - heard)

    best = max(range(len(names)), key=shared)
    return known.abilities[best] if shared(best)[0] >= min(_FITTING, max(weight.values())) else None


def _made(work: Work, ability: Ability, known: dict[str, Any], text: str) -> str:
    """Make a call, or ask for what it lacks."""
    memory = work.memory
    arguments = {**known, **_filled(ability, text, memory, alone=bool(known) or bool(memory.missing))}
    memory.missing = tuple(p for p in ability.required if p.name not in arguments and p.kind != "boolean")
    memory.wanted = (ability, arguments)
    if memory.missing:
        lacking = listed([f"the {p.label}" for p in memory.missing])
        return f"What {'is' if len(memory.missing) == 1 else 'are'} {lacking}?"
    arguments |= {p.name: True for p in ability.required if p.name not in arguments}
    try:
        rows = work.rows(ability, arguments)
    except Stuck as stuck:
        return sentence(str(stuck))
    for row in reversed(rows[:1]):
        memory.shown |= {name: value for name, value in row.items() if isinstance(value, str | int)}
    return _reported(ability, rows)


def _reported(ability: Ability, rows: Sequence[Row]) -> str:
    if not rows:
        return "I found nothing."
    if len(rows) > 1:
        names = [next((str(row[k]) for k in ("name", "title", *row) if k in row), "") for row in rows]
        return f"I found {len(rows)}: {listed(names)}."
    plain = [(name, value) for name, value in _fields(rows[0])][:_SHOWN]
    return sentence(listed([f"the {' '.join(stems(name)) or name} is {told(value)}" for name, value in plain]))


def _fields(row: Row) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in row.items():
        if isinstance(value, dict):
            found += [(f"{name} {inner}", v) for inner, v in value.items() if not isinstance(v, list | dict)]
        elif not isinstance(value, list):
            found.append((name, value))
    return found


def _filled(ability: Ability, text: str, memory: Memory, *, alone: bool) -> dict[str, Any]:
    """The arguments that a sentence has; `alone` where it may be nothing but the value that was asked for."""
    found: dict[str, Any] = {}
    rest = text
    days = [p for p in ability.parameters if p.kind == "string" and dated(p) and not p.enum]
    for parameter in days[:1]:
        value = converted(text, parameter)
        found |= {parameter.name: value} if value != text and value is not None else {}
    others = [p for p in ability.parameters if p not in days]
    for parameter in sorted(others, key=lambda p: -max(map(len, p.labels))):
        value, rest = _labelled(parameter, rest)
        if value is not None:
            found[parameter.name] = value
    for parameter in others:
        if parameter.name not in found and (value := _by_kind(parameter, rest)) is not None:
            found[parameter.name] = value
    free = [p for p in others if p.name not in found]
    for joint in _JOINTS:
        taken = [p for p in free if p.kind == "string" and not p.enum and not p.refers and not _is_key(p)]
        taken.sort(key=lambda p: joint == "in" and not any(place in label for place in PLACES for label in p.labels))
        match = re.search(rf"\b{joint}{_VALUE}", rest)
        if match and taken and not match[1].lower().startswith(("that ", "the ", "me", "it")):
            found[taken[0].name] = match[1].strip(' "?.!')
            free.remove(taken[0])
            rest = rest.replace(match[0], " ")
    for parameter in free:
        if re.search(r"\b(?:that|it|them|its)\b", text) and parameter.name in memory.shown:
            found[parameter.name] = memory.shown[parameter.name]
    missing = [p for p in ability.required if p.name not in found]
    if alone and not found and len(memory.missing) == 1 and missing and "?" not in text:
        value = converted(
            re.sub(r"^(?:it's|it is|ok,?|that's|the|sorry,?) ", "", text, flags=re.I).strip(" .!"), memory.missing[0]
        )
        found |= {memory.missing[0].name: value} if value is not None else {}
    return found


def _labelled(parameter: Parameter, text: str) -> tuple[Any | None, str]:
    """The value behind the name of a parameter, and what is left of the text."""
    names: list[Label] = [*parameter.labels, stems(parameter.refers)] if parameter.refers else list(parameter.labels)
    for label in sorted({x for x in names if x}, key=len, reverse=True):
        said = r"\W?".join(rf"{re.escape(word)}s?" for word in label)
        for match in re.finditer(rf"\b{said}\b{_VALUE}", text, re.IGNORECASE):
            raw = match[1].strip(' "?.!')
            if _is_key(parameter) and not re.search(r"\d", raw.split(" ")[0]):
                continue
            raw = (
                raw.removesuffix("'s") if " " not in raw else re.sub(r"'s\b.*", "", raw) if _is_key(parameter) else raw
            )
            value = converted(raw.split()[0] if _is_key(parameter) else raw, parameter)
            if value is not None and raw:
                return _typed(value, parameter), text.replace(match[0], " ", 1)
    return None, text


def _by_kind(parameter: Parameter, text: str) -> Any | None:
    """A word of a list, or a counted number."""
    if parameter.enum:
        return converted(text, parameter)
    if parameter.kind in ("integer", "number"):
        unit = stems(parameter.name)[-1:]
        match = re.search(rf"\b([\w.,-]+) {re.escape(unit[0])}s?\b", text) if unit else None
        return converted(match[1], parameter) if match else None
    return None


def _is_key(parameter: Parameter) -> bool:
    return bool(re.search(r"(?i)id$", parameter.name))


def _typed(value: Any, parameter: Parameter) -> Any:
    if parameter.kind == "array":
        return [part for part in re.split(r",\s*|\s+and\s+", str(value)) if part]
    return value
