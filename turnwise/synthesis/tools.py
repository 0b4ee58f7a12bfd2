"""Tools from a database, read from its schema: each a JSON-schema signature over one SQL statement.

The embedded twin of tool synthesis. It proposes; `trials` keeps what runs.
"""

from collections.abc import Iterator

from turnwise.synthesis import reads, writes
from turnwise.synthesis.schema import Schema, Table
from turnwise.worlds import Tool


def propose_tools(schema: Schema) -> list[Tool]:
    """Every tool the schema suggests, tables in order of how much hangs on them; names are distinct."""
    tools: dict[str, Tool] = {}
    for table in sorted(schema.tables.values(), key=lambda t: (-_importance(schema, t), t.name)):
        for tool in _table_tools(schema, table):
            name = tool.name
            while name in tools:
                name = f"{name}_2"
            tools[name] = tool.model_copy(update={"name": name})
    return list(tools.values())


def _importance(schema: Schema, table: Table) -> float:
    return (
        len(schema.children(table.name)) * 2
        + len(table.references)
        + (3 if table.label else 0)
        + min(table.rows, 50) / 50
    )


def _table_tools(schema: Schema, table: Table) -> Iterator[Tool]:
    if table.link:
        yield from reads.linked_lists(schema, table, *table.link)
        if not table.view:
            yield from writes.membership_tools(schema, table, *table.link)
        return
    if len(table.key) == 1:
        yield reads.get(table)
    if table.label:
        yield reads.search(table)
    for reference in table.references:
        if reference.column not in table.key:
            yield reads.list_by(schema, table, reference)
    if filters := reads.filters(table):
        yield reads.find(table, filters)
    for measure in reads.measures(table)[:2]:
        yield reads.top(table, measure)
    for reference in table.references:
        yield from reads.aggregates(schema, table, reference)
    if table.view or not table.key or writes.lookup_only(schema, table):
        return
    if writes.creatable(table):
        yield writes.create(table)
    if len(table.key) == 1:
        if writes.changeable(table):
            yield writes.update(table)
        if not schema.children(table.name):
            yield writes.delete(table)
