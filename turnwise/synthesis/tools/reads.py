"""Tools that read, from a table's columns and references: one row, search, lists, filters, rankings, aggregates."""

from collections.abc import Iterator

from turnwise.synthesis.database.schema import Column, Reference, Schema, Table
from turnwise.synthesis.tools.signatures import (
    LIMIT,
    by_key,
    key_test,
    object_schema,
    order,
    select,
    selected,
    table_tool,
    typed,
)
from turnwise.values.words import listed, plural, snake
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted
from turnwise.worlds.world import JsonSchema

ROWS = 50  # the most rows a listing returns
# what sums mean something of
_ADDITIVE = ("total", "amount", "quantity", "hours", "minutes", "cost", "fee", "paid", "points", "milliseconds")
_NEVER_MEASURED = ("bytes",)
_GROUPING = ("city", "country", "state", "company", "type", "category", "status", "author", "composer")


def measures(table: Table) -> list[Column]:
    """The columns by which rows can be ranked: numbers and dates that vary."""
    keys = {*table.key, *(r.column for r in table.references)}
    scales = [c for c in table.columns if (c.numeric or c.dated) and c.name not in keys and c.distinct > 3]
    scales = [c for c in scales if not c.bookkeeping and not c.coded]
    return [c for c in scales if not any(word in c.label for word in _NEVER_MEASURED)]


def get(table: Table) -> Tool:
    """One row by its key."""
    key = table.key_columns
    shown = [c.label for c in table.columns if c.name not in table.key and c.type != "blob"]
    contents = listed(shown[:6] + (["more"] if len(shown) > 6 else [])) or table.noun
    named = listed([c.field for c in key])
    return table_tool(
        "get", table, f"get_{table.slug}",
        f"Get one {table.noun} by its {named}, with its {contents}.",
        object_schema({c.field: typed(c, f"{c.field} of the {table.noun}") for c in key}),
        select(table, f"WHERE {key_test(key)}"), {c.field: c for c in key},
    )  # fmt: skip


def search(table: Table) -> Tool:
    """Rows by a part of what they are called."""
    label = label_sql(table)
    called = listed([table.by_name[name].field.replace("_", " ") for name in table.label])
    query = {"type": "string", "minLength": 1, "maxLength": 200, "description": f"text to look for in the {called}"}
    return table_tool(
        "search", table, f"search_{table.slugs}",
        f"Search {table.nouns} by {called}; the text may be a part of it. Best matches first.",
        object_schema({"query": query}, ["query"]),
        select(table, f"WHERE instr(lower({label}), lower(:query)) > 0"
        f" ORDER BY lower({label}) = lower(:query) DESC, length({label}), {order(table)} LIMIT 10"),
        {"query": table.by_name[table.label[0]]}, many=True,
    )  # fmt: skip


def label_sql(table: Table) -> str:
    """The SQL expression for what a row is called."""
    return " || ' ' || ".join(f"coalesce({quoted(c)}, '')" for c in table.label)


def list_by(schema: Schema, table: Table, reference: Reference) -> Tool:
    """The rows that hang on one row of another table."""
    column = table.by_name[reference.column]
    parent = schema.tables[reference.table]
    owner = column.label if parent.noun in column.label else f"{column.label} ({parent.noun})"
    return _list(
        table, table, column, owner, select(table, f"WHERE {quoted(column.name)} = :{column.field}"), order(table)
    )


def _list(wanted: Table, table: Table, column: Column, owner: str, sql: str, order: str) -> Tool:
    return table_tool(
        "list", wanted, f"list_{wanted.slugs}_by_{snake(column.label)}",
        f"List the {wanted.nouns} of one {owner}, at most {ROWS}.",
        by_key([column], f"whose {wanted.nouns} to list"),
        f"{sql} ORDER BY {order} LIMIT {ROWS}", {column.field: f"{table.name}.{column.name}"}, many=True,
    )  # fmt: skip


def filters(table: Table) -> list[Column]:
    """The columns by which people ask for rows: categories first."""
    columns = [c for c in table.columns if c.name not in (*table.label, *table.key) and not c.bookkeeping]
    categories = [c for c in columns if c.choices or c.type == "boolean"]
    plain = [c for c in columns if c.type == "text" and not c.choices and not c.unique]
    repeated = [c for c in plain if 2 <= c.distinct <= table.rows * 0.95]
    return categories + [c for c in repeated if any(word in c.label for word in _GROUPING)]


def find(table: Table, filters: list[Column]) -> Tool:
    """Rows by the values of some columns and the bounds of others."""
    properties = {c.field: typed(c, f"only {table.nouns} with this {c.label}") for c in filters}
    inputs = {c.field: c for c in filters}
    tests = []
    for column in filters:
        nocase = " COLLATE NOCASE" if column.type == "text" else ""
        tests.append(f"(:{column.field} IS NULL OR {quoted(column.name)} = :{column.field}{nocase})")
    for column in measures(table)[:3]:
        for side, sign, said in (("min", ">=", "at least"), ("max", "<=", "at most")):
            name = f"{side}_{column.field}"
            if name in properties:  # a column has that name
                continue
            properties[name] = typed(column, f"only {table.nouns} with {column.label} of {said} this", bounded=False)
            tests.append(f"(:{name} IS NULL OR {quoted(column.name)} {sign} :{name})")
            inputs[name] = column
    labels = list(dict.fromkeys(c.label for c in inputs.values()))
    return table_tool(
        "filter", table, f"find_{table.slugs}",
        f"Find {table.nouns} by {listed(labels, 'or')}, at most {ROWS}. Give at least one condition.",
        {**object_schema(properties, []), "minProperties": 1},
        select(table, f"WHERE {' AND '.join(tests)} ORDER BY {order(table)} LIMIT {ROWS}"), inputs, many=True,
    )  # fmt: skip


def top(table: Table, measure: Column) -> Tool:
    """The rows at one end of a scale."""
    column = quoted(measure.name)
    low, high = ("earliest", "latest") if measure.dated else ("lowest", "highest")
    said = f"which end to start from; {high} unless given"
    direction = {"type": "string", "enum": [high, low], "description": said}
    return table_tool(
        "top", table, f"top_{table.slugs}_by_{snake(measure.name)}",
        f"The {table.nouns} with the {high} or {low} {measure.label}, in that order.",
        object_schema({"direction": direction, "limit": dict(LIMIT)}, []),
        select(table, f"WHERE {column} IS NOT NULL ORDER BY CASE WHEN :direction = '{low}' THEN {column} END,"
        f" {column} DESC, {order(table)} LIMIT coalesce(:limit, 5)"),
        {"direction": measure}, many=True,
    )  # fmt: skip


def aggregates(schema: Schema, table: Table, reference: Reference, counted: Table | None = None) -> Iterator[Tool]:
    """A summary of a parent's rows and a ranking of parents by them; `counted` is what a link table's rows lead to."""
    counted = counted or table
    parent = schema.tables[reference.table]
    if parent.name == table.name or len(parent.key) != 1:
        return
    role = snake(table.by_name[reference.column].label)
    key = parent.by_name[parent.key[0]]
    shown = [key, *(parent.by_name[c] for c in parent.label)]
    count = f"{counted.slug}_count"
    figures: dict[str, tuple[str, str, JsonSchema]] = {}
    figures[count] = (f"count(c.{quoted(reference.column)})", f"count {table.name}", {"type": "integer"})
    number = {"type": ["number", "null"]}
    for column in [c for c in measures(table) if c.numeric][:2]:
        name, source = f"c.{quoted(column.name)}", f"{table.name}.{column.name}"
        if any(word in column.label for word in _ADDITIVE):
            total = f"sum({name})" if column.type == "integer" else f"round(sum({name}), 2)"
            figures[f"{column.field}_sum"] = (total, f"sum {source}", number)
        figures[f"{column.field}_average"] = (f"round(avg({name}), 2)", f"avg {source}", number)
    outputs = {c.field: f"{parent.name}.{c.name}" for c in shown} | {n: source for n, (_, source, _) in figures.items()}
    properties = {c.field: typed(c, "") for c in shown} | {n: dict(kind) for n, (_, _, kind) in figures.items()}
    returns = object_schema(properties)
    head = [f"p.{quoted(c.name)} AS {quoted(c.field)}" for c in shown]
    head += [f"{sql} AS {quoted(name)}" for name, (sql, _, _) in figures.items()]
    rows = (
        f"SELECT {', '.join(head)} FROM {quoted(parent.name)} p"
        f" LEFT JOIN {quoted(table.name)} c ON c.{quoted(reference.column)} = p.{quoted(reference.to)}"
    )
    said = listed([name.replace("_", " ") for name in figures])
    nouns = counted.slugs
    yield table_tool(
        "summarize", table, f"summarize_{nouns}_by_{role}",
        f"For one {parent.noun}: {said} over all its {counted.nouns}.",
        by_key([key], f"{key.field} of the {parent.noun}"),
        f"{rows} WHERE p.{quoted(key.name)} = :{key.field} GROUP BY p.{quoted(key.name)}",
        {key.field: f"{parent.name}.{key.name}"}, returns=returns, outputs=outputs,
    )  # fmt: skip
    ranked = next((n for n in figures if n.endswith("_sum")), count)
    by, most = nouns, f"most {counted.nouns}"
    if ranked != count:
        by = f"{nouns}_{ranked.removesuffix('_sum')}"
        most = f"highest {ranked.replace('_', ' ')} over their {counted.nouns}"
    yield table_tool(
        "rank", table, f"rank_{snake(plural(role.replace('_', ' ')))}_by_{by}",
        f"The {parent.nouns} with the {most}, the highest first.",
        object_schema({"limit": dict(LIMIT)}, []),
        f"{rows} GROUP BY p.{quoted(key.name)} ORDER BY {quoted(ranked)} DESC, p.{quoted(key.name)}"
        " LIMIT coalesce(:limit, 5)",
        {"limit": ranked}, returns={"type": "array", "items": returns}, outputs=outputs,
    )  # fmt: skip


def linked_lists(schema: Schema, table: Table, container: Reference, item: Reference) -> Iterator[Tool]:
    """Read a many-to-many relation from both of its ends."""
    for one, other in ((container, item), (item, container)):
        known, wanted = schema.tables[one.table], schema.tables[other.table]
        column = table.by_name[one.column]
        if known.name == wanted.name:
            continue
        joined = (
            f"SELECT {selected(wanted, 't.')} FROM {quoted(table.name)} l JOIN {quoted(wanted.name)} t"
            f" ON t.{quoted(other.to)} = l.{quoted(other.column)} WHERE l.{quoted(column.name)} = :{column.field}"
        )
        yield _list(wanted, table, column, known.noun, joined, f"t.{quoted(other.to)}")
        yield from aggregates(schema, table, one, wanted)
