"""Plans for questions: which calls find out what was asked, and the sentence that tells it."""

from collections.abc import Sequence

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.asks import Ask, Mention
from turnwise.agents.lexical.comparing import extreme, rank
from turnwise.agents.lexical.figures import figure
from turnwise.agents.lexical.matching import stem, stems
from turnwise.agents.lexical.parameters import Label
from turnwise.agents.lexical.resolving import resolve, whole
from turnwise.agents.lexical.rows import listed_rows
from turnwise.agents.lexical.stretches import POSSESSED
from turnwise.agents.lexical.working import Entity, Helpless, Stuck, Work, recognised

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
            return figure(work, ask)
        case "rank":
            return rank(work, ask)
        case _:
            return extreme(work, ask)


def _detail(work: Work, ask: Ask) -> str:
    subject = recognised(ask.subject)
    if any(_a_tool_of_its_own(work, label) for label in ask.asks):
        raise Helpless(f"I have no {' '.join(ask.asks[0])} for that")
    back = subject.back and not subject.noun
    kinds = [] if back and work.memory.things else _kinds_with(work, ask.asks)
    thing = whole(work, resolve(work, subject, kinds))
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


def _held(work: Work, thing: Entity, label: Label) -> tuple[Entity, str | None]:
    """The row that holds a field, and the field: the thing itself, or one that it refers to."""
    if POSSESSED in label:
        cut = label.index(POSSESSED)
        between, reference = _held(work, thing, label[:cut])
        noun = work.known.fields(between.noun)[reference].refers if reference is not None else ""
        if reference is None or not noun or between.row.get(reference) is None:
            return thing, None
        return _held(work, whole(work, Entity(noun, between.row[reference], {})), label[cut + 1 :])
    path = work.known.path(thing.noun, label)
    if not path or (len(path) == 1 and path[0] in thing.row):
        return thing, field_of(work, thing, label)
    holder = thing
    for name in path[:-1]:
        refers = work.known.fields(holder.noun)[name].refers
        if holder.row.get(name) is None:
            return thing, field_of(work, thing, label)
        holder = whole(work, Entity(refers, holder.row[name], {}))
    return holder, path[-1] if path[-1] in holder.row else None


def _derived(work: Work, ask: Ask, thing: Entity, label: Label) -> str | None:
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


def _main_fields(thing: Entity) -> list[Label]:
    return [stems(key) for key, held in thing.row.items() if held is not None and stems(key)[-1:] != ("id",)][:6]


def field_of(work: Work, thing: Entity, label: Label) -> str | None:
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


def _spoken_label(work: Work, thing: Entity, label: Label, key: str) -> str:
    """A field's name for a reply: in full, as the tools spell it."""
    parameter = work.known.fields(thing.noun).get(key)
    if parameter is not None and label in parameter.labels:
        return parameter.label
    return key.replace("_", " ")


def _told(work: Work, thing: Entity, key: str) -> str:
    """A field's value; a reference by the name of what it points at."""
    stored = thing.row[key]
    parameter = work.known.fields(thing.noun).get(key)
    noun = parameter.refers if parameter is not None else work.known.entity(" ".join(stems(key)[:-1]))
    if stored is None or stems(key) == ("id",) or (noun == thing.noun and key == work.key(thing.row, noun)):
        return telling.value(stored)
    if (parameter is not None and parameter.refers) or (noun in work.known.nouns and stems(key)[-1] == "id"):
        other = whole(work, Entity(noun, stored, {}))
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
