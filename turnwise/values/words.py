"""Identifiers and values become words a person would say. Knows nothing of tables or tools, only of names."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from turnwise.values.text import LANGUAGE

# Rules of our own: the library for this takes two seconds to import, in every process of a run.
_UNCOUNTED = frozenset(LANGUAGE["uncounted"].split())
_PLURALS: dict[str, str] = LANGUAGE["plurals"]
_SINGULARS = {plural: singular for singular, plural in _PLURALS.items()} | {"indices": "index", "men": "man"}
_COLLECTIVES: dict[str, str] = LANGUAGE["collectives"]
_PLURAL_INSIDE = frozenset(LANGUAGE["plural_inside"].split())
_PREFIXES = ("tbl_", "tb_", "t_", "dim_", "fact_", "app_", "wp_", "mst_", "ref_", "lkp_")
_SUFFIX = re.compile(r"(?<=[a-z0-9])_?(tbl|table|master|mst|mstr)$", re.IGNORECASE)
_PARTICIPLE = re.compile(r"\w{3,}(?<!e)ed|made|sent|paid|sold|given|taken")
"""A participle after a noun, as in payments received; speed and feed are none."""
_PERIOD = re.compile(r" (?:daily|weekly|monthly|quarterly|yearly|annual|hourly)$")
_OWN = re.compile(
    r"^(?:customer|client|user|guest|member|wallet) (?=(?:order|payment|booking|visit|appointment|reservation|transaction|session|review|request)s?$)"
)
"""Whose an order is goes without saying."""
_UNITS = "minutes|hours|days|weeks|kg|km|cm|mm|lbs"
_PLACED = re.compile(
    r"^(?:address|addr) (street|city|town|state|country|county|zip|zip code|postal code|postcode|region)$"
)
_TURNED = re.compile(
    r"^(address|phone|telephone|email|fax) (billing|delivery|shipping|mailing|postal|home|work|business|office|mobile|primary|secondary)$"
)

PEOPLE = frozenset(LANGUAGE["people"].split())
"""Nouns for people, who are asked for by who and spoken of as them."""

_ACRONYMS = frozenset(LANGUAGE["acronyms"].split())

_SAID: dict[str, str] = LANGUAGE["said"]
"""Column words that no person would say, and what a person says instead."""


@cache
def _short() -> dict[str, Any]:
    """`abbreviations.yaml`: phrases, words by where they may stand, and those that people say as they stand."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "abbreviations.yaml").read_text("utf-8"))
    return loaded


_BY_MAKE = frozenset(LANGUAGE["by_make"].split())
_BY_USE = frozenset(LANGUAGE["by_use"].split())
_WITH_NAMES = frozenset(LANGUAGE["with_names"].split())
_MADE_OF_WORDS = re.compile(r"[A-Z][a-z-]+( [a-z][a-z-]*| \d+)+")
"""A name that says what something is: Disc brake pads"""


def by_make(noun: str) -> bool:
    """Whether things of a noun are called by what they are: a car, a bike."""
    return noun.split()[-1] in _BY_MAKE


def takes_article(noun: str, name: str) -> bool:
    """Whether a name stands with `the`: the Disc brake pads, the White Marlowe Dynamo, the Grand Hall; no title does."""
    made = by_make(noun) or (noun.split()[-1] in _BY_USE and _MADE_OF_WORDS.fullmatch(name) is not None)
    return made and not name.startswith("The ")


def has_a_name(noun: str) -> bool:
    """Whether things of a noun have names of their own, as people do: Iggy, and not the pet Iggy."""
    return noun.split()[-1] in _WITH_NAMES


@cache
def words(identifier: str) -> str:
    """`InvoiceLine`, `invoice_line`, `invoice line` -> `invoice line`. May be empty if nothing is a letter."""
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", identifier)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", text)
    text = re.sub(r"[\W_]+", " ", text).strip().lower()
    return text or identifier.strip().lower()


@cache
def snake(identifier: str) -> str:
    """A name that is valid for a tool or a parameter: lower case ASCII letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", words(identifier)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return name if name and not name[0].isdigit() else f"n{name}" if name else ""


@cache
def singular(noun: str) -> str:
    """The singular of a noun phrase, by its last word (`invoice lines` -> `invoice line`) or the one that it is of:
    `payments received` -> `payment received`."""
    *rest, last = noun.split(" ")
    if rest and _PARTICIPLE.fullmatch(bare := last.removesuffix("s")):
        return " ".join([*rest[:-1], _singular_word(rest[-1]), bare])
    return " ".join([*rest, _singular_word(last)])


def _singular_word(word: str) -> str:
    if word in _COLLECTIVES:
        return _COLLECTIVES[word]
    if word.endswith("people"):
        return f"{word[:-6]}person"
    if word in _SINGULARS:
        return _SINGULARS[word]
    if word in _UNCOUNTED or len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "as")):
        return word
    if re.search(r"(?:gno|ly|cri|the|phe)ses$", word):
        return f"{word[:-2]}is"
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "uses")) and not word.endswith(("auses", "ouses")):
        return word[:-2]
    return word[:-1]


@cache
def counted(number: int, noun: str) -> str:
    """A number of things: 1 start, 20 starts."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of a singular noun phrase, by its last word, or the one before a participle: `payments received`."""
    *rest, last = noun.split(" ")
    if rest and _PARTICIPLE.fullmatch(last):
        return " ".join([*rest[:-1], _plural_word(rest[-1]), last])
    return " ".join([*rest, _plural_word(last)])


def _plural_word(word: str) -> str:
    if word in _UNCOUNTED or not word.isalpha():
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("person"):
        return f"{word[:-6]}people"
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return f"{word[:-1]}ies"
    if word.endswith("sis"):
        return f"{word[:-2]}es"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


@cache
def table_noun(table: str, prefix: str = "") -> str:
    """The singular noun of a table's rows: `tblInvoiceLines` -> `invoice line`.

    Args:
        prefix: what the names of all tables of its database begin with.
    """
    name = table.removeprefix(prefix)
    for start in _PREFIXES:
        if name.lower().startswith(start) and len(name) > len(start):
            name = name[len(start) :]
            break
    name = _SUFFIX.sub("", re.sub(r"^tbl(?=[A-Z])", "", name))
    noun = re.sub(r"\b[a-z]{5,}\b", lambda match: _parted(match.group()), words(name))
    noun = singular(_spelt_out(singular(_PERIOD.sub("", noun)), last=False))
    *inner, last = noun.split(" ")
    noun = " ".join([*map(_singular_inside, inner), last])
    return _OWN.sub("", noun) or words(table)


def _singular_inside(word: str) -> str:
    """A word as it stands before a noun: the image of a pet, not of pets."""
    return word if word in _PLURAL_INSIDE or not word.endswith("s") else _singular_word(word)


@cache
def column_label(column: str) -> str:
    """What a person calls a column's value: `UnitPrice` -> `unit price`, `support_rep_id` -> `support rep`."""
    text = words(column)
    text = re.sub(r"\b([a-z]{3,})(\d+)\b", r"\1 \2", text)
    text = re.sub(r"\b[a-z]{5,}\b", lambda match: _parted(match.group()), text)
    said = _SAID.get(text) or _spelt_out(re.sub(r" (id|key|fk)$", "", text)) or text
    said = re.sub(rf"^(?!.* in )(.+) ({_UNITS})$", r"\1 in \2", said)
    said = re.sub(r"^street$", "street address", _PLACED.sub(r"\1", said)) if _PLACED.match(said) else said
    return _TURNED.sub(r"\2 \1", said)


@cache
def _parted(word: str) -> str:
    """Two words that are written as one: `membercost` -> `member cost`."""
    tails = _short()["tails"].split()
    heads = frozenset(_short()["heads"].split())
    cuts = [len(word) - len(tail) for tail in tails if word.endswith(tail) and word[: -len(tail)] in heads]
    return f"{word[: cuts[0]]} {word[cuts[0] :]}" if cuts else word


def _spelt_out(text: str, last: bool = True) -> str:
    """Words with abbreviations spelt out; `last` when the last word may be one that is short only at the end."""
    table = _short()
    for phrase, meaning in table["phrases"].items():
        text = re.sub(rf"\b{phrase}\b", meaning, text)
    parts = text.split(" ")
    said = [table["anywhere"].get(part, part) for part in parts]
    if last and (meaning := table["last"].get(parts[-1])):
        said[-1] = meaning
    if len(parts) > 1 and parts[0] in ("num", "nbr", "nr", "no") and parts[-1].endswith("s"):
        said[0] = "number of"
    return re.sub(r"\b(\w+) \1\b", r"\1", " ".join(filter(None, said)))


def is_spoken(label: str) -> bool:
    """Whether a label is words that people say: each has a vowel, or is a usual abbreviation or a number."""
    spoken = _short()["spoken"].split()
    return all(
        part in spoken or part.isdigit() or not part.isascii() or (len(part) > 1 and re.search("[aeiouy]", part))
        for part in re.findall(r"[^\W_]+", label)
    )


def headed(noun: str) -> str:
    """A noun without a participle at its end, for where it is clear which is meant: that payment, of payment received."""
    *rest, last = noun.split(" ")
    return " ".join(rest) if rest and _PARTICIPLE.fullmatch(last) else noun


def capital(label: str) -> str:
    """A label as it begins a sentence: `Postal code`, `ISBN`."""
    first, space, rest = label.partition(" ")
    return f"{first.upper() if first in _ACRONYMS else first[:1].upper() + first[1:]}{space}{rest}"


def article(noun: str) -> str:
    """The noun with `a` or `an` before it."""
    vowel = noun[:1] in "aeiou" and not noun.startswith(("uni", "use", "eu", "one"))
    vowel = (
        vowel
        or (noun.split(" ")[0] in _ACRONYMS and noun[0] in "fhlmnrsx")
        or noun.startswith(("hour", "honest", "honor", "honour", "heir"))
    )
    return f"{'an' if vowel else 'a'} {noun}"


def listed(items: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def listed_each(labels: list[str]) -> str:
    """Labels with the article of each: the floor and the rent."""
    return listed([f"the {label}" for label in labels])


def said(value: int | float | str | None) -> str:
    """A value as people write it: two decimals for money, no midnight."""
    return f"{value:.2f}" if isinstance(value, float) else str(value).removesuffix(" 00:00:00")
