"""What a turn works with: calls, whose results are looked up in the dialogue, and what the dialogue has brought up.

A plan is written as plain code that calls tools. It is run from the start each time: a call that the turn has
already made returns its recorded result, and the first one it has not made ends the run as the next call.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from turnwise.agents.lexical.catalogue import Ability, Catalogue
from turnwise.agents.lexical.language import DATA, stems
from turnwise.agents.lexical.reading import Ask
from turnwise.agents.lexical.transcript import Exchange
from turnwise.values.text import normalised
from turnwise.values.words import listed

Row = Mapping[str, Any]


class NextCall(Exception):
    """The plan needs this call before it can go on."""

    def __init__(self, tool: str, arguments: Mapping[str, Any]) -> None:
        super().__init__(tool)
        self.tool = tool
        self.arguments = arguments


class Stuck(Exception):
    """The request cannot be done; says why, or asks for the values that are missing."""

    def __init__(self, said: str, wants: tuple[str, ...] | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.wants = wants
        """names of the values asked for; None when it is no question"""


@dataclass(frozen=True)
class Entity:
    """A row of the world, as far as it is known."""

    noun: str
    id: Any
    row: Row

    @property
    def name(self) -> str:
        """What it is called; empty when it has only a number."""
        lower = {key.lower(): value for key, value in self.row.items()}
        for first, last in DATA["name_parts"]:
            if lower.get(first) and lower.get(last):
                return f"{lower[first]} {lower[last]}"
        keys = (*DATA["names"].split(), *(key for key in lower if key.endswith(("name", "title"))))
        return next((str(lower[key]) for key in keys if isinstance(lower.get(key), str) and lower[key]), "")

    @property
    def said(self) -> str:
        """Its name, or its noun and number."""
        return self.name or f"{self.noun} {self.id}".strip()


@dataclass(frozen=True)
class Written:
    """A change that was made, and the row it left."""

    tool: str
    arguments: Mapping[str, Any]
    entity: Entity | None


@dataclass
class Memory:
    """What the dialogue has established, up to the turn at hand."""

    entities: list[Entity] = field(default_factory=list)
    """what was spoken of, latest last"""
    last: Ask | None = None
    pending: Ask | None = None
    """a request that waits for the user's answer"""
    wants: tuple[str, ...] = ()
    """names of the values it waits for"""
    written: list[Written] = field(default_factory=list)

    def speak_of(self, entity: Entity) -> None:
        """Make an entity the one that `that album` or `it` points at."""
        self.entities = [e for e in self.entities if (e.noun, e.id) != (entity.noun, entity.id)] + [entity]

    def recall(self, noun: str, name: str = "") -> Entity | None:
        """The entity last spoken of, of a kind and by a name if they are given."""
        same = (e for e in reversed(self.entities) if noun in ("", e.noun))
        return next((e for e in same if not name or normalised(e.name) == normalised(name)), None)


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

    def write(self, ability: Ability, arguments: Mapping[str, Any], entity: Entity | None = None) -> Entity | None:
        """Make a change, and remember the row it leaves; one that was asked for again is not made twice.

        Raises:
            NextCall, Stuck: as `call`; also when a value is missing.
        """
        missing = [p for p in ability.required if p.name not in arguments]
        if missing:
            asked = listed([f"the {p.label}" for p in missing])
            raise Stuck(f"What {'is' if len(missing) == 1 else 'are'} {asked}?", tuple(p.name for p in missing))
        before = (w for w in self.memory.written if (w.tool, w.arguments) == (ability.tool, arguments))
        if ability.kind != "update" and (again := next(before, None)) is not None:
            return again.entity
        rows = rows_of(self.call(ability, arguments))
        if entity is None and ability.kind == "create":
            entity = self.entity(rows[0], ability.noun) if rows else Entity(ability.noun, None, arguments)
        elif entity is not None and rows:
            entity = Entity(entity.noun, entity.id, rows[0])
        self.memory.written.append(Written(ability.tool, arguments, entity))
        if entity is not None and entity.id is not None:
            self.memory.speak_of(entity)
        return entity

    def rows(self, ability: Ability, arguments: Mapping[str, Any]) -> list[Row]:
        """The rows a tool returns, whatever they are wrapped in."""
        return rows_of(self.call(ability, arguments))

    def entity(self, row: Row, noun: str) -> Entity:
        """A row as an entity of a kind."""
        return Entity(noun, row.get(self.key(row, noun)), row)

    def named(self, row: Row, entity: Entity) -> str:
        """What a row about an entity calls it, where it does; else what it is called."""
        return self.entity(row, entity.noun).name or entity.said

    def key(self, row: Row, noun: str) -> str:
        """The field of a row that holds its own key."""
        keyed = [a.required[0].name for kind in ("get", "update") for a in self.known.having(kind, noun) if a.required]
        candidates = [*keyed, f"{noun.replace(' ', '_')}_id", "id", *(k for k in row if stems(k)[-1:] == ("id",))]
        return next((c for c in candidates if c in row), "")


def rows_of(result: Any) -> list[Row]:
    """The rows in a result: a list of them, one of them, or a list inside an object."""
    if isinstance(result, Mapping):
        inner = [v for v in result.values() if isinstance(v, list) and v and isinstance(v[0], Mapping)]
        return rows_of(inner[0]) if len(inner) == 1 else [result] if result else []
    return [row for row in result if isinstance(row, Mapping)] if isinstance(result, list) else []


def _key(tool: str, arguments: Mapping[str, Any]) -> str:
    return f"{tool} {json.dumps(dict(arguments), sort_keys=True, default=str)}"
