"""A database becomes a World: read the seed, propose tools, keep those that run, write the policy."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from turnwise.errors import SeedError
from turnwise.synthesis.database.schema import Schema, quoted, reflect
from turnwise.synthesis.seeds.database import read_seed
from turnwise.synthesis.tools.by_rules import propose_tools
from turnwise.synthesis.tools.tool_validation import reason_to_drop
from turnwise.values.words import listed, snake, words
from turnwise.worlds import Tool, World, load_script

MOST_TOOLS = 80
"""The most tools a world keeps: an agent reads them all before each reply."""


def synthesize_world(
    seed_file: str | Path,
    *,
    name: str | None = None,
    domain: str | None = None,
    description: str | None = None,
    policy: str | None = None,
    reference_time: str | None = None,
    seed: int = 0,
    most_tools: int = MOST_TOOLS,
) -> World:
    """Make an executable world from a SQLite file or a SQL script.

    Args:
        reference_time: "now" in the world; the day after the newest date in the rows unless given.
        seed: drives the trial calls; the same file and seed give the same world, byte for byte.
        most_tools: tools kept at most; those of the best connected tables come first.

    Raises:
        SeedError: the file cannot be read, or no tool written for it can be run.
    """
    path = Path(seed_file)
    check_name(name)
    source = read_seed(path)
    schema = reflect(load_script(source.script))
    if not any(table.rows for table in schema.tables.values()):
        raise SeedError(f"{path}: its tables hold no rows. A world needs rows: goals are composed from them")
    proposed, beyond = propose_tools(schema, most_tools)
    draft = World(
        name=name or snake(path.stem) or "world",
        domain=domain or f"the {words(path.stem)} database",
        description=description or _description(schema),
        reference_time=reference_time or newest_time(schema, source.script),
        tools=tuple(proposed),
        policy="",
        database=source.script,
    )
    kept, dropped = _tried(draft, schema, seed)
    if not kept:
        reasons = listed([f"{reason} ({n})" for reason, n in Counter(dropped.values()).most_common(3)])
        raise SeedError(f"{path}: none of the {len(proposed)} tools written for it can be run: {reasons}")
    provenance: dict[str, Any] = {
        "seed": path.name,
        "stage": "embedded",
        "random_seed": seed,
        "tools": {"proposed": len(proposed) + beyond, "beyond_most": beyond, "kept": len(kept), "dropped": dropped},
        "left_out": source.left_out,
    }
    about = draft.model_dump(exclude={"tools", "policy", "provenance"})
    return World(**about, tools=tuple(kept), policy=policy or write_policy(draft, kept), provenance=provenance)


def check_name(name: str | None) -> None:
    """Refuse a name that a world cannot have.

    Raises:
        SeedError: it has other signs in it than a world's name may.
    """
    if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise SeedError(f"{name!r} cannot name a world: use small letters, digits, _ and -")


def _tried(world: World, schema: Schema, seed: int) -> tuple[list[Tool], dict[str, str]]:
    """The tools that run, and why the others were dropped."""
    reasons = {t.name: reason_to_drop(world, t, schema, random.Random(f"{seed} {t.name}")) for t in world.tools}
    kept = [tool for tool in world.tools if reasons[tool.name] is None]
    return kept, {name: reason for name, reason in reasons.items() if reason is not None}


def _description(schema: Schema) -> str:
    shown = sorted((t for t in schema.tables.values() if not t.link and t.rows), key=lambda t: (-t.rows, t.name))
    return f"Records of {listed([f'{t.rows} {t.nouns}' for t in shown[:12]])}." if shown else "No records yet."


def newest_time(schema: Schema, script: str) -> str:
    """Nine in the morning after the newest date in the rows."""
    connection = load_script(script)
    newest = ""
    for table in schema.tables.values():
        for column in table.columns:
            if column.dated:
                value = connection.execute(f"SELECT max({quoted(column.name)}) FROM {quoted(table.name)}").fetchone()[0]
                newest = max(newest, str(value or ""))
    try:
        day = datetime.fromisoformat(newest[:10]) + timedelta(days=1)
    except (ValueError, OverflowError):
        day = datetime(2026, 1, 5)
    return f"{day:%Y-%m-%d} 09:00:00"


def write_policy(world: World, tools: Sequence[Tool]) -> str:
    """What the agent of a world is told before the dialogue."""
    guarded = [tool.name for tool in tools if tool.consequential]
    return "\n".join(
        [
            f"You are the assistant of the people who work with {world.domain}.",
            world.description,
            "",
            # Where tools are simulated, every dialogue has a time of its own.
            *([f"- It is {world.reference_time[:16]} (UTC)."] if world.database is not None else []),
            "- Answer from what the tools return. Never guess an id, a number or a name; look it up.",
            "- If something needed is missing or several records fit, ask. One short question at a time.",
            "- Do what was asked and nothing else. Say plainly what you changed, or why you could not.",
            *(
                [f"- Say what you are about to do, and wait for a yes, before you call {listed(guarded, 'or')}."]
                if guarded
                else []
            ),
            "- Keep replies short, and give the figures, dates and names as they are stored.",
            "",
        ]
    )
