"""Values sampled from a JSON schema: typed always, and named fields look as they do in real records.

Knows nothing of tools and remembers nothing: what is the same entity twice is for `results` to know.
"""

import random
import re
import string
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import Any

import yaml

from turnwise.errors import WorldError
from turnwise.values.words import singular
from turnwise.worlds.json_schema import fits
from turnwise.worlds.simulated.naming import spoken, word_set
from turnwise.worlds.world import JsonSchema

_PEOPLE, _CODES, _PAST, _PRESENT = (word_set(name) for name in ("people", "codes", "past_words", "present_words"))
_TRIES = 20
_MOST_ITEMS, _LONGEST_TEXT = 1000, 10_000
"""Items in all lists of a value together, and characters of a text, at most, whatever a schema asks for."""


@cache
def invented() -> dict[str, Any]:
    """The lists of `invented.yaml`: titles, given_names, family_names; and by field: forms, fields, ranges."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "invented.yaml").read_text("utf-8"))
    return loaded


def sample(name: str, schema: Any, rng: random.Random, now: datetime, noun: str = "") -> Any:
    """A value that fits a schema, for a field of that name in a record of that noun; WorldError where none is found."""
    for _ in range(_TRIES):
        # A bound that no float can hold, or a number too long to write: as good as a value that does not fit.
        with suppress(ArithmeticError, ValueError):
            value = _drawn(name, schema, rng, now, noun)
            if fits(value, schema):
                return value
    raise WorldError(f"nothing that fits the schema of {name or 'a value'} can be made up")


def plain(schema: Any) -> JsonSchema:
    """One way to fit a schema: of the choices it offers the first that is not null, with what else it asks for."""
    found = dict(schema) if isinstance(schema, dict) else {}
    if found.get("enum") == []:  # nothing fits it: it is taken for no choice at all
        del found["enum"]
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


def has_a_range(name: str) -> bool:
    """Whether a name is that of a number, such as a price."""
    return any(_about(spoken(name), entry) for entry in invented()["ranges"])


def _drawn(name: str, schema: Any, rng: random.Random, now: datetime, noun: str, room: int = _MOST_ITEMS) -> Any:
    shape = plain(schema)
    if "const" in shape:
        return shape["const"]
    if shape.get("enum"):
        fitting = [value for value in shape["enum"] if value is not None and fits(value, shape)]
        return rng.choice(fitting or shape["enum"])
    match shape["type"]:
        case "object":
            fields, inner = shape.get("properties", {}), singular(spoken(name))
            names = dict.fromkeys([*fields, *shape.get("required", [])])
            return {n: _drawn(n, fields.get(n, {}), rng, now, inner, room) for n in names}
        case "array":
            wanted = max(shape.get("minItems", 0), min(rng.randint(3, 5), shape.get("maxItems", 5)))
            count = int(min(wanted, room))
            items, own = shape.get("items", {}), name.removesuffix("s")
            return [_drawn(own, items, rng, now, noun, room // count) for _ in range(count)]
        case "integer" | "number":
            return _number(spoken(name), shape, rng)
        case "boolean":
            return rng.random() < 0.7
        case "null":
            return None
    return _text(spoken(name), shape, rng, now, noun)


def _number(said: str, shape: JsonSchema, rng: random.Random) -> int | float:
    whole = shape["type"] == "integer"
    about: dict[str, Any] = next((entry for entry in invented()["ranges"] if _about(said, entry)), {})
    step = Fraction(str(shape.get("multipleOf", 1 if whole else 10 ** -about.get("decimals", 0))))
    step = Fraction(step.numerator) if whole else step
    low, high = (Fraction(bound) for bound in about.get("range", (1, 100)))
    lows = [Fraction(shape[word]) for word in ("minimum", "exclusiveMinimum") if word in shape]
    highs = [Fraction(shape[word]) for word in ("maximum", "exclusiveMaximum") if word in shape]
    low, high = max([low, *lows]), min([high, *highs])
    if high < low:
        low = max(lows) if lows else high - 100 * step
        high = min(highs) if highs else low + 100 * step
    first, last = ceil(low / step), floor(high / step)
    first += first * step == shape.get("exclusiveMinimum")
    last -= last * step == shape.get("exclusiveMaximum")
    value = rng.randint(first, last) * step if first <= last else (low + high) / 2
    return int(value) if whole else float(value)


def _text(said: str, shape: JsonSchema, rng: random.Random, now: datetime, noun: str) -> str:
    if "pattern" in shape:
        return _matching(shape["pattern"], rng)
    text = _formed(said, shape.get("format", ""), rng, now) or _worded(said, rng, noun)
    shortest, longest = min(shape.get("minLength", 0), _LONGEST_TEXT), shape.get("maxLength", _LONGEST_TEXT)
    while len(text) < shortest:
        text += " " + rng.choice(invented()["titles"]) if shortest > 12 else rng.choice(string.ascii_lowercase)
    return text[: max(int(longest), int(shortest))]


def _formed(said: str, form: str, rng: random.Random, now: datetime) -> str:
    """Text of a fixed form, by the schema's format or else by the field's last word; "" where neither asks for one."""
    ending = said.split()[-1] if said else ""
    forms = invented()["forms"]
    by_format = (entry["text"] for entry in forms if form and form in entry.get("formats", "").split())
    by_name = (entry["text"] for entry in forms if ending and ending in entry.get("endings", "").split())
    text = next(by_format, None) or next(by_name, None)
    if text is None:
        return ""
    lists = invented()
    day = now + timedelta(days=rng.randint(1, 60) * (-1 if _PAST & set(said.split()) else 1))
    clock = f"{rng.randint(8, 19):02}:{rng.choice((0, 15, 30, 45)):02}"
    if ending in _PRESENT or said.startswith("current "):
        day, clock = now, f"{now:%H:%M}"
    made = text.format(
        day=f"{day:%Y-%m-%d}",
        clock=clock,
        uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
        slug=re.sub(r"\W+", "-", rng.choice(lists["titles"]).lower()),
        given=rng.choice(lists["given_names"]).lower(),
        family=rng.choice(lists["family_names"]).lower(),
    )
    return re.sub("#", lambda _: str(rng.randint(1, 9)), made)


def _worded(said: str, rng: random.Random, noun: str) -> str:
    lists, last = invented(), said.split()[-1] if said else ""
    if last in _CODES:
        return f"{(noun or last)[:3].upper()}-{rng.randint(1000, 9999)}"
    given, family = rng.choice(lists["given_names"]), rng.choice(lists["family_names"])
    if last in _PEOPLE or (last == "name" and {*said.split(), *noun.split()} & _PEOPLE):
        return f"{given} {family}"
    named = said if last != "name" else f"{said.removesuffix('name')} {noun}"
    values = next((entry["values"] for entry in lists["fields"] if _about(named, entry)), lists["titles"])
    return str(rng.choice(values))


def _about(said: str, entry: dict[str, Any]) -> bool:
    return not set(said.split()).isdisjoint(entry["words"].split())


def _matching(pattern: str, rng: random.Random) -> str:
    """Text that a pattern without groups and alternatives matches, as far as it can be made up."""
    text = ""
    for part, repeat in re.findall(r"(\\.|\[\^?\]?[^\]]*\]|[^$^])(\{[\d,]+\}|[*+?])?", pattern):
        letters = part[-1]
        with suppress(re.error):
            signs = string.ascii_letters + string.digits + " -_./:@#+"
            letters = [sign for sign in signs if re.fullmatch(part, sign)] or part[-1]
        bounds = [int(n) for n in re.findall(r"\d+", repeat)]
        least = bounds[0] if bounds else {"*": 0, "?": 0}.get(repeat, 1)
        most = bounds[-1] if len(bounds) > 1 else least if bounds or not repeat else least + 4 * (repeat != "?")
        text += "".join(rng.choices(letters, k=rng.randint(least, max(least, most))))
    return text
