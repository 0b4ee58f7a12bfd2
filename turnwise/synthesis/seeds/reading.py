"""Any seed becomes one `Seed`: a database, a list of tools, or a domain in words. Knows of no model.

Read are SQLite files and scripts, dumps of PostgreSQL and MySQL, URLs of databases, files of rows or a folder of them,
data frames, lists of tools (OpenAI, Anthropic, MCP), OpenAPI documents, live MCP servers, and texts.
"""

import codecs
import os
import re
import sqlite3
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import SeedError, WorldError
from turnwise.synthesis.seeds import sqlite
from turnwise.synthesis.seeds.dumps import TITLES, read_dump
from turnwise.synthesis.seeds.files import (
    ROWS_SUFFIXES,
    frames,
    json_tables,
    read_document,
    read_folder,
    read_rows,
    text_of,
)
from turnwise.synthesis.seeds.live import is_live, read_live
from turnwise.synthesis.seeds.openapi import is_openapi, read_openapi
from turnwise.synthesis.seeds.records import tables_of_records
from turnwise.synthesis.seeds.splitting import dialect_of, likely_dialect
from turnwise.synthesis.seeds.tables import build, cut_long_values, dump, shortened
from turnwise.synthesis.seeds.tool_lists import ToolList, ToolSpec, holds_rows, read_tool_list, unwrapped
from turnwise.synthesis.seeds.urls import is_database_url, read_url
from turnwise.untrusted import read_bytes
from turnwise.values.words import snake, words
from turnwise.worlds.examples import Server
from turnwise.worlds.live import servers_in

_NOT_ITS_OWN = re.compile(r"syntax error|unrecognized token|incomplete input|function")
"""how SQLite refuses what another database may have meant"""
_SQL = re.compile(rb"\b(CREATE\s+TABLE|INSERT\s+INTO)\b", re.IGNORECASE)
_LONGEST_TEXT = 20_000
_LONGEST_NAME = 40
_MAGIC = b"SQLite format 3\0"
_LARGEST_SCRIPT = 200 << 20
_TO_DO = {".xls": "save it as .xlsx", ".ods": "save it as .xlsx", ".zip": "unpack it", ".pdf": "save its text as .txt",
          ".docx": "save its text as .txt", ".html": "save its text as .txt, or its tables as .csv"}  # fmt: skip
_ORACLE = r"\bVARCHAR2\b|\bNUMBER ?\(\d|\bTO_DATE ?\("
_KINDS = "a SQLite file, a SQL script, CSV, Excel, Parquet or JSON files or a folder of them, a .json list of tools, an OpenAPI document, a .txt or .md text, or a database's URL"  # fmt: skip


class Seed(NamedTuple):
    """What a world is made from. Of `script`, `specs` and `text` one is filled in."""

    label: str  # what the world is said to be made from: a file's name, or the sentence
    name: str
    domain: str = ""
    script: str | None = None  # SQL that builds the database
    specs: tuple[ToolSpec, ...] = ()
    title: str = ""  # what a list of tools calls itself
    text: str = ""  # a domain in words
    left_out: tuple[str, ...] = ()  # a sentence for each thing left out or inferred
    server: Server | None = None  # how a live server is reached that the tools are of


def read_seed(seed: str | Path | Mapping[str, Any], server: str | None = None, rows: int | None = None) -> Seed:
    """Read anything that a world is made from; SeedError says what to do with all else.

    Args:
        seed: a file, a folder, a URL, a command of an MCP server, a sentence, or data frames by their names.
        server: of several servers' tools, which.
        rows: of a database behind a URL, how many rows of each table are copied.
    """
    if isinstance(seed, Mapping):
        notes: list[str] = []
        return _of_tables(tables_of_records(frames(seed), notes), "data frames", "world", notes)
    text = str(seed)
    if is_database_url(text):
        tables, notes, name = read_url(text, rows)
        return _of_tables(tables, name, _name(name), notes)
    if is_live(text):
        return _of_live(*read_live(text, server))
    path = Path(seed)
    if is_sentence(text):
        return Seed(" ".join(text.split()), _name(text), text=_text(text, "the sentence"))
    if path.is_dir():
        if (path / "world.json").exists():
            raise SeedError(f"{path} is a world already: name it where a world is asked for")
        notes = []
        return _of_tables(tables_of_records(read_folder(path, notes), notes), path.name, _name(path.name), notes)
    if not path.is_file():
        raise SeedError(f"{seed} is not a file: name {_KINDS}, or describe a domain in a few words")
    return _read_file(path, server)


def _read_file(path: Path, server: str | None) -> Seed:
    suffix = path.suffix.lower()
    notes: list[str] = []
    if suffix in (".txt", ".md"):
        text = _text(text_of(path, notes), str(path))
        return Seed(path.name, _name(path.stem), text=text, left_out=tuple(notes))
    if suffix in (".json", ".jsonl", ".ndjson", ".yaml", ".yml"):
        document = unwrapped(read_document(path, notes))
        if is_openapi(document):
            return _of_tools(read_openapi(document, str(path)), path.name)
        if isinstance(document, dict) and isinstance(servers_in(document), dict):
            return _of_live(*read_live(str(path), server))
        if not document:
            raise SeedError(f"{path} holds nothing: a list of rows, a list of tools or an OpenAPI document is expected")
        if not holds_rows(document):
            return _of_tools(read_tool_list(document, path, server), path.name)
        records = json_tables(path.stem, document, str(path))
        return _of_tables(tables_of_records(records, notes), path.name, _name(path.stem), notes)
    if suffix in ROWS_SUFFIXES:
        return _of_tables(tables_of_records(read_rows(path, notes), notes), path.name, _name(path.stem), notes)
    return read_database(path)


def _of_tools(tools: ToolList, label: str) -> Seed:
    return Seed(label, _name(tools.name), tools.domain, None, tools.specs, tools.name, left_out=tools.left_out)


def _of_live(tools: ToolList, server: Server) -> Seed:
    return _of_tools(tools, f"the MCP server {tools.name}")._replace(server=server)


def _of_tables(tables: list[Any], label: str, name: str, notes: list[str]) -> Seed:
    connection = build(tables, (), notes)
    notes += cut_long_values(connection)
    return Seed(label, name, f"the {words(name)} database", dump(connection), left_out=tuple(shortened(notes)))


def is_sentence(seed: str) -> bool:
    """Whether a seed is a domain in words and not the name of a file."""
    return not os.path.exists(seed) and bool(re.search(r"\s", seed.strip()))


def _text(text: str, what: str) -> str:
    if not text.strip():
        raise SeedError(f"{what} is empty: describe a domain in a few words, as in 'a small veterinary clinic'")
    if len(text) > _LONGEST_TEXT:
        raise SeedError(f"{what} is longer than {_LONGEST_TEXT} characters: a model reads it before each question")
    return text.strip()


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9_]+", "", snake(re.sub(r"^(a|an|the)\s+", "", text.strip(), flags=re.IGNORECASE)))
    short = plain if len(plain) <= _LONGEST_NAME else plain[:_LONGEST_NAME].rpartition("_")[0] or plain[:_LONGEST_NAME]
    return short.strip("_") or "world"


def read_database(source: Path) -> Seed:
    """Read a SQLite file, or a SQL script of SQLite, PostgreSQL or MySQL; SeedError where it is damaged or holds no table."""
    with source.open("rb") as file:
        binary = file.read(len(_MAGIC)) == _MAGIC
    notes: list[str] = []
    text = "" if binary else _script_text(source, notes)
    if text.strip() and source.suffix.lower() != ".sql" and not _SQL.search(text.encode()):
        raise _unknown(source)
    try:
        if binary:
            connection, left_out = sqlite.read_file(source)
        elif dialect := dialect_of(text):
            connection, left_out = read_dump(text, dialect, str(source))
            left_out += cut_long_values(connection)
        else:
            connection, left_out = _read_plain(text, source)
        tables = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if tables.fetchone()[0] == 0:
            raise SeedError(f"{source} holds no tables: a world needs at least one table with rows in it")
        script = dump(connection)
    except (sqlite3.Error, WorldError) as error:
        reason = textwrap.shorten(str(error).removeprefix("database.sql, "), 200, placeholder="...")
        if re.search(_ORACLE, text, re.IGNORECASE):
            reason += ". It looks like a script of Oracle: give the database's URL, or its tables as CSV files"
        raise SeedError(
            f"{source} cannot be read as {'a SQLite database' if binary else 'SQLite SQL'}: {reason}"
        ) from error
    domain = f"the {words(source.stem)} database"
    return Seed(source.name, _name(source.stem), domain, script, left_out=tuple(shortened([*notes, *left_out])))


def _read_plain(text: str, source: Path) -> tuple[sqlite3.Connection, list[str]]:
    """The database of a script of no tool's: SQLite's, or where SQLite refuses it, that of which it has words."""
    try:
        return sqlite.read_script(text)
    except WorldError as refused:
        dialect = likely_dialect(text) if _NOT_ITS_OWN.search(str(refused)) else None
        if dialect is None:
            raise
        try:
            connection, left_out = read_dump(text, dialect, str(source))
        except SeedError:
            raise refused from None  # what SQLite says of it fits the more common kind of script
        reason = str(refused).removeprefix("database.sql, ")
        left_out.insert(0, f"{source.name} is read as a script of {TITLES[dialect]}, for SQLite refuses it: {reason}")
        return connection, left_out + cut_long_values(connection)


def _unknown(source: Path) -> SeedError:
    """What to say of a file that is of no known kind, by its suffix."""
    suffix = source.suffix.lower()
    todo = _TO_DO.get(suffix, "")
    if suffix == ".gz" and source.with_suffix("").suffix.lower() in ROWS_SUFFIXES:
        todo = f"unpack it first: gunzip {source.name}"
    return SeedError(
        f"{source} is neither a SQLite database nor a SQL script{f': {todo}' if todo else ''}. Known are {_KINDS}"
    )


def _script_text(source: Path, notes: list[str]) -> str:
    try:
        raw = read_bytes(source, _LARGEST_SCRIPT)
    except OSError as error:
        raise SeedError(f"{source}: {error.strerror}; of a large database, give the URL with --rows") from error
    if raw.startswith(b"PGDMP"):
        raise SeedError(f"{source} is a dump in PostgreSQL's own format: write it as SQL with pg_dump --format=plain")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # what PowerShell and SQL Server write
        with suppress(UnicodeDecodeError):
            return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in raw or not _SQL.search(raw):
            raise _unknown(source) from error
    notes.append("the file is not UTF-8: it was read as Windows-1252; if names look wrong, convert it with iconv")
    return raw.decode("cp1252", "replace")
