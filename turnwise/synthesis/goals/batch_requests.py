"""Requests about several rows at once: reads and writes. Composed on real rows and run, like the others."""

from turnwise.goals.model import Answer, Slot
from turnwise.synthesis.database.new_values import new_value, observed
from turnwise.synthesis.goals.context import CompositionContext, Referent, Rejected
from turnwise.synthesis.goals.drafts import Draft, list_under, table_of
from turnwise.synthesis.goals.write_requests import changeable_by_people
from turnwise.synthesis.tools.reads import measures
from turnwise.values.words import plural

_FEW = range(2, 6)
"""How many rows a person would change in one breath."""


def update_all(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Set one column of all the rows that hang on the referent."""
    _, child, rows = list_under(context, referent)
    tool = context.tool("update", child.name)
    columns = [c for c in child.columns if c.field in tool.parameters["properties"] and changeable_by_people(child, c)]
    columns = [c for c in columns if c.choices or c.dated]
    if len(rows) not in _FEW or not columns or len(child.key) != 1:
        raise Rejected("its answer is too long or too short")
    column = context.rng.choice(columns)
    value = new_value(column, observed(context.session, child, column), None, context.rng)
    key = child.by_name[child.key[0]]
    places = {(child.name, row[key.name]) for row in rows}
    if value is None or any(row[column.name] == value for row in rows) or places & context.written:
        raise Rejected("it has nothing to change")
    context.written |= places
    for row in rows:
        context.run(tool, {key.field: row[key.name], column.field: value})
    return Draft(
        intent="update_all",
        table=child.name,
        shape=f"{child.name}.{column.name}",
        subject=referent.mention,
        slots=(Slot(label=column.label, value=value),),
        phrases=(("many", child.nouns),),
    )


def link_all(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Put all the rows that hang on the referent on another's list."""
    _, child, rows = list_under(context, referent)
    tools = [t for t in context.tools("link") if (ends := table_of(context, t).link) and ends[1].table == child.name]
    if not tools or len(rows) not in _FEW:
        raise Rejected("no tool to link it")
    tool = context.rng.choice(tools)
    table = table_of(context, tool)
    assert tool.operation is not None
    assert table.link is not None
    container, item = table.link
    if container.table == referent.table.name or len(tool.parameters["required"]) > 2:
        raise Rejected("no tool to link it")
    into = context.known_row(context.schema.tables[container.table])
    pairs = {(table.name, (into.key, row[item.to])) for row in rows}
    if pairs & context.written:
        raise Rejected("it would undo an earlier request")
    context.written |= pairs
    names = {source.partition(".")[2]: name for name, source in tool.operation.inputs.items()}
    key = context.find(into)
    for row in rows:
        context.run(tool, {names[container.column]: key, names[item.column]: row[item.to]})
    return Draft(
        intent="link_all",
        table=table.name,
        shape=f"{tool.name} {child.name}",
        subject=referent.mention,
        slots=(Slot(label=into.mention.noun, value=into.mention.name, mention=into.mention),),
        phrases=(("many", child.nouns),),
    )


def difference(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """By how much two rows of a kind differ in a number."""
    table = referent.table
    columns = [c for c in measures(table) if c.numeric]
    if not columns or referent.made_by is not None:
        raise Rejected("it has nothing to ask about")
    other = context.known_row(table)
    column = context.rng.choice(columns)
    one, two = (context.row(table, row.key)[column.name] for row in (referent, other))
    if one is None or two is None or one == two or other.key == referent.key:
        raise Rejected("its answer is not unique")
    apart = round(abs(one - two), 2)
    if apart in (one, two) or apart < 1:
        raise Rejected("its answer is given away")
    for row in (referent, other):
        context.look_up(row)
    label = f"difference in {column.label}"
    return Draft(
        intent="difference",
        table=table.name,
        shape=f"{table.name}.{column.name}",
        subject=referent.mention,
        asks=(label,),
        slots=(Slot(label=table.noun, value=other.mention.name, mention=other.mention),),
        phrases=(("measure", column.label), ("many", plural(table.noun))),
        answers=(Answer(label=label, value=apart, kind="number"),),
    )
