"""What the parameters of a tool stand for: names, columns, the row on which others hang, and the order of what is found."""

from collections.abc import Iterable
from typing import NamedTuple

from turnwise.synthesis.database.schema import Schema, Table
from turnwise.worlds import Operation, Tool


def operation_of(tool: Tool) -> Operation:
    """What a composable tool does; the tools of a context all say it."""
    assert tool.operation is not None
    return tool.operation


class Listing(NamedTuple):
    """A tool that finds the rows that hang on another, and the parameter that takes the key of that one."""

    tool: Tool
    parameter: str
    direct: bool
    """whether the rows themselves refer to the other, and no link table does"""


def listings(tools: Iterable[Tool], schema: Schema, parent: str, child: str = "") -> list[Listing]:
    """The ways to find what hangs on the rows of a table: of all, or of one child (`loans`, `loans.member_id`)."""
    found = []
    for tool in tools:
        named = operation_of(tool).table
        for parameter, source in operation_of(tool).inputs.items():
            owner, _, column = source.partition(".")
            reference = schema.tables[owner].reference(column)
            if reference is not None and reference.table == parent and child in ("", named, f"{named}.{column}"):
                found.append(Listing(tool, parameter, owner == named))
    return found


def named_by(tool: Tool, table: Table) -> str:
    """The parameter of a tool that takes a part of what a row is called; empty where it has none."""
    own = {f"{table.name}.{column}" for column in table.label}
    return next((name for name, source in operation_of(tool).inputs.items() if source in own), "")


def fields_of(tool: Tool) -> dict[str, str]:
    """The parameter that stands for each column of a tool's table; the last one where several do."""
    return {source.partition(".")[2]: name for name, source in operation_of(tool).inputs.items()}


def sortings(tool: Tool) -> set[str]:
    """The fields by which a tool sorts what it finds."""
    ways = tool.parameters["properties"].get("sort", {}).get("enum", ())
    return {str(way).rpartition("_")[0] for way in ways}
