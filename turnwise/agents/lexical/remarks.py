"""What people say that is no request of its own: thanks, yes, a value asked for, a word of correction."""

import re

from turnwise.agents.lexical.asks import Detail, Remark
from turnwise.agents.lexical.cues import BACK, YES, word_set
from turnwise.agents.lexical.details import details, label_of, stated
from turnwise.agents.lexical.matching import plain
from turnwise.agents.lexical.mentions import mention
from turnwise.agents.lexical.sentence import Sentence, Tag

_NO = re.compile(r"\b(?:never ?mind|forget (?:it|about)|leave (?:it|that)|drop (?:it|that)|don't bother)\b")
_CHECK = re.compile(
    r"\b(?:is|has|was|did|are) (?:that|it|this|the change)\b.*\b(?:sav|done|go(?:ne)?|went|work|in|through|change|updat)"
    r"|\bjust check"
)
_AGAIN = re.compile(
    r"\b(?:are you there|anyone there|still there|did(?:n't| not) (?:get|see) (?:an|any)|nothing came|no answer"
    r"|see an answer|did you get that)\b"
)
_MEANT = re.compile(r"\b(?:meant|mean|thinking of|should have said|make that|make it)\b")
_RETHINKING = word_set("instead actually wait second rather hmm sorry")
_LEADING = word_set(
    "and also plus it 's sure of course right here you go that would be the other details rest for are i should forgot to "
    "say one more detail"
)
_HEARD = word_set("thanks noted then see so good ok okay")


def remark(s: Sentence) -> Remark | None:
    """What a sentence remarks; None when it is a request."""
    text = plain(s.text)
    if _NO.search(text):
        return Remark("decline", s.text)
    if _AGAIN.search(text):
        return Remark("again", s.text)
    if _CHECK.search(text) and not s.labels() and not s.nouns():
        return Remark("check", s.text)
    return _value_corrected(s) or _subject_corrected(s, text) or _agreed(s, text) or _supplied(s)


def _value_corrected(s: Sentence) -> Remark | None:
    """`the city should be Paris, not Rome`, `actually, make the phone +1 ... instead`"""
    first = next((t for t in s.labels(0, 9) if _stands_out(s, t)), None)
    if first is None:
        return None
    end = _without_first(s)
    be = s.find({"be"}, first.end, first.end + 5)
    if be is not None and s.find({"should", "supposed", "must", "has", "needs"}, first.end, be) is not None:
        return Remark("instead", s.text, (stated(s, label_of(first), be + 1, end),))
    making = s.find({"make"}, 0, first.start)
    if making is not None and first.start - making <= 2 and s.find(_RETHINKING) is not None:
        return Remark("instead", s.text, (stated(s, label_of(first), first.end, end),))
    return None


def _stands_out(s: Sentence, tag: Tag) -> bool:
    return s.opens(tag.start) or s.says(tag.start - 1, {"make", "the", "change", "set"})


def _subject_corrected(s: Sentence, text: str) -> Remark | None:
    """`I meant the album X, not Y`, `hmm, it's the track "X" I need`"""
    end = _without_first(s)
    meant = _MEANT.search(text)
    if meant is not None:
        place = next((i for i, t in enumerate(s.tokens) if t.start >= meant.end()), end)
        return Remark("instead", s.text, subject=mention(s, place, end)) if place < end else None
    if s.says(len(s) - 1, {"need", "want", "mean"}) and s.find(_RETHINKING) is not None:
        place = next((i for i in range(len(s)) if s.words[i] in ("'s", "is")), len(s))
        stop = s.rfind({"i"}) or len(s)
        return Remark("instead", s.text, subject=mention(s, place + 1, stop)) if place < stop else None
    return None


def _without_first(s: Sentence) -> int:
    """Where a correction ends: before `, not Y`."""
    for i in reversed(range(2, len(s))):
        if s.says(i, {"not"}) and "," in s.tokens[i - 1].gap:
            return i
    return len(s)


def _agreed(s: Sentence, text: str) -> Remark | None:
    """`yes, go ahead`; a yes before values or a request is only its lead."""
    if not s.tags and (text.startswith(("go ahead", "please do", "do it")) or (s.words and s.words[0] in YES)):
        return Remark("confirm", s.text)
    return None


def _supplied(s: Sentence) -> Remark | None:
    """Values and nothing else: `due date 2026-01-03, member Ana Silva`, `and also genre Jazz`, `it's the album X`."""
    place = _lead(s)
    tag = s.tag(place + 1) if s.says(place, {"the", *BACK}) else s.tag(place)
    if tag is None or tag.end >= len(s) or s.text.rstrip().endswith("?") or s.says(tag.end, {"of", "for"}):
        return None
    after = s.tokens[tag.end]
    if place == 0 and after.kind == "word" and not after.raw[:1].isupper() and not s.says(tag.end, {"is"}):
        return None
    found: tuple[Detail, ...] = details(s, place, len(s))
    if not found or s.find(_HEARD) not in (None, 0):
        return None
    return Remark("details", s.text, found)


def _lead(s: Sentence) -> int:
    """Where the values start: past `sure,`, `and also`, `I should add:`."""
    place = 0
    while s.says(place, _LEADING | YES) or (s.says(place, {"add"}) and s.says(place - 1, {"should", "to"})):
        if s.says(place, {"the", *BACK}) and s.tag(place + 1) is not None:
            break
        place += 1
    return place
