"""A request before its id, solution and state are known, and the pieces every builder of one uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from turnwise.goals.model import Answer, Intent, Mention, Slot, Value
from turnwise.synthesis.database.schema import Column, Table
from turnwise.synthesis.goals.context import CompositionContext, Referent
from turnwise.worlds import Tool
from turnwise.worlds.world import Operation


@dataclass(frozen=True)
class Draft:
    """A request before its id, solution and state are known."""

    intent: Intent
    shape: str
    subject: Mention | None = None
    asks: tuple[str, ...] = ()
    """what is asked for; the labels of the answers unless given"""
    slots: tuple[Slot, ...] = ()
    phrases: dict[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    lists: tuple[str, ...] = ()
    """the noun of the rows that the answer lists"""
    told: tuple[Referent, ...] = ()
    """rows that the answer names, referents from now on"""


Builder = Callable[[CompositionContext, Referent, str], Draft]


def answer_of(column: Column, value: Value) -> Answer:
    """What a column of a row holds, as an answer."""
    kind = "date" if column.dated else "number" if column.numeric else "text"
    return Answer(label=column.label, value=value, kind=kind)


def name_answer(table: Table, mention: Mention) -> Answer:
    """What a row is called, as an answer."""
    if mention.numbered and mention.name.isdigit():
        return Answer(label=table.noun, value=int(mention.name), kind="number")
    return Answer(label=table.noun, value=mention.name, kind="text")


def operation_of(tool: Tool) -> Operation:
    """What a composable tool does; the tools of a context all say it."""
    assert tool.operation is not None
    return tool.operation


def table_of(context: CompositionContext, tool: Tool) -> Table:
    """The table that a tool is about."""
    return context.schema.tables[operation_of(tool).table]


def fields_of(tool: Tool) -> dict[str, str]:
    """The parameter that stands for each column of a tool's table; the last one where several do."""
    return {source.partition(".")[2]: name for name, source in operation_of(tool).inputs.items()}


def row_of(table: Table, result: dict[str, Any]) -> dict[str, Any]:
    """A result row by column name."""
    return {c.name: result[c.field] for c in table.columns if c.field in result}


def list_under(context: CompositionContext, referent: Referent) -> tuple[Tool, Table, list[dict[str, Any]]]:
    """Run a tool that lists what hangs on the referent; the rows come back by column name."""
    tools = []
    for tool in context.tools("list"):
        owner, _, column = next(iter(operation_of(tool).inputs.values())).partition(".")
        reference = context.schema.tables[owner].reference(column)
        if reference is not None and reference.table == referent.table.name:
            tools.append(tool)
    tool = context.choose(tools, "no tool to list it")
    results = context.run(tool, {next(iter(operation_of(tool).inputs)): context.find(referent)})
    child = table_of(context, tool)
    return tool, child, [row_of(child, result) for result in results]
