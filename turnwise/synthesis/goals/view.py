"""What a model is shown of a world before it writes goals: tools, tables, and a few of the rows."""

import json
import random

from turnwise.synthesis.database.schema import Schema, Table, quoted
from turnwise.worlds import Session, World, open_session

_ROWS = 3
"""Rows shown per table: enough to speak of real things, few enough that much is left to find out."""

_LONGEST_VALUE = 80
_LONGEST_VIEW = 20_000


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
    parts = []
    with open_session(world) as session:
        for table in schema.tables.values():
            parts.append(_shown_table(session, table, rng))
    return "\n".join(parts)[:_LONGEST_VIEW]


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


def _short(value: object) -> object:
    return f"{value[:_LONGEST_VALUE]}…" if isinstance(value, str) and len(value) > _LONGEST_VALUE else value
