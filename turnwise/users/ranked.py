"""Whether it was told which of some comes first: by a word for it, as the only one, or by a list of all with their sizes."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request
from turnwise.users.comparing import MONEY, is_called_in
from turnwise.users.hearing import sentences, words_of
from turnwise.values.atoms import atoms
from turnwise.values.dates import MONTHS
from turnwise.values.numbers import UNIT_WORDS
from turnwise.values.states import states_value
from turnwise.values.words import singular

ONE = re.compile(
    r"\b(?:has|have|is|are|'s|'ve|see|find|found|shows?|got|holds|after|with|runs?)(?: \w+ly)?(?: just| only| exactly)?(?: the)? (?:one|a single)\b(?! of\b)"
    r"|\b(?:curates|manages|runs|owns|keeps|holds|looks after|is in charge of) (?:just |only |exactly )?(?:one|a single)\b(?! of\b)"
    r"|\b(?:the|her|his|their|its|your|'s|whose) only\b(?: one\b)?(?! of\b)",
    re.I,
)
_OTHERS = re.compile(r"\b(?:others?|another|more|besides|rest|two|three|four|both|several)\b", re.I)
_ENDS = (
    ("lowest cheapest shortest fewest smallest least", "highest most largest biggest longest expensive dearest"),
    ("earliest oldest first ago lowest start", "latest newest last recent youngest highest"),
)
"""words for the two ends of sizes, and of times"""
_PLAIN = words_of("since from on in at costs priced published with dated who joined started") | {"for", "is"}


def is_ranked(request: Request, heard: list[tuple[str, str]], raised: Sequence[Request]) -> bool:
    """Whether it was told which comes first: by a word for it, as the only one, or by a list of all with their sizes."""
    answer = str(request.checkpoint.answers[0].value)
    lists = ([str(a.value) for a in r.checkpoint.answers] for r in raised if r.intent in ("children", "find"))
    rows = next((rows for rows in lists if answer in rows), [])
    ranked = [r.checkpoint.answers for r in raised if r.intent in ("extreme", "rank")]
    if request.checkpoint.answers in ranked:
        return False  # the cheapest need not be the smallest
    return any(_is_first(request, *turn) or _is_read_off(request, turn[0], rows) for turn in heard[-2:])


def _phrase(request: Request) -> str:
    return f"{request.phrases.get('superlative', '')} {request.phrases.get('most', '')}"


def _end(request: Request) -> tuple[bool, frozenset[str]]:
    """Whether the first is the lowest, and the words that say so: of a day the earliest, of a price the cheapest."""
    phrase = _phrase(request)
    timed = re.search(r"\b(?:date|year|day|time|at|earliest|latest|oldest|newest|youngest|first|last)\b", phrase)
    low, high = (frozenset(words.split()) for words in _ENDS[timed is not None])
    end = next((word for word in phrase.split() if word in low | high), "")
    return end in low, frozenset() if not end else low if end in low else high


def _is_first(request: Request, message: str, own: str) -> bool:
    """Whether a message says of all answers that they come first, by a word for it, or that there is only one."""
    noun, (_, ends) = singular(request.asks[0].split()[-1]), _end(request)
    only = re.compile(rf"(?:{ONE.pattern})(?: ?[:,.(–-]|\W+(?:[\w'-]+\W+){{0,3}}?{re.escape(noun)}\b)", re.I)
    alone = speaks_of(f"{own}\n{message}", request.subject) and only.search(message) and not _OTHERS.search(message)
    return any(
        (alone or ends & {*re.findall(r"\w+", sentence.lower())})
        and all(states_value(sentence, a.value, a.kind, label=a.label) for a in request.checkpoint.answers)
        for sentence in sentences(message)
    )


def _is_read_off(request: Request, message: str, rows: Sequence[str]) -> bool:
    """Whether a message names all there are, each with what it is compared by, hired in May 2021 or £4, the first among them.

    Args:
        rows: all there are, where they were asked for; else a message says how many there are, or counts three or more.
    """
    phrase, answer = _phrase(request), str(request.checkpoint.answers[0].value)
    counts = re.search(r"\b(?:most|fewest)\b(?! expensive)", phrase) is not None
    last = {row.split()[-1]: row for row in rows}  # Marchetti, since 2012
    short = last if len(last) == len(rows) else {}
    name = "|".join(rf"\b{re.escape(called)}\b" for called in (*rows, *short)) or (
        _NAME if counts else rf"\b\d{{{len(answer)}}}\b" if answer.isdigit() else "$^"
    )
    found = list(re.finditer(name, message))
    ends = [*(match.start() for match in found[1:]), len(message)]
    compared = {
        short.get(m[0], m[0]): _compared(message[m.end() : end], phrase, counts)
        for m, end in zip(found, ends, strict=False)
    }
    sizes = {name: size for name, size in compared.items() if size is not None}
    many = rf"\b(?:{UNIT_WORDS[min(len(sizes), 19)]}|{len(sizes)})\b"
    whole = len(sizes) == len(rows) if rows else len(sizes) > 2 if counts else re.search(many, message, re.I)
    if len(sizes) < 2 or not whole:
        return False
    first = min(sizes.values()) if _end(request)[0] else max(sizes.values())
    return [name for name, size in sizes.items() if size == first] == [answer]


_NAME = r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)*"


def _compared(text: str, phrase: str, counts: bool) -> tuple[float, ...] | None:
    """The one day, sum of money or number that is said of a thing, as what follows its name; None unless there is one."""
    line = sentences(text)[0] if sentences(text) else ""
    kind = "number" if counts else "money" if re.search(rf"cheap|expensive|{MONEY.pattern}", phrase) else "date"
    found: list[tuple[int, tuple[float, ...]]] = []
    for atom in atoms(line):
        if atom.kind == kind and atom.number:
            found.append((atom.start, (atom.number.size,)))
        elif atom.kind == kind:
            found.append((atom.start, tuple(float(part) for part in atom.value[1:])))
        elif kind == "date" and re.fullmatch(r"(?:19|20)\d\d", atom.text):
            before = re.search(r"\b([^\W\d]+)\.? $", line[: atom.start])
            month = MONTHS.get(before[1].lower(), 0) if before else 0
            found.append((before.start() if before and month else atom.start, (float(atom.text), float(month), 0.0)))
    if len({size for _, size in found}) != 1:
        return None
    between = line[: found[0][0]]
    meant = {word[:4] for word in words_of(phrase)}
    own = [word for word in re.findall(r"[a-z]+", between.lower()) if word not in _PLAIN]
    labelled = bool(own) and own[-1][:4] in meant  # White Stroma Tramline, broken spokes (promised 9 April)
    plain = all(word in _PLAIN or word[:4] in meant for word in words_of(between))
    return found[0][1] if labelled or plain else None


def speaks_of(sentence: str, subject: Mention | None) -> bool:
    """Whether a sentence names something, or says `your` of whoever asks."""
    yours = subject is not None and subject.me and re.search(r"\byour?\b", sentence, re.I) is not None
    return subject is not None and (yours or is_called_in(sentence, subject))
