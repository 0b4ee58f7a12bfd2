"""Names and other texts: whether one stands in another, however it is spelt, and where. Knows no numbers and no days."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from turnwise.values.text import ascii_signs, normalised

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|&")
_TITLES = ("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})
_PERSON = re.compile(r"(?:[A-Z][\w'-]*\.? ?){2,3}")
_CAPITAL = re.compile(r"[A-Z][\w'-]*\W*$"), re.compile(r" [A-Z]")
_MARKS = re.compile(r"\W*$")
_SPELLINGS = (
    (re.compile(r"ll(?=e[dr]s?$|ing$|ation$|ors?$)"), "l"), (re.compile(r"is(?=e[dsr]?s?$|ing$|ations?$)"), "iz"),
    (re.compile(r"(?<=\w\w)our(?=s?$|ed$|ing$|ite)"), "or"), (re.compile(r"tre(?=s?$)"), "ter"), (re.compile(r"^grey"), "gray"),
)  # fmt: skip
"""British ways to spell, and those of America: cancelled and canceled are one word."""
_GOES_ON = re.compile(
    r"-\w| (?!(?:The|It|I|He|She|Her|His|They|We|And|Is|Has|On|At|In|For|From|Their|Its|This|That|Yes|No)\b)[A-Z][a-z]+\b"
)
_SHORTEST_RUN = 6
"""letters from which on a name written in one word, JohnSmith, is no other word"""


class _Words(NamedTuple):
    """The words of a text in one string, each with a blank before and after it, and where they stand."""

    joined: str
    offsets: tuple[int, ...]
    """of each word in `joined`"""
    spans: tuple[tuple[int, int], ...]
    """of each word in the text"""


def find_text(text: str, value: str) -> Iterator[tuple[int, int]]:
    """Where a text holds another, in any usual spelling: case, accents, apostrophes; of names, initials and order too.

    Yields:
        Start and end in the text.
    """
    forms, turned, ends = _forms(value)
    tail = _MARKS.search(value.strip())[0]  # type: ignore[index]  # a title may end in a question mark of its own
    for keep in (True, False):
        words = _words(text, keep)
        if not any(f" {end} " in words.joined for end in ends):
            continue  # most texts hold none of the many ways to write a name
        for form in (*forms, *turned):
            for start, end in _find(words, form):
                if _goes_on(text, end, value):
                    continue  # it is the beginning of a longer name
                if form in forms or _turned_round(text, start, end):
                    yield start, end + (len(tail) if text.startswith(tail, end) else 0)
    if not forms and (bare := value.strip()) and (at := text.find(bare)) >= 0:
        yield at, at + len(bare)


def _goes_on(text: str, end: int, value: str) -> bool:
    """Whether a name of several words goes on after it: Maria Gil-Ruiz is not Maria Gil, nor The Long Way Round The Long Way."""
    return " " in value.strip() and value[:1].isupper() and value == value.strip() and bool(_GOES_ON.match(text, end))


def _find(words: _Words, form: str) -> Iterator[tuple[int, int]]:
    at = words.joined.find(f" {form} ")
    while at >= 0:
        first, last = (bisect_right(words.offsets, at + place) - 1 for place in (1, len(form)))
        yield words.spans[first][0], words.spans[last][1]
        at = words.joined.find(f" {form} ", at + 1)


def _turned_round(text: str, start: int, end: int) -> bool:
    """Whether what stands there is one name with its last part first, and not the end of one and the start of another."""
    before, after = _CAPITAL
    return "," in text[start:end] and not before.search(text[max(0, start - 30) : start]) and not after.match(text, end)


@lru_cache(maxsize=4096)
def _forms(value: str) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """The ways to write a text as words; for what may be a person's name, also those with the last part first; their last words."""
    spelt = (_words(value, True), _words(value, False), _words(value.casefold().translate(_UMLAUTS), True))
    forms = [words.joined.strip() for words in spelt]
    parts = forms[1].split()
    if len(parts) > 1 and len("".join(parts)) >= _SHORTEST_RUN and "".join(parts).isalpha():
        forms.append("".join(parts))
    turned: list[str] = []
    if len(parts) > 1 and _PERSON.fullmatch(ascii_signs(value.strip())):
        turned = [" ".join([*parts[n:], *parts[:n]]) for n in range(1, len(parts))]
        forms += [f"{before} {parts[-1]}" for before in (*_TITLES, parts[0][0])]
        forms += [f"{parts[0]} {letter} {parts[1]}" for letter in _LETTERS] if len(parts) == 2 else []
    whole = tuple(dict.fromkeys(filter(None, forms)))
    return whole, tuple(turned), frozenset(form.rpartition(" ")[2] for form in (*whole, *turned))


def _spelt_one_way(word: str) -> str:
    if word in ("saint", "and"):
        return {"saint": "st", "and": "&"}[word]
    if len(word) > 4:
        for pattern, usual in _SPELLINGS:
            word = pattern.sub(usual, word)
    return word


@lru_cache(maxsize=1024)
def _words(text: str, keep: bool) -> _Words:
    """Words as `normalised` has them.

    Args:
        keep: an apostrophe ends a word (o neil, smith s); else it counts for nothing (oneil, st johns).
    """
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(ascii_signs(text)):
        word = match.group().replace("'", " " if keep else "")
        for part in word.lower().split() if word.isascii() else normalised(word).split():
            parts.append(_spelt_one_way(part))
            spans.append(match.span())
    offsets = tuple(accumulate((len(part) + 1 for part in parts[:-1]), initial=1)) if parts else ()
    return _Words(f" {' '.join(parts)} ", offsets, tuple(spans))
