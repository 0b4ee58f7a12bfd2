"""A world as a person reads it."""

import textwrap
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from turnwise.worlds import Tool, World, load_script
from turnwise.worlds.changes import quoted

SIMULATED = "simulated: there is no database, and what the tools return is made up"


def table_rows(world: World) -> dict[str, int]:
    """Rows by table, the largest first; empty when the world's tools are simulated."""
    if world.database is None:
        return {}
    database = load_script(world.database)
    try:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        counts = ((name, database.execute(f"SELECT count(*) FROM {quoted(name)}")) for (name,) in names.fetchall())
        rows = {name: int(cursor.fetchone()[0]) for name, cursor in counts}
    finally:
        database.close()
    return dict(sorted(rows.items(), key=lambda item: (-item[1], item[0])))


def tables_line(rows: Mapping[str, int]) -> str:
    """How many tables and rows there are."""
    return f"{len(rows)}, with {sum(rows.values())} rows"


def print_world(console: Console, world: World) -> None:
    """Print what a world is about, its tables, its policy and its tools."""
    console.print(Text(world.name, style="bold"), Text(f"{world.domain}, as of {world.reference_time} (UTC)"))
    console.print(Text(world.description))
    if rows := table_rows(world):
        _heading(console, f"Tables: {tables_line(rows)}")
        width = max(map(len, rows)) + 2
        for name, count in rows.items():
            console.print(Text(f"  {name:<{width}}{count:>7}"))
    if world.database is None:
        console.print(Text(f"Results: {SIMULATED}"))
    _heading(console, "Policy")
    for line in world.policy.strip().splitlines():
        _print_indented(console, line, 2)
    by_table: dict[str, list[Tool]] = {}
    for tool in world.tools:
        by_table.setdefault(tool.operation.table if tool.operation else "", []).append(tool)
    for table, tools in by_table.items():
        _heading(console, f"Tools on {table}" if table else "Tools")
        for tool in tools:
            _print_tool(console, tool)


def _print_tool(console: Console, tool: Tool) -> None:
    properties: dict[str, Any] = tool.parameters.get("properties", {})
    required = tool.parameters.get("required", [])
    arguments = ", ".join(name if name in required else f"{name}?" for name in properties)
    head = Text("  ").append(tool.name, style="cyan").append(f"({arguments})")
    if tool.effect == "write":
        head.append("  writes" + (", worth a confirmation" if tool.consequential else ""), style="yellow")
    console.print(head)
    _print_indented(console, tool.description, 6, "dim")


def _print_indented(console: Console, line: str, indent: int, style: str = "") -> None:
    margin = " " * indent
    hanging = margin + ("  " if line.startswith("- ") else "")
    wrapped = textwrap.fill(line, console.width, initial_indent=margin, subsequent_indent=hanging)
    console.print(Text(wrapped, style=style))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold"))
