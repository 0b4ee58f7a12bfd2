"""What people want changed in a database: rows updated, added, joined, parted, deleted. Composed like reads."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from turnwise.goals.model import Slot
from turnwise.synthesis.database.new_values import new_row, new_value, observed, shifted
from turnwise.synthesis.database.schema import Column, Reference, Table
from turnwise.synthesis.goals.choices import FRESH, OPEN, Choice
from turnwise.synthesis.goals.column_kinds import changeable
from turnwise.synthesis.goals.context import CompositionContext, Draft, Referent, is_thing, reject_if
from turnwise.synthesis.goals.tool_parameters import fields_of
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted

_FEW = range(2, 6)  # how many rows a person would change in one breath
_MOST_FREE = 4
"""Values of a new row that it could do without, and that a person would still type."""
_NOTHING = "it has nothing to change"
_NUMBER = re.compile(r"(?:_id|[a-z]I[Dd])$")
_TECHNICAL = re.compile(r"\b(?:milliseconds|bytes)\b")
"""What nobody gives by word of mouth."""
_UNDONE = "it would undo an earlier request"


def update(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Set one or two columns of a row to values only the user knows."""
    table = referent.table
    tool = context.tool("update", table.name)
    _write_once(context, referent, choice.step.set or choice.named(context, table))
    now = context.row(table, referent.key)
    wishes: dict[str, Any] = choice.step.set
    if not wishes:
        usual = _changeable(table, tool, context.now, now)
        meant = choice.named(context, table)
        named = [c.name for c in usual if not meant or c.name in meant]
        reject_if(not named, _NOTHING)
        wishes = dict.fromkeys(choice.columns(context, table, named, (1, 1, 1, 2)), FRESH)
    arguments: dict[str, Any] = {table.by_name[table.key[0]].field: context.find(referent)}
    slots = []
    for column in (table.by_name[name] for name in wishes):
        held = now[column.name]
        value = choice.value(context, table, column, wishes[column.name], held, now)
        slot, argument = _wish(context, table, column, value)
        reject_if(argument is None or argument == held, "it is so already")
        reject_if(slot.mention is not None and slot.mention.name == referent.mention.name, "it would be its own")
        if wishes[column.name] == FRESH and slot.mention is None:
            first = new_value(
                column, observed(context.session, table, column), held, context.rng, context.now, referent.row
            )
            slot = slot.model_copy(update={"first_thought": first if first != value else None})
        slots.append(slot)
        arguments[column.field] = argument
    context.run(tool, arguments)
    context.settle(table, referent.key, wishes)
    shape = f"{table.name}.{'+'.join(sorted(wishes))}"
    return Draft("update", shape, referent.mention, slots=tuple(slots))


def adjust(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Raise or lower a number, or move a date: the user knows by how much, not from what."""
    table = referent.table
    tool = context.tool("update", table.name)
    _write_once(context, referent, (choice.step.by,) if choice.step.by else choice.step.any_of)
    now = context.row(table, referent.key)
    columns = [c for c in _changeable(table, tool, context.now, now) if not c.choices and (c.numeric or c.dated)]
    if choice.step.by or choice.step.any_of:
        columns = [c for c in table.columns if c.name == choice.step.by or c.name in choice.step.any_of]
    column = context.choose([c for c in columns if now[c.name] is not None], _NOTHING)
    if choice.step.by:
        value, step, phrase = choice.shift(context, now[column.name], column)
    else:
        value, step, phrase = shifted(column, now[column.name], context.rng, context.now)
    reject_if(value is None, _NOTHING)
    reject_if(column.dated and str(value) < str(context.now), "a date would lie in the past")
    key = context.look_up(referent)
    context.settle(table, referent.key, [column.name])
    context.run(tool, {table.by_name[table.key[0]].field: key, column.field: value})
    slots = (Slot(label=column.label, value=step),)
    shape = f"{table.name}.{column.name} {phrase.split()[0]}"
    return Draft("adjust", shape, referent.mention, slots=slots, phrases={"how": phrase})


def update_all(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Set one column of all the rows that hang on the referent."""
    _, child, rows = choice.rows(context, referent)
    _, many = choice.nouns(child)
    tool = context.tool("update", child.name)
    columns = [c for c in _changeable(child, tool, context.now) if c.choices or c.dated]
    if choice.step.set:
        columns = [child.by_name[next(iter(choice.step.set))]]
    elif choice.step.any_of:
        columns = [c for c in columns if c.name in choice.step.any_of]
    reject_if(len(rows) not in _FEW or not columns or len(child.key) != 1, "its answer is too long or too short")
    column = context.rng.choice(columns)
    wish = choice.value(context, child, column, choice.step.set.get(column.name, FRESH), None)
    slot, value = _wish(context, child, column, wish)
    reject_if(choice.step.set == {} and column.dated and str(value) < str(context.now), "a date would lie in the past")
    key = child.by_name[child.key[0]]
    places = {(child.name, row[key.name]) for row in rows}
    unchanged = value is None or any(row[column.name] == value for row in rows)
    reject_if(unchanged or bool(places & context.written), _NOTHING)
    context.written |= places
    for row in rows:
        context.run(tool, {key.field: row[key.name], column.field: value})
        context.settle(child, row[key.name], [column.name])
    shape = f"{child.name}.{column.name}{choice.narrowed}"
    return Draft("update_all", shape, referent.mention, slots=(slot,), phrases={"many": many})


def link_all(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Put all the rows that hang on the referent on another's list."""
    _, child, rows = choice.rows(context, referent)
    _, many = choice.nouns(child)
    tools = [t for t in context.tools("link") if _ends(context, t)[1].table == child.name]
    reject_if(not tools or len(rows) not in _FEW, "no tool to link it")
    tool = context.rng.choice(tools)
    table = context.table_of(tool)
    container, item = _ends(context, tool)
    reject_if(container.table == referent.table.name or len(tool.parameters["required"]) > 2, "no tool to link it")
    into = choice.other or context.known_row(context.schema.tables[container.table])
    pairs = {(table.name, (into.key, row[item.to])) for row in rows}
    reject_if(bool(pairs & context.written), _UNDONE)
    context.written |= pairs
    names = fields_of(tool)
    key = context.find(into)
    for row in rows:
        context.run(tool, {names[container.column]: key, names[item.column]: row[item.to]})
    slots = (Slot(label=into.mention.noun, value=into.mention.name, mention=into.mention),)
    phrases = {"many": many}
    return Draft("link_all", f"{tool.name} {child.name}", referent.mention, slots=slots, phrases=phrases)


def create(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Add a row that hangs on the referent where it can, or a new one of its kind."""
    tool, table = _creation(context, referent, choice)
    reference = next((r for r in table.references if r.table == referent.table.name), None)
    fields = fields_of(tool)
    row: dict[str, Any] = {reference.column: referent} if reference is not None and not choice.step.given else {}
    filled = table.columns
    if choice.step.given:
        wanted = {name: value for name, value in choice.step.given.items() if value != FRESH}
        row |= {name: choice.value(context, table, table.by_name[name], value, None) for name, value in wanted.items()}
        required = [c for c, name in fields.items() if name in tool.parameters["required"]]
        named = [c for c in table.columns if c.name in choice.step.given or c.name in required]
        filled = tuple(replace(column, nullable=False, default=None) for column in named)
    keys = {column: other.key if isinstance(other, Referent) else other for column, other in row.items()}
    row = new_row(context.schema, replace(table, columns=filled), context.session, context.rng, keys) | row
    row = {column.name: row[column.name] for column in table.columns if row.get(column.name) is not None}
    free = [c for c in row if c in fields and c not in keys and fields[c] not in tool.parameters["required"]]
    many = context.rng.sample(free, max(0, len(free) - _MOST_FREE)) if not choice.step.given else []
    row = {column: value for column, value in row.items() if column not in many}
    reject_if(any(name in tool.parameters["required"] and c not in row for c, name in fields.items()), _NOTHING)
    arguments: dict[str, Any] = {}
    slots: list[Slot] = []
    for name, value in row.items():
        if name in fields:
            slot, arguments[fields[name]] = _wish(context, table, table.by_name[name], value)
            slots.append(slot)
    reject_if(not slots or any(_TECHNICAL.search(slot.label) for slot in slots), _NOTHING)
    unnamed = [c for c in row if _NUMBER.search(c) and table.reference(c) is None and c not in table.key]
    reject_if(bool(unnamed), "it takes the number of a row that no table has")
    result = context.run(tool, arguments)
    told: tuple[Referent, ...] = ()
    if len(table.key) == 1:
        made = context.row(table, result[table.by_name[table.key[0]].field])
        context.settle(table, made[table.key[0]], row)
        if (called := context.mention(table, made)) is not None:
            mention = called.model_copy(update={"told_by": request}) if called.numbered else called
            told = (Referent(table, made, mention, made_by=len(context.calls) - 1, made_for=request),)
    shape = f"{table.name}.{'+'.join(sorted(row))}"
    return Draft("create", shape, slots=tuple(slots), phrases={"one": table.noun}, told=told)


def _creation(context: CompositionContext, referent: Referent, choice: Choice) -> tuple[Tool, Table]:
    """The tool that adds a row: of the table that is named, or of one that hangs on the referent where there is one."""
    tools = [t for t in context.tools("create", choice.step.table or None) if is_thing(context.table_of(t))]
    near = [t for t in tools if any(r.table == referent.table.name for r in context.table_of(t).references)]
    reject_if(bool(tools) and not near and not choice.step.table and context.rng.random() < 0.7, "no tool to create it")
    tool = context.choose(near or tools, "no tool to create it")
    return tool, context.table_of(tool)


def _wish(context: CompositionContext, table: Table, column: Column, value: Any) -> tuple[Slot, Any]:
    """What the user says of a column, and the argument that it makes; a reference is said by the name of its row."""
    end = table.reference(column.name)
    other = (
        value if isinstance(value, Referent) else _referred(context, end, value) if end and value is not None else None
    )
    if other is None:
        return Slot(label=column.label, value=value), value
    return Slot(label=column.label, value=other.mention.name, mention=other.mention), context.find(other)


def delete(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Delete the referent, where nothing hangs on it."""
    tool = context.tool("delete", referent.table.name)
    key, table = quoted(referent.table.key[0]), quoted(referent.table.name)
    last = context.session.query(f"SELECT max({key}) AS k FROM {table}")[0]["k"]
    reject_if(referent.table.automatic_key and last == referent.key, "its number would be another row's next")
    _write_once(context, referent)
    context.run(tool, {referent.table.by_name[referent.table.key[0]].field: context.find(referent)})
    context.referents = [f for f in context.referents if f is not referent]
    return Draft("delete", tool.name, referent.mention)


def link(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Put one row into another's list."""
    tool, mine, theirs = _membership(context, referent, "link")
    table = context.schema.tables[theirs.table]
    candidates = [f for f in context.referents if f.table.name == table.name and f is not referent]
    known = bool(candidates) and context.rng.random() < 0.7
    other = choice.other or (context.rng.choice(candidates) if known else context.known_row(table))
    return _member_changed(context, "link", tool, {mine.column: referent, theirs.column: other})


def unlink(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Take one row off another's list."""
    tool, mine, theirs = _membership(context, referent, "unlink")
    reject_if(referent.made_by is not None, _UNDONE)
    if choice.other is not None:
        return _member_changed(context, "unlink", tool, {mine.column: referent, theirs.column: choice.other})
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
    tools = [
        t for t in context.tools(kind) if name in (ends := [r.table for r in _ends(context, t)]) and len({*ends}) > 1
    ]
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
            value = new_value(column, observed(context.session, table, column), None, context.rng, context.now)
            extra.append(Slot(label=column.label, value=value))
            arguments[name] = value
    context.run(tool, arguments)
    into = container.mention
    slots = (Slot(label=into.noun, value=into.name, mention=into), *extra)
    return Draft(kind, tool.name + "+".join(s.label for s in extra), item.mention, slots=slots)


def _changeable(table: Table, tool: Tool, now: datetime, row: dict[str, Any] | None = None) -> list[Column]:
    """The columns that a tool sets and that people have changed: not what a row is called or is by nature, or what is past."""
    columns = changeable([c for c in table.columns if c.field in tool.parameters["properties"]], table)
    past = [c for c in columns if c.dated and row is not None and str(row[c.name] or "") < str(now)]
    return [c for c in columns if c not in past]


def _write_once(context: CompositionContext, referent: Referent, columns: Iterable[str] = ()) -> None:
    """`Rejected` where a row was made or written before; other columns of one that was written may still follow."""
    place = (referent.table.name, referent.key)
    again = place in context.written and (
        not columns or any((referent.table.name, referent.key, column) in context.settled for column in columns)
    )
    reject_if(referent.made_by is not None or again, _UNDONE)
    context.written.add(place)


def _referred(context: CompositionContext, reference: Reference, key: Any) -> Referent:
    """The row that a new row points at: one that came up, or another that a person could name."""
    table = context.schema.tables[reference.table]
    for known in context.referents:
        if known.table.name == table.name and known.made_by is None and known.key == key:
            return known
    return context.referent(table, context.row(table, key))
