"""Worlds and goals as a person reads them; of those that were just made, what was dropped and why, and what it took."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from turnwise.goals.pool import GoalFile
from turnwise.llm.stage import StageResult
from turnwise.report.tables import plain_table, print_facts, print_next
from turnwise.synthesis.goals.by_rules import own_situations
from turnwise.values.text import harmless
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
    return f"{len(rows)}, with {sum(rows.values())} rows"


def print_world(console: Console, world: World) -> None:
    console.print(Text(world.name, style="bold"), Text(harmless(f"{world.domain}, as of {world.reference_time} (UTC)")))
    console.print(Text(harmless(world.description)))
    if rows := table_rows(world):
        _heading(console, f"Tables: {tables_line(rows)}")
        width = max(map(len, rows)) + 2
        for name, count in rows.items():
            console.print(Text(harmless(f"  {name:<{width}}{count:>7}")))
    if world.database is None:
        console.print(Text(f"Results: {SIMULATED}"))
    if situations := own_situations(world):
        speaking = sum(bool(plan.speaker) for plan in situations)
        _heading(console, f"Situations: {len(situations)}, {speaking} of them of people about their own things")
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
    head = Text("  ").append(tool.name, style="cyan").append(harmless(f"({arguments})"))
    if tool.effect == "write":
        head.append("  writes" + (", worth a confirmation" if tool.consequential else ""), style="yellow")
    console.print(head)
    _print_indented(console, tool.description, 6, "dim")


def _print_indented(console: Console, line: str, indent: int, style: str = "") -> None:
    margin = " " * indent
    hanging = margin + ("  " if line.startswith("- ") else "")
    wrapped = textwrap.fill(line, console.width, initial_indent=margin, subsequent_indent=hanging)
    console.print(Text(harmless(wrapped), style=style))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(harmless(text), style="bold"))


_SHOWN_NAMES = 4
"""Names listed of the tools dropped for one reason."""
_FUNNEL = {
    "given": "kept as they are",
    "proposed": "by the model",
    "unanswered": "questions got no usable answer",
    "merged": "proposed more than once",
    "expanded": "added to close gaps",
    "repaired": "kept after the model was told what was wrong",
}
_WITHOUT_NAMES = {
    r"'[^']*'": "…",
    r"^another .*": "another tool of the name is kept",
    r"^the same as .*": "a tool that does the same is kept",
}
"""How reasons are told without the names in them, so that tools dropped for one reason are counted together."""


def print_made_world(
    console: Console, world: World, directory: str | Path, staged: StageResult[World] | None = None
) -> None:
    """Print what a new world holds, what became of each tool, what a model was asked for, and what to do next."""
    tools = world.provenance.get("tools", {})
    rows = table_rows(world)
    reads = sum(tool.effect == "read" for tool in world.tools)
    asked = sum(tool.consequential for tool in world.tools)
    kept = f"{len(world.tools)}: {reads} read, {len(world.tools) - reads} write ({asked} worth a confirmation)"
    facts = [
        ("World", f"{world.name}: {world.domain}"),
        ("Written to", str(directory)),
        ("Tables", tables_line(rows)) if world.database is not None else ("Results", SIMULATED),
        *((("Questions", str(len(world.provenance["questions"]))),) if staged else ()),
        *(
            (name.capitalize(), f"{tools[name]}: {what}" if staged else str(tools[name]))
            for name, what in _FUNNEL.items()
            if name in tools
        ),
        *(("Dropped", line) for line in _dropped_lines(tools)),
        *(("Noted", line) for line in world.provenance.get("left_out", [])),
        ("Kept", kept),
    ]
    _print_made(console, facts, staged)
    run = f"turnwise run --world {directory} --agent lexical"
    write = f"turnwise goals {directory} -o {directory}-goals.json --model MODEL"
    print_next(console, f"turnwise show {directory}", write if staged else run)


def print_goals(
    console: Console, file: GoalFile, path: str | Path, world: str, staged: StageResult[GoalFile] | None = None
) -> None:
    """Print how many goals there are, what was dropped and why, what a model was asked for, and what to do next."""
    funnel: Mapping[str, Any] = file.provenance.get("funnel", {})
    dropped = sorted(funnel.get("dropped", {}).items(), key=lambda item: -item[1])
    levels = ", ".join(f"{n} {level}" for level, n in sorted(Counter(g.difficulty for g in file.goals).items()))
    facts = [
        ("Goals", f"{len(file.goals)}: {levels}"),
        ("Requests", str(sum(len(goal.requests) for goal in file.goals))),
        ("Written to", str(path)),
    ]
    if "asked" in funnel:
        counts = ", ".join(f"{funnel[name]} {name}" for name in ("asked", "proposed", "kept"))
        rounds = f"{funnel['first_round']} as first proposed, {funnel['repaired']} of {funnel['sent_back']} sent back"
        facts.append(("Funnel", f"{counts} ({rounds})"))
        rejected = sorted(funnel["rejected"].items(), key=lambda item: -item[1])
        facts += [("Rejected", f"{count}: {reason}") for reason, count in rejected]
    facts += [("Dropped", f"{count}: {reason}") for reason, count in dropped]
    if "cut_short" in funnel:
        facts.append(("Cut short", str(funnel["cut_short"])))
    _print_made(console, facts, staged)
    print_next(console, f"inspect eval turnwise/user_oriented -T world={world} -T goal_file={path}")


def _print_made(console: Console, facts: list[tuple[str, str]], staged: StageResult[Any] | None) -> None:
    print_facts(console, [*facts, *([("Log", str(staged.log))] if staged else [])])
    if staged is not None:
        table = plain_table("Stage", "Calls", "Unusable", "Tokens in", "cached", "Tokens out")
        for stage, spent in staged.usage.items():
            table.add_row(stage, *(str(spent[name]) for name in ("calls", "faults", "input", "cached", "output")))
        console.print()
        console.print(table)
        console.print()


def _dropped_lines(tools: Mapping[str, Any]) -> Iterator[str]:
    """One line for each reason for which tools were dropped, the most frequent first."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in tools.get("dropped", {}).items():
        kind = reason.partition(": ")[0]
        for pattern, words in _WITHOUT_NAMES.items():
            kind = re.sub(pattern, words, kind)
        by_reason.setdefault(kind, []).append(name)
    for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
        yield f"{len(names)}: {reason} ({', '.join(names[:_SHOWN_NAMES])}{more})"
    if tools.get("beyond_most"):
        yield f"{tools['beyond_most']}: beyond the most tools to keep (--tools)"
