"""Words of a text: its normal form, its stop words, and whether it says anything at all. Knows no values."""

import re
import unicodedata
from functools import lru_cache

_STOP_WORDS = """
a an the and or but if so as at by for from in into of on off to with without within than then that this these
those there here it its i im me my mine we us our you your yours he him his she her they them their who whom whose
which what when where why how is are was were be been being am do does did doing have has had having can could will
would shall should may might must not no nor yes all any both each some such only own same too very just also more
most other another again once about after before because until while during over under out up down s t re ve ll d m
please get give tell
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that texts share whatever they are about."""

_FORMULAS = """
    done ok okay don didn isn doesn won couldn thank thanks welcome hello hi hey dear sorry apologies unfortunately great
    sure certainly course alright good nice wonderful perfect glad happy hope feel free help helping assist assistance
    assisted further need needed needs want wanted like let know ask asking say said given provide provided see look
    looking looked find found check checked make made take go going proceed confirm confirmed confirmation information
    details detail following able unable one two first last next new however additionally based since question questions
    anything something everything else reach contact today time moment way thing things id ids number numbers name names
    follow available option options still already currently below above keep back well right correct wish prefer think
    believe understand understood appreciate request requests using use used day days future hesitate hold retrieve
    retrieved whenever decide enjoy forward patience sense explain explaining clarify clarification clarifying safe trip
    travels changes ready appreciated talk gather rest assured meanwhile bye goodbye care successfully through come
    process processed processing yet soon later really though maybe least possible possibility getting got someone
    somebody speak speaking supervisor human agent customer service nothing set much kind words better feels fine seem
    seems try trying tried anyway myself leave never mind wait forget drop sort second note hear truly others contacting
    directly exception circumstances recommend
"""
FORMULAS = frozenset(_FORMULAS.split())
"""Words of any conversation with an assistant: courtesy, offers, questions."""

# Figures, dashes and blanks of any script become those of ASCII, one character for one, so that places stay the same.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣－"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’ʼ`´′"), "'")
_WORD = re.compile(r"\w+")


MESSAGE_END = "\n\f\n"
"""Between messages that stand in one text."""


def says_something(text: str) -> bool:
    """Whether anything stands in a text: blanks, zero-width and control characters say nothing."""
    return any(not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn") for c in text)


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Lower-case words without accents or punctuation, separated by single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(plain))


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about."""
    return frozenset(normalised(text).split()) - STOP_WORDS


@lru_cache(maxsize=4096)
def ascii_signs(text: str) -> str:
    """A text of the same length with figures, dashes, apostrophes and blanks as ASCII has them; letters stay."""
    if text.isascii():
        return text
    return "".join(map(_sign, text.translate(_DASHES).translate(_QUOTES)))


def _sign(letter: str) -> str:
    if letter.isascii():
        return letter
    if (digit := unicodedata.decimal(letter, None)) is not None:
        return str(digit)
    return " " if letter.isspace() else letter
