"""Why the database refused a write, in words that whoever called can act on."""

import sqlite3
from collections.abc import Iterable, Iterator

from turnwise.worlds.changes import Image, json_value, quoted
from turnwise.worlds.functions import SqlValue


def constraint_sentence(error: sqlite3.IntegrityError) -> str:
    """What a broken constraint asks for."""
    said = " ".join(str(error).split())
    kind, _, what = said.partition(" constraint failed: ")
    match kind:
        case "NOT NULL":
            return f"{what} needs a value"
        case "UNIQUE" if what.startswith("index "):
            return f"another row already has these values ({what})"
        case "UNIQUE":
            return f"{what} has to be unique, and another row already has this value"
        case "CHECK":
            return f"the values break a rule of the data: {what}"
    if said.startswith("FOREIGN KEY"):
        return "a row would refer to another row that does not exist"
    return f"the data does not allow it: {said}"


def broken_references(connection: sqlite3.Connection, images: Iterable[Image]) -> Iterator[str]:
    """The references that the changes in `images`, made but not committed, leave without their row."""
    for image in images:
        table = image.table.name
        for child, own, parent, theirs in _references(connection, table):
            if image.kind in ("insert", "new"):
                if child != table:
                    continue
                wanted = [_value(image, column) for column in own]
                if None not in wanted and not _exists(connection, parent, theirs, wanted):
                    yield f"there is no {parent} with {_named(theirs, wanted)}"
            elif parent.lower() == table.lower():
                gone = [_value(image, column) for column in theirs]
                if not _exists(connection, parent, theirs, gone) and _exists(connection, child, own, gone):
                    columns = " and ".join(f"{child}.{column}" for column in own)
                    yield f"{parent} with {_named(theirs, gone)} is still referred to by {columns}"


def _references(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, list[str], str, list[str]]]:
    """Every foreign key from or to a table: child, its columns, parent, the columns referred to."""
    rows = connection.execute(
        """SELECT m.name, f.id, f."table", f."from",
            coalesce(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = f.seq + 1))
        FROM sqlite_master m, pragma_foreign_key_list(m.name) f
        WHERE m.type = 'table' AND (m.name = ?1 OR f."table" = ?1 COLLATE NOCASE) ORDER BY 1, 2, f.seq""",
        (table,),
    )
    keys: dict[tuple[str, int, str], tuple[list[str], list[str]]] = {}
    for child, number, parent, own, theirs in rows:
        columns = keys.setdefault((child, number, parent), ([], []))
        columns[0].append(own)
        columns[1].append(theirs)
    for (child, _, parent), (own_columns, parent_columns) in keys.items():
        yield child, own_columns, parent, parent_columns


def _exists(connection: sqlite3.Connection, table: str, columns: list[str], values: list[SqlValue]) -> bool:
    fits = " AND ".join(f"{quoted(column)} = ?" for column in columns)
    sql = f"SELECT 1 FROM {quoted(table)} WHERE {fits} LIMIT 1"
    return connection.execute(sql, values).fetchone() is not None


def _value(image: Image, column: str) -> SqlValue:
    """A value by its column's name in any case, as foreign keys may spell it."""
    return next(value for name, value in image.row.items() if name.lower() == column.lower())


def _named(columns: list[str], values: list[SqlValue]) -> str:
    return " and ".join(f"{c} {json_value(v)!r}" for c, v in zip(columns, values, strict=True))
