"""What a model is shown of a world before it writes tools or goals: a database, a few of its rows, tools."""

import json
import random
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from turnwise.synthesis.database.schema import Schema
from turnwise.worlds import Tool, load_script
from turnwise.worlds.changes import quoted

_ROWS = 3  # rows shown per table: enough to speak of real things, few enough that much is left to find out
_SHOWN_TABLES = 40
_LONGEST_VALUE = 80


def database_text(script: str, schema: Schema, seed: int = 0) -> str:
    """The tables as declared, with the number of their rows and a seeded sample; the largest, if there are many."""
    rng = random.Random(f"{seed} view")
    by_size = sorted(schema.tables.values(), key=lambda t: (-len(schema.children(t.name)), -t.rows, t.name))
    parts = []
    with closing(load_script(script)) as connection:
        for table in sorted(by_size[:_SHOWN_TABLES], key=lambda t: t.name):
            where = "WHERE type IN ('table', 'view') AND name = ?"
            (sql,) = connection.execute(f"SELECT sql FROM sqlite_master {where}", (table.name,)).fetchone()
            lines = [f"{sql};", f"-- {table.name}, {table.rows} rows, such as:"]
            for offset in sorted(rng.sample(range(table.rows), min(_ROWS, table.rows))):
                cursor = connection.execute(f"SELECT * FROM {quoted(table.name)} LIMIT 1 OFFSET ?", (offset,))
                names = [column[0] for column in cursor.description]
                lines.append(f"--   {_json({n: _short(v) for n, v in zip(names, cursor.fetchone(), strict=True)})}")
            parts.append("\n".join(lines))
    more = len(schema.tables) - len(parts)
    return "\n\n".join([*parts, *([f"-- and {more} more tables that are not shown"] if more > 0 else [])])


def tool_text(tool: Tool) -> str:
    """A tool as one line of JSON, without what it returns."""
    shown = {"name", "description", "parameters", "effect", "sql"}
    return _json(tool.model_dump(include=shown, exclude_none=True))


def returning_tools(tools: Iterable[Tool]) -> str:
    """One line of JSON per tool: what it does and takes, and the fields that it returns."""
    lines = []
    for tool in tools:
        row = tool.returns.get("items", tool.returns)
        fields = ", ".join(row.get("properties", {})) if isinstance(row, dict) else ""
        form = "a list of" if tool.returns.get("type") == "array" else "one"
        shown = {
            **tool.model_dump(include={"name", "effect", "description"}),
            "takes": tool.parameters.get("properties", {}),
            "required": tool.parameters.get("required", []),
            "returns": f"{form} {{{fields}}}",
        }
        lines.append(_json(shown))
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _short(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value if not isinstance(value, str) or len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"
