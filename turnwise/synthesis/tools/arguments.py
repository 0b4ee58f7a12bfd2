"""Arguments that a tool should accept, drawn from the rows that its SQL is about.

Parameters that are compared with columns of one row get the values of one row, joins included; what is written gets
new values; what depends on no column gets a value of its JSON type.
"""

import random
import re
import sqlite3
from contextlib import suppress
from typing import Any

from sqlglot import exp

from turnwise.errors import CallRefused, WorldError
from turnwise.synthesis.database.new_values import inserted_value, new_row
from turnwise.synthesis.database.schema import Schema, Value
from turnwise.synthesis.tools.statements import Node, Use, parsed, sampling, uses
from turnwise.worlds import Session, Tool
from turnwise.worlds.json_schema import types_of
from turnwise.worlds.simulated.sampling import sample

_ROWS = 200
"""Rows to draw from."""

_DRAWS = 8
"""How often arguments of a read are drawn that find nothing."""


def drawn_arguments(session: Session, tool: Tool, schema: Schema, rng: random.Random) -> dict[str, Any] | None:
    """Arguments that a tool should accept: all that are required, and some of the others; None without rows.

    For a read they are drawn again, a few times, until they find something.
    """
    tree = parsed(tool.sql or "")
    arguments = None
    for _ in range(_DRAWS if tool.effect == "read" else 1):
        arguments = _drawn(session, tool, tree, schema, rng)
        if arguments is None or tool.effect == "write":
            break
        with suppress(CallRefused):
            if session.call(tool.name, arguments):
                break
    return arguments


def _drawn(session: Session, tool: Tool, tree: Node, schema: Schema, rng: random.Random) -> dict[str, Any] | None:
    found = uses(tree)
    values = {**_written(session, tree, found, schema, rng), **_compared(session, found, rng)}
    arguments = {}
    for name, wanted in tool.parameters["properties"].items():
        value = values.get(name)
        if value is None and found.get(name, Use("free")).kind == "free":
            with suppress(WorldError):  # nothing that fits can be made up
                value = sample(name, wanted, rng, session.world.moment())
        if (fitting := _fitted(value, wanted, rng)) is not None:
            arguments[name] = fitting
    required: list[str] = tool.parameters["required"]
    if any(name not in arguments for name in required):
        return None
    optional = [name for name in arguments if name not in required]
    wished = rng.sample(optional, rng.randint(0 if required else 1, len(optional))) if optional else []
    return {name: arguments[name] for name in [*required, *wished]}


def _compared(session: Session, found: dict[str, Use], rng: random.Random) -> dict[str, Value]:
    """Values for what is compared: those of one row for each SELECT, UPDATE or DELETE in the statement."""
    scopes: dict[int, dict[str, Use]] = {}
    for name, use in found.items():
        if use.scope is not None:
            scopes.setdefault(id(use.scope), {})[name] = use
    values: dict[str, Value] = {}
    for group in scopes.values():
        scope, others = next(iter(group.values())).scope, [use.other for use in group.values()]
        rows: list[dict[str, Any]] = []
        for alone in (False, True):
            sql = sampling(scope, others, _ROWS, alone=alone)
            with suppress(CallRefused, sqlite3.Error):  # a part of the statement that does not stand alone
                rows = rows or (session.query(sql) if sql else [])
        row = rng.choice([row for row in rows if None not in row.values()] or rows or [{}])
        for number, (name, use) in enumerate(group.items()):
            value = row.get(f"v{number}")
            values[name] = None if value is None else _for_use(use, value, rng)
    return values


def _for_use(use: Use, value: Any, rng: random.Random) -> Value:
    if use.kind == "compared":
        return value  # type: ignore[no-any-return]
    word = rng.choice(re.findall(r"\w+", str(value)) or [str(value)])
    return word if use.kind == "word" else f"%{word}%"


def _written(
    session: Session, tree: Node, found: dict[str, Use], schema: Schema, rng: random.Random
) -> dict[str, Value]:
    """New values for the columns that an INSERT or UPDATE writes."""
    target = tree.this if isinstance(tree, exp.Insert | exp.Update) else None
    named = target.this if isinstance(target, exp.Schema) else target
    table = next((t for t in schema.tables.values() if named and t.name.lower() == named.name.lower()), None)
    if table is None:
        return {}
    columns = {column.name.lower(): column for column in table.columns}
    row = new_row(schema, table, session, rng, {}) if isinstance(tree, exp.Insert) else {}
    written = {n: columns[use.column.lower()] for n, use in found.items() if use.column.lower() in columns}
    return {
        name: row[c.name] if c.name in row else inserted_value(schema, table, c, session, rng)
        for name, c in written.items()
    }


def _fitted(value: Any, schema: dict[str, Any], rng: random.Random) -> Any:
    """A value as the schema of its parameter writes it; None when there is none."""
    if "enum" in schema:
        return value if value in schema["enum"] else rng.choice(schema["enum"] or [None])
    types = types_of(schema)
    if value is None or not types:
        return value
    if isinstance(value, int | float):
        if "boolean" in types:
            return bool(value)
        if "number" not in types and "integer" not in types:
            return str(value)
        value = min(max(value, schema.get("minimum", value)), schema.get("maximum", value))
        return value if "number" in types else int(value)
    if isinstance(value, str):
        if "string" not in types:
            return int(value) if value.isdecimal() else None
        return value[:10] if schema.get("format") == "date" else value
    return value
