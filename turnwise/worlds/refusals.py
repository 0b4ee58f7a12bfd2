"""Why the database refused a write, in words that whoever called can act on."""

import sqlite3
from collections.abc import Iterable

from turnwise.worlds.changes import Image, json_value, quoted


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


def broken_reference(connection: sqlite3.Connection, images: Iterable[Image]) -> str | None:
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
        columns = " and ".join(f"{child}.{column}" for column, _ in keys)
        return f"{parent} with {named} is still referred to by {columns}"
    return None
