"""What happened to the rows: the changes of one call, and the difference that many calls leave behind.

The database keeps its own log. Triggers copy the old and the new row into one table without types, so every
value is kept exactly as SQLite stored it, and what cascades or replaces is seen as well.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from turnwise.errors import WorldError
from turnwise.worlds.functions import SqlValue

JsonValue = str | int | float | None


class RowChange(BaseModel):
    """One row inserted, updated or deleted. Values are typed: 25 and 25.0 differ, and so do 1 and "1"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    kind: Literal["insert", "update", "delete"]
    key: dict[str, JsonValue] = Field(description='primary key, or {"rowid": n} for a row without one')
    values: dict[str, JsonValue] = Field(default={}, description="insert: the new row; update: what changed")
    before: dict[str, JsonValue] = Field(default={}, description="delete: the old row; update: what changed")


class Change(RowChange):
    """A row change and the number of the call that made it, from 1."""

    call: int


def json_value(value: SqlValue) -> JsonValue:
    """A SQLite value as JSON can hold it: blobs as "0x..." text, infinities as text."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return value


def net(changes: Iterable[RowChange]) -> list[RowChange]:
    """What is different in the end, one change per row, sorted by table and key.

    A row that came and went, or that has its old values again, is not in it.
    """
    rows: dict[tuple[str, tuple[tuple[str, Any], ...]], list[RowChange]] = {}
    for change in changes:
        rows.setdefault((change.table, _order(change.key)), []).append(change)
    return [left for _, history in sorted(rows.items()) if (left := _difference(history)) is not None]


def _difference(history: list[RowChange]) -> RowChange | None:
    """What all changes of one row together make of it; None when it is as it was."""
    first, was, now = history[0], dict[str, JsonValue](), dict[str, JsonValue]()
    for change in history:
        was = {**change.before, **was}
        now = {} if change.kind == "delete" else {**now, **change.values}
    deleted = history[-1].kind == "delete"
    if first.kind == "insert":
        return None if deleted else RowChange(table=first.table, kind="insert", key=first.key, values=now)
    if deleted:
        return RowChange(table=first.table, kind="delete", key=first.key, before=was)
    changed = sorted(column for column in was.keys() & now.keys() if not same(was[column], now[column]))
    values, before = ({column: row[column] for column in changed} for row in (now, was))
    return RowChange(table=first.table, kind="update", key=first.key, values=values, before=before) if changed else None


def same(one: SqlValue, other: SqlValue) -> bool:
    """Whether two values are equal and of one type."""
    return type(one) is type(other) and one == other


def _order(key: dict[str, JsonValue]) -> tuple[tuple[str, Any], ...]:
    """A key as something that sorts, whatever types its values have."""
    return tuple((type(value).__name__, value if value is not None else 0) for value in key.values())


@dataclass(frozen=True)
class LoggedTable:
    """One table as the log sees it. `rowid` is a name by which its rowid can be read; None: it has none."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rowid: str | None


@dataclass(frozen=True)
class Image:
    """One row as it was before ("delete", "old") or is after ("insert", "new") a change."""

    table: LoggedTable
    kind: Literal["insert", "delete", "old", "new"]
    rowid: int | None
    row: dict[str, SqlValue]

    def key(self) -> dict[str, JsonValue]:
        """What tells this row from the others of its table."""
        key = {column: json_value(self.row[column]) for column in self.table.key}
        # SQLite lets NULL into most primary keys, any number of times.
        return {"rowid": self.rowid} if not key or None in key.values() else key


@dataclass(frozen=True)
class ChangeLog:
    """The log table of one database; `name` also begins the names of its triggers."""

    name: str
    tables: tuple[LoggedTable, ...]

    def take(self, connection: sqlite3.Connection) -> list[Image]:
        """The images logged since the last `take`, in order; an "old" is followed by its "new"."""
        rows = connection.execute(f"SELECT * FROM {self.name} ORDER BY seq").fetchall()
        if rows:
            connection.execute(f"DELETE FROM {self.name}")
        found = []
        for _, number, kind, rowid, *values in rows:
            table = self.tables[number]
            found.append(Image(table, kind, rowid, dict(zip(table.columns, values, strict=False))))
        return found


def row_changes(images: Iterable[Image]) -> Iterator[RowChange]:
    """The changes that images show. A row whose key changed is one row deleted and another inserted."""
    old: Image | None = None
    for image in images:
        if image.kind == "old":
            old = image
        elif image.kind == "new":
            assert old is not None
            yield from _update(old, image)
        else:
            yield _whole(image)


def _update(old: Image, new: Image) -> Iterator[RowChange]:
    if old.key() != new.key():
        yield _whole(old)
        yield _whole(new)
    elif changed := [column for column in old.row if not same(old.row[column], new.row[column])]:
        yield RowChange(
            table=old.table.name,
            kind="update",
            key=old.key(),
            values={column: json_value(new.row[column]) for column in changed},
            before={column: json_value(old.row[column]) for column in changed},
        )


def _whole(image: Image) -> RowChange:
    row = {column: json_value(value) for column, value in image.row.items()}
    if image.kind in ("delete", "old"):
        return RowChange(table=image.table.name, kind="delete", key=image.key(), before=row)
    return RowChange(table=image.table.name, kind="insert", key=image.key(), values=row)


def install_log(connection: sqlite3.Connection) -> ChangeLog:
    """Add the log table and its triggers; WorldError where a table without a primary key hides its rowid."""
    listed = connection.execute("SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    kinds = dict(listed.fetchall())
    name = "turnwise_log"
    while any(other.lower().startswith(name) for other in kinds):
        name = f"turnwise_{name}"
    tables = tuple(_logged_table(connection, table) for table, kind in kinds.items() if kind == "table")
    width = max((len(table.columns) for table in tables), default=0)
    # Columns without a type: SQLite then converts nothing.
    columns = "".join(f", c{n}" for n in range(width))
    connection.execute(f"CREATE TABLE {name} (seq INTEGER PRIMARY KEY, tab, kind, rid{columns})")
    for number, table in enumerate(tables):
        for event, kinds_of_image in (("INSERT", "insert"), ("DELETE", "delete"), ("UPDATE", "old new")):
            copies = "".join(_copy(name, number, table, kind) for kind in kinds_of_image.split())
            connection.execute(
                f"CREATE TRIGGER {name}_{event}_{number} AFTER {event} ON {quoted(table.name)} BEGIN {copies}END"
            )
    return ChangeLog(name, tables)


def _copy(log: str, number: int, table: LoggedTable, kind: str) -> str:
    side = "old" if kind in ("old", "delete") else "new"
    names = ", ".join(["tab", "kind", "rid", *(f"c{n}" for n in range(len(table.columns)))])
    rowid = f"{side}.{table.rowid}" if table.rowid else "NULL"
    values = ", ".join([str(number), f"'{kind}'", rowid, *(f"{side}.{quoted(c)}" for c in table.columns)])
    return f"INSERT INTO {log} ({names}) VALUES ({values}); "


def _logged_table(connection: sqlite3.Connection, table: str) -> LoggedTable:
    listed = connection.execute("SELECT name, pk FROM pragma_table_xinfo(?) ORDER BY cid", (table,)).fetchall()
    columns = tuple(name for name, _ in listed)
    key = tuple(name for _, name in sorted((place, name) for name, place in listed if place))
    taken = {column.lower() for column in columns}
    free = next((alias for alias in ("rowid", "oid", "_rowid_") if alias not in taken), None)
    try:
        connection.execute(f"SELECT {free or 'rowid'} FROM {quoted(table)} LIMIT 0").close()
        rowid = free
    except sqlite3.OperationalError:
        rowid = None
    if not key and not rowid:
        raise WorldError(f"table {table} needs a primary key, as its columns hide its rowid: rename one of them")
    return LoggedTable(table, columns, key, rowid)


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'
