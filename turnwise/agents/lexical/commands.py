"""Commands to add, join, take off and delete. Each reader gives an Ask, or None when the sentence is not of its kind."""

from typing import Literal

from turnwise.agents.lexical.asks import Ask, Detail
from turnwise.agents.lexical.cues import ARTICLES, BACK, CHANGE, CREATE, DELETE, LINK, UNLINK, WH
from turnwise.agents.lexical.details import details
from turnwise.agents.lexical.mentions import mention, speaks_of
from turnwise.agents.lexical.sentence import Sentence, Tag

_ONTO = frozenset({"to", "on", "onto", "into", "in"})
_OFF = frozenset({"from", "off", "of", "out"})
_MAKING = frozenset({"create", "register", "insert", "record", "open", "book", "schedule", "enter"})
_JOINTS = frozenset({"with", "by", "for", "to"})


def create(s: Sentence) -> Ask | None:
    """`add a new track: name X, album Y`, `register a member called Ana Silva`"""
    place = cue(s, CREATE)
    if place is None:
        return None
    noun = next((t for t in s.nouns(place) if s.known.having("create", s.known.entity(t.noun))), None)
    if noun is None or noun.start - place > 5 or not _new(s, place, noun):
        return None
    return Ask("create", s.text, noun.noun, details=_with(s, noun.end))


def link(s: Sentence) -> Ask | None:
    """`put the track X on the playlist Y`"""
    return _joined(s, "link", LINK, _ONTO)


def unlink(s: Sentence) -> Ask | None:
    """`take the track X off the playlist Y`"""
    return _joined(s, "unlink", UNLINK, _OFF)


def delete(s: Sentence) -> Ask | None:
    """`delete invoice line 98`, `I need the booking 12 cancelled`"""
    place = cue(s, DELETE)
    if place is None or _value(s, place):
        return None
    start, end = place + 1, len(s)
    if not speaks_of(s, start):
        start, end = _passive(s, place), place
    return Ask("delete", s.text, subject=mention(s, start, end))


def cue(s: Sentence, cues: frozenset[str]) -> int | None:
    """The word that commands, unless the sentence asks a question before it."""
    place = next((i for i in range(len(s)) if s.says(i, cues) and not _names(s, i)), None)
    if place is None or s.find(WH - {"whose", "where", "when"}, 0, place) is not None:
        return None
    return place


def _names(s: Sentence, place: int) -> bool:
    """Whether a word names a noun, or is part of a longer name of a field."""
    tag = s.inside(place)
    return tag is not None and (bool(tag.noun) or tag.end - tag.start > 1)


def _value(s: Sentence, place: int) -> bool:
    """Whether a word like `cancelled` is the value of a field and no command."""
    if not s.words[place].endswith("d"):
        return False
    changed = s.find(CHANGE | {"with", "where"}, 0, place) is not None
    return s.says(place - 1, {"as"}) or (
        changed and (s.says(place - 1, {"to", "is"}) or s.inside(place - 1) is not None)
    )


def _new(s: Sentence, place: int, noun: Tag) -> bool:
    """Whether one more of a noun is to be made, rather than one that exists put somewhere."""
    if s.find({"new"}, 0, noun.start) is not None or s.says(noun.start - 1, {"a", "an", "another"}):
        return True
    return s.says(place, _MAKING) and s.says(noun.start - 1, ARTICLES | _MAKING)


def _with(s: Sentence, place: int) -> tuple[Detail, ...]:
    """The values of what is made; words right behind the noun are its name."""
    end = len(s)
    while s.says(place, {"with", "for", "in", "at", "by", "having", "where", "whose", "added", "created", "entered"}):
        place += 1
    if place < end and not s.tag(place) and not s.says(place, BACK | ARTICLES | {"named", "called", "titled"}):
        stop = next((i for i in range(place + 1, end) if s.opens(i) or s.says(i, _JOINTS)), end)
        name = Detail(("name",), s.raw(place, stop), mention(s, place, stop))
        return (name, *details(s, stop + int(s.says(stop, _JOINTS)), end))
    return details(s, place, end)


def _joined(s: Sentence, kind: Literal["link", "unlink"], cues: frozenset[str], joints: frozenset[str]) -> Ask | None:
    place = cue(s, cues)
    targets = {s.known.entity(a.over) for a in s.known.having(kind)}
    if place is None or not targets:
        return None
    for joint in reversed(range(place, len(s) - 1)):
        if s.says(joint, joints) and _targeted(s, joint, targets):
            start, end = place + 1, joint - int(s.says(joint - 1, {"out", "off"}))
            if start >= end:
                start, end = _passive(s, place), place
            stop, extra = _extra(s, joint + 1)
            target = mention(s, joint + 1, stop)
            return Ask(kind, s.text, subject=mention(s, start, end), target=target, details=extra)
    return None


def _targeted(s: Sentence, joint: int, targets: set[str]) -> bool:
    """Whether something that others can be put on follows a preposition."""
    noun = next((t for t in s.nouns(joint) if t.start - joint <= 2), None)
    return s.known.entity(noun.noun) in targets if noun is not None else s.says(joint + 1, BACK)


def _extra(s: Sentence, start: int) -> tuple[int, tuple[Detail, ...]]:
    """Where the target ends, and the values stated behind it: `... with quantity 2`."""
    for place in range(start + 1, len(s)):
        tag = s.tag(place)
        if tag is not None and tag.label and s.opens(place):
            return place - int(s.says(place - 1, {"with", "and"})), details(s, place, len(s))
    return len(s), ()


def _passive(s: Sentence, place: int) -> int:
    """Where the thing begins that is to be added or deleted, when it stands before the verb."""
    begin = s.rfind({"have"}, 0, place)
    if begin is None:
        begin = s.rfind({"want", "need", "like", "get"}, 0, place)
    start = begin + 1 if begin is not None else 0
    while s.says(start, {"to", "be"}):
        start += 1
    return start
