"""What a turn works with: calls, whose results are looked up in the dialogue, and what the dialogue has brought up.

A plan is written as plain code that calls tools. It is run from the start each time: a call that the turn has
already made returns its recorded result, and the first one it has not made ends the run as the next call.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCallError

from turnwise.agents.lexical.catalogue import Ability, Catalogue, Parameter, is_key
from turnwise.agents.lexical.language import DATA
from turnwise.agents.lexical.reading import Ask
from turnwise.values.words import listed

Row = Mapping[str, Any]
_MOST_PAGES = 4


@dataclass
class Turn:
    """What the user said, and the results of the calls made in answer to it."""

    heard: str = ""
    results: dict[str, ChatMessageTool] = field(default_factory=dict)


def turns_of(messages: Sequence[ChatMessage]) -> list[Turn]:
    """The turns of a list of messages, the last of which is to be answered."""
    turns: list[Turn] = []
    results = {m.tool_call_id: m for m in messages if isinstance(m, ChatMessageTool)}
    for message in messages:
        if isinstance(message, ChatMessageUser):
            turns.append(Turn(message.text))
        elif isinstance(message, ChatMessageAssistant):
            turns = turns or [Turn()]
            for call in message.tool_calls or ():
                if call.id in results:
                    turns[-1].results[_key(call.function, call.arguments)] = results[call.id]
    return turns


class NextCall(Exception):
    """The plan needs this call before it can go on."""

    def __init__(self, tool: str, arguments: Mapping[str, Any]) -> None:
        super().__init__(tool)
        self.tool = tool
        self.arguments = arguments


class Stuck(Exception):
    """The request cannot be done; says why, or asks for the values that are missing."""


class Unnamed(Stuck):
    """It is not known which row is meant; the user is asked."""


@dataclass(frozen=True)
class Entity:
    """A row of the world, as far as it is known."""

    noun: str
    id: Any
    row: Row
    numbered: bool = False
    """whether nothing finds its kind by a name"""

    @property
    def name(self) -> str:
        """What it is called; empty when it has only a number."""
        if self.numbered:
            return ""
        own = next((key for key, value in self.row.items() if value == self.id), "")
        rest = {key: value for key, value in self.row.items() if key != own}
        lower = {key.lower(): value for key, value in rest.items() if not _of_another(key, rest)}
        if lower.get("first_name") and lower.get("last_name"):
            return f"{lower['first_name']} {lower['last_name']}"
        keys = (*DATA["names"].split(), *(key for key in lower if key.endswith(("name", "title"))))
        return next((str(lower[key]) for key in keys if isinstance(lower.get(key), str) and lower[key]), "")

    @property
    def said(self) -> str:
        """Its name, or its noun and number."""
        return self.name or f"{self.noun} {self.id}".strip()


def _of_another(key: str, row: Row) -> bool:
    """Whether a field holds the name of what another field refers to: `customer_name` beside `customer_id`."""
    base, _, last = key.rpartition("_")
    return last in ("name", "title") and bool({base, f"{base}_id"} & row.keys())


@dataclass
class Memory:
    """What the dialogue has established, up to the turn at hand."""

    entities: list[Entity] = field(default_factory=list)
    """what was spoken of, latest last"""
    last: Ask | None = None
    """the request of which something more may be said"""
    missing: tuple[Parameter, ...] = ()
    """what was asked for of that request"""
    changed: Entity | None = None
    """the row last changed"""
    base: Any = None
    """what there was before the last change by an amount"""
    reason: str = ""
    """what the user told before anything was asked of it"""
    made: Entity | None = None
    """the row that it made"""
    unnamed: bool = False
    """whether the user was just asked which row is meant"""
    wanted: tuple[Ability, dict[str, Any]] | None = None
    """the call of which something may be missing, where only names and parameters tell what tools do"""
    shown: dict[str, Any] = field(default_factory=dict)
    """what the last results have under each name"""
    year: int = 0
    """the year it is, of days said without one; 0 where it is not known"""
    heard: str = ""
    """all that the user said, up to the turn at hand"""
    speaker: str = ""
    """who the user says they are"""
    written: dict[str, Entity | None] = field(default_factory=dict)
    """changes that were made, and the rows they left"""

    def speak_of(self, entity: Entity) -> None:
        """Make an entity the one that `that album` or `it` points at."""
        self.reason = ""
        self.entities = [e for e in self.entities if (e.noun, e.id) != (entity.noun, entity.id)] + [entity]

    def recall(self, nouns: Sequence[str]) -> Entity | None:
        """The entity last spoken of, of some kinds if they are given."""
        return next((e for e in reversed(self.entities) if not nouns or e.noun in nouns), None)

    def first_named(self, name: str, nouns: Sequence[str]) -> Entity | None:
        """Whom a first name means: the one last spoken of who has it."""
        known = (e for e in reversed(self.entities) if e.noun in nouns)
        return next((e for e in known if e.name.partition(" ")[0] == name != e.name), None)


class Work:
    """The calls of one turn."""

    def __init__(self, known: Catalogue, turn: Turn, memory: Memory) -> None:
        self.known = known
        self.memory = memory
        self.heard = turn.heard
        self._results = turn.results

    def rows(self, ability: Ability, arguments: Mapping[str, Any]) -> list[Row]:
        """The rows a tool returns; NextCall where it has to be called first, Stuck where it refused."""
        return self.page(ability, arguments)[0]

    def all_rows(self, ability: Ability, arguments: Mapping[str, Any]) -> list[Row]:
        """The rows that a tool returns page by page, as many pages as there are, and not too many."""
        found, about = self.page(ability, arguments)
        for number in range(2, _MOST_PAGES + 1) if ability.page else ():
            if len(found) >= about.get("count", 0):
                break
            found = [*found, *self.rows(ability, {**arguments, "page": number})]
        return found

    def page(self, ability: Ability, arguments: Mapping[str, Any]) -> tuple[list[Row], Row]:
        """The rows of one call, and what it says of all that it found."""
        arguments = _as_taken(ability, arguments)
        made = self._results.get(_key(ability.tool, arguments))
        if made is None:
            raise NextCall(ability.tool, arguments)
        if made.error is not None:
            raise Stuck(_refused(ability, made.error))
        try:
            found = json.loads(made.text)
        except ValueError:
            found = {"result": made.text}
        about: Row = {}
        if isinstance(found, Mapping):
            lists = [name for name, value in found.items() if isinstance(value, list)]
            if len(lists) == 1:
                about, found = found, found[lists[0]]
        return [r for r in (found if isinstance(found, list) else [found]) if isinstance(r, Mapping) and r], about

    def write(self, ability: Ability, arguments: Mapping[str, Any]) -> Entity | None:
        """Make a change, and return the row it leaves; raises as `rows` does, and Stuck when a value is missing."""
        self.memory.missing = tuple(p for p in ability.required if p.name not in arguments)
        if missing := [f"the {p.label}" for p in self.memory.missing]:
            raise Stuck(f"What {'is' if len(missing) == 1 else 'are'} {listed(missing)}?")
        key = _key(ability.tool, _as_taken(ability, arguments))
        if ability.kind != "update" and key in self.memory.written:  # asked for again
            return self.memory.written[key]
        rows = self.rows(ability, arguments)
        self.memory.written[key] = self.entity(rows[0], ability.noun) if rows else None
        return self.memory.written[key]

    def entity(self, row: Row, noun: str) -> Entity:
        """A row as an entity of a kind."""
        return Entity(noun, row.get(self.key(row, noun)), row, self._is_numbered(noun))

    def keyed(self, noun: str, said: str) -> Entity:
        """The row of a kind with a key that was said, which is not looked up."""
        text = self.known.keys[noun].text if noun in self.known.keys else not said.isdigit()
        return Entity(noun, said if text else int(said), {}, self._is_numbered(noun))

    def _is_numbered(self, noun: str) -> bool:
        finders = self.known.having("find", noun)
        return bool(finders) and not any(a.called for a in finders)

    def telling(self, ability: Ability, entity: Entity) -> dict[str, Any]:
        """The arguments by which a tool is told a row: its key, and the other parts of a key that has several."""
        parts = {p.name: entity.row[p.name] for p in ability.required if entity.row.get(p.name) is not None}
        return {**parts, (ability.subject or ability.required[0]).name: entity.id}

    def key(self, row: Row, noun: str) -> str:
        """The field of a row that holds its own key."""
        keyed = [a.required[0].name for a in self.known.having("get", noun) if a.required]
        keyed += [self.known.keys[noun].name] if noun in self.known.keys else []
        return next((k for k in keyed if k in row), "") or next((k for k in row if is_key(k)), "")


def _as_taken(ability: Ability, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments in the types that a tool takes: a code of digits is a text where it takes one."""
    texts = {p.name for p in ability.parameters if p.kind == "string"}
    return {n: str(v) if n in texts and isinstance(v, int | float) else v for n, v in arguments.items()}


def _refused(ability: Ability, error: ToolCallError) -> str:
    """That a call did not work, in words for people: the tool's own only where they say what is not allowed."""
    if error.type == "permission":
        return error.message.strip().rstrip(".")
    deed = {"create": "add", "update": "change", "delete": "delete"}.get(ability.kind, "")
    return f"I could not {deed} the {ability.noun}" if deed else "That did not work"


def _key(tool: str, arguments: Mapping[str, Any]) -> str:
    return f"{tool} {json.dumps(dict(arguments), sort_keys=True, default=str)}"
