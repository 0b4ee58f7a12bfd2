"""Questions: what a sentence wants to be told. Each reader gives an Ask, or None when the sentence is not of its kind."""

from turnwise.agents.lexical.asks import Ask, Mention
from turnwise.agents.lexical.cues import ARTICLES, BACK, MANY, OWN, SPOKEN, SUMS
from turnwise.agents.lexical.mentions import mention, speaks_of
from turnwise.agents.lexical.parameters import Label
from turnwise.agents.lexical.sentence import Sentence, Tag
from turnwise.agents.lexical.stretches import boundary, end_of, fields, possessor, rest

_OVER = frozenset({"over", "of", "for", "across"})
_EVERY = ARTICLES | OWN | {"all", "every"}
_HOW: dict[str, Label] = {"long": ("length",), "much": ("price",), "old": ("birth", "date")}


def count(s: Sentence) -> Ask | None:
    """`how many tracks does the genre Jazz have`"""
    many = s.find(MANY)
    if many is None or (s.words[many] == "many") != s.says(many - 1, {"how"}):
        return None
    if (tag := s.inside(many)) is not None and tag.end - tag.start > 1:
        return None
    noun = next(iter(s.nouns(many)), None)
    if noun is None or noun.start - many > 3:
        return None
    return Ask("count", s.text, noun.noun, rest(s, noun.end))


def total(s: Sentence) -> Ask | None:
    """`the total over all invoices of that customer`, `average price of all books by ...`"""
    for over in range(1, len(s)):
        noun = _summed(s, over)
        if noun is not None and (s.find({*SUMS, "much"}, 0, over) is not None or s.labels(0, over)):
            words = tuple(t.stem for t in s.tokens[:over] if t.kind == "word")
            theirs = Mention(back=True) if s.find(OWN, over, noun.start) is not None else None
            return Ask("total", s.text, noun.noun, rest(s, noun.end) or theirs, measure=words)
    return None


def _summed(s: Sentence, over: int) -> Tag | None:
    """The plural noun behind `over all`."""
    noun = next(iter(s.nouns(over)), None) if s.says(over, _OVER) else None
    if noun is None or not noun.plural:
        return None
    return noun if all(s.says(i, _EVERY) for i in range(over + 1, noun.start)) else None


def detail(s: Sentence) -> Ask | None:
    """`the composer and the album of the track X`, `Ana Silva's phone`"""
    return _possessed(s) or _bounded(s) or _named(s)


def _possessed(s: Sentence) -> Ask | None:
    mark = possessor(s)
    if mark is not None and (asks := fields(s, mark + 1, len(s))):
        named = (i for i in range(mark) if speaks_of(s, i) and not s.says(i, SPOKEN - BACK - ARTICLES))
        return Ask("detail", s.text, subject=mention(s, next(named, mark - 1), mark), asks=asks)
    own = s.find(OWN)
    if own is not None and (asks := fields(s, own + 1, len(s))):
        return Ask("detail", s.text, subject=Mention(back=True), asks=asks)
    return None


def _bounded(s: Sentence) -> Ask | None:
    place = boundary(s)
    if place is None:
        return None
    asks = fields(s, 0, place) or _how(s)
    subject = mention(s, place + 1, end_of(s, place + 1))
    return Ask("detail", s.text, subject=subject, asks=asks) if asks and subject is not None else None


def _named(s: Sentence) -> Ask | None:
    noun = next(iter(s.nouns()), None)
    if noun is None:
        return None
    subject = mention(s, noun.start, end_of(s, noun.end))
    return Ask("detail", s.text, subject=subject, asks=_how(s) or fields(s, 0, noun.start))


def _how(s: Sentence) -> tuple[Label, ...]:
    """The field that a question word asks for: `how long is ...`, `when was ...`"""
    how = s.find({"how"})
    if how is not None and how + 1 < len(s):
        field = _HOW.get(s.words[how + 1])
        return (field,) if field else ()
    return (("date",),) if s.find({"when"}) is not None else ()
