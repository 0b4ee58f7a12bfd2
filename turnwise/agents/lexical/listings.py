"""Requests for a list: the rows of something, or the rows that are like something."""

from turnwise.agents.lexical.asks import Ask, Detail, Mention
from turnwise.agents.lexical.cues import ARTICLES, BELONG, LESS, LISTING, MORE, PLACES, WH, word_set
from turnwise.agents.lexical.details import label_of, stated
from turnwise.agents.lexical.mentions import mention
from turnwise.agents.lexical.sentence import Sentence, Tag
from turnwise.agents.lexical.stretches import OF, end_of, next_label, rest

IN: tuple[str, ...] = ("in",)
"""Stands for the name of a field that was not named: somewhere."""

_CLAUSE = frozenset({"where", "with", "whose", "having", "have", "who"})
_LEADING = word_set("are there do we have exist that live lives based located")


def listing(s: Sentence) -> Ask | None:
    """`which invoice lines belong to invoice 98`, `all employees in Edmonton`, `books where the genre is poetry`"""
    noun = next(iter(s.nouns()), None)
    if noun is None or not _several(s, noun) or s.says(noun.end, {"'s"}):
        return None
    early = s.find(OF, 0, noun.start)
    if early is not None and s.labels(0, early):
        return None
    conditions = (*_adjectives(s, noun), *_conditions(s, noun.end))
    subject = rest(s, noun.end) if not any(d.label for d in conditions) else None
    if subject is not None and (subject.noun or subject.back):
        conditions = tuple(d for d in conditions if d.label)
    return Ask("listing", s.text, noun.noun, subject, details=conditions)


def _several(s: Sentence, noun: Tag) -> bool:
    return noun.plural or s.find({"all", "list", "every"}, 0, noun.start) is not None


def _adjectives(s: Sentence, noun: Tag) -> tuple[Detail, ...]:
    """A value before the noun: `suspended members`."""
    allowed = s.known.fields(s.known.entity(noun.noun)).values()
    for i in range(noun.start):
        if s.says(i, WH | LISTING | BELONG | ARTICLES) or s.tokens[i].kind != "word":
            continue
        if any(s.words[i] in p.values_words for p in allowed):
            return (Detail((), s.raw(i, noun.start)),)
    return ()


def _conditions(s: Sentence, place: int) -> tuple[Detail, ...]:
    """What the rows must be like, from what follows the noun."""
    end = end_of(s, place)
    while place < end and s.says(place, _LEADING):
        place += 1
    if place >= end:
        return ()
    if s.says(place, _CLAUSE):
        return (_clause(s, place + 1, end),)
    if s.says(place, {"in", "from", "at"}) and place + 1 < end:
        return _somewhere(s, place + 1, end)
    label = next_label(s, place)
    if label is not None and label.start == place and s.says(label.end, {"is", "are"} | MORE | LESS):
        return (stated(s, label_of(label), label.end, end),)
    return ()


def _clause(s: Sentence, start: int, end: int) -> Detail:
    """`with email as their contact preference`, `where the composer is X`, `with the state BC`"""
    role = s.find({"as"}, start, end)
    if role is not None and (label := next_label(s, role + 1)) is not None:
        value = s.raw(start, role)
        return Detail(label_of(label), value, Mention(name=value))
    label = next_label(s, start)
    if label is not None:
        return stated(s, label_of(label), label.end, end)
    return Detail((), s.raw(start, end), mention(s, start, end))


def _somewhere(s: Sentence, start: int, end: int) -> tuple[Detail, ...]:
    """`in Edmonton`, `in the city Edmonton`, but not `in the playlist Music Videos`."""
    inner = mention(s, start, end)
    if inner is None or inner.back:
        return ()
    if not inner.noun or set(inner.noun.split()) & set(PLACES):
        return (Detail(IN, inner.name, inner),)
    return ()
