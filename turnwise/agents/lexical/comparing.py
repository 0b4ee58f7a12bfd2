"""Plans for the most or least of something: a ranking that a tool gives, else the rows compared by a field."""

from collections.abc import Iterable, Sequence
from typing import Any

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.asks import Ask
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.cues import HIGH, LOW
from turnwise.agents.lexical.matching import stem, stems
from turnwise.agents.lexical.rows import listed_rows
from turnwise.agents.lexical.working import Entity, Helpless, Row, Stuck, Work
from turnwise.values.words import plural


def rank(work: Work, ask: Ask) -> str:
    noun, over = work.known.entity(ask.noun), work.known.entity(ask.over)
    ranks = [
        a
        for a in work.known.having("rank")
        if work.known.entity(a.noun) == noun and (over in a.over or ask.over in a.over)
    ]
    if not ranks:
        raise Helpless(f"I cannot compare {plural(ask.noun)} by their {plural(ask.over)}")
    said = (*ask.measure, *ask.noun.split())
    best = max(ranks, key=lambda a: (a.noun == ask.noun, work.known.score(a, said)))
    rows = work.rows(best, _directed(best, ask.order))
    if not rows:
        raise Stuck(f"I found no {plural(ask.noun)}")
    row = rows[0]
    thing = work.thing(row, noun)
    work.memory.speak_of(thing)
    return telling.sentence(f"the {ask.noun} is {thing.name or thing.id}")


def _directed(ability: Ability, order: str) -> dict[str, Any]:
    """The argument that says from which end to start."""
    for parameter in ability.parameters:
        wanted = HIGH if order == "high" else LOW
        chosen = next((v for v in parameter.enum if str(v).lower() in wanted), None)
        if chosen is not None:
            return {parameter.name: chosen}
    return {}


def extreme(work: Work, ask: Ask) -> str:
    noun = work.known.entity(ask.noun)
    if ask.subject is None:
        tops = [a for a in work.known.having("top", noun) if _measured(a, ask.measure)]
        if tops:
            best = max(tops, key=lambda a: _measured(a, ask.measure))
            rows = work.rows(best, _directed(best, ask.order))
            return _the_one(work, ask, work.thing(rows[0], noun)) if rows else f"I found no {plural(ask.noun)}"
    rows, owner = listed_rows(work, ask)
    key = measure_key(work, noun, rows, ask.measure)
    of = f" of {owner.said}" if owner is not None else ""
    if not rows:
        return telling.sentence(f"I found no {plural(ask.noun)}{of}")
    if key is None:
        raise Stuck(f"I cannot compare the {plural(ask.noun)}{of} that way")
    held = [row for row in rows if row.get(key) is not None]
    if not held:
        raise Stuck(f"none of the {plural(ask.noun)}{of} has that recorded")
    pick = max if ask.order == "high" else min
    return _the_one(work, ask, work.thing(pick(held, key=lambda row: row[key]), noun))


def _the_one(work: Work, ask: Ask, thing: Entity) -> str:
    work.memory.speak_of(thing)
    return telling.sentence(f"the {ask.noun} is {thing.name or thing.id}")


def _measured(ability: Ability, measure: Iterable[str]) -> float:
    """How well a ranking's measure is the one asked for: the words said count first, then those implied."""
    return _fit(stems(ability.over), measure, set(ability.words))


def _fit(words: Sequence[str], measure: Iterable[str], loosely: set[str] = frozenset()) -> float:  # type: ignore[assignment]
    parts = list(measure)
    bar = parts.index("|") if "|" in parts else len(parts)
    said, implied = [stem(w) for w in parts[:bar]], [stem(w) for w in parts[bar + 1 :]]
    if said:
        exact = len(set(said) & set(words)) / max(len(set(words) | set(said)), 1)
        return exact or 0.1 * len(set(said) & loosely) / len(said)
    return next((1 - place / 50 for place, word in enumerate(implied) if word in words), 0.0)


def measure_key(work: Work, noun: str, rows: Sequence[Row], measure: Iterable[str]) -> str | None:
    """The field of rows by which to compare them."""
    measure = list(measure)
    known = work.known.fields(noun)
    row = rows[0] if rows else {}
    scored = []
    for place, key in enumerate(row):
        if stems(key)[-1:] == ("id",):
            continue
        names = [stems(key), *(known[key].labels if key in known else ())]
        scored.append((max(_fit(name, measure) for name in names), -place, key))
    best = max(scored, default=(0.0, 0, ""))
    return best[2] if best[0] > 0 else None
