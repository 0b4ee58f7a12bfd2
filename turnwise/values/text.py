"""Words of a text: its normal form, its stop words, and whether it says anything at all. Knows no values."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGE: dict[str, Any] = yaml.safe_load(files("turnwise.values").joinpath("language.yaml").read_text("utf-8"))
STOP_WORDS = frozenset(LANGUAGE["stop_words"].split())
"""Words that texts share whatever they are about."""
FORMULAS = frozenset(LANGUAGE["formulas"].split())
"""Words of any conversation with an assistant: courtesy, offers, questions."""

# Figures, dashes and blanks of any script become those of ASCII, one character for one, so that places stay the same.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣－"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’ʼ`´′"), "'")
_WORD = re.compile(r"\w+")
_VISIBLE = (
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}
    | {0x7F: 0x2421}
    | dict.fromkeys(
        (*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)), 0xFFFD
    )
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt\"](?=\W|\d|[A-Z])")


MESSAGE_END = "\n\f\n"
"""Between messages that stand in one text."""


def says_something(text: str) -> bool:
    """Whether anything stands in a text: blanks, zero-width and control characters say nothing."""
    return any(not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn") for c in text)


def harmless(text: str) -> str:
    """A text whose control characters, as escapes of terminals begin with, are pictures of themselves.

    What turns the direction of the text after it, and half a character, is replaced as well.
    """
    return text.translate(_VISIBLE)


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Lower-case words without accents or punctuation, separated by single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(plain))


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about."""
    return frozenset(normalised(text).split()) - STOP_WORDS


def unescaped(text: str) -> str:
    """A text of the same length without escapes that stand in it as they are written in JSON: patolog\\u00eda, \\n3.

    A letter fills the place of its escape, so that a word stays one.
    """
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16)) if match[1] else " "
    return (letter if letter.isalpha() else " ") * len(match.group())


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
