"""What a turn works with: calls, whose results are looked up in the dialogue, and what the dialogue has brought up.

A plan is written as plain code that calls tools. It is run from the start each time: a call that the turn has
already made returns its recorded result, and the first one it has not made ends the run as the next call.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from turnwise.agents.lexical.asks import Ask, Mention
from turnwise.agents.lexical.catalogue import Ability, Catalogue
from turnwise.agents.lexical.matching import folded, stems
from turnwise.agents.lexical.transcript import Exchange
from turnwise.values.words import listed

Row = Mapping[str, Any]

_NAMES = ("full_name", "name", "title", "label", "display_name", "subject", "caption", "description")
_PARTS = (("first_name", "last_name"), ("given_name", "family_name"), ("firstname", "lastname"))


class NextCall(Exception):
    """The plan needs this call before it can go on."""

    def __init__(self, tool: str, arguments: Mapping[str, Any]) -> None:
        super().__init__(tool)
        self.tool = tool
        self.arguments = arguments


class Stuck(Exception):
    """The request cannot be done; says why, or asks for what is missing."""

    def __init__(self, said: str, *, question: bool = False, wants: tuple[str, ...] = ()) -> None:
        super().__init__(said)
        self.said = said
        self.question = question
        self.wants = wants


def recognised(mention: Mention | None) -> Mention:
    """What a request is about; one in which nothing was recognised is asked about."""
    if mention is None:
        raise Stuck("I did not catch what you mean. Could you name it?", question=True)
    return mention


class Helpless(Stuck):
    """No tool is known that could do it as it was understood; another reading may."""


@dataclass(frozen=True)
class Entity:
    """A row of the world, as far as it is known."""

    noun: str
    id: Any
    row: Row

    @property
    def name(self) -> str:
        """What it is called; empty when it has only a number."""
        return named(self.row)

    @property
    def said(self) -> str:
        """Its name, or its noun and number."""
        return self.name or f"{self.noun} {self.id}".strip()


@dataclass(frozen=True)
class Done:
    """A change that was made: by which ability, with what, and the row it left."""

    ability: Ability
    arguments: Mapping[str, Any]
    thing: Entity | None


@dataclass
class Memory:
    """What the dialogue has established, up to the turn at hand."""

    today: str = ""
    things: list[Entity] = field(default_factory=list)
    """what was spoken of, latest last"""
    last: Ask | None = None
    pending: Ask | None = None
    """a request that waits for the user's answer"""
    wants: tuple[str, ...] = ()
    """names of the values it waits for"""
    written: list[Done] = field(default_factory=list)

    def speak_of(self, thing: Entity) -> None:
        """Make a thing the one that `that album` or `it` points at."""
        self.things = [t for t in self.things if (t.noun, t.id) != (thing.noun, thing.id)]
        self.things.append(thing)

    def recall(self, noun: str) -> Entity | None:
        """The thing last spoken of, of a kind if one is given."""
        return next((t for t in reversed(self.things) if noun in ("", t.noun)), None)

    def called(self, noun: str, name: str) -> Entity | None:
        """A thing spoken of by this name."""
        wanted = folded(name)
        return next(
            (t for t in reversed(self.things) if noun in ("", t.noun) and t.name and folded(t.name) == wanted),
            None,
        )


class Work:
    """The calls of one turn."""

    def __init__(self, known: Catalogue, exchanges: Sequence[Exchange], memory: Memory) -> None:
        self.known = known
        self.memory = memory
        self._made = {_key(e.tool, e.arguments): e for e in exchanges}

    def call(self, ability: Ability, arguments: Mapping[str, Any]) -> Any:
        """What a tool returns.

        Raises:
            NextCall: it has to be called first.
            Stuck: it refused.
        """
        made = self._made.get(_key(ability.tool, arguments))
        if made is None:
            raise NextCall(ability.tool, arguments)
        if made.error is not None:
            raise Stuck(made.error.strip().rstrip("."))
        return made.result

    def rows(self, ability: Ability, arguments: Mapping[str, Any]) -> list[Row]:
        """The rows a tool returns, whatever they are wrapped in."""
        return rows_of(self.call(ability, arguments))

    def thing(self, row: Row, noun: str) -> Entity:
        """A row as a thing of a kind."""
        return Entity(noun, row.get(self.key(row, noun)), row)

    def key(self, row: Row, noun: str) -> str:
        """The field of a row that holds its own key."""
        get = self.known.first("get", noun)
        candidates = [get.required[0].name] if get is not None else []
        candidates += [f"{noun.replace(' ', '_')}_id", "id"]
        fallback = next((k for k in row if stems(k)[-1:] == ("id",)), "")
        return next((c for c in candidates if c in row), fallback)


def rows_of(result: Any) -> list[Row]:
    """The rows in a result: a list of them, one of them, or a list inside an object."""
    if isinstance(result, Mapping):
        inner = [v for v in result.values() if isinstance(v, list) and v and isinstance(v[0], Mapping)]
        return rows_of(inner[0]) if len(inner) == 1 else [result] if result else []
    if isinstance(result, list):
        return [row for row in result if isinstance(row, Mapping)]
    return []


def need(ability: Ability, arguments: Mapping[str, Any]) -> None:
    """Ask for what a call cannot do without.

    Raises:
        Stuck: something is missing; asks for all of it.
    """
    missing = [p for p in ability.required if p.name not in arguments]
    if missing:
        asked = listed([f"the {p.label}" for p in missing])
        verb = "is" if len(missing) == 1 else "are"
        raise Stuck(f"What {verb} {asked}?", question=True, wants=tuple(p.name for p in missing))


def named(row: Row) -> str:
    """What a row is called, by the fields that names are usually kept in."""
    lower = {key.lower(): value for key, value in row.items()}
    for first, last in _PARTS:
        if lower.get(first) and lower.get(last):
            return f"{lower[first]} {lower[last]}"
    for key in _NAMES:
        if isinstance(lower.get(key), str) and lower[key]:
            return str(lower[key])
    ending = next((v for k, v in lower.items() if k.endswith(("name", "title")) and isinstance(v, str)), "")
    return ending or ""


def spoken(mention: Mention) -> str:
    """A mention in words, for a reply."""
    if mention.name:
        return f"{mention.noun} {mention.name}".strip()
    return f"that {mention.noun}".strip() if mention.noun else "that"


def _key(tool: str, arguments: Mapping[str, Any]) -> str:
    return f"{tool} {json.dumps(dict(arguments), sort_keys=True, default=str)}"
