"""Worlds small enough to write in a test."""

from typing import Any

from turnwise.worlds import Operation, Tool, World

NOW = "2024-05-31 10:20:30"

INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


def tool(
    name: str,
    effect: str,
    returns: str,
    sql: str,
    properties: dict[str, Any] | None = None,
    *,
    optional: tuple[str, ...] = (),
    table: str | None = None,
) -> Tool:
    """A tool that executes; all its properties are required but the optional ones."""
    properties = properties or {}
    return Tool(
        name=name,
        description=name,
        parameters={
            "type": "object",
            "properties": properties,
            "required": [name for name in properties if name not in optional],
            "additionalProperties": False,
        },
        returns={"type": returns},
        effect=effect,  # type: ignore[arg-type]
        sql=sql,
        operation=Operation(kind="get", table=table) if table else None,
    )


def world(database: str | None, *tools: Tool) -> World:
    """A world of one database script and some tools."""
    return World(
        name="tiny",
        domain="a test",
        description="",
        reference_time=NOW,
        tools=tools,
        policy="",
        database=database,
    )
