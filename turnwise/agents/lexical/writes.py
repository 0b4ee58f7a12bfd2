"""Plans for changes: which call makes them, with what values, and what is asked for when one is missing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.language import Label, stems
from turnwise.agents.lexical.parameters import Parameter
from turnwise.agents.lexical.reading import Ask, Detail
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.values import converted, shifted
from turnwise.agents.lexical.working import Entity, Stuck, Work
from turnwise.values.words import article, listed


def create(work: Work, ask: Ask) -> str:
    """Add a row."""
    ability = work.known.first("create", work.known.entity(ask.noun))
    if ability is None:
        raise Stuck(f"I cannot add {article(ask.noun)}")
    entity = work.write(ability, arguments(work, ability, ask.details))
    called = entity.name or entity.id if entity is not None else None
    return telling.sentence(f"I have added the {ask.noun} {called or ''}".rstrip())


def update(work: Work, ask: Ask) -> str:
    """Change fields of a row, to values or by amounts."""
    labels = [detail.label for detail in ask.details]
    updates = work.known.having("update")
    nouns = sorted(
        (a.noun for a in updates if _shared(a, labels) or not labels), key=lambda n: -_most(updates, n, labels)
    )
    entity = resolve(work, ask.subject, nouns)
    work.memory.speak_of(entity)
    fitting = [a for a in updates if a.noun == entity.noun]
    if not fitting:
        raise Stuck(f"I cannot change {entity.said}")
    if not ask.details:
        raise Stuck(f"What should I change about {entity.said}?", ())
    ability = max(fitting, key=lambda a: _shared(a, labels))
    details = tuple(_moved(work, ability, entity, detail) if detail.step else detail for detail in ask.details)
    key = (ability.subject or ability.required[0]).name
    values = {name: value for name, value in arguments(work, ability, details).items() if name != key}
    if not values:
        raise Stuck(f"I cannot change that about {entity.said}")
    work.write(ability, {key: entity.id, **values}, entity)
    told = [f"the {p.label} is now {_said(work, p, values[p.name])}" for p in ability.parameters if p.name in values]
    return telling.sentence(f"done: {listed(told)}")


def delete(work: Work, ask: Ask) -> str:
    """Delete a row."""
    entity = resolve(work, ask.subject, [a.noun for a in work.known.having("delete")])
    ability = work.known.first("delete", entity.noun)
    if ability is None:
        raise Stuck(f"I cannot delete {entity.said}")
    work.write(ability, {ability.required[0].name: entity.id})
    return telling.sentence(f"I have deleted {entity.said}")


def join(work: Work, ask: Ask) -> str:
    """Add one row to another, or take it off."""
    nouns = {work.known.entity(m.noun) for m in (ask.subject, ask.target) if m is not None and m.noun}
    every = work.known.having(ask.intent)
    fitting = [a for a in every if nouns <= {a.noun, work.known.entity(a.over)}] or every
    part = resolve(work, ask.subject, list(dict.fromkeys(a.noun for a in fitting)))
    into = resolve(work, ask.target, list(dict.fromkeys(work.known.entity(a.over) for a in fitting)))
    ability = next((a for a in fitting if (a.noun, work.known.entity(a.over)) == (part.noun, into.noun)), None)
    if ability is None:
        raise Stuck(f"I cannot do that with {part.said} and {into.said}")
    keys = {p.name: e.id for p in ability.required for e in (part, into) if p.refers == e.noun}
    work.write(ability, {**arguments(work, ability, ask.details), **keys})
    work.memory.speak_of(into)
    work.memory.speak_of(part)
    done, to = ("added", "to") if ask.intent == "link" else ("taken", "off")
    return telling.sentence(f"I have {done} {part.said} {to} {into.said}")


def arguments(work: Work, ability: Ability, details: Sequence[Detail]) -> dict[str, Any]:
    """Typed arguments from what was said; references are looked up.

    Raises:
        Stuck: a value is none that its parameter takes.
    """
    found: dict[str, Any] = {}
    for detail in details:
        parameter = _parameter(work, [p for p in ability.parameters if p.name not in found and not p.bound], detail)
        if parameter is None:
            continue
        names = {p.name for p in ability.parameters}
        if detail.label == ("name",) and {"first_name", "last_name"} <= names and " " in detail.value:
            found["first_name"], found["last_name"] = detail.value.rsplit(" ", 1)
        elif parameter.refers and detail.mention is not None:
            said = detail.mention
            meant = resolve(work, said if said.noun else replace(said, noun=parameter.refers))
            work.memory.speak_of(meant)
            found[parameter.name] = meant.id
        else:
            value = converted(detail.value, parameter)
            if value is None:
                choices = f" ({', '.join(map(str, parameter.enum))})" if parameter.enum else ""
                raise Stuck(f"Which {parameter.label}{choices} should it be?", (parameter.name,))
            found[parameter.name] = value
    return found


def _parameter(work: Work, free: Sequence[Parameter], detail: Detail) -> Parameter | None:
    """The parameter a value is for: by its name, by what it points at, by its words, or by what it may be."""
    label = detail.label
    noun = work.known.entity(" ".join(label))
    fitting = [p for p in free if label and label in p.labels] or [p for p in free if p.refers and p.refers == noun]
    if fitting:
        return fitting[0]
    if label == ("name",):
        return next((p for p in free if stems(p.name)[-1] in ("name", "title") and not p.refers), None)
    if label:
        fitting = [p for p in free if any(set(label) & set(x) for x in p.labels)]
        return fitting[0] if len(fitting) == 1 else None
    return next((p for p in free if p.enum and converted(detail.value, p) is not None), None)


def _moved(work: Work, ability: Ability, entity: Entity, detail: Detail) -> Detail:
    """A change by an amount as a change to a value, worked out from what there is."""
    parameter = _parameter(work, ability.parameters, detail)
    value = parameter and shifted(whole(work, entity).row.get(parameter.name), detail.value, detail.step)
    if value is None:
        raise Stuck(f"I cannot change the {' '.join(detail.label)} of {entity.said} by that")
    return Detail(detail.label, str(value))


def _said(work: Work, parameter: Parameter, value: Any) -> str:
    """A new value in words; a reference by the name of what it points at, where that is known."""
    known = (e for e in work.memory.entities if e.noun == parameter.refers and e.id == value and e.name)
    return next((e.name for e in known), telling.value(value))


def _shared(ability: Ability, labels: Sequence[Label]) -> int:
    """How many of some fields a tool takes."""
    return sum(any(label in p.labels for p in ability.parameters) for label in labels)


def _most(abilities: Sequence[Ability], noun: str, labels: Sequence[Label]) -> int:
    return max(_shared(a, labels) for a in abilities if a.noun == noun)
