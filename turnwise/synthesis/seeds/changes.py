"""Statements of a dump that change rows, run in the sandbox on the rows that were read before them."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.columns import COMPUTED, reads_as, without
from turnwise.synthesis.seeds.reckoned import NOW
from turnwise.synthesis.seeds.tables import SourceTable, SqlValue, create_statement, insert_rows
from turnwise.synthesis.seeds.translating import translated
from turnwise.values.words import counted
from turnwise.worlds.changes import quoted
from turnwise.worlds.sandbox import PAGE, ROOM_TO_GROW, SCRIPT, Budget, Sandbox

_MOST_PAGES = 2**31 - 2
_SECONDS_OF_ONE = 0.25


class _Change(NamedTuple):
    line: int
    said: str  # the statement's first words
    sql: str


class ChangedRows:
    """The rows of tables in a sandbox, from the first statement that changes rows on.

    What is read after that is gathered in the tables and goes into the sandbox before the next change, so that each row
    is copied once however many changes there are.
    """

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes
        self._waiting: list[_Change] = []
        self._sandbox: Sandbox | None = None
        self._made: dict[str, str] = {}  # the statement that made each table of the sandbox
        self._seconds = SCRIPT.seconds

    def add(self, line: int, said: str, tree: exp.Expr, called: Callable[[exp.Expr], str]) -> None:
        """Note a change, which is run before the next rows are read; or say why it cannot be."""
        try:
            self._waiting += [_Change(line, said, sql) for sql in translated(tree, called)]
        except (SqlglotError, ValueError, RecursionError) as error:
            self.leave_out(line, said, str(error).splitlines()[0])

    def leave_out(self, line: int, said: str, reason: str) -> None:
        self._notes.append(f"line {line}: {said}: left out: {reason}")

    def run(self, tables: Mapping[str, SourceTable]) -> None:
        """Run the changes that wait, on all the rows read so far."""
        if not self._waiting:
            return
        wanted = {key: create_statement(_plain(table, tables), actions=True) for key, table in tables.items()}
        if any(wanted.get(key) != made for key, made in self._made.items()):  # ALTER TABLE came in between
            self.finish(tables)
        connection = self._filled(tables, wanted)
        connection.execute("PRAGMA foreign_keys=ON")
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + ROOM_TO_GROW // PAGE}")
        for change in self._waiting:
            self._run(change)
        self._waiting.clear()
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}")

    def finish(self, tables: Mapping[str, SourceTable]) -> None:
        """Give the tables their rows as they are after all changes."""
        if self._sandbox is None:
            return
        for key, table in tables.items():
            if key in self._made:
                changed = list(self._rows(self._sandbox.connection, table))
                self._notes += _no_dates(table, changed)
                table.rows = [*changed, *table.rows]
        self._sandbox.close()
        self._sandbox, self._made = None, {}

    def _filled(self, tables: Mapping[str, SourceTable], wanted: Mapping[str, str]) -> sqlite3.Connection:
        """The sandbox's own connection, with all tables and rows in it."""
        if self._sandbox is None:
            self._sandbox = Sandbox(str(NOW))
            self._sandbox.connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}")
        connection = self._sandbox.connection
        usual = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2**30)  # no stranger's statement runs here
        for key, table in tables.items():
            if key not in self._made:
                try:
                    connection.execute(wanted[key])
                except sqlite3.Error as error:
                    raise SeedError(f"the table {table.name} cannot be made in SQLite: {error}") from error
                self._made[key] = wanted[key]
            if table.rows:
                insert_rows(connection, _plain(table, tables), self._notes)
                table.rows = []
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)
        return connection

    def _run(self, change: _Change) -> None:
        assert self._sandbox is not None
        begun = time.thread_time()
        with self._sandbox.allowing("script", Budget(SCRIPT.steps, min(self._seconds, _SECONDS_OF_ONE))):
            try:
                self._sandbox.connection.execute(change.sql).close()
            except (sqlite3.Error, sqlite3.Warning, ValueError, MemoryError) as error:
                self.leave_out(change.line, change.said, self._sandbox.reason(error))
        self._seconds = max(self._seconds - (time.thread_time() - begun), 0)

    def _rows(self, connection: sqlite3.Connection, table: SourceTable) -> Iterator[Sequence[SqlValue]]:
        usual = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2**30)
        columns = ["NULL" if column.type == COMPUTED else quoted(column.name) for column in table.columns]
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {quoted(table.name)} ORDER BY rowid"):
            yield [reads_as(column, value) for column, value in zip(table.columns, row, strict=True)]
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)


def _plain(table: SourceTable, tables: Mapping[str, SourceTable]) -> SourceTable:
    """A table as the sandbox holds it: what computes, checks or requires values is left to the world."""
    shown = without(table, (COMPUTED,))
    columns = [replace(column, required=False, allowed=()) for column in shown.columns]
    keys = [key for key in table.foreign_keys if key.actions and _has_key(tables.get(key.table.lower()), key.referred)]
    return replace(shown, columns=columns, foreign_keys=keys, checks=[])


def _has_key(table: SourceTable | None, referred: tuple[str, ...]) -> bool:
    """Whether SQLite can follow a foreign key to these columns; it refuses all changes where it cannot."""
    if table is None or not (referred or table.primary_key):
        return False
    wanted = [name.lower() for name in referred or table.primary_key]
    return any([name.lower() for name in group] == wanted for group in (table.primary_key, *table.unique))


def _no_dates(table: SourceTable, rows: list[Sequence[SqlValue]]) -> Iterator[str]:
    """What to say of numbers in columns of dates: another database adds days with +, where SQLite adds numbers."""
    for at, column in enumerate(table.columns):
        count = sum(isinstance(row[at], int | float) for row in rows) if column.type in ("DATE", "TIMESTAMP") else 0
        if count:
            yield f"column {table.name}.{column.name}: {counted(count, 'value')} became numbers by a change: write dates"
