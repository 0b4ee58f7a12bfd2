"""Statements of dumps are read by sqlglot; of a CREATE TABLE that it cannot read whole, what it can read of each part.

Databases have clauses that sqlglot does not know (`INVISIBLE`, `SRID 4326`, partitions, compression). None of them
matters to a world, so a column is cut from its end until it is understood, and what is no column is left out.
"""

import logging
import re
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.synthesis.seeds.splitting import Dialect

_TABLE = re.compile(r"\s*CREATE\s+(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|FOREIGN|OR\s+REPLACE)\s+)*TABLE\b", re.I)
_HEAD = re.compile(_TABLE.pattern + r"\s+(?:IF\s+NOT\s+EXISTS\s+)?([^(]+?)\s*\(", re.IGNORECASE)
_NO_COLUMN = re.compile(
    r"(?:KEY|INDEX|FULLTEXT|SPATIAL|EXCLUDE|PERIOD|LIKE|PARTITION)(?=[\s(]|\Z)(?!\s+(?:int|text|var|char|bool|date|time))",
    re.IGNORECASE,
)
_RULE = re.compile(r"(?:CONSTRAINT|PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY|CHECK)(?=[\s(\"`\[]|\Z)", re.IGNORECASE)
_TOKEN = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|[(),]|\s+|[^\s(),'\"`\[]+|.", re.DOTALL
)


def parsed(sql: str, dialect: Dialect) -> exp.Expr:
    """One statement; SqlglotError where it cannot be read. What sqlglot only carries along is told by the caller."""
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it warns of each statement that it does not take apart
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
        if _TABLE.match(sql) and not isinstance(tree, exp.Create):
            raise SqlglotError("it is not known")
        return tree
    except SqlglotError:
        whole = _readable(sql, dialect)
        if whole is None:
            raise
        return sqlglot.parse_one(whole, read=dialect)
    finally:
        logger.setLevel(level)


def _readable(sql: str, dialect: Dialect) -> str | None:
    """A CREATE TABLE of those parts that can be read; None where it is none, or no column is left."""
    head = _HEAD.match(sql)
    if head is None:
        return None
    parts = [_cut(part.strip(), dialect) for part in _parts(sql[head.end() :])]
    kept = [part for part in parts if part]
    if all(_RULE.match(part) for part in kept):
        return None
    return f"CREATE TABLE {head.group(1)} ({', '.join(kept)})"


def _parts(inside: str) -> Sequence[str]:
    """What stands between the commas of a parenthesis; nothing where it has no end."""
    depth, begun = 0, 0
    parts: list[str] = []
    for token in _TOKEN.finditer(inside):
        sign = token.group(0)
        if sign == ")" and depth == 0:
            return [*parts, inside[begun : token.start()]]
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(inside[begun : token.start()])
            begun = token.end()
    return []


def _cut(part: str, dialect: Dialect) -> str:
    """As much of the beginning of a column or a constraint as can be read; empty where that is nothing."""
    if _NO_COLUMN.match(part):
        return ""
    ends = _ends(part)
    least = 2 if _RULE.match(part) else 1
    for end in reversed(ends[least:]):
        if _reads(part[:end], dialect):
            return part[:end]
    return f"{part[: ends[0]]} TEXT" if ends and not _RULE.match(part) else ""


def _ends(part: str) -> list[int]:
    """Where the words of a part end; what stands in parentheses belongs to the word before."""
    ends: list[int] = []
    depth = 0
    for token in _TOKEN.finditer(part):
        sign = token.group(0)
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign.strip():
            if sign == ")" and ends:
                ends[-1] = token.end()
            ends.append(token.end())
    return ends


def _reads(part: str, dialect: Dialect) -> bool:
    try:
        tree = sqlglot.parse_one(f"CREATE TABLE t ({part})", read=dialect)
    except SqlglotError:
        return False
    return isinstance(tree, exp.Create) and len(tree.this.expressions) == 1
