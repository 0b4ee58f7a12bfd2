"""How something that stands in a text is said: as a fact, or asked, denied, hedged, gone by or recited among many."""

import re
from functools import lru_cache
from itertools import accumulate, pairwise

from turnwise.values.atoms import atoms

Span = tuple[int, int]

_NEAR = 200
"""characters before and after a value that can say how it is meant"""
_LIST = 4
"""values beside one from which on it is one of many"""
_RECITED = 12
"""values of one kind in a message that answers one question, from which on it recites"""

_SENTENCE_START = re.compile(r".*(?:[.!?](?=\s)|\n)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?](?=[\s\"')\]*]|$)|\n")
_CLAUSE_START = re.compile(r".*(?:[,;]|\b(?:but|and|while|although|however)\b)", re.DOTALL)
_INSERTED = re.compile(r"\([^()]*\)|\s[-–—]\s[^-–—]*\s[-–—](?=\s)")
_NOT = re.compile(r"(?:\b(?:not|never|neither|nor|cannot|no longer|no more)\b|n't\b|^\W*Not\b)(?! only\b)")
_PERHAPS = re.compile(
    r"\b(?:may|might|could|(?<!\b[Tt]hat )would) be\b|\b(?:[Mm]aybe|[Pp]erhaps|[Pp]ossibly|[Ee]ither)\b|\b(?:can|could|may|might|must|should) be\W*$"
)
_UNSURE = re.compile(
    r"\b(?:can(?:not|'t| not)|could(?: not|n't)) (?:say|tell|be sure|find|locate|see)\b|\b(?:not|un)\s?sure\b|\b(?:do not|don't) know\b"
)
_OR = re.compile(r"^\W{0,3}\s*or\b(?! else\b)"), re.compile(r"\bor\W{0,3}\s*$")
_ASKS_THEN = re.compile(
    r"[,;] (?:shall|should|would|do|does|did|is|are|can|could|may|will|what|which|or|and)\b|\b(?:right|correct)\W*$",
    re.I,
)
_BOUND = re.compile(
    r"(?i)\b(?:fewer|less|more|greater|higher|lower|earlier|later|larger|smaller|longer|shorter|older|newer|rather) than\W*$"
    r"|\bat (?:least|most)\W*$|\bup to\W*$|\bbetween\b[^.;]{0,40}$|\b(?:almost|nearly|below|under|beneath|beyond|instead of|before)\W*$"
    r"|(?:\b(?:is|are|was|were|be|costs?|just|well|slightly|far)|'s) (?:over|above)\W*$"
)
_FORMER = re.compile(
    r"(?i)\b(?:used to be|previously|formerly|originally|before that|until now)\b[^,;]{0,30}$"
    r"|\b(?:moved|changed|raised|lowered|increased|decreased|reduced|went|gone|updated|switched|shifted|extended|postponed"
    r"|rescheduled|corrected|renamed) (?:\w+ ){0,6}?from\W*$"
)
_SENSE = re.compile(r"\b(pages?|chapter|section|step|version)\W*$", re.I)
_ITEM = r"(?:[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,3}|[-$€£]{0,2}\d(?:[\d.,]*\d)?)"
_ITEMS_BEFORE = re.compile(rf"(?:{_ITEM}(?:, and |, | and ))*$")
_ITEMS_AFTER = re.compile(rf"(?:(?:, and |, | and ){_ITEM})*")
_JSON = re.compile(r"[\[{][^\[\]{}]*\"[^\"\n]+\"\s*:[^\[\]{}]*[\]}]")
_POLAR = re.compile(r"(?i)(?:^|[.!?:]\s+)\W*(yes|yeah|yep|no|nope)\b")


def is_asserted(text: str, span: Span, label: str, *, several: bool = False) -> bool:
    """Whether what stands at a place is said as a fact.

    Args:
        label: what it is of: page 25 is a page.
        several: whether several values were asked for, so that "A or B" may name two of them.
    """
    start, end = span
    before = text[max(0, start - _NEAR) : start].replace("’", "'")
    after = text[end : end + _NEAR].replace("’", "'")
    sentence = _SENTENCE_START.sub("", before)
    clause = _CLAUSE_START.sub("", _INSERTED.sub(" ", sentence))  # fine 2220 (not paid) is Gunnar's
    stop = _SENTENCE_END.search(after)
    rest = after[: stop.start()] if stop else after
    if stop and stop.group() == "?" and not _ASKS_THEN.search(rest):
        return False
    if _NOT.search(clause) or _PERHAPS.search(clause) or _BOUND.search(sentence) or _FORMER.search(sentence):
        return False
    if not several and (_OR[0].search(rest) or _OR[1].search(sentence)):
        return False
    sense = _SENSE.search(clause)
    if sense and sense[1].lower().rstrip("s") not in label.lower():
        return False
    return not (_UNSURE.search(re.split(r"\bbut\b", sentence)[-1]) or _UNSURE.search(re.split(r"\bbut\b", rest)[0]))


def is_one_of_many(text: str, span: Span, of: int = 1) -> bool:
    """Whether what stands at a place is a member of a list of its like, where a list was not asked for.

    Args:
        of: how many values were asked for.
    """
    start, end = span
    values, rows = _size(text)
    if values > _RECITED * of + _RECITED or rows > 3 * of + _LIST:
        return True
    if of > 1:
        return False
    before, after = _ITEMS_BEFORE.search(text[max(0, start - _NEAR) : start]), _ITEMS_AFTER.match(text, end)
    beside = (before.group() if before else "") + (after.group() if after else "")
    return " and " in beside and len(re.findall(_ITEM, beside)) >= _LIST


@lru_cache(maxsize=2048)
def _size(message: str) -> tuple[int, int]:
    """How many values a message states, and in how many rows: lines and list items that hold one."""
    found = atoms(message)
    places = (0, *(atom.start for atom in found))
    breaks = (message.count("\n", before, at) for before, at in pairwise(places))
    return len({atom.value for atom in found}), len(set(accumulate(breaks)))


def spoken(text: str) -> str:
    """A text without the data that is pasted into it as JSON."""
    if '":' not in text and '" :' not in text:
        return text
    while (shorter := _JSON.sub(" ", text)) != text:
        text = shorter
    return text


def polar(text: str, label: str) -> bool | None:
    """Whether a text says yes or no, or that what a label names is so or not; None when it says neither."""
    if said := _POLAR.search(text):
        return said[1].lower().startswith("y")
    if label and (found := re.search(rf"(?i)\b{re.escape(label)}\b", text)):
        clause = _CLAUSE_START.sub("", _SENTENCE_START.sub("", text[max(0, found.start() - _NEAR) : found.start()]))
        return not _NOT.search(clause)
    return None
