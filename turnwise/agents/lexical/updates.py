"""Commands to change values. Each reader gives an Ask, or None when the sentence is not of its kind."""

from dataclasses import replace

from turnwise.agents.lexical.asks import Ask, Detail, Mention
from turnwise.agents.lexical.commands import cue
from turnwise.agents.lexical.cues import ARTICLES, CHANGE, LOWERING, OWN, RAISING
from turnwise.agents.lexical.details import label_of, stated
from turnwise.agents.lexical.mentions import mention, speaks_of
from turnwise.agents.lexical.sentence import Sentence, Tag

_BEFORE = ARTICLES | OWN
_CHANGED = frozenset(word for word in CHANGE if word.endswith("ed")) | {"set", "made", "put"}
_WANTING = frozenset({"have", "need", "want", "like", "get", "had", "please", "of"})


def update(s: Sentence) -> Ask | None:
    """`change the phone of Ana Silva to +1 555 and the city to Paris`, `I'd like to have the price of X changed to 5`"""
    place = cue(s, CHANGE)
    if place is None:
        return None
    starts = [tag for tag in s.labels() if _assigns(s, tag, place)]
    if not starts:
        return _renamed(s, place)
    stops = [*(_before(s, tag) for tag in starts[1:]), len(s)]
    read = [_change(s, tag, stop) for tag, stop in zip(starts, stops, strict=True)]
    subject = next((about for about, _ in read if about is not None), None) or _owner(s, starts[0], place)
    found = tuple(detail for _, detail in read if detail is not None)
    return Ask("update", s.text, subject=subject or Mention(back=True), details=found)


def vague(s: Sentence) -> Ask | None:
    """`change something about the customer X`"""
    place = cue(s, CHANGE)
    about = s.find({"about", "of", "for"}, place) if place is not None else None
    if about is None or not speaks_of(s, about + 1):
        return None
    end = len(s) - int(s.says(len(s) - 1, CHANGE))
    return Ask("update", s.text, subject=mention(s, about + 1, end))


def _change(s: Sentence, tag: Tag, stop: int) -> tuple[Mention | None, Detail | None]:
    """What is changed, where it is said, and the field's new value."""
    moved = s.find({"later", "earlier"}, tag.end, stop)
    amount = next((i for i in range(tag.end + 1, moved or 0) if s.stem(i + 1) in ("day", "week")), None)
    if moved is not None and amount is not None:
        step = 1 if s.says(moved, {"later"}) else -1
        about = _about(s, tag.end, amount - int(s.says(amount - 1, {"by"})))
        return about, replace(stated(s, label_of(tag), amount, moved), step=step)
    by = s.find({"by"}, tag.end, stop)
    step = 1 if s.find(RAISING) is not None else -1 if s.find(LOWERING) is not None else 0
    if by is not None and step:
        return _about(s, tag.end, by), replace(stated(s, label_of(tag), by + 1, stop), step=step)
    to = _to(s, tag.end, stop)
    if to is not None:
        return _about(s, tag.end, to), stated(s, label_of(tag), to + 1, stop)
    about = _about(s, tag.end, stop)
    if about is not None or tag.end >= stop:
        return about, None
    return None, stated(s, label_of(tag), tag.end, stop)


def _assigns(s: Sentence, tag: Tag, place: int) -> bool:
    """Whether a field name starts a change: behind the command, behind `and`, or behind a possessive."""
    if tag.start < place and not s.says(place, _CHANGED):
        return False
    start = tag.start
    while s.says(start - 1, _BEFORE):
        start -= 1
    if s.says(start - 1, {"of", "for", "to", "that", "this", "on"}):
        return False
    if start - 1 == place or s.opens(start) or s.says(start - 1, {"'s"}):
        return True
    return tag.start < place and s.says(start - 1, _WANTING)


def _before(s: Sentence, tag: Tag) -> int:
    """Where the value before another change ends."""
    stop = tag.start
    while s.says(stop - 1, _BEFORE | {"and", "also", "plus"}):
        stop -= 1
    return stop


def _to(s: Sentence, start: int, stop: int) -> int | None:
    """The word before the new value: behind `changed` if there is one, else the one that leaves a plain value."""
    places = [i for i in range(start, stop - 1) if s.says(i, {"to", "as", "into"})]
    passive = [i for i in places if s.says(i - 1, CHANGE | {"be"})]
    if not passive and len(places) > 1 and s.tokens[places[-1] + 1].kind in ("number", "email", "quote"):
        return places[-1]
    return next(iter(passive or places), None)


def _about(s: Sentence, start: int, end: int) -> Mention | None:
    """What is changed, behind `of` or `for`."""
    while s.says(end - 1, CHANGE | {"be"}):
        end -= 1
    return mention(s, start + 1, end) if s.says(start, {"of", "for", "on", "in"}) else None


def _owner(s: Sentence, first: Tag, place: int) -> Mention | None:
    """What is changed when it stands before the field: `Ana Silva's phone`, `for the track X, set the price`."""
    if s.says(first.start - 1, {"'s"}):
        begin = next((i for i in range(place + 1, first.start - 1) if speaks_of(s, i)), None)
        return mention(s, begin, first.start - 1) if begin is not None else None
    lead = s.find({"for", "on", "in", "of"}, 0, place)
    if lead is not None and speaks_of(s, lead + 1):
        return mention(s, lead + 1, place)
    noun = next(iter(s.nouns(place, first.start)), None)
    return mention(s, noun.start, _before(s, first)) if noun is not None else None


def _renamed(s: Sentence, place: int) -> Ask | None:
    """`rename the playlist X to Y`, `mark booking 5 as paid`: the field is not named."""
    to = s.rfind({"to", "as", "into"}, place + 1, len(s) - 1)
    if to is None or not speaks_of(s, place + 1):
        return None
    label = ("name",) if s.words[place].startswith("rename") else ()
    value = stated(s, label, to + 1, len(s))
    return Ask("update", s.text, subject=mention(s, place + 1, to), details=(value,))
