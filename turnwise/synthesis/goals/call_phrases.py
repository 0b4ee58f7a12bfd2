"""What a person would call a tool's doing: its verb and its thing, told by its name, never by what it returns."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from turnwise.values.words import is_spoken, plural, singular
from turnwise.worlds import Tool, World
from turnwise.worlds.simulated.naming import READS, WRITES, is_plural, spoken, verb_of

_TABLES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "calls.yaml").read_text("utf-8"))
_MORE_VERBS, _MAKES = (frozenset(_TABLES[name].split()) for name in ("verbs", "makes"))
_SPOKEN: dict[str, str] = _TABLES["spoken"]
_JOINTS = frozenset(
    ["by", "for", "of", "from", "to", "in", "with", "on", "at", "via", "using", "as", "per", "and", "into"]
)


class Deed(NamedTuple):
    """What a tool does, in words."""

    verb: str
    thing: str
    many: bool
    """whether several of the thing are meant"""
    makes: bool
    """whether the thing is new afterwards"""


def deed_of(tool: Tool, world: World) -> Deed:
    """The verb and the thing of a tool: `get_weather_forecast` is to look up the weather forecast."""
    parts = spoken(tool.name).split()
    parts = [part for part in parts if part not in _shared_parts(world)] or parts
    verb = _verb(parts, tool)
    place = parts.index(verb) if verb else -1
    rest = parts[place + 1 :]
    cut = next((n for n, part in enumerate(rest) if part in _JOINTS), len(rest))
    thing = [part for part in rest[:cut] if not part.isdigit()] or [
        p for p in parts[: max(place, 0)] if p not in _JOINTS
    ]
    thing = _without_data(thing)
    if verb and not thing and rest[:1] == ["to"]:  # transfer to human agents
        return Deed(" ".join([verb, *rest]), "", False, False)
    last = thing[-1] if thing else ""
    many = is_plural(last)
    if not verb and len(tool.parameters.get("required", [])) > 1:
        verb = "use"
    return Deed(_SPOKEN.get(verb, verb) or "look up", " ".join(thing), many, verb in _MAKES)


def _verb(parts: list[str], tool: Tool) -> str:
    """The first word that is a verb; "" where there is none."""
    known = verb_of(" ".join(parts))
    if known in parts:
        return known
    begins = re.match(r"\W*([A-Za-z]+)", tool.description)
    said = begins[1].lower() if begins and tool.description.rstrip(".").lower() != " ".join(parts) else ""
    stems = {said, said.removesuffix("s"), said.removesuffix("es")} - {""}
    return next(
        (part for part in parts if part in _MORE_VERBS | READS | WRITES or (part == parts[0] and part in stems)), ""
    )


def _without_data(thing: list[str]) -> list[str]:
    """A thing without the words that only say that it is data: order details."""
    kept = [part for part in thing if part not in ("info", "information", "data", "details", "detail", "id", "record")]
    return kept or thing


@cache
def _shared_parts(world: World) -> frozenset[str]:
    """What most names of a world's tools begin with: `puppeteer_click`, `sf_list_roots`."""
    firsts = Counter(spoken(tool.name).split()[0] for tool in world.tools if len(spoken(tool.name).split()) > 1)
    return frozenset(
        word
        for word, times in firsts.items()
        if times > 1 and 2 * times > len(world.tools) and word not in READS | WRITES | _MORE_VERBS
    )


def things_of(deed: Deed) -> str:
    """The thing in the plural, as the topic of a question for all of them."""
    return deed.thing if deed.many else plural(deed.thing)


def one_of(deed: Deed) -> str:
    """The thing in the singular."""
    return singular(deed.thing) if deed.many and is_spoken(deed.thing) else deed.thing
