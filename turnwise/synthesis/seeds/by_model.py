"""What a model is shown first: a database, a list of tools, or a few words about a domain."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import SeedError
from turnwise.synthesis.database.schema import Schema, quoted
from turnwise.synthesis.seeds.database import read_seed
from turnwise.synthesis.seeds.specs import read_specs
from turnwise.values.words import snake
from turnwise.worlds import Tool, load_script

_SHOWN_ROWS = 3
_SHOWN_TABLES = 40
_LONGEST_SHOWN = 80
_LONGEST_TEXT = 20_000
_LONGEST_NAME = 40


class Start(NamedTuple):
    """What is known before the first question. Of `script`, `given` and `text` one is filled in."""

    seed: str
    """what the world is said to be made from: a file's name, or the sentence"""
    name: str
    script: str | None = None
    given: tuple[Tool, ...] = ()
    text: str = ""
    stated: frozenset[str] = frozenset()
    """the given tools that say themselves what they return"""
    left_out: list[str] = []  # noqa: RUF012 - a named tuple's default, never changed


def is_sentence(seed: str) -> bool:
    """Whether a seed is a domain in words and not the name of a file."""
    return not os.path.exists(seed) and bool(re.search(r"\s", seed.strip()))


def read_start(seed: str, server: str | None = None) -> Start:
    """Read a SQLite file, a SQL script, a .json list of tools, a .txt or .md text, or take a sentence as it is.

    Args:
        server: which of several servers' lists of tools to take: its name, or its number from 1.

    Raises:
        SeedError: it is none of these, or there is nothing in it.
    """
    path = Path(seed)
    if is_sentence(seed):
        return Start(" ".join(seed.split()), _name(seed), text=_text(seed, "the sentence"))
    if path.suffix in (".txt", ".md") and path.is_file():
        try:
            return Start(path.name, _name(path.stem), text=_text(path.read_text("utf-8"), str(path)))
        except UnicodeDecodeError as error:
            raise SeedError(f"{path} is not a UTF-8 text") from error
    if path.suffix == ".json" and path.is_file():
        specs = read_specs(path, server)
        stated = frozenset(_stated(json.loads(path.read_text("utf-8-sig"))))
        about = f"{specs.name}: {specs.domain}"
        return Start(path.name, _name(specs.name), None, tuple(specs.tools), about, stated, list(specs.left_out))
    if not path.is_file():
        raise SeedError(
            f"{seed} is not a file: name a database, a .json list of tools or a .txt or .md text, or describe a domain "
            "in a few words"
        )
    source = read_seed(path)
    return Start(path.name, _name(path.stem), source.script, left_out=source.left_out)


def database_text(script: str, schema: Schema) -> str:
    """The tables as declared, with the number of their rows and a few of them; the largest, if there are many."""
    connection = load_script(script)
    try:
        shown = sorted(schema.tables.values(), key=lambda t: (-len(schema.children(t.name)), -t.rows, t.name))
        parts = []
        for table in shown[:_SHOWN_TABLES]:
            where = "WHERE type IN ('table', 'view') AND name = ?"
            (sql,) = connection.execute(f"SELECT sql FROM sqlite_master {where}", (table.name,)).fetchone()
            cursor = connection.execute(f"SELECT * FROM {quoted(table.name)} LIMIT {_SHOWN_ROWS}")
            names = [column[0] for column in cursor.description]
            rows = [_json({n: _short(v) for n, v in zip(names, row, strict=True)}) for row in cursor]
            parts.append("\n".join([f"{sql};", f"-- {table.rows} rows, such as:", *(f"--   {row}" for row in rows)]))
    finally:
        connection.close()
    more = len(schema.tables) - len(parts)
    return "\n\n".join([*parts, *([f"-- and {more} more tables that are not shown"] if more > 0 else [])])


def tools_text(tools: tuple[Tool, ...], domain: str) -> str:
    """Tool specs, one a line, under what they are about."""
    return "\n".join([domain, "", *(tool_text(tool) for tool in tools)])


def tool_text(tool: Tool, *, with_sql: bool = False) -> str:
    """A tool as one line of JSON."""
    shown = tool.model_dump(include={"name", "description", "parameters", "effect", *(("sql",) if with_sql else ())})
    return _json(shown)


def _stated(loaded: Any) -> Iterator[str]:
    """The names in a file of tool specs beside which there is a schema of results."""
    if isinstance(loaded, dict):
        if any(isinstance(loaded.get(key), dict) for key in ("outputSchema", "output_schema", "returns")):
            yield str(loaded.get("name"))
        loaded = list(loaded.values())
    for part in loaded if isinstance(loaded, list) else ():
        yield from _stated(part)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _short(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value if not isinstance(value, str) or len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"


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
