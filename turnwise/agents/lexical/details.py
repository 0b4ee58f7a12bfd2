"""Values with the names of their fields: `due date 2026-03-20, member Ana Silva`, `the city is Paris`."""

from turnwise.agents.lexical.asks import Detail, Mention
from turnwise.agents.lexical.cues import ARTICLES, BACK, LESS, MORE, OWN, word_set
from turnwise.agents.lexical.mentions import mention
from turnwise.agents.lexical.sentence import Sentence, Tag

_IS = word_set("is are be of to as should has have must supposed will being at in 's for")
_NAMED = {"named", "called", "titled", "name"}


def details(s: Sentence, start: int, end: int) -> tuple[Detail, ...]:
    """The values stated between two tokens."""
    starts = [place for place in range(start, end) if _begins(s, place, start)]
    if not starts:
        return ()
    found = []
    for place, stop in zip(starts, [*starts[1:], end], strict=True):
        detail = _detail(s, place, _until(s, place, stop))
        if detail is not None:
            found.append(detail)
    return tuple(found)


def stated(s: Sentence, label: tuple[str, ...], place: int, end: int) -> Detail:
    """A value that starts at a token, for a field."""
    bound = ""
    while place < end and (s.says(place, _IS) or s.says(place, ARTICLES) or s.says(place, MORE | LESS | {"at"})):
        if s.says(place, MORE):
            bound = bound or "min"
        elif s.says(place, LESS):
            bound = bound or "max"
        elif s.says(place, ARTICLES) and not _article(s, place):
            break
        place += 1
    if s.says(place, {"number", "no", "nr", "id"}) and place + 1 < end and s.tokens[place + 1].kind == "number":
        place += 1
    return Detail(label, s.raw(place, end), mention(s, place, end), bound)


def _article(s: Sentence, place: int) -> bool:
    """Whether an article belongs to the sentence and not to the value."""
    after = s.tag(place + 1)
    return (after is not None and bool(after.noun)) or (
        s.tokens[place + 1 : place + 2] != () and (s.tokens[place + 1].kind == "quote")
    )


def _begins(s: Sentence, place: int, start: int) -> bool:
    if s.says(place, _NAMED - {"name"}):
        return True
    tag = s.tag(place)
    if tag is not None and s.says(place - 1, {"in", "at", "by"}) and place - 1 <= start:
        return True
    if place != start and not s.opens(place):
        return False
    if tag is not None:
        return True
    return s.says(place, BACK) and (after := s.tag(place + 1)) is not None and bool(after.noun)


def _detail(s: Sentence, place: int, end: int) -> Detail | None:
    if s.says(place, BACK):
        after = s.tag(place + 1)
        if after is None:
            return None
        if s.says(place, OWN | {"the"}):
            return stated(s, tuple(after.phrase.split()), after.end, end)
        return Detail(tuple(after.phrase.split()), "", Mention(noun=after.noun, back=True))
    tag = s.tag(place)
    if tag is None:
        return stated(s, ("name",), place + 1, end)
    return stated(s, tuple(tag.phrase.split()), tag.end, end)


def _until(s: Sentence, place: int, stop: int) -> int:
    """Where a value ends: before the `and` or article that leads to the next one."""
    while (
        stop > place + 1
        and stop < len(s.tokens)
        and s.says(stop - 1, ARTICLES | OWN | {"and", "with", "plus", "also", "whose", "where"})
    ):
        stop -= 1
    return stop


def label_of(tag: Tag) -> tuple[str, ...]:
    """The field's name that a tag holds."""
    return tuple(tag.phrase.split())
