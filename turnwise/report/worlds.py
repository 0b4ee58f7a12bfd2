"""A world as a person reads it, and what became of the database it was made from."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from turnwise.report.tables import print_facts, print_next
from turnwise.worlds import Tool, World, load_script
from turnwise.worlds.changes import quoted

_SHOWN_NAMES = 4
"""Names listed of the tools dropped for one reason."""

_SIMULATED = "simulated: there is no database, and what the tools return is made up"


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
        console.print(Text(f"Results: {_SIMULATED}"))
    _heading(console, "Policy")
    for line in world.policy.strip().splitlines():
        _print_indented(console, line, 2)
    for table, tools in _by_table(world).items():
        _heading(console, f"Tools on {table}" if table else "Tools")
        for tool in tools:
            _print_tool(console, tool)


def print_synthesis(console: Console, world: World, directory: str | Path) -> None:
    """Print what a new world holds, what was left out of it and why, and what to do next."""
    rows = table_rows(world)
    tools = world.provenance.get("tools", {})
    dropped: dict[str, str] = tools.get("dropped", {})
    reads = sum(tool.effect == "read" for tool in world.tools)
    asked = sum(tool.consequential for tool in world.tools)
    held = ("Results", _SIMULATED) if world.database is None else ("Tables", tables_line(rows))
    writes = f"{len(world.tools) - reads} write ({asked} worth a confirmation)"
    beyond = tools.get("beyond_most", 0)
    lines = [*dropped_lines(dropped), *([f"{beyond}: beyond the most tools to keep (--tools)"] if beyond else [])]
    print_facts(
        console,
        [
            ("World", world.name),
            ("Written to", str(directory)),
            held,
            ("Tools", f"{len(world.tools)}: {reads} read, {writes}"),
            *(("Dropped", line) for line in lines),
            *(("Left out", line) for line in world.provenance.get("left_out", [])),
        ],
    )
    run = f"inspect eval turnwise/user_oriented -T world={directory} --model turnwise/lexical"
    write = f"turnwise goals {directory} -o goals.json --model openai/gpt-4o"  # there are no rows to compose them from
    print_next(console, f"turnwise show {directory}", write if world.database is None else run)


def dropped_lines(dropped: dict[str, str]) -> Iterator[str]:
    """One line for each reason for which tools were dropped, the most frequent first."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in dropped.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
        yield f"{len(names)}: {reason} ({', '.join(names[:_SHOWN_NAMES])}{more})"


def _by_table(world: World) -> dict[str, list[Tool]]:
    tools: dict[str, list[Tool]] = {}
    for tool in world.tools:
        tools.setdefault(tool.operation.table if tool.operation else "", []).append(tool)
    return tools


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
