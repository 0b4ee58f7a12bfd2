"""What names tell: the verb and the noun of a tool, and which field says what an object is.

Knows names alone: neither values nor schemas.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from turnwise.values.words import singular, words

_TABLES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "naming.yaml").read_text("utf-8"))


def word_set(name: str) -> frozenset[str]:
    """The words of one entry of `naming.yaml`."""
    return frozenset(_TABLES[name].split())


LISTS, COMPUTES, ERASES, CHANGES, SETTLES = map(word_set, ("lists", "computes", "erases", "changes", "settles"))
READS = LISTS | word_set("reads")
GRAVE = ERASES | word_set("grave") | _TABLES["records"].keys()
_NOUNS_TOO = word_set("nouns_too")
WRITES = GRAVE | CHANGES | word_set("writes") | _NOUNS_TOO
_PREPOSITIONS = frozenset(("by", "of", "per", "between"))
_JOINING, _VAGUE, _WRAPPING, OWN_CODES = (word_set(name) for name in ("joining", "vague", "wrapping", "own_codes"))
_LIMITS, _PAGES, _WAYS = word_set("limits"), word_set("pages"), word_set("texts") | word_set("options")
BOUNDS = {"min": "minimum", "minimum": "minimum", "max": "maximum", "maximum": "maximum"}
"""Words of an argument such as `max_price`, and the keyword of a schema that says the same."""
_ID = re.compile(r"(?<=.) (id|ids? or (key|name)|(key|name) or id)$")
_SHARED_CODES = ("code", "slug", "key", "username", "name")


class Key(NamedTuple):
    """The field that says which one an object is, and the kind of thing that it is."""

    field: str
    kind: str


@cache
def spoken(identifier: str) -> str:
    """`orderId`, `order_id`, `Order-ID` -> `order id`; "" where nothing is a letter or a digit."""
    return words(identifier) if re.search(r"[^\W_]", identifier) else ""


def is_plural(noun: str) -> bool:
    """Whether a noun is of several things."""
    return len(noun) > 3 and singular(noun) != noun


@cache
def verb_of(tool: str) -> str:
    """The first verb in a tool's name; "" when there is none. What follows a preposition is no verb: sales by order."""
    words = list(takewhile(lambda word: word not in _PREPOSITIONS, spoken(tool).split()))
    verbs = [word for word in words if word in WRITES or word in READS]
    later = _NOUNS_TOO | _TABLES["records"].keys()  # of return_order_items it is no verb
    plain = (word for word in verbs if word not in (later if word != words[0] else _NOUNS_TOO))
    return next(plain, verbs[0] if verbs and verbs[0] == words[0] else "")


def outcome(tool: str) -> str:
    """The status of what a tool has written: `cancel_order` -> `cancelled`."""
    verb = verb_of(tool) or "complete"
    if verb.endswith("y") and verb[-2:-1] not in ("a", "e", "o", "u"):
        return f"{verb[:-1]}ied"
    return _TABLES["past"].get(verb) or (verb + "d" if verb.endswith("e") else verb + "ed")


@cache
def things(tool: str) -> str:
    """What a tool is about, in its own number: `get_open_orders_of_user` -> `open orders`."""
    words = spoken(tool).split()
    verb = verb_of(tool)
    rest = words[words.index(verb) + 1 :] if verb else words
    cut = next((n for n, word in enumerate(rest) if word in _JOINING), len(rest))
    kept = [word for word in rest[:cut] if word not in _VAGUE and not word.isdigit()]
    return " ".join(kept or [word for word in rest[cut + 1 :] if word not in _VAGUE | _JOINING][:1])


@cache
def noun_of(tool: str) -> str:
    """The singular noun of what a tool shows or makes: `list_orders` -> `order`, `book_hotel` -> `booking`."""
    return singular(_TABLES["records"].get(verb_of(tool)) or things(tool) or "record")


@cache
def noun_within(field: str, noun: str) -> str:
    """The noun of the objects in a field of an object of some noun; a mere wrapper such as `results` keeps it."""
    *rest, last = spoken(field).split() or ["value"]
    inner = " ".join([*rest, singular(last)])
    return noun if last in _WRAPPING or inner.split()[-1] in noun.split() else inner


def identity(fields: Iterable[str], noun: str) -> Key | None:
    """The field that tells objects of these fields apart; None when there is none, or it is not plain which."""
    said = {spoken(field): field for field in fields}
    for plain in ("id", "uuid", "guid"):
        if plain in said:
            return Key(said[plain], noun)
    kinds = {_ID.sub("", text): field for text, field in said.items() if _ID.search(text)}
    words = noun.split()
    own = [kind for kind in kinds if kind.split()[-1] in words]
    if own or len(kinds) == 1:
        kind = max(own or kinds, key=lambda kind: words.index(kind.split()[-1]) if own else 0)
        return Key(kinds[kind], kind)
    if kinds:
        return None
    for text, field in said.items():
        if text in OWN_CODES:
            return Key(field, text)
    return next((Key(said[code], noun) for code in _SHARED_CODES if code in said), None)


def is_id(name: str) -> bool:
    """Whether a field holds a key and nothing else: `order_id`."""
    return spoken(name).split()[-1:] in (["id"], ["uuid"], ["guid"])


def bounded(name: str) -> str | None:
    """The property that an argument such as `max_price` bounds: `price`; None when it is no bound."""
    words = spoken(name).split()
    rest = [word for word in words if word not in BOUNDS]
    is_bound = len(rest) < len(words) and rest and not {*rest} & {*_LIMITS, *_PAGES, "length"}
    return "_".join(rest) if is_bound else None


def is_an_option(name: str) -> bool:
    """Whether an argument says how to look or how to answer, and is no property of anything."""
    words = spoken(name).split() or [name]
    ways = _LIMITS | _PAGES | _WAYS
    return words[-1] in ways or words[0] in ("sort", "include") or not BOUNDS.keys().isdisjoint(words)
