"""The pieces of a tool on a table: parameters and results as JSON schema, columns as SQL, and the tool itself."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from turnwise.synthesis.database.schema import Column, Schema, Table
from turnwise.values.words import snake
from turnwise.worlds import Operation, Tool
from turnwise.worlds.changes import quoted
from turnwise.worlds.world import JsonSchema, OperationKind

TYPE_NAMES = {"str": "string", "text": "string", "int": "integer", "float": "number", "double": "number",
              "decimal": "number", "bool": "boolean", "datetime": "string", "timestamp": "string", "time": "string"}  # fmt: skip
"""What types are called in other languages."""
_LIST = re.compile(r"(?:list|array)(?: of |\[)(\w+)\]?")
_JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "integer"}
_LONGEST_NAME = 60
"""characters of a tool's name: models take 64, and one of a name that is taken gets a number more"""
_EXAMPLES = 3
_SHORT = 20
"""values of a column that are named where others are valid too, and characters of each, at most"""
_KEYED = re.compile(r"_(?:id|key|no|number|code)$")


def usual_type(named: str) -> str:
    """The name of a type in JSON: integer for int, list of strings for list[str]; a name of something else stays."""
    named = named.strip()
    items = _LIST.fullmatch(named)
    item = usual_type(items[1].removesuffix("s")) if items else ""
    return f"list of {item}s" if item in TYPE_NAMES.values() else TYPE_NAMES.get(named.lower(), named)


def table_tool(
    kind: OperationKind,
    schema: Schema,
    table: Table,
    name: str,
    description: str,
    parameters: JsonSchema,
    sql: str,
    inputs: Mapping[str, Column | str],
    *,
    returns: JsonSchema | None = None,
    outputs: dict[str, str] | None = None,
    consequential: bool = False,
) -> Tool:
    """A tool over one statement that returns a row of its table, unless `returns` and `outputs` say otherwise.

    Inputs are columns, or "Table.Column" of others.
    """
    said = {field: c if isinstance(c, str) else f"{table.name}.{c.name}" for field, c in inputs.items()}
    return Tool(
        name=name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rpartition("_")[0] or name[:_LONGEST_NAME],
        description=description,
        parameters=parameters,
        returns=row_schema(schema, table) if returns is None else returns,
        effect="read" if sql.startswith("SELECT") else "write",
        consequential=consequential,
        sql=sql,
        operation=Operation(kind=kind, table=table.name, inputs=said, outputs=outputs or sources(schema, table)),
    )


class Shown(NamedTuple):
    """A field of a result: where it comes from, how it is selected, and what it may hold."""

    field: str
    source: str
    sql: str
    type: str | list[str]


def readable(schema: Schema, table: Table) -> list[Shown]:
    """What a result shows of a row: its columns, and beside a reference what the row is called that it points at."""
    shown: list[Shown] = []
    taken = {column.field for column in table.columns}
    for column in table.columns:
        if column.type == "blob":
            continue
        shown.append(Shown(column.field, f"{table.name}.{column.name}", quoted(column.name), result_type(column)))
        reference = table.reference(column.name)
        other = schema.tables[reference.table] if reference is not None else table
        called_by = [other.by_name[c].field.rpartition("_")[2] for c in other.label]
        name = f"{_KEYED.sub('', column.field)}_{'title' if called_by == ['title'] else 'name'}"
        if reference is None or not other.label or reference.to in other.label or name in taken:
            continue
        taken.add(name)
        called = f"SELECT {label_sql(other, 'p')} FROM {quoted(other.name)} p WHERE p.{quoted(reference.to)}"
        sql = f"({called} = {quoted(table.name)}.{quoted(column.name)} LIMIT 1)"
        shown.append(Shown(name, f"{other.name}.{other.label[0]}", sql, ["string", "null"]))
    return shown


def row_schema(schema: Schema, table: Table) -> JsonSchema:
    return object_schema({shown.field: {"type": shown.type} for shown in readable(schema, table)})


def sources(schema: Schema, table: Table) -> dict[str, str]:
    return {shown.field: shown.source for shown in readable(schema, table)}


def result_type(column: Column) -> str | list[str]:
    """What a column may hold in a result."""
    kinds = ["string", "number"] if column.mixed else [_JSON_TYPES.get(column.type, "string")]
    kinds += ["null"] if column.nullable else []
    return kinds if len(kinds) > 1 else kinds[0]


def label_sql(table: Table, alias: str = "") -> str:
    owner = f"{alias}." if alias else ""
    return " || ' ' || ".join(f"coalesce({owner}{quoted(c)}, '')" for c in table.label)


def object_schema(properties: dict[str, Any], required: list[str] | None = None) -> JsonSchema:
    """An object that is closed to other fields; all of them are required unless it is said which."""
    required = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def by_key(schema: Schema, table: Table, key: Sequence[Column]) -> JsonSchema:
    """The parameters of a tool that takes a key and nothing else."""
    return object_schema({c.field: typed(schema, table, c) for c in key})


def key_test(key: Sequence[Column]) -> str:
    return " AND ".join(f"{quoted(c.name)} = :{c.field}" for c in key)


def typed(schema: Schema, table: Table, column: Column, *, sought: bool = False, note: str = "") -> JsonSchema:
    """The schema of a parameter for a column; a value that is only `sought` need not be one that a row may hold.

    It is described where its name does not tell: as what, which rows it points at, in which form, of which values.
    """
    typed: JsonSchema = {"type": _JSON_TYPES.get(column.type, "string")}
    said = [_meaning(schema, table, column)]
    if column.choices and column.closed:
        typed["enum"] = list(column.choices)
    elif short := [str(c) for c in column.choices if len(str(c)) <= _SHORT][:_EXAMPLES]:
        said.append(f"such as {', '.join(short)}")
    if column.dated:
        said.append("YYYY-MM-DD HH:MM:SS"[: len(column.example) or None] if column.type == "datetime" else "YYYY-MM-DD")
    if column.minimum is not None and not sought:
        typed["minimum"] = column.minimum
    if described := ", ".join(filter(None, [*said, note])):
        typed["description"] = described
    return typed


def _meaning(schema: Schema, table: Table, column: Column) -> str:
    """What a parameter stands for, where it is not called so."""
    reference = table.reference(column.name)
    if reference is not None:
        to = schema.tables[reference.table].by_name[reference.to].field
        return f"{to} of the {column.label}" if to != column.field else ""
    told = snake(column.label) in (column.field, _KEYED.sub("", column.field)) or column.name in table.key
    return "" if told else column.label


def selected(schema: Schema, table: Table) -> str:
    return ", ".join(f"{shown.sql} AS {quoted(shown.field)}" for shown in readable(schema, table))
