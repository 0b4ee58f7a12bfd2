"""Plans for changes: which call makes them, with what values, and what is asked for when one is missing."""

from dataclasses import replace
from typing import Any

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.asks import Ask, Detail
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.matching import stems
from turnwise.agents.lexical.parameters import Parameter
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.values import converted, fits, shifted
from turnwise.agents.lexical.working import Done, Entity, Helpless, Stuck, Work, need, recognised, rows_of
from turnwise.values.words import article, listed


def change(work: Work, ask: Ask) -> str:
    """Make a change, and say so."""
    match ask.kind:
        case "create":
            return _create(work, ask)
        case "update":
            return _update(work, ask)
        case "delete":
            return _delete(work, ask)
        case _:
            return _join(work, ask)


def amend(work: Work, done: Done, details: tuple[Detail, ...]) -> str | None:
    """Add values to a change already made, or put them right; None when they do not belong to it."""
    thing = done.thing
    if thing is None:
        return None
    update = work.known.first("update", thing.noun)
    if update is None or not _arguments(work, update, details, thing.noun):
        return None
    return _apply(work, update, thing, details)


def _create(work: Work, ask: Ask) -> str:
    noun = work.known.entity(ask.noun)
    ability = work.known.first("create", noun)
    if ability is None:
        raise Helpless(f"I cannot add {article(ask.noun)}")
    arguments = _arguments(work, ability, ask.details, noun)
    need(ability, arguments)
    try:
        row = next(iter(rows_of(_once(work, ability, arguments))), {})
    except Stuck:
        mended = _mended(work, ability, arguments, ask.details)
        if mended is None:
            raise
        return mended
    thing = work.thing(row, noun) if row else Entity(noun, None, arguments)
    _record(work, ability, arguments, thing)
    called = thing.name or (str(thing.id) if thing.id is not None else "")
    return telling.sentence(f"I have added the {ask.noun} {called}".rstrip())


def _mended(work: Work, ability: Ability, arguments: dict[str, Any], details: tuple[Detail, ...]) -> str | None:
    """A new row refused because one like it was made before: put that one right instead."""
    for done in reversed(work.memory.written):
        same = [name for name, stated in arguments.items() if done.arguments.get(name) == stated]
        if done.ability.tool == ability.tool and 2 * len(same) > len(arguments):
            return amend(work, done, details)
    return None


def _update(work: Work, ask: Ask) -> str:
    subject = recognised(ask.subject)
    labels = [d.label for d in ask.details]
    thing = resolve(work, subject, _changeable(work, labels))
    work.memory.speak_of(thing)
    updates = work.known.having("update", thing.noun)
    if not updates:
        raise Stuck(f"I cannot change {thing.said}")
    update = max(updates, key=lambda a: len(_fitting(a, ask.details)))
    if not ask.details:
        raise Stuck(f"What should I change about {thing.said}?", question=True, wants=())
    return _apply(work, update, thing, ask.details)


def _apply(work: Work, update: Ability, thing: Entity, details: tuple[Detail, ...]) -> str:
    subject = update.subject or update.required[0]
    details = tuple(_stepped(work, update, thing, detail) for detail in details)
    values = _arguments(work, update, details, thing.noun)
    values.pop(subject.name, None)
    if not values:
        raise Stuck(f"I cannot change that about {thing.said}")
    arguments = {subject.name: thing.id, **values}
    need(update, arguments)
    row = next(iter(rows_of(work.call(update, arguments))), {})
    left = Entity(thing.noun, thing.id, row or thing.row)
    _record(work, update, arguments, left)
    told = [f"the {_label(update, name)} is now {_said(update, details, name, v)}" for name, v in values.items()]
    return telling.sentence(f"done: {listed(told)}")


def _stepped(work: Work, update: Ability, thing: Entity, detail: Detail) -> Detail:
    """A change by an amount as a change to a value, worked out from what there is."""
    if not detail.step:
        return detail
    parameter = _parameter(work, update, detail, thing.noun, {})
    if parameter is None:
        raise Stuck(f"I cannot change that about {thing.said} by an amount")
    held = whole(work, thing).row.get(parameter.name)
    if isinstance(held, str):
        value = shifted(held, detail.value, detail.step)
    else:
        step = converted(detail.value, parameter, "")
        value = str(round(held + detail.step * step, 6)) if held is not None and step is not None else None
    if value is None:
        raise Stuck(f"I cannot change the {parameter.label} of {thing.said} by that")
    return replace(detail, value=value, mention=None, step=0)


def _delete(work: Work, ask: Ask) -> str:
    subject = recognised(ask.subject)
    thing = resolve(work, subject, [a.noun for a in work.known.having("delete")])
    ability = work.known.first("delete", thing.noun)
    if ability is None:
        raise Helpless(f"I cannot delete {thing.said}")
    _once(work, ability, {ability.required[0].name: thing.id})
    _record(work, ability, {ability.required[0].name: thing.id}, None)
    return telling.sentence(f"I have deleted {thing.said}")


def _join(work: Work, ask: Ask) -> str:
    """Add one thing to another, or take it off."""
    abilities = work.known.having(ask.kind)
    subject = recognised(ask.subject)
    target = recognised(ask.target)
    nouns = {work.known.entity(m.noun) for m in (subject, target) if m.noun}
    fitting = [a for a in abilities if nouns <= {a.noun, work.known.entity(a.over)}] or abilities
    ability = fitting[0]
    part = resolve(work, subject, list(dict.fromkeys(a.noun for a in fitting)))
    into = resolve(work, target, list(dict.fromkeys(work.known.entity(a.over) for a in fitting)))
    ability = next((a for a in fitting if (a.noun, work.known.entity(a.over)) == (part.noun, into.noun)), ability)
    arguments: dict[str, Any] = {}
    for parameter in ability.required:
        if parameter.refers in (part.noun, into.noun):
            arguments[parameter.name] = part.id if parameter.refers == part.noun else into.id
    extra = _arguments(work, ability, ask.details, ability.noun)
    arguments = {**extra, **arguments}
    need(ability, arguments)
    _once(work, ability, arguments)
    work.memory.speak_of(into)
    work.memory.speak_of(part)
    _record(work, ability, arguments, None)
    added, to = ("added", "to") if ask.kind == "link" else ("taken", "off")
    return telling.sentence(f"I have {added} {part.said} {to} {into.said}")


def _record(work: Work, ability: Ability, arguments: dict[str, Any], thing: Entity | None) -> None:
    work.memory.written.append(Done(ability, arguments, thing))
    if thing is not None and thing.id is not None:
        work.memory.speak_of(thing)


def _once(work: Work, ability: Ability, arguments: dict[str, Any]) -> Any:
    """Make a change that must not be made twice: asked for again, it is known to be done."""
    for done in work.memory.written:
        if done.ability.tool == ability.tool and done.arguments == arguments:
            return dict(done.thing.row) if done.thing is not None else {}
    return work.call(ability, arguments)


def _changeable(work: Work, labels: list[tuple[str, ...]]) -> list[str]:
    """Kinds of things whose fields these are, those that have most of them first."""

    def has(ability: Ability) -> int:
        known = {label for p in ability.parameters for label in p.labels}
        return sum(label in known for label in labels)

    updates = sorted(work.known.having("update"), key=has, reverse=True)
    return [a.noun for a in updates if has(a) or not labels]


def _fitting(ability: Ability, details: tuple[Detail, ...]) -> list[Detail]:
    known = {label for p in ability.parameters for label in p.labels}
    return [d for d in details if d.label in known]


def _arguments(work: Work, ability: Ability, details: tuple[Detail, ...], noun: str) -> dict[str, Any]:
    """Typed arguments from what was said; references are looked up."""
    found: dict[str, Any] = {}
    for detail in details:
        parameter = _parameter(work, ability, detail, noun, found)
        if parameter is None:
            continue
        for name, stated in _stated(work, ability, parameter, detail).items():
            found[name] = stated
    return found


def _stated(work: Work, ability: Ability, parameter: Parameter, detail: Detail) -> dict[str, Any]:
    if parameter.refers and detail.mention is not None:
        said = detail.mention
        if not said.noun:
            said = replace(said, noun=parameter.refers)
        meant = resolve(work, said)
        work.memory.speak_of(meant)
        return {parameter.name: meant.id}
    pair = _name_pair(ability, parameter, detail)
    if pair:
        return pair
    stated = converted(detail.value, parameter, work.memory.today)
    if stated is None:
        wanted = f" ({', '.join(map(str, parameter.enum))})" if parameter.enum else ""
        raise Stuck(f"Which {parameter.label}{wanted} should it be?", question=True, wants=(parameter.name,))
    return {parameter.name: stated}


def _name_pair(ability: Ability, parameter: Parameter, detail: Detail) -> dict[str, Any]:
    """A whole name for a row that keeps its parts: `a member named Ana Silva`."""
    names = {p.name for p in ability.parameters}
    if detail.label == ("name",) and {"first_name", "last_name"} <= names and " " in detail.value:
        first, last = detail.value.rsplit(" ", 1)
        return {"first_name": first, "last_name": last}
    return {}


def _parameter(work: Work, ability: Ability, detail: Detail, noun: str, taken: dict[str, Any]) -> Parameter | None:
    """The parameter a value is for."""
    open_ = [p for p in ability.parameters if p.name not in taken and not p.bound]
    for parameter in open_:
        if detail.label and detail.label in parameter.labels:
            return parameter
    entity = work.known.entity(" ".join(detail.label))
    for parameter in open_:
        if parameter.refers and parameter.refers == entity:
            return parameter
    if detail.label == ("name",):
        return next((p for p in open_ if stems(p.name)[-1:] in (("name",), ("title",)) and not p.refers), None)
    if detail.label:
        words = set(detail.label)
        near = [p for p in open_ if any(words & set(label) for label in p.labels)]
        return near[0] if len(near) == 1 else None
    fitting = [p for p in open_ if p.enum and fits(detail.value, p, work.memory.today)]
    return fitting[0] if fitting else None


def _label(ability: Ability, name: str) -> str:
    return next((p.label for p in ability.parameters if p.name == name), name)


def _said(ability: Ability, details: tuple[Detail, ...], name: str, stated: Any) -> str:
    parameter = next(p for p in ability.parameters if p.name == name)
    if parameter.refers:
        detail = next((d for d in details if d.label in parameter.labels), None)
        if detail is not None and detail.value:
            return detail.value
    return telling.value(stated)
