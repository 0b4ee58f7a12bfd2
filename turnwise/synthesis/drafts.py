"""A request before its id, solution and state are known, and the pieces every builder of one uses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from turnwise.goals import Answer, Intent, Mention, Slot, Value
from turnwise.synthesis.ground import Focus, Ground
from turnwise.synthesis.schema import Column, Table
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
    told: tuple[Focus, ...] = ()
    """rows that the answer names, in focus from now on"""


Builder = Callable[[Ground, Focus, str], Draft]


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


def table_of(ground: Ground, tool: Tool) -> Table:
    assert tool.operation is not None
    return ground.schema.tables[tool.operation.table]


def row_of(table: Table, result: dict[str, Any]) -> dict[str, Any]:
    """A result row by column name."""
    return {c.name: result[c.field] for c in table.columns if c.field in result}
