"""Whether a text states a value: whether the value stands in it, and whether that is said of it as a fact.

Values are compared by kind: 25 and 25.0 are one number, 3 May 2021 and 2021-05-03 one day. Knows no goals: what a value
is an answer to, it is told by a label.
"""

import html
import re
from collections.abc import Iterator
from typing import Literal

from turnwise.values.atoms import Atom, atoms
from turnwise.values.dates import Stamp, durations, stamp
from turnwise.values.names import find_text

Kind = Literal["text", "number", "date"]
Span = tuple[int, int]

_NEAR = 200
"""characters before and after a value that can say how it is meant"""
_LIST = 4
"""values beside one from which on it is one of many"""

_NONE = re.compile(r"(?i)\b(?:none|nil|nought|no(?= [a-z]+(?:s|ing)?\b)|not any|n't any|nothing)\b")
_SENTENCE_START = re.compile(r".*(?:[.!?](?=\s)|\n)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?](?=[\s\"')\]*]|$)|\n")
_CLAUSE_START = re.compile(r".*(?:[,;]|\b(?:but|and|while|although|however)\b)", re.DOTALL)
_NOT = re.compile(r"(?:\b(?:not|never|neither|nor|cannot)\b|n't\b|^\W*Not\b)(?! only\b)")
_PERHAPS = re.compile(r"\b(?:may|might|could) be\b|\b(?:[Mm]aybe|[Pp]erhaps|[Pp]ossibly)\b")
_UNSURE = re.compile(
    r"\b(?:can(?:not|'t| not)|could(?: not|n't)) (?:say|tell|be sure)\b|\b(?:not|un)\s?sure\b|\b(?:do not|don't) know\b"
)
_ASKS_THEN = re.compile(
    r"[,;] (?:shall|should|would|do|does|did|is|are|can|could|may|will|what|which|or|and)\b|\b(?:right|correct)\W*$",
    re.I,
)
_BOUND = re.compile(
    r"(?i)\b(?:fewer|less|more|greater|higher|lower|earlier|later|larger|smaller|longer|shorter|older|newer|rather) than\W*$"
    r"|\bat (?:least|most)\W*$|\bup to\W*$|\bbetween\b[^.;]{0,40}$"
)
_SENSE = re.compile(r"\b(pages?|chapter|section|step|version)\W*$", re.I)
_PERCENT = re.compile(r"percent|per cent|%|\brate\b", re.I)
_UNITS = {"second": 60.0, "minute": 1.0, "hour": 1 / 60}
"""How many of each make a minute."""
_ITEM = r"(?:[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,3}|[-$€£]{0,2}\d(?:[\d.,]*\d)?)"
_ITEMS_BEFORE = re.compile(rf"(?:{_ITEM}(?:, and |, | and ))*$")
_ITEMS_AFTER = re.compile(rf"(?:(?:, and |, | and ){_ITEM})*")


def mentions(text: str, value: int | float | str | None, kind: Kind | None = None, *, label: str = "") -> bool:
    """Whether a value stands in a text in any usual way of writing it, whatever is said of it.

    Args:
        kind: how to compare; unless given, a text that is nothing but one number, day or the like is compared as that.
        label: what the value is of: "length in minutes" may be told in hours.
    """
    text, value = html.unescape(text), html.unescape(value) if isinstance(value, str) else value
    return next(_found(text, value, kind, label), None) is not None


def states_value(
    text: str, value: int | float | str | None, kind: Kind | None = None, *, label: str = "", of: int = 1
) -> bool:
    """Whether a text states a value: as a fact, not in a question, not denied, not as a bound or one of many candidates.

    Args:
        kind: as for `mentions`.
        label: what the value is of.
        of: how many values of its kind were asked for; a list of them is a list of candidates where it is one.
    """
    text, value = html.unescape(text), html.unescape(value) if isinstance(value, str) else value
    return any(
        _is_asserted(text, span, label) and (of > 1 or not _is_one_of_many(text, span))
        for span in _found(text, value, kind, label)
    )


def _found(text: str, value: int | float | str | None, kind: Kind | None, label: str) -> Iterator[Span]:
    if isinstance(value, int | float) and kind != "text":
        return _numbers(text, value, label)
    written = str(value)
    when = stamp(written) if kind in ("date", None) else None
    if when is not None:
        return _days(text, when)
    whole = next((atom for atom in atoms(written) if len(atom.text) == len(written.strip())), None)
    if whole is not None and (kind is None or whole.kind in ("date", "time", "money")):
        return (atom_span for atom in atoms(text) if atom.known(whole.discloses) for atom_span in [atom[2:4]])
    return find_text(text, written)


def _numbers(text: str, value: int | float, label: str) -> Iterator[Span]:
    for atom in atoms(text):
        if _is_number(atom, value, label):
            yield atom.start, atom.end
    if value == 0:
        yield from (match.span() for match in _NONE.finditer(text))
    if units := [per for unit, per in _UNITS.items() if unit in label and "milli" not in label]:
        yield from ((start, end) for start, end, minutes in durations(text) if abs(minutes * units[0] - value) < 1e-6)


def _is_number(atom: Atom, value: int | float, label: str) -> bool:
    if atom.kind == "date":  # the year of 3 May 2021 is told with it
        return any(reading[1] == value for reading in atom.readings)
    number = atom.number
    if number is None or number.sign * value < 0:
        return False
    size = number.size / 100 if number.percent else number.size
    step = number.step / 100 if number.percent else number.step
    if number.percent and _PERCENT.search(label) and abs(number.size - abs(value)) < 1e-9:
        return True
    # Rounded, but not beyond two decimals, or two after a scale: 3.67 for 3.6667, 1.23 million for 1,234,567.
    decimals = len(found[1]) if (found := re.search(r"[.,](\d+)(?!.*\d)", atom.text)) else 0
    rounds = decimals >= 2 and (step > 1 or (isinstance(value, float) and step <= 0.01))
    return abs(size - abs(value)) <= (step / 2 if rounds else 0) + 1e-9


def _days(text: str, when: Stamp) -> Iterator[Span]:
    every = atoms(text)
    named = [atom for atom in every if atom.kind == "date"]
    found = [atom for atom in named if ("date", *when[:3]) in atom.readings or ("date", 0, *when[1:3]) in atom.readings]
    if when.minutes is None:
        yield from ((atom.start, atom.end) for atom in found)
        return
    for time in (atom for atom in every if atom.value == ("time", when.minutes)):
        nearest = min(named, key=lambda atom: min(abs(time.start - atom.end), abs(atom.start - time.end)), default=None)
        if nearest in found and nearest is not None:
            yield min(nearest.start, time.start), max(nearest.end, time.end)


def _is_asserted(text: str, span: Span, label: str) -> bool:
    """Whether what stands at a place is said as a fact."""
    start, end = span
    before = text[max(0, start - _NEAR) : start].replace("’", "'")
    after = text[end : end + _NEAR].replace("’", "'")
    sentence = _SENTENCE_START.sub("", before)
    clause = _CLAUSE_START.sub("", sentence)
    stop = _SENTENCE_END.search(after)
    rest = after[: stop.start()] if stop else after
    if stop and stop.group() == "?" and not _ASKS_THEN.search(rest):
        return False
    if _NOT.search(clause) or _PERHAPS.search(clause) or _BOUND.search(sentence):
        return False
    sense = _SENSE.search(clause)
    if sense and sense[1].lower().rstrip("s") not in label.lower():
        return False
    return not (_UNSURE.search(re.split(r"\bbut\b", sentence)[-1]) or _UNSURE.search(re.split(r"\bbut\b", rest)[0]))


def _is_one_of_many(text: str, span: Span) -> bool:
    """Whether what stands at a place is a member of a list of its like: A, B, C, D and E."""
    start, end = span
    before, after = _ITEMS_BEFORE.search(text[max(0, start - _NEAR) : start]), _ITEMS_AFTER.match(text, end)
    beside = (before.group() if before else "") + (after.group() if after else "")
    return " and " in beside and len(re.findall(_ITEM, beside)) >= _LIST
