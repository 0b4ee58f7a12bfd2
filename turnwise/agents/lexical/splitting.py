"""A message becomes sentences, each with one request at most."""

import re

from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.cues import SPOKEN, word_set
from turnwise.agents.lexical.sentence import Sentence

_BREAK = re.compile(r"(?<=[.!?])[\"”)]?\s+|\n+")
_SHORT = re.compile(r"(?i)(?:^|[\s.])(?:inc|ltd|co|corp|jr|sr|st|dr|mr|mrs|ms|no|vol|pt|feat|[a-z])\.$")
_LINKING = word_set("then also please after that could you can")
_OPENING = word_set(
    "tell list show find give check change update set add delete remove create put take look cancel what which how who"
)


def sentences(message: str, known: Catalogue) -> list[Sentence]:
    """The sentences of a message, without the leads that only announce them."""
    parts: list[str] = []
    for part in _pieces(message):
        if parts and not _starts(part, known):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return [Sentence(p, known) for whole in parts for p in _requests(whole, known) if p.strip()]


def _pieces(message: str) -> list[str]:
    """A message cut at full stops, but not at those of abbreviations and quoted titles."""
    pieces: list[str] = []
    for piece in _BREAK.split(message):
        short = pieces and _SHORT.search(pieces[-1]) and not piece[:1].isupper()
        if pieces and (short or pieces[-1].count('"') % 2):
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    return pieces


def _starts(piece: str, known: Catalogue) -> bool:
    """Whether a sentence can start like this; else it goes on, as in a title with a full stop in it."""
    s = Sentence(piece, known)
    return bool(s.tokens) and (s.tokens[0].plain or s.words[0] in SPOKEN or s.tag(0) is not None)


def _requests(whole: str, known: Catalogue) -> list[str]:
    """A sentence without its lead (`New topic: ...`), and in two where it asks for two things."""
    s = Sentence(whole, known)
    for i, token in enumerate(s.tokens[:-1]):
        if token.kind == "word" and token.gap.lstrip().startswith(":"):
            if s.nouns(0, i + 1) or s.labels(0, i + 1):
                break
            return [whole[: token.end], *_requests(whole[token.end + 1 :], known)]
    for i in range(3, len(s) - 2):
        if s.says(i, {"and", "then"}) and s.inside(i) is None and s.tags and s.tags[0].start < i and _asks(s, i + 1):
            return [whole[: s.tokens[i - 1].end], *_requests(whole[s.tokens[i].end :], known)]
    return [whole]


def _asks(s: Sentence, place: int) -> bool:
    """Whether another request starts at a token."""
    if s.says(place, {"i"}) and s.says(place + 1, {"need", "want", "would", "'d"}):
        return True
    while s.says(place, _LINKING):
        place += 1
    return s.says(place, _OPENING)
