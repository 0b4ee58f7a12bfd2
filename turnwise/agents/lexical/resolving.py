"""From what is spoken of to a row: pointed back at, given by number, or found by name."""

from collections.abc import Sequence
from dataclasses import replace

from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.reading import Mention
from turnwise.agents.lexical.working import Entity, Stuck, Work
from turnwise.values.text import normalised


def resolve(work: Work, mention: Mention | None, nouns: Sequence[str] = ()) -> Entity:
    """The row that is meant.

    Args:
        nouns: kinds it may be, likeliest first, where the mention does not say.

    Raises:
        Stuck: there is none, or it cannot be told which.
    """
    if mention is None:
        raise Stuck("I did not catch what you mean. Could you name it?", ())
    if mention.several:
        raise Stuck(f"I can only do that for one {mention.noun} at a time")
    kinds = [work.known.entity(mention.noun)] if mention.noun else list(nouns)
    if mention.whose is not None:
        return _owned(work, mention, mention.whose)
    if mention.back:
        found = next((e for e in reversed(work.memory.entities) if e.noun in kinds or not kinds), None)
        if found is None:
            noun = mention.noun or next(iter(kinds), "one")
            raise Stuck(f"Which {noun} do you mean?", (noun,))
        return found
    spoken_of = (e for noun in kinds if (e := work.memory.recall(noun, mention.name)) is not None)
    if (known := next(spoken_of, None)) is not None:
        return known
    keyed = [noun for noun in kinds if mention.name.isdigit() != _keyed_by_text(work, noun)]
    if mention.name.isdigit() and keyed:
        return Entity(keyed[0], int(mention.name), {})
    return _named(work, mention, kinds)


def whole(work: Work, entity: Entity) -> Entity:
    """The entity with its whole row, as it is now."""
    get = work.known.first("get", entity.noun)
    if get is None or not get.required:
        return entity
    rows = work.rows(get, {get.required[0].name: entity.id})
    if not rows:
        raise Stuck(f"I could not find {entity.said}")
    return replace(entity, row=rows[0])


def _owned(work: Work, mention: Mention, owner: Mention) -> Entity:
    """`the customer of invoice 98`"""
    holder = whole(work, resolve(work, owner))
    noun = work.known.entity(mention.noun)
    for name, parameter in work.known.fields(holder.noun).items():
        called = {" ".join(label) for label in parameter.labels}
        if parameter.refers == noun and holder.row.get(name) is not None and {mention.noun, noun} & called:
            return whole(work, Entity(noun, holder.row[name], {}))
    raise Stuck(f"I could not find the {mention.noun} of {holder.said}")


def _named(work: Work, mention: Mention, kinds: Sequence[str]) -> Entity:
    nouns = list(kinds) or [a.noun for a in work.known.having("search")]
    wanted = normalised(mention.name)
    near: list[Entity] = []
    for noun in nouns:
        for ability, arguments in _searches(work, noun, mention.name)[:1]:
            found = [work.entity(row, noun) for row in work.rows(ability, arguments)]
            exact = next((e for e in found if sorted(normalised(e.name).split()) == sorted(wanted.split())), None)
            if exact is not None:
                return exact
            near += [e for e in found if set(wanted.split()) <= set(normalised(e.name).split())]
        if len(near) == 1:
            return near[0]
    spoken = f"{mention.noun} {mention.name}".strip()
    if near:
        raise Stuck(f"Which one do you mean: {' or '.join(dict.fromkeys(e.said for e in near[:3]))}?", ())
    for noun in nouns:
        if _keyed_by_text(work, noun) and " " not in mention.name and not _searches(work, noun, mention.name):
            return Entity(noun, mention.name, {})
    raise Stuck(f"I could not find {spoken}")


def _searches(work: Work, noun: str, name: str) -> list[tuple[Ability, dict[str, str]]]:
    """Calls that may find a name: a search, else a list by a field that holds names, else the list of all."""
    found = [(a, {a.required[0].name: name}) for a in work.known.having("search", noun)]
    for ability in work.known.having("find", noun):
        found += [(ability, {p.name: name}) for p in ability.parameters if p.kind == "string" and p.free]
        found += [(ability, {})] if ability.lists_all else []
    return found


def _keyed_by_text(work: Work, noun: str) -> bool:
    """Whether entities of a kind go by a code rather than a number."""
    keyed = [a for kind in ("get", "update", "delete") for a in work.known.having(kind, noun) if a.required]
    return bool(keyed) and keyed[0].required[0].kind == "string"
