"""General English: the words and frames of frames.yaml, compiled once. Knows no tools and no dialogue."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from turnwise.values.text import normalised
from turnwise.values.words import singular, words

_TEXT = files(__package__).joinpath("frames.yaml").read_text("utf-8")
DATA: dict[str, Any] = yaml.safe_load(_TEXT)
COMMON = frozenset(re.findall("[a-z]+", _TEXT))
"""Words of which sentences are made, rather than names."""

Label = tuple[str, ...]
"""The stems of a field's name as people say it: `unit price`."""


class Frame(NamedTuple):
    """One way of saying something."""

    intent: str
    pattern: re.Pattern[str]


HIGH, LOW = frozenset(DATA["high"].split()), frozenset(DATA["low"].split())
DULL = frozenset(DATA["dull"].split()) | HIGH | LOW
PLACES: tuple[str, ...] = tuple(DATA["places"].split())
VERBS = {verb: kind for kind, verbs in DATA["verbs"].items() for verb in verbs.split()}

NOUN, FIELD = r"‹np?f?\d+›", r"‹n?p?f\d+›"
_FIELDS = rf"{FIELD}(?:(?:,| and|, and)?(?: the)? {FIELD})*"
_START = r"(?:(?:the|an?|my|our|all|every) )*(?:‹[nq]|(?-i:[A-Z0-9#])|(?:that|this|it|its|their|them|they|those|these|his|her|him|he|she)\b)"
_SPOKEN_OF = rf"(?={_START}).+?"
_SLOTS = {
    "noun": NOUN,
    "nouns": r"‹npf?\d+›",
    "over": r"‹npf?\d+›",
    "field": rf"(?:\w+ (?:(?:of|in|per) )?)??{FIELD}(?: (?!is|of|for|to|by|from|at)(?-i:[a-z]+))??",
    "fields": _FIELDS,
    "asks": r"(?!thank)[^.!?]+?",
    "subject": _SPOKEN_OF,
    "target": _SPOKEN_OF,
    "single": r"(?=(?:(?:the|an?|that|this) )?‹n).+",
    "best": rf"(?:most (?:expensive|recent)|{'|'.join(sorted(HIGH | LOW))})",
    "step": r"\S+(?: days?| weeks?)?",
    "way": r"later|earlier",
    "passive": r".+ (?:changed|set|updated|corrected|moved|switched) (?:to|as|into) .+",
    "details": rf"(?:(?:the|its|their) )?(?:{FIELD}|{NOUN}|(?:named|called|titled|that|this)\b).*",
    "adjective": r"(?!all\b|the\b|which\b)\w+(?: \w+)?",
}


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The singular of a word, without capitals and accents."""
    one = singular(normalised(word))
    return normalised(word) if " " in one else one


@lru_cache(maxsize=8192)
def stems(text: str) -> Label:
    """The stems of an identifier or a phrase: `InvoiceLines`, `invoice_lines`, `Invoice lines` -> invoice, line."""
    return tuple(stem(word) for word in normalised(words(text)).split())


MEASURES = {best: stems(implied) for names, implied in DATA["measures"].items() for best in names.split()}
SAME_FIELD = tuple(tuple(stems(name) for name in group.split("|")) for group in DATA["same_field"])


def _compiled(frame: str) -> re.Pattern[str]:
    for _ in range(2):  # words may hold words
        frame = re.sub(r"\{([a-z]+)\}", lambda m: DATA["words"][m[1]], frame)
    seen: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        name = match[1]
        if name in seen:  # a second <subject> or <noun> of one frame
            name = f"{name}_"
        seen.add(name)
        return f"(?P<{name}>{_SLOTS.get(match[1], '.+?')})"

    return re.compile(re.sub(r"(?<!\?P)<([a-z]+)>", slot, frame), re.IGNORECASE)


FRAMES = tuple(
    Frame(intent, _compiled(frame)) for intent, frames in DATA["frames"].items() for frame in frames.splitlines()
)
LEAD = re.compile(
    rf"(?:{'|'.join(_compiled(lead).pattern for lead in DATA['leads'].splitlines())})\b[,:.!]* *", re.IGNORECASE
)
TAIL = re.compile(rf"[,]? (?:{'|'.join(DATA['tails'].splitlines())})$", re.IGNORECASE)
