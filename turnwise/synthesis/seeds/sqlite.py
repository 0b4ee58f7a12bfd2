"""SQLite's own files and scripts, cleaned of what a world may not hold; what is left out is named."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

from turnwise.synthesis.seeds.rewriting import is_about_schemas, rewriter
from turnwise.synthesis.seeds.tables import cut_long_values
from turnwise.untrusted import check_file
from turnwise.worlds import load_script, split_statements
from turnwise.worlds.changes import quoted

_TRIGGER = re.compile(r"\s*CREATE\s+(?:TEMP\w*\s+)?TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)", re.IGNORECASE)
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)", re.IGNORECASE)
_INSERT = re.compile(
    r"\s*(?:INSERT|REPLACE|DELETE|UPDATE)\b(?:\s+OR\s+\w+)?(?:\s+INTO|\s+FROM)?\s+([^\s(]+)", re.IGNORECASE
)
_DOT_COMMAND = re.compile(r"\s*(\.[a-z]+\b[^\n]*)\n?", re.IGNORECASE)
_LARGEST = 4 << 30
_LONGEST = 64 << 20
"""Bytes of a value that a view or a generated column may make."""
_STEPS_BETWEEN_LOOKS, _MOST_LOOKS = 100_000, 50
_SETTING = re.compile(r"\s*(PRAGMA|ANALYZE|VACUUM)\b", re.IGNORECASE)


def read_file(source: Path) -> tuple[sqlite3.Connection, list[str]]:
    """A copy of a SQLite database without triggers, virtual tables and broken views."""
    check_file(source, _LARGEST)
    copy = sqlite3.connect("")  # a temporary file, which SQLite only writes when it does not fit in its cache
    copy.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
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
        copy.set_progress_handler(partial(_is_enough, count()), _STEPS_BETWEEN_LOOKS)
        try:
            copy.execute(f"SELECT * FROM {quoted(name)} LIMIT 1")
        except sqlite3.Error as error:
            copy.set_progress_handler(None, 0)
            copy.execute(f"DROP VIEW {quoted(name)}")
            left_out.append(f"view {name}: {'it takes too much work' if 'interrupt' in str(error) else error}")
    copy.set_progress_handler(None, 0)
    return copy, left_out + cut_long_values(copy)


def _is_enough(looks: Iterator[int]) -> bool:
    return next(looks) > _MOST_LOOKS


def read_script(text: str) -> tuple[sqlite3.Connection, list[str]]:
    """The database that a script of SQLite builds, in the sandbox; errors name the lines of the script itself."""
    kept, left_out, line = [], [], 1
    statements = list(split_statements(text))
    rewritten = rewriter(text, (statement for _, statement in statements))
    at, virtual = 0, set[str]()
    while at < len(statements):
        start, statement = statements[at]
        at += 1
        while command := _DOT_COMMAND.match(statement):
            left_out.append(f"{command.group(1).strip()} (line {start}): a command of the sqlite3 program")
            start, statement = start + command.group(0).count("\n"), statement[command.end() :]
        if not statement.strip():
            continue
        if trigger := _TRIGGER.match(statement):
            while not sqlite3.complete_statement(f"{statement};") and at < len(statements):
                statement = f"{statement};\n{statements[at][1]}"  # the statements of its body
                at += 1
            name = trigger.group(1).strip('"`[]')
            left_out.append(f"trigger {name} (line {start}): a world holds plain tables and views")
        elif virtual_table := _VIRTUAL.match(statement):
            virtual.add(virtual_table.group(1).strip('"`[]').lower())
            left_out.append(
                f"virtual table {virtual_table.group(1)} (line {start}): a world holds plain tables and views"
            )
        elif (change := _INSERT.match(statement)) and change.group(1).strip('"`[]').lower() in virtual:
            continue
        elif is_about_schemas(statement):
            left_out.append(f"{' '.join(statement.split())} (line {start}): a world is one database, without schemas")
        elif _SETTING.match(statement):
            left_out.append(f"{statement.strip()}: settings are the sandbox's")
        else:
            plain = f"{rewritten(statement.lstrip())};"
            kept.append("\n" * (start - line) + plain)
            line = max(start, line) + plain.count("\n")
    return load_script("".join(kept)), left_out
