"""Words compared as people write them: case, accents, plurals and slips of the keyboard do not count."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"""["“](?P<quote>[^"“”]+)["”]"""
    r"""|(?P<email>[\w.+%-]+@[\w-]+(?:\.[\w-]+)+)"""
    r"""|(?P<number>\d[\d.,:-]*\d(?!\w)|\d(?!\w))"""
    r"""|(?P<word>\w+(?:['’.&/-]\w+)*)"""
)
_IRREGULAR = {"people": "person", "persons": "person", "children": "child", "men": "man", "women": "woman"}


class Token(NamedTuple):
    """One word, number, address or quoted string of a text."""

    raw: str
    """as it was written, without quotation marks"""
    word: str
    """lower case, without accents, corrected; what is compared"""
    kind: str
    start: int
    end: int
    gap: str
    """what stands between it and the next one"""

    @property
    def stem(self) -> str:
        """The word without its plural."""
        return stem(self.word)

    @property
    def plain(self) -> bool:
        """Whether it is an ordinary word of the sentence and not a name or a value."""
        return self.kind == "word" and (self.raw[:1].islower() or self.raw == "I")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Lower case, without accents."""
    folded = unicodedata.normalize("NFKD", text.casefold()).replace("’", "'")
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The singular of a lower-case word, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "as")):
        return word
    if word.endswith("ies") and word != "series":
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1] if word != "series" else word


@lru_cache(maxsize=8192)
def stems(text: str) -> tuple[str, ...]:
    """The stems of an identifier or a phrase: `InvoiceLines`, `invoice_lines`, `Invoice lines` -> invoice, line."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return tuple(stem(word) for word in re.findall(r"[^\W_]+", plain(spaced)))


def folded(text: object) -> str:
    """A value for comparison: lower case, no accents, single spaces, no punctuation."""
    return " ".join(re.findall(r"\w+", plain(str(text))))


class Speller:
    """Puts slips of the keyboard right, towards the words it knows."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= 4:
                for variant in (word, *_shorter(word)):
                    self._near.setdefault(variant, []).append(word)

    def corrected(self, word: str) -> str:
        """The known word that this one is, or is one slip away from; else the word itself."""
        if word in self._known or len(word) < 3 or not word.isalpha() or stem(word) in self._known:
            return word
        for variant in (word, *_shorter(word)):
            for candidate in self._near.get(variant, ()):
                if _one_slip(word, candidate):
                    return candidate
        return word


def tokens(text: str, speller: Speller) -> tuple[Token, ...]:
    """The tokens of a text; a contraction or possessive is cut off its word as a token of its own, `'s`."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        raw = match.group(kind)
        start, end = match.span()
        cut = re.fullmatch(r"(.+?)(['’](?:s|d|m|re|ll|ve))", raw) if kind == "word" else None
        if cut is not None:
            found.append(_token(cut.group(1), kind, start, start + len(cut.group(1)), speller))
            raw, start = cut.group(2).replace("’", "'"), start + len(cut.group(1))
        found.append(_token(raw, kind, start, end, speller))
    ends = [*(token.start for token in found[1:]), len(text)][: len(found)]
    return tuple(token._replace(gap=text[token.end : end]) for token, end in zip(found, ends, strict=True))


def _token(raw: str, kind: str, start: int, end: int, speller: Speller) -> Token:
    word = plain(raw)
    return Token(raw, speller.corrected(word) if kind == "word" else word, kind, start, end, "")


def similarity(one: str, other: str) -> float:
    """How alike two names are, by shared pairs of letters; 1 when they are the same."""
    a, b = folded(one), folded(other)
    if a == b:
        return 1.0
    left, right = _pairs(a), _pairs(b)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right)) * 0.99


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _shorter(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _one_slip(word: str, meant: str) -> bool:
    """Whether one letter was left out, doubled or added, swapped with its neighbour or, in a longer word, replaced."""
    if word[0] != meant[0] and sorted(word[:2]) != sorted(meant[:2]):
        return False
    if abs(len(word) - len(meant)) == 1:
        longer, shorter = sorted((word, meant), key=len, reverse=True)
        return shorter in _shorter(longer)
    if len(word) != len(meant):
        return False
    wrong = [i for i in range(len(word)) if word[i] != meant[i]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        return word[wrong[0]] == meant[wrong[1]] and word[wrong[1]] == meant[wrong[0]]
    return len(wrong) == 1 and len(word) >= 6
