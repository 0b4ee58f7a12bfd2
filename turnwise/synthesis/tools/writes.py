"""Tools that write, read from a table's columns: create, update, delete, and add to or remove from a list."""

from collections.abc import Iterator

from turnwise.synthesis.database.schema import Column, Reference, Schema, Table, quoted
from turnwise.synthesis.tools.signatures import object_schema, operation, purpose, row_schema, selected, typed
from turnwise.values.words import listed, snake
from turnwise.worlds import Tool

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
    skipped = set(table.key) if table.automatic_key else set()
    return [c for c in table.columns if c.name not in skipped and not c.generated]


def _required(table: Table) -> list[Column]:
    """What a new row needs: what may not be null, and what it is called by."""
    return [c for c in _stated(table) if c.default is None and (not c.nullable or c.name in table.label)]


def create(table: Table) -> Tool:
    columns = [c for c in _stated(table) if c.type != "blob"]
    properties = {c.field: typed(c, purpose(c, table), closed=True) for c in columns}
    required = [c.field for c in _required(table)]
    return Tool(
        name=f"create_{snake(table.noun)}",
        description=f"Add a new {table.noun}. Needs {listed([name.replace('_', ' ') for name in required]) or 'nothing'}.",
        parameters=object_schema(properties, required),
        returns=row_schema(table),
        effect="write",
        consequential=any(c.numeric and _MONEY.intersection(c.label.split()) for c in _required(table)),
        sql=(
            f"INSERT INTO {quoted(table.name)} ({', '.join(quoted(c.name) for c in columns)})"
            f" VALUES ({', '.join(_bound(c) for c in columns)}) RETURNING {selected(table)}"
        ),
        operation=operation("create", table, {c.field: c for c in columns}),
    )


def _bound(column: Column) -> str:
    return f"coalesce(:{column.field}, {column.default})" if column.default is not None else f":{column.field}"


def update(table: Table) -> Tool:
    key = table.by_name[table.key[0]]
    columns = changeable(table)
    properties = {key.field: typed(key, f"which {table.noun} to change")}
    properties |= {c.field: typed(c, f"new {c.label}", closed=True) for c in columns}
    setting = ", ".join(f"{quoted(c.name)} = coalesce(:{c.field}, {quoted(c.name)})" for c in columns)
    return Tool(
        name=f"update_{snake(table.noun)}",
        description=f"Change one {table.noun}: {listed([c.label for c in columns], 'or')}. What is not given stays as it is.",
        parameters={**object_schema(properties, [key.field]), "minProperties": 2},
        returns=row_schema(table),
        effect="write",
        sql=f"UPDATE {quoted(table.name)} SET {setting} WHERE {quoted(key.name)} = :{key.field} RETURNING {selected(table)}",
        operation=operation("update", table, {key.field: key, **{c.field: c for c in columns}}),
    )


def delete(table: Table) -> Tool:
    key = table.by_name[table.key[0]]
    return Tool(
        name=f"delete_{snake(table.noun)}",
        description=f"Delete one {table.noun} for good.",
        parameters=object_schema({key.field: typed(key, f"which {table.noun} to delete")}, [key.field]),
        returns=row_schema(table),
        effect="write",
        consequential=True,
        sql=f"DELETE FROM {quoted(table.name)} WHERE {quoted(key.name)} = :{key.field} RETURNING {selected(table)}",
        operation=operation("delete", table, {key.field: key}),
    )


def membership_tools(schema: Schema, table: Table, container: Reference, item: Reference) -> Iterator[Tool]:
    """Add to, and take from, the list that a link table keeps."""
    ends = {r.column: schema.tables[r.table] for r in (container, item)}
    keys = [table.by_name[container.column], table.by_name[item.column]]
    nouns = [ends[c.name].noun for c in keys]
    if ends[keys[0].name].name == ends[keys[1].name].name:
        nouns = [c.label for c in keys]
    extra = [c for c in table.columns if c not in keys and c.type != "blob" and not c.generated]
    properties = {
        c.field: typed(c, f"{noun} {'to add to' if n == 0 else 'to add'}")
        for n, (c, noun) in enumerate(zip(keys, nouns, strict=True))
    }
    properties |= {c.field: typed(c, purpose(c, table), closed=True) for c in extra}
    columns = keys + extra
    yield Tool(
        name=f"add_{snake(nouns[1])}_to_{snake(nouns[0])}",
        description=f"Add one {nouns[1]} to one {nouns[0]}.",
        parameters=object_schema(properties, [c.field for c in columns if not c.nullable and c.default is None]),
        returns=row_schema(table),
        effect="write",
        sql=(
            f"INSERT INTO {quoted(table.name)} ({', '.join(quoted(c.name) for c in columns)})"
            f" VALUES ({', '.join(_bound(c) for c in columns)}) RETURNING {selected(table)}"
        ),
        operation=operation("link", table, {c.field: c for c in columns}),
    )
    yield Tool(
        name=f"remove_{snake(nouns[1])}_from_{snake(nouns[0])}",
        description=f"Take one {nouns[1]} off one {nouns[0]}. The {nouns[1]} itself stays.",
        parameters=object_schema(
            {c.field: typed(c, f"the {noun}") for c, noun in zip(keys, nouns, strict=True)}, [c.field for c in keys]
        ),
        returns=row_schema(table),
        effect="write",
        consequential=True,
        sql=(
            f"DELETE FROM {quoted(table.name)} WHERE {' AND '.join(f'{quoted(c.name)} = :{c.field}' for c in keys)}"
            f" RETURNING {selected(table)}"
        ),
        operation=operation("unlink", table, {c.field: c for c in keys}),
    )
