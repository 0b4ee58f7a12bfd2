"""Tables as any source describes them, written as a SQLite database: the one form between foreign data and a world."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from turnwise.errors import SeedError
from turnwise.values.words import counted
from turnwise.worlds.changes import quoted
from turnwise.worlds.statements import LARGEST_SCRIPT

SqlValue = None | int | float | str | bytes
_LONGEST_VALUE = 2000
_MOST_NOTES = 12
_FAILED = "CHECK constraint failed: "


@dataclass
class SourceColumn:
    """A column; `type` is a name whose affinity in SQLite fits its values, `default` an SQL literal."""

    name: str
    type: str
    required: bool = False
    default: str | None = None
    allowed: tuple[str, ...] = ()  # the values of an enumeration


@dataclass
class SourceForeignKey:
    columns: tuple[str, ...]
    table: str
    referred: tuple[str, ...]  # empty where the source names none: the primary key
    actions: str = ""  # ON DELETE CASCADE and the like


@dataclass
class SourceTable:
    """A table with its rows, each as long as `columns`."""

    name: str
    columns: list[SourceColumn]
    primary_key: tuple[str, ...] = ()
    foreign_keys: list[SourceForeignKey] = field(default_factory=list)
    unique: list[tuple[str, ...]] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)  # expressions in SQLite's SQL
    rows: list[Sequence[SqlValue]] = field(default_factory=list)


def build(tables: Iterable[SourceTable], views: Iterable[tuple[str, str]], notes: list[str]) -> sqlite3.Connection:
    """A database in memory that holds the tables and then the views, each a name and its CREATE statement.

    What SQLite cannot hold is left out with a sentence in `notes`: views that do not run, checks it does not read, rows
    that break a key. SeedError where a table cannot be made at all.
    """
    tables = list(tables)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    known = {table.name.lower(): table for table in tables}
    for table in tables:
        table.foreign_keys = [key for key in table.foreign_keys if _refers(key, table, known, notes)]
        try:
            connection.execute(create_statement(table))
        except sqlite3.Error:
            left, table.checks = table.checks, []
            try:
                connection.execute(create_statement(table))
            except sqlite3.Error as error:
                raise SeedError(f"the table {table.name} cannot be made in SQLite: {error}") from error
            notes += [f"check of {table.name} ({check}): SQLite has no such expression" for check in left]
    for table in tables:
        insert_rows(connection, table, notes)
    for name, sql in views:
        try:
            connection.execute(sql)
            connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 1").close()
        except sqlite3.Error as error:
            connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
            notes.append(f"view {name}: {error}")
    return connection


def create_statement(table: SourceTable, actions: bool = False) -> str:
    """The CREATE TABLE of a table, with the actions of its foreign keys where they are wanted."""
    alone = table.primary_key[0] if len(table.primary_key) == 1 else None
    parts = []
    for column in table.columns:
        text = f"{quoted(column.name)} {column.type}"
        text += " PRIMARY KEY" if column.name == alone else ""
        text += " NOT NULL" if column.required and column.name != alone else ""
        text += f" DEFAULT {column.default}" if column.default is not None and column.name != alone else ""
        if column.allowed:
            text += f" CHECK ({quoted(column.name)} IN ({', '.join(_literal(value) for value in column.allowed)}))"
        parts.append(text)
    if len(table.primary_key) > 1:
        parts.append(f"PRIMARY KEY ({_names(table.primary_key)})")
    parts += [f"UNIQUE ({_names(columns)})" for columns in table.unique if columns != table.primary_key]
    parts += [f"CHECK ({check})" for check in table.checks]
    for key in table.foreign_keys:
        to = f" ({_names(key.referred)})" if key.referred else ""
        parts.append(
            f"FOREIGN KEY ({_names(key.columns)}) REFERENCES {quoted(key.table)}{to}{f' {key.actions}' if actions else ''}"
        )
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})"


def _refers(key: SourceForeignKey, table: SourceTable, known: dict[str, SourceTable], notes: list[str]) -> bool:
    target = known.get(key.table.lower())
    names = {column.name.lower() for column in target.columns} if target else set()
    if target is None or not {name.lower() for name in key.referred} <= names:
        notes.append(f"foreign key of {table.name} to {key.table}: there is no such table or column")
        return False
    return True


def insert_rows(connection: sqlite3.Connection, table: SourceTable, notes: list[str]) -> None:
    """Insert the rows, one by one only where all at once break a constraint; a check that they fail is given up."""
    places = ", ".join("?" * len(table.columns))
    sql = f"INSERT INTO {quoted(table.name)} VALUES ({places})"
    while True:
        try:
            connection.execute("BEGIN")
            connection.executemany(sql, table.rows)
            connection.execute("COMMIT")
            return
        except (sqlite3.Error, OverflowError) as error:
            connection.execute("ROLLBACK")
            check = str(error).removeprefix(_FAILED)
            if check == str(error) or not _without(table, check):
                break
            notes.append(f"check of {table.name} ({check}): its own rows do not pass it in SQLite")
            connection.execute(f"DROP TABLE {quoted(table.name)}")
            connection.execute(create_statement(table))
    refused: list[str] = []
    for row in table.rows:
        try:
            connection.execute(sql, row)
        except (sqlite3.Error, OverflowError) as error:
            refused.append(str(error))
    notes.append(f"{counted(len(refused), 'row')} of {table.name}: {refused[0]}")


def _without(table: SourceTable, check: str) -> bool:
    """Take a check off a table; whether there was such a one."""
    of = [column for column in table.columns if column.allowed and check.startswith(quoted(column.name))]
    for column in of:
        column.allowed = ()
    kept = [other for other in table.checks if other != check]
    known = bool(of) or len(kept) < len(table.checks) or bool(table.checks)
    table.checks = kept if of or len(kept) < len(table.checks) else []
    return known


def aligned(child: SourceTable, parent: SourceTable) -> Iterator[list[SqlValue]]:
    """The rows of a table in the order of another's columns, with NULL for those that it lacks."""
    order = {column.name.lower(): at for at, column in enumerate(child.columns)}
    places = [order.get(column.name.lower()) for column in parent.columns]
    for row in child.rows:
        yield [None if at is None else row[at] for at in places]


def dump(connection: sqlite3.Connection) -> str:
    """The script of a database; SeedError where no world could hold it."""
    lines, size = [], 0
    for line in connection.iterdump():
        lines.append(line)
        size += len(line) + 1
        if size > LARGEST_SCRIPT:
            raise SeedError(
                f"the database is larger than {LARGEST_SCRIPT // 10**6} MB as SQL, which is what a world holds at most: give a database's URL "
                "with --rows, or fewer rows"
            )
    return "\n".join(lines) + "\n"


def cut_long_values(connection: sqlite3.Connection) -> list[str]:
    """Shorten values that no conversation could carry; a sentence for each column where that was done."""
    notes = []
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for (table,) in tables.fetchall():
        for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall():
            if hidden:
                continue
            column = quoted(name)
            cut = connection.execute(
                f"UPDATE {quoted(table)} SET {column} = substr({column}, 1, {_LONGEST_VALUE})"
                f" WHERE length(CAST({column} AS BLOB)) > {4 * _LONGEST_VALUE}"
            ).rowcount
            if cut:
                notes.append(f"{counted(cut, 'value')} of {table}.{name}: cut after {_LONGEST_VALUE} characters")
    return notes


def shortened(notes: Iterable[str]) -> Iterator[str]:
    """The notes, many of a kind (the words before a colon's first name) counted instead of listed."""
    kinds: dict[str, list[str]] = {}
    for note in notes:
        kinds.setdefault(note.partition(" ")[0], []).append(note)
    for kind, alike in kinds.items():
        yield from alike[:_MOST_NOTES]
        if len(alike) > _MOST_NOTES:
            yield f"{kind}: and {len(alike) - _MOST_NOTES} more like these"


def _names(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
