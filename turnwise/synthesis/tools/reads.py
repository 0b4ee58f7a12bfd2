"""Tools that read, from a table's columns and references: one row, search, lists, filters, rankings, aggregates."""

from collections.abc import Iterator
from typing import Any

from turnwise.synthesis.database.schema import Column, Reference, Schema, Table, quoted
from turnwise.synthesis.tools.signatures import (
    contents,
    limit,
    nocase,
    object_schema,
    operation,
    order,
    readable,
    row_schema,
    rows_schema,
    selected,
    typed,
)
from turnwise.values.words import listed, plural, snake
from turnwise.worlds import Tool

ROWS = 50
"""The most rows a listing returns."""
_ADDITIVE = ("total", "amount", "quantity", "hours", "minutes", "cost", "fee", "paid", "points", "milliseconds")
_NEVER_MEASURED = ("latitude", "longitude", "postal", "zip", "phone", "year", "version", "bytes")


def measures(table: Table) -> list[Column]:
    """The columns by which rows can be ranked: numbers and dates that vary."""
    keys = {*table.key, *(r.column for r in table.references)}
    return [
        c
        for c in table.columns
        if (c.numeric or c.dated)
        and c.name not in keys
        and c.distinct > 3
        and not any(word in c.label for word in _NEVER_MEASURED)
    ]


def additive(column: Column) -> bool:
    """Whether sums of a column mean something."""
    return column.numeric and any(word in column.label for word in _ADDITIVE)


def get(table: Table) -> Tool:
    key = table.by_name[table.key[0]]
    return Tool(
        name=f"get_{snake(table.noun)}",
        description=f"Get one {table.noun} by its {key.field}, with its {contents(table)}.",
        parameters=object_schema({key.field: typed(key, f"{key.field} of the {table.noun}")}, [key.field]),
        returns=row_schema(table),
        effect="read",
        sql=f"SELECT {selected(table)} FROM {quoted(table.name)} WHERE {quoted(key.name)} = :{key.field}",
        operation=operation("get", table, {key.field: key}),
    )


def search(table: Table) -> Tool:
    label = label_sql(table)
    called = listed([c.replace("_", " ") for c in (table.by_name[n].field for n in table.label)])
    return Tool(
        name=f"search_{snake(table.nouns)}",
        description=f"Search {table.nouns} by {called}; the text may be a part of it. Best matches first.",
        parameters=object_schema(
            {
                "query": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 200,
                    "description": f"text to look for in the {called}",
                }
            },
            ["query"],
        ),
        returns=rows_schema(table),
        effect="read",
        sql=(
            f"SELECT {selected(table)} FROM {quoted(table.name)} WHERE instr(lower({label}), lower(:query)) > 0"
            f" ORDER BY lower({label}) = lower(:query) DESC, length({label}), {order(table)} LIMIT 10"
        ),
        operation=operation("search", table, {"query": table.by_name[table.label[0]]}),
    )


def label_sql(table: Table) -> str:
    """The SQL expression for what a row is called."""
    return " || ' ' || ".join(f"coalesce({quoted(c)}, '')" for c in table.label)


def list_by(schema: Schema, table: Table, reference: Reference) -> Tool:
    column = table.by_name[reference.column]
    parent = schema.tables[reference.table]
    role = snake(column.label)
    said = column.label if parent.noun in column.label else f"{column.label} ({parent.noun})"
    return Tool(
        name=f"list_{snake(table.nouns)}_by_{role}",
        description=f"List the {table.nouns} of one {said}, at most {ROWS}.",
        parameters=object_schema({column.field: typed(column, f"whose {table.nouns} to list")}, [column.field]),
        returns=rows_schema(table),
        effect="read",
        sql=(
            f"SELECT {selected(table)} FROM {quoted(table.name)} WHERE {quoted(column.name)} = :{column.field}"
            f" ORDER BY {order(table)} LIMIT {ROWS}"
        ),
        operation=operation("list", table, {column.field: column}),
    )


def filters(table: Table) -> list[Column]:
    named = {*table.label, *table.key}
    categories = [c for c in table.columns if (c.choices or c.type == "boolean") and c.name not in named]
    grouped = [
        c
        for c in table.columns
        if c.type == "text" and not c.choices and not c.unique and c.name not in named and 2 <= c.distinct <= table.rows * 0.95
        and any(word in c.label for word in ("city", "country", "state", "company", "type", "category", "status", "author", "composer"))
    ]  # fmt: skip
    return categories + grouped


def find(table: Table, filters: list[Column]) -> Tool:
    properties: dict[str, Any] = {c.field: typed(c, f"only {table.nouns} with this {c.label}") for c in filters}
    tests = [f"(:{c.field} IS NULL OR {quoted(c.name)} = :{c.field}{nocase(c)})" for c in filters]
    inputs = {c.field: c for c in filters}
    for column in measures(table)[:3]:
        for bound, sign, said in (("min", ">=", "at least"), ("max", "<=", "at most")):
            name = f"{bound}_{column.field}"
            properties[name] = typed(column, f"only {table.nouns} with {column.label} of {said} this", bounded=False)
            tests.append(f"(:{name} IS NULL OR {quoted(column.name)} {sign} :{name})")
            inputs[name] = column
    return Tool(
        name=f"find_{snake(table.nouns)}",
        description=f"Find {table.nouns} by {listed(list(dict.fromkeys(c.label for c in inputs.values())), 'or')}, at most {ROWS}. Give at least one condition.",
        parameters={**object_schema(properties, []), "minProperties": 1},
        returns=rows_schema(table),
        effect="read",
        sql=f"SELECT {selected(table)} FROM {quoted(table.name)} WHERE {' AND '.join(tests)} ORDER BY {order(table)} LIMIT {ROWS}",
        operation=operation("filter", table, inputs),
    )


def top(table: Table, measure: Column) -> Tool:
    column = quoted(measure.name)
    low, high = ("earliest", "latest") if measure.dated else ("lowest", "highest")
    return Tool(
        name=f"top_{snake(table.nouns)}_by_{snake(measure.name)}",
        description=f"The {table.nouns} with the {high} or {low} {measure.label}, in that order.",
        parameters=object_schema(
            {
                "direction": {"type": "string", "enum": [high, low], "description": f"which end to start from; {high} unless given"},
                "limit": limit(),
            },
            [],
        ),
        returns=rows_schema(table),
        effect="read",
        sql=(
            f"SELECT {selected(table)} FROM {quoted(table.name)} WHERE {column} IS NOT NULL"
            f" ORDER BY CASE WHEN :direction = '{low}' THEN {column} END, {column} DESC, {order(table)} LIMIT coalesce(:limit, 5)"
        ),
        operation=operation("top", table, {"direction": measure}),
    )  # fmt: skip


def aggregates(schema: Schema, table: Table, reference: Reference, counted: Table | None = None) -> Iterator[Tool]:
    """A summary of one parent's rows and a ranking of parents by them: aggregates over a join.

    `counted` is what a link table's rows lead to: a playlist has tracks, not playlist tracks.
    """
    counted = counted or table
    parent = schema.tables[reference.table]
    if parent.name == table.name or len(parent.key) != 1:
        return
    role = snake(table.by_name[reference.column].label)
    key = parent.by_name[parent.key[0]]
    summed = [c for c in measures(table) if c.numeric][:2]
    shown = [key, *(parent.by_name[c] for c in parent.label)]
    head = ", ".join(f"p.{quoted(c.name)} AS {quoted(c.field)}" for c in shown)
    count = f"{snake(counted.noun)}_count"
    figures = [f"count(c.{quoted(reference.column)}) AS {quoted(count)}"]
    outputs = {c.field: f"{parent.name}.{c.name}" for c in shown} | {count: f"count {table.name}"}
    properties: dict[str, Any] = {c.field: typed(c, "") for c in shown} | {count: {"type": "integer"}}
    for column in summed:
        for name, function in ((f"{column.field}_sum", "sum"), (f"{column.field}_average", "avg")):
            if function == "sum" and not additive(column):
                continue
            figure = f"{function}(c.{quoted(column.name)})"
            whole = function == "sum" and column.type == "integer"
            figures.append(f"{figure if whole else f'round({figure}, 2)'} AS {quoted(name)}")
            outputs[name] = f"{function} {table.name}.{column.name}"
            properties[name] = {"type": ["number", "null"]}
    joined = f"FROM {quoted(parent.name)} p LEFT JOIN {quoted(table.name)} c ON c.{quoted(reference.column)} = p.{quoted(reference.to)}"
    inputs = {key.field: f"{parent.name}.{key.name}"}
    said = listed([name.replace("_", " ") for name in list(properties)[len(shown) :]])
    returns = object_schema(properties, list(properties))
    nouns = snake(counted.nouns)
    yield Tool(
        name=f"summarize_{nouns}_by_{role}",
        description=f"For one {parent.noun}: {said} over all its {counted.nouns}.",
        parameters=object_schema({key.field: typed(key, f"{key.field} of the {parent.noun}")}, [key.field]),
        returns=returns,
        effect="read",
        sql=f"SELECT {head}, {', '.join(figures)} {joined} WHERE p.{quoted(key.name)} = :{key.field} GROUP BY p.{quoted(key.name)}",
        operation=operation("summarize", table, inputs, outputs),
    )
    ranked = next((n for n in outputs if n.endswith("_sum")), count)
    by = f"{nouns}_{ranked.removesuffix('_sum')}" if ranked != count else nouns
    most = (
        f"highest {ranked.replace('_', ' ')} over their {counted.nouns}" if ranked != count else f"most {counted.nouns}"
    )
    yield Tool(
        name=f"rank_{snake(plural(role.replace('_', ' ')))}_by_{by}",
        description=f"The {parent.nouns} with the {most}, the highest first.",
        parameters=object_schema({"limit": limit()}, []),
        returns={"type": "array", "items": returns},
        effect="read",
        sql=f"SELECT {head}, {', '.join(figures)} {joined} GROUP BY p.{quoted(key.name)} ORDER BY {quoted(ranked)} DESC, p.{quoted(key.name)} LIMIT coalesce(:limit, 5)",
        operation=operation("rank", table, {"limit": ranked}, outputs),
    )


def linked_lists(schema: Schema, table: Table, container: Reference, item: Reference) -> Iterator[Tool]:
    """Read a many-to-many relation from both of its ends."""
    ends = {r.column: schema.tables[r.table] for r in (container, item)}
    for one, other in ((container, item), (item, container)):
        known, wanted = ends[one.column], ends[other.column]
        column = table.by_name[one.column]
        if known.name == wanted.name:
            continue
        selected = ", ".join(f"t.{quoted(c.name)} AS {quoted(c.field)}" for c in readable(wanted))
        yield Tool(
            name=f"list_{snake(wanted.nouns)}_by_{snake(column.label)}",
            description=f"List the {wanted.nouns} of one {known.noun}, at most {ROWS}.",
            parameters=object_schema({column.field: typed(column, f"whose {wanted.nouns} to list")}, [column.field]),
            returns=rows_schema(wanted),
            effect="read",
            sql=(
                f"SELECT {selected} FROM {quoted(table.name)} l JOIN {quoted(wanted.name)} t"
                f" ON t.{quoted(other.to)} = l.{quoted(other.column)} WHERE l.{quoted(column.name)} = :{column.field}"
                f" ORDER BY t.{quoted(other.to)} LIMIT {ROWS}"
            ),
            operation=operation("list", wanted, {column.field: f"{table.name}.{column.name}"}),
        )
        yield from aggregates(schema, table, one, wanted)
