"""Tools from a database, read from its schema, each over one SQL statement. It proposes; `trials` keeps what runs."""

from collections.abc import Iterator

from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.tools import reads, writes
from turnwise.worlds import Tool

_CORE = ("get", "search", "list", "update", "link", "unlink")
"""What an agent needs of a table before all else; the other kinds are kept while there is room."""
_VIEW_TOOLS = 3
_KINDS = (*_CORE, "create", "filter", "delete", "top", "summarize", "rank")


def propose_tools(schema: Schema, most: int) -> tuple[list[Tool], dict[str, int]]:
    """The tools that a schema suggests, the best first, and the place of each among those of its table and its like.

    Tables come first whose tools an agent needs before all else, as many as `most` tools have room for: the best
    connected one and those around it. Then come the other tables, then views, a few tools each.
    """
    tools: dict[str, Tool] = {}
    ranks: dict[str, tuple[bool, int]] = {}
    core = 0
    for table in _by_connection(schema):
        found = list(_table_tools(schema, table))[: _VIEW_TOOLS if table.view else None]
        core += 0 if table.view else sum(_kind(tool) in _CORE for tool in found)
        beyond = table.view or (core > most and bool(tools))
        for tool in found:
            name, number = tool.name, 2
            while name in tools:
                name, number = f"{tool.name}_{number}", number + 1
            tools[name] = tool.model_copy(update={"name": name})
            ranks[name] = (beyond, _KINDS.index(_kind(tool)))
    places = {name: place for place, name in enumerate(tools)}
    # What is beyond is taken table by table, as a few whole tables are of more use than a piece of each.
    best = sorted(tools, key=lambda name: (ranks[name][0], 0 if ranks[name][0] else ranks[name][1], places[name]))
    return [tools[name] for name in best], places


def _kind(tool: Tool) -> str:
    return tool.operation.kind if tool.operation else ""


def _by_connection(schema: Schema) -> list[Table]:
    """The tables, each next to those already listed where it can be, the best connected first."""
    waiting = sorted(schema.tables.values(), key=lambda t: (t.view, -_importance(schema, t), t.name))
    order: list[Table] = []
    near: set[str] = set()
    while waiting:
        table = next((t for t in waiting if t.name in near and not t.view), waiting[0])
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
    if table.key:
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
    if writes.changeable(table):
        yield writes.update(table)
    if not schema.children(table.name):
        yield writes.delete(table)
