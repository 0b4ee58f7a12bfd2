"""What a database declares and its rows make plain: tables, keys, references, choices. Knows no tools or goals."""

import logging
import re
import sqlite3
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.values.words import column_label, plural, snake, table_noun, words
from turnwise.worlds.changes import quoted

# A column with this few values, each met often, is a category people ask by.
_MAX_CATEGORIES = 30

# sqlglot logs what it cannot parse; here that only means that no choices are read from the declaration.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
_NAME_WORDS = ("name", "title", "label", "full name", "display name", "subject", "headline")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?")

ValueType = Literal["integer", "number", "text", "date", "datetime", "boolean", "blob"]
Value = int | float | str | None


@dataclass(frozen=True)
class Column:
    """One column, as declared and as filled."""

    name: str
    field: str  # its name as a parameter or result field
    type: ValueType
    nullable: bool
    default: str | None  # SQL text of the declared default
    unique: bool  # no two rows share a value (declared or observed)
    choices: tuple[Value, ...]  # the values it may take: declared by CHECK, or the few that are observed
    closed: bool  # the choices are declared, so nothing else is valid
    minimum: float | None
    distinct: int
    example: str = ""  # one of its values, as text
    generated: bool = False

    @property
    def label(self) -> str:
        """What a person calls it."""
        return column_label(self.name)

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "number")

    @property
    def dated(self) -> bool:
        return self.type in ("date", "datetime")


@dataclass(frozen=True)
class Reference:
    """A single-column foreign key, declared or inferred from names and values."""

    column: str
    table: str
    to: str
    declared: bool


@dataclass(frozen=True)
class Table:
    """One table or view."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """columns of the primary key, or of a unique column that can serve as one; empty when there is none"""
    automatic_key: bool  # SQLite numbers new rows itself
    references: tuple[Reference, ...]
    label: tuple[str, ...]
    """columns that name a row to a person: title; first and last name; empty when rows go by number"""
    rows: int
    view: bool

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def noun(self) -> str:
        return table_noun(self.name)

    @cached_property
    def nouns(self) -> str:
        return plural(self.noun)

    @cached_property
    def link(self) -> tuple[Reference, Reference] | None:
        """The two references that make this a link table (many to many), container first."""
        ends = [r for r in self.references if r.column in self.key]
        if self.view or len(self.key) != 2 or len(ends) != 2 or len(self.columns) > 5:
            return None
        first, second = ends
        name = words(self.name)
        if name.startswith(table_noun(second.table)) and not name.startswith(table_noun(first.table)):
            first, second = second, first
        return first, second

    def row(self, result: dict[str, Any]) -> dict[str, Any]:
        """A result by column name."""
        return {c.name: result[c.field] for c in self.columns if c.field in result}

    def reference(self, column: str) -> Reference | None:
        """The reference that a column makes, if any."""
        return next((r for r in self.references if r.column == column), None)


@dataclass(frozen=True)
class Schema:
    """All tables of a database, in the order of their names."""

    tables: dict[str, Table]

    def children(self, table: str) -> list[tuple[Table, Reference]]:
        """Every (table, reference) that points at a table."""
        return [(t, r) for t in self.tables.values() for r in t.references if r.table == table]


def reflect(connection: sqlite3.Connection) -> Schema:
    """Read the schema of a database, with counts and samples of its rows."""
    names = connection.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    tables = {name: _table(connection, name, kind == "view", sql or "") for name, kind, sql in names}
    return Schema({name: _infer_references(connection, table, tables) for name, table in tables.items()})


def _table(connection: sqlite3.Connection, name: str, view: bool, sql: str) -> Table:
    info = connection.execute(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
    rows = connection.execute(f"SELECT COUNT(*) FROM {quoted(name)}").fetchone()[0]
    declared_key = tuple(row[1] for row in sorted(info, key=lambda row: row[5]) if row[5])
    uniques = _unique_columns(connection, name) | set(declared_key if len(declared_key) == 1 else ())
    checks = _checks(sql)
    fields = _fields([row[1] for row in info], name)
    shown = [row for row in info if row[6] != 1]
    columns = tuple(_column(connection, name, rows, row, fields[row[1]], uniques, checks) for row in shown)
    key = declared_key or _natural_key(columns, rows)
    integer_key = [row for row in info if len(declared_key) == 1 and row[1] in declared_key]
    automatic = bool(integer_key) and integer_key[0][2].upper() == "INTEGER" and "WITHOUT ROWID" not in sql.upper()
    return Table(
        name=name,
        columns=columns,
        key=key,
        automatic_key=automatic,
        references=_declared_references(connection, name),
        label=_label(columns, key, table_noun(name)),
        rows=rows,
        view=view,
    )


def _fields(names: list[str], table: str) -> dict[str, str]:
    """Column name -> a valid and unambiguous field name; a bare `id` becomes `track_id`."""
    fields: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        field = snake(name) or f"column_{number}"
        if field in ("id", "key", "no", "nr", "number", "code") and (noun := snake(table_noun(table))):
            field = f"{noun}_{field}"
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
    rows: int,
    info: tuple[int, str, str, int, str | None, int, int],
    field: str,
    uniques: set[str],
    checks: dict[str, tuple[tuple[Value, ...], float | None]],
) -> Column:
    _, name, declared, notnull, default, key, hidden = info
    column, source = quoted(name), f"FROM {quoted(table)}"

    def found(what: str, end: str = "") -> list[Any]:
        return [v for (v,) in connection.execute(f"SELECT DISTINCT {what} {source} WHERE {column} IS NOT NULL {end}")]

    distinct, filled = connection.execute(f"SELECT COUNT(DISTINCT {column}), COUNT({column}) {source}").fetchone()
    sample = found(column, "LIMIT 200")
    value_type = _value_type(declared.upper(), set(found(f"typeof({column})")), sample)
    choices, minimum = checks.get(name.lower(), ((), None))
    closed = bool(choices)
    if not closed and value_type == "text" and 2 <= distinct <= _MAX_CATEGORIES and filled >= 2 * distinct:
        choices = tuple(found(column, "ORDER BY 1"))
    return Column(
        name=name,
        field=field,
        type=value_type,
        nullable=not notnull and not key,
        default=default,
        unique=name in uniques or (filled == distinct == rows and rows > 1),
        choices=choices,
        closed=closed,
        minimum=minimum,
        distinct=distinct,
        example=str(sample[0]) if sample else "",
        generated=hidden in (2, 3),
    )


def _value_type(declared: str, kinds: set[str], sample: list[object]) -> ValueType:
    texts = [value for value in sample if isinstance(value, str)]
    if "blob" in kinds or (not kinds and "BLOB" in declared):
        return "blob"
    if texts and len(texts) == len(sample):
        if all(_DATE.fullmatch(text) for text in texts):
            return "date"
        return "datetime" if all(_DATETIME.fullmatch(text) for text in texts) else "text"
    if "text" in kinds:
        return "text"
    if "BOOL" in declared and set(sample) <= {0, 1}:
        return "boolean"
    if "real" in kinds or any(word in declared for word in ("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL", "MONEY")):
        return "number"
    if "integer" in kinds or "INT" in declared:
        return "integer"
    if "DATE" in declared or "TIME" in declared:
        return "datetime" if "TIME" in declared else "date"
    return "text"


def _checks(sql: str) -> dict[str, tuple[tuple[Value, ...], float | None]]:
    """Per column (lower case): the values a CHECK (c IN (...)) allows, and the minimum a CHECK (c >= n) sets."""
    try:
        tree = sqlglot.parse_one(sql, dialect="sqlite")
    except (SqlglotError, RecursionError):  # only SQLite understands it, and its checks still hold when run
        return {}
    found: dict[str, tuple[tuple[Value, ...], float | None]] = {}
    for check in tree.find_all(exp.CheckColumnConstraint):
        for part in check.this.flatten() if isinstance(check.this, exp.And) else [check.this]:
            if not isinstance(part.this, exp.Column):
                continue
            name = part.this.name.lower()
            if isinstance(part, exp.In):
                values = tuple(_literal(item) for item in part.expressions)
                found |= {name: (values, None)} if values and None not in values else {}
            elif isinstance(part, exp.GTE | exp.GT):
                bound = _literal(part.expression)
                if isinstance(bound, int | float):
                    found.setdefault(name, ((), float(bound)))
    return found


def _literal(node: exp.Expression) -> Value:
    value = node.to_py() if isinstance(node, exp.Literal) else None
    return value if isinstance(value, int | str) or value is None else float(value)


def _natural_key(columns: tuple[Column, ...], rows: int) -> tuple[str, ...]:
    candidates = [c for c in columns if c.unique and rows > 1 and c.type in ("integer", "text")]
    named = [c for c in candidates if re.search(r"(^|\b|_)(id|key|code|no|number)$", words(c.name))]
    integers = [c for c in candidates if c.type == "integer"]
    best = named or integers or [c for c in candidates if words(c.name) in _NAME_WORDS]
    return tuple(c.name for c in best[:1])


def _declared_references(connection: sqlite3.Connection, table: str) -> tuple[Reference, ...]:
    """The foreign keys of one column; one that names no column refers to the primary key."""
    rows = connection.execute(
        """SELECT f."from", f."table", coalesce(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = 1))
        FROM pragma_foreign_key_list(?) f GROUP BY f.id HAVING count(*) = 1 ORDER BY f.id""",
        (table,),
    )
    return tuple(Reference(column, target, to, declared=True) for column, target, to in rows if to is not None)


def _infer_references(connection: sqlite3.Connection, table: Table, tables: dict[str, Table]) -> Table:
    """Add the references that names and values make plain but no FOREIGN KEY declares; drop broken ones."""
    lower = {name.lower(): target for name, target in tables.items()}
    kept = []
    for r in table.references:
        target = lower.get(r.table.lower())
        if target is not None and any(c.name.lower() == r.to.lower() for c in target.columns):
            kept.append(replace(r, table=target.name))
    taken = {r.column for r in kept} | (set(table.key) if len(table.key) == 1 else set())
    others = [t for t in tables.values() if t.name != table.name and len(t.key) == 1 and t.rows]
    for column in table.columns:
        if column.name in taken or column.type not in ("integer", "text") or table.view or not column.distinct:
            continue
        for target in others:
            key, noun = target.by_name[target.key[0]], snake(target.noun)
            names = (noun, f"{noun}_id", f"{noun}id", key.field if key.field != "name" else noun)
            if column.field in names and key.type == column.type:
                stray = connection.execute(
                    f"SELECT 1 FROM {quoted(table.name)} WHERE {quoted(column.name)} IS NOT NULL AND"
                    f" {quoted(column.name)} NOT IN (SELECT {quoted(key.name)} FROM {quoted(target.name)}) LIMIT 1"
                )
                if stray.fetchone() is None:
                    kept.append(Reference(column.name, target.name, key.name, declared=False))
                    break
    return replace(table, references=tuple(kept))


def _label(columns: tuple[Column, ...], key: tuple[str, ...], noun: str) -> tuple[str, ...]:
    texts = {words(c.name): c.name for c in columns if c.type == "text"}
    for first, last in (("first name", "last name"), ("given name", "family name"), ("forename", "surname")):
        if first in texts and last in texts:
            return (texts[first], texts[last])
    for name in (*_NAME_WORDS, f"{noun} name", f"{noun} title", noun):
        if name in texts and (texts[name] not in key or len(key) == 1):
            return (texts[name],)
    return next(((c.name,) for c in columns if c.type == "text" and words(c.name).endswith((" name", " title"))), ())
