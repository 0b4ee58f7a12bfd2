"""Plans for how many and how much: a summary that a tool gives, else the rows counted or added up."""

from collections.abc import Sequence

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.asks import Ask
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.comparing import measure_key
from turnwise.agents.lexical.cues import SUMS
from turnwise.agents.lexical.matching import stems
from turnwise.agents.lexical.resolving import resolve
from turnwise.agents.lexical.rows import listed_rows
from turnwise.agents.lexical.working import Entity, Row, Stuck, Work
from turnwise.values.words import plural


def figure(work: Work, ask: Ask) -> str:
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


def _summed(work: Work, ask: Ask, noun: str, rows: Sequence[Row], owner: Entity) -> str:
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
