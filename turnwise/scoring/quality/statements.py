"""The atoms of what an assistant says that need support, each with the texts that may say what it is about."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from turnwise.values.atoms import Atom, atoms

_SMALL = 12


class Statement(NamedTuple):
    """An atom, and the texts that may say what it is about: its sentence first, then ever wider ones."""

    atom: Atom
    scopes: tuple[str, ...]
    before: str
    """what the sentence says before the atom"""


@lru_cache(maxsize=4096)
def statements(text: str) -> tuple[Statement, ...]:
    """The atoms of a message that have to be supported."""
    listed = [line for line in text.splitlines() if _depth(line)]
    return tuple(
        Statement(atom, tuple(_scopes(text, atom)), text[_sentence(text, atom)[0] : atom.start])
        for atom in atoms(text)
        if atom.kind != "count" and not _is_label(text, atom) and not _counts(atom, len(listed))
    )


def _is_label(text: str, atom: Atom) -> bool:
    """Whether a number only tells members of a list apart: Option 2, where there is an Option 1."""
    before = re.search(r"([A-Za-z]+) #?$", text[: atom.start])
    if atom.kind != "number" or not before or not atom.text.isdigit() or not 1 <= int(atom.text) <= _SMALL:
        return False
    return atom.text == "1" or f"{before[1]} {int(atom.text) - 1}" in text


def _counts(atom: Atom, listed: int) -> bool:
    return atom.kind == "number" and listed > 1 and atom.value == ("number", float(listed))


def _depth(line: str) -> int:
    """How deep a line is in a list; 0 outside of one."""
    match = re.match(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])\s", line)
    return len(match[1]) + 1 if match else 0


def _sentence(text: str, atom: Atom) -> tuple[int, int]:
    """Where the sentence of an atom begins and ends; no sentence goes on in the next line."""
    starts = [0, *(match.end() for match in re.finditer(r"\n|[.!?]\s+(?=[A-Z])", text))]
    begin = max(start for start in starts if start <= atom.start)
    return begin, min((start for start in starts if start > atom.start), default=len(text))


def _scopes(text: str, atom: Atom) -> Iterator[str]:
    """The sentence of an atom, its line, then the bullets beside it, then what stands above them, up to the top."""
    lines = text.split("\n")
    at = text.count("\n", 0, atom.start)
    depth = _depth(lines[at])
    yield text[slice(*_sentence(text, atom))]
    yield lines[at] if depth else ""
    while depth:
        above = at
        while above > 0 and (not lines[above - 1].strip() or _depth(lines[above - 1]) >= depth):
            above -= 1
        below = at
        while below + 1 < len(lines) and (not lines[below + 1].strip() or _depth(lines[below + 1]) >= depth):
            below += 1
        beside = range(above, below + 1)
        yield "\n".join(
            lines[n] for n in beside if _depth(lines[n]) == depth and not _depth("".join(lines[n + 1 : n + 2])) > depth
        )
        if not above:
            return
        at, depth = above - 1, _depth(lines[above - 1])
        yield lines[at]
