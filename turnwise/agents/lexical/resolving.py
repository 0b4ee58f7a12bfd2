"""Which row is meant: by its name, its number or its code, or as the one that was spoken of. Asks where it is not clear."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from turnwise.agents.lexical.language import SPOKEN, stems
from turnwise.agents.lexical.reading import Mention
from turnwise.agents.lexical.working import Entity, Stuck, Unnamed, Work
from turnwise.values.text import FORMULAS, STOP_WORDS, normalised


def resolve(work: Work, mention: Mention | None, nouns: Sequence[str] = ()) -> Entity:
    """The row that is meant, of these kinds, likeliest first, where the mention does not say; Stuck without one."""
    if mention is None:
        raise Unnamed("I did not catch what you mean. Could you name it?")
    if mention.several:
        raise Stuck(f"I can only do that for one {mention.noun} at a time")
    kinds = [work.known.entity(mention.noun)] if mention.noun else list(nouns)
    if mention.back and work.memory.reason and (named := _named_before(work, kinds, work.memory.reason)) is not None:
        return named
    if not mention.name and (known := work.memory.recall(kinds)) is not None:
        return known
    if mention.back and (named := _named_before(work, kinds, work.heard)) is not None:
        return named
    if mention.back and (behind := next(filter(None, (_behind(work, kind) for kind in kinds)), None)) is not None:
        return behind
    if mention.back:
        raise Unnamed(f"Which {mention.noun or next(iter(kinds), 'one')} do you mean?")
    if mention.name.isdigit() and kinds:
        return work.keyed(kinds[0], mention.name)
    kinds = kinds or [a.noun for a in work.known.having("find")]
    full = _in_full(mention.name, work.heard)
    if not full and (known := work.memory.first_named(mention.name, kinds)) is not None:
        return known
    full = full or _in_full(mention.name, work.memory.heard)
    return _named(work, replace(mention, name=full or mention.name), kinds)


def _in_full(name: str, text: str) -> str:
    """The name that a text has with a first name; empty where it has none."""
    found = re.findall(rf"\b{re.escape(name)}(?: [A-Z][\w’-]+)+", text) if " " not in name else []
    return found[-1] if found else ""


def _behind(work: Work, noun: str) -> Entity | None:
    """The row of a kind that something spoken of refers to, latest first: the building of the flat."""
    for entity in reversed(work.memory.entities):
        fields = work.known.fields(entity.noun)
        for key in (name for name in fields if fields[name].refers == noun != entity.noun):
            if (number := whole(work, entity).row.get(key)) is not None:
                return Entity(noun, number, {})
    return None


def numbered(text: str, nouns: Iterable[str]) -> list[tuple[str, str]]:
    """The rows that a text names by noun and number or code: loan 10465, animal C041."""
    known = sorted(nouns, key=len, reverse=True)
    either = "|".join("s? ".join(map(re.escape, noun.split(" "))) for noun in known)
    found = (
        re.findall(rf"(?i)\b({either}) (?:number |no\.? |#)?#?(\d+|(?-i:[A-Z\d]+-?\d[A-Z\d]*))\b", text)
        if either
        else []
    )
    return [(next(n for n in known if stems(n) == stems(noun)), number) for noun, number in found]


_COMMON = FORMULAS | STOP_WORDS | SPOKEN
_PART = r"(?:[A-Z][a-z]{2,4}\.(?= [A-Z][a-z]{1,3}\.)|[A-Z][\w'’&-]*)"  # Comp. Sci.
_RUN = re.compile(rf"{_PART}(?: (?:(?:of|the|and|in|to|a|for|on|with|from) )?(?:{_PART}|[0-9][\w'’&-]*))*")


def _named_before(work: Work, kinds: Sequence[str], text: str) -> Entity | None:
    """The row of a kind that the message names before it points at it: Rear derailleur is gone. Who supplies that part?"""
    for noun, number in numbered(text, kinds):
        return work.keyed(noun, number)
    for kind in kinds:
        led = re.search(rf"\b(?i:{re.escape(kind)}) ({_RUN.pattern})", text)
        if led is not None and led[1].lower() not in _COMMON:
            try:
                return _named(work, Mention(kind, led[1]), [kind])
            except Stuck:
                break
    text = re.sub(r"\bThe (?=[A-Z])", "", text)
    names = [name for name in _RUN.findall(text) if not set(name.lower().split()) <= _COMMON]
    names = [name for name in names if " " in name or len(kinds) == 1]
    for name in sorted(names, key=lambda name: " " not in name)[:2]:
        try:
            return _named(work, Mention(name=name), kinds)
        except Stuck:
            continue
    return None


def whole(work: Work, entity: Entity) -> Entity:
    """The entity with its whole row, as it is now."""
    get = work.known.first("get", entity.noun)
    told = work.telling(get, entity) if get is not None and get.required else {}
    if get is None or not told or any(p.name not in told for p in get.required):
        return entity
    rows = work.rows(get, told)
    if not rows:
        raise Stuck(f"I could not find {entity.said}")
    return replace(entity, row=rows[0])


def _named(work: Work, mention: Mention, nouns: Sequence[str]) -> Entity:
    wanted = sorted(normalised(mention.name).split())
    near: list[Entity] = []
    for noun in nouns:
        finders = [(a, a.called.name) for a in work.known.having("find", noun) if a.called is not None]
        for ability, called in finders[:1]:
            rows = work.rows(ability, {called: mention.name})
            found = [work.entity(row, noun) for row in rows]
            words = [sorted(normalised(entity.name or str(entity.id)).split()) for entity in found]
            if wanted in words:
                return found[words.index(wanted)]
            near += [entity for entity, its in zip(found, words, strict=True) if set(wanted) <= set(its)]
        if len(near) == 1:
            return near[0]
    if near:
        raise Unnamed(f"Which one do you mean: {' or '.join(dict.fromkeys(e.said for e in near[:3]))}?")
    if (keyed := next(filter(None, (_of_key(work, noun, mention.name) for noun in nouns)), None)) is not None:
        return keyed
    raise Unnamed(f"I could not find {mention.noun} {mention.name}".replace("  ", " "))


def _of_key(work: Work, noun: str, said: str) -> Entity | None:
    """The row of a kind whose key is a text, which was said."""
    key = work.known.keys.get(noun)
    searched = {a.called.name for a in work.known.having("find", noun) if a.called is not None}
    if key is None or not key.text or key.name in searched or work.known.first("get", noun) is None:
        return None
    try:
        return whole(work, work.keyed(noun, said))
    except Stuck:
        return None
