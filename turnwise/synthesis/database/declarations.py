"""What the declaration of a column and its values say of its type, and what CHECK constraints allow."""

import logging
from collections.abc import Sequence
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.synthesis.database.moments import read_moment

# sqlglot logs what it cannot parse; here that only means that no choices are read from the declaration.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

ValueType = Literal["integer", "number", "text", "date", "datetime", "boolean", "blob"]
Value = int | float | str | None

_NUMBERS = ("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL", "MONEY")


def value_type(declared: str, kinds: set[str], sample: Sequence[object]) -> ValueType:
    """The type of a column: what its values are, and where there are none, what it is declared to be.

    Args:
        declared: the declared type in capitals.
        kinds: the storage classes of its values.
        sample: some of its distinct values.
    """
    if "blob" in kinds or (not kinds and "BLOB" in declared):
        return "blob"
    texts = [value for value in sample if isinstance(value, str)]
    if texts and len(texts) == len(sample):
        return _text_type(texts)
    if "text" in kinds:
        return "text"
    if "BOOL" in declared and set(sample) <= {0, 1}:
        return "boolean"
    if "real" in kinds or any(word in declared for word in _NUMBERS):
        return "number"
    if "integer" in kinds or "INT" in declared:
        return "integer"
    if "DATE" in declared or "TIME" in declared:
        return "datetime" if "TIME" in declared else "date"
    return "text"


def _text_type(texts: list[str]) -> ValueType:
    """Dates where every text is one, written year, month, day; the commoner form where some have a time of day."""
    found = [read_moment(text) for text in texts]
    moments = [moment for moment in found if moment is not None and moment.standard]
    if len(moments) < len(texts):
        return "text"
    return "datetime" if 2 * sum(moment.timed for moment in moments) >= len(moments) else "date"


def checks(sql: str) -> dict[str, tuple[tuple[Value, ...], float | None]]:
    """Per column (lower case): the values a CHECK (c IN (...)) allows, and the minimum a CHECK (c >= n) sets."""
    try:
        tree = sqlglot.parse_one(sql, dialect="sqlite")
    except (SqlglotError, RecursionError):  # only SQLite understands it, and its checks still hold when run
        return {}
    found: dict[str, tuple[tuple[Value, ...], float | None]] = {}
    for check in tree.find_all(exp.CheckColumnConstraint):
        for part in check.this.flatten() if isinstance(check.this, exp.And) else [check.this]:
            if not isinstance(part.this, exp.Column):
                continue
            name = part.this.name.lower()
            if isinstance(part, exp.In):
                values = tuple(_literal(item) for item in part.expressions)
                found |= {name: (values, None)} if values and None not in values else {}
            elif isinstance(part, exp.GTE | exp.GT):
                bound = _literal(part.expression)
                if isinstance(bound, int | float):
                    found.setdefault(name, ((), float(bound)))
    return found


def _literal(node: exp.Expression) -> Value:
    value = node.to_py() if isinstance(node, exp.Literal) else None
    return value if isinstance(value, int | str) or value is None else float(value)
