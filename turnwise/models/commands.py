"""Commands: what a sentence wants done. Each reader gives an Ask, or None when the sentence is not of its kind."""

from turnwise.models.asks import Ask, Detail, Mention
from turnwise.models.cues import ARTICLES, BACK, CHANGE, CREATE, DELETE, LINK, UNLINK, WH
from turnwise.models.details import details, label_of, stated
from turnwise.models.mentions import mention, speaks_of
from turnwise.models.sentence import Sentence, Tag

_ONTO = {"to", "on", "onto", "into", "in"}
_OFF = {"from", "off", "of", "out"}
_PASSIVE = {"have", "need", "want", "like", "get", "had", "please", "of"}


def create(s: Sentence) -> Ask | None:
    """`add a new track: name X, album Y`, `register a member called Ana Silva`"""
    cue = _cue(s, CREATE | {"create"})
    if cue is None:
        return None
    noun = next((t for t in s.nouns(cue) if s.known.having("create", s.known.entity(t.noun))), None)
    if noun is None or noun.start - cue > 5:
        return None
    new = s.find({"new"}, 0, noun.start) is not None
    one = s.says(noun.start - 1, {"a", "an", "another"})
    plain = s.says(cue, {"create", "register", "insert", "record", "open", "book", "schedule", "enter"}) and s.says(
        noun.start - 1, ARTICLES | {"create", "register", "insert", "open", "book", "schedule"}
    )
    if not (new or one or plain):
        return None
    return Ask("create", s.text, noun.noun, details=_with(s, noun.end, s.known.entity(noun.noun)))


def link(s: Sentence) -> Ask | None:
    """`put the track X on the playlist Y`"""
    return _joined(s, "link", LINK, _ONTO)


def unlink(s: Sentence) -> Ask | None:
    """`take the track X off the playlist Y`"""
    return _joined(s, "unlink", UNLINK, _OFF)


def delete(s: Sentence) -> Ask | None:
    """`delete invoice line 98`, `I need the booking 12 cancelled`"""
    cue = _cue(s, DELETE)
    if cue is None:
        return None
    if s.words[cue].endswith("d") and (s.says(cue - 1, {"to", "as", "is", "with"}) or s.inside(cue - 1)):
        began = s.find(CHANGE | {"with", "where", "status"}, 0, cue)
        if began is not None or s.says(cue - 1, {"as"}):
            return None
    start, end = cue + 1, len(s)
    if not speaks_of(s, start):
        start, end = _passive(s, cue), cue
    if s.says(end - 1, {"permanently"}):
        end -= 1
    return Ask("delete", s.text, subject=mention(s, start, end))


def update(s: Sentence) -> Ask | None:
    """`change the phone of Ana Silva to +1 555 and the city to Paris`, `I'd like to have the price of X changed to 5`"""
    cue = _cue(s, CHANGE)
    if cue is None:
        return None
    starts = [t for t in s.labels() if _assigns(s, t, cue)]
    if not starts:
        return _renamed(s, cue)
    subject: Mention | None = None
    found: list[Detail] = []
    for tag, after in zip(starts, [*starts[1:], None], strict=True):
        stop = len(s) if after is None else _before(s, after)
        to = _to(s, tag.end, stop)
        if to is None:
            if found or not (tag.end < stop and not s.says(tag.end, {"of", "for"})):
                about = _about(s, tag.end, stop)
                subject = subject or about
                continue
            found.append(stated(s, label_of(tag), tag.end, stop))
            continue
        found.append(stated(s, label_of(tag), to + 1, stop))
        subject = subject or _about(s, tag.end, to)
    subject = subject or _owner(s, starts[0], cue)
    return Ask("update", s.text, subject=subject or Mention(back=True), details=tuple(found))


def vague(s: Sentence) -> Ask | None:
    """`change something about the customer X`"""
    cue = _cue(s, CHANGE)
    about = s.find({"about", "of", "for"}, cue) if cue is not None else None
    if about is None or not speaks_of(s, about + 1):
        return None
    end = len(s) - 1 if s.says(len(s) - 1, CHANGE) else len(s)
    return Ask("update", s.text, subject=mention(s, about + 1, end))


def _cue(s: Sentence, cues: frozenset[str]) -> int | None:
    """The word that commands, unless the sentence asks a question before it."""
    cue = next((i for i in range(len(s)) if s.says(i, cues) and not _names(s, i)), None)
    if cue is None or s.find(WH - {"whose", "where", "when"}, 0, cue) is not None:
        return None
    return cue


def _passive(s: Sentence, cue: int) -> int:
    """Where the thing begins that is to be added or deleted, when it stands before the verb."""
    begin = s.rfind({"have"}, 0, cue)
    if begin is None:
        begin = s.rfind({"want", "need", "like", "get"}, 0, cue)
    start = begin + 1 if begin is not None else 0
    while s.says(start, {"to", "be"}):
        start += 1
    return start


def _names(s: Sentence, place: int) -> bool:
    """Whether a word names a noun, or is part of a longer name of a field."""
    tag = s.inside(place)
    return tag is not None and (bool(tag.noun) or tag.end - tag.start > 1)


def _with(s: Sentence, place: int, noun: str) -> tuple[Detail, ...]:
    end = len(s)
    while place < end and s.says(place, {"with", "for", "having", "where", "whose", "added", "created", "entered"}):
        place += 1
    if place < end and not s.tag(place) and not s.says(place, BACK | ARTICLES | {"named", "called", "titled"}):
        stop = next((i for i in range(place + 1, end) if s.opens(i) or s.says(i, {"with", "by", "for", "to"})), end)
        first = Detail(("name",), s.raw(place, stop), mention(s, place, stop))
        return (first, *details(s, stop + (stop < end and s.says(stop, {"with", "by", "for", "to"})), end))
    return details(s, place, end)


def _joined(s: Sentence, kind: str, cues: frozenset[str], joints: set[str]) -> Ask | None:
    cue = _cue(s, cues)
    if cue is None:
        return None
    targets = {a.over: a for a in s.known.having(kind)}
    for joint in reversed(range(cue, len(s) - 1)):
        if not s.says(joint, joints):
            continue
        target = next((t for t in s.nouns(joint) if t.start - joint <= 2), None)
        back = s.says(joint + 1, BACK)
        if (target is not None and s.known.entity(target.noun) in targets) or (back and target is None and targets):
            return _join(s, kind, cue, joint)
    return None


def _join(s: Sentence, kind: str, cue: int, joint: int) -> Ask:
    start = cue + 1
    end = joint - 1 if joint - 1 > start and s.says(joint - 1, {"out", "off"}) else joint
    if start >= end or not any(True for _ in s.tokens[start:end]):
        start, end = _passive(s, cue), cue
    extra = s.find({"with"}, joint + 1)
    stop = len(s)
    found: tuple[Detail, ...] = ()
    if extra is not None and any(s.labels(extra)):
        stop, found = extra, details(s, extra + 1, len(s))
    comma = next((i for i in range(joint + 2, stop) if s.opens(i) and s.tag(i) and s.tag(i).label), None)  # type: ignore[union-attr]
    if comma is not None and not found:
        stop, found = comma, details(s, comma, len(s))
    target = mention(s, joint + 1, stop)
    kinds = {"link": "link", "unlink": "unlink"}
    return Ask(kinds[kind], s.text, subject=mention(s, start, end), target=target, details=found)  # type: ignore[arg-type]


def _assigns(s: Sentence, tag: Tag, cue: int) -> bool:
    """Whether a field name starts a change: behind the command, an article after `and`, or a possessive."""
    if tag.start < cue and not s.says(
        cue, {"changed", "updated", "set", "modified", "corrected", "edited", "adjusted", "made", "moved"}
    ):
        return False
    place = tag.start
    while s.says(place - 1, ARTICLES | {"its", "their", "his", "her"}):
        place -= 1
    if s.says(place - 1, {"of", "for", "to", "that", "this", "on"}):
        return False
    if place - 1 == cue or s.opens(place) or s.words[place - 1] == "'s":
        return True
    return tag.start < cue and s.says(place - 1, _PASSIVE)


def _before(s: Sentence, after: Tag) -> int:
    stop = after.start
    while s.says(stop - 1, ARTICLES | {"and", "its", "their", "his", "her", "also", "plus"}):
        stop -= 1
    return stop


def _to(s: Sentence, start: int, stop: int) -> int | None:
    """The word before the new value: behind `changed` if there is one, else the one that leaves a plain value."""
    places = [i for i in range(start, stop - 1) if s.says(i, {"to", "as", "into"})]
    passive = [i for i in places if s.says(i - 1, CHANGE | {"be"})]
    if passive:
        return passive[0]
    if len(places) > 1 and s.tokens[places[-1] + 1].kind in ("number", "email", "quote"):
        return places[-1]
    return places[0] if places else None


def _about(s: Sentence, start: int, end: int) -> Mention | None:
    """What is changed: behind `of` or `for`."""
    while end > start and s.says(end - 1, CHANGE | {"be"}):
        end -= 1
    if s.says(start, {"of", "for", "on", "in"}):
        return mention(s, start + 1, end)
    return None


def _owner(s: Sentence, first: Tag, cue: int) -> Mention | None:
    """What is changed when it stands before the field: `Ana Silva's phone`, `for the track X, set the price`."""
    if s.words[first.start - 1] == "'s" and first.start - 1 > 0:
        begin = next((i for i in range(first.start - 1) if i > cue and speaks_of(s, i)), None)
        return mention(s, begin, first.start - 1) if begin is not None else None
    lead = s.find({"for", "on", "in", "of"}, 0, cue)
    if lead is not None and speaks_of(s, lead + 1):
        return mention(s, lead + 1, cue)
    named = next((t for t in s.nouns(cue, first.start)), None)
    if named is not None:
        return mention(s, named.start, _before(s, first))
    return None


def _renamed(s: Sentence, cue: int) -> Ask | None:
    """`rename the playlist X to Y`, `mark booking 5 as paid`: the field is not named."""
    to = s.rfind({"to", "as", "into"}, cue + 1, len(s) - 1)
    if to is None or not speaks_of(s, cue + 1):
        return None
    label = ("name",) if s.words[cue].startswith("rename") else ()
    return Ask("update", s.text, subject=mention(s, cue + 1, to), details=(stated(s, label, to + 1, len(s)),))
