"""From what is spoken of to a row: pointed back at, given by number, or searched for by name."""

from collections.abc import Sequence

from turnwise.agents.lexical.asks import Mention
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.matching import folded, similarity
from turnwise.agents.lexical.working import Entity, Helpless, Row, Stuck, Work, named, spoken

_NEAR = 0.75


def resolve(work: Work, mention: Mention, nouns: Sequence[str] = ()) -> Entity:
    """The row that is meant.

    Args:
        nouns: kinds it may be, likeliest first, where the mention does not say.

    Raises:
        Stuck: there is none, or it cannot be told which.
    """
    if mention.several:
        raise Stuck(f"I can only do that for one {mention.noun} at a time")
    if mention.whose is not None:
        return _owned(work, mention, mention.whose)
    kinds = [work.known.entity(mention.noun)] if mention.noun else list(nouns)
    if mention.back:
        return _pointed(work, mention, kinds)
    for noun in kinds:
        told = work.memory.called(noun, mention.name)
        if told is not None:
            return told
    if mention.name.isdigit():
        for noun in kinds:
            if not _keyed_by_text(work, noun):
                return Entity(noun, int(mention.name), {})
    return _named(work, mention, kinds)


def whole(work: Work, thing: Entity) -> Entity:
    """The thing with its whole row, as it is now."""
    get = work.known.first("get", thing.noun)
    if get is None or not get.required:
        return thing
    rows = work.rows(get, {get.required[0].name: thing.id})
    if not rows:
        raise Stuck(f"I could not find {thing.said}")
    return Entity(thing.noun, thing.id, rows[0])


def _pointed(work: Work, mention: Mention, kinds: Sequence[str]) -> Entity:
    for noun in kinds or ("",):
        found = work.memory.recall(noun)
        if found is not None:
            return found
    noun = mention.noun or (kinds[0] if kinds else "one")
    raise Stuck(f"Which {noun} do you mean?", question=True, wants=(noun,))


def _owned(work: Work, mention: Mention, owner: Mention) -> Entity:
    """`the customer of invoice 98`"""
    holder = whole(work, resolve(work, owner))
    noun = work.known.entity(mention.noun)
    for name, parameter in work.known.fields(holder.noun).items():
        called = {" ".join(label) for label in parameter.labels}
        if parameter.refers == noun and holder.row.get(name) is not None and (mention.noun in called or noun in called):
            return whole(work, Entity(noun, holder.row[name], {}))
    raise Stuck(f"I could not find the {mention.noun} of {holder.said}")


def _named(work: Work, mention: Mention, kinds: Sequence[str]) -> Entity:
    nouns = list(kinds) or [a.noun for a in work.known.having("search")]
    near: list[tuple[float, Entity]] = []
    searches = [(n, *search) for part in _parts(mention.name) for n in nouns for search in _searches(work, n, part)]
    for noun, ability, arguments in searches:
        rows = work.rows(ability, arguments)
        exact = next((row for row in rows if _called(row, mention.name)), None)
        if exact is not None:
            return work.thing(exact, noun)
        near += [(similarity(named(row), mention.name), work.thing(row, noun)) for row in rows]
        if any(alike >= _NEAR for alike, _ in near):
            break
    best = max(near, key=lambda pair: pair[0], default=None)
    if best is not None and (best[0] >= _NEAR or len({t.id for _, t in near}) == 1):
        return best[1]
    if best is not None:
        names = list(dict.fromkeys(t.said for _, t in sorted(near, key=lambda pair: -pair[0])))[:3]
        raise Stuck(f"I could not find {spoken(mention)}. Did you mean {' or '.join(names)}?", question=True)
    if not searches:
        for noun in nouns:
            if _keyed_by_text(work, noun) and (mention.noun or not mention.name.isalpha()) and " " not in mention.name:
                return Entity(noun, mention.name, {})
        raise Helpless(f"I have no way to look up {spoken(mention)}")
    raise Stuck(f"I could not find {spoken(mention)}")


def _parts(name: str) -> list[str]:
    """What to search for: the name as it stands, then its longest words, for names that were misspelt."""
    longest = sorted({w for w in name.split() if len(w) > 3}, key=lambda w: (-len(w), w))[:2]
    return [name, *(longest if len(name.split()) > 1 else ())]


def _called(row: Row, name: str) -> bool:
    wanted = folded(name)
    if folded(named(row)) == wanted:
        return True
    return sorted(wanted.split()) == sorted(folded(named(row)).split())


def _searches(work: Work, noun: str, name: str) -> list[tuple[Ability, dict[str, str]]]:
    found = [(a, {a.required[0].name: name}) for a in work.known.having("search", noun)]
    return found or _filters(work, noun, name)


def _filters(work: Work, noun: str, name: str) -> list[tuple[Ability, dict[str, str]]]:
    """A conditional listing by a field that holds names, where there is no search."""
    for ability in work.known.having("find", noun):
        for parameter in ability.parameters:
            if parameter.kind == "string" and parameter.free:
                return [(ability, {parameter.name: name})]
        if ability.lists_all:
            return [(ability, {})]
    return []


def _keyed_by_text(work: Work, noun: str) -> bool:
    """Whether things of a kind go by a code rather than a number."""
    keyed = [a for kind in ("get", "update", "delete") for a in work.known.having(kind, noun) if a.required]
    return bool(keyed) and keyed[0].required[0].kind == "string"
