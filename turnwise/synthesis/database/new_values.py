"""New values that look as if they had always belonged to a column: to try tools out, and for users to ask for."""

import random
import re
import string
from datetime import datetime, timedelta

from turnwise.synthesis.database.schema import Column, Schema, Table, Value
from turnwise.worlds import Session
from turnwise.worlds.changes import quoted
from turnwise.worlds.simulated.sampling import invented

_CODED = "phone fax mobile postal zip code reference serial barcode isbn plate number"
_NAMES = {
    "given_names": ("first name", "given name", "forename"),
    "family_names": ("last name", "family name", "surname"),
}
_DULL = ("file size in bytes", "length in milliseconds", "fax", "notes", "note")
"""What nobody volunteers about a new record."""


def observed(session: Session, table: Table, column: Column, limit: int = 300) -> list[Value]:
    """The distinct values of a column, in a fixed order."""
    name = quoted(column.name)
    rows = session.query(
        f"SELECT DISTINCT {name} AS v FROM {quoted(table.name)} WHERE {name} IS NOT NULL ORDER BY 1 LIMIT :limit",
        {"limit": limit},
    )
    return [row["v"] for row in rows if not isinstance(row["v"], str) or row["v"] == row["v"].strip()]


def new_value(column: Column, seen: list[Value], current: Value, rng: random.Random) -> Value:
    """A value that differs from `current`, made after the pattern of the values seen; None where none can be made."""
    if column.choices or column.type == "boolean":
        return _another(list(column.choices) or [0, 1], current, rng)
    if not seen:
        return None
    if column.dated:
        return moved(str(current or seen[-1]), rng.randrange(1, 29))
    if column.numeric:
        return _number(column, [v for v in seen if isinstance(v, int | float)], current, rng)
    text = str(current or rng.choice(seen))
    label = column.label
    if "email" in label or "e mail" in label:
        domain = str(rng.choice(seen)).rpartition("@")[2] or "example.org"
        return f"{rng.choice(invented()['given_names'])}.{rng.choice(invented()['family_names'])}@{domain}".lower()
    for names, labels in _NAMES.items():
        if label in labels:
            return _another(invented()[names], current, rng)
    if any(word in label for word in _CODED.split()) or re.fullmatch(r"[\d\W]+", text):
        return _recoded(text, rng)
    if "address" in label or "street" in label:
        other = str(_another(seen, current, rng))
        return re.sub(r"\d+", lambda m: str(rng.randrange(2, 10 ** min(3, len(m.group())))), other, count=1)
    if column.unique or any(word in label for word in ("name", "title")):
        return _another(invented()["titles"], current, rng)
    return _another(seen, current, rng)


def shifted(column: Column, current: Value, rng: random.Random) -> tuple[Value, Value, str]:
    """A number or date moved by a round step: the new value, the step, and how a person says it, as in `raised by`."""
    if column.dated:
        days = rng.choice((2, 3, 5, 7, 10, 14))
        later = rng.random() < 0.8
        return moved(str(current), days if later else -days), days, f"days {'later' if later else 'earlier'}"
    assert isinstance(current, int | float)
    steps = (0.1, 0.2, 0.5) if current < 10 else (1, 2, 5) if current < 100 else (5, 10, 25, 50)
    step: int | float = rng.choice(steps) if column.type == "number" else rng.choice((1, 2, 3, 5))
    up = rng.random() < 0.7 or current - step <= (column.minimum or 0)
    value = round(current + step if up else current - step, 2)
    return value, step, f"{'raised' if up else 'lowered'} by"


def new_row(
    schema: Schema, table: Table, session: Session, rng: random.Random, given: dict[str, Value]
) -> dict[str, Value]:
    """Values for the columns of a new row, by column name; `given` ones stand, references point at real rows.

    Optional columns are left out more often than not, as people do. Missing when no value can be made.
    """
    row = dict(given)
    for column in table.columns:
        automatic = (column.name in table.key and table.automatic_key) or column.generated or column.type == "blob"
        optional = (column.nullable or column.default is not None) and column.name not in table.label
        if column.name in row or automatic or (optional and (rng.random() < 0.85 or column.label in _DULL)):
            continue
        value = inserted_value(schema, table, column, session, rng)
        if value is not None:
            row[column.name] = value
    return _with_own_email(table, row)


def inserted_value(schema: Schema, table: Table, column: Column, session: Session, rng: random.Random) -> Value:
    """A value for the column of a new row; a reference points at a real row. None when no value can be made."""
    reference = table.reference(column.name)
    if reference is None:
        return new_value(column, observed(session, table, column), None, rng)
    parent = schema.tables[reference.table]
    keys = observed(session, parent, parent.by_name[reference.to])
    return rng.choice(keys) if keys else None


def _with_own_email(table: Table, row: dict[str, Value]) -> dict[str, Value]:
    """A new person's address is made of their own name."""
    names = [str(row[c]) for c in table.label if c in row]
    for column, value in row.items():
        if "email" in table.by_name[column].label and isinstance(value, str) and len(names) == 2:
            local = ".".join(re.sub(r"[^a-z]", "", name.lower()) for name in names)
            row[column] = f"{local}@{value.rpartition('@')[2]}"
    return row


def _another(values: list[Value], current: Value, rng: random.Random) -> Value:
    others = [v for v in values if v != current and (not isinstance(v, str) or 0 < len(v) <= 80)]
    return rng.choice(others) if others else None


def moved(moment: str, days: int) -> str:
    """A date or time some days later, written as it was."""
    later = datetime.fromisoformat(moment) + timedelta(days=days)
    return later.isoformat(sep="T" if "T" in moment else " ")[: len(moment)]


def _number(column: Column, seen: list[int | float], current: Value, rng: random.Random) -> Value:
    if not seen:
        return None
    if column.type == "number":
        base = float(current) if isinstance(current, int | float) else float(rng.choice(seen))
        value = round(max(base * rng.choice((0.8, 0.9, 1.1, 1.2, 1.25, 1.5)), column.minimum or 0), 2)
        return value if value != current else round(base + 1, 2)
    low, high = int(min(seen)), int(max(seen))
    high = high if high - low >= 2 else low + 5
    options = [n for n in {rng.randrange(low, high + 1) for _ in range(8)} if n != current]
    return max(options) if options else high + 1


def _recoded(text: str, rng: random.Random) -> str:
    """The same shape with other digits (the first digit of each group kept, so that codes stay plausible)."""
    other = re.sub(r"(?<=\d)\d", lambda _: rng.choice(string.digits), text)
    return other if other != text else other + rng.choice("23456789")
