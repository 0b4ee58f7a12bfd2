"""Tools from a database, read from its schema, each over one SQL statement. It proposes; `trials` keeps what runs."""

from collections.abc import Collection, Iterator

from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.tools import reads, writes
from turnwise.values.words import PEOPLE
from turnwise.worlds import Tool

_CORE = ("find", "get", "update", "create")
"""What an agent needs of a table before all else; the other kinds are kept while there is room."""
_KINDS = ("find", "get", "update", "link", "unlink", "delete", "create", "rank")
_VIEW_TOOLS = 2
_RANKINGS = 3
"""rankings of a world at most: few people ask for them"""

Need = tuple[str, str]
"""A kind of tool and the table that it is about."""


def served_by(tool: Tool) -> Need:
    """What a tool is for; a ranking is about the rows that it ranks."""
    does = tool.operation
    assert does is not None
    return does.kind, does.table if does.kind != "rank" else next(iter(does.outputs.values())).partition(".")[0]


def propose_tools(
    schema: Schema, most: int, needs: Collection[Need] = frozenset()
) -> tuple[list[Tool], dict[str, int]]:
    """The tools that a schema suggests, the best first, and the place of each among those of its table and its like.

    What is needed comes first. Then come the tables whose core tools `most` has room for: the best connected one and
    those around it. Then come the other tables, then views, a few tools each.
    """
    tools: dict[str, Tool] = {}
    ranks: dict[str, tuple[bool, bool, int, bool]] = {}
    core = 0
    for table in _by_connection(schema):
        found = list(_table_tools(schema, table))[: _VIEW_TOOLS if table.view else None]
        core += 0 if table.view or not table.rows else sum(served_by(tool)[0] in _CORE for tool in found)
        beyond = table.view or not table.rows or (core > most and bool(tools))
        for tool in found:
            name, number = tool.name, 2
            while name in tools:
                name, number = f"{tool.name}_{number}", number + 1
            tools[name] = tool.model_copy(update={"name": name})
            kind, about = served_by(tool)
            of_people = len(schema.tables[about].label) == 2 or schema.tables[about].noun in PEOPLE
            ranks[name] = (kind, about) not in needs, beyond, _KINDS.index(kind), not of_people
    places = {name: place for place, name in enumerate(tools)}
    # What is beyond is taken table by table, as a few whole tables are of more use than a piece of each.
    best = sorted(tools, key=lambda name: (*ranks[name][: 2 if ranks[name][1] else None], places[name]))
    rankings = [name for name in best if served_by(tools[name])[0] == "rank"]
    return [tools[name] for name in best if name not in rankings[_RANKINGS:]], places


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
        if not table.view:
            yield from writes.membership(schema, table, *table.link)
        for one, other in (table.link, table.link[::-1]):
            if one.table != other.table:
                yield from reads.rank(schema, table, one, schema.tables[other.table])
        return
    yield reads.find(schema, table)
    only_named = writes.lookup_only(schema, table)
    if table.key and not only_named:
        yield reads.get(schema, table)
    if table.view or not table.key or only_named:
        return
    if writes.creatable(table):
        yield writes.create(schema, table)
    if writes.changeable(table):
        yield writes.update(schema, table)
    if not schema.children(table.name):
        yield writes.delete(schema, table)
    for reference in table.references:
        yield from reads.rank(schema, table, reference)
