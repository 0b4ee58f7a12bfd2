"""New values that look as if they had always belonged to a column and its row: to try tools out, and for users to ask for."""

import random
import re
from collections.abc import Mapping
from datetime import datetime

from turnwise.synthesis.database.declarations import Value
from turnwise.synthesis.database.new_dates import new_date, shifted_date
from turnwise.synthesis.database.new_numbers import new_number, shifted_number
from turnwise.synthesis.database.new_texts import new_text
from turnwise.synthesis.database.phrases import phrases
from turnwise.synthesis.database.tables import Column, Table
from turnwise.worlds import Session
from turnwise.worlds.changes import quoted


def observed(session: Session, table: Table, column: Column, limit: int = 300) -> list[Value]:
    """The distinct values of a column, in a fixed order."""
    name = quoted(column.name)
    rows = session.query(
        f"SELECT DISTINCT {name} AS v FROM {quoted(table.name)} WHERE {name} IS NOT NULL ORDER BY 1 LIMIT :limit",
        {"limit": limit},
    )
    return [row["v"] for row in rows if not isinstance(row["v"], str) or row["v"] == row["v"].strip()]


def new_value(
    column: Column,
    seen: list[Value],
    current: Value,
    rng: random.Random,
    now: datetime | None = None,
    row: Mapping[str, Value] | None = None,
) -> Value:
    """A value that differs from `current`, made after the pattern of the values seen; None where none can be made.

    Args:
        now: the present in the world: what is planned comes after it, what has happened does not.
        row: the other values of the row, with which a date has to be in step.
    """
    if column.choices or column.type == "boolean":
        others = [value for value in column.choices or (0, 1) if value != current]
        return rng.choice(others) if others else None
    if column.dated:
        return new_date(column, seen, current, rng, now, row or {})
    if column.numeric:
        numbers = [value for value in seen if isinstance(value, int | float)]
        return new_number(column, numbers, current if isinstance(current, int | float) else None, rng, now)
    if column.type == "blob":
        return None
    texts = [value for value in seen if isinstance(value, str) and value]
    if current is None and column.text_kind == "email" and (names := _names_in(row or {})):
        current = f"{'.'.join(names)}@{next((text.rpartition('@')[2] for text in texts), 'example.org')}"
    return new_text(column, texts, str(current) if current is not None else None, rng)


def _names_in(row: Mapping[str, Value]) -> list[str]:
    """The first and the last name in a row, as an address has them."""
    parts = [str(row[name] or "") for name in row if re.search(r"(?:first|given|last|family|sur)_?name", name, re.I)]
    names = [re.sub(r"[^a-z]", "", part.lower()) for part in parts]
    return names if len(names) == 2 and all(names) else []


def shifted(
    column: Column, current: Value, rng: random.Random, now: datetime | None = None
) -> tuple[Value, Value, str]:
    """A number or date moved by a round step: the new value, the step, and how a person says it, as in `raised by`.

    The new value is None where the column is not one to move, or leaves no room.
    """
    if column.dated:
        value, days = shifted_date(column, str(current), rng, now)
        return value, abs(days), f"days {'later' if days > 0 else 'earlier'}"
    if not isinstance(current, int | float) or column.coded:
        return None, 0, "raised by"
    number, step = shifted_number(column, current, rng)
    return number, abs(step), f"{'raised' if step > 0 else 'lowered'} by"


def opening_choice(column: Column, rng: random.Random, usual: Value = None) -> Value:
    """What a new record has of a few choices: the default, or one that no finished record has.

    Args:
        usual: what the newest records have.
    """
    default = (column.default or "").strip("()'")
    for value in (default, usual):
        if value in column.choices and str(value).lower() not in phrases("closing"):
            return value
    open_ones = [value for value in column.choices if str(value).lower() in phrases("opening")]
    left = [value for value in column.choices if str(value).lower() not in phrases("closing")]
    return rng.choice(open_ones or left or list(column.choices))


def is_status(column: Column) -> bool:
    """Whether a column of choices says how far a row has come, which changes by itself in time."""
    said = {str(value).lower() for value in column.choices}
    named = column.label.split()[-1:] and column.label.split()[-1] in phrases("status")
    return (
        bool(column.choices)
        and (bool(named) or len(said & phrases("closing")) >= 2)
        and bool(said & phrases("closing"))
    )
