"""Plans for questions: which calls find out what was asked, and the sentence that tells it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.language import DATA, MEASURES, PLACES, POSSESSED, Label, stems
from turnwise.agents.lexical.reading import Ask, Detail, Mention
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.values import alike, converted, sentence, told, told_fields
from turnwise.agents.lexical.working import Entity, Row, Stuck, Work
from turnwise.values.dates import stamp
from turnwise.values.text import normalised
from turnwise.values.words import PEOPLE, listed, plural

_SCALES = {"how much": "expensive", "how long": "longest", "how big": "biggest"}
_SUM = {"sum", "total", "combined"}


def detail(work: Work, ask: Ask) -> str:
    """Fields of one row."""
    nouns = list(dict.fromkeys([*_named_nouns(work), *(a.noun for a in work.known.having("get"))]))
    telling = [noun for noun in nouns if _tells(work, noun, ask)]
    subject = ask.subject or Mention(back=True)
    back = subject.back and (telling or work.memory.entities)
    nouns = telling if back else list(dict.fromkeys([*telling, *nouns]))
    entity = whole(work, resolve(work, subject, nouns))
    work.memory.speak_of(entity)
    if ask.best and not ask.asks:
        held = [_belonging(work, entity, ask) if ask.best == "who" else (entity, _asked(work, entity, ask))]
    else:
        held = [_held(work, entity, label) for label in ask.asks] or [(entity, key) for key in list(entity.row)[1:7]]
    found = [(key.removesuffix("_id").replace("_", " "), _told(work, holder, key)) for holder, key in held if key]
    if not found:
        raise Stuck(f"I have no {' '.join(ask.asks[0]) if ask.asks else 'data'} for {entity.said}")
    return told_fields(entity.said, found)


def _tells(work: Work, noun: str, ask: Ask) -> bool:
    """Whether rows of a kind have what is asked for, as far as the tools that take it show."""
    fields = work.known.fields(noun)
    if ask.best == "who":
        if ask.measure:
            return any(alike(ask.measure, stems(name)) for name, p in fields.items() if p.refers or p.kind == "string")
        return any(p.refers not in ("", noun) for p in fields.values())
    if ask.best == "how many":
        return any(alike(ask.measure, stems(name)) for name in fields)
    if (ask.best in _SCALES or ask.best == "when") and not ask.asks:
        implied = {*MEASURES[_SCALES.get(ask.best, "latest")], *ask.measure}
        return any(implied & set(stems(name)) for name in fields)
    return bool(ask.asks) and all(work.known.field(noun, label) for label in ask.asks)


def _belonging(work: Work, entity: Entity, ask: Ask) -> tuple[Entity, str]:
    """The row that names the person asked for, the entity itself or one that it refers to, and the field."""
    if (key := _asked(work, entity, ask)) or ask.measure:
        return entity, key
    fields = work.known.fields(entity.noun)
    for field in [k for k in fields if fields[k].refers and k != work.key(entity.row, entity.noun)]:
        if entity.row.get(field) is not None:
            behind = whole(work, Entity(fields[field].refers, entity.row[field], {}))
            if key := _asked(work, behind, ask):
                return behind, key
    return entity, ""


def difference(work: Work, ask: Ask) -> str:
    """By how much two rows of a kind differ in a number."""
    named = _named_nouns(work)
    nouns = [noun for noun in named if any(alike(ask.measure, stems(key)) for key in work.known.fields(noun))] or named
    one = whole(work, resolve(work, ask.subject, nouns))
    other = whole(work, resolve(work, ask.target, [one.noun]))
    key = _asked(work, one, replace(ask, best="how many"))
    if not key or other.row.get(key) is None:
        raise Stuck(f"I cannot compare {one.said} and {other.said} in that")
    return f"The difference is {round(abs(one.row[key] - other.row[key]), 2)}."


def _named_nouns(work: Work) -> list[str]:
    """The kinds of rows that are found by what they are called."""
    return list(dict.fromkeys(a.noun for a in work.known.having("find") if a.called is not None))


def listing(work: Work, ask: Ask) -> str:
    """The rows of something, or those that are like something."""
    found = [work.entity(row, work.known.entity(ask.noun)) for row in _rows(work, ask)]
    if not found:
        return f"I found no {plural(ask.noun)} like that."
    work.memory.speak_of(found[0])
    names = listed([entity.name or str(entity.id) for entity in found])
    return f"The {ask.noun} is {names}." if len(found) == 1 else f"There are {len(found)} {plural(ask.noun)}: {names}."


def count(work: Work, ask: Ask) -> str:
    """How many rows of a kind there are, or that something has."""
    rows, about = work.page(*_ways(work, ask)[0])
    number = about.get("count", len(rows))
    return f"There is 1 {ask.noun}." if number == 1 else f"There are {number} {plural(ask.noun)}."


def total(work: Work, ask: Ask) -> str:
    """A figure over all rows that something has, told beside them."""
    _, about = work.page(*_ways(work, ask)[0])
    sums = [k for k in about if isinstance(about[k], int | float) and stems(k)[-1] in _SUM]
    if not sums:
        raise Stuck(f"I cannot add up {plural(ask.noun)}")
    key = max(sums, key=lambda k: alike(ask.measure, stems(k)))
    return told_fields(plural(ask.noun), [(key.replace("_", " "), told(about[key]))])


def rank(work: Work, ask: Ask) -> str:
    """Which row has the most of others, by a tool that ranks them."""
    noun, over = work.known.entity(ask.noun), work.known.entity(ask.over)
    fitting = [a for a in work.known.having("rank") if work.known.entity(a.noun) == noun and over in a.over]
    if not fitting:
        raise Stuck(f"I cannot compare {plural(ask.noun)} that way")
    return _the_first(work, ask, work.rows(fitting[0], {}))


def extreme(work: Work, ask: Ask) -> str:
    """The row with the most or least of something, by a tool that sorts them or by comparing the rows."""
    if not work.known.entity(ask.noun):  # who was hired last
        sorting = [a for a in work.known.having("find") if a.sort is not None]
        ask = replace(ask, noun=max(sorting, key=lambda a: _sorting(ask, a)[0]).noun if sorting else "")
    ability, arguments = _ways(work, ask)[0]
    fit, way = _sorting(ask, ability)
    if fit and ability.sort is not None:
        return _the_first(work, ask, _going(ask, work.rows(ability, {**arguments, ability.sort.name: way})))
    rows = _rows(work, ask)
    fits = {
        key: _fit(ask, stems(key), stems(key.removesuffix("_id")))
        for key in (rows[0] if rows else ())
        if stems(key)[-1:] != ("id",)
    }
    if not any(fits.values()) and "date" in ask.implied:  # its start, its end
        fits = {key: 1 for key in fits if rows and stamp(str(rows[0][key])) is not None}
    key = max(fits, key=lambda k: fits[k], default="")
    filled = [row for row in rows if row.get(key) is not None and fits[key] > 0]
    return _the_first(work, ask, sorted(filled, key=lambda row: row[key], reverse=ask.highest))


def _sorting(ask: Ask, ability: Ability) -> tuple[float, str]:
    """How well a tool sorts by the measure asked for, and the word for it: `price_desc`."""
    ways = [str(way) for way in ability.sort.enum] if ability.sort is not None else []
    fits = [(_fit(ask, stems(way)[:-1]), way) for way in ways if way.endswith("desc" if ask.highest else "asc")]
    return max(fits, default=(0.0, ""), key=lambda pair: pair[0])


def _the_first(work: Work, ask: Ask, rows: Sequence[Row]) -> str:
    if not rows:
        raise Stuck(f"I found no {plural(ask.noun)} to compare")
    entity = work.entity(rows[0], work.known.entity(ask.noun))
    work.memory.speak_of(entity)
    return sentence(f"the {ask.noun} is {entity.name or entity.id}")


def _fit(ask: Ask, *labels: Iterable[str]) -> float:
    """How well some names of a field are the measure asked for: the words said, else those the superlative implies."""
    said, best = set(ask.measure), 0.0
    for label in map(set, labels):
        rough = not said or ask.best in ("first", "last")
        places = (
            (1 - place / 50) / (20 if said else 1) for place, word in enumerate(ask.implied) if word in label and rough
        )
        best = max([best, alike(said, label) / max(len(said | label), 1), *places])
    return best


def each(work: Work, ask: Ask) -> list[Entity]:
    """The rows of something to which a thing is done, of a state where one is said."""
    rows = _rows(work, replace(ask, details=()))
    kind = normalised(ask.details[0].value) if ask.details else ""
    of_kind = [row for row in rows if kind in _states(row)]
    return [work.entity(row, work.known.entity(ask.noun)) for row in of_kind or rows]


def _rows(work: Work, ask: Ask) -> list[Row]:
    """The rows asked about, all pages of them."""
    return _going(ask, next((rows for way in _ways(work, ask) if (rows := work.all_rows(*way))), []))


def _going(ask: Ask, rows: list[Row]) -> list[Row]:
    """Of some rows those that are not over, where what is asked about is said to be open."""
    said = set(re.findall(r"[a-z]+", ask.text.lower())) & set(DATA["open"].split())
    over = set(DATA["over"].split())
    return [row for row in rows if not over & _states(row)] if said else rows


def _states(row: Row) -> set[str]:
    return {normalised(value) for value in row.values() if isinstance(value, str)}


_Way = tuple[Ability, dict[str, Any]]


def _ways(work: Work, ask: Ask) -> list[_Way]:
    """The calls that find the rows asked about, likeliest first: like something, someone's, or all there are."""
    finders = work.known.having("find", work.known.entity(ask.noun))
    for said in ask.details:
        if ways := [(a, given) for a in finders if a.alone for given in _conditions(work, a, said)]:
            return ways
    subject = ask.subject or next((said.mention for said in ask.details if not said.label), None)
    if subject is not None:
        return [_owned(work, subject, ask, finders)]
    every = next((a for a in finders if a.alone), None)
    if every is None:
        raise Stuck(f"I cannot list {plural(ask.noun)} without knowing which")
    return [(every, {})]


def _owned(work: Work, subject: Mention, ask: Ask, finders: Sequence[Ability]) -> _Way:
    """The call that finds what hangs on a row that is spoken of."""
    owner = resolve(work, subject, list(dict.fromkeys(p.refers for a in finders for p in a.parameters if p.refers)))
    work.memory.speak_of(owner)
    for ability in finders:
        if (parameter := ability.of(owner.noun)) is not None:
            return ability, {parameter.name: owner.id, **_also(work, ability, ask), **_still(ability, ask)}
    raise Stuck(f"I cannot list that of {owner.said}")


def _also(work: Work, ability: Ability, ask: Ask) -> dict[str, Any]:
    """The argument for what else rows hang on: someone's bookings for an event."""
    if ask.target is None:
        return {}
    other = resolve(work, ask.target, [p.refers for p in ability.parameters if p.refers])
    return {p.name: other.id for p in [ability.of(other.noun)] if p is not None}


def _still(ability: Ability, ask: Ask) -> dict[str, Any]:
    """The argument by which a listing leaves out what is over: of open loans, those without a return date."""
    flags = [p for p in ability.parameters if p.kind == "boolean" and stems(p.name)[0] == "has"]
    said = set(re.findall(r"[a-z]+", ask.text.lower())) & set(DATA["open"].split())
    return {flags[0].name: False} if len(flags) == 1 and said else {}


def _conditions(work: Work, ability: Ability, said: Detail) -> list[dict[str, Any]]:
    """The arguments by which a conditional listing may look for a value, likeliest first."""
    if said.label:
        taken = [p for p in ability.parameters if said.label in p.labels]
    else:
        places = [p for place in PLACES for p in ability.parameters if any(place in x for x in p.labels)]
        taken = list(dict.fromkeys([*places, *(p for p in ability.parameters if p.enum)]))
    found = []
    for p in taken:
        if p.refers and said.mention is not None:
            found.append({p.name: resolve(work, said.mention, [p.refers]).id})
        elif (given := converted(said.value, p)) is not None:
            found.append({p.name: given})
    return found


def _asked(work: Work, entity: Entity, ask: Ask) -> str:
    """The field that a question is about by its type: when, how much, how many, who; empty without one."""
    fields, keys = work.known.fields(entity.noun), [k for k in entity.row if k != work.key(entity.row, entity.noun)]
    if ask.best == "when":
        keys = [k for k in keys if stamp(str(entity.row[k])) is not None or stems(k)[-1] in ("date", "time")]
    elif ask.best == "who" and not ask.measure:  # who does it belong to?
        people = [k for k in keys if k in fields and fields[k].refers in (*PEOPLE, *work.known.roles)]
        return next(iter([*people, *(k for k in keys if k.rpartition("_")[0] in PEOPLE and k.endswith("_name"))]), "")
    elif ask.best == "who":
        keys = [k for k in keys if k in fields and (fields[k].refers or isinstance(entity.row[k], str))]
    else:
        keys = [k for k in keys if isinstance(entity.row[k], int | float)]
    implied = (*MEASURES[_SCALES[ask.best]], *stems(entity.noun)) if ask.best in _SCALES else stems(entity.noun)
    said = [
        (alike(ask.measure, stems(k)), -min((n for n, w in enumerate(implied) if w in stems(k)), default=99), k)
        for k in keys
    ]
    told = [one for one in said if one[0] or one[1] > -99 or ask.best == "when"]
    return max(told, key=lambda one: one[:2])[2] if told else ""


def _held(work: Work, entity: Entity, label: Label) -> tuple[Entity, str]:
    """The row that holds a field, the entity itself or one that it refers to, and the field; empty without one."""
    key = work.known.field(entity.noun, label)
    if label[-1] == POSSESSED:  # whose bike it is: the person among what the bike points at, else what it is for
        noun = work.known.entity(" ".join(label[:-1]))
        person = next((stems(n) for n in PEOPLE if work.known.field(noun, stems(n))), None)
        if person is None:
            fields = work.known.fields(entity.noun)
            return entity, next((name for name in fields if fields[name].refers in PEOPLE), "")
        label = (*label, *person)
    if POSSESSED in label:
        if entity.row.get(key) is None:
            return entity, ""
        entity = whole(work, Entity(work.known.fields(entity.noun)[key].refers, entity.row[key], {}))
        return _held(work, entity, label[label.index(POSSESSED) + 1 :])
    exact = next((k for k in entity.row if k == key or label in (stems(k), stems(k.removesuffix("_id")))), "")
    if not exact and (behind := _reached(work, entity, label)) is not None:
        return behind
    near = sorted((k for k in entity.row if alike(label, stems(k))), key=lambda k: -alike(label, stems(k)))
    return entity, exact or next(iter(near), "")


def _reached(work: Work, entity: Entity, label: Label) -> tuple[Entity, str] | None:
    """The row that has a field, of those that an entity refers to, and the field: the bike of a payment for an order."""
    for name, parameter in work.known.fields(entity.noun).items():
        key = work.known.field(parameter.refers, label) if parameter.refers != entity.noun else ""
        if key and entity.row.get(name) is not None:
            return whole(work, Entity(parameter.refers, entity.row[name], {})), key
    return None


def _told(work: Work, entity: Entity, key: str) -> str:
    """A field's value; a reference by the name of what it points at."""
    stored = entity.row[key]
    parameter = work.known.fields(entity.noun).get(key)
    noun = parameter.refers if parameter is not None else ""
    if stored is None or noun not in work.known.nouns or key == work.key(entity.row, entity.noun):
        return told(stored)
    called = (f"{key.removesuffix('_id')}_{word}" for word in ("name", "title"))
    beside = next((entity.row[name] for name in called if entity.row.get(name)), None)
    other = Entity(noun, stored, {"name": beside}) if beside else whole(work, Entity(noun, stored, {}))
    work.memory.speak_of(other)
    return other.name or str(stored)
