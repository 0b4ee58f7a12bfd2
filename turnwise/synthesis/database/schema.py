"""Reads what a database declares and its rows make plain: tables, keys, references, choices. Knows no tools or goals."""

import re
import sqlite3
from dataclasses import replace
from typing import Any

from turnwise.synthesis.database.declarations import Value, ValueType, checks, value_type
from turnwise.synthesis.database.labels import is_of_others, label_columns, without_initials
from turnwise.synthesis.database.meaning import is_bookkeeping, is_coded, is_flag, is_nature, is_year, outlook
from turnwise.synthesis.database.references import declared_references, with_references
from turnwise.synthesis.database.tables import Column, Reference, Schema, Table
from turnwise.synthesis.database.text_kinds import text_kind
from turnwise.values.words import column_label, snake, table_noun, words
from turnwise.worlds.changes import quoted

__all__ = ["Column", "Reference", "Schema", "Table", "Value", "ValueType", "reflect"]

_MAX_CATEGORIES = 30
"""A column with this few values, each met often, is a category people ask by."""
_LONGEST_CHOICE = 60
_SAMPLE = 200
_TELLING = 0.9
"""the part of the rows that have a value of their own where a column tells them apart"""
_LONGEST_FIELD = 50
"""Characters of a field's name: models take names of 64, and some fields get a word more."""
_NUMBERED = re.compile(r"\b(id|key|code|no|number)$|\b[a-z]{2,}id$")
_IDENTIFYING = re.compile(r"\b(id|key)$|\b[a-z]{2,}id$")
_Checks = dict[str, tuple[tuple[Value, ...], float | None]]


def reflect(connection: sqlite3.Connection) -> Schema:
    """Read the schema of a database, with counts and samples of its rows."""
    found = connection.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    prefix = common_prefix([name for name, _, _ in found])
    tables = {
        name: _table(connection, name, kind == "view", sql or "", prefix, number)
        for number, (name, kind, sql) in enumerate(found, 1)
    }
    return Schema({name: with_references(connection, table, tables) for name, table in tables.items()})


def common_prefix(names: list[str]) -> str:
    """What at least three names of tables all begin with, up to a `_`, such as `app_`; else nothing."""
    first = names[0] if len(names) >= 3 else ""
    cuts = [place + 1 for place, sign in enumerate(first) if sign == "_"]
    shared = [first[:cut] for cut in cuts if all(len(name) > cut and name.startswith(first[:cut]) for name in names)]
    return shared[-1] if shared else ""


def _table(connection: sqlite3.Connection, name: str, view: bool, sql: str, prefix: str, number: int) -> Table:
    info = connection.execute(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
    rows = connection.execute(f"SELECT COUNT(*) FROM {quoted(name)}").fetchone()[0]
    noun = table_noun(name, prefix)
    declared_key = tuple(row[1] for row in sorted(info, key=lambda row: row[5]) if row[5])
    uniques = _unique_columns(connection, name) | set(declared_key if len(declared_key) == 1 else ())
    checked = checks(sql)
    fields = _fields([row[1] for row in info], noun)
    shown = [row for row in info if row[6] != 1]
    columns = tuple(_column(connection, name, noun, rows, row, fields[row[1]], uniques, checked) for row in shown)
    key = declared_key or _natural_key(columns, rows)
    texts = {without_initials(words(c.name), noun): c.name for c in columns if c.type == "text" and not c.bookkeeping}
    telling = {c.name for c in columns if c.distinct >= _TELLING * rows}
    numbered = len(declared_key) == 1 and any(c.name in declared_key and c.type == "integer" for c in columns)
    declared = [row[2].upper() for row in info if row[1] in declared_key]
    spelt_out = {column_label(name): name for said, name in texts.items() if not _IDENTIFYING.search(said)}
    label = label_columns({**spelt_out, **texts}, key, noun, telling)
    free = [name for said, name in texts.items() if not _IDENTIFYING.search(said)]
    kinds = {name: text_kind(without_initials(column_label(name), noun), noun, name in label) for name in free}
    if len(label) == 1 and kinds.get(label[0]) == "person" and any(is_of_others(said, noun) for said in texts):
        kinds[label[0]] = "company"
    columns = tuple(replace(c, text_kind=kinds.get(c.name, "")) for c in columns)
    return Table(
        name=name,
        columns=columns,
        key=key,
        automatic_key=numbered,
        rowid_key=numbered and declared == ["INTEGER"] and "WITHOUT ROWID" not in sql.upper(),
        references=declared_references(connection, name),
        label=label,
        rows=rows,
        view=view,
        prefix=prefix,
        number=number,
    )


def _fields(names: list[str], noun: str) -> dict[str, str]:
    """Column name -> a valid and unambiguous field name; a bare `id` becomes `track_id`."""
    fields: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        field = snake(name) or f"column_{number}"
        if field in ("id", "key", "no", "nr", "number", "code") and (of := snake(noun)):
            field = f"{of}_{field}"
        field = field[:_LONGEST_FIELD].strip("_")
        while field in fields.values():
            field += "_2"
        fields[name] = field
    return fields


def _unique_columns(connection: sqlite3.Connection, table: str) -> set[str]:
    rows = connection.execute(
        """SELECT min(i.name) FROM pragma_index_list(?) l, pragma_index_info(l.name) i
        WHERE l."unique" AND NOT l.partial GROUP BY l.name HAVING count(*) = 1 AND min(i.name) IS NOT NULL""",
        (table,),
    )
    return {name for (name,) in rows}


def _column(
    connection: sqlite3.Connection,
    table: str,
    noun: str,
    rows: int,
    info: tuple[int, str, str, int, str | None, int, int],
    field: str,
    uniques: set[str],
    checked: _Checks,
) -> Column:
    _, name, declared, notnull, default, key, hidden = info
    column, source = quoted(name), f"FROM {quoted(table)}"

    def found(what: str, end: str = "") -> list[Any]:
        return [v for (v,) in connection.execute(f"SELECT DISTINCT {what} {source} WHERE {column} IS NOT NULL {end}")]

    distinct, filled = connection.execute(f"SELECT COUNT(DISTINCT {column}), COUNT({column}) {source}").fetchone()
    sample = found(column, f"LIMIT {_SAMPLE}")
    kinds = set(found(f"typeof({column})"))
    of_type = value_type(declared.upper(), kinds, sample)
    choices, minimum = checked.get(name.lower(), ((), None))
    closed = bool(choices)
    label = column_label(name)
    identifies = _IDENTIFYING.search(words(name)) is not None
    coded = of_type in ("integer", "number") and (identifies or is_coded(label, sample, rows))
    bookkeeping = is_bookkeeping(label, sample, of_type == "blob")
    few = 2 <= distinct <= _MAX_CATEGORIES and filled >= 2 * distinct and not bookkeeping
    if not closed and of_type == "text" and few:
        longest = max(len(str(value)) for value in sample)
        choices = tuple(found(column, "ORDER BY 1")) if longest <= _LONGEST_CHOICE else ()
    return Column(
        name=name,
        field=field,
        type=of_type,
        nullable=not notnull and not key,
        default=default,
        unique=name in uniques or (filled == distinct == rows and rows > 1),
        choices=choices,
        closed=closed,
        minimum=minimum,
        distinct=distinct,
        example=str(sample[0]) if sample else "",
        generated=hidden in (2, 3),
        declared_unique=name in uniques,
        mixed="text" in kinds and len(kinds) > 1,
        bookkeeping=bookkeeping,
        coded=coded,
        flag=of_type == "boolean" or is_flag(sample, coded),
        year=of_type == "integer" and is_year(label, sample),
        nature=is_nature(label),
        outlook=outlook(label, noun) if of_type in ("date", "datetime") else "",
    )


def _natural_key(columns: tuple[Column, ...], rows: int) -> tuple[str, ...]:
    """A column that tells rows apart where no key is declared: a number or code by its name, then a name, then any number."""
    candidates = [c for c in columns if c.unique and rows > 1 and c.type in ("integer", "text") and not c.bookkeeping]
    named = [c for c in candidates if _NUMBERED.search(words(c.name))]
    texts = {words(c.name): c.name for c in candidates if c.type == "text"}
    called = label_columns(texts, (), "", texts.values())
    names = [c for c in candidates if called == (c.name,)]
    integers = [c for c in candidates if c.type == "integer"]
    return tuple(c.name for c in (named or names or integers)[:1])
