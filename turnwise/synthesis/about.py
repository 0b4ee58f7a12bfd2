"""What a new world says about itself: its name, its rows, its time, and the policy of its agent."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from turnwise.errors import SeedError
from turnwise.synthesis.database.schema import Schema
from turnwise.values.words import listed
from turnwise.worlds import Tool, World, load_script
from turnwise.worlds.changes import quoted

NO_ROWS_TIME = "2026-01-05 09:00:00"


def check_name(name: str | None) -> None:
    """Raise SeedError where a world cannot have a name."""
    if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise SeedError(f"{name!r} cannot name a world: use small letters, digits, _ and -")


def rows_sentence(schema: Schema) -> str:
    """What the tables hold, the largest first."""
    shown = sorted((t for t in schema.tables.values() if not t.link and t.rows), key=lambda t: (-t.rows, t.name))
    return f"Records of {listed([f'{t.rows} {t.nouns}' for t in shown[:12]])}." if shown else "No records yet."


def newest_time(schema: Schema | None, script: str | None) -> str:
    """Nine in the morning after the newest date in the rows; a fixed day where there are no rows."""
    if schema is None or script is None:
        return NO_ROWS_TIME
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
        return NO_ROWS_TIME
    return f"{day:%Y-%m-%d} 09:00:00"


def write_policy(world: World, tools: Sequence[Tool]) -> str:
    """What the agent of a world is told before the dialogue."""
    guarded = [tool.name for tool in tools if tool.consequential]
    lines = [
        f"You are the assistant of the people who work with {world.domain}.",
        world.description,
        "",
        # Where tools are simulated, every dialogue has a time of its own.
        f"- It is {world.reference_time[:16]} (UTC)." if world.database is not None else None,
        "- Answer from what the tools return. Never guess an id, a number or a name; look it up.",
        "- If something needed is missing or several records fit, ask. One short question at a time.",
        "- Do what was asked and nothing else. Say plainly what you changed, or why you could not.",
        f"- Say what you are about to do, and wait for a yes, before you call {listed(guarded, 'or')}."
        if guarded
        else None,
        "- Keep replies short, and give the figures, dates and names as they are stored.",
        "",
    ]
    return "\n".join(line for line in lines if line is not None)
