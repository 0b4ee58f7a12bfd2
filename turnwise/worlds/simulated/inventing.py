"""Values made up for a name and a JSON schema: typed always, and as they might stand in real records.

Knows nothing of tools and remembers nothing: what is the same thing twice is for `simulated` to know.
"""

import random
import re
import string
import uuid
from datetime import datetime, timedelta
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import Any

import yaml

from turnwise.worlds.simulated.naming import one_of_many, spoken, word_set
from turnwise.worlds.world import JsonSchema

_PEOPLE = word_set("people")
_DEEPEST = 8


@cache
def invented() -> dict[str, Any]:
    """The lists of `invented.yaml`: titles, given_names, family_names; and by field: fields, ranges."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "invented.yaml").read_text("utf-8"))
    return loaded


def plain(schema: Any) -> JsonSchema:
    """One way to fit a schema: of the choices it offers the first that is not null, with what else it asks for."""
    found = dict(schema) if isinstance(schema, dict) else {}
    chosen = [plain(part) for part in found.pop("allOf", [])]
    for keyword in ("anyOf", "oneOf"):
        options = [plain(option) for option in found.pop(keyword, [])]
        chosen += sorted(options, key=lambda option: option.get("type") == "null")[:1]
    for part in chosen:
        for keyword, value in part.items():
            if keyword == "properties":
                found[keyword] = {**found.get(keyword, {}), **value}
            elif keyword == "required":
                found[keyword] = [*found.get(keyword, []), *value]
            else:
                found.setdefault(keyword, value)
    if isinstance(found.get("type"), list):
        found["type"] = next((kind for kind in found["type"] if kind != "null"), "null")
    if "type" not in found and not {"enum", "const"} & found.keys():
        found["type"] = "object" if "properties" in found else "array" if "items" in found else "string"
    return found


def invent(name: str, schema: Any, rng: random.Random, now: datetime, noun: str = "", depth: int = 0) -> Any:
    """A value for a field of that name, in a record of that noun, that fits the schema."""
    shape = plain(schema)
    if "const" in shape:
        return shape["const"]
    if shape.get("enum"):
        return rng.choice([value for value in shape["enum"] if value is not None] or [None])
    match shape["type"]:
        case "object":
            fields = shape.get("properties", {})
            wanted = fields if depth < _DEEPEST else shape.get("required", [])
            names = [*wanted, *(n for n in shape.get("required", []) if n not in wanted)]
            return {n: invent(n, fields.get(n, {}), rng, now, one_of_many(spoken(name)), depth + 1) for n in names}
        case "array":
            count = how_many(shape, rng) if depth < _DEEPEST else shape.get("minItems", 0)
            return [invent(one_of_many(name), shape.get("items", {}), rng, now, noun, depth + 1) for _ in range(count)]
        case "integer" | "number":
            return _number(spoken(name), shape, rng)
        case "boolean":
            return rng.random() < 0.7
        case "null":
            return None
    return _text(spoken(name), shape, rng, now, noun)


def has_a_range(name: str) -> bool:
    """Whether a name is that of a number, such as a price."""
    return any(_about(spoken(name), entry["words"]) for entry in invented()["ranges"])


def how_many(shape: JsonSchema, rng: random.Random) -> int:
    """A number of items for an array: three to five where the schema allows it."""
    return int(max(shape.get("minItems", 0), min(rng.randint(3, 5), shape.get("maxItems", 5))))


def _number(said: str, shape: JsonSchema, rng: random.Random) -> int | float:
    whole = shape["type"] == "integer"
    about: dict[str, Any] = next((entry for entry in invented()["ranges"] if _about(said, entry["words"])), {})
    usual = about.get("range", [1, 100])
    step: float = shape.get("multipleOf", 1 if whole else 10 ** -about.get("decimals", 0))
    step = ceil(step) if whole and step != int(step) else step
    low = max([shape[k] for k in ("minimum", "exclusiveMinimum") if k in shape], default=None)
    high = min([shape[k] for k in ("maximum", "exclusiveMaximum") if k in shape], default=None)
    if high is not None and high < usual[0]:
        usual = [min(high - 100, 0), high]
    if low is not None and low > usual[0]:
        usual = [low, max(low + 100 * step, usual[1])]
    first = ceil((usual[0] if low is None else max(low, usual[0])) / step)
    last = floor((usual[1] if high is None else min(high, usual[1])) / step)
    first += low is not None and first * step <= shape.get("exclusiveMinimum", first * step - 1)
    last -= high is not None and last * step >= shape.get("exclusiveMaximum", last * step + 1)
    if first > last:  # no round number lies between the bounds
        middle: float = ((low if low is not None else usual[0]) + (high if high is not None else usual[1])) / 2
        return round(middle) if whole else middle
    value: float = rng.randint(first, last) * step
    return int(value) if whole else round(float(value), 6)


def _text(said: str, shape: JsonSchema, rng: random.Random, now: datetime, noun: str) -> str:
    if "pattern" in shape:
        return matching(shape["pattern"], rng)
    text = _formatted(said, shape.get("format", ""), rng, now) or _worded(said, rng, noun)
    shortest, longest = shape.get("minLength", 0), shape.get("maxLength", len(text) + 200)
    while len(text) < shortest:
        text += " " + rng.choice(invented()["titles"]) if shortest > 12 else rng.choice(string.ascii_lowercase)
    return text[: max(longest, shortest)]


def _formatted(said: str, form: str, rng: random.Random, now: datetime) -> str:
    """Text of a fixed form, by the schema's format or by the field's name; "" where neither asks for one."""
    last = said.split()[-1] if said else ""
    past = bool(set(said.split()) & {"created", "updated", "modified", "published", "start", "since", "joined", "last"})
    days = rng.randint(1, 60) * (-1 if past else 1)
    day = now + timedelta(days=days)
    moment = day.replace(hour=rng.randint(8, 19), minute=rng.choice((0, 15, 30, 45)), second=0)
    if said in ("now", "current time", "current date", "timestamp", "as of"):
        moment = day = now
    site = re.sub(r"\W+", "-", rng.choice(invented()["titles"]).lower())
    person = f"{rng.choice(invented()['given_names'])}.{rng.choice(invented()['family_names'])}".lower()
    match form:
        case "date":
            return f"{day:%Y-%m-%d}"
        case "date-time":
            return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        case "time":
            return f"{moment:%H:%M:%S}"
        case "uuid":
            return str(uuid.UUID(int=rng.getrandbits(128), version=4))
        case "uri" | "url" | "uri-reference" | "iri":
            return f"https://example.org/{site}"
        case "email" | "idn-email":
            return f"{person}@example.org"
        case "hostname":
            return f"{site}.example.org"
        case "ipv4":
            return f"192.0.2.{rng.randint(1, 254)}"
    if last in ("date", "day", "birthday", "deadline") or said in ("check in", "check out"):
        return f"{day:%Y-%m-%d}"
    if last in ("at", "datetime", "timestamp", "on", "created", "updated") or said in ("current time", "now", "as of"):
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    if last == "time":
        return f"{moment:%H:%M}"
    if last in ("url", "link", "uri", "website", "image", "thumbnail", "homepage", "href", "photo", "picture"):
        return f"https://example.org/{site}"
    if last in ("email", "mail"):
        return f"{person}@example.org"
    if last in ("phone", "mobile", "telephone", "fax"):
        return f"+1 555 01{rng.randint(10, 99)} {rng.randint(100, 999)}"
    if last in ("zip", "postcode", "barcode", "isbn", "ean"):
        return "".join(rng.choices(string.digits, k=5 if last in ("zip", "postcode") else 12))
    return str(uuid.UUID(int=rng.getrandbits(128), version=4)) if last in ("uuid", "guid") else ""


def _worded(said: str, rng: random.Random, noun: str) -> str:
    words = said.split() or [""]
    last, about = words[-1], {*words, *noun.split()}
    if words[-1] in ("id", "code", "sku", "key", "reference", "number", "token", "slug"):
        kind = next((w for w in reversed([*noun.split(), *words[:-1]]) if len(w) > 2), last)
        return f"{kind[:3].upper()}-{rng.randint(1000, 9999)}"
    if last == "name" and {"first", "given"} & about:
        return str(rng.choice(invented()["given_names"]))
    if last in ("name", "surname") and {"last", "family", "surname"} & about:
        return str(rng.choice(invented()["family_names"]))
    if (last == "name" or said == noun or last in _PEOPLE) and about & _PEOPLE:
        return f"{rng.choice(invented()['given_names'])} {rng.choice(invented()['family_names'])}"
    named = said if last != "name" else " ".join([*words[:-1], *noun.split()])
    for entry in invented()["fields"]:
        if _about(named, entry["words"]):
            return str(rng.choice(entry["values"]))
    return str(rng.choice(invented()["titles"]))


def _about(said: str, words: str) -> bool:
    return not set(said.split()).isdisjoint(words.split())


def matching(pattern: str, rng: random.Random) -> str:
    """Text that a pattern without groups and alternatives matches, as far as it can be made up."""
    text = ""
    for part, repeat in re.findall(r"(\\.|\[\^?\]?[^\]]*\]|[^$^])(\{[\d,]+\}|[*+?])?", pattern):
        fits = [c for c in string.ascii_letters + string.digits + " -_./:@#+" if re.fullmatch(part, c)]
        bounds = [int(n) for n in re.findall(r"\d+", repeat)]
        least = bounds[0] if bounds else {"*": 0, "?": 0}.get(repeat, 1)
        most = bounds[-1] if len(bounds) > 1 else least if bounds or not repeat else least + 4 * (repeat != "?")
        text += "".join(rng.choices(fits or [part[-1]], k=rng.randint(least, max(least, most))))
    return text
