"""The pieces of a tool on a table: parameters and results as JSON schema, columns as SQL, and the tool itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from turnwise.synthesis.database.schema import Column, Table
from turnwise.worlds import Operation, Tool
from turnwise.worlds.changes import quoted
from turnwise.worlds.world import JsonSchema, OperationKind

_JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "integer"}
_LONGEST_NAME = 60
"""characters of a tool's name: models take 64, and one of a name that is taken gets a number more"""
LIMIT: JsonSchema = {"type": "integer", "minimum": 1, "maximum": 20, "description": "How many; 5 unless given"}


def table_tool(
    kind: OperationKind,
    table: Table,
    name: str,
    description: str,
    parameters: JsonSchema,
    sql: str,
    inputs: Mapping[str, Column | str],
    *,
    many: bool = False,
    returns: JsonSchema | None = None,
    outputs: dict[str, str] | None = None,
    consequential: bool = False,
) -> Tool:
    """A tool over one statement that returns one row or `many`; inputs are columns, or "Table.Column" of others."""
    shown = {column.field: f"{table.name}.{column.name}" for column in readable(table)}
    properties = {c.field: {"type": _result_type(c)} for c in readable(table)}
    row = object_schema(properties)
    rows = {"type": "array", "items": row} if many else row
    said = {field: c if isinstance(c, str) else f"{table.name}.{c.name}" for field, c in inputs.items()}
    return Tool(
        name=name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rpartition("_")[0] or name[:_LONGEST_NAME],
        description=description,
        parameters=parameters,
        returns=rows if returns is None else returns,
        effect="read" if sql.startswith("SELECT") else "write",
        consequential=consequential,
        sql=sql,
        operation=Operation(kind=kind, table=table.name, inputs=said, outputs=shown if outputs is None else outputs),
    )


def _result_type(column: Column) -> str | list[str]:
    kinds = ["string", "number"] if column.mixed else [_JSON_TYPES.get(column.type, "string")]
    kinds += ["null"] if column.nullable else []
    return kinds if len(kinds) > 1 else kinds[0]


def readable(table: Table) -> list[Column]:
    """The columns a result shows."""
    return [c for c in table.columns if c.type != "blob"]


def object_schema(properties: dict[str, Any], required: list[str] | None = None) -> JsonSchema:
    """An object that is closed to other fields; all of them are required unless it is said which."""
    required = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def by_key(key: Sequence[Column], description: str) -> JsonSchema:
    """The parameters of a tool that takes a key and nothing else."""
    return object_schema({c.field: typed(c, description) for c in key})


def key_test(key: Sequence[Column]) -> str:
    """The condition, as SQL, that a row has a key."""
    return " AND ".join(f"{quoted(c.name)} = :{c.field}" for c in key)


def typed(column: Column, description: str, *, closed: bool = False, bounded: bool = True) -> JsonSchema:
    """A parameter's or a field's schema. `closed` also refuses what the column's CHECK would refuse."""
    typed: JsonSchema = {"type": _JSON_TYPES.get(column.type, "string")}
    if column.choices and column.closed:
        typed["enum"] = list(column.choices)
    elif column.choices and not closed and description:
        description += f", such as {', '.join(str(c) for c in column.choices[:12])}"
    if column.dated and description:
        form = "YYYY-MM-DD HH:MM:SS"[: len(column.example) or None] if column.type == "datetime" else "YYYY-MM-DD"
        description += f" ({form})"
    if column.minimum is not None and bounded:
        typed["minimum"] = column.minimum
    if description:
        named = "_" in description.partition(" ")[0]
        typed["description"] = description if named else description[:1].upper() + description[1:]
    return typed


def selected(table: Table, alias: str = "") -> str:
    """The columns of a result as SQL."""
    return ", ".join(f"{alias}{quoted(c.name)} AS {quoted(c.field)}" for c in readable(table))


def select(table: Table, rest: str) -> str:
    """A SELECT of rows of a table."""
    return f"SELECT {selected(table)} FROM {quoted(table.name)} {rest}"


def order(table: Table) -> str:
    """The order of a table's rows as SQL."""
    return ", ".join(quoted(c) for c in table.key) if table.key else "1"


def purpose(column: Column, table: Table) -> str:
    """What a column is for, in words."""
    reference = table.reference(column.name)
    return f"{column.field} of the {column.label}" if reference else f"{column.label} of the {table.noun}"
