"""A database from a few words about a domain: the tables first, then the rows of each, in one conversation.

The model gives the rows as JSON; the INSERTs are written here, and every reference is checked.
"""

import json
import math
import sqlite3
from contextlib import closing
from functools import partial
from typing import Any

import sqlglot
from pydantic import BaseModel
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.errors import WorldError
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.reflection import reflect
from turnwise.synthesis.database.schema import Schema, Table, Value
from turnwise.worlds import load_script
from turnwise.worlds.changes import quoted

FEWEST_TABLES, MOST_TABLES = 3, 8
FEWEST_ROWS, FEWEST_KINDS = 8, 3
"""Rows of a table at least; of one that only lists kinds, and refers to nothing."""

_MOST_ROWS = 200
_KIND_COLUMNS = 3


class TablesReply(BaseModel):
    """What the model answers."""

    statements: list[str]


class RowsReply(BaseModel):
    """What the model answers, for one table."""

    columns: list[str]
    rows: list[list[Any]]


async def write_database(chat: Chat, prompts: Prompts) -> str:
    """Have the model write the tables of a domain and their rows.

    Returns:
        A SQL script.

    Raises:
        ModelFault: it gave no usable tables, or no usable rows for one of them.
    """
    script = await chat.ask(prompts["database"].text, TablesReply, _tables)
    with closing(load_script(script)) as connection:
        schema = reflect(connection)
        for table in _parents_first(schema):
            said = prompts["rows"].fill(table=table.name, least=str(_fewest(schema, table)))
            await chat.ask(said, RowsReply, partial(_insert, connection, schema, table))
        return "\n".join(connection.iterdump()) + "\n"


def _tables(reply: TablesReply) -> str:
    """The script that makes the tables."""
    statements = [statement.strip().rstrip(";").rstrip() for statement in reply.statements]
    for number, statement in enumerate(statements, 1):
        try:
            tree = sqlglot.parse_one(statement, dialect="sqlite")
        except (SqlglotError, RecursionError) as error:
            raise InvalidReply(f"statement {number} cannot be parsed: {str(error).splitlines()[0]}") from error
        if not isinstance(tree, exp.Create) or tree.kind != "TABLE" or not isinstance(tree.this, exp.Schema):
            raise InvalidReply(f"statement {number} is not a CREATE TABLE with its columns")
    if not FEWEST_TABLES <= len(statements) <= MOST_TABLES:
        raise InvalidReply(f"these are {len(statements)} tables, and {FEWEST_TABLES} to {MOST_TABLES} are wanted")
    script = "".join(f"{statement};\n" for statement in statements)
    try:
        with closing(load_script(script)) as connection:
            schema = reflect(connection)
            declared = {
                name: [(row[2], row[4]) for row in connection.execute(f"PRAGMA foreign_key_list({quoted(name)})")]
                for name in schema.tables
            }
    except (WorldError, sqlite3.Error) as error:
        raise InvalidReply(f"SQLite refuses them: {str(error).removeprefix('database.sql, ')}") from error
    lower = {name.lower(): table for name, table in schema.tables.items()}
    for name, table in schema.tables.items():
        if not table.key:
            raise InvalidReply(f"the table {name} has no primary key")
        for parent, column in declared[name]:
            known = lower.get(parent.lower())
            if known is None or (column and column.lower() not in {c.name.lower() for c in known.columns}):
                raise InvalidReply(f"the table {name} refers to {parent}({column or 'its key'}), which does not exist")
    if not any(declared.values()):
        raise InvalidReply("no table refers to another: at least one foreign key is needed")
    return script


def _insert(connection: sqlite3.Connection, schema: Schema, table: Table, reply: RowsReply) -> None:
    """Add the rows of a table to the database: all of them, or none when one is refused."""
    if odd := [c for c in reply.columns if c not in table.by_name]:
        raise InvalidReply(f"{table.name} has no column {odd[0]}: it has {', '.join(table.by_name)}")
    if not reply.columns or len(set(reply.columns)) < len(reply.columns):
        raise InvalidReply("every column is named once")
    if not _fewest(schema, table) <= len(reply.rows) <= _MOST_ROWS:
        raise InvalidReply(f"these are {len(reply.rows)} rows, and {_fewest(schema, table)} to {_MOST_ROWS} are wanted")
    columns, marks = ", ".join(map(quoted, reply.columns)), ", ".join("?" * len(reply.columns))
    with connection:  # commits, or rolls back when a row is refused
        connection.execute("BEGIN")
        for number, row in enumerate(reply.rows, 1):
            if len(row) != len(reply.columns):
                raise InvalidReply(f"row {number} has {len(row)} values for {len(reply.columns)} columns")
            values = [_checked(value, number) for value in row]
            try:
                connection.execute(f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({marks})", values)
            except sqlite3.Error as error:
                raise InvalidReply(f"row {number}, {json.dumps(row, ensure_ascii=False)}: {error}") from error
        _check_references(connection, table.name)


def _check_references(connection: sqlite3.Connection, table: str) -> None:
    """Refuse rows that refer to none of another table; a table that is still empty does not count."""
    keys = {row[0]: row for row in connection.execute(f"PRAGMA foreign_key_list({quoted(table)})").fetchall()}
    broken = connection.execute(f"PRAGMA foreign_key_check({quoted(table)})").fetchall()
    for _, rowid, parent, key in broken:
        column = keys[key][3]
        if connection.execute(f"SELECT count(*) FROM {quoted(parent)}").fetchone()[0]:
            where = f"WHERE rowid = {int(rowid)}" if rowid is not None else "LIMIT 1"
            value = connection.execute(f"SELECT {quoted(column)} FROM {quoted(table)} {where}").fetchone()[0]
            which = f"{column} {value!r}" if rowid is not None else f"a value of {column}"
            raise InvalidReply(f"{which} is in no row of {parent}: refer to rows that exist")


def _checked(value: Any, row: int) -> Value:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise InvalidReply(f"row {row}: {value} is too large a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidReply(f"row {row}: {value} is not a number")
    if value is None or isinstance(value, int | float) or (isinstance(value, str) and "\0" not in value):
        return value
    raise InvalidReply(f"row {row}: a value is a text, a number or null, and {json.dumps(value)} is none of them")


def _fewest(schema: Schema, table: Table) -> int:
    kinds = not table.references and len(table.columns) <= _KIND_COLUMNS and schema.children(table.name)
    return FEWEST_KINDS if kinds else FEWEST_ROWS


def _parents_first(schema: Schema) -> list[Table]:
    """The tables, each after those that it refers to, as far as they do not refer to each other in a circle."""
    waiting, order = dict(schema.tables), list[Table]()
    while waiting:
        free = [t for t in waiting.values() if not {r.table for r in t.references} & (waiting.keys() - {t.name})]
        table = (free or list(waiting.values()))[0]
        order.append(waiting.pop(table.name))
    return order
