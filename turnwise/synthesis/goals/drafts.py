"""A request before its id, solution and state are known, and the pieces every builder of one uses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from turnwise.goals.model import Answer, Intent, Mention, Slot, Value
from turnwise.synthesis.database.schema import Column, Table
from turnwise.synthesis.goals.context import CompositionContext, Referent, Rejected
from turnwise.worlds import Tool


@dataclass(frozen=True)
class Draft:
    """A request before its id, solution and state are known."""

    intent: Intent
    table: str
    shape: str
    subject: Mention | None = None
    asks: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()
    answers: tuple[Answer, ...] = ()
    lists: tuple[str, ...] = ()
    """the noun of the rows that the answer lists"""
    told: tuple[Referent, ...] = ()
    """rows that the answer names, referents from now on"""


Builder = Callable[[CompositionContext, Referent, str], Draft]


def answer_of(column: Column, value: Value) -> Answer:
    kind = "date" if column.dated else "number" if column.numeric else "text"
    return Answer(label=column.label, value=value, kind=kind)


def name_answer(table: Table, mention: Mention) -> Answer:
    number = mention.numbered and mention.name.isdigit()
    return Answer(
        label=table.noun,
        value=int(mention.name) if number else mention.name,
        kind="number" if number else "text",
    )


def table_of(context: CompositionContext, tool: Tool) -> Table:
    assert tool.operation is not None
    return context.schema.tables[tool.operation.table]


def row_of(table: Table, result: dict[str, Any]) -> dict[str, Any]:
    """A result row by column name."""
    return {c.name: result[c.field] for c in table.columns if c.field in result}


def list_under(context: CompositionContext, referent: Referent) -> tuple[Tool, Table, list[dict[str, Any]]]:
    """Run a tool that lists what hangs on the referent; the rows come back by column name."""
    table = referent.table
    tools = []
    for tool in context.tools("list"):
        assert tool.operation is not None
        owner, _, column = next(iter(tool.operation.inputs.values())).partition(".")
        reference = context.schema.tables[owner].reference(column)
        if reference is not None and reference.table == table.name:
            tools.append(tool)
    if not tools:
        raise Rejected("no tool to list it")
    tool = context.rng.choice(tools)
    assert tool.operation is not None
    key = context.find(referent)
    results = context.run(tool, {next(iter(tool.operation.inputs)): key})
    child = context.schema.tables[tool.operation.table]
    return tool, child, [row_of(child, result) for result in results]
