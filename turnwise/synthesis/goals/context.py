"""The throw-away session on which a goal is composed: its referents, what was called, what came back; and drafts."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from turnwise.errors import CallRefused
from turnwise.goals.model import NEW, Answer, Call, Intent, Mention, Slot, resolve
from turnwise.synthesis.database.phrases import is_about
from turnwise.synthesis.database.schema import Column, Schema, Table, reflect
from turnwise.synthesis.goals.goal_validation import Symbols
from turnwise.synthesis.goals.tool_parameters import Listing, listings, named_by, operation_of
from turnwise.synthesis.tools.reads import PAGE_ROWS
from turnwise.synthesis.tools.signatures import label_sql
from turnwise.values.words import PEOPLE
from turnwise.worlds import Reads, Session, Tool, World, load_script, open_session, rows_of
from turnwise.worlds.changes import quoted

_Option = TypeVar("_Option")
_MOST_PAGES = 3
"""pages of a list that anybody would go through"""
UNNAMED = "its rows cannot be named"


class Rejected(Exception):
    """Raised when a request or goal cannot be kept; the text is the reason that is counted."""


@lru_cache(maxsize=16)
def schema_of(database: str) -> Schema:
    """The schema that a script of SQL makes."""
    return reflect(load_script(database))


def reject_if(flawed: bool, reason: str) -> None:
    """Raise `Rejected` where a request or goal is flawed."""
    if flawed:
        raise Rejected(reason)


@dataclass(frozen=True)
class Referent:
    """A row the dialogue is about."""

    table: Table
    row: dict[str, Any]
    mention: Mention
    made_by: int | None = None  # the call that makes it, when the dialogue does
    made_for: str | None = None  # the request which that call belongs to

    @property
    def key(self) -> Any:
        """The value of its key; `Rejected` where it has none, or one of several columns."""
        reject_if(len(self.table.key) != 1, UNNAMED)
        return self.row[self.table.key[0]]


class Memory(NamedTuple):
    """Where a composition stands."""

    calls: int
    changes: int
    referents: list[Referent]
    written: set[tuple[str, Any]]
    given: set[str]
    settled: set[tuple[str, Any, str]]


@dataclass
class CompositionContext:
    """A live session plus the memory of one goal's composition."""

    world: World
    schema: Schema
    session: Session
    rng: random.Random
    referents: list[Referent] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    written: set[tuple[str, Any]] = field(default_factory=set)
    """(table, key) of rows already written: they are not written again"""
    given: set[str] = field(default_factory=set)  # what the user has stated, normalised: no answer may be among it
    symbols: Symbols = field(default_factory=dict)
    settled: set[tuple[str, Any, str]] = field(default_factory=set)
    """(table, key, column) that the user set or was told: not asked"""

    @property
    def now(self) -> datetime:
        """The present moment of the world."""
        return self.world.moment()

    def settle(self, table: Table, key: Any, columns: Iterable[str]) -> None:
        """Note that the user knows what these columns of a row hold from here on."""
        self.settled |= {(table.name, key, column) for column in columns}

    @property
    def writes(self) -> bool:
        """Whether any tool of the world writes."""
        return any(tool.effect == "write" for tool in self.world.tools)

    def remember(self) -> "Memory":
        """Where the composition stands, for `forget_since`."""
        return Memory(
            *(len(self.calls), len(self.session.changes), list(self.referents), set(self.written)),
            *(set(self.given), set(self.settled)),
        )

    def forget_since(self, memory: "Memory") -> bool:
        """Forget what came since; False when the database has changed, so that it cannot be forgotten."""
        calls, changes, self.referents, self.written, self.given, self.settled = memory
        del self.calls[calls:], self.results[calls:]
        return len(self.session.changes) == changes

    def overshadow(self, nouns: set[str]) -> None:
        """Drop the referents of which `that album` would no longer be said: another album came since."""
        self.referents = [f for f in self.referents if not f.mention.told_by or f.mention.noun not in nouns]

    def tools(self, kind: str, table: str | None = None) -> list[Tool]:
        """The world's tools of a kind, on a table."""
        said = [(tool, tool.operation) for tool in self.world.tools if tool.operation is not None]
        return [tool for tool, does in said if does.kind == kind and table in (None, does.table)]

    def tool(self, kind: str, table: str) -> Tool:
        """The first tool of a kind on a table, `Rejected` where there is none."""
        found = self.tools(kind, table)
        reject_if(not found, f"no tool to {kind} it")
        return found[0]

    def choose(self, options: Sequence[_Option], otherwise: str) -> _Option:
        """One of some options, drawn at random; `Rejected` for the reason `otherwise` where there is none."""
        reject_if(not options, otherwise)
        return self.rng.choice(options)

    def run(self, tool: Tool, arguments: dict[str, Any]) -> Any:
        """Execute one call of a solution and remember it; `Rejected` where the session refuses it."""
        try:
            result = self.session.call(tool.name, resolve(arguments, self.results))
        except CallRefused as error:
            raise Rejected("its solution fails") from error
        self.calls.append(Call(tool=tool.name, arguments=arguments))
        self.results.append(result)
        return result

    def find(self, referent: Referent) -> Any:
        """Make the calls an agent needs to learn the key of a referent; the key as an argument."""
        key = referent.table.by_name[referent.table.key[0]]
        if referent.made_by is not None:
            return {NEW: [referent.made_by, key.field]}
        if not referent.mention.numbered and not _shown(self.results, self._key_fields(referent.table), referent.key):
            tool = self.tool("find", referent.table.name)
            rows = rows_of(self.run(tool, {named_by(tool, referent.table): referent.mention.name}))
            reject_if(all(row[key.field] != referent.key for row in rows), "the search does not find it")
        return referent.key

    def _key_fields(self, table: Table) -> set[str]:
        """The fields of results that hold the key of a row: of its own, and of those that refer to it."""
        fields = {c.field for c in table.key_columns}
        return fields | {child.by_name[r.column].field for child, r in self.schema.children(table.name)}

    def look_up(self, referent: Referent) -> Any:
        """Make the calls an agent needs to read a row, by its name or by its number; the key as an argument."""
        before = len(self.calls)
        key = self.find(referent)
        if len(self.calls) == before:
            self.get(referent.table, key)
        return key

    def get(self, table: Table, key: Any) -> None:
        """Make the call that reads one row."""
        self.run(self.tool("get", table.name), {table.by_name[table.key[0]].field: key})

    def table_of(self, tool: Tool) -> Table:
        """The table that a tool is about."""
        return self.schema.tables[operation_of(tool).table]

    def listing(self, parent: str, child: str = "") -> Listing:
        """A tool that finds what hangs on the rows of a table: of all, or of one child (`loans`, `loans.member_id`)."""
        found = listings(self.tools("find"), self.schema, parent, child)
        return self.choose([one for one in found if is_thing(self.table_of(one.tool))], "no tool to list it")

    def list_all(self, tool: Tool, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """All rows that a tool finds, page by page, by column name; `Rejected` where they are too many."""
        first = self.run(tool, arguments)
        pages = -(-first["count"] // PAGE_ROWS)
        reject_if(pages > _MOST_PAGES, "its list is too long")
        found = [first, *(self.run(tool, {**arguments, "page": page}) for page in range(2, pages + 1))]
        return [self.table_of(tool).row(row) for page in found for row in page["rows"]]

    def known_row(self, table: Table) -> Referent:
        """A row that a person could name without having been told: by a unique name, or by its number."""
        reject_if(not table.rows or len(table.key) != 1 or table.view, UNNAMED)
        for _ in range(8):
            offset = self.rng.randrange(table.rows)
            rows = self.session.query(f"SELECT * FROM {quoted(table.name)} LIMIT 1 OFFSET :n", {"n": offset})
            if rows and (mention := self.mention(table, rows[0])) is not None:
                return Referent(table, rows[0], mention)
        raise Rejected(UNNAMED)

    def mention(self, table: Table, row: dict[str, Any], told_by: str | None = None) -> Mention | None:
        """How a person refers to a row; None when nothing names it and nothing else."""
        if table.is_part:
            return None
        if not table.label:
            key = row[table.key[0]] if len(table.key) == 1 else None
            return Mention(noun=table.noun, name=str(key), numbered=True, told_by=told_by) if key is not None else None
        parts = [str(row[c]).strip() for c in table.label if row[c] is not None]
        name = " ".join(parts)
        if len(parts) < len(table.label) or not _nameable(name):
            return None
        tests = " AND ".join(f"lower({quoted(c)}) = lower(:v{n})" for n, c in enumerate(table.label))
        if self._count(table, tests, {f"v{n}": row[c] for n, c in enumerate(table.label)}) != 1:
            return None
        short = self._short(table, name) if told_by is None else None
        person = len(parts) == 2 or (table.noun in PEOPLE and table.by_name[table.label[0]].text_kind != "company")
        return Mention(noun=table.noun, name=name, short=short, person=person, told_by=told_by)

    def referent(self, table: Table, row: dict[str, Any], request: str | None = None) -> Referent:
        """A row by the name that a person knows, or that an answer gives it; `Rejected` where nothing names it alone."""
        mention = self.mention(table, row, told_by=request)
        if mention is None:
            raise Rejected("its answer is not unique" if request else UNNAMED)
        return Referent(table, row, mention)

    def mentioned(self, mention: Mention) -> Referent | None:
        """The row that a mention names, where it is still there and the only one."""
        for table in self.schema.tables.values():
            if table.noun == mention.noun and table.label and len(table.key) == 1:
                test = f"{label_sql(table)} = :name"
                rows = self.session.query(
                    f"SELECT * FROM {quoted(table.name)} WHERE {test} LIMIT 2", {"name": mention.name}
                )
                return Referent(table, rows[0], mention) if len(rows) == 1 else None
        return None

    def all_answered(self, table: Table, rows: list[dict[str, Any]], request: str) -> list[Referent]:
        """The rows that an answer lists, each under a name of its own; `Rejected` where one has none."""
        found = [self.referent(table, row, request) for row in rows]
        reject_if(len({referent.mention.name for referent in found}) < len(rows), "its answer is not unique")
        return found

    def _short(self, table: Table, name: str) -> str | None:
        """The surname, or what a title says before its colon, when a search for it finds one row."""
        part = re.split(r":| [–(-]", name)[0].strip() if len(table.label) == 1 else name.split()[-1]
        if part == name or len(part) < 5:
            return None
        test = f"instr(lower({label_sql(table)}), lower(:part)) > 0"
        return part if self._count(table, test, {"part": part}) == 1 else None

    def _count(self, table: Table, test: str, values: dict[str, Any]) -> int:
        """How many rows pass a test: none, one, or two for any more."""
        return len(self.session.query(f"SELECT 1 FROM {quoted(table.name)} WHERE {test} LIMIT 2", values))

    def row(self, table: Table, key: Any) -> dict[str, Any]:
        """One row by its key."""
        reject_if(len(table.key) != 1, UNNAMED)
        rows = self.session.query(
            f"SELECT * FROM {quoted(table.name)} WHERE {quoted(table.key[0])} = :key", {"key": key}
        )
        reject_if(not rows, "it points at a row that is not there")
        return rows[0]


class Copies:
    """Copies of a world on which one goal after the other is composed: what is read before a write is read once."""

    def __init__(self, world: World) -> None:
        self.reads: Reads = {}
        self._world = world
        self._copy = open_session(world, reads=self.reads)

    def unchanged(self) -> Session:
        """The same copy, or another where something was written to it, as if nothing had been called."""
        if self._copy.changes:
            self._copy.close()
            self._copy = open_session(self._world, reads=self.reads)
        self._copy.calls = 0
        return self._copy

    def close(self) -> None:
        """Free the copy."""
        self._copy.close()


@dataclass(frozen=True)
class Draft:
    """A request before its id, solution and state are known."""

    intent: Intent
    shape: str
    subject: Mention | None = None
    asks: tuple[str, ...] = ()  # what is asked for; the labels of the answers unless given
    slots: tuple[Slot, ...] = ()
    phrases: dict[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    lists: tuple[str, ...] = ()  # the noun of the rows that the answer lists
    told: tuple[Referent, ...] = ()  # rows that the answer names, referents from now on


def is_thing(table: Table) -> bool:
    """Whether people speak of a table's rows as things: no part of something else, and no verb, as in `undergoes`."""
    return not table.is_part and (table.link is not None or not is_about(table.noun, "verbs"))


def tellable(column: Column) -> bool:
    """Whether people ask what a column holds, or have it changed: no blobs, flags or bookkeeping, nothing in bytes."""
    return not (column.type == "blob" or column.flag or column.bookkeeping or "bytes" in column.label)


def _nameable(text: str) -> bool:
    """Whether a name would be taken for one: a letter, no quotes that could be the sentence's."""
    odd = '"' in text or ".." in text
    return sayable(text) and not odd and any(letter.isalpha() for letter in text) and text[0].isalnum()


def sayable(text: str) -> bool:
    """Whether a value can be said in a sentence."""
    return 0 < len(text) <= 60 and "\n" not in text and any(letter.isalnum() for letter in text)


def _shown(results: Any, fields: set[str], value: Any) -> bool:
    """Whether one of some fields with this value stands anywhere in the results."""
    if isinstance(results, dict):
        return any(results.get(name) == value for name in fields) or _shown(list(results.values()), fields, value)
    return isinstance(results, list) and any(_shown(item, fields, value) for item in results)
