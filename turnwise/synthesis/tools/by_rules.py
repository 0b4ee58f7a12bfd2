"""Tools from a database, read from its schema, each over one SQL statement. It proposes; `trials` keeps what runs."""

from collections.abc import Iterator

from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.tools import reads, writes
from turnwise.worlds import Tool

_CORE = ("get", "search", "list", "update", "link", "unlink")
"""What an agent needs of a table before all else; the other kinds are kept while there is room."""
_KINDS = (*_CORE, "create", "filter", "delete", "top", "summarize", "rank")


def propose_tools(schema: Schema, most: int) -> tuple[list[Tool], int]:
    """The tools that a schema suggests, those around its best connected table first, and how many were too many."""
    tools: dict[str, Tool] = {}
    core = beyond = 0
    for table in _by_connection(schema):
        found = list(_table_tools(schema, table))
        core += sum(_kind(tool) in _CORE for tool in found)
        if core > most and tools:
            beyond += len(found)
            continue
        for tool in found:
            name = tool.name
            while name in tools:
                name = f"{name}_2"
            tools[name] = tool.model_copy(update={"name": name})
    first = set(sorted(tools, key=lambda name: _KINDS.index(_kind(tools[name])))[:most])
    return [tool for name, tool in tools.items() if name in first], beyond + len(tools) - len(first)


def _kind(tool: Tool) -> str:
    return tool.operation.kind if tool.operation else ""


def _by_connection(schema: Schema) -> list[Table]:
    """The tables, each next to those already listed where it can be, the best connected first."""
    waiting = sorted(schema.tables.values(), key=lambda t: (-_importance(schema, t), t.name))
    order: list[Table] = []
    near: set[str] = set()
    while waiting:
        table = next((t for t in waiting if t.name in near), waiting[0])
        waiting.remove(table)
        order.append(table)
        near |= {r.table for r in table.references} | {child.name for child, _ in schema.children(table.name)}
    return order


def _importance(schema: Schema, table: Table) -> float:
    if not table.rows:
        return -1
    size = min(table.rows, 50) / 50
    return len(schema.children(table.name)) * 2 + len(table.references) + (3 if table.label else 0) + size


def _table_tools(schema: Schema, table: Table) -> Iterator[Tool]:
    if table.link:
        yield from reads.linked_lists(schema, table, *table.link)
        if not table.view:
            yield from writes.membership_tools(schema, table, *table.link)
        return
    single = len(table.key) == 1
    if single:
        yield reads.get(table)
    if table.label:
        yield reads.search(table)
    yield from (reads.list_by(schema, table, r) for r in table.references if table.key != (r.column,))
    if filters := reads.filters(table):
        yield reads.find(table, filters)
    yield from (reads.top(table, measure) for measure in reads.measures(table)[:2])
    for reference in table.references:
        yield from reads.aggregates(schema, table, reference)
    if table.view or not table.key or writes.lookup_only(schema, table):
        return
    if writes.creatable(table):
        yield writes.create(table)
    if single and writes.changeable(table):
        yield writes.update(table)
    if single and not schema.children(table.name):
        yield writes.delete(table)
