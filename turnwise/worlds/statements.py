"""SQL from outside, taken statement by statement: a world's database script and the tools' statements."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from itertools import chain

from turnwise.errors import WorldError
from turnwise.worlds.arguments import Signature
from turnwise.worlds.changes import quoted
from turnwise.worlds.sandbox import CALL, LOOKED_AT, SCRIPT, Effect, Sandbox
from turnwise.worlds.world import Tool

LONGEST_STATEMENT = 20_000

_FIRST_WORDS = {"read": ("SELECT", "WITH", "VALUES"), "write": ("INSERT", "REPLACE", "UPDATE", "DELETE", "WITH")}
LARGEST_SCRIPT = 100_000_000
"""Characters of a database script."""
_MOST_COLUMNS = 20_000
"""of all tables of a world"""
_PIECES_BETWEEN_LOOKS = 10_000

# What is not closed goes on to the end, so that the end is looked for once.
_PIECE = re.compile(
    r"""'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)|;|[^'"`\[\-/;]+|.""",
    re.DOTALL,
)
_FAILURES = (sqlite3.Error, sqlite3.Warning, ValueError, MemoryError)


def load_script(script: str) -> sqlite3.Connection:
    """Build a database from a script as `build_database` does, for trusted code to look at."""
    sandbox = build_database(script, "2000-01-01 00:00:00")
    sandbox.bound(LOOKED_AT)
    return sandbox.connection


def build_database(script: str, reference_time: str) -> Sandbox:
    """A private database from a world's `database.sql`.

    WorldError says which statement fails or does more than create tables, indexes and views and insert rows.
    """
    if len(script) > LARGEST_SCRIPT:
        raise WorldError(f"database.sql is longer than {LARGEST_SCRIPT // 10**6} MB")
    sandbox = Sandbox(reference_time)
    line = 1
    with sandbox.allowing("script", SCRIPT):
        try:
            for start, sql in split_statements(script, sandbox.check_time):
                line = start
                sandbox.next_statement()
                sandbox.connection.execute(sql).close()
        except _FAILURES as error:
            reason = sandbox.reason(error)
            sandbox.close()
            raise WorldError(f"database.sql, line {line}: {reason}") from error
    if sandbox.connection.in_transaction:
        sandbox.connection.execute("COMMIT")
    _check_views(sandbox)
    found = sandbox.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    names = [name.lower() for (name,) in found]  # SQLite's own lower() leaves letters beyond ASCII as they are
    sandbox.tables = frozenset(name for name in names if not name.startswith("sqlite_"))
    (columns,) = sandbox.connection.execute(
        "SELECT count(*) FROM sqlite_master AS t, pragma_table_xinfo(t.name) WHERE t.type = 'table'"
    ).fetchone()
    if columns > _MOST_COLUMNS:
        sandbox.close()
        raise WorldError(f"database.sql: its tables have {columns:,} columns, and a world may have {_MOST_COLUMNS:,}")
    return sandbox


def _check_views(sandbox: Sandbox) -> None:
    """Raise WorldError where the rows of a view cannot be counted in the time of a script: whoever looks at them waits."""
    views = sandbox.connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
    with sandbox.allowing("script", SCRIPT):
        for (view,) in views:
            sandbox.next_statement()
            try:
                sandbox.connection.execute(f"SELECT count(*) FROM {quoted(view)}").fetchone()
            except _FAILURES as error:
                if sandbox.spent:
                    sandbox.close()
                    raise WorldError(f"database.sql: the view {view} takes too much work: leave it out") from error


def check_statement(sandbox: Sandbox, sql: str, effect: Effect) -> tuple[str, ...]:
    """The names of the :parameters of a statement, prepared and never run; WorldError where it may not be run."""
    if len(sql) > LONGEST_STATEMENT:
        raise WorldError(f"the SQL is longer than {LONGEST_STATEMENT} characters")
    pieces = [piece for piece in _PIECE.findall(sql) if not piece.startswith(("--", "/*"))]
    bare = "".join(" " if piece[0] in "'\"`[" else piece for piece in pieces).strip()
    first_word = re.split(r"\W", bare, maxsplit=1)[0].upper()
    if first_word not in _FIRST_WORDS[effect]:
        raise WorldError(f"the SQL of a {effect} starts with one of {', '.join(_FIRST_WORDS[effect])}")
    if re.search(r"[?@$]", bare):
        raise WorldError("parameters in the SQL are written :name, not ?, @name or $name")
    names = _Recorder()
    with sandbox.allowing(effect, CALL):
        try:
            sandbox.connection.execute(f"EXPLAIN {sql}", names).close()
        except _FAILURES as error:
            raise WorldError(sandbox.reason(error)) from error
        if effect == "write" and not sandbox.wrote:
            raise WorldError("the SQL of a write has to insert, update or delete")
    return tuple(names)


def check_tool(sandbox: Sandbox, tool: Tool) -> Signature:
    """What a tool may be called with; WorldError where its SQL may not run or does not use exactly its parameters."""
    signature = Signature(tool)
    if not tool.sql:
        raise WorldError("it has no SQL")
    used = set(check_statement(sandbox, tool.sql, tool.effect))
    if unknown := sorted(used - signature.properties.keys()):
        raise WorldError(f"the SQL uses :{unknown[0]}, which is not among the parameters")
    if unused := sorted(signature.properties.keys() - used):
        raise WorldError(f"the parameter {unused[0]} is not used in the SQL: write it :{unused[0]}")
    return signature


def split_statements(script: str, look: Callable[[], None] = lambda: None) -> Iterator[tuple[int, str]]:
    """The statements of a script, each with the line on which it starts; `look` is called now and then.

    Only messages depend on this being right: what it splits wrongly SQLite refuses.
    """
    line, start = 1, 0
    parts: list[str] = []
    for number, piece in enumerate(chain((match[0] for match in _PIECE.finditer(script)), ";")):
        if number % _PIECES_BETWEEN_LOOKS == 0:
            look()
        if piece == ";" and parts:
            yield start, "".join(parts)
            parts.clear()
        elif piece != ";" and (parts or not (piece.isspace() or piece.startswith(("--", "/*")))):
            if not parts:
                start = line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            parts.append(piece)
        line += piece.count("\n")


class _Recorder(dict[str, None]):
    """Answers every parameter with NULL, and so learns the names."""

    def __missing__(self, name: str) -> None:
        self[name] = None
