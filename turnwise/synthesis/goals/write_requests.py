"""What people want changed in a database: rows updated, added, joined, parted, deleted. Composed like reads."""

from typing import Any

from turnwise.goals.model import Slot
from turnwise.synthesis.database.new_values import new_row, new_value, observed, shifted
from turnwise.synthesis.database.schema import Column, Reference, Table
from turnwise.synthesis.goals.context import CompositionContext, Referent, reject_if
from turnwise.synthesis.goals.drafts import Draft, operation_of, table_of
from turnwise.values.words import column_label
from turnwise.worlds import Tool
from turnwise.worlds.changes import quoted

_FIXED = ("birth", "created", "bytes", "milliseconds", "composer", "hire")
_PEOPLE_CHANGE = (
    "phone",
    "email",
    "address",
    "city",
    "price",
    "status",
    "company",
    "fax",
    "rate",
    "rent",
    "date",
    "note",
)


def update(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Set one or two columns of a row to values only the user knows."""
    table = referent.table
    tool = context.tool("update", table.name)
    _write_once(context, referent)
    columns = changeable(table, tool)
    reject_if(not columns, "it has nothing to change")
    chosen = context.rng.sample(columns, min(len(columns), context.rng.choice((1, 1, 1, 2))))
    slots = []
    for column in chosen:
        seen = observed(context.session, table, column)
        value = new_value(column, seen, referent.row[column.name], context.rng)
        reject_if(value is None or value == referent.row[column.name], "it has nothing to change")
        first = new_value(column, seen, referent.row[column.name], context.rng)
        slots.append(Slot(label=column.label, value=value, first_thought=first if first != value else None))
    key = context.find(referent)
    arguments = {table.by_name[table.key[0]].field: key}
    context.run(tool, arguments | {c.field: s.value for c, s in zip(chosen, slots, strict=True)})
    return Draft(
        intent="update",
        shape=f"{table.name}.{'+'.join(sorted(c.name for c in chosen))}",
        subject=referent.mention,
        slots=tuple(slots),
    )


def adjust(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Raise or lower a number, or move a date: the user knows by how much, not from what."""
    table = referent.table
    tool = context.tool("update", table.name)
    _write_once(context, referent)
    now = context.row(table, referent.key)
    columns = [c for c in changeable(table, tool) if not c.choices and (c.numeric or c.dated)]
    column = context.choose([c for c in columns if now[c.name] is not None], "it has nothing to change")
    value, step, phrase = shifted(column, now[column.name], context.rng)
    key = context.look_up(referent)
    context.run(tool, {table.by_name[table.key[0]].field: key, column.field: value})
    return Draft(
        intent="adjust",
        shape=f"{table.name}.{column.name} {phrase.split()[0]}",
        subject=referent.mention,
        slots=(Slot(label=column.label, value=step),),
        phrases=(("how", phrase),),
    )


def create(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Add a row that hangs on the referent where it can, or a new one of its kind."""
    tools = context.tools("create")
    near = [t for t in tools if any(r.table == referent.table.name for r in table_of(context, t).references)]
    reject_if(bool(tools) and not near and context.rng.random() < 0.7, "no tool to create it")
    tool = context.choose(near or tools, "no tool to create it")
    table = table_of(context, tool)
    given: dict[str, Any] = {}
    reference = next((r for r in table.references if r.table == referent.table.name), None)
    if reference is not None and referent.made_by is None:
        given[reference.column] = referent.key
    row = new_row(context.schema, table, context.session, context.rng, given)
    fields = {source.partition(".")[2]: name for name, source in operation_of(tool).inputs.items()}
    unfilled = any(name in tool.parameters["required"] and column not in row for column, name in fields.items())
    reject_if(unfilled, "it has nothing to change")
    arguments: dict[str, Any] = {}
    slots: list[Slot] = []
    for column, value in row.items():
        if column not in fields:
            continue
        end = table.reference(column)
        other = _referred(context, referent, end, value) if end else None
        mention = other.mention if other else None
        arguments[fields[column]] = context.find(other) if other else value
        slots.append(Slot(label=column_label(column), value=mention.name if mention else value, mention=mention))
    reject_if(not slots, "it has nothing to change")
    result = context.run(tool, arguments)
    made = context.row(table, result[table.by_name[table.key[0]].field])
    named = context.mention(table, made)
    told: tuple[Referent, ...] = ()
    if named is not None:
        mention = named.model_copy(update={"told_by": request}) if named.numbered else named
        told = (Referent(table, made, mention, made_by=len(context.calls) - 1, made_for=request),)
    return Draft(
        intent="create",
        shape=f"{table.name}.{'+'.join(sorted(row))}",
        slots=tuple(slots),
        phrases=(("one", table.noun),),
        told=told,
    )


def link(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Put one row into another's list."""
    return _join_or_part(context, referent, "link")


def unlink(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Take one row off another's list."""
    return _join_or_part(context, referent, "unlink")


def delete(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Delete the referent, where nothing hangs on it."""
    tool = context.tool("delete", referent.table.name)
    reject_if(referent.made_by is not None, "it would undo an earlier request")
    _write_once(context, referent)
    key = context.find(referent)
    context.run(tool, {referent.table.by_name[referent.table.key[0]].field: key})
    context.referents = [f for f in context.referents if f is not referent]
    return Draft(intent="delete", shape=tool.name, subject=referent.mention)


def _join_or_part(context: CompositionContext, referent: Referent, kind: str) -> Draft:
    tools = [
        t for t in context.tools(kind) if any(r.table == referent.table.name for r in table_of(context, t).link or ())
    ]
    tool = context.choose(tools, f"no tool to {kind} it")
    table = table_of(context, tool)
    assert table.link is not None
    container, item = table.link
    mine = container if container.table == referent.table.name else item
    other_end = item if mine is container else container
    other_table = context.schema.tables[other_end.table]
    if kind == "unlink":
        reject_if(referent.made_by is not None, "it would undo an earlier request")
        rows = context.session.query(
            f"SELECT {quoted(other_end.column)} AS k FROM {quoted(table.name)} WHERE {quoted(mine.column)} = :key LIMIT 40",
            {"key": referent.key},
        )
        key = context.choose(rows, "it has nothing to change")["k"]
        other = context.referent(other_table, context.row(other_table, key))
    else:
        candidates = [f for f in context.referents if f.table.name == other_table.name and f is not referent]
        other = (
            context.rng.choice(candidates)
            if candidates and context.rng.random() < 0.7
            else context.known_row(other_table)
        )
    ends = {mine.column: referent, other_end.column: other}
    pair = (table.name, (ends[container.column].key, ends[item.column].key))
    reject_if(pair in context.written, "it would undo an earlier request")
    context.written.add(pair)
    extra: list[Slot] = []
    keys = {r.column for r in (container, item)}
    arguments = {}
    for name, source in operation_of(tool).inputs.items():
        column = table.by_name[source.partition(".")[2]]
        if column.name in keys:
            arguments[name] = context.find(ends[column.name])
        elif name in tool.parameters["required"]:
            value = new_value(column, observed(context.session, table, column), None, context.rng)
            extra.append(Slot(label=column.label, value=value))
            arguments[name] = value
    context.run(tool, arguments)
    into, what = ends[container.column].mention, ends[item.column].mention
    return Draft(
        intent="link" if kind == "link" else "unlink",
        shape=tool.name + "+".join(s.label for s in extra),
        subject=what,
        slots=(Slot(label=into.noun, value=into.name, mention=into), *extra),
    )


def changeable(table: Table, tool: Tool) -> list[Column]:
    """The columns that a tool sets and that people have changed."""
    return [c for c in table.columns if c.field in tool.parameters["properties"] and _changeable_by_people(table, c)]


def _changeable_by_people(table: Table, column: Column) -> bool:
    """Whether a column holds what people have changed: not what a row is called, nor what it is by nature."""
    if column.name in (*table.key, *table.label) or table.reference(column.name) is not None:
        return False
    if any(word in column.label for word in _FIXED):
        return False
    return bool(column.choices) or column.numeric or any(word in column.label for word in _PEOPLE_CHANGE)


def _write_once(context: CompositionContext, referent: Referent) -> None:
    place = (referent.table.name, referent.key)
    reject_if(referent.made_by is not None or place in context.written, "it would undo an earlier request")
    context.written.add(place)


def _referred(context: CompositionContext, referent: Referent, reference: Reference, key: Any) -> Referent:
    """The row that a new row points at: the referent, or another that a person could name."""
    table = context.schema.tables[reference.table]
    for known in context.referents:
        if known.table.name == table.name and known.made_by is None and known.key == key:
            return known
    return context.referent(table, context.row(table, key))
