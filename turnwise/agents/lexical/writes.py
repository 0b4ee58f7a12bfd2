"""Plans for changes: which call makes them, with what values, and what is asked for when one is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from turnwise.agents.lexical.catalogue import Ability, Parameter
from turnwise.agents.lexical.filling import filled
from turnwise.agents.lexical.language import DULL, stems
from turnwise.agents.lexical.reading import Ask, Detail, Mention
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.values import alike, converted, dated, sentence, shifted, told
from turnwise.agents.lexical.working import Entity, Stuck, Unnamed, Work
from turnwise.values.atoms import atoms
from turnwise.values.words import PEOPLE, article, listed


def create(work: Work, ask: Ask) -> str:
    """Add a row."""
    ability = work.known.first("create", work.known.entity(ask.noun))
    if ability is None:
        raise Stuck(f"I cannot add {article(ask.noun)}")
    arguments = filled(work, ability, ask.rest, _arguments(work, ability, ask.details))
    if work.memory.made is not None:
        return _put_right(work, work.memory.made, arguments)
    entity = work.write(ability, arguments)
    if entity is None:
        return f"I have added the {ask.noun}."
    work.memory.made = entity
    work.memory.speak_of(entity)
    return sentence(f"I have added the {ask.noun} {entity.name or entity.id}")


def _put_right(work: Work, made: Entity, arguments: Mapping[str, Any]) -> str:
    """Give a row that was just added the values that are said now."""
    ability = work.known.first("update", made.noun)
    names = {p.name: p.label for p in ability.parameters} if ability is not None else {}
    values = {name: value for name, value in arguments.items() if name in names and made.row.get(name) != value}
    if ability is None or not values:
        raise Stuck(f"I cannot change that about {made.said}")
    work.write(ability, {**work.telling(ability, made), **values})
    return sentence(f"done: {listed([f'the {names[name]} is now {told(value)}' for name, value in values.items()])}")


def update(work: Work, ask: Ask) -> str:
    """Change fields of a row, to values or by amounts."""
    updates = work.known.having("update")
    entity = resolve(work, *_meant(work, updates, ask))
    work.memory.speak_of(entity)
    ability = next((a for a in updates if a.noun == entity.noun), None)
    if ability is None:
        raise Stuck(f"I cannot change {entity.said}")
    if not ask.details and work.memory.made is None:
        asked = [_parameter(work, ability.parameters, Detail(label, "")) for label in ask.asks if label == ("owner",)]
        labels = [p.label for p in asked if p is not None] or [" ".join(label) for label in ask.asks]
        field = " and the ".join(labels)
        raise Stuck(
            f"What should the {field} of {entity.said} be?" if field else f"What should I change about {entity.said}?"
        )
    stated = [one for detail in ask.details for one in _stated(ability, detail, ask.details)]
    details = [_moved(work, ability, entity, detail) if detail.step else detail for detail in stated]
    key = (ability.subject or ability.required[0]).name
    given = _arguments(work, ability, details)
    if not given and (made := work.memory.made) is not None:
        told_before = {p.name: made.row[p.name] for p in ability.parameters if p.refers and made.row.get(p.name)}
        more = filled(work, ability, ask.rest, {**told_before, key: entity.id})
        given = {name: value for name, value in more.items() if name not in told_before}
    values = {name: value for name, value in given.items() if name != key}
    if not values and work.memory.made is not None:
        return ""
    if not values:
        raise Stuck(f"I cannot change that about {entity.said}")
    work.write(ability, {**work.telling(ability, entity), **values})
    work.memory.changed = entity
    work.memory.speak_of(entity)
    said = [f"the {p.label} is now {told(values[p.name])}" for p in ability.parameters if p.name in values]
    return sentence(f"done: {listed(said)}")


def _meant(work: Work, updates: Sequence[Ability], ask: Ask) -> tuple[Mention | None, list[str]]:
    """What is to be changed, and of which kinds it may be; where it is only pointed at, those that have the fields."""
    nouns = [a.noun for a in updates]
    if ask.subject is None or ask.subject.noun:
        return ask.subject, nouns
    said = ask.details or tuple(Detail(label, "") for label in ask.asks)
    fitting = [a.noun for a in updates if all(_takes(work, a, d) for s in said for d in _stated(a, s, said))]
    return ask.subject, fitting or nouns if ask.subject.back else list(dict.fromkeys([*fitting, *nouns]))


def _takes(work: Work, ability: Ability, detail: Detail) -> bool:
    """Whether a row has the field that a value is for, and the field can have it."""
    parameter = _parameter(work, [p for p in ability.parameters if p != ability.subject], detail, near=False)
    return parameter is not None and (
        not (parameter.enum and detail.value) or converted(detail.value, parameter) is not None
    )


def _stated(ability: Ability, detail: Detail, others: Sequence[Detail]) -> list[Detail]:
    """A state as the fields that hold it: `returned on 2 March` is the return date, and the status where it is one."""
    if detail.label != ("status",):
        return [detail]
    day = next((atom for atom in atoms(detail.value) if atom.kind == "date"), None)
    state = stems(detail.value[: day.start] if day is not None else detail.value)
    is_one = any(p.enum and converted(detail.value, p) is not None for p in ability.parameters)
    days = [p for p in ability.parameters if dated(p) and not p.refers and alike(state, p.labels[0])]
    field = max(days, key=lambda p: alike(state, p.labels[0]), default=None)
    if field is None or (is_one and day is None):
        return [detail]
    told = any(other.label in field.labels for other in others)
    return [*([detail] if is_one else ()), *(() if told else [Detail(field.labels[0], detail.value if day else "")])]


def delete(work: Work, ask: Ask) -> str:
    """Delete a row."""
    updates = [a for a in work.known.having("update") if _cancelling(a)] if "cancel" in ask.text.lower() else []
    entity = resolve(work, ask.subject, [a.noun for a in (*updates, *work.known.having("delete"))])
    if ability := next((a for a in updates if a.noun == entity.noun), None):
        status, value = _cancelling(ability)[0]
        work.write(ability, {**work.telling(ability, entity), status: value})
        return sentence(f"I have cancelled {entity.said}")
    ability = work.known.first("delete", entity.noun)
    if ability is None:
        raise Stuck(f"I cannot delete {entity.said}")
    work.write(ability, work.telling(ability, entity))
    return sentence(f"I have deleted {entity.said}")


def _cancelling(ability: Ability) -> list[tuple[str, str]]:
    """The fields of a row, and their values, by which it is cancelled."""
    return [(p.name, v) for p in ability.parameters for v in p.enum if str(v).startswith("cancel")]


def join(work: Work, ask: Ask) -> str:
    """Add one row to another, or take it off."""
    sides = {a.tool: (a.noun, work.known.entity(a.over)) for a in work.known.having(ask.intent)}
    part = _part(work, ask, [noun for noun, _ in sides.values()])
    if part is None:  # whom to put on it
        return update(work, replace(ask, subject=ask.target, details=(Detail(("owner",), "", ask.subject),)))
    into = resolve(work, ask.target, [noun for _, noun in sides.values()])
    ability = next((a for a in work.known.having(ask.intent) if sides[a.tool] == (part.noun, into.noun)), None)
    if ability is None:
        raise Stuck(f"I cannot do that with {part.said} and {into.said}")
    keys = {p.name: e.id for p in ability.required for e in (part, into) if p.refers == e.noun}
    work.write(ability, {**_arguments(work, ability, ask.details), **keys})
    work.memory.speak_of(into)
    work.memory.speak_of(part)
    done, to = ("added", "to") if ask.intent == "link" else ("taken", "off")
    return sentence(f"I have {done} {part.said} {to} {into.said}")


def _part(work: Work, ask: Ask, nouns: Sequence[str]) -> Entity | None:
    """What is added to something or taken off; None where a name is no row of what can be added."""
    named = ask.intent == "link" and ask.subject is not None and bool(ask.subject.name)
    if named and not nouns:
        return None
    try:
        return resolve(work, ask.subject, nouns)
    except Unnamed:
        if named:
            return None
        raise


def _arguments(work: Work, ability: Ability, details: Sequence[Detail]) -> dict[str, Any]:
    """Typed arguments from what was said, references looked up; Stuck where a value is none that is taken."""
    found: dict[str, Any] = {}
    for detail in details:
        free = [p for p in ability.parameters if p.name not in found and p != ability.subject]
        parameter = _holding(work, free, detail) if detail.label == ("owner",) else _parameter(work, free, detail)
        if parameter is None:
            continue
        if parameter.refers and detail.mention is not None:
            meant = resolve(work, replace(detail.mention, noun=detail.mention.noun or parameter.refers))
            work.memory.speak_of(meant)
            found[parameter.name] = meant.id
        else:
            value = converted(detail.value, parameter)
            if (
                value is None
                and detail.label == ("status",)
                and detail.mention
                and (other := _holding(work, free, detail))
            ):
                found[other.name] = resolve(work, detail.mention, [other.refers]).id
                continue
            if value is None:
                choices = f" ({', '.join(map(str, parameter.enum))})" if parameter.enum else ""
                raise Stuck(f"Which {parameter.label}{choices} should it be?")
            found[parameter.name] = value
    return found


def _holding(work: Work, free: Sequence[Parameter], detail: Detail) -> Parameter | None:
    """The parameter for the kind of row that is named, people first."""
    refers = sorted((p for p in free if p.refers), key=lambda p: p.refers not in PEOPLE)
    meant = resolve(work, detail.mention, [p.refers for p in refers])
    return next((p for p in refers if p.refers == meant.noun), None)


def _parameter(work: Work, free: Sequence[Parameter], detail: Detail, *, near: bool = True) -> Parameter | None:
    """The parameter a value is for: by its name, or by what it points at."""
    label = detail.label
    noun = work.known.entity(" ".join(label))
    fitting = [p for p in free if label and label in p.labels] or [p for p in free if p.refers and p.refers == noun]
    fitting += [p for p in free if label and not p.refers and any(set(label) <= set(x) for x in p.labels)]
    if label == ("owner",):
        fitting += sorted((p for p in free if p.refers), key=lambda p: p.refers not in PEOPLE)
    if not label:
        fitting += [p for p in free if dated(p) and not p.refers]
    if label == ("status",):
        fitting = [*(p for p in free if p.enum and converted(detail.value, p) is not None), *fitting]
    if label == ("name",):
        fitting += [p for p in free if stems(p.name)[-1] in ("name", "title") and not p.refers]
    said = [word for word in label if word not in DULL] or label
    close = [p for p in free if near and not p.refers and any(alike(said, x) for x in p.labels)]
    return next(iter((*fitting, *close)), None)


def _moved(work: Work, ability: Ability, entity: Entity, detail: Detail) -> Detail:
    """A change by an amount as a change to a value, worked out from what there is."""
    parameter = _parameter(work, ability.parameters, detail)
    work.memory.base = whole(work, entity).row.get(parameter.name) if parameter is not None else None
    value = shifted(work.memory.base, detail.value, detail.step)
    if value is None:
        raise Stuck(f"I cannot change the {' '.join(detail.label)} of {entity.said} by that")
    return Detail(detail.label, str(value))
