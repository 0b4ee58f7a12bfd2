"""New values, and new rows as people would enter them: open, pointing at rows still to come, with values that go together."""

import random
import re
from collections.abc import Mapping
from datetime import datetime

from turnwise.synthesis.database.column_values import is_status, new_value, observed, opening_choice, shifted
from turnwise.synthesis.database.declarations import Value
from turnwise.synthesis.database.moments import read_moment
from turnwise.synthesis.database.phrases import is_about, phrases
from turnwise.synthesis.database.tables import Column, Reference, Schema, Table
from turnwise.worlds import Session
from turnwise.worlds.changes import quoted

__all__ = ["inserted_value", "new_row", "new_value", "observed", "shifted"]

_LEFT_OUT = 0.85
"""how often what need not be said of a new row is not said"""
_OFTEN_SAID = ("email", "phone")
_OF_ONE_PLACE = ("city", "region", "country", "postcode")
_OF_ONE_MAKE = ("make", "brand", "manufacturer", "model", "vehicle make", "vehicle model", "car make", "car model")
_LOOKED_AT = 300
_FEW_VALUES = 3
_TRIES = 12
_LIKE = 3
"""values of rows of the same kind from which on a new value is one of theirs"""


def new_row(
    schema: Schema, table: Table, session: Session, rng: random.Random, given: dict[str, Value]
) -> dict[str, Value]:
    """Values for the columns of a new row, by column name; `given` ones stand, references point at real rows.

    Optional columns are left out more often than not, as people do. Missing when no value can be made.
    """
    row = dict(given)
    neighbour: dict[str, Value] = {}
    for _ in range(_TRIES):
        row = dict(given)
        # What a row points at and what kind it is come first: the other values go by them.
        for column in sorted(table.columns, key=lambda c: (table.reference(c.name) is None, not c.choices)):
            if column.name not in row and not _unsaid(session, table, column, rng):
                value = inserted_value(schema, table, column, session, rng, row)
                # A city, its region and its country are those of one place: where someone lives already.
                together = column.text_kind in _OF_ONE_PLACE and not column.unique
                together = together or (column.label in _OF_ONE_MAKE and not column.declared_unique)
                if together and not neighbour:
                    neighbour = _some_row(session, table, rng, row)
                value = neighbour[column.name] if together and _says(neighbour.get(column.name)) else value
                row |= {column.name: value} if value is not None else {}
        if len(table.key) < 2 or not _exists(session, table, row):
            break
    order = [*given, *(c.name for c in table.columns)]
    return _with_own_addresses(table, {name: row[name] for name in dict.fromkeys(order) if name in row})


def _says(value: Value) -> bool:
    return value is not None and bool(str(value).strip())


def _some_row(session: Session, table: Table, rng: random.Random, beside: Mapping[str, Value]) -> dict[str, Value]:
    """A row there is: one that points where the row `beside` it does, if there is any."""
    for column in (c for c in beside if table.reference(c) is not None):
        rows = session.query(
            f"SELECT * FROM {quoted(table.name)} WHERE {quoted(column)} = :v ORDER BY 1 DESC LIMIT 1",
            {"v": beside[column]},
        )
        if rows:
            return rows[0]
    offset = rng.randrange(max(1, table.rows))
    rows = session.query(f"SELECT * FROM {quoted(table.name)} LIMIT 1 OFFSET :n", {"n": offset})
    return rows[0] if rows else {}


def _unsaid(session: Session, table: Table, column: Column, rng: random.Random) -> bool:
    """Whether nobody would state a column of a new row: what comes by itself, and mostly what may be left out."""
    if (column.name in table.key and table.automatic_key) or column.generated or column.type == "blob":
        return True
    if not (column.nullable or column.default is not None) or column.name in table.label:
        return column.bookkeeping and column.dated
    if table.rows and column.distinct < 2 and not column.example.strip():  # nobody has ever filled it in
        return True
    closing = column.dated and is_about(column.label, "closing_dates")
    dull = column.text_kind == "note" or any(word in column.label for word in ("fax", "bytes"))
    if column.bookkeeping or closing or dull or is_status(column) or _closes(column):
        return True
    # Whatever is declared: what every row points at is needed, and the day on which it happens.
    if (table.reference(column.name) or column.dated) and column.default is None and _always(session, table, column):
        return False
    loose = all(other.nullable for other in table.columns if other.name not in table.key)
    return rng.random() < (0.5 if loose or column.text_kind in _OFTEN_SAID else _LEFT_OUT)


def _always(session: Session, table: Table, column: Column) -> bool:
    """Whether every row has a value of a column."""
    empty = f"SELECT 1 FROM {quoted(table.name)} WHERE {quoted(column.name)} IS NULL LIMIT 1"
    return table.rows > 0 and not session.query(empty)


def inserted_value(
    schema: Schema,
    table: Table,
    column: Column,
    session: Session,
    rng: random.Random,
    row: Mapping[str, Value] | None = None,
) -> Value:
    """A value for the column of a new row; a reference points at a real row. None when no value can be made.

    Args:
        row: the values of the new row that are known already.
    """
    reference = table.reference(column.name)
    if reference is not None:
        return _parent_key(schema, table, column, reference, session, rng)
    if is_status(column) or _closes(column):
        usual = _newest(session, table, column)
        return opening_choice(column, rng, usual) if column.choices else usual
    if column.choices:
        return _chosen(column, rng)
    alone = table.key == (column.name,) or column.declared_unique
    if alone and column.type == "integer" and not column.coded:
        name = quoted(column.name)
        free: Value = session.query(f"SELECT coalesce(max({name}), 0) + 1 AS v FROM {quoted(table.name)}")[0]["v"]
        return free
    seen = observed(session, table, column)
    if not alone and column.numeric and not column.year:
        seen = _of_its_like(session, table, column, row or {}) or seen
    for _ in range(_TRIES):
        value = new_value(column, seen, None, rng, session.now, row)
        if value is None or not alone or not _exists(session, table, {column.name: value}, (column.name,)):
            return value
    return None


def _closes(column: Column) -> bool:
    """Whether a column is a flag that says that a row is done with: discontinued, cancelled."""
    return not column.dated and column.distinct <= _FEW_VALUES and is_about(column.label, "closing")


def _chosen(column: Column, rng: random.Random) -> Value:
    left = [value for value in column.choices if str(value).lower() not in phrases("closing")]
    return rng.choice(left or list(column.choices))


def _newest(session: Session, table: Table, column: Column) -> Value:
    """What the newest rows have most often."""
    if not table.key:
        return None
    name, order = quoted(column.name), ", ".join(f"{quoted(key)} DESC" for key in table.key)
    rows = session.query(
        f"SELECT v FROM (SELECT {name} AS v FROM {quoted(table.name)} ORDER BY {order} LIMIT 12)"
        " GROUP BY v ORDER BY count(*) DESC, v LIMIT 1"
    )
    return rows[0]["v"] if rows else None


def _parent_key(
    schema: Schema, table: Table, column: Column, reference: Reference, session: Session, rng: random.Random
) -> Value:
    """The key of a row to point at: best one that is open and still to come, and where only one may, one that none does."""
    parent = schema.tables[reference.table]
    to = quoted(reference.to)
    alone = table.key == (column.name,) or column.declared_unique
    free = f"AND {to} NOT IN (SELECT {quoted(column.name)} FROM {quoted(table.name)} WHERE {quoted(column.name)} IS NOT NULL)"
    rows = session.query(
        f"SELECT * FROM {quoted(parent.name)} WHERE {to} IS NOT NULL {free if alone else ''} ORDER BY {to}"
        " LIMIT :limit OFFSET :offset",
        {"limit": _LOOKED_AT, "offset": 0 if alone else rng.randrange(max(1, parent.rows - _LOOKED_AT + 1))},
    )
    best = [row for row in rows if _is_current(parent, row, session.now)]
    chosen = rng.choice(best or rows) if rows else None
    value: Value = chosen[reference.to] if chosen is not None else None
    return value


def _is_current(table: Table, row: Mapping[str, Value], now: datetime) -> bool:
    """Whether a row is one that new ones are added to: open, begun, and where it is an event, not over."""
    for column in table.columns:
        value = row.get(column.name)
        if column.choices and is_status(column) and str(value).lower() in phrases("closing"):
            return False
        moment = read_moment(value) if column.dated else None
        if moment is None or column.bookkeeping:
            continue
        happens = column.outlook == "ahead" and is_about(f"{table.noun} {column.label}", "happening")
        if (happens and moment.at <= now) or (column.outlook == "past" and moment.at > now):
            return False
    return True


def _of_its_like(session: Session, table: Table, column: Column, row: Mapping[str, Value]) -> list[Value]:
    """The values of the rows that are of the same kind as a new row; none where too few are."""
    kinds = [c for c in table.columns if c.name in row and (c.nature or table.reference(c.name)) and c.distinct <= 40]
    name = quoted(column.name)
    for kind in kinds:
        found = session.query(
            f"SELECT DISTINCT {name} AS v FROM {quoted(table.name)} WHERE {name} IS NOT NULL"
            f" AND {quoted(kind.name)} = :kind ORDER BY 1 LIMIT {_LOOKED_AT}",
            {"kind": row[kind.name]},
        )
        if len(found) >= _LIKE:
            return [other["v"] for other in found]
    return []


def _exists(session: Session, table: Table, row: Mapping[str, Value], names: tuple[str, ...] = ()) -> bool:
    """Whether a row with these values is there; by its key unless it is said by what."""
    names = names or table.key
    if any(name not in row for name in names):
        return False
    test = " AND ".join(f"{quoted(name)} = :v{n}" for n, name in enumerate(names))
    values = {f"v{n}": row[name] for n, name in enumerate(names)}
    return bool(session.query(f"SELECT 1 FROM {quoted(table.name)} WHERE {test} LIMIT 1", values))


def _with_own_addresses(table: Table, row: dict[str, Value]) -> dict[str, Value]:
    """A new person's mail address and user name are made of their own name."""
    named = [c.name for kind in ("given", "family") for c in table.columns if c.text_kind == kind and c.name in row]
    names = [re.sub(r"[^a-z]", "", str(row[name]).lower()) for name in named]
    for column, value in row.items() if len(names) == 2 and all(names) else ():
        kind = table.by_name[column].text_kind
        if kind == "email" and isinstance(value, str):
            row[column] = f"{'.'.join(names)}@{value.rpartition('@')[2]}"
        elif kind == "username" and isinstance(value, str):
            row[column] = f"{names[0][0]}{names[1]}"
    return row
