"""How things are spoken of in a stretch of a sentence: `the track "Foo"`, `invoice #98`, `that customer`."""

from turnwise.agents.lexical.asks import Mention
from turnwise.agents.lexical.cues import ARTICLES, BACK
from turnwise.agents.lexical.sentence import Sentence

_SEVERAL = frozenset({"all", "every", "each", "both"})
_CALLED = {"number", "no", "nr", "id", "called", "named", "titled", "entitled", "with", "name", "title"}


def mention(s: Sentence, start: int, end: int) -> Mention | None:
    """What the tokens from start to end speak of; None when there are none."""
    if start < end and s.says(start, _SEVERAL) and s.nouns(start + 1, end):
        return Mention(noun=s.nouns(start + 1, end)[0].noun, several=True)
    while start < end and s.says(start, ARTICLES):
        start += 1
    if start >= end:
        return None
    if s.says(start, BACK):
        return _pointed(s, start, end)
    possessor = next((i for i in range(start + 1, end) if s.words[i] == "'s" and i + 1 < end), None)
    owned = s.tag(possessor + 1) if possessor is not None else None
    if owned is not None and owned.noun and owned.end >= end:
        return Mention(noun=owned.noun, whose=mention(s, start, possessor or end))
    tag = s.tag(start)
    if tag is not None and tag.noun and tag.end <= end:
        return _typed(s, tag.noun, tag.end, end)
    last = next((t for t in s.nouns(start, end) if t.end == end), None)
    if last is not None and not last.plural:
        return Mention(noun=last.noun, name=s.raw(start, last.start))
    return Mention(name=_unmarked(s.raw(start, end)))


def _unmarked(name: str) -> str:
    """A number without its mark: `#98`."""
    return name[1:] if name.startswith("#") and name[1:].isdigit() else name


def _pointed(s: Sentence, start: int, end: int) -> Mention:
    tag = s.tag(start + 1)
    if tag is not None and tag.noun and tag.end <= end:
        possessor = tag.end < end and s.words[tag.end] == "'s"
        named = _typed(s, tag.noun, tag.end + int(possessor), end)
        # `this album Facelift` names it after all
        if named.name and not possessor and not s.tokens[tag.end].plain:
            return named
        return Mention(noun=tag.noun, back=True)
    return Mention(back=True)


def _typed(s: Sentence, noun: str, place: int, end: int) -> Mention:
    """A mention whose noun is known: what follows is its name, another noun for it, or whose it is."""
    if s.says(place, {"of", "for", "on", "from"}) and place + 1 < end:
        return Mention(noun=noun, whose=mention(s, place + 1, end))
    while place < end and (s.says(place, _CALLED) or s.says(place, ARTICLES)):
        place += 1
    if s.says(place, BACK - {"one"}) and place + 1 < end and s.tag(place + 1) is not None:
        return _pointed(s, place, end)
    tag = s.tag(place)
    if tag is not None and tag.noun and tag.end < end:
        return _typed(s, tag.noun, tag.end, end)
    name = _unmarked(s.raw(place, end))
    return Mention(noun=noun, name=name, back=not name)


def speaks_of(s: Sentence, place: int) -> bool:
    """Whether a mention can start at a token: a noun, a name, a number, or a word that points back."""
    while s.says(place, ARTICLES | _SEVERAL):
        place += 1
    if place >= len(s.tokens):
        return False
    token = s.tokens[place]
    if token.kind != "word" or s.says(place, BACK - {"there", "one"}):
        return True
    tag = s.tag(place)
    return (tag is not None and bool(tag.noun)) or token.raw[:1].isupper()
