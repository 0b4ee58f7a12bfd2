"""Any seed becomes one `Seed`: a database, a list of tools, or a few words about a domain. Knows of no model.

A SQLite file or SQL script is cleaned of what a world may not hold: triggers, virtual tables, what the sandbox refuses.
What is left out is named, never dropped in silence.
"""

import os
import re
import sqlite3
import textwrap
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from turnwise.errors import SeedError, WorldError
from turnwise.synthesis.seeds.tool_list import ToolSpec, read_tool_list
from turnwise.values.words import snake, words
from turnwise.worlds import load_script, split_statements
from turnwise.worlds.changes import quoted

_LONGEST_TEXT = 20_000
_LONGEST_NAME = 40
_MAGIC = b"SQLite format 3\0"
_LONGEST_VALUE = 2000


class Seed(NamedTuple):
    """What a world is made from. Of `script`, `specs` and `text` one is filled in."""

    label: str  # what the world is said to be made from: a file's name, or the sentence
    name: str
    domain: str = ""
    script: str | None = None  # SQL that builds the database
    specs: tuple[ToolSpec, ...] = ()
    title: str = ""  # what a list of tools calls itself
    text: str = ""  # a domain in words
    left_out: tuple[str, ...] = ()  # a sentence for each thing in the file that a world cannot have


def read_seed(seed: str | Path, server: str | None = None) -> Seed:
    """Read a SQLite file, a SQL script, a .json list of tools, a .txt or .md text, or take a sentence as it is.

    Raises:
        SeedError: it is none of these, or there is nothing in it.
    """
    path = Path(seed)
    if is_sentence(str(seed)):
        return Seed(" ".join(str(seed).split()), _name(str(seed)), text=_text(str(seed), "the sentence"))
    if not path.is_file():
        raise SeedError(
            f"{seed} is not a file: name a database, a .json list of tools or a .txt or .md text, or describe a domain "
            "in a few words"
        )
    if path.suffix in (".txt", ".md"):
        try:
            return Seed(path.name, _name(path.stem), text=_text(path.read_text("utf-8"), str(path)))
        except UnicodeDecodeError as error:
            raise SeedError(f"{path} is not a UTF-8 text") from error
    if path.suffix == ".json":
        tools = read_tool_list(path, server)
        return Seed(path.name, _name(tools.name), tools.domain, None, tools.specs, tools.name, left_out=tools.left_out)
    database = read_database(path)
    domain = f"the {words(path.stem)} database"
    return Seed(path.name, _name(path.stem), domain, database.script, left_out=database.left_out)


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


class DatabaseScript(NamedTuple):
    """A database as a script, and a sentence for each thing that was left out of it."""

    script: str
    left_out: tuple[str, ...]


def read_database(source: Path) -> DatabaseScript:
    """Read a SQLite file or a SQL script; SeedError where it is neither, is damaged, or holds no table."""
    with source.open("rb") as file:
        binary = file.read(len(_MAGIC)) == _MAGIC
    try:
        seed = _from_database(source) if binary else _from_script(source)
        tables = load_script(seed.script).execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if tables.fetchone()[0] == 0:
            raise SeedError(f"{source} holds no tables: a world needs at least one table with rows in it")
    except (sqlite3.Error, WorldError) as error:
        reason = textwrap.shorten(str(error).removeprefix("database.sql, "), 200, placeholder="...")
        raise SeedError(
            f"{source} cannot be read as {'a SQLite database' if binary else 'SQLite SQL'}: {reason}"
        ) from error
    return seed


def _from_database(source: Path) -> DatabaseScript:
    copy = sqlite3.connect(":memory:")
    copy.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as disk:
        disk.backup(copy)
    left_out = []
    for kind, name, sql in copy.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        virtual = kind == "table" and (sql or "").upper().startswith("CREATE VIRTUAL")
        if kind == "trigger" or virtual:
            copy.execute(f"DROP {kind.upper()} IF EXISTS {quoted(name)}")
            left_out.append(f"{'virtual table' if virtual else kind} {name}: a world holds plain tables and views")
    for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name").fetchall():
        try:
            copy.execute(f"SELECT * FROM {quoted(name)} LIMIT 1")
        except sqlite3.Error as error:
            copy.execute(f"DROP VIEW {quoted(name)}")
            left_out.append(f"view {name}: {error}")
    left_out += _cut_long_values(copy)
    return DatabaseScript("\n".join(copy.iterdump()) + "\n", tuple(left_out))


def _cut_long_values(connection: sqlite3.Connection) -> list[str]:
    """Shorten values that no conversation could carry; a sentence for each column where that was done."""
    notes = []
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for (table,) in tables.fetchall():
        for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall():
            if hidden:
                continue
            column = quoted(name)
            cut = connection.execute(
                f"UPDATE {quoted(table)} SET {column} = substr({column}, 1, {_LONGEST_VALUE})"
                f" WHERE length(CAST({column} AS BLOB)) > {4 * _LONGEST_VALUE}"
            ).rowcount
            if cut:
                notes.append(f"{cut} values of {table}.{name}: cut after {_LONGEST_VALUE} characters")
    return notes


def _from_script(source: Path) -> DatabaseScript:
    try:
        text = source.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SeedError(f"{source} is neither a SQLite database nor a UTF-8 SQL script") from error
    kept, left_out = [], []
    for _, statement in split_statements(text):
        if statement.lstrip().upper().startswith("PRAGMA"):
            left_out.append(f"{statement.strip()}: settings are the sandbox's")
        else:
            kept.append(f"{statement};\n")
    script = "".join(kept)
    return DatabaseScript("\n".join(load_script(script).iterdump()) + "\n", tuple(left_out))
