"""Rows of a kind that belong to something, or that are like something said: which tool lists them, and with what."""

from typing import Any

from turnwise.agents.lexical.asks import Ask, Detail, Mention
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.cues import PLACES
from turnwise.agents.lexical.listings import IN
from turnwise.agents.lexical.matching import folded, stems
from turnwise.agents.lexical.parameters import Parameter
from turnwise.agents.lexical.resolving import resolve
from turnwise.agents.lexical.values import converted
from turnwise.agents.lexical.working import Entity, Helpless, Row, Stuck, Work
from turnwise.values.words import plural


def listed_rows(work: Work, ask: Ask) -> tuple[list[Row], Entity | None]:
    """The rows asked about, and whose they are if they are someone's."""
    noun = work.known.entity(ask.noun)
    if ask.details:
        rows = _filtered(work, noun, ask.details)
        if rows is not None:
            return rows, None
    subject = ask.subject or next((d.mention for d in ask.details if d.mention is not None), None)
    if subject is not None:
        return _belonging(work, ask, noun, subject)
    for ability in work.known.having("find", noun):
        if ability.lists_all:
            return work.rows(ability, {}), None
    raise Helpless(f"I cannot list {plural(ask.noun)} without knowing which")


def _belonging(work: Work, ask: Ask, noun: str, subject: Mention) -> tuple[list[Row], Entity | None]:
    lists = [a for a in work.known.having("children", noun) if a.subject is not None]
    owners = list(dict.fromkeys(a.subject.refers for a in lists if a.subject))
    if not lists:
        raise Helpless(f"I cannot list {plural(ask.noun)} that way")
    owner = resolve(work, subject, owners)
    fitting = [a for a in lists if a.subject and a.subject.refers == owner.noun]
    if not fitting:
        raise Stuck(f"I cannot list the {plural(ask.noun)} of {owner.said}")
    if (owner.noun, owner.id) not in [(t.noun, t.id) for t in work.memory.things[-1:]]:
        work.memory.speak_of(owner)
    said = set(stems(ask.text))
    best = max(fitting, key=lambda a: len(set(a.over.split()) & said))
    return work.rows(best, {best.required[0].name: owner.id}), owner


def _filtered(work: Work, noun: str, details: tuple[Detail, ...]) -> list[Row] | None:
    """The rows that a conditional listing gives, trying the fields that the value may be of; None when none fits."""
    rows: list[Row] | None = None
    for ability in (a for a in work.known.having("find", noun) if not a.required):
        for arguments in _arguments(work, ability, details):
            found = work.rows(ability, arguments)
            if found:
                return found
            rows = found
    return rows


def _arguments(work: Work, ability: Ability, details: tuple[Detail, ...]) -> list[dict[str, Any]]:
    """Sets of arguments to try, likeliest first."""
    fixed: dict[str, Any] = {}
    tries: list[dict[str, Any]] = [{}]
    for detail in details:
        options = _options(work, ability, detail)
        if not options:
            return []
        if len(options) == 1:
            fixed.update(options[0])
        else:
            tries = [{**held, **option} for held in tries for option in options]
    return [{**fixed, **attempt} for attempt in tries]


def _options(work: Work, ability: Ability, detail: Detail) -> list[dict[str, Any]]:
    today = work.memory.today
    if detail.label and detail.label != IN:
        named = [p for p in ability.parameters if detail.label in p.labels]
        if detail.bound:
            named = [p for p in named if p.bound == detail.bound]
        else:
            named = [p for p in named if not p.bound] or named
        found = []
        for parameter in named:
            value = _value(work, parameter, detail)
            if value is not None:
                found.append((parameter, value))
        exact = [(p, v) for p, v in found if not p.bound]
        if exact:
            return [{p.name: v} for p, v in exact]
        return [{p.name: v for p, v in found}] if found else []
    places = [p for p in ability.parameters if set(PLACES) & {w for label in p.labels for w in label}]
    chosen = [p for p in ability.parameters if p.enum and converted(detail.value, p, today) is not None]
    shown = [p for p in places if folded(detail.value) in folded(p.description)]
    if detail.label == IN:
        order = sorted(places, key=lambda p: min(PLACES.index(w) for x in p.labels for w in x if w in PLACES))
        chosen = list(dict.fromkeys([*shown, *order, *chosen]))
    return [{p.name: converted(detail.value, p, today)} for p in chosen[:4]]


def _value(work: Work, parameter: Parameter, detail: Detail) -> Any | None:
    if parameter.refers and detail.mention is not None:
        return resolve(work, detail.mention, [parameter.refers]).id
    return converted(detail.value, parameter, work.memory.today)
