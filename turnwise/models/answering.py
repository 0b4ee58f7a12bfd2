"""Plans for questions: which calls find out what was asked, and the sentence that tells it."""

from collections.abc import Iterable, Sequence
from typing import Any

from turnwise.models import telling
from turnwise.models.asks import Ask, Mention
from turnwise.models.catalogue import Ability
from turnwise.models.cues import HIGH, LOW, SUMS
from turnwise.models.matching import stem, stems
from turnwise.models.parameters import Label
from turnwise.models.resolving import resolve, whole
from turnwise.models.rows import listed_rows
from turnwise.models.stretches import POSSESSED
from turnwise.models.working import Helpless, Row, Stuck, Thing, Work
from turnwise.words import plural

_EVERYTHING = (("detail",), ("information",), ("info",), ("data",))
"""What asks for no field in particular."""


def answer(work: Work, ask: Ask) -> str:
    """The answer to a question; what it names becomes what `that one` points at."""
    match ask.kind:
        case "detail":
            return _detail(work, ask)
        case "listing":
            return _listing(work, ask)
        case "count" | "total":
            return _figure(work, ask)
        case "rank":
            return _rank(work, ask)
        case _:
            return _extreme(work, ask)


def _detail(work: Work, ask: Ask) -> str:
    assert ask.subject is not None
    if any(_a_tool_of_its_own(work, label) for label in ask.asks):
        raise Helpless(f"I have no {' '.join(ask.asks[0])} for that")
    back = ask.subject.back and not ask.subject.noun
    kinds = [] if back and work.memory.things else _kinds_with(work, ask.asks)
    thing = whole(work, resolve(work, ask.subject, kinds))
    work.memory.speak_of(thing)
    found: list[tuple[str, str]] = []
    asks = [label for label in ask.asks if label[-1:] not in _EVERYTHING]
    for label in asks or _main_fields(thing):
        holder, key = _held(work, thing, label)
        if holder is not thing and key is not None:
            found.append((" ".join(label).replace(f" {POSSESSED}", POSSESSED), _told(work, holder, key)))
        elif key is not None:
            found.append((_spoken_label(work, thing, label, key), _told(work, thing, key)))
        elif (inner := _derived(work, ask, thing, label)) is not None:
            return inner
    if not found:
        raise Stuck(f"I have no {' '.join(ask.asks[0])} for {thing.said}")
    return telling.fields(thing.said, found)


def _a_tool_of_its_own(work: Work, label: Label) -> bool:
    """Whether what is asked for is no field of anything, but what a tool gives: the weather in a city."""
    given = [a for kind in ("get", "other") for a in work.known.having(kind, " ".join(label))]
    plain = any(a.required and not any(p.refers for p in a.required) for a in given)
    return plain and label not in {
        x for noun in work.known.nouns for p in work.known.fields(noun).values() for x in p.labels
    }


def _held(work: Work, thing: Thing, label: Label) -> tuple[Thing, str | None]:
    """The row that holds a field, and the field: the thing itself, or one that it refers to."""
    if POSSESSED in label:
        cut = label.index(POSSESSED)
        between, reference = _held(work, thing, label[:cut])
        noun = work.known.fields(between.noun)[reference].refers if reference is not None else ""
        if reference is None or not noun or between.row.get(reference) is None:
            return thing, None
        return _held(work, whole(work, Thing(noun, between.row[reference], {})), label[cut + 1 :])
    path = work.known.path(thing.noun, label)
    if not path or (len(path) == 1 and path[0] in thing.row):
        return thing, field_of(work, thing, label)
    holder = thing
    for name in path[:-1]:
        refers = work.known.fields(holder.noun)[name].refers
        if holder.row.get(name) is None:
            return thing, field_of(work, thing, label)
        holder = whole(work, Thing(refers, holder.row[name], {}))
    return holder, path[-1] if path[-1] in holder.row else None


def _derived(work: Work, ask: Ask, thing: Thing, label: Label) -> str | None:
    """Something asked of a thing that is no field of it, but a list of others: `the albums of X`."""
    noun = work.known.entity(" ".join(stem(w) for w in label))
    if any(a.noun == noun for a in work.known.having("children")):
        return _listing(work, Ask("listing", ask.text, noun, Mention(thing.noun, str(thing.id))))
    return None


def _kinds_with(work: Work, labels: Sequence[Label]) -> list[str]:
    """Kinds of things that can be looked up by name, those that have the fields asked for first."""
    nouns = list(dict.fromkeys(a.noun for a in (*work.known.having("search"), *work.known.having("get"))))

    def has(noun: str) -> int:
        paths = [
            work.known.path(noun, label[: label.index(POSSESSED)] if POSSESSED in label else label) for label in labels
        ]
        return sum(4 - len(path) for path in paths if path)

    return sorted((n for n in nouns if has(n) or not labels), key=has, reverse=True) or nouns


def _main_fields(thing: Thing) -> list[Label]:
    return [stems(key) for key, held in thing.row.items() if held is not None and stems(key)[-1:] != ("id",)][:6]


def field_of(work: Work, thing: Thing, label: Label) -> str | None:
    """The field of a row that goes by a name: by the names its parameters have, else by its own words."""
    known = work.known.fields(thing.noun)
    for key in thing.row:
        if key in known and label in known[key].labels:
            return key
    own = {key: stems(key) for key in thing.row}
    for key, words in own.items():
        if label in (words, words[:-1]) and words != ("id",):
            return key
    best, most = None, 0.0
    for key, words in own.items():
        labels = [words, *(known[key].labels if key in known else ())]
        shared = max(len(set(label) & set(x)) / max(len(set(label) | set(x)), 1) for x in labels)
        if shared > most:
            best, most = key, shared
    return best if most >= 0.3 else None


def _spoken_label(work: Work, thing: Thing, label: Label, key: str) -> str:
    """A field's name for a reply: in full, as the tools spell it."""
    parameter = work.known.fields(thing.noun).get(key)
    if parameter is not None and label in parameter.labels:
        return parameter.label
    return key.replace("_", " ")


def _told(work: Work, thing: Thing, key: str) -> str:
    """A field's value; a reference by the name of what it points at."""
    stored = thing.row[key]
    parameter = work.known.fields(thing.noun).get(key)
    noun = parameter.refers if parameter is not None else work.known.entity(" ".join(stems(key)[:-1]))
    if stored is None or stems(key) == ("id",) or (noun == thing.noun and key == work.key(thing.row, noun)):
        return telling.value(stored)
    if (parameter is not None and parameter.refers) or (noun in work.known.nouns and stems(key)[-1] == "id"):
        other = whole(work, Thing(noun, stored, {}))
        work.memory.speak_of(other)
        return other.name or str(stored)
    return telling.value(stored)


def _listing(work: Work, ask: Ask) -> str:
    noun = work.known.entity(ask.noun)
    rows, _ = listed_rows(work, ask)
    found = [work.thing(row, noun) for row in rows]
    if found:
        work.memory.speak_of(found[0])
    return telling.things(ask.noun, found)


def _figure(work: Work, ask: Ask) -> str:
    """How many, how much in all, or how much on average."""
    noun = work.known.entity(ask.noun)
    if ask.subject is None:
        rows, _ = listed_rows(work, ask)
        return telling.sentence(f"there are {len(rows)} {plural(ask.noun)}")
    summaries = [a for a in work.known.having("summary", noun) if a.subject is not None]
    owners = list(dict.fromkeys(a.subject.refers for a in summaries if a.subject))
    owner = resolve(work, ask.subject, owners)
    work.memory.speak_of(owner)
    fitting = [a for a in summaries if a.subject and a.subject.refers == owner.noun]
    if fitting:
        summary = max(fitting, key=lambda a: _role(a, ask))
        rows = work.rows(summary, {summary.required[0].name: owner.id})
        key = _figure_key(rows[0], ask) if rows else None
        if key is not None:
            owned = work.thing(rows[0], owner.noun)
            said = owned.said if owned.name else owner.said
            if ask.kind == "count":
                return telling.sentence(f"{said} has {rows[0][key]} {plural(ask.noun)}")
            return telling.fields(said, [(_words_of(key), telling.value(rows[0][key]))])
    rows, _ = listed_rows(work, ask)
    if ask.kind == "count":
        return telling.sentence(f"{owner.said} has {len(rows)} {plural(ask.noun)}")
    return _summed(work, ask, noun, rows, owner)


def _summed(work: Work, ask: Ask, noun: str, rows: Sequence[Row], owner: Thing) -> str:
    key = measure_key(work, noun, rows, ask.measure)
    if key is None:
        raise Stuck(f"I cannot work that out for {owner.said}")
    figures = [row[key] for row in rows if isinstance(row.get(key), int | float)]
    sort = next((SUMS[w] for w in ask.measure if w in SUMS), "sum")
    total = round(sum(figures), 2)
    told = total if sort == "sum" else round(total / max(len(figures), 1), 2)
    return telling.sentence(f"the {'total' if sort == 'sum' else 'average'} {_words_of(key)} of {owner.said} is {told}")


def _role(ability: Ability, ask: Ask) -> int:
    """How well the role in a tool's name is the one spoken of."""
    said = set(stems(ask.text))
    return len(set(ability.over.split()) & said)


def _figure_key(row: Row, ask: Ask) -> str | None:
    """The field of a summary that holds the figure asked for."""
    if ask.kind == "count":
        counted = [k for k in row if "count" in stems(k)]
        wanted = set(ask.noun.split())
        return max(counted, key=lambda k: len(set(stems(k)) & wanted), default=None)
    sort = next((SUMS[w] for w in ask.measure if w in SUMS), "sum")
    same = {"sum": {"sum", "total"}, "average": {"average", "avg", "mean"}}[sort]
    fields = [k for k in row if isinstance(row[k], int | float) and stems(k)[-1] in same]
    said = set(ask.measure) - set(SUMS)
    return max(
        fields, key=lambda k: (len(set(stems(k)) & (said | {"total"} & set(ask.measure))), -len(k)), default=None
    )


def _words_of(key: str) -> str:
    words = key.replace("_", " ").split()
    if len(words) > 1 and words[-1] in ("sum", "average"):
        words = [{"sum": "total"}.get(words[-1], words[-1]), *words[:-1]]
    return " ".join(dict.fromkeys(words))


def _rank(work: Work, ask: Ask) -> str:
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


def _extreme(work: Work, ask: Ask) -> str:
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


def _the_one(work: Work, ask: Ask, thing: Thing) -> str:
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
