"""A message becomes what it asks and remarks: split into sentences, each read by the first reader that fits."""

import re
from functools import lru_cache

from turnwise.models import commands, questions
from turnwise.models.asks import Ask, Remark
from turnwise.models.catalogue import Catalogue
from turnwise.models.cues import BACK, SPOKEN, WH
from turnwise.models.details import details, label_of, stated
from turnwise.models.matching import plain
from turnwise.models.mentions import mention
from turnwise.models.sentence import Sentence

_READERS = (
    commands.create,
    commands.link,
    commands.unlink,
    commands.delete,
    commands.update,
    commands.vague,
    questions.count,
    questions.rank,
    questions.extreme,
    questions.total,
    questions.listing,
    questions.detail,
)
_BREAK = re.compile(r"(?<=[.!?])[\"”)]?\s+|\n+")
_SHORT = re.compile(r"(?i)(?:^|[\s.])(?:inc|ltd|co|corp|jr|sr|st|dr|mr|mrs|ms|no|vol|pt|feat|[a-z])\.$")
_VERBS = frozenset(
    [
        "tell",
        "list",
        "show",
        "find",
        "give",
        "check",
        "change",
        "update",
        "set",
        "add",
        "delete",
        "remove",
        "create",
        "put",
        "take",
        "look",
        "cancel",
        "what",
        "which",
        "how",
        "who",
        "i",
        "can",
        "could",
        "please",
    ]
)
_YES = frozenset(
    ["yes", "yeah", "yep", "yup", "sure", "correct", "right", "ok", "okay", "absolutely", "exactly", "definitely"]
)
_NO = re.compile(r"\b(?:never ?mind|forget (?:it|about)|leave (?:it|that)|drop (?:it|that)|don't bother)\b")
_CHECK = re.compile(
    r"\b(?:(?:is|has|was|did|are) (?:that|it|this|the change)\b.*\b(?:sav|done|go(?:ne)?|went|work|in|through|change|updat)|just check)"
)
_AGAIN = re.compile(
    r"\b(?:are you there|anyone there|still there|did(?:n't| not) (?:get|see) (?:an|any)|nothing came|no answer|see an answer|did you get that)\b"
)
_MEANT = re.compile(r"\b(?:meant|mean|thinking of|should have said|make that|make it)\b")


@lru_cache(maxsize=4096)
def read(message: str, known: Catalogue) -> tuple[Ask | Remark, ...]:
    """What a message says, in order."""
    return tuple(_read(sentence) for sentence in _sentences(message, known))


def _read(s: Sentence) -> Ask | Remark:
    remark = _remark(s)
    if remark is not None:
        return remark
    if not s.tags and (s.find(WH) is None or all(t.word in SPOKEN or t.word.startswith("'") for t in s.tokens)):
        return Remark("talk", s.text)
    for reader in _READERS:
        ask = reader(s)
        if ask is not None:
            return ask
    found = details(s, 0, len(s))
    if found:
        return Remark("details", s.text, found)
    return Ask("other", s.text) if s.find(WH) is not None else Remark("talk", s.text)


def _remark(s: Sentence) -> Remark | None:
    """What a sentence says if it is no request."""
    text = plain(s.text)
    if _NO.search(text):
        return Remark("decline", s.text)
    if _AGAIN.search(text):
        return Remark("again", s.text)
    if _CHECK.search(text) and not s.labels() and not s.nouns():
        return Remark("check", s.text)
    corrected = _corrected(s, text)
    if corrected is not None:
        return corrected
    if s.words and s.words[0] in _YES:
        found = details(s, 1, len(s)) if s.tags else ()
        if s.tags and s.tags[0].start <= 4 and found:
            return Remark("details", s.text, found)
        return None if s.tags else Remark("confirm", s.text)
    if plain(s.text).startswith(("go ahead", "please do", "do it")):
        return Remark("confirm", s.text)
    return _supplied(s)


def _corrected(s: Sentence, text: str) -> Remark | None:
    """`I meant the album X, not Y`, `actually, make the phone +1 ... instead`, `the city should be Paris`"""
    end = _without_first(s)
    should = next(
        (
            i
            for i in range(len(s))
            if s.says(i, {"should", "supposed", "must", "has", "needs"}) and s.find({"be"}, i, i + 4)
        ),
        None,
    )
    first = next(
        (t for t in s.labels() if s.opens(t.start) or s.says(t.start - 1, {"make", "the", "change", "set"})), None
    )
    if first is not None and first.start <= 6 and (should is not None and should >= first.end):
        be = s.find({"be"}, should) or should
        return Remark("instead", s.text, (stated(s, label_of(first), be + 1, end),))
    making = s.find({"make"})
    if (
        making is not None
        and first is not None
        and making < first.start <= making + 2
        and s.find({"instead", "actually", "wait", "second", "rather"}) is not None
    ):
        return Remark("instead", s.text, (stated(s, label_of(first), first.end, end),))
    meant = _MEANT.search(text)
    if meant is not None:
        place = next((i for i, t in enumerate(s.tokens) if t.start >= meant.end()), len(s))
        return Remark("instead", s.text, subject=mention(s, place, end)) if place < end else None
    if (
        len(s) > 3
        and s.says(len(s) - 1, {"need", "want", "mean"})
        and s.find({"actually", "hmm", "sorry", "wait"}) is not None
    ):
        place = next((i for i in range(len(s)) if s.words[i] in ("'s", "is")), None)
        stop = s.rfind({"i"}) or len(s)
        return Remark("instead", s.text, subject=mention(s, place + 1, stop)) if place is not None else None
    return None


def _without_first(s: Sentence) -> int:
    """Where a correction ends: before `, not Y`."""
    for i in reversed(range(2, len(s))):
        if s.says(i, {"not"}) and "," in s.tokens[i - 1].gap:
            return i
    return len(s)


def _supplied(s: Sentence) -> Remark | None:
    """Values and nothing else: `due date 2026-01-03, member Ana Silva`, `and also genre Jazz`, `it's the album X`."""
    place = 0
    while place < len(s) and s.says(
        place,
        {
            "and",
            "also",
            "plus",
            "it",
            "'s",
            "sure",
            "of",
            "course",
            "right",
            "here",
            "you",
            "go",
            "that",
            "would",
            "be",
            "the",
            "other",
            "details",
            "rest",
            "for",
            "are",
            "i",
            "should",
            "forgot",
            "to",
            "say",
            "one",
            "more",
            "detail",
        }
        - set(),
    ):
        if (s.says(place, BACK) and s.tag(place + 1)) or (s.says(place, {"the"}) and s.tag(place + 1)):
            break
        place += 1
        if s.says(place, {"add"}) and s.says(place - 1, {"should", "to"}):
            place += 1
    tag = s.tag(place + 1) if s.says(place, {"the", *BACK}) else s.tag(place)
    if tag is None or (not tag.label and not tag.noun) or tag.end >= len(s):
        return None
    after = s.tokens[tag.end]
    value = after.kind != "word" or after.raw[:1].isupper() or s.says(tag.end, {"is"})
    if s.text.rstrip().endswith("?") or not (value or place > 0) or s.says(tag.end, {"of", "for"}):
        return None
    found = details(s, place, len(s))
    if found and s.find({"thanks", "noted", "then", "see", "so", "good", "ok", "okay"}) in (None, 0):
        return Remark("details", s.text, found)
    return None


def _sentences(message: str, known: Catalogue) -> list[Sentence]:
    parts: list[str] = []
    for part in _pieces(message):
        if parts and not _starts(part, known):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return [Sentence(p, known) for whole in parts for p in _split(whole, known) if p.strip()]


def _pieces(message: str) -> list[str]:
    pieces: list[str] = []
    for piece in _BREAK.split(message):
        if pieces and ((_SHORT.search(pieces[-1]) and not piece[:1].isupper()) or pieces[-1].count('"') % 2):
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    return pieces


def _starts(piece: str, known: Catalogue) -> bool:
    """Whether a sentence can start like this, or a title with a full stop in it goes on."""
    s = Sentence(piece, known)
    return bool(s.tokens) and (
        s.tokens[0].plain or s.words[0] in SPOKEN or s.tag(0) is not None or s.words[0] in _VERBS | _YES
    )


def _split(whole: str, known: Catalogue) -> list[str]:
    """A sentence without its lead, in parts where it makes several requests."""
    s = Sentence(whole, known)
    colon = next(
        (i for i in range(len(s) - 1) if s.tokens[i].gap.lstrip().startswith(":") and s.tokens[i].kind == "word"), None
    )
    if colon is not None and not s.nouns(0, colon + 1) and not s.labels(0, colon + 1):
        return [whole[: s.tokens[colon].end], *_split(whole[s.tokens[colon].end + 1 :], known)]
    for i in range(3, len(s) - 2):
        if s.says(i, {"and", "then"}) and s.tags and s.tags[0].start < i:
            place = i + 1
            while s.says(place, {"then", "also", "please", "after", "that", "could", "you", "can"}):
                place += 1
            if (s.says(place, _VERBS) and s.inside(i) is None and not s.says(place, {"i"})) or (
                s.says(i + 1, {"i"}) and s.says(i + 2, {"need", "want", "would", "'d"})
            ):
                return [whole[: s.tokens[i - 1].end], *_split(whole[s.tokens[i].end :], known)]
    return [whole]
