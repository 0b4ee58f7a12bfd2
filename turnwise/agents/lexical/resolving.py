"""From what is spoken of to a row: pointed back at, given by number, or found by name."""

from collections.abc import Sequence
from dataclasses import replace

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
        raise Stuck("I did not catch what you mean. Could you name it?")
    if mention.several:
        raise Stuck(f"I can only do that for one {mention.noun} at a time")
    kinds = [work.known.entity(mention.noun)] if mention.noun else list(nouns)
    if not mention.name and (known := work.memory.recall(kinds)) is not None:
        return known
    if mention.back:
        raise Stuck(f"Which {mention.noun or next(iter(kinds), 'one')} do you mean?")
    if mention.name.isdigit() and kinds:
        return Entity(kinds[0], int(mention.name), {})
    return _named(work, mention, kinds or [a.noun for a in work.known.having("search")])


def whole(work: Work, entity: Entity) -> Entity:
    """The entity with its whole row, as it is now."""
    get = work.known.first("get", entity.noun)
    if get is None or not get.required:
        return entity
    rows = work.rows(get, {get.required[0].name: entity.id})
    if not rows:
        raise Stuck(f"I could not find {entity.said}")
    return replace(entity, row=rows[0])


def _named(work: Work, mention: Mention, nouns: Sequence[str]) -> Entity:
    wanted = sorted(normalised(mention.name).split())
    near: list[Entity] = []
    for noun in nouns:
        for ability in work.known.having("search", noun)[:1]:
            rows = work.rows(ability, {ability.required[0].name: mention.name})
            found = [work.entity(row, noun) for row in rows]
            words = [sorted(normalised(entity.name).split()) for entity in found]
            if wanted in words:
                return found[words.index(wanted)]
            near += [entity for entity, its in zip(found, words, strict=True) if set(wanted) <= set(its)]
        if len(near) == 1:
            return near[0]
    if near:
        raise Stuck(f"Which one do you mean: {' or '.join(dict.fromkeys(e.said for e in near[:3]))}?")
    raise Stuck(f"I could not find {mention.noun} {mention.name}".replace("  ", " "))
