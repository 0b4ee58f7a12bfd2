"""Plans for questions: which calls find out what was asked, and the sentence that tells it."""

from collections.abc import Iterable, Sequence
from typing import Any

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.language import HIGH, LOW, PLACES, Label, stems
from turnwise.agents.lexical.reading import POSSESSED, Ask, Detail, Mention, implied, order
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.values import converted
from turnwise.agents.lexical.working import Entity, Row, Stuck, Work
from turnwise.values.text import normalised
from turnwise.values.words import plural, singular

_EVERYTHING = {"detail", "information", "info", "data"}
"""Asks for no field in particular."""
_FIGURES = {"sum": {"sum", "total", "combined"}, "average": {"average", "avg", "mean"}}


def detail(work: Work, ask: Ask) -> str:
    """Fields of one row, and of the rows it refers to."""
    subject = ask.subject or Mention(back=True)
    asks = [label for label in ask.asks if not _EVERYTHING & set(label)]
    if (served := _a_tool_of_its_own(work, ask)) is not None:
        return served
    nouns = [a.noun for kind in ("search", "get") for a in work.known.having(kind)]
    distance = {
        n: [len(work.known.path(n, x[: x.index(POSSESSED)] if POSSESSED in x else x)) for x in asks] for n in nouns
    }
    kinds = sorted(
        (n for n in distance if any(distance[n]) or not asks), key=lambda n: -sum(4 - d for d in distance[n] if d)
    )
    entity = whole(
        work, resolve(work, subject, () if subject.back and work.memory.entities else kinds or list(distance))
    )
    work.memory.speak_of(entity)
    found: list[tuple[str, str]] = []
    for label in asks or [stems(key) for key, held in entity.row.items() if held is not None][1:7]:
        holder, key = _held(work, entity, label)
        if key is not None:
            direct = holder is entity and label in _labels(work, entity, key)
            said = " ".join(label).replace(f" {POSSESSED}", POSSESSED)
            found.append((key.removesuffix("_id").replace("_", " ") if direct else said, _told(work, holder, key)))
        elif any(a.noun == singular(" ".join(label)) for a in work.known.having("children")):
            return listing(work, Ask("listing", ask.text, singular(" ".join(label)), subject=_number(entity)))
    if not found:
        raise Stuck(f"I have no {' '.join(asks[0]) if asks else 'data'} for {entity.said}")
    return telling.fields(entity.said, found)


def listing(work: Work, ask: Ask) -> str:
    """The rows of something, or those that are like something."""
    found = [work.entity(row, work.known.entity(ask.noun)) for row in _rows(work, ask)[0]]
    if found:
        work.memory.speak_of(found[0])
    return telling.entities(ask.noun, found)


def count(work: Work, ask: Ask) -> str:
    """How many rows of a kind there are, or that something has."""
    if ask.subject is None:
        return telling.sentence(f"there are {len(_rows(work, ask)[0])} {plural(ask.noun)}")
    owner, row = _summary(work, ask)
    counts = [key for key in row if "count" in stems(key)]
    key = max(counts, key=lambda k: len(set(stems(k)) & set(ask.noun.split())), default=None)
    figure = row[key] if key is not None else len(_rows(work, ask)[0])
    return telling.sentence(f"{owner.said} has {figure} {plural(ask.noun)}")


def total(work: Work, ask: Ask) -> str:
    """A figure over all rows that something has."""
    owner, row = _summary(work, ask)
    said = set(ask.measure)
    sort = "average" if said & _FIGURES["average"] else "sum"
    keys = [k for k in row if isinstance(row[k], int | float) and stems(k)[-1] in _FIGURES[sort]]
    key = max(keys, key=lambda k: (len(set(stems(k)) & said), -len(k)), default=None)
    if key is not None:
        return telling.fields(
            owner.said, [(f"{sort} {key.rpartition('_')[0].replace('_', ' ')}", telling.value(row[key]))]
        )
    rows, _ = _rows(work, ask)
    field = _measure_key(work, ask, rows, tuple(said - _FIGURES["sum"] - _FIGURES["average"]))
    figures = [r[field] for r in rows if isinstance(r.get(field), int | float)] if field else []
    if not figures:
        raise Stuck(f"I cannot work that out for {owner.said}")
    figure = round(sum(figures) / (1 if sort == "sum" else len(figures)), 2)
    return telling.fields(owner.said, [(f"{sort} {str(field).replace('_', ' ')}", telling.value(figure))])


def rank(work: Work, ask: Ask) -> str:
    """Which row has the most of others, by a tool that ranks them."""
    noun, over = work.known.entity(ask.noun), work.known.entity(ask.over)
    fitting = [a for a in work.known.having("rank") if work.known.entity(a.noun) == noun and over in a.over]
    if not fitting:
        raise Stuck(f"I cannot compare {plural(ask.noun)} by their {plural(ask.over)}")
    said = {*ask.measure, *stems(ask.best)}
    best = max(fitting, key=lambda a: (a.noun == ask.noun, len(said & set(stems(a.tool))), len(said & a.words)))
    return _the_first(work, ask, work.rows(best, _directed(best, ask)))


def extreme(work: Work, ask: Ask) -> str:
    """The row with the most or least of something, by a tool that ranks them or by comparing the rows."""
    noun = work.known.entity(ask.noun)
    tops = [(fit, a) for a in work.known.having("top", noun) if (fit := _fit(ask, stems(a.over))) > 0]
    if ask.subject is None and tops:
        best = max(tops, key=lambda pair: pair[0])[1]
        return _the_first(work, ask, work.rows(best, _directed(best, ask)))
    rows, _ = _rows(work, ask)
    key = _measure_key(work, ask, rows, ask.measure)
    filled = [row for row in rows if row.get(key or "") is not None]
    if rows and not filled:
        raise Stuck(f"I cannot compare the {plural(ask.noun)} that way")
    return _the_first(work, ask, sorted(filled, key=lambda r: r[key or ""], reverse=order(ask) == "high"))


def _the_first(work: Work, ask: Ask, rows: Sequence[Row]) -> str:
    if not rows:
        raise Stuck(f"I found no {plural(ask.noun)}")
    entity = work.entity(rows[0], work.known.entity(ask.noun))
    work.memory.speak_of(entity)
    return telling.sentence(f"the {ask.noun} is {entity.name or entity.id}")


def _directed(ability: Ability, ask: Ask) -> dict[str, Any]:
    """The argument that says from which end to start."""
    wanted = HIGH if order(ask) == "high" else LOW
    return {p.name: v for p in ability.parameters for v in p.enum if str(v).lower() in wanted}


def _fit(ask: Ask, *labels: Iterable[str], measure: Label | None = None) -> float:
    """How well some names of a field are the measure asked for: the words said, else those that the superlative implies."""
    said, best = set(ask.measure if measure is None else measure), 0.0
    for label in map(set, labels):
        if said:
            best = max(best, len(said & label) / max(len(said | label), 1))
        else:
            best = max([best, *(1 - place / 50 for place, word in enumerate(implied(ask)) if word in label)])
    return best


def _measure_key(work: Work, ask: Ask, rows: Sequence[Row], measure: Label) -> str | None:
    """The field by which to compare rows."""
    noun = work.known.entity(ask.noun)
    keys = [key for key in (rows[0] if rows else ()) if stems(key)[-1:] != ("id",)]
    fits = {key: _fit(ask, stems(key), *_labels(work, Entity(noun, None, {}), key), measure=measure) for key in keys}
    return max((k for k in keys if fits[k] > 0), key=lambda k: fits[k], default=None)


def _summary(work: Work, ask: Ask) -> tuple[Entity, Row]:
    """Whose rows are summed up, and the summary that a tool gives; empty without one."""
    noun = work.known.entity(ask.noun)
    tools = [a for kind in ("summary", "children") for a in work.known.having(kind, noun) if a.subject is not None]
    owner = resolve(work, ask.subject, [a.subject.refers for a in tools if a.subject])
    work.memory.speak_of(owner)
    fitting = [a for a in tools if a.kind == "summary" and a.subject and a.subject.refers == owner.noun]
    if not fitting:
        return owner, {}
    said = set(stems(ask.text))
    summary = max(fitting, key=lambda a: len(set(a.over.split()) & said))
    row = next(iter(work.rows(summary, {summary.required[0].name: owner.id})), {})
    named = work.entity(row, owner.noun)
    return (named if named.name else owner), row


def _rows(work: Work, ask: Ask) -> tuple[list[Row], Entity | None]:
    """The rows asked about, and whose they are if they are someone's."""
    noun = work.known.entity(ask.noun)
    finders = [a for a in work.known.having("find", noun) if not a.required]
    for value in ask.details:
        for ability in finders:
            tries = [work.rows(ability, given) for given in _conditions(work, ability, value)]
            if tries:
                return next((rows for rows in tries if rows), []), None
    subject = ask.subject or next((d.mention for d in ask.details), None)
    if subject is None:
        every = next((a for a in finders if a.lists_all), None)
        if every is None:
            raise Stuck(f"I cannot list {plural(ask.noun)} without knowing which")
        return work.rows(every, {}), None
    lists = [a for a in work.known.having("children", noun) if a.subject is not None]
    owner = resolve(work, subject, [a.subject.refers for a in lists if a.subject])
    fitting = [a for a in lists if a.subject and a.subject.refers == owner.noun]
    if not fitting:
        raise Stuck(f"I cannot list the {plural(ask.noun)} of {owner.said}")
    work.memory.speak_of(owner)
    said = set(stems(ask.text))
    best = max(fitting, key=lambda a: len(set(a.over.split()) & said))
    return work.rows(best, {best.required[0].name: owner.id}), owner


def _conditions(work: Work, ability: Ability, said: Detail) -> list[dict[str, Any]]:
    """The arguments by which a conditional listing may look for a value, likeliest first."""
    value = normalised(said.value)
    if said.label:
        taken = [p for p in ability.parameters if said.label in p.labels]
        taken = [p for p in taken if not p.bound] or taken
    else:
        shown = [p for p in ability.parameters if value in normalised(p.description)]
        places = [p for place in PLACES for p in ability.parameters if any(place in x for x in p.labels)]
        taken = list(dict.fromkeys([*shown, *places, *(p for p in ability.parameters if p.enum)]))
    found = []
    for p in taken:
        if p.refers and said.mention is not None:
            found.append((p, resolve(work, said.mention, [p.refers]).id))
        elif (given := converted(said.value, p, work.memory.today)) is not None:
            found.append((p, given))
    if any(p.bound for p, _ in found):
        return [{p.name: given for p, given in found}]
    return [{p.name: given} for p, given in found]


def _a_tool_of_its_own(work: Work, ask: Ask) -> str | None:
    """What is no field of anything but what a tool gives for a name: the weather in a city."""
    for label in ask.asks:
        for ability in work.known.abilities:
            plain = len(ability.required) == 1 and not ability.required[0].refers and ability.kind in ("get", "other")
            if plain and ability.noun == " ".join(label) and ask.subject is not None and ask.subject.name:
                return telling.result(work.call(ability, {ability.required[0].name: ask.subject.name}))
    return None


def _held(work: Work, entity: Entity, label: Label) -> tuple[Entity, str | None]:
    """The row that holds a field, and the field: the entity itself, or one that it refers to."""
    if POSSESSED in label:
        cut = label.index(POSSESSED)
        holder, reference = _held(work, entity, label[:cut])
        parameter = work.known.fields(holder.noun).get(reference or "")
        if parameter is None or not parameter.refers or holder.row.get(parameter.name) is None:
            return entity, None
        return _held(work, whole(work, Entity(parameter.refers, holder.row[parameter.name], {})), label[cut + 1 :])
    path = work.known.path(entity.noun, label)
    if len(path) > 1:
        holder = entity
        for name in path[:-1]:
            if holder.row.get(name) is None:
                return entity, None
            holder = whole(work, Entity(work.known.fields(holder.noun)[name].refers, holder.row[name], {}))
        return holder, path[-1] if path[-1] in holder.row else None
    exact = next((key for key in entity.row if label in _labels(work, entity, key)), None)
    if exact is not None:
        return entity, exact
    shared = {key: max(_overlap(label, x) for x in _labels(work, entity, key)) for key in entity.row}
    best = max(shared, key=lambda key: shared[key], default=None)
    return entity, best if best is not None and shared[best] >= 0.3 else None


def _labels(work: Work, entity: Entity, key: str) -> tuple[Label, ...]:
    """The names by which a field of a row goes."""
    known = work.known.fields(entity.noun)
    own = stems(key)
    return (
        *(known[key].labels if key in known else ()),
        own,
        *([own[:-1]] if len(own) > 1 and own[-1] == "id" else ()),
    )


def _overlap(one: Label, other: Label) -> float:
    return len(set(one) & set(other)) / max(len(set(one) | set(other)), 1)


def _told(work: Work, entity: Entity, key: str) -> str:
    """A field's value; a reference by the name of what it points at."""
    stored = entity.row[key]
    parameter = work.known.fields(entity.noun).get(key)
    noun = parameter.refers if parameter is not None else ""
    if not noun and stems(key)[-1:] == ("id",):
        noun = work.known.entity(singular(" ".join(stems(key)[:-1])))
    if stored is None or noun not in work.known.nouns or key == work.key(entity.row, entity.noun):
        return telling.value(stored)
    other = whole(work, Entity(noun, stored, {}))
    work.memory.speak_of(other)
    return other.name or str(stored)


def _number(entity: Entity) -> Mention:
    return Mention(entity.noun, str(entity.id))
