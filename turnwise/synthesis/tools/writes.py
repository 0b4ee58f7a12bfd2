"""Tools that write, read from a table's columns: create, update, delete, and add to or remove from a list."""

import json
import re
from collections.abc import Iterator

from turnwise.synthesis.database.schema import Column, Reference, Schema, Table
from turnwise.synthesis.tools.signatures import by_key, key_test, object_schema, selected, table_tool, typed
from turnwise.values.words import article, snake
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted
from turnwise.worlds.world import JsonSchema

_MONEY = {"price", "total", "amount", "cost", "fee", "rent", "paid", "deposit", "salary", "balance", "payment"}
"""Words in the name of a column that holds an amount: what cannot be entered without one is worth a confirmation."""

_MOST_ASKED = 8
"""what a new row may need, at most: more is a form and not a request"""


def lookup_only(schema: Schema, table: Table) -> bool:
    """A short list of names that others point at (genres, media types) is no one's to change in passing."""
    people = any(table.by_name[name].text_kind in ("given", "family", "person") for name in table.label)
    bare = not people and {*table.key, *table.label} == set(table.by_name)
    joined = any(child.link for child, _ in schema.children(table.name))
    return bare and table.rows <= 50 and bool(schema.children(table.name)) and not joined


def creatable(table: Table) -> bool:
    """Whether a person could state a whole new row: what it needs is known and not too much."""
    asked = _required(table)
    return bool(table.key) and len(asked) <= _MOST_ASKED and not any(c.bookkeeping or c.type == "blob" for c in asked)


def changeable(table: Table) -> list[Column]:
    return [c for c in table.columns if c.name not in table.key and not c.bookkeeping and not c.generated]


def _stated(table: Table) -> list[Column]:
    """The columns that a person may state of a new row: not its number, nor what is kept for the program's sake."""
    given = {*(table.key if table.automatic_key else ()), *table.numbered_within}
    kept = [c for c in table.columns if not c.generated and c.name not in given]
    return [c for c in kept if not c.bookkeeping or (_required_of(c, table) and not _stamped(c))]


def _stamped(column: Column) -> bool:
    """Whether a new row gets the time of its making there by itself."""
    return column.bookkeeping and column.dated and column.default is None and not column.nullable


def _required(table: Table) -> list[Column]:
    """What a new row needs: what may not be null, and what it is called by."""
    return [c for c in _stated(table) if _required_of(c, table)]


def _required_of(column: Column, table: Table) -> bool:
    return column.default is None and (not column.nullable or column.name in (*table.label, *table.key))


def _insert(schema: Schema, table: Table, columns: list[Column]) -> str:
    values = {c.name: f":{c.field}" if c.default is None else f"coalesce(:{c.field}, {c.default})" for c in columns}
    if table.automatic_key and not table.rowid_key:
        key = quoted(table.key[0])
        values = {table.key[0]: f"(SELECT coalesce(max({key}), 0) + 1 FROM {quoted(table.name)})", **values}
    for name, of in table.numbered_within.items():
        within = f"{quoted(table.name)} WHERE {quoted(of)} = {values[of]}"
        values[name] = f"(SELECT coalesce(max({quoted(name)}), 0) + 1 FROM {within})"
    stamps = {c.name: "CURRENT_DATE" if c.type == "date" else "CURRENT_TIMESTAMP" for c in table.columns if _stamped(c)}
    values = {**values, **{name: stamp for name, stamp in stamps.items() if name not in values}}
    given = f"({', '.join(map(quoted, values))}) VALUES ({', '.join(values.values())})" if values else "DEFAULT VALUES"
    return f"INSERT INTO {quoted(table.name)} {given} RETURNING {selected(schema, table)}"


def _entered(schema: Schema, table: Table, column: Column) -> JsonSchema:
    """A parameter for a value of a new row, which says what it has when it is left out."""
    default = (column.default or "").strip("()")
    note = "now unless given" if default.upper().startswith("CURRENT_") else ""
    typed_as = typed(schema, table, column, note=note)
    if re.fullmatch(r"'(?:[^']|'')*'", default):
        return {**typed_as, "default": default[1:-1].replace("''", "'")}
    if re.fullmatch(r"-?\d+(?:\.\d+)?", default):
        return {**typed_as, "default": json.loads(default)}
    return typed_as


def create(schema: Schema, table: Table) -> Tool:
    columns = _stated(table)
    needed = _required(table)
    numbered = " It gets the next free number." if table.automatic_key and not table.rowid_key else ""
    return table_tool(
        "create", schema, table, f"create_{table.slug}",
        f"Add {article(table.noun)}.{numbered}",
        object_schema({c.field: _entered(schema, table, c) for c in columns}, [c.field for c in needed]),
        _insert(schema, table, columns),
        {c.field: c for c in columns},
        consequential=any(c.numeric and _MONEY.intersection(c.label.split()) for c in needed),
    )  # fmt: skip


def update(schema: Schema, table: Table) -> Tool:
    key, columns = table.key_columns, changeable(table)
    properties = {c.field: typed(schema, table, c) for c in (*key, *columns)}
    setting = ", ".join(f"{quoted(c.name)} = coalesce(:{c.field}, {quoted(c.name)})" for c in columns)
    return table_tool(
        "update", schema, table, f"update_{table.slug}",
        f"Change {article(table.noun)}. What is not given stays.",
        {**object_schema(properties, [c.field for c in key]), "minProperties": len(key) + 1},
        f"UPDATE {quoted(table.name)} SET {setting} WHERE {key_test(key)} RETURNING {selected(schema, table)}",
        {c.field: c for c in (*key, *columns)},
    )  # fmt: skip


def delete(schema: Schema, table: Table) -> Tool:
    key = table.key_columns
    return table_tool(
        "delete", schema, table, f"delete_{table.slug}",
        f"Delete {article(table.noun)} for good.",
        by_key(schema, table, key),
        f"DELETE FROM {quoted(table.name)} WHERE {key_test(key)} RETURNING {selected(schema, table)}",
        {c.field: c for c in key},
        consequential=True,
    )  # fmt: skip


def membership(schema: Schema, table: Table, container: Reference, item: Reference) -> Iterator[Tool]:
    """Add to, and take from, the list that a link table keeps."""
    keys = [table.by_name[container.column], table.by_name[item.column]]
    into, what = schema.tables[container.table].noun, schema.tables[item.table].noun
    if container.table == item.table:
        into, what = (c.label for c in keys)
    extra = [c for c in table.columns if c not in keys and c in _stated(table)]
    columns = keys + extra
    properties = {c.field: typed(schema, table, c) for c in keys} | {c.field: _entered(schema, table, c) for c in extra}
    yield table_tool(
        "link", schema, table, f"add_{snake(what) or 'record'}_to_{snake(into) or 'record'}",
        f"Add {article(what)} to {article(into)}.",
        object_schema(properties, [c.field for c in columns if not c.nullable and c.default is None]),
        _insert(schema, table, columns),
        {c.field: c for c in columns},
    )  # fmt: skip
    yield table_tool(
        "unlink", schema, table, f"remove_{snake(what) or 'record'}_from_{snake(into) or 'record'}",
        f"Take {article(what)} off {article(into)}. The {what} itself stays.",
        object_schema({c.field: typed(schema, table, c) for c in keys}),
        f"DELETE FROM {quoted(table.name)} WHERE {key_test(keys)} RETURNING {selected(schema, table)}",
        {c.field: c for c in keys},
        consequential=True,
    )  # fmt: skip
