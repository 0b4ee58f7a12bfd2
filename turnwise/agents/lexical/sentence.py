"""A message becomes sentences in which the words that the tools know are marked. Knows nothing of what is asked."""

import re
from collections.abc import Iterator
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.language import LEAD, SPOKEN, TAIL, Label, stems
from turnwise.values.atoms import atoms
from turnwise.values.numbers import UNIT_WORDS
from turnwise.values.words import singular

_WORDS = re.compile(r"""["“](?P<quote>[^"“”]+)["”]|(?P<word>[^\W\d_]+(?:[.&/-][^\W_]+)*|\d+)""")
_BREAK = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"”)])\s+|\n+")
_SHORT = re.compile(r"\b(?:inc|ltd|co|corp|jr|sr|st|ave|dr|mrs?|ms|no|pt|vol|feat|[A-Z])\.$", re.IGNORECASE)
_CUT = re.compile(r"[a-z:,‹›] [A-Z][a-z]{2,4}\.$")
"""An end that may be that of a word cut short within a name: the department Comp. Sci."""
_CUT_TWICE = re.compile(r"[A-Z][a-z]{2,4}\. [A-Z][a-z]{1,3}\.$")
_GOES_ON = re.compile(r"[A-Z][a-z]{1,3}\.|(?:to|of|in|for|and|the) [A-Z]")
_STARRED = re.compile(r"\s+\*[\w'-]+[.?!]?\s*$")
"""A word that was mistyped before, said again: *wrong."""
_LONGEST = 6
_MARK = re.compile(r"‹[a-z]+(\d+)›")


class Mark(NamedTuple):
    """Neighbouring words that the tools know, or a quotation."""

    raw: str
    noun: str = ""
    label: Label | None = None
    plural: bool = False

    @property
    def name(self) -> Label:
        """The name of the field, or the noun as one."""
        return self.label or stems(self.noun)


class Sentence:
    """A sentence and its marks.

    `marked` is the sentence with `‹nf3›` for the words of its fourth mark: n a noun, p in the plural, f a field,
    q something quoted. Names and values stand in it as they were written.
    """

    def __init__(self, text: str, known: Catalogue) -> None:
        self.text = text
        self.marks: list[Mark] = []
        self.known = known
        self.marked = self._marked(re.sub(r"[‹›]", "", re.sub(r"[’‘]", "'", text)).strip())

    @property
    def core(self) -> str:
        """What is left without leads, polite endings and the last stop."""
        said = re.sub(r"[\s.?!,:;]+$", "", self.marked)
        while (tail := TAIL.search(said)) is not None:
            said = said[: tail.start()].rstrip(" ,")
        return _without_leads(said)

    def raw(self, marked: str) -> str:
        """What was written where a part of the sentence is marked."""
        return _MARK.sub(lambda m: self.marks[int(m[1])].raw, marked).strip(" \t\n,;:“”")

    def all_marks(self, marked: str) -> list[Mark]:
        """The marks in a part of the sentence."""
        return [self.marks[int(m[1])] for m in _MARK.finditer(marked)]

    def mark(self, marked: str) -> Mark | None:
        """The first mark in a part of the sentence."""
        return next(iter(self.all_marks(marked)), None)

    def noun(self, marked: str) -> str:
        """The noun of the first mark; empty without one."""
        found = self.mark(marked)
        return found.noun if found is not None else ""

    def _marked(self, text: str) -> str:
        tokens = list(_WORDS.finditer(text))
        parts, end, place = [], 0, 0
        lead = len(text) - len(_without_leads(text))
        while place < len(tokens):
            after, mark = self._longest(text, tokens, place, lead)
            if mark is not None:
                flags = "q" if not mark.noun and not mark.label else ""
                flags += ("np" if mark.plural else "n") if mark.noun else ""
                parts += [text[end : tokens[place].start()], f"‹{flags}{'f' if mark.label else ''}{len(self.marks)}›"]
                self.marks.append(mark)
                end = tokens[after - 1].end()
            place = after
        return re.sub(r"\s+", " ", "".join([*parts, text[end:]]))

    def _longest(self, text: str, tokens: list[re.Match[str]], place: int, lead: int) -> tuple[int, Mark | None]:
        """The longest run of ordinary words from a token on that the tools know, and where it ends."""
        if tokens[place]["quote"]:
            return place + 1, Mark(tokens[place]["quote"])
        doing = tokens[place].start() <= lead and tokens[place].group().lower() in _DOING
        for end in range(min(place + _LONGEST, len(tokens)), place, -1):
            run = tokens[place:end]
            gaps = [text[a.end() : b.start()] for a, b in pairwise(run)]
            if all(_ordinary(t, lead) for t in run) and all(gap in (" ", "_", "-") for gap in gaps):
                noun, label = self.known.phrase(tuple(w for t in run for w in stems(t.group())))
                if label and not noun and self._numbers(text, run):
                    continue
                if (noun or label) and not (doing and end == place + 1):
                    last, raw = run[-1].group().lower(), text[run[0].start() : run[-1].end()]
                    return end, Mark(raw, noun, label, last not in stems(last))
        return place + 1, None

    def _numbers(self, text: str, run: list[re.Match[str]]) -> bool:
        """Whether words are a noun with a number that says which: order number 10210."""
        noun, _ = self.known.phrase(tuple(w for t in run[:-1] for w in stems(t.group())))
        last = run[-1]
        return bool(noun) and last.group().lower() in _NUMBERS and _KEY.match(text, last.end()) is not None


_DOING = ("take", "put", "give", "hand", "mark", "set")
"""Words that begin a request even where a table is called so."""
_NUMBERS = ("number", "code", "id")
_KEY = re.compile(r":? #?(?=\S*\d)[A-Z\d]")
_ASKING = frozenset({"which", "could", "would", "their", "that", "what", "with"})
"""Short words that nothing else is likely to be a slip of."""
_TYPED = re.compile(r"(?<![\w'*@.])(?P<named>(?<=[a-z,] )[A-Z][\w’-]* )?[a-z]{4,}(?![\w'@.])")
"""A word of the sentence; one behind a name may belong to it, as in Wheel truing."""


def respelt(message: str, known: Catalogue) -> str:
    """A message in which words that are one slip away from one that the tools or the frames know are put right."""
    words = frozenset(word for word in known.words | SPOKEN if len(word) > 3)

    def right(match: re.Match[str]) -> str:
        word = match.group()
        if match["named"] or word in words or singular(word) in words:
            return word
        sure = words if len(word) > 5 else _ASKING
        if any(atom.kind == "count" for atom in atoms(word)):
            return word
        slipped = words if len(word) > 4 else _ASKING
        swapped = {other for other in _slips(word) if other in slipped and sorted(other) == sorted(word)}
        near = swapped or {other for other in _slips(word) if other in sure and len(word) > 4 and other[-1] == word[-1]}
        return near.pop() if len(near) == 1 else word

    message = re.sub(r"(\b(?:my|her|his|its|their|new|the)|'s?) number\b(?! \d| of\b)", r"\1 phone number", message)
    if known.phrase(("phone", "number"))[1] is None:
        message = re.sub(r"\bphone numbers?\b(?! \d+ )", "phone", message)
    if known.phrase(("email", "address"))[1] is None:
        message = re.sub(r"\bemail address(?:es)?\b", "email", message)
    message = re.sub(r" and (?=(?:mark|put|give|hand|change|make) (?:it|them) )", ". ", message)
    message = re.sub(r" and (?=to be \w+ed |(?:change|set) (?:the|its|their) .* to )", ". ", message)
    message = re.sub(
        rf"(?i)\bbook (?=‹?(?:\d+|{'|'.join(UNIT_WORDS[1:11])})›? \w+ for )", "make a booking for ", message
    )
    whole = {noun.split()[-1]: noun for noun in known.nouns if " " in noun}
    message = re.sub(r"\bthe ([a-z]+)\b(?! ‹?\d)", lambda m: f"that {whole[m[1]]}" if m[1] in whole else m[0], message)
    return _TYPED.sub(right, message.replace("longest ago", "first").replace("most recently", "last"))


def _slips(word: str) -> Iterator[str]:
    """What a word may have been before one slip: a letter hit twice, missed, swapped or taken for another."""
    for at in range(1, len(word) + 1):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
        for letter in ascii_lowercase:
            yield word[:at] + letter + word[at:]
            yield word[:at] + letter + word[at + 1 :]


def sentences(message: str, known: Catalogue) -> list[Sentence]:
    """The sentences of a message, each with one request at most."""
    pieces: list[str] = []
    for piece in _BREAK.split(respelt(_STARRED.sub("", message), known)):
        if pieces and (_SHORT.search(pieces[-1]) or pieces[-1].count('"') % 2 or _is_cut(pieces[-1], piece)):
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    return [Sentence(piece, known) for piece in pieces if piece.strip()]


def _is_cut(before: str, after: str) -> bool:
    """Whether a stop stands within a name and ends no sentence: Intro. to Biology, Comp. Sci."""
    if _CUT_TWICE.search(before) is not None:
        return after[:1].islower()
    return _CUT.search(f"- {before}") is not None and _GOES_ON.match(after) is not None


def _ordinary(token: re.Match[str], lead: int) -> bool:
    """Whether a word is one of the sentence and not part of a name."""
    return bool(token["word"]) and (token.group()[:1].islower() or token.start() <= lead)


def _without_leads(text: str) -> str:
    while (lead := LEAD.match(text)) is not None and lead.end():
        text = text[lead.end() :]
    return text
