"""What people want changed in a database: rows updated, added, joined, parted, deleted. Composed as questions are."""

from typing import Any

from turnwise.goals.model import Slot
from turnwise.synthesis.database.new_values import new_row, new_value, observed, shifted
from turnwise.synthesis.database.schema import Column, Reference, Table, quoted
from turnwise.synthesis.goals.context import Focus, Ground, Rejected
from turnwise.synthesis.goals.drafts import Draft, table_of
from turnwise.values.words import column_label

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


def update(ground: Ground, focus: Focus, request: str) -> Draft:
    """Set one or two columns of a row to values only the user knows."""
    table = focus.table
    tool = ground.tool("update", table.name)
    _write_once(ground, focus)
    columns = [c for c in table.columns if c.field in tool.parameters["properties"] and changeable_by_people(table, c)]
    if not columns:
        raise Rejected("it has nothing to change")
    chosen = ground.rng.sample(columns, min(len(columns), ground.rng.choice((1, 1, 1, 2))))
    slots = []
    for column in chosen:
        seen = observed(ground.session, table, column)
        value = new_value(column, seen, focus.row[column.name], ground.rng)
        if value is None or value == focus.row[column.name]:
            raise Rejected("it has nothing to change")
        first = new_value(column, seen, focus.row[column.name], ground.rng)
        slots.append(Slot(label=column.label, value=value, first_thought=first if first != value else None))
    key = ground.find(focus)
    arguments = {table.by_name[table.key[0]].field: key}
    ground.run(tool, arguments | {c.field: s.value for c, s in zip(chosen, slots, strict=True)})
    return Draft(
        intent="update",
        table=table.name,
        shape=f"{table.name}.{'+'.join(sorted(c.name for c in chosen))}",
        subject=focus.mention,
        slots=tuple(slots),
    )


def adjust(ground: Ground, focus: Focus, request: str) -> Draft:
    """Raise or lower a number, or move a date: the user knows by how much, not from what."""
    table = focus.table
    tool = ground.tool("update", table.name)
    _write_once(ground, focus)
    now = ground.row(table, focus.key)
    columns = [
        c
        for c in table.columns
        if c.field in tool.parameters["properties"]
        and changeable_by_people(table, c)
        and not c.choices
        and (c.numeric or c.dated)
        and now[c.name] is not None
    ]
    if not columns:
        raise Rejected("it has nothing to change")
    column = ground.rng.choice(columns)
    value, step, phrase = shifted(column, now[column.name], ground.rng)
    key = ground.look_up(focus)
    ground.run(tool, {table.by_name[table.key[0]].field: key, column.field: value})
    return Draft(
        intent="adjust",
        table=table.name,
        shape=f"{table.name}.{column.name} {phrase.split()[0]}",
        subject=focus.mention,
        slots=(Slot(label=column.label, value=step),),
        phrases=(("how", phrase),),
    )


def create(ground: Ground, focus: Focus, request: str) -> Draft:
    """Add a row that hangs on the one in focus where it can, or a new one of its kind."""
    tools = ground.tools("create")
    near = [
        t for t in tools if t.operation and any(r.table == focus.table.name for r in table_of(ground, t).references)
    ]
    if not tools or (near == [] and ground.rng.random() < 0.7):
        raise Rejected("no tool to create it")
    tool = ground.rng.choice(near or tools)
    table = table_of(ground, tool)
    given: dict[str, Any] = {}
    reference = next((r for r in table.references if r.table == focus.table.name), None)
    if reference is not None and focus.made_by is None:
        given[reference.column] = focus.key
    row = new_row(ground.schema, table, ground.session, ground.rng, given)
    assert tool.operation is not None
    fields = {source.partition(".")[2]: name for name, source in tool.operation.inputs.items()}
    if any(name in tool.parameters["required"] and column not in row for column, name in fields.items()):
        raise Rejected("it has nothing to change")
    arguments: dict[str, Any] = {}
    slots: list[Slot] = []
    for column, value in row.items():
        if column not in fields:
            continue
        mention = None
        if (link := table.reference(column)) is not None:
            other = _referred(ground, focus, link, value)
            mention = other.mention
            arguments[fields[column]] = ground.find(other)
        else:
            arguments[fields[column]] = value
        slots.append(Slot(label=column_label(column), value=mention.name if mention else value, mention=mention))
    if not slots:
        raise Rejected("it has nothing to change")
    result = ground.run(tool, arguments)
    made = ground.row(table, result[table.by_name[table.key[0]].field])
    named = ground.mention(table, made)
    told: tuple[Focus, ...] = ()
    if named is not None:
        mention = named.model_copy(update={"told_by": request}) if named.numbered else named
        told = (Focus(table, made, mention, made_by=len(ground.calls) - 1, made_for=request),)
    return Draft(
        intent="create",
        table=table.name,
        shape=f"{table.name}.{'+'.join(sorted(row))}",
        slots=tuple(slots),
        phrases=(("one", table.noun),),
        told=told,
    )


def link(ground: Ground, focus: Focus, request: str) -> Draft:
    """Put one row into another's list."""
    return _join_or_part(ground, focus, "link")


def unlink(ground: Ground, focus: Focus, request: str) -> Draft:
    """Take one row off another's list."""
    return _join_or_part(ground, focus, "unlink")


def delete(ground: Ground, focus: Focus, request: str) -> Draft:
    """Delete the row in focus, where nothing hangs on it."""
    tool = ground.tool("delete", focus.table.name)
    if focus.made_by is not None:
        raise Rejected("it would undo an earlier request")
    _write_once(ground, focus)
    key = ground.find(focus)
    ground.run(tool, {focus.table.by_name[focus.table.key[0]].field: key})
    ground.foci = [f for f in ground.foci if f is not focus]
    return Draft(intent="delete", table=focus.table.name, shape=tool.name, subject=focus.mention)


def _join_or_part(ground: Ground, focus: Focus, kind: str) -> Draft:
    tools = [t for t in ground.tools(kind) if any(r.table == focus.table.name for r in table_of(ground, t).link or ())]
    if not tools:
        raise Rejected(f"no tool to {kind} it")
    tool = ground.rng.choice(tools)
    table = table_of(ground, tool)
    assert tool.operation is not None
    assert table.link is not None
    container, item = table.link
    mine = container if container.table == focus.table.name else item
    other_end = item if mine is container else container
    other_table = ground.schema.tables[other_end.table]
    if kind == "unlink":
        if focus.made_by is not None:
            raise Rejected("it would undo an earlier request")
        rows = ground.session.query(
            f"SELECT {quoted(other_end.column)} AS k FROM {quoted(table.name)} WHERE {quoted(mine.column)} = :key LIMIT 40",
            {"key": focus.key},
        )
        if not rows:
            raise Rejected("it has nothing to change")
        row = ground.row(other_table, ground.rng.choice(rows)["k"])
        mention = ground.mention(other_table, row)
        if mention is None:
            raise Rejected("its rows cannot be named")
        other = Focus(other_table, row, mention)
    else:
        candidates = [f for f in ground.foci if f.table.name == other_table.name and f is not focus]
        other = (
            ground.rng.choice(candidates) if candidates and ground.rng.random() < 0.7 else ground.known_row(other_table)
        )
    ends = {mine.column: focus, other_end.column: other}
    pair = (table.name, (ends[container.column].key, ends[item.column].key))
    if pair in ground.written:
        raise Rejected("it would undo an earlier request")
    ground.written.add(pair)
    extra: list[Slot] = []
    keys = {r.column for r in (container, item)}
    arguments = {}
    for name, source in tool.operation.inputs.items():
        column = table.by_name[source.partition(".")[2]]
        if column.name in keys:
            arguments[name] = ground.find(ends[column.name])
        elif name in tool.parameters["required"]:
            value = new_value(column, observed(ground.session, table, column), None, ground.rng)
            extra.append(Slot(label=column.label, value=value))
            arguments[name] = value
    ground.run(tool, arguments)
    into, what = ends[container.column].mention, ends[item.column].mention
    return Draft(
        intent="link" if kind == "link" else "unlink",
        table=table.name,
        shape=tool.name + "+".join(s.label for s in extra),
        subject=what,
        slots=(Slot(label=into.noun, value=into.name, mention=into), *extra),
    )


def changeable_by_people(table: Table, column: Column) -> bool:
    """Whether a column holds what people have changed: not what a row is called, nor what it is by nature."""
    if column.name in (*table.key, *table.label) or table.reference(column.name) is not None:
        return False
    if any(word in column.label for word in _FIXED):
        return False
    return bool(column.choices) or column.numeric or any(word in column.label for word in _PEOPLE_CHANGE)


def _write_once(ground: Ground, focus: Focus) -> None:
    if focus.made_by is not None or (focus.table.name, focus.key) in ground.written:
        raise Rejected("it would undo an earlier request")
    ground.written.add((focus.table.name, focus.key))


def _referred(ground: Ground, focus: Focus, reference: Reference, key: Any) -> Focus:
    """The row that a new row points at: the one in focus, or another that a person could name."""
    table = ground.schema.tables[reference.table]
    for known in ground.foci:
        if known.table.name == table.name and known.made_by is None and known.key == key:
            return known
    row = ground.row(table, key)
    mention = ground.mention(table, row)
    if mention is None:
        raise Rejected("its rows cannot be named")
    return Focus(table, row, mention)
