"""What a model made of a seed, step by step, as a person reads it: asked, proposed, merged, mended, dropped, kept."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from turnwise.report.tables import plain_table, print_facts, print_next
from turnwise.report.worlds import dropped_lines, table_rows, tables_line
from turnwise.worlds import World


def print_funnel(
    console: Console, world: World, directory: str | Path, usage: Mapping[str, Mapping[str, int]], log: Path
) -> None:
    """Print what became of the model's proposals, what the model was asked for, and what to do next.

    Args:
        usage: stage -> calls, faults and tokens.
        log: where every prompt and reply is.
    """
    left_out = (("Left out", line) for line in world.provenance.get("left_out", []))
    facts = (*_world_lines(world, directory), *_funnel_lines(world.provenance["tools"]), *left_out, ("Log", str(log)))
    print_facts(console, facts)
    console.print()
    console.print(_usage_table(usage))
    console.print()
    print_next(
        console,
        f"turnwise show {directory}",
        f"turnwise goals {directory} -o {directory}-goals.json --model MODEL",
        f"inspect view --log-dir {log.parent}",
    )


def _world_lines(world: World, directory: str | Path) -> Iterator[tuple[str, str]]:
    yield "World", f"{world.name}: {world.domain}"
    yield "Written to", str(directory)
    if rows := table_rows(world):
        yield "Tables", tables_line(rows)
    yield "Questions", str(len(world.provenance["questions"]))


def _funnel_lines(tools: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if tools["given"]:
        yield "Given", f"{tools['given']} tools, kept as they are"
    unanswered = f" ({tools['unanswered']} questions got no usable answer)" if tools["unanswered"] else ""
    yield "Proposed", f"{tools['proposed']}{unanswered}"
    yield "Merged", f"{tools['merged']}: proposed more than once"
    yield "Expanded", f"{tools['expanded']}: added to close gaps"
    yield "Repaired", f"{tools['repaired']}: kept after the model was told what was wrong"
    lines = list(dropped_lines({name: _kind(reason) for name, reason in tools["dropped"].items()}))
    if tools["beyond_most"]:
        lines.append(f"{tools['beyond_most']}: beyond the most tools to keep (--tools)")
    yield from (("Dropped", line) for line in lines)
    yield "Kept", str(tools["kept"])


def _kind(reason: str) -> str:
    """A reason without the names in it, so that tools dropped for one reason are counted together."""
    if reason.startswith("another "):
        return "another tool of the name is kept"
    if reason.startswith("the same as "):
        return "a tool that does the same is kept"
    return re.sub(r"'[^']*'", "…", reason.partition(": ")[0])


def _usage_table(usage: Mapping[str, Mapping[str, int]]) -> Table:
    table = plain_table("Stage", "Calls", "Unusable", "Tokens in", "cached", "Tokens out")
    for stage, spent in usage.items():
        table.add_row(stage, *(str(spent[name]) for name in ("calls", "faults", "input", "cached", "output")))
    return table
