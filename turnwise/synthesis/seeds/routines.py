"""Which statements of a dump are run as it is read, and which wait in a routine's body or hang on a condition."""

import re
from collections.abc import Iterator

from turnwise.synthesis.seeds.splitting import Statement

ROUTINE = re.compile(
    r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:CONSTRAINT\s+)?"
    r"(EVENT\s+TRIGGER|TRIGGER|FUNCTION|PROC|PROCEDURE|AGGREGATE|EVENT|RULE|OPERATOR|CAST)\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"([\w.\"`\[\]]+)",
    re.IGNORECASE,
)
_OPEN_BODY = re.compile(r"\bBEGIN\b(?!.*\bEND\b)", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"\s*END(?!\s+(?:IF|CASE|LOOP|WHILE|REPEAT)\b)", re.IGNORECASE)
_CONDITION = re.compile(r"\s*(?:IF|ELSE|WHILE)\b", re.IGNORECASE)
_CHANGE = re.compile(r"\s*(?:UPDATE|DELETE|MERGE|TRUNCATE)\b", re.IGNORECASE)


def outside_routines(statements: Iterator[Statement]) -> Iterator[Statement]:
    """The statements without those of a body that a semicolon cuts up (BEGIN ATOMIC ... END)."""
    for statement in statements:
        yield statement
        if ROUTINE.match(statement.sql) and _OPEN_BODY.search(statement.sql):
            body: list[Statement] = []
            for inner in statements:
                body.append(inner)
                if _END.match(inner.sql):
                    break
            else:
                yield from body  # there is no END: it was no body


def on_condition(before: str, sql: str) -> bool:
    """Whether a statement of SQL Server changes rows only if what the one before asks is so."""
    return _CONDITION.match(before) is not None and _CHANGE.match(sql) is not None
