"""Questions for the most or least of something. Each reader gives an Ask, or None when the sentence is not of its kind."""

from turnwise.agents.lexical.asks import Ask, Measure, Mention
from turnwise.agents.lexical.cues import HIGH, LOW, MEASURED
from turnwise.agents.lexical.details import label_of
from turnwise.agents.lexical.mentions import mention, speaks_of
from turnwise.agents.lexical.sentence import Sentence, Tag
from turnwise.agents.lexical.stretches import OF, end_of, scope

_BARE = frozenset({"most", "fewest", "least", "highest", "lowest", "largest", "biggest", "smallest"})
_HAVING = frozenset({"with", "has", "have", "is"})


def rank(s: Sentence) -> Ask | None:
    """`which artist has the most albums`, `the customer with the highest total over their invoices`"""
    best = _superlative(s)
    one = next(iter(s.nouns(0, best)), None) if best is not None else None
    if best is None or one is None:
        return None
    child = _added_up(s, best) or _counted(s, best)
    if child is None or child.noun == s.nouns(0, best)[-1].noun:
        return None
    words = tuple(t.stem for t in s.tokens[best : child.end] if t.kind == "word")
    return Ask("rank", s.text, one.noun, over=child.noun, order=_order(s, best), measure=words)


def extreme(s: Sentence) -> Ask | None:
    """`the longest track of the album X`, `which employee has the latest hire date`"""
    best = _superlative(s)
    if best is None:
        return None
    before = next(iter(reversed(s.nouns(0, best))), None)
    after = next((t for t in s.nouns(best) if t.start - best <= 2), None)
    if after is not None and (before is None or not _measures(s, best, before)):
        by = s.find({"by"}, after.end)
        told = s.tag(by + 1) if by is not None else None
        measure = label_of(told) if told is not None and told.label else ()
        return _extreme(s, after, best, measure, scope(s, after.end))
    if before is None:
        return None
    label = next((t for t in s.labels(best) if t.start - best <= 2), None)
    measure = label_of(label) if label is not None else tuple(t.stem for t in s.tokens[best + 1 : best + 3])
    among = _between(s, before.end, best) or scope(s, label.end if label is not None else best + 1)
    return _extreme(s, before, best, measure, among)


def _extreme(s: Sentence, noun: Tag, best: int, measure: Measure, among: Mention | None) -> Ask:
    worded = (*measure, "|", *MEASURED.get(_measured_by(s, best), "").split())
    return Ask("extreme", s.text, noun.noun, among, order=_order(s, best), measure=worded)


def _measures(s: Sentence, best: int, before: Tag) -> bool:
    """Whether the superlative is about a measure of the noun before it: `the customer with the highest total`."""
    label = next((t for t in s.labels(best) if t.start - best <= 2), None)
    if label is not None and s.find({"with", "has", "have"}, before.end, best) is not None:
        return True
    named = s.words[best] in MEASURED
    beside = s.tag(best + 1)
    return not named and (beside is None or not beside.noun)


def _between(s: Sentence, start: int, best: int) -> Mention | None:
    """Among what to compare, where it stands before the superlative: `which of the tracks on album X is the longest`."""
    at = s.find(OF - {"with"}, start, best)
    if at is None or not speaks_of(s, at + 1):
        return None
    return mention(s, at + 1, min(s.find(_HAVING, at + 1, best) or best, end_of(s, at + 1)))


def _counted(s: Sentence, best: int) -> Tag | None:
    """The noun that is counted: `the most albums`."""
    over = s.find({"over", "across", "in", "from", "of"}, best)
    straight = next((t for t in s.nouns(best) if t.start - best <= 3 and t.plural), None)
    if straight is None or s.words[best] not in _BARE:
        return None
    return straight if over is None or straight.end <= over else None


def _added_up(s: Sentence, best: int) -> Tag | None:
    """The noun whose rows are added up: `the highest total over its invoices`."""
    over = s.find({"over", "across", "in", "from", "of"}, best)
    if over is None:
        return None
    noun = next((t for t in s.nouns(over) if t.plural), None)
    return None if noun is None or s.find({"that", "this"}, over, noun.start) is not None else noun


def _superlative(s: Sentence) -> int | None:
    for i in range(len(s)):
        at_most = s.words[i] in ("most", "least") and s.says(i - 1, {"at"})
        if s.says(i, HIGH | LOW) and s.inside(i) is None and not at_most:
            return i
    return None


def _measured_by(s: Sentence, best: int) -> str:
    """The word that names the measure: itself, or the one behind `most`."""
    graded = s.words[best] in ("most", "least") and best + 1 < len(s)
    return s.words[best + 1] if graded else s.words[best]


def _order(s: Sentence, best: int) -> str:
    return "high" if s.words[best] in HIGH else "low"
