"""The atoms of what an assistant says that need support, each with the texts that may say what it is about."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from turnwise.values.atoms import Atom, atoms

_SMALL = 12
_BEFORE = 300
"""characters of a sentence before an atom that are looked at"""
_LABEL = re.compile(r"([A-Za-z]+) #?$")
_BULLET = re.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])\s")


class Statement(NamedTuple):
    """An atom, and the texts that may say what it is about: its sentence first, then ever wider ones."""

    atom: Atom
    scopes: tuple[str, ...]
    before: str
    """what the sentence says before the atom, the last of it where it is long"""


@lru_cache(maxsize=4096)
def statements(text: str) -> tuple[Statement, ...]:
    """The atoms of a message that have to be supported."""
    layout = _Layout(text)
    return tuple(
        Statement(atom, layout.scopes(atom), text[max(layout.sentence(atom)[0], atom.start - _BEFORE) : atom.start])
        for atom in atoms(text)
        if atom.checkable and not _is_label(text, atom) and not (layout.listed > 1 and atom.value == layout.count)
    )


def _is_label(text: str, atom: Atom) -> bool:
    """Whether a number only tells members of a list apart: Option 2, where there is an Option 1."""
    if atom.kind != "number" or not atom.text.isdigit() or not 1 <= int(atom.text) <= _SMALL:
        return False
    before = _LABEL.search(text[max(0, atom.start - 30) : atom.start])
    return before is not None and (atom.text == "1" or f"{before[1]} {int(atom.text) - 1}" in text)


class _Layout:
    """The sentences, lines and bullets of a text, each found once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.depths = [len(match[1]) + 1 if (match := _BULLET.match(line)) else 0 for line in self.lines]
        """how deep each line is in a list; 0 outside of one"""
        self.listed = sum(map(bool, self.depths))
        self.count = ("number", float(self.listed))
        self._wider: dict[int, tuple[str, ...]] = {}
        self._blocks: dict[tuple[int, int], tuple[int, str]] = {}
        self._sentences: dict[int, str] = {}

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\n", self.text))]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\n|[.!?]\s+(?=[A-Z])", self.text)), len(self.text)]

    def sentence(self, atom: Atom) -> tuple[int, int]:
        """Where the sentence of an atom begins and ends; no sentence goes on in the next line."""
        starts = self._sentence_starts
        place = min(bisect_right(starts, atom.start), len(starts) - 1)
        return starts[place - 1], starts[place]

    def scopes(self, atom: Atom) -> tuple[str, ...]:
        """The sentence of an atom, its line, then the bullets beside it, then what stands above them, up to the top."""
        begin, end = self.sentence(atom)
        at = bisect_right(self._line_starts, atom.start) - 1
        if begin not in self._sentences:
            self._sentences[begin] = self.text[begin:end]
        if at not in self._wider:
            self._wider[at] = tuple(self._above(at))
        line = self.lines[at] if self.depths[at] else ""
        return (self._sentences[begin], line, *self._wider[at])

    def _above(self, at: int) -> Iterator[str]:
        while self.depths[at]:
            above, beside = self._block(at)
            yield beside
            if not above:
                return
            at = above - 1
            yield self.lines[at]

    def _block(self, at: int) -> tuple[int, str]:
        """Where the bullets beside a line begin, and those of its depth that have none below them."""
        depth = self.depths[at]
        if (at, depth) in self._blocks:
            return self._blocks[at, depth]
        above = below = at
        while above > 0 and self._inside(above - 1, depth):
            above -= 1
        while below + 1 < len(self.lines) and self._inside(below + 1, depth):
            below += 1
        block = range(above, below + 1)
        deeper = [*self.depths[1:], 0]
        beside = "\n".join(self.lines[n] for n in block if self.depths[n] == depth and not deeper[n] > depth)
        for line in block:
            if self.depths[line] == depth:
                self._blocks[line, depth] = above, beside
        return above, beside

    def _inside(self, line: int, depth: int) -> bool:
        return not self.lines[line].strip() or self.depths[line] >= depth
