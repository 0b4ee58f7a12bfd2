"""Every proposed tool is executed, rightly and wrongly, before it is kept."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from turnwise.errors import CallRefused
from turnwise.synthesis.database.new_values import new_row, new_value, observed
from turnwise.synthesis.database.schema import Schema, Table, Value, quoted
from turnwise.worlds import Session, Tool, World, open_session
from turnwise.worlds.json_schema import misfit_sentence

_TRIALS = 6


Draw = Callable[[Session, Tool, Schema, random.Random], dict[str, Any] | None]
"""Finds arguments that a tool should accept; None when there are no rows to draw them from."""


def reason_to_drop(
    world: World, tool: Tool, schema: Schema, rng: random.Random, draw: Draw | None = None
) -> str | None:
    """Run a tool of a world with valid and with invalid arguments on throw-away sessions.

    Args:
        draw: where valid arguments come from; `valid_arguments` unless given.

    Returns:
        None when the tool should be kept: at least one valid call gives a result that fits the return
        schema and, for a write, changes something; and every invalid call is refused and changes nothing.
        Otherwise a short reason.
    """
    problem = "no valid call could be made"
    for _ in range(_TRIALS):
        with open_session(world) as session:
            arguments = (draw or valid_arguments)(session, tool, schema, rng)
            if arguments is None:
                problem = "its table has no rows to try it on"
                continue
            try:
                result = session.call(tool.name, arguments)
            except CallRefused as error:
                problem = f"a valid call was refused: {error}"
                continue
            if (misfit := misfit_sentence(result, tool.returns)) is not None:
                return f"its result does not fit its return schema: {misfit}"
            if tool.effect == "write" and not session.net_changes():
                problem = "its writes change nothing"
            elif tool.effect == "read" and not result:
                problem = "it finds nothing"
            else:
                return _accepts_nonsense(world, tool)
    return problem


def valid_arguments(session: Session, tool: Tool, schema: Schema, rng: random.Random) -> dict[str, Any] | None:
    """Arguments a tool should accept, drawn from real rows; None when its table has none."""
    operation = tool.operation
    assert operation is not None, "tools read from a schema say what they do"
    table = schema.tables[operation.table]
    if operation.kind in ("create", "link"):
        return _renamed(tool, new_row(schema, table, session, rng, {}))
    row: dict[str, Value] = {}
    for source in operation.inputs.values():
        owner, _, column = source.partition(".")
        if column and owner in schema.tables and owner not in {s.partition(".")[0] for s in row}:
            drawn = _row(session, schema.tables[owner], rng)
            row |= {f"{owner}.{c}": value for c, value in drawn.items()}
        row.setdefault(source, None)
    required: list[str] = tool.parameters["required"]
    names = list(required)
    if operation.kind in ("filter", "update"):
        optional = [
            n for n in tool.parameters["properties"] if n not in required and row.get(operation.inputs[n]) is not None
        ]
        names += rng.sample(optional, min(1, len(optional)))
    arguments = {name: row.get(operation.inputs[name]) for name in names}
    if operation.kind == "update":
        for name in set(names) - set(required):
            column_ = table.by_name[operation.inputs[name].partition(".")[2]]
            reference = table.reference(column_.name)
            seen = observed(session, *_domain(schema, table, column_.name))
            fresh = (
                rng.choice([v for v in seen if v != arguments[name]] or [None])
                if reference
                else new_value(column_, seen, arguments[name], rng)
            )
            arguments[name] = fresh
    return None if None in arguments.values() else arguments


def _domain(schema: Schema, table: Table, column: str) -> tuple[Table, Any]:
    reference = table.reference(column)
    if reference is None:
        return table, table.by_name[column]
    parent = schema.tables[reference.table]
    return parent, parent.by_name[reference.to]


def _renamed(tool: Tool, row: dict[str, Value]) -> dict[str, Any]:
    """A row by column name as arguments by parameter name."""
    assert tool.operation is not None
    by_column = {source.partition(".")[2]: name for name, source in tool.operation.inputs.items()}
    return {by_column[column]: value for column, value in row.items() if column in by_column}


def _row(session: Session, table: Table, rng: random.Random) -> dict[str, Value]:
    if not table.rows:
        return {}
    rows = session.query(f"SELECT * FROM {quoted(table.name)} LIMIT 1 OFFSET :n", {"n": rng.randrange(table.rows)})
    return rows[0] if rows else {}


def _accepts_nonsense(world: World, tool: Tool) -> str | None:
    with open_session(world) as session:
        for arguments in _invalid_arguments(tool):
            try:
                session.call(tool.name, arguments)
            except CallRefused:
                if session.net_changes():
                    return "a refused call changed something"
            else:
                return f"an invalid call was accepted: {arguments}"
    return None


def _invalid_arguments(tool: Tool) -> Iterator[dict[str, Any]]:
    """Calls that must be refused: an unknown argument, a wrong type, a missing one."""
    properties: dict[str, Any] = tool.parameters["properties"]
    yield {"no_such_argument": 1}
    for name in properties:
        yield {name: {"not": "a value"}}
    if tool.parameters["required"]:
        yield {}
