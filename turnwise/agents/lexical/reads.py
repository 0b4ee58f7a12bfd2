"""Plans for questions: which calls find out what was asked, and the sentence that tells it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.language import HIGH, LOW, PLACES, POSSESSED, Label, stems
from turnwise.agents.lexical.reading import Ask, Detail, Mention, implied, order
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.values import converted
from turnwise.agents.lexical.working import Entity, Row, Stuck, Work
from turnwise.values.text import normalised
from turnwise.values.words import plural, singular

_EVERYTHING = {"detail", "information", "info", "data"}
"""Asks for no field in particular."""
_SUM, _AVERAGE = {"sum", "total", "combined"}, {"average", "avg", "mean"}


def detail(work: Work, ask: Ask) -> str:
    """Fields of one row, and of the rows it refers to."""
    if (served := _a_tool_of_its_own(work, ask)) is not None:
        return served
    subject = ask.subject or Mention(back=True)
    asks = [label for label in ask.asks if not _EVERYTHING & set(label)]
    nouns = dict.fromkeys(a.noun for kind in ("search", "get") for a in work.known.having(kind))
    paths = {noun: [len(path) for x in asks if (path := work.known.path(noun, x))] for noun in nouns}
    likely = sorted((n for n in nouns if paths[n]), key=lambda n: sum(paths[n]) - 4 * len(paths[n]))
    entity = whole(work, resolve(work, subject, [] if subject.back and work.memory.entities else likely or [*nouns]))
    work.memory.speak_of(entity)
    found: list[tuple[str, str]] = []
    for label in asks or [stems(key) for key, held in entity.row.items() if held is not None][1:7]:
        holder, key = _held(work, entity, label)
        if key is not None:
            spelt = key.removesuffix("_id").replace("_", " ")
            said = spelt if holder is entity else " ".join(label).replace(f" {POSSESSED}", POSSESSED)
            found.append((said, _told(work, holder, key)))
        elif work.known.having("children", singular(" ".join(label))):
            theirs = Mention(entity.noun, str(entity.id))
            return listing(work, Ask("listing", ask.text, singular(" ".join(label)), subject=theirs))
    if not found:
        raise Stuck(f"I have no {' '.join(asks[0]) if asks else 'data'} for {entity.said}")
    return telling.fields(entity.said, found)


def listing(work: Work, ask: Ask) -> str:
    """The rows of something, or those that are like something."""
    found = [work.entity(row, work.known.entity(ask.noun)) for row in _rows(work, ask)]
    if found:
        work.memory.speak_of(found[0])
    return telling.entities(ask.noun, found)


def count(work: Work, ask: Ask) -> str:
    """How many rows of a kind there are, or that something has."""
    if ask.subject is None:
        return telling.sentence(f"there are {len(_rows(work, ask))} {plural(ask.noun)}")
    owner, tool = _owner(work, ask, "summary")
    row = next(iter(_owned(work, owner, tool)), {}) if tool is not None else {}
    counts = [key for key in row if "count" in stems(key)]
    key = max(counts, key=lambda k: len(set(stems(k)) & set(ask.noun.split())), default=None)
    figure = row[key] if key is not None else len(_rows(work, ask))
    return telling.sentence(f"{work.named(row, owner)} has {figure} {plural(ask.noun)}")


def total(work: Work, ask: Ask) -> str:
    """A figure over all rows that something has, by a tool that sums them up."""
    owner, tool = _owner(work, ask, "summary")
    row = next(iter(_owned(work, owner, tool)), {})
    sort = _AVERAGE if _AVERAGE & set(ask.measure) else _SUM
    keys = [k for k in row if isinstance(row[k], int | float) and stems(k)[-1] in sort]
    key = max(keys, key=lambda k: (len(set(stems(k)) & set(ask.measure)), -len(k)), default=None)
    if key is None:
        raise Stuck(f"I cannot work that out for {owner.said}")
    return telling.fields(work.named(row, owner), [(key.replace("_", " "), telling.value(row[key]))])


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
    rows = _rows(work, ask)
    keys = [key for key in (rows[0] if rows else ()) if stems(key)[-1:] != ("id",)]
    fits = {key: _fit(ask, *_labels(work, noun, key)) for key in keys}
    key = max((k for k in keys if fits[k] > 0), key=lambda k: fits[k], default=None)
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


def _fit(ask: Ask, *labels: Iterable[str]) -> float:
    """How well some names of a field are the measure asked for: the words said, else those that the superlative implies."""
    said, best = set(ask.measure), 0.0
    for label in map(set, labels):
        places = (1 - place / 50 for place, word in enumerate(implied(ask)) if word in label and not said)
        best = max([best, len(said & label) / max(len(said | label), 1), *places])
    return best


def _rows(work: Work, ask: Ask) -> list[Row]:
    """The rows asked about: like something, someone's, or all there are."""
    noun = work.known.entity(ask.noun)
    finders = [a for a in work.known.having("find", noun) if not a.required]
    for said in ask.details:
        tries = [(ability, given) for ability in finders for given in _conditions(work, ability, said)]
        if tries:
            return next((rows for ability, given in tries if (rows := work.rows(ability, given))), [])
    subject = ask.subject or next((d.mention for d in ask.details), None)
    every = next((a for a in finders if a.lists_all), None)
    if subject is not None:
        return _owned(work, *_owner(work, replace(ask, subject=subject), "children"))
    if every is None:
        raise Stuck(f"I cannot list {plural(ask.noun)} without knowing which")
    return work.rows(every, {})


def _owner(work: Work, ask: Ask, kind: str) -> tuple[Entity, Ability | None]:
    """Whose rows are asked about, and the tool of a kind that gives them: the one whose name has the role spoken of."""
    tools = [a for k in (kind, "children") for a in work.known.having(k, work.known.entity(ask.noun)) if a.subject]
    owner = resolve(work, ask.subject, [a.subject.refers for a in tools if a.subject])
    work.memory.speak_of(owner)
    fitting = [a for a in tools if a.kind == kind and a.subject and a.subject.refers == owner.noun]
    return owner, max(fitting, key=lambda a: len(set(a.over.split()) & set(stems(ask.text))), default=None)


def _owned(work: Work, owner: Entity, ability: Ability | None) -> list[Row]:
    if ability is None:
        raise Stuck(f"I cannot list that of {owner.said}")
    return work.rows(ability, {ability.required[0].name: owner.id})


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
        elif (given := converted(said.value, p)) is not None:
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
    *references, last = work.known.path(entity.noun, label) or ("",)
    for name in references:
        if entity.row.get(name) is None:
            return entity, None
        entity = whole(work, Entity(work.known.fields(entity.noun)[name].refers, entity.row[name], {}))
    if last in entity.row:
        return entity, last
    shared = {key: max(_overlap(label, x) for x in _labels(work, entity.noun, key)) for key in entity.row}
    best = max(shared, key=lambda key: shared[key], default="")
    return entity, best if shared.get(best, 0) >= 0.3 else None


def _labels(work: Work, noun: str, key: str) -> tuple[Label, ...]:
    """The names by which a field of a row goes."""
    known = work.known.fields(noun).get(key)
    return (*(known.labels if known is not None else ()), stems(key), stems(key.removesuffix("_id")))


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
