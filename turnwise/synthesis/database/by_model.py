"""A database from a few words about a domain: the tables first, then the rows of each, in one conversation."""

import json
import re
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from functools import partial

from pydantic import BaseModel

from turnwise.errors import WorldError
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.present import lies_within
from turnwise.synthesis.database.schema import Schema, Table, reflect
from turnwise.worlds import load_script
from turnwise.worlds.changes import quoted

FEWEST_TABLES, MOST_TABLES = 3, 8
FEWEST_ROWS, FEWEST_KINDS = 8, 3
"""Rows of a table at least; of one that others refer to and that refers to nothing, of which there may be few."""
_MOST_ROWS = 200
_MOST_NAMED = 3  # refused rows that the model is told of at a time
_TABLE = re.compile(r"\s*CREATE\s+TABLE\s+[^(;]+\([^;]*\)[^;)]*", re.IGNORECASE)


class TablesReply(BaseModel):
    """When it is in the world, and its tables."""

    now: str = ""
    statements: list[str]


class RowsReply(BaseModel):
    """The rows of one table."""

    columns: list[str]
    rows: list[list[str | int | float | None]]


async def write_database(chat: Chat, prompts: Prompts) -> tuple[str, str]:
    """The script of a database whose tables and rows the model writes, and "now" in it; ModelFault where it cannot.

    Now is empty where the model named no moment that lies within the dates of the rows.
    """
    script, now = await chat.ask(prompts["database"].text, TablesReply, lambda reply: (_tables(reply), reply.now))
    with suppress(ValueError):
        now = datetime.fromisoformat(now).replace(tzinfo=None, microsecond=0).isoformat(" ")
    with closing(load_script(script)) as connection:
        schema = reflect(connection)
        for table in _parents_first(schema):
            said = prompts["rows"].fill(table=table.name, least=str(_fewest(schema, table)), now=now or "a working day")
            await chat.ask(said, RowsReply, partial(_insert, connection, schema, table))
        script = "\n".join(connection.iterdump()) + "\n"
        return script, now if lies_within(reflect(connection), script, now) else ""


def _tables(reply: TablesReply) -> str:
    statements = [statement.strip().rstrip(";").rstrip() for statement in reply.statements]
    if not FEWEST_TABLES <= len(statements) <= MOST_TABLES:
        raise InvalidReply(f"these are {len(statements)} tables, and {FEWEST_TABLES} to {MOST_TABLES} are wanted")
    for number, statement in enumerate(statements, 1):
        if not _TABLE.fullmatch(statement):
            raise InvalidReply(f"statement {number} is not one CREATE TABLE with its columns")
    script = "".join(f"{statement};\n" for statement in statements)
    try:
        with closing(load_script(script)) as connection:
            schema = reflect(connection)
            for name, table in schema.tables.items():
                if not table.key:
                    raise InvalidReply(f"the table {name} has no primary key")
                keys = connection.execute(f"PRAGMA foreign_key_list({quoted(name)})").fetchall()
                known = {(r.table.lower(), r.column.lower()) for r in table.references}
                for _, _, parent, column, to, *_ in keys:
                    if (parent.lower(), column.lower()) not in known:
                        missing = f"{parent}({to or 'its key'})"
                        raise InvalidReply(f"the table {name} refers to {missing}, which does not exist")
    except (WorldError, sqlite3.Error) as error:
        raise InvalidReply(f"SQLite refuses them: {str(error).removeprefix('database.sql, ')}") from error
    if not any(reference.declared for table in schema.tables.values() for reference in table.references):
        raise InvalidReply("no table refers to another: at least one foreign key is needed")
    return script


def _insert(connection: sqlite3.Connection, schema: Schema, table: Table, reply: RowsReply) -> None:
    """Add the rows of a table to the database, without those that are refused where enough are left."""
    fewest = _fewest(schema, table)
    if odd := [c for c in reply.columns if c not in table.by_name]:
        raise InvalidReply(f"{table.name} has no column {odd[0]}: it has {', '.join(table.by_name)}")
    if not fewest <= len(reply.rows) <= _MOST_ROWS:
        raise InvalidReply(f"these are {len(reply.rows)} rows, and {fewest} to {_MOST_ROWS} are wanted")
    columns, marks = ", ".join(map(quoted, reply.columns)), ", ".join("?" * len(reply.columns))
    refused: list[str] = []
    with connection:  # commits, or rolls back when too few are left
        connection.execute("BEGIN")
        for number, row in enumerate(reply.rows, 1):
            shown = f"row {number}, {json.dumps(row, ensure_ascii=False)}"
            if len(row) != len(reply.columns):
                refused.append(f"{shown}: it has {len(row)} values for {len(reply.columns)} columns")
                continue
            try:
                connection.execute(f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({marks})", row)
            except (sqlite3.Error, OverflowError, UnicodeError) as error:
                refused.append(f"{shown}: {error}")
        refused += _without_strays(connection, table)
        (left,) = connection.execute(f"SELECT COUNT(*) FROM {quoted(table.name)}").fetchone()
        if left < fewest:
            raise InvalidReply("; ".join(refused[:_MOST_NAMED]))


def _without_strays(connection: sqlite3.Connection, table: Table) -> list[str]:
    """Take rows out that refer to none of another table, and say why; a table that is still empty does not count."""
    taken: list[str] = []
    for reference in table.references:
        column, keys = quoted(reference.column), f"(SELECT {quoted(reference.to)} FROM {quoted(reference.table)})"
        stray = f"FROM {quoted(table.name)} WHERE {column} NOT IN {keys} AND EXISTS {keys}"
        found = connection.execute(f"SELECT DISTINCT {column} {stray}").fetchall()
        connection.execute(f"DELETE {stray}")
        taken += [f"{reference.column} {value!r} is in no row of {reference.table}" for (value,) in found]
    return taken


def _fewest(schema: Schema, table: Table) -> int:
    return FEWEST_KINDS if not table.references and schema.children(table.name) else FEWEST_ROWS


def _parents_first(schema: Schema) -> list[Table]:
    """The tables, each after those that it refers to, as far as they do not refer to each other in a circle."""
    waiting, order = dict(schema.tables), list[Table]()
    while waiting:
        free = [t for t in waiting.values() if not {r.table for r in t.references} & (waiting.keys() - {t.name})]
        table = (free or list(waiting.values()))[0]
        order.append(waiting.pop(table.name))
    return order
