"""One sentence: its tokens, and which of them are nouns or field names that the tools know.

Knows nothing of what is asked; readers look at it.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.cues import ARTICLES, POLITE
from turnwise.agents.lexical.matching import Token, tokens

_LONGEST = 6
_BEFORE, _BEHIND = frozenset(' \t\n,;:"“”'), frozenset(' \t\n,.;:!?"“”')
"""What stands around a value and is no part of it."""
_ONE_OF = frozenset({"member", "record", "entry", "person"})
"""Words that add nothing to a noun before them: a staff member is one of the staff."""
_ABBREVIATED = frozenset({"inc", "ltd", "co", "corp", "bros", "jr", "sr"})


class Tag(NamedTuple):
    """Neighbouring tokens that name a noun, a field, or either."""

    start: int
    end: int
    phrase: str
    noun: str
    """the noun or role named; empty when it is only a field's name"""
    label: bool
    plural: bool


class Sentence:
    """A sentence and its tags."""

    def __init__(self, text: str, known: Catalogue) -> None:
        self.text = text
        self.known = known
        self.tokens: tuple[Token, ...] = tokens(text, known.speller)
        self.words = [t.word for t in self.tokens]
        self.tags = self._tagged()

    def __len__(self) -> int:
        return len(self.tokens)

    def find(self, wanted: Collection[str], start: int = 0, end: int | None = None) -> int | None:
        """Place of the first ordinary word that is wanted."""
        stop = len(self.tokens) if end is None else end
        return next((i for i in range(start, stop) if self.says(i, wanted)), None)

    def rfind(self, wanted: Collection[str], start: int = 0, end: int | None = None) -> int | None:
        """Place of the last ordinary word that is wanted."""
        stop = len(self.tokens) if end is None else end
        return next((i for i in reversed(range(start, stop)) if self.says(i, wanted)), None)

    def says(self, place: int, wanted: Collection[str]) -> bool:
        """Whether an ordinary word stands there, and it is one of these."""
        if not 0 <= place < len(self.tokens):
            return False
        token = self.tokens[place]
        return token.word in wanted and (token.plain or place == 0 or token.raw.startswith(("'", "’")))

    def stem(self, place: int) -> str:
        """The stem of a token; empty beyond the end."""
        return self.tokens[place].stem if 0 <= place < len(self.tokens) else ""

    def tag(self, place: int) -> Tag | None:
        """The tag that starts at a token."""
        return next((t for t in self.tags if t.start == place), None)

    def inside(self, place: int) -> Tag | None:
        """The tag that covers a token."""
        return next((t for t in self.tags if t.start <= place < t.end), None)

    def nouns(self, start: int = 0, end: int | None = None) -> list[Tag]:
        """The nouns between two tokens."""
        stop = len(self.tokens) if end is None else end
        return [t for t in self.tags if t.noun and start <= t.start and t.end <= stop]

    def labels(self, start: int = 0, end: int | None = None) -> list[Tag]:
        """The field names between two tokens."""
        stop = len(self.tokens) if end is None else end
        return [t for t in self.tags if t.label and start <= t.start and t.end <= stop]

    def opens(self, place: int) -> bool:
        """Whether a new part of a list may start at a token: after a comma, `and`, `with`, or at the start."""
        while place > 0 and self.words[place - 1] in ARTICLES | {"its", "their", "his", "her"}:
            place -= 1
        if place == 0 or re.search(r"[,:;(\n-]", self.tokens[place - 1].gap):
            return True
        return self.says(place - 1, {"and", "with", "plus", "also", "but", "where", "whose"})

    def raw(self, start: int, end: int) -> str:
        """What was written from one token to another, without what only ends the sentence."""
        while end > start and self._polite(end - 1, start):
            end -= 1
        if start >= end:
            return ""
        first, last = self.tokens[start], self.tokens[end - 1]
        if start + 1 == end and first.kind == "quote":
            return first.raw
        begin, stop = first.start, last.end
        least = self.tokens[start - 1].end if start else 0
        while begin > least and self.text[begin - 1] not in _BEFORE:
            begin -= 1
        while stop < last.end + len(last.gap) and self.text[stop] not in _BEHIND:
            stop += 1
        said = self.text[begin:stop]
        if last.gap.startswith(".") and (last.word in _ABBREVIATED or re.fullmatch(r"(?:\w\.)+\w", last.raw)):
            said += "."
        return said.strip()

    def _polite(self, place: int, start: int) -> bool:
        """Whether the last word only rounds a request off: `..., please`."""
        if place <= start or not self.says(place, POLITE | {"then", "too", "changed"}):
            return False
        return "," in self.tokens[place - 1].gap or self.words[place] in ("please", "instead")

    def _tagged(self) -> list[Tag]:
        tags: list[Tag] = []
        place = 0
        while place < len(self.tokens):
            tag = self._longest(place)
            if tag is not None:
                tags.append(tag)
            place = tag.end if tag is not None else place + 1
        return tags

    def _longest(self, place: int) -> Tag | None:
        for end in range(min(place + _LONGEST, len(self.tokens)), place, -1):
            part = self.tokens[place:end]
            if not all(self._ordinary(i, end) for i in range(place, end)):
                continue
            if any(re.search(r"[^\s_-]", token.gap) for token in part[:-1]):
                continue
            words = tuple(token.stem for token in part)
            phrase = " ".join(words)
            label = self.known.label(words)
            if phrase in self.known.nouns or phrase in self.known.roles:
                longer = end < len(self.tokens) and self.tokens[end].stem in _ONE_OF and self._ordinary(end, end + 1)
                end += int(longer and not part[-1].gap.strip())
                last = self.tokens[end - 1]
                return Tag(place, end, phrase, phrase, label is not None, last.word != last.stem)
            if label is not None:
                return Tag(place, end, " ".join(label), "", True, part[-1].word != part[-1].stem)
        return None

    def _ordinary(self, place: int, end: int) -> bool:
        token = self.tokens[place]
        if token.kind != "word":
            return False
        if token.plain or place == 0:
            return True
        follows = self.tokens[end].kind if end < len(self.tokens) else ""
        return follows == "number" and not self.tokens[place - 1].plain
