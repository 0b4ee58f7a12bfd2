"""Tools that write, read from a table's columns: create, update, delete, and add to or remove from a list."""

import json
import re
from collections.abc import Iterator

from turnwise.synthesis.database.schema import Column, Reference, Schema, Table
from turnwise.synthesis.tools.signatures import by_key, object_schema, purpose, selected, table_tool, typed
from turnwise.values.words import listed, snake
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted
from turnwise.worlds.world import JsonSchema

_MONEY = {"price", "total", "amount", "cost", "fee", "rent", "paid", "deposit", "salary", "balance", "payment"}
"""Words in the name of a column that holds an amount: what cannot be entered without one is worth a confirmation."""


def lookup_only(schema: Schema, table: Table) -> bool:
    """A short list of names that others point at (genres, media types) is no one's to change in passing."""
    bare = {*table.key, *table.label} == set(table.by_name)
    joined = any(child.link for child, _ in schema.children(table.name))
    return bare and table.rows <= 50 and bool(schema.children(table.name)) and not joined


def creatable(table: Table) -> bool:
    """Whether a person could state a whole new row: the key is automatic and the rest can be written."""
    asked = _required(table)
    return table.automatic_key and len(asked) <= 8 and all(c.type != "blob" for c in asked)


def changeable(table: Table) -> list[Column]:
    """The columns an update may set."""
    return [c for c in table.columns if c.name not in table.key and c.type != "blob" and not c.generated]


def _stated(table: Table) -> list[Column]:
    return [c for c in table.columns if not c.generated and not (table.automatic_key and c.name in table.key)]


def _required(table: Table) -> list[Column]:
    """What a new row needs: what may not be null, and what it is called by."""
    return [c for c in _stated(table) if c.default is None and (not c.nullable or c.name in table.label)]


def _insert(table: Table, columns: list[Column]) -> str:
    values = [f":{c.field}" if c.default is None else f"coalesce(:{c.field}, {c.default})" for c in columns]
    names = ", ".join(quoted(c.name) for c in columns)
    return f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({', '.join(values)}) RETURNING {selected(table)}"


def _with_default(column: Column, schema: JsonSchema) -> JsonSchema:
    """A parameter that says what a new row has when it is left out."""
    default = (column.default or "").strip("()")
    if re.fullmatch(r"'(?:[^']|'')*'", default):
        return {**schema, "default": default[1:-1].replace("''", "'")}
    if re.fullmatch(r"-?\d+(?:\.\d+)?", default):
        return {**schema, "default": json.loads(default)}
    if "description" in schema and default.upper().startswith("CURRENT_"):
        return {**schema, "description": f"{schema['description']}; now, unless it is given"}
    return schema


def create(table: Table) -> Tool:
    """A new row."""
    columns = [c for c in _stated(table) if c.type != "blob"]
    needed = _required(table)
    needs = listed([c.field.replace("_", " ") for c in needed]) or "nothing"
    properties = {c.field: _with_default(c, typed(c, purpose(c, table), closed=True)) for c in columns}
    return table_tool(
        "create", table, f"create_{snake(table.noun)}",
        f"Add a new {table.noun}. Needs {needs}.",
        object_schema(properties, [c.field for c in needed]),
        _insert(table, columns),
        {c.field: c for c in columns},
        consequential=any(c.numeric and _MONEY.intersection(c.label.split()) for c in needed),
    )  # fmt: skip


def update(table: Table) -> Tool:
    """Other values in a row."""
    key = table.by_name[table.key[0]]
    columns = changeable(table)
    properties = {key.field: typed(key, f"which {table.noun} to change")}
    properties |= {c.field: typed(c, f"new {c.label}", closed=True) for c in columns}
    setting = ", ".join(f"{quoted(c.name)} = coalesce(:{c.field}, {quoted(c.name)})" for c in columns)
    return table_tool(
        "update", table, f"update_{snake(table.noun)}",
        f"Change one {table.noun}: {listed([c.label for c in columns], 'or')}. What is not given stays as it is.",
        {**object_schema(properties, [key.field]), "minProperties": 2},
        f"UPDATE {quoted(table.name)} SET {setting} WHERE {quoted(key.name)} = :{key.field}"
        f" RETURNING {selected(table)}",
        {key.field: key, **{c.field: c for c in columns}},
    )  # fmt: skip


def delete(table: Table) -> Tool:
    """A row less."""
    key = table.by_name[table.key[0]]
    return table_tool(
        "delete", table, f"delete_{snake(table.noun)}",
        f"Delete one {table.noun} for good.",
        by_key(key, f"which {table.noun} to delete"),
        f"DELETE FROM {quoted(table.name)} WHERE {quoted(key.name)} = :{key.field} RETURNING {selected(table)}",
        {key.field: key},
        consequential=True,
    )  # fmt: skip


def membership_tools(schema: Schema, table: Table, container: Reference, item: Reference) -> Iterator[Tool]:
    """Add to, and take from, the list that a link table keeps."""
    keys = [table.by_name[container.column], table.by_name[item.column]]
    into, what = schema.tables[container.table].noun, schema.tables[item.table].noun
    if container.table == item.table:
        into, what = (c.label for c in keys)
    extra = [c for c in table.columns if c not in keys and c.type != "blob" and not c.generated]
    columns = keys + extra
    said = (f"{into} to add to", f"{what} to add")
    properties = {c.field: typed(c, text) for c, text in zip(keys, said, strict=True)}
    properties |= {c.field: typed(c, purpose(c, table), closed=True) for c in extra}
    yield table_tool(
        "link", table, f"add_{snake(what)}_to_{snake(into)}",
        f"Add one {what} to one {into}.",
        object_schema(properties, [c.field for c in columns if not c.nullable and c.default is None]),
        _insert(table, columns),
        {c.field: c for c in columns},
    )  # fmt: skip
    ends = {c.field: typed(c, f"the {noun}") for c, noun in zip(keys, (into, what), strict=True)}
    yield table_tool(
        "unlink", table, f"remove_{snake(what)}_from_{snake(into)}",
        f"Take one {what} off one {into}. The {what} itself stays.",
        object_schema(ends),
        f"DELETE FROM {quoted(table.name)} WHERE {' AND '.join(f'{quoted(c.name)} = :{c.field}' for c in keys)}"
        f" RETURNING {selected(table)}",
        {c.field: c for c in keys},
        consequential=True,
    )  # fmt: skip
