"""Requests about several rows at once: reads and writes. Composed on real rows and run, like the others."""

from turnwise.goals.model import Answer, Slot
from turnwise.synthesis.database.new_values import new_value, observed
from turnwise.synthesis.goals.context import CompositionContext, Referent, reject_if
from turnwise.synthesis.goals.drafts import Draft, list_under, operation_of, table_of
from turnwise.synthesis.goals.write_requests import changeable
from turnwise.synthesis.tools.reads import measures
from turnwise.values.words import plural

_FEW = range(2, 6)
"""How many rows a person would change in one breath."""


def update_all(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Set one column of all the rows that hang on the referent."""
    _, child, rows = list_under(context, referent)
    tool = context.tool("update", child.name)
    columns = [c for c in changeable(child, tool) if c.choices or c.dated]
    reject_if(len(rows) not in _FEW or not columns or len(child.key) != 1, "its answer is too long or too short")
    column = context.rng.choice(columns)
    value = new_value(column, observed(context.session, child, column), None, context.rng)
    key = child.by_name[child.key[0]]
    places = {(child.name, row[key.name]) for row in rows}
    unchanged = value is None or any(row[column.name] == value for row in rows)
    reject_if(unchanged or bool(places & context.written), "it has nothing to change")
    context.written |= places
    for row in rows:
        context.run(tool, {key.field: row[key.name], column.field: value})
    return Draft(
        intent="update_all",
        shape=f"{child.name}.{column.name}",
        subject=referent.mention,
        slots=(Slot(label=column.label, value=value),),
        phrases=(("many", child.nouns),),
    )


def link_all(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """Put all the rows that hang on the referent on another's list."""
    _, child, rows = list_under(context, referent)
    tools = [t for t in context.tools("link") if (ends := table_of(context, t).link) and ends[1].table == child.name]
    reject_if(not tools or len(rows) not in _FEW, "no tool to link it")
    tool = context.rng.choice(tools)
    table = table_of(context, tool)
    assert table.link is not None
    container, item = table.link
    reject_if(container.table == referent.table.name or len(tool.parameters["required"]) > 2, "no tool to link it")
    into = context.known_row(context.schema.tables[container.table])
    pairs = {(table.name, (into.key, row[item.to])) for row in rows}
    reject_if(bool(pairs & context.written), "it would undo an earlier request")
    context.written |= pairs
    names = {source.partition(".")[2]: name for name, source in operation_of(tool).inputs.items()}
    key = context.find(into)
    for row in rows:
        context.run(tool, {names[container.column]: key, names[item.column]: row[item.to]})
    return Draft(
        intent="link_all",
        shape=f"{tool.name} {child.name}",
        subject=referent.mention,
        slots=(Slot(label=into.mention.noun, value=into.mention.name, mention=into.mention),),
        phrases=(("many", child.nouns),),
    )


def difference(context: CompositionContext, referent: Referent, request: str) -> Draft:
    """By how much two rows of a kind differ in a number."""
    table = referent.table
    columns = [c for c in measures(table) if c.numeric]
    reject_if(not columns or referent.made_by is not None, "it has nothing to ask about")
    other = context.known_row(table)
    column = context.rng.choice(columns)
    one, two = (context.row(table, row.key)[column.name] for row in (referent, other))
    reject_if(one is None or two is None or one == two or other.key == referent.key, "its answer is not unique")
    apart = round(abs(one - two), 2)
    reject_if(apart in (one, two) or apart < 1, "its answer is given away")
    for row in (referent, other):
        context.look_up(row)
    label = f"difference in {column.label}"
    return Draft(
        intent="difference",
        shape=f"{table.name}.{column.name}",
        subject=referent.mention,
        slots=(Slot(label=table.noun, value=other.mention.name, mention=other.mention),),
        phrases=(("measure", column.label), ("many", plural(table.noun))),
        answers=(Answer(label=label, value=apart, kind="number"),),
    )
