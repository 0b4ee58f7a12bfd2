"""What a model is shown of a world before it writes tools or goals: a database, a few of its rows, tools."""

import json
import random
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from turnwise.synthesis.database.schema import Schema, Table
from turnwise.worlds import Session, Tool, World, load_script, open_session
from turnwise.worlds.changes import quoted

_ROWS = 3
"""Rows shown per table: enough to speak of real things, few enough that much is left to find out."""

_SHOWN_TABLES = 40
_LONGEST_VALUE = 80
_LONGEST_VIEW = 20_000


def database_text(script: str, schema: Schema) -> str:
    """The tables as declared, with the number of their rows and a few of them; the largest, if there are many."""
    with closing(load_script(script)) as connection:
        shown = sorted(schema.tables.values(), key=lambda t: (-len(schema.children(t.name)), -t.rows, t.name))
        parts = []
        for table in shown[:_SHOWN_TABLES]:
            where = "WHERE type IN ('table', 'view') AND name = ?"
            (sql,) = connection.execute(f"SELECT sql FROM sqlite_master {where}", (table.name,)).fetchone()
            cursor = connection.execute(f"SELECT * FROM {quoted(table.name)} LIMIT {_ROWS}")
            names = [column[0] for column in cursor.description]
            rows = [_json({n: _short(v) for n, v in zip(names, row, strict=True)}) for row in cursor]
            parts.append("\n".join([f"{sql};", f"-- {table.rows} rows, such as:", *(f"--   {row}" for row in rows)]))
    more = len(schema.tables) - len(parts)
    return "\n\n".join([*parts, *([f"-- and {more} more tables that are not shown"] if more > 0 else [])])


def tools_text(tools: Sequence[Tool], domain: str) -> str:
    """Tool specs, one a line, under what they are about."""
    return "\n".join([domain, "", *(tool_text(tool) for tool in tools)])


def tool_text(tool: Tool, *, with_sql: bool = False) -> str:
    """A tool as one line of JSON."""
    shown = tool.model_dump(include={"name", "description", "parameters", "effect", *(("sql",) if with_sql else ())})
    return _json(shown)


def shown_tools(world: World) -> str:
    """One line per tool: what it does, what it takes, what it returns."""
    lines = []
    for tool in world.tools:
        takes = json.dumps(tool.parameters.get("properties", {}), ensure_ascii=False)
        needs = ", ".join(tool.parameters.get("required", [])) or "none"
        row = tool.returns.get("items", tool.returns)
        fields = ", ".join(row.get("properties", {})) if isinstance(row, dict) else ""
        form = "a list of" if tool.returns.get("type") == "array" else "one"
        lines.append(f"- {tool.name} ({tool.effect}): {tool.description}\n  takes {takes}; required: {needs}")
        lines.append(f"  returns {form} {{{fields}}}")
    return "\n".join(lines)


def shown_rows(world: World, schema: Schema | None, seed: int) -> str:
    """The tables with their columns and a seeded sample of their rows."""
    if schema is None:
        return "(The tools are simulated: there are no tables. Every record is a thing to find out or to make up.)"
    rng = random.Random(f"{seed} view")
    with open_session(world) as session:
        return "\n".join(_shown_table(session, table, rng) for table in schema.tables.values())[:_LONGEST_VIEW]


def _shown_table(session: Session, table: Table, rng: random.Random) -> str:
    columns = []
    for column in table.columns:
        reference = table.reference(column.name)
        key = " key" if column.name in table.key else ""
        target = f" -> {reference.table}" if reference else ""
        columns.append(f"{column.name} {column.type}{key}{target}")
    lines = [f"{table.name} ({table.rows} rows): {', '.join(columns)}"]
    for offset in sorted(rng.sample(range(table.rows), min(_ROWS, table.rows))):
        rows = session.query(f"SELECT * FROM {quoted(table.name)} LIMIT 1 OFFSET :n", {"n": offset})
        lines += [f"  {json.dumps({k: _short(v) for k, v in row.items()}, ensure_ascii=False)}" for row in rows]
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _short(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value if not isinstance(value, str) or len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"
