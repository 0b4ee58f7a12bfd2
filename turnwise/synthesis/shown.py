"""What a model is shown of a world before it writes tools or goals: a database, a few of its rows, tools."""

import json
import random
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from turnwise.synthesis.database.schema import Schema, Table
from turnwise.worlds import Tool, load_script
from turnwise.worlds.changes import quoted

_ROWS = 3  # rows shown per table: enough to speak of real things, few enough that much is left to find out
_LONGEST_VALUE = 80
_BUDGET = 14_000
"""characters of a view, about 3,500 tokens: it stands in every request of a stage"""


def database_text(script: str, schema: Schema, seed: int = 0, budget: int = _BUDGET) -> str:
    """The tables as declared, with the number of their rows and a seeded sample, within a budget.

    What most hangs on comes first: tables with rows, by how many others refer to them and how many rows they have.
    Where the budget ends a table is shown by its columns, and then by its name. Views and blobs are left out.
    """
    rng = random.Random(f"{seed} view")
    tables = sorted((table for table in schema.tables.values() if not table.view), key=lambda t: t.name)
    places = {table.name: sorted(rng.sample(range(table.rows), min(_ROWS, table.rows))) for table in tables}
    ranked = sorted(
        tables, key=lambda t: (not t.rows, -len(schema.children(t.name)) - len(t.references), -t.rows, t.name)
    )
    shown: dict[str, str] = {}
    left = budget
    with closing(load_script(script)) as connection:
        for table in ranked:
            full = _with_rows(connection, table, places[table.name])
            brief = f"-- {table.name}, {table.rows} rows: {', '.join(table.by_name)}"
            text = next((text for text in (full, brief) if len(text) <= left), "")
            if text:
                shown[table.name] = text
                left -= len(text)
    parts = [shown[name] for name in sorted(shown)]
    unseen = [table.name for table in ranked if table.name not in shown]
    return "\n\n".join([*parts, *([f"-- not shown: {', '.join(unseen)}"[: max(200, left)]] if unseen else [])])


def _with_rows(connection: sqlite3.Connection, table: Table, places: list[int]) -> str:
    """A table as declared, and the rows at some places without what cannot be read."""
    where = "WHERE type = 'table' AND name = ?"
    (sql,) = connection.execute(f"SELECT sql FROM sqlite_master {where}", (table.name,)).fetchone()
    declared = re.sub(r" {2,}|\t", " ", sql)
    lines = [f"{declared};", f"-- {table.name}, {table.rows} rows{', such as:' if table.rows else '.'}"]
    columns = [column.name for column in table.columns if column.type != "blob"]
    selected = ", ".join(map(quoted, columns)) or "1"
    for offset in places:
        row = connection.execute(f"SELECT {selected} FROM {quoted(table.name)} LIMIT 1 OFFSET ?", (offset,)).fetchone()
        lines.append(f"--   {_json({n: _short(v) for n, v in zip(columns, row, strict=False)})}")
    return "\n".join(lines)


def tool_text(tool: Tool) -> str:
    """A tool as one line of JSON: what it does and takes."""
    properties = tool.parameters.get("properties", {})
    required = tool.parameters.get("required", [])
    parameters = {name: _taken(schema) for name, schema in properties.items()}
    shown = {"name": tool.name, "description": _one_line(tool.description), "effect": tool.effect}
    return _json({**shown, "takes": parameters, "required": required})


def _taken(schema: Any) -> dict[str, Any]:
    """What of a parameter's schema a model has to know: its type, what it is, and which values it takes."""
    if not isinstance(schema, dict):
        return {}
    shown = {word: value for word, value in schema.items() if word in ("type", "description", "enum")}
    options = [option["type"] for option in schema.get("anyOf", []) if isinstance(option, dict) and "type" in option]
    return {"type": " or ".join(options), **shown} if options and "type" not in shown else shown


def returning_tools(tools: Iterable[Tool]) -> str:
    """Tools as text: what each does and takes, and the fields that it returns."""
    lines = []
    for tool in tools:
        page = tool.returns.get("properties", {}).get("rows", {})
        many = page if "items" in page else tool.returns
        row = many.get("items", many)
        fields = ", ".join(row.get("properties", {})) if isinstance(row, dict) else ""
        form = "a list of" if many.get("type") == "array" else "one"
        required = tool.parameters.get("required", [])
        takes = [_parameter(n, schema, n in required) for n, schema in tool.parameters.get("properties", {}).items()]
        mark = ", writes" if tool.effect == "write" else ""
        lines.append(
            f"{tool.name}({', '.join(takes)}){mark}: {_one_line(tool.description)} Returns {form} {{{fields}}}"
        )
    return "\n".join(lines)


def _parameter(name: str, schema: Any, required: bool) -> str:
    """A parameter as `status?: "open" or "closed"`, `count: integer`."""
    if not isinstance(schema, dict):
        return name
    choices = [json.dumps(choice, ensure_ascii=False) for choice in schema.get("enum", [])]
    kind = " or ".join(choices) or schema.get("format") or _taken(schema).get("type", "")
    kind = " or ".join(kind) if isinstance(kind, list) else kind
    kind = kind.removesuffix(" or null")
    return f"{name}{'' if required else '?'}{f': {kind}' if kind else ''}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _short(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value if not isinstance(value, str) or len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"
