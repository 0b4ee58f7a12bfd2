"""Any seed becomes one `Seed`: a database, a list of tools (as of OpenAI, Anthropic or MCP), or a domain in words.

A SQLite file or SQL script is cleaned of what a world may not hold; what is left out is named. Knows of no model.
"""

import json
import os
import re
import sqlite3
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import SeedError, WorldError
from turnwise.values.words import listed, snake, words
from turnwise.worlds import load_script, split_statements
from turnwise.worlds.changes import quoted

_LONGEST_TEXT = 20_000
_LONGEST_NAME = 40
_MAGIC = b"SQLite format 3\0"
_LONGEST_VALUE = 2000
_LONGEST_TOOL_NAME = 64
_SHOWN_SERVERS = 6
_LOOKED_THROUGH = 200_000
_DIALECTS = {
    "MySQL": r"^/\*!\d{5} |\bENGINE ?= ?\w+|\bAUTO_INCREMENT\b",
    "PostgreSQL": r"^COPY .+ FROM stdin;|\bpg_catalog\b|^SET search_path\b|\bnextval\(|\b(?i:serial\s+(?:primary|not))\b",
    "SQL Server": r"^GO\s*$|\bIDENTITY ?\(|\[dbo\]",
}
"""what tells the scripts of other databases from those of SQLite"""
_PARAMETERS = ("inputSchema", "input_schema", "parameters")
_RETURNS = ("outputSchema", "output_schema", "returns")


class ToolSpec(NamedTuple):
    """A tool as its author specifies it, under a name that a tool may have; its schemas are unchecked."""

    name: str
    description: str
    parameters: Any
    returns: Any  # None when its author does not say
    hints: Mapping[str, Any]


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
    """Read a SQLite file, SQL script, .json list of tools, .txt or .md text, or sentence; SeedError for all else."""
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
    return read_database(path)


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
    """Read a SQLite file or a SQL script; SeedError where it is neither, is damaged, or holds no table."""
    with source.open("rb") as file:
        binary = file.read(len(_MAGIC)) == _MAGIC
    try:
        script, left_out = _from_database(source) if binary else _from_script(source)
        tables = load_script(script).execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if tables.fetchone()[0] == 0:
            raise SeedError(f"{source} holds no tables: a world needs at least one table with rows in it")
    except (sqlite3.Error, WorldError) as error:
        reason = textwrap.shorten(str(error).removeprefix("database.sql, "), 200, placeholder="...")
        reason += "" if binary else _dialect_hint(source)
        raise SeedError(
            f"{source} cannot be read as {'a SQLite database' if binary else 'SQLite SQL'}: {reason}"
        ) from error
    domain = f"the {words(source.stem)} database"
    return Seed(source.name, _name(source.stem), domain, script, left_out=tuple(left_out))


def _dialect_hint(source: Path) -> str:
    """What to do with a script that another database wrote; nothing where none is recognised."""
    text = source.read_bytes()[:_LOOKED_THROUGH].decode("utf-8", "replace")
    dialect = next((name for name, marks in _DIALECTS.items() if re.search(marks, text, re.MULTILINE)), None)
    if dialect is None:
        return ""
    return f". It is a script of {dialect}: load it there, convert the database to SQLite, and name that file"


def _from_database(source: Path) -> tuple[str, list[str]]:
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
    return "\n".join(copy.iterdump()) + "\n", left_out


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


def _from_script(source: Path) -> tuple[str, list[str]]:
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
    return "\n".join(load_script("".join(kept)).iterdump()) + "\n", left_out


class ToolList(NamedTuple):
    """The tools of a list, what the list is called and is about, and a sentence for each entry renamed or left out."""

    specs: tuple[ToolSpec, ...]
    name: str
    domain: str
    left_out: tuple[str, ...]


def read_tool_list(path: Path, server: str | None = None) -> ToolList:
    """The tools that a JSON file specifies; of several servers' lists, the one of this name or number from 1."""
    try:
        loaded = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SeedError(f"{path} is not JSON: {' '.join(str(error).split())}") from error
    chosen = _server(path, loaded, server)
    about = chosen if isinstance(chosen, dict) else {}
    entries = about.get("tools", chosen)
    entries = [entries] if isinstance(entries, dict) and {"name", "function"} & entries.keys() else entries
    if not isinstance(entries, list) or not entries:
        raise SeedError(f"{path} holds no tools: a list of tools is expected, as OpenAI, Anthropic or MCP have them")
    left_out: list[str] = []
    specs = list(_specs(entries, left_out))
    if not specs:
        raise SeedError(f"{path}: none of its {len(entries)} entries is a tool: {left_out[0]}")
    title = str(about.get("server") or about.get("name") or path.stem) if "tools" in about else path.stem
    return ToolList(tuple(specs), title, str(about.get("domain") or words(title)), tuple(left_out))


def _server(path: Path, loaded: Any, server: str | None) -> Any:
    """The list of one server where a file holds those of several."""
    several = loaded if isinstance(loaded, list) else []
    servers = [entry for entry in several if isinstance(entry, dict) and isinstance(entry.get("tools"), list)]
    if not servers and server is not None:
        raise SeedError(f"{path} holds the tools of one server: leave --server out")
    if not servers or (server is None and len(servers) == 1):
        return servers[0] if servers else loaded
    names = [str(entry.get("server") or entry.get("name") or number) for number, entry in enumerate(servers, 1)]
    known = {str(number): entry for number, entry in enumerate(servers, 1)}
    known |= dict(zip(reversed(names), reversed(servers), strict=True))
    if server in known:
        return known[server]
    shown = listed([repr(name) for name in names[:_SHOWN_SERVERS]], "or")
    more = f" and {len(names) - _SHOWN_SERVERS} more" if len(names) > _SHOWN_SERVERS else ""
    asked = f"no server {server!r}" if server is not None else f"{len(servers)} servers"
    raise SeedError(f"{path} holds {asked}: choose one with --server, by its name or number: {shown}{more}")


def _specs(entries: list[Any], left_out: list[str]) -> Iterator[ToolSpec]:
    taken: set[str] = set()
    for number, entry in enumerate(entries, 1):
        inner = entry.get("function") if isinstance(entry, dict) else None
        spec = inner if isinstance(inner, dict) else entry
        if not isinstance(spec, dict):
            left_out.append(f"Entry {number} was dropped: it is no object.")
            continue
        said = spec["name"].strip() if isinstance(spec.get("name"), str) else ""
        if not said:
            left_out.append(f"Entry {number} was dropped: it has no name.")
            continue
        name = re.sub(r"[^a-zA-Z0-9_-]+", "_", said)[:_LONGEST_TOOL_NAME]
        name = name if re.search(r"[a-zA-Z0-9]", name) else f"tool_{number}"
        if name in taken:
            left_out.append(f"A second {name} was dropped: there can be one tool of a name.")
            continue
        if name != said:
            left_out.append(f"{said!r} is called {name}: names of tools have letters, digits, _ and - alone.")
        taken.add(name)
        described = spec["description"].strip() if isinstance(spec.get("description"), str) else ""
        yield ToolSpec(
            name,
            described or f"{words(name).capitalize()}.",
            next((spec[key] for key in _PARAMETERS if key in spec), None),
            next((spec[key] for key in _RETURNS if isinstance(spec.get(key), dict)), None),
            spec["annotations"] if isinstance(spec.get("annotations"), dict) else {},
        )
