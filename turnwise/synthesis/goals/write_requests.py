"""What people want changed in a database: rows updated, added, joined, parted, deleted. Composed like reads."""

import re
from typing import Any

from turnwise.goals.model import Slot
from turnwise.synthesis.database.new_values import new_row, new_value, observed, shifted
from turnwise.synthesis.database.schema import Column, Reference, Table
from turnwise.synthesis.goals.context import CompositionContext, Draft, Referent, fields_of, reject_if
from turnwise.values.words import column_label
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted

_FEW = range(2, 6)  # how many rows a person would change in one breath
_FIXED = re.compile("birth|created|bytes|milliseconds|composer|hire")
_CHANGES = re.compile("phone|email|address|city|price|status|company|fax|rate|rent|date|note")
_NOTHING = "it has nothing to change"
_UNDONE = "it would undo an earlier request"


def update(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Set one or two columns of a row to values only the user knows."""
    table = referent.table
    tool = context.tool("update", table.name)
    _write_once(context, referent)
    columns = _changeable(table, tool)
    reject_if(not columns, _NOTHING)
    chosen = context.rng.sample(columns, min(len(columns), context.rng.choice((1, 1, 1, 2))))
    slots = []
    for column in chosen:
        seen, now = observed(context.session, table, column), referent.row[column.name]
        value = new_value(column, seen, now, context.rng)
        reject_if(value is None or value == now, _NOTHING)
        first = new_value(column, seen, now, context.rng)
        slots.append(Slot(label=column.label, value=value, first_thought=first if first != value else None))
    arguments = {table.by_name[table.key[0]].field: context.find(referent)}
    context.run(tool, arguments | {c.field: s.value for c, s in zip(chosen, slots, strict=True)})
    shape = f"{table.name}.{'+'.join(sorted(c.name for c in chosen))}"
    return Draft("update", shape, referent.mention, slots=tuple(slots))


def adjust(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Raise or lower a number, or move a date: the user knows by how much, not from what."""
    table = referent.table
    tool = context.tool("update", table.name)
    _write_once(context, referent)
    now = context.row(table, referent.key)
    columns = [c for c in _changeable(table, tool) if not c.choices and (c.numeric or c.dated)]
    column = context.choose([c for c in columns if now[c.name] is not None], _NOTHING)
    value, step, phrase = shifted(column, now[column.name], context.rng)
    key = context.look_up(referent)
    context.run(tool, {table.by_name[table.key[0]].field: key, column.field: value})
    slots = (Slot(label=column.label, value=step),)
    shape = f"{table.name}.{column.name} {phrase.split()[0]}"
    return Draft("adjust", shape, referent.mention, slots=slots, phrases={"how": phrase})


def update_all(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Set one column of all the rows that hang on the referent."""
    _, child, rows = context.list_under(referent)
    tool = context.tool("update", child.name)
    columns = [c for c in _changeable(child, tool) if c.choices or c.dated]
    reject_if(len(rows) not in _FEW or not columns or len(child.key) != 1, "its answer is too long or too short")
    column = context.rng.choice(columns)
    value = new_value(column, observed(context.session, child, column), None, context.rng)
    key = child.by_name[child.key[0]]
    places = {(child.name, row[key.name]) for row in rows}
    unchanged = value is None or any(row[column.name] == value for row in rows)
    reject_if(unchanged or bool(places & context.written), _NOTHING)
    context.written |= places
    for row in rows:
        context.run(tool, {key.field: row[key.name], column.field: value})
    slots = (Slot(label=column.label, value=value),)
    phrases = {"many": child.nouns}
    return Draft("update_all", f"{child.name}.{column.name}", referent.mention, slots=slots, phrases=phrases)


def link_all(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Put all the rows that hang on the referent on another's list."""
    _, child, rows = context.list_under(referent)
    tools = [t for t in context.tools("link") if _ends(context, t)[1].table == child.name]
    reject_if(not tools or len(rows) not in _FEW, "no tool to link it")
    tool = context.rng.choice(tools)
    table = context.table_of(tool)
    container, item = _ends(context, tool)
    reject_if(container.table == referent.table.name or len(tool.parameters["required"]) > 2, "no tool to link it")
    into = context.known_row(context.schema.tables[container.table])
    pairs = {(table.name, (into.key, row[item.to])) for row in rows}
    reject_if(bool(pairs & context.written), _UNDONE)
    context.written |= pairs
    names = fields_of(tool)
    key = context.find(into)
    for row in rows:
        context.run(tool, {names[container.column]: key, names[item.column]: row[item.to]})
    slots = (Slot(label=into.mention.noun, value=into.mention.name, mention=into.mention),)
    phrases = {"many": child.nouns}
    return Draft("link_all", f"{tool.name} {child.name}", referent.mention, slots=slots, phrases=phrases)


def create(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Add a row that hangs on the referent where it can, or a new one of its kind."""
    tools = context.tools("create")
    near = [t for t in tools if any(r.table == referent.table.name for r in context.table_of(t).references)]
    reject_if(bool(tools) and not near and context.rng.random() < 0.7, "no tool to create it")
    tool = context.choose(near or tools, "no tool to create it")
    table = context.table_of(tool)
    reference = next((r for r in table.references if r.table == referent.table.name), None)
    given = {reference.column: referent.key} if reference is not None and referent.made_by is None else {}
    row = new_row(context.schema, table, context.session, context.rng, given)
    fields = fields_of(tool)
    reject_if(any(name in tool.parameters["required"] and c not in row for c, name in fields.items()), _NOTHING)
    arguments: dict[str, Any] = {}
    slots: list[Slot] = []
    for column, value in row.items():
        if column not in fields:
            continue
        end = table.reference(column)
        other = _referred(context, end, value) if end else None
        mention = other.mention if other else None
        arguments[fields[column]] = context.find(other) if other else value
        slots.append(Slot(label=column_label(column), value=mention.name if mention else value, mention=mention))
    reject_if(not slots, _NOTHING)
    result = context.run(tool, arguments)
    made = context.row(table, result[table.by_name[table.key[0]].field])
    told: tuple[Referent, ...] = ()
    if (named := context.mention(table, made)) is not None:
        mention = named.model_copy(update={"told_by": request}) if named.numbered else named
        told = (Referent(table, made, mention, made_by=len(context.calls) - 1, made_for=request),)
    shape = f"{table.name}.{'+'.join(sorted(row))}"
    return Draft("create", shape, slots=tuple(slots), phrases={"one": table.noun}, told=told)


def delete(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Delete the referent, where nothing hangs on it."""
    tool = context.tool("delete", referent.table.name)
    _write_once(context, referent)
    context.run(tool, {referent.table.by_name[referent.table.key[0]].field: context.find(referent)})
    context.referents = [f for f in context.referents if f is not referent]
    return Draft("delete", tool.name, referent.mention)


def link(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Put one row into another's list."""
    tool, mine, theirs = _membership(context, referent, "link")
    table = context.schema.tables[theirs.table]
    candidates = [f for f in context.referents if f.table.name == table.name and f is not referent]
    known = bool(candidates) and context.rng.random() < 0.7
    other = context.rng.choice(candidates) if known else context.known_row(table)
    return _member_changed(context, "link", tool, {mine.column: referent, theirs.column: other})


def unlink(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Take one row off another's list."""
    tool, mine, theirs = _membership(context, referent, "unlink")
    reject_if(referent.made_by is not None, _UNDONE)
    rows = context.session.query(
        f"SELECT {quoted(theirs.column)} AS k FROM {quoted(context.table_of(tool).name)}"
        f" WHERE {quoted(mine.column)} = :key LIMIT 40",
        {"key": referent.key},
    )
    key = context.choose(rows, _NOTHING)["k"]
    table = context.schema.tables[theirs.table]
    other = context.referent(table, context.row(table, key))
    return _member_changed(context, "unlink", tool, {mine.column: referent, theirs.column: other})


def _ends(context: CompositionContext, tool: Tool) -> tuple[Reference, Reference]:
    """The two references of the link table that a tool writes to: container, then item."""
    ends = context.table_of(tool).link
    assert ends is not None
    return ends


def _membership(context: CompositionContext, referent: Referent, kind: str) -> tuple[Tool, Reference, Reference]:
    """A tool that changes what a row belongs to or holds: the end where the row stands, and the other end."""
    name = referent.table.name
    tools = [t for t in context.tools(kind) if any(r.table == name for r in _ends(context, t))]
    tool = context.choose(tools, f"no tool to {kind} it")
    container, item = _ends(context, tool)
    return (tool, container, item) if container.table == name else (tool, item, container)


def _member_changed(context: CompositionContext, kind: Any, tool: Tool, ends: dict[str, Referent]) -> Draft:
    table = context.table_of(tool)
    container, item = (ends[reference.column] for reference in _ends(context, tool))
    pair = (table.name, (container.key, item.key))
    reject_if(pair in context.written, _UNDONE)
    context.written.add(pair)
    extra: list[Slot] = []
    arguments = {}
    for column, name in ((table.by_name[c], name) for c, name in fields_of(tool).items()):
        if column.name in ends:
            arguments[name] = context.find(ends[column.name])
        elif name in tool.parameters["required"]:
            value = new_value(column, observed(context.session, table, column), None, context.rng)
            extra.append(Slot(label=column.label, value=value))
            arguments[name] = value
    context.run(tool, arguments)
    into = container.mention
    slots = (Slot(label=into.noun, value=into.name, mention=into), *extra)
    return Draft(kind, tool.name + "+".join(s.label for s in extra), item.mention, slots=slots)


def _changeable(table: Table, tool: Tool) -> list[Column]:
    """The columns that a tool sets and that people have changed: not what a row is called, nor is by nature."""
    columns = [c for c in table.columns if c.field in tool.parameters["properties"]]
    free = [c for c in columns if c.name not in (*table.key, *table.label) and table.reference(c.name) is None]
    changing = [c for c in free if not _FIXED.search(c.label)]
    return [c for c in changing if c.choices or c.numeric or _CHANGES.search(c.label)]


def _write_once(context: CompositionContext, referent: Referent) -> None:
    place = (referent.table.name, referent.key)
    reject_if(referent.made_by is not None or place in context.written, _UNDONE)
    context.written.add(place)


def _referred(context: CompositionContext, reference: Reference, key: Any) -> Referent:
    """The row that a new row points at: one that came up, or another that a person could name."""
    table = context.schema.tables[reference.table]
    for known in context.referents:
        if known.table.name == table.name and known.made_by is None and known.key == key:
            return known
    return context.referent(table, context.row(table, key))
