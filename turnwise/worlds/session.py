"""One live, private copy of a world's database, in which tools run.

    with open_session(world) as session:
        session.call("rename_artist", {"artist_id": 1, "name": "AC/DC"})
        session.net_changes()   # [RowChange(table='Artist', kind='update', ...)]

A copy is cheap (well under a millisecond, see `copies`): everything that depends on the world alone is
made once, in its `Template`. This module knows nothing of dialogues or models.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Self

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds.arguments import Signature, find_tool
from turnwise.worlds.changes import (
    Change,
    ChangeLog,
    Image,
    RowChange,
    install_log,
    json_value,
    net,
    quoted,
    row_changes,
)
from turnwise.worlds.copies import Copy, Original
from turnwise.worlds.functions import SqlValue
from turnwise.worlds.sandbox import CALL, QUICK, TRUSTED, Budget, NotQuick, Row, Sandbox
from turnwise.worlds.simulated.by_rules import verify_simulated
from turnwise.worlds.statements import build_database, check_tool
from turnwise.worlds.world import PAGE, Tool, World

MOST_WRITTEN = 50
"""Rows that one call may insert, update or delete, cascades included."""

Reads = dict[Hashable, Any]
"""What was read on copies of one world, with one time and one seed, before anything was written to them."""

_MOST_READS = 4_000
_SECONDS_OF_TOOLS = 1.5


@dataclass(frozen=True)
class Template:
    """What the sessions of one world share: its database, and its tools, checked."""

    original: Original
    tables: frozenset[str]
    log: ChangeLog
    signatures: Mapping[str, Signature]


def verify_world(world: World) -> None:
    """Check that a world's database, where it has one, can be built and that every tool fits it.

    WorldError names the tool, or the line of the script, that is malformed, not allowed or does not fit.
    """
    if world.database is None:
        verify_simulated(world)
    else:
        _template(world)


def open_session(
    world: World, *, reference_time: str | None = None, seed: int = 0, reads: Reads | None = None
) -> "Session":
    """Open a private copy of a world's database; close it, or use it as a context manager.

    Args:
        world: an executable world.
        reference_time: "now", UTC, "YYYY-MM-DD HH:MM:SS"; the world's own by default.
        seed: what chance in the tools' SQL depends on.
        reads: shared by copies on which the same is read many times; what they return must not be changed then.

    Raises:
        WorldError: the world cannot execute, does not pass `verify_world`, or the time is not a time.
    """
    now = world.moment(reference_time)
    return Session(world, _template(world), now.isoformat(" "), seed, reads=reads)


class Session:
    """A private copy of a world's database. Get one from `open_session`; use it from one thread at a time."""

    def __init__(
        self,
        world: World,
        template: Template,
        reference_time: str,
        seed: int,
        copy: Copy | None = None,
        reads: Reads | None = None,
    ) -> None:
        self.world = world
        self.calls = 0
        self._template = template
        self._changes: list[Change] = []
        self._now, self._seed = reference_time, seed
        self._reads = reads
        self._sandbox = Sandbox(
            reference_time, seed, copy=copy or Copy(template.original), tables=template.tables, log=template.log.name
        )

    def call(self, name: str, arguments: Mapping[str, Any], budget: Budget = CALL) -> Any:
        """Call a tool and return its result as JSON: an object, or a list of objects.

        Raises:
            CallRefused: there is no such tool, the arguments do not fit, nothing was found, the data does not
                allow it, or it costs too much. Nothing has changed then.
            NotQuick: it takes more than the budget QUICK; the call has not been made.
        """
        self.calls += 1
        try:
            # Chance depends on the number of the call.
            return self._read((self.calls, name, repr(arguments)), lambda: self._call(name, arguments, budget))
        except NotQuick:
            self.calls -= 1
            raise

    def _call(self, name: str, arguments: Mapping[str, Any], budget: Budget) -> Any:
        tool = find_tool(self.world, name)
        parameters = self._template.signatures[name].bind(arguments)
        self._sandbox.functions.begin(self.calls)
        if tool.effect == "read":
            return _shaped(tool, parameters, self._sandbox.run(tool.sql or "", parameters, "read", budget))
        return self._write(tool, parameters, budget)

    def query(self, sql: str, parameters: Mapping[str, SqlValue] | None = None) -> list[Row]:
        """The rows of a SELECT, for this program's own use, with a large budget; CallRefused where it is none."""
        rows: list[Row] = self._read(
            (sql, repr(parameters)), lambda: self._sandbox.run(sql, parameters or {}, "read", TRUSTED)
        )
        return rows

    def _read(self, key: Hashable, read: Callable[[], Any]) -> Any:
        """What was read by this key on a copy as unchanged as this one, else what is read now."""
        if self._reads is None or self._changes:
            return read()
        if key not in self._reads:
            result = read()
            if self._changes:
                return result
            if len(self._reads) >= _MOST_READS:
                self._reads.clear()
            self._reads[key] = result
        return self._reads[key]

    def fork(self) -> "Session":
        """A private copy of this copy as it stands, with no calls and no changes of its own yet; close it."""
        return Session(self.world, self._template, self._now, self._seed, self._sandbox.fork())

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._sandbox.connection

    @property
    def now(self) -> datetime:
        """The present moment in this copy."""
        return self.world.moment(self._now)

    @property
    def changes(self) -> list[Change]:
        """Every row change so far, in order, with the number of the call that made it."""
        return list(self._changes)

    def net_changes(self) -> list[RowChange]:
        """How the rows differ from those the session began with, one change per row, sorted."""
        return net(self._changes)

    def close(self) -> None:
        """Free the copy. Closing twice is fine."""
        self._sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _write(self, tool: Tool, parameters: dict[str, SqlValue], budget: Budget) -> Any:
        self._sandbox.make_writable()
        self._connection.execute("BEGIN")
        try:
            rows = self._sandbox.run(tool.sql or "", parameters, "write", budget)
            images = self._template.log.take(self._connection)
            result = _written(tool, parameters, rows, images)
            self._connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            self._undo()
            raise CallRefused(self._why(error, tool, parameters)) from error
        except BaseException:
            self._undo()
            raise
        self._changes += [Change(**dict(change), call=self.calls) for change in row_changes(images)]
        return result

    def _undo(self) -> None:
        # SQLite has already undone everything when it stopped a write in the middle.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _why(self, error: sqlite3.IntegrityError, tool: Tool, parameters: dict[str, SqlValue]) -> str:
        """Why a write was refused. For a reference it is made again with the check put off, and looked at."""
        if "FOREIGN KEY" in str(error):
            self._sandbox.functions.begin(self.calls)
            self._connection.execute("BEGIN")
            self._connection.execute("PRAGMA defer_foreign_keys=ON")
            try:
                self._sandbox.run(tool.sql or "", parameters, "write")
                images = self._template.log.take(self._connection)
                with self._sandbox.allowing("all", QUICK):
                    return _broken_reference(self._connection, images) or _constraint_sentence(error, tool)
            except (CallRefused, sqlite3.Error):
                pass
            finally:
                self._undo()
        return _constraint_sentence(error, tool)


@lru_cache(maxsize=16)
def _template(world: World) -> Template:
    if world.database is None:
        raise WorldError(
            f"world {world.name} has no database: its tools are simulated, and run in a SimulatedSession instead"
        )
    if sqlite3.sqlite_version_info < (3, 36):
        raise WorldError(f"executing a world needs SQLite 3.36 or newer, and this is {sqlite3.sqlite_version}")
    with closing(build_database(world.database, world.reference_time)) as sandbox:
        log = install_log(sandbox.connection)
        sandbox.log = log.name
        signatures = {}
        began = time.thread_time()
        for tool in world.tools:
            if time.thread_time() - began > _SECONDS_OF_TOOLS:
                raise WorldError(f"tool {tool.name}: the tools before it took too long to check")
            try:
                signatures[tool.name] = check_tool(sandbox, tool)
            except WorldError as error:
                raise WorldError(f"tool {tool.name}: {error}") from error
        return Template(Original(sandbox.connection), sandbox.tables, log, signatures)


def _written(tool: Tool, parameters: dict[str, SqlValue], rows: list[Row], images: list[Image]) -> Any:
    count = sum(image.kind != "new" for image in images)
    if count > MOST_WRITTEN:
        raise CallRefused(f"this would change {count} rows, and one call may change {MOST_WRITTEN}: narrow it down")
    if not rows and tool.returns["type"] == "object":
        rows = [{"changed": count}] if count else []
    return _shaped(tool, parameters, rows)


def _shaped(tool: Tool, parameters: dict[str, SqlValue], rows: list[Row]) -> Any:
    """The rows as the tool's `returns` has them."""
    if tool.returns["type"] == "array":
        return rows
    if tool.paged:
        return _page(tool, parameters, rows)
    if len(rows) == 1:
        return rows[0]
    what = tool.operation.table if tool.operation else "row"
    given = " and ".join(f"{name} {value!r}" for name, value in parameters.items() if value is not None)
    which = f"{what} with {given}" if given else what
    if rows:
        raise CallRefused(f"{len(rows)} rows fit, and one was asked for: no single {which}")
    raise CallRefused(f"nothing {'found' if tool.effect == 'read' else 'was changed'}: no {which}")


def _page(tool: Tool, parameters: Mapping[str, SqlValue], rows: list[Row]) -> dict[str, Any]:
    """Rows, and beside them what each of them says of all that was found."""
    page = parameters.get("page")
    if not rows and isinstance(page, int) and page > 1:
        raise CallRefused(f"there is no page {page}")
    names = [name for name in tool.returns["properties"] if name != "rows"]
    about = {name: rows[0][PAGE + name] if rows else 0 if name == "count" else None for name in names}
    return {**about, "rows": [{n: v for n, v in row.items() if not n.startswith(PAGE)} for row in rows]}


def _constraint_sentence(error: sqlite3.IntegrityError, tool: Tool) -> str:
    """What a broken constraint asks for, in the words of the tool: an agent has never seen the tables."""
    said = " ".join(str(error).split())
    kind, _, what = said.partition(" constraint failed: ")
    named = " and ".join(_in_words(column, tool) for column in what.split(", "))
    match kind:
        case "NOT NULL":
            return f"{named} needs a value"
        case "UNIQUE" if what.startswith("index "):
            return "another row already has these values"
        case "UNIQUE":
            return f"{named} has to be unique, and another row already has this value"
        case "CHECK":
            known = {name.lower() for name in tool.parameters.get("properties", {})}
            names = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", what))
            plain = all(name.lower() in known or name.upper() in _OPERATORS for name in names)
            return f"the values break a rule of the data{f': {what}' if plain else ''}"
    if said.startswith("FOREIGN KEY"):
        return "a row would refer to another row that does not exist"
    if stored := re.match(r"cannot store (\w+) value in (\w+) column (.+)", said):
        return f"{_in_words(stored[3], tool)} takes {stored[2]} and not {stored[1]}"
    return "the data does not allow it"


_OPERATORS = frozenset(
    ("AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "LIKE", "GLOB", "LENGTH", "ABS", "LOWER", "UPPER")
)


def _in_words(column: str, tool: Tool) -> str:
    """A "table.column" as the tool has it: the parameter that is written to it, or the column's name alone."""
    inputs = tool.operation.inputs if tool.operation else {}
    given = next((name for name, target in inputs.items() if target.lower() == column.lower()), None)
    return given or column.rpartition(".")[2]


def _broken_reference(connection: sqlite3.Connection, images: Iterable[Image]) -> str | None:
    """A reference that the changes in `images`, made but not committed, leave without its row; None for want of one."""
    new = {(image.table.name, image.rowid) for image in images if image.kind in ("insert", "new")}
    for child, rowid, parent, number in connection.execute("PRAGMA foreign_key_check").fetchall():
        keys = connection.execute(
            """SELECT f."from", coalesce(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = f.seq + 1))
            FROM pragma_foreign_key_list(?) f WHERE f.id = ? ORDER BY f.seq""",
            (child, number),
        ).fetchall()
        own = ", ".join(quoted(column) for column, _ in keys)
        row = connection.execute(f"SELECT {own} FROM {quoted(child)} WHERE rowid = ?", (rowid,)).fetchone()
        if row is None:  # a table without rowids
            return None
        named = " and ".join(f"{key} {json_value(value)!r}" for (_, key), value in zip(keys, row, strict=True))
        if (child, rowid) in new:
            return f"there is no {parent} with {named}"
        return f"{parent} with {named} is still referred to by {child}"
    return None
