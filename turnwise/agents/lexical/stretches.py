"""Stretches of a question that several readers look for: whose, of what, which fields, and where it ends."""

from turnwise.agents.lexical.asks import Mention
from turnwise.agents.lexical.cues import ARTICLES, BELONG, HIGH, LOW, OWN, SPOKEN, word_set
from turnwise.agents.lexical.details import label_of
from turnwise.agents.lexical.mentions import mention, speaks_of
from turnwise.agents.lexical.parameters import Label
from turnwise.agents.lexical.sentence import Sentence, Tag

OF = word_set("of for on from in about by at with")
POSSESSED = "'s"
"""Stands in a field's name between a reference and a field behind it: the album's artist."""

_OVERALL = word_set("all overall total everything we there database")
_ROUNDING = word_set(
    "have has had got there is are own owns does do currently in total overall please thanks right now then"
)
_LOOKING = word_set("looking look ask asking while as we 're")


def rest(s: Sentence, place: int) -> Mention | None:
    """What stands behind a noun, less the small words that lead to it."""
    end = end_of(s, place)
    while place < end and s.says(place, BELONG - ARTICLES):
        place += 1
    return mention(s, place, end)


def scope(s: Sentence, place: int) -> Mention | None:
    """Among what to compare: behind `of` or `for`, unless it is all there is."""
    at = s.find(OF | {"belonging", "among"}, place)
    if at is None or at - place > 4 or s.says(at + 1, _OVERALL):
        return None
    return mention(s, at + 1, end_of(s, at))


def boundary(s: Sentence) -> int | None:
    """The `of` or `for` between what is asked and what it is asked about."""
    places = [i for i in range(1, len(s) - 1) if s.says(i, OF) and s.inside(i) is None and speaks_of(s, i + 1)]
    for i in places:
        if s.labels(0, i):
            return i
    for i in places:
        if not s.says(i - 1, _LOOKING):
            return i
    last = s.rfind({"of", "for"}, 1, len(s) - 1)
    return last if last is not None and s.inside(last) is None and s.labels(0, last) else None


def possessor(s: Sentence) -> int | None:
    """The `'s` between someone and something of theirs, if that is not in turn of something: `the album's artist of ...`"""
    at = boundary(s)
    for i in range(1, len(s) - 1):
        if at is not None and i < at and s.inside(i - 1) is not None:
            continue
        if s.words[i] == POSSESSED and not s.says(i - 1, SPOKEN) and s.tokens[i + 1].plain:
            return i
    return None


def fields(s: Sentence, start: int, end: int) -> tuple[Label, ...]:
    """The fields named between two tokens; one that no tool names is taken from behind the last article."""
    found: list[Label] = []
    for tag in (t for t in s.tags if start <= t.start and t.end <= end):
        if found and s.words[tag.start - 1] == POSSESSED:
            found[-1] = (*found[-1], POSSESSED, *label_of(tag))
        else:
            found.append(label_of(tag))
    if found:
        return tuple(dict.fromkeys(found))
    the = s.rfind({"the", "what", "is", "'s", "and"}, start, end)
    words = tuple(t.stem for t in s.tokens[start if the is None else the + 1 : end] if t.kind == "word")
    return (words,) if 0 < len(words) <= 4 else ()


def next_label(s: Sentence, place: int) -> Tag | None:
    """The field name that comes next, past small words."""
    while s.says(place, ARTICLES | OWN | {"whose", "is"}):
        place += 1
    tag = s.tag(place)
    return tag if tag is not None and tag.label else None


def end_of(s: Sentence, start: int) -> int:
    """Where what is asked about ends: before words that only round the question off, and before `... is the longest`."""
    end = len(s)
    while end > start and s.says(end - 1, _ROUNDING) and s.inside(end - 1) is None:
        end -= 1
    for i in range(start, end - 2):
        if s.says(i, {"is", "has"}) and s.says(i + 1, {"the"}) and s.says(i + 2, HIGH | LOW):
            return i
    return end
