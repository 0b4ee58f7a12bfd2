"""The pieces of a tool's signature: parameters and results as JSON schema, columns as SQL."""

from collections.abc import Mapping
from typing import Any

from turnwise.synthesis.database.schema import Column, Table, quoted
from turnwise.values.words import column_label, listed
from turnwise.worlds import Operation

_JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "integer"}


def readable(table: Table) -> list[Column]:
    """The columns a result shows."""
    return [c for c in table.columns if c.type != "blob"]


def object_schema(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def typed(column: Column, description: str, *, closed: bool = False, bounded: bool = True) -> dict[str, Any]:
    """A parameter's or a field's schema. `closed` also refuses what the column's CHECK would refuse."""
    typed: dict[str, Any] = {"type": _JSON_TYPES.get(column.type, "string")}
    if column.choices and column.closed:
        typed["enum"] = list(column.choices)
    elif column.choices and not closed:
        shown = [str(c) for c in column.choices[:12]]
        description += f", such as {', '.join(shown)}" if description else ""
    if column.dated:
        form = "YYYY-MM-DD HH:MM:SS"[: len(column.example) or None] if column.type == "datetime" else "YYYY-MM-DD"
        description += f" ({form})" if description else ""
    if column.minimum is not None and bounded:
        typed["minimum"] = column.minimum
    named = "_" in description.partition(" ")[0]
    if description:
        typed["description"] = description if named else description[:1].upper() + description[1:]
    return typed


def row_schema(table: Table) -> dict[str, Any]:
    properties = {}
    for column in readable(table):
        kind = _JSON_TYPES.get(column.type, "string")
        properties[column.field] = {"type": [kind, "null"] if column.nullable else kind}
    return object_schema(properties, list(properties))


def rows_schema(table: Table) -> dict[str, Any]:
    return {"type": "array", "items": row_schema(table)}


def limit() -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": 20, "description": "How many; 5 unless given"}


def selected(table: Table) -> str:
    return ", ".join(f"{quoted(c.name)} AS {quoted(c.field)}" for c in readable(table))


def operation(
    kind: Any, table: Table, inputs: Mapping[str, Column | str], outputs: dict[str, str] | None = None
) -> Operation:
    """What a tool does: its inputs are columns of the table unless written out, its outputs those that a result shows."""
    said = {
        name: column if isinstance(column, str) else f"{table.name}.{column.name}" for name, column in inputs.items()
    }
    shown = {column.field: f"{table.name}.{column.name}" for column in readable(table)}
    return Operation(kind=kind, table=table.name, inputs=said, outputs=shown if outputs is None else outputs)


def order(table: Table) -> str:
    return ", ".join(quoted(c) for c in table.key) if table.key else "1"


def nocase(column: Column) -> str:
    return " COLLATE NOCASE" if column.type == "text" else ""


def contents(table: Table) -> str:
    fields = [column_label(c.name) for c in readable(table) if c.name not in table.key]
    return listed(fields[:6] + (["more"] if len(fields) > 6 else [])) or table.noun


def purpose(column: Column, table: Table) -> str:
    reference = table.reference(column.name)
    return f"{column.field} of the {column.label}" if reference else f"{column.label} of the {table.noun}"
