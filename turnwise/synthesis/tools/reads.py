"""Tools that read, from a table's columns and references: one row, rows found page by page, and rankings."""

from collections.abc import Iterator
from typing import NamedTuple

from turnwise.synthesis.database.phrases import is_about
from turnwise.synthesis.database.schema import Column, Reference, Schema, Table
from turnwise.synthesis.tools.signatures import (
    by_key,
    key_test,
    label_sql,
    object_schema,
    result_type,
    row_schema,
    selected,
    sources,
    table_tool,
    typed,
)
from turnwise.values.words import article, listed, plural, snake
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted
from turnwise.worlds.world import PAGE, JsonSchema

PAGE_ROWS = 10
"""rows of a page"""
_SORTED = 3
"""columns by which rows can be sorted, at most"""
# what sums mean something of
_ADDITIVE = ("total", "amount", "quantity", "hours", "minutes", "cost", "fee", "paid", "points", "milliseconds")
_NEVER_MEASURED = ("bytes",)
_GROUPING = ("city", "country", "state", "company", "type", "category", "status", "author", "composer")
_NUMBER: JsonSchema = {"type": ["number", "null"]}


def measures(table: Table) -> list[Column]:
    """The columns by which rows can be ranked: numbers and dates that vary."""
    keys = {*table.key, *(r.column for r in table.references)}
    scales = [c for c in table.columns if (c.numeric or c.dated) and c.name not in keys and c.distinct > 3]
    scales = [c for c in scales if not c.bookkeeping and not c.coded]
    return [c for c in scales if not any(word in c.label for word in _NEVER_MEASURED)]


def get(schema: Schema, table: Table) -> Tool:
    key = table.key_columns
    return table_tool(
        "get", schema, table, f"get_{table.slug}", f"Get {article(table.noun)}.", by_key(schema, table, key),
        f"SELECT {selected(schema, table)} FROM {quoted(table.name)} WHERE {key_test(key)}", {c.field: c for c in key},
    )  # fmt: skip


def filters(table: Table) -> list[Column]:
    """The columns by which people ask for rows: categories first."""
    apart = {*table.label, *table.key, *(r.column for r in table.references)}
    columns = [c for c in table.columns if c.name not in apart and not c.bookkeeping]
    categories = [c for c in columns if c.choices or c.type == "boolean"]
    plain = [c for c in columns if c.type == "text" and not c.choices and not c.unique]
    repeated = [c for c in plain if 2 <= c.distinct <= table.rows * 0.95]
    return categories + [c for c in repeated if any(word in c.label for word in _GROUPING)]


class _Condition(NamedTuple):
    """A way to narrow down what is found: a parameter, what it is compared with, and how."""

    name: str
    source: str
    schema: JsonSchema
    test: str


def find(schema: Schema, table: Table) -> Tool:
    """Rows by what they are called, what they belong to and what they hold, sorted if wanted, a page at a time."""
    conditions: dict[str, _Condition] = {}
    for condition in _conditions(schema, table):
        if condition.name != "page":
            conditions.setdefault(condition.name, condition)
    properties = {name: condition.schema for name, condition in conditions.items()}
    ordered = []
    sorting = [f"{column.field}_{way}" for column in measures(table)[:_SORTED] for way in ("asc", "desc")]
    if sorting and "sort" not in properties:
        properties["sort"] = {"type": "string", "enum": sorting}
        for column in measures(table)[:_SORTED]:
            rising, falling = (f"CASE WHEN :sort = '{column.field}_{way}' THEN {{}} END" for way in ("asc", "desc"))
            ordered.append(f"{rising.format(quoted(column.name))} NULLS LAST")
            ordered.append(f"{falling.format(quoted(column.name))} DESC NULLS LAST")
    if table.label:
        label, text = label_sql(table), _text_parameter(table)
        ordered.append(f"lower({label}) = lower(:{text}) DESC, CASE WHEN :{text} IS NOT NULL THEN length({label}) END")
    ordered += [quoted(name) for name in table.key] or ["1"]
    properties["page"] = {"type": "integer", "minimum": 1}
    figures = _figures(table)
    told = ", ".join(f"{sql} AS {quoted(PAGE + name)}" for name, (sql, _, _) in figures.items())
    head = ", ".join(quoted(PAGE + name) for name in figures)
    chosen = f"FROM {quoted(table.name)} WHERE {' AND '.join(c.test for c in conditions.values()) or '1'}"
    # The page is cut before names are looked up, and counted apart: a window would keep all rows to count them.
    page = (
        f"SELECT * {chosen} ORDER BY {', '.join(ordered)}"
        f" LIMIT {PAGE_ROWS} OFFSET {PAGE_ROWS} * (coalesce(:page, 1) - 1)"
    )
    returns = object_schema(
        {n: kind for n, (_, _, kind) in figures.items()}
        | {"rows": {"type": "array", "items": row_schema(schema, table)}}
    )
    return table_tool(
        "find", schema, table, f"find_{table.slugs}",
        f"Find {table.nouns}, {PAGE_ROWS} a page, with the {listed(['count', *map(total_of, _summed(table))])} of all.",
        object_schema(properties, []),
        f"SELECT {head}, {selected(schema, table)} FROM ({page}) AS {quoted(table.name)}, (SELECT {told} {chosen})",
        {name: condition.source for name, condition in conditions.items()},
        returns=returns,
        outputs={n: source for n, (_, source, _) in figures.items()} | sources(schema, table),
    )  # fmt: skip


def _text_parameter(table: Table) -> str:
    return table.by_name[table.label[0]].field if len(table.label) == 1 else "name"


def _conditions(schema: Schema, table: Table) -> Iterator[_Condition]:
    own = quoted(table.name)
    if table.label:
        text = _text_parameter(table)
        kind = {"type": "string", "description": "or a part of it"}
        test = f"(:{text} IS NULL OR instr(lower({label_sql(table)}), lower(:{text})) > 0)"
        yield _Condition(text, f"{table.name}.{table.label[0]}", kind, test)
    narrowing = [table.by_name[r.column] for r in table.references if table.key != (r.column,)]
    for column in [*narrowing, *filters(table)]:
        nocase = " COLLATE NOCASE" if column.type == "text" else ""
        test = f"(:{column.field} IS NULL OR {own}.{quoted(column.name)} = :{column.field}{nocase})"
        yield _Condition(column.field, f"{table.name}.{column.name}", typed(schema, table, column, sought=True), test)
    for column in table.columns:
        if column.dated and column.nullable and is_about(column.label, "closing_dates"):
            name = f"has_{column.field}"
            test = f"(:{name} IS NULL OR ({own}.{quoted(column.name)} IS NOT NULL) = :{name})"
            yield _Condition(name, f"{table.name}.{column.name}", {"type": "boolean"}, test)
    for link, mine, theirs in _links(schema, table):
        column = link.by_name[theirs.column]
        joined = f"SELECT 1 FROM {quoted(link.name)} l WHERE l.{quoted(mine.column)} = {own}.{quoted(mine.to)}"
        test = f"(:{column.field} IS NULL OR EXISTS ({joined} AND l.{quoted(column.name)} = :{column.field}))"
        yield _Condition(column.field, f"{link.name}.{column.name}", typed(schema, link, column, sought=True), test)


def _links(schema: Schema, table: Table) -> Iterator[tuple[Table, Reference, Reference]]:
    """The link tables in which a table's rows stand, with the reference to them and the one to the others."""
    for link, _ in schema.children(table.name):
        ends = link.link or ()
        for mine, theirs in (ends, ends[::-1]) if ends and ends[0].table != ends[1].table else ():
            if mine.table == table.name:
                yield link, mine, theirs


def _figures(table: Table) -> dict[str, tuple[str, str, JsonSchema]]:
    """What a page tells of all that was found: how many, and what they add up to, as (SQL, what it is, schema)."""
    found: dict[str, tuple[str, str, JsonSchema]] = {"count": ("count(*)", f"count {table.name}", {"type": "integer"})}
    for column in _summed(table):
        total = f"round(sum({quoted(column.name)}), 2)"
        found[f"{column.field}_sum"] = (total, f"sum {table.name}.{column.name}", dict(_NUMBER))
    return found


def total_of(column: Column) -> str:
    """What a sum is called: `total unit price`; of a column that is itself a total, `total`."""
    return column.label if column.label.startswith("total") else f"total {column.label}"


def _summed(table: Table) -> list[Column]:
    numbers = [c for c in measures(table) if c.numeric][:2]
    return [c for c in numbers if any(word in c.label for word in _ADDITIVE)]


def rank(schema: Schema, table: Table, reference: Reference, counted: Table | None = None) -> Iterator[Tool]:
    """The rows with the most rows hanging on them, or the highest sum; `counted` is what a link table's rows lead to."""
    counted = counted or table
    parent = schema.tables[reference.table]
    if parent.name == table.name or len(parent.key) != 1:
        return
    role = snake(table.by_name[reference.column].label)
    shown = [parent.by_name[c] for c in dict.fromkeys((*parent.key, *parent.label))]
    figure, source = f"{counted.slug}_count", f"count {table.name}"
    by, sql, kind = counted.slugs, f"count(c.{quoted(reference.column)})", {"type": "integer"}
    said = f"most {counted.nouns}"
    for column in _summed(table)[:1]:
        figure, source, kind = f"{column.field}_sum", f"sum {table.name}.{column.name}", dict(_NUMBER)
        sql = f"round(sum(c.{quoted(column.name)}), 2)"
        by, said = f"{by}_{column.field}", f"highest {column.label} of all their {counted.nouns}"
    head = [f"p.{quoted(c.name)} AS {quoted(c.field)}" for c in shown]
    properties = {c.field: {"type": result_type(c)} for c in shown} | {figure: kind}
    yield table_tool(
        "rank", schema, table, f"rank_{snake(plural(role.replace('_', ' ')))}_by_{by}",
        f"The {PAGE_ROWS} {parent.nouns} with the {said}.",
        object_schema({}),
        f"SELECT {', '.join(head)}, {sql} AS {quoted(figure)} FROM {quoted(parent.name)} p"
        f" LEFT JOIN {quoted(table.name)} c ON c.{quoted(reference.column)} = p.{quoted(reference.to)}"
        f" GROUP BY p.{quoted(parent.key[0])} ORDER BY {quoted(figure)} DESC, p.{quoted(parent.key[0])}"
        f" LIMIT {PAGE_ROWS}",
        {}, returns={"type": "array", "items": object_schema(properties)},
        outputs={c.field: f"{parent.name}.{c.name}" for c in shown} | {figure: source},
    )  # fmt: skip
