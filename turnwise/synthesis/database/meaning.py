"""What a column is for, read from the words of its label and the shape of its values. Knows no tables and no rows."""

import re
from collections.abc import Sequence
from typing import Literal

from turnwise.synthesis.database.phrases import is_about, phrases

Outlook = Literal["ahead", "past", ""]
"""Whether the dates of a column lie ahead when they are entered, or tell what has happened; empty where neither is plain."""

_HEX = re.compile(r"(0x)?[0-9a-fA-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HASHED = re.compile(r"\$\w+\$.*|[A-Za-z0-9+/]{40,}={0,2}")
_SHORTEST_HASH = 16
_TIMED = re.compile(r"\b(time|date|at|on)\b")
_LAST_UNIX_TIME = 2**31
_FIRST_UNIX_TIME, _FIRST_YEAR, _LAST_YEAR = 10**8, 1800, 2100
_FEWEST = 8
"""values from which on their shape says something"""


def is_bookkeeping(label: str, sample: Sequence[object], blob: bool) -> bool:
    """Whether a column is kept for the program's own sake: nobody asks for it, nor wishes it changed."""
    if blob or is_about(label, "bookkeeping") or label in phrases("bookkeeping_alone"):
        return True
    texts = [value for value in sample if isinstance(value, str)]
    whole = [int(str(value)) for value in sample if str(value).isdecimal()]
    if texts and len(texts) == len(sample) == len(whole):
        return bool(_TIMED.search(label)) and all(_FIRST_UNIX_TIME <= value < _LAST_UNIX_TIME for value in whole)
    if len(texts) < len(sample) or not texts:
        return bool(_TIMED.search(label)) and len(whole) == len(sample) > 0 and min(whole) >= _FIRST_UNIX_TIME
    if all(map(_UUID.fullmatch, texts)):
        return True
    hashed = len({len(text) for text in texts}) == 1 and len(texts[0]) >= _SHORTEST_HASH
    return hashed and all(_HEX.fullmatch(text) or _HASHED.fullmatch(text) for text in texts)


def is_coded(label: str, sample: Sequence[object], rows: int) -> bool:
    """Whether a number stands for something and measures nothing: a postcode, a year, a status number."""
    last = label.rpartition(" ")[2]
    if is_about(label, "codes") or last in phrases("code_endings"):
        return last not in phrases("quantities") and not label.startswith("number of ")
    if last in phrases("people"):  # whoever it is, the number is theirs
        return True
    numbers = [value for value in sample if isinstance(value, int | float)]
    whole = [value for value in numbers if isinstance(value, int)]
    if set(whole) == {0, 1} and len(whole) == len(numbers) and not is_about(label, "quantities"):
        return True
    if len(whole) < _FEWEST or len(whole) < len(numbers) or is_about(label, "quantities"):
        return False
    if all(_FIRST_YEAR <= value <= _LAST_YEAR for value in whole):
        return True
    widths = {len(str(value)) for value in whole}
    return len(widths) == 1 and min(widths) >= 5 and len(set(whole)) > 0.9 * min(rows, len(sample))


def is_flag(sample: Sequence[object], coded: bool) -> bool:
    """Whether all values are a yes or a no, as numbers or as letters."""
    said = {str(value).strip().lower() for value in sample}
    lettered = all(isinstance(value, str) for value in sample)
    if lettered and said in ({"y", "n"}, {"yes", "no"}, {"t", "f"}, {"true", "false"}):
        return True
    return bool(said) and (lettered or coded) and said <= {"0", "1"}


def is_year(label: str, sample: Sequence[object]) -> bool:
    whole = [value for value in sample if isinstance(value, int)]
    in_range = bool(whole) and all(_FIRST_YEAR <= value <= _LAST_YEAR for value in whole)
    return in_range and ("year" in label.split() or (len(whole) >= _FEWEST and not is_about(label, "quantities")))


def is_nature(label: str) -> bool:
    """Whether a column says what a row is by nature, so that a change would make it another thing."""
    parts = label.split()
    return bool(parts) and parts[-1] in phrases("nature") and not any(p in phrases("not_nature") for p in parts[:-1])


def outlook(label: str, noun: str) -> Outlook:
    """How the dates of a column lie to the present when they are entered."""
    if is_about(label, "birth"):
        return "past"
    last = label.removesuffix(" date").removesuffix(" time").removesuffix(" at").removesuffix(" on").split()
    if label in phrases("either"):
        return ""
    ahead: Outlook = "ahead"
    past: Outlook = "past"
    for name in (ahead, past):
        if last and is_about(last[-1], name):
            return name
    for name in (past, ahead):
        if is_about(label, name):
            return name
    return "ahead" if any(word in phrases("ahead_tables") for word in noun.split()) else ""
