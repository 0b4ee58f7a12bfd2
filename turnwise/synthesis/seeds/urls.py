"""A database behind a URL: reflected by SQLAlchemy and copied, so many rows of each table, with the rows they refer to."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.files import needed
from turnwise.synthesis.seeds.tables import SourceColumn, SourceForeignKey, SourceTable, SqlValue

ROWS = 200
"""rows of each table copied unless asked otherwise"""
_MOST_PARENTS = 20  # rounds in which referred rows are added
_CHUNK = 200  # values in one query


def is_database_url(seed: str) -> bool:
    """Whether a seed is a SQLAlchemy URL, as postgresql://... or mysql+pymysql://..."""
    return bool(re.match(r"[a-z][a-z0-9_]*(\+[a-z0-9_]+)?://", seed)) and not re.match(r"https?://|wss?://", seed)


def read_url(url: str, rows: int | None = None) -> tuple[list[SourceTable], list[str], str]:
    """The tables of a database, what was left out, and the database's name; the password is told to nobody.

    SeedError where the database or its driver is not there.
    """
    sa = needed("sqlalchemy", "a database by its URL")
    most = rows or ROWS
    notes: list[str] = []
    try:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        metadata = sa.MetaData()
        with engine.connect() as connection:
            metadata.reflect(connection)
            tables = _copied(sa, connection, metadata.sorted_tables, most, notes)
        name = str(engine.url.database or engine.dialect.name)
    except ImportError as error:
        driver = str(error).partition("'")[2].rstrip("'") or str(error)
        raise SeedError(f"{_safe(sa, url)} needs its driver: pip install {driver}") from error
    except sa.exc.SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        raise SeedError(f"{_safe(sa, url)} cannot be read: {reason}") from error
    if not tables:
        raise SeedError(f"{_safe(sa, url)} holds no tables")
    return tables, notes, re.sub(r"\W+", "_", name.rpartition("/")[2].partition(".")[0])


def _safe(sa: Any, url: str) -> str:
    try:
        return str(sa.engine.make_url(url).render_as_string(hide_password=True))
    except sa.exc.SQLAlchemyError:
        return "the URL"


def _copied(sa: Any, connection: Any, tables: Iterable[Any], most: int, notes: list[str]) -> list[SourceTable]:
    tables = list(tables)
    rows: dict[str, dict[tuple[Any, ...], Any]] = {}
    for table in tables:
        order = list(table.primary_key.columns) or list(table.columns)[:1]
        found = connection.execute(sa.select(table).order_by(*order).limit(most + 1)).all()
        rows[table.key] = {_identity(table, row): row for row in found[:most]}
        if len(found) > most:
            notes.append(f"rows of {table.name}: the first {most} and those that others refer to; --rows N copies more")
    _add_referred(sa, connection, tables, rows)
    return [_source(table, list(rows[table.key].values()), notes) for table in tables]


def _add_referred(sa: Any, connection: Any, tables: list[Any], rows: dict[str, dict[tuple[Any, ...], Any]]) -> None:
    """Add the rows that copied rows point at, until none is missing."""
    by_key = {table.key: table for table in tables}
    for _ in range(_MOST_PARENTS):
        added = 0
        for table in tables:
            for key in table.foreign_key_constraints:
                target = by_key.get(key.referred_table.key)
                if target is None or len(key.elements) != 1:
                    continue
                column, to = key.elements[0].parent, key.elements[0].column
                have = {row._mapping[to.name] for row in rows[target.key].values()}
                wanted = {row._mapping[column.name] for row in rows[table.key].values()} - have - {None}
                values = sorted(wanted, key=str)
                for at in range(0, len(values), _CHUNK):
                    for row in connection.execute(sa.select(target).where(to.in_(values[at : at + _CHUNK]))):
                        rows[target.key][_identity(target, row)] = row
                        added += 1
        if not added:
            return


def _identity(table: Any, row: Any) -> tuple[Any, ...]:
    return tuple(row._mapping[column.name] for column in table.primary_key.columns) or tuple(map(str, row))


def _source(table: Any, rows: list[Any], notes: list[str]) -> SourceTable:
    columns, kept = [], []
    for at, column in enumerate(table.columns):
        kind = _type(column.type)
        if kind is None:
            notes.append(f"column {table.name}.{column.name}: there is nothing in it to read or say")
            continue
        allowed = tuple(map(str, getattr(column.type, "enums", ()) or ()))
        kept.append(at)
        columns.append(SourceColumn(column.name, kind, required=not column.nullable, allowed=allowed))
    made = SourceTable(table.name, columns, tuple(column.name for column in table.primary_key.columns))
    for key in sorted(table.foreign_key_constraints, key=lambda key: [e.parent.name for e in key.elements]):
        made.foreign_keys.append(
            SourceForeignKey(
                tuple(element.parent.name for element in key.elements),
                key.referred_table.name,
                tuple(element.column.name for element in key.elements),
            )
        )
    made.rows = [[_value(row[at]) for at in kept] for row in rows]
    return made


def _type(kind: Any) -> str | None:
    """The SQLite type of a column by the Python type of its values; None for search vectors and shapes."""
    kind = getattr(kind, "data_type", kind)  # a domain goes by the type that it restricts
    name = type(kind).__name__.upper()
    if name in ("TSVECTOR", "NULLTYPE", "GEOMETRY", "GEOGRAPHY", "POINT"):
        return None
    try:
        python = kind.python_type
    except NotImplementedError:
        return "TEXT"
    if name == "TINYINT" and getattr(kind, "display_width", None) == 1:
        return "BOOLEAN"
    known = {"bool": "BOOLEAN", "int": "INTEGER", "float": "REAL", "date": "DATE", "time": "TIME", "bytes": "BLOB"}
    if python is Decimal:
        size = (getattr(kind, "precision", None), getattr(kind, "scale", None))
        return f"DECIMAL({size[0]}, {size[1]})" if None not in size else "DECIMAL"
    if python.__name__ == "datetime":
        return "TIMESTAMP"
    length = getattr(kind, "length", None)
    return known.get(python.__name__) or (f"VARCHAR({length})" if length and python is str else "TEXT")


def _value(value: Any) -> SqlValue:
    if value is None or isinstance(value, (int, float, str, bytes)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    if hasattr(value, "strftime") and hasattr(value, "hour") and hasattr(value, "year"):
        return str(value.strftime("%Y-%m-%d %H:%M:%S"))
    if isinstance(value, (memoryview, bytearray)):
        return bytes(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
