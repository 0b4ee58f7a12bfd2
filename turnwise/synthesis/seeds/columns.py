"""Columns and values of other databases' SQL as SQLite has them, read off sqlglot's trees."""

import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from turnwise.synthesis.seeds.reckoned import reckoned, written
from turnwise.synthesis.seeds.tables import SourceColumn, SourceTable, SqlValue

_T = exp.DataType.Type
_DAYS, _HOURS = (_T.DATE, _T.DATE32), (_T.TIME, _T.TIMETZ)
_TYPES = {
    "INTEGER": (*exp.DataType.INTEGER_TYPES, _T.YEAR, _T.SERIAL, _T.BIGSERIAL, _T.SMALLSERIAL),
    "REAL": (*exp.DataType.FLOAT_TYPES,),
    "BOOLEAN": (_T.BOOLEAN, _T.BIT),
    "DATE": _DAYS,
    "TIME": _HOURS,
    "TIMESTAMP": tuple(kind for kind in exp.DataType.TEMPORAL_TYPES if kind not in (*_DAYS, *_HOURS)),
    "BLOB": (_T.BINARY, _T.VARBINARY, _T.BLOB, _T.LONGBLOB, _T.MEDIUMBLOB, _T.TINYBLOB),
    "DECIMAL": (_T.DECIMAL, _T.UDECIMAL, _T.MONEY, _T.SMALLMONEY, _T.BIGDECIMAL),
}
_BY_TYPE = {kind: name for name, kinds in reversed(_TYPES.items()) for kind in kinds}
_UNSPOKEN = re.compile(r"(tsvector|geometry|geography|point|polygon|linestring|multi\w+|box|circle|path|line)\b")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?")
_BOOLEANS = {"t": 1, "true": 1, "f": 0, "false": 0, "\x00": 0, "\x01": 1, "b'0'": 0, "b'1'": 1}
_COPY_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
COMPUTED = "COMPUTED"
"""the type of a column that is computed from others, whose values no dump holds"""
UNSPOKEN = ""
"""the type of a column that nobody reads or says: a search vector, a shape"""


class CustomType(NamedTuple):
    """A type that a dump declares: the SQLite type it stands for, and the values of an enumeration."""

    type: str
    allowed: tuple[str, ...] = ()


def column_of(part: exp.ColumnDef, custom: Mapping[str, CustomType]) -> SourceColumn:
    kind = part.args.get("kind")
    named = (kind.sql(dialect="postgres") if kind is not None else "").lower().rpartition(".")[2].strip('"')
    column = SourceColumn(part.name, "TEXT")
    if named in custom:
        column.type, column.allowed = custom[named]
    elif _UNSPOKEN.match(named):
        column.type = UNSPOKEN
    elif isinstance(kind, exp.DataType):
        column.type = type_name(kind)
        if kind.this == _T.ENUM:
            column.allowed = tuple(str(value.this) for value in kind.expressions)
    for constraint in part.constraints:
        if isinstance(constraint.kind, exp.NotNullColumnConstraint):
            column.required = not constraint.kind.args.get("allow_null")
        elif isinstance(constraint.kind, exp.ComputedColumnConstraint):
            column.type = COMPUTED
        elif isinstance(constraint.kind, exp.DefaultColumnConstraint):
            column.default = _default(constraint.kind.this)
    return SourceColumn(column.name, COMPUTED) if column.type == COMPUTED else column


def type_name(kind: exp.DataType) -> str:
    """The SQLite type, by affinity, that holds a type of another database; TEXT for what has none of its own."""
    sizes = [size.name for size in kind.expressions if isinstance(size, exp.DataTypeParam)]
    if (kind.this in (_T.TINYINT, _T.BIT) and sizes == ["1"]) or (kind.this == _T.BIT and not sizes):
        return "BOOLEAN"  # how MySQL and SQL Server write it
    if kind.this == _T.BINARY and sizes and sizes[0] != "1":
        return "TEXT"  # of a fixed length: ids and digests, as text in `reads_as`
    if kind.this in (_T.CHAR, _T.VARCHAR, _T.NCHAR, _T.NVARCHAR) and sizes and sizes[0].isdecimal():
        return f"VARCHAR({sizes[0]})"
    name = _BY_TYPE.get(kind.this, "TEXT")
    return f"DECIMAL({', '.join(sizes)})" if name == "DECIMAL" and sizes else name


def custom_type(definition: str) -> CustomType | None:
    """What CREATE TYPE or CREATE DOMAIN defines; None of a type that has no values of its own."""
    if re.match(r"ENUM\b", definition, re.IGNORECASE):
        labels = re.findall(r"'((?:[^']|'')*)'", definition)
        return CustomType("TEXT", tuple(label.replace("''", "'") for label in labels))
    # a domain goes by the type that it restricts
    kind = re.match(r"\w[\w ]*?(?=\s*(?:\(|\n|CONSTRAINT|CHECK|NOT|DEFAULT|COLLATE|\Z))", definition)
    return CustomType(type_name(exp.DataType.build(kind.group(0), dialect="postgres"))) if kind else None


def _default(value: exp.Expr) -> str | None:
    """A default in SQLite's words; None for what another database computes: sequences, functions."""
    while isinstance(value, (exp.Cast, exp.Paren)):
        value = value.this
    if isinstance(value, exp.BitString):
        return str(int(value.name, 2))
    if isinstance(value, (exp.Literal, exp.Boolean)) or (
        isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal)
    ):
        return value.sql(dialect="sqlite")
    for kind in (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime):
        if isinstance(value, kind):
            return kind.sql_names()[0]
    return None


def literal_value(value: exp.Expr, unread: Counter[str]) -> SqlValue:
    """What a literal in INSERT says, or a moment reckoned from now; another expression is counted in `unread` and is None."""
    whole = value
    while isinstance(value, (exp.Cast, exp.Paren, exp.Introducer, exp.National)):
        value = value.expression if isinstance(value, exp.Introducer) else value.this
        if isinstance(value, str):
            return value
    match value:
        case exp.Null():
            return None
        case exp.Boolean():
            return int(value.this)
        case exp.Literal(is_string=True) | exp.RawString() | exp.UnicodeString():
            return str(value.this)
        case exp.Literal():
            return _number(value.this)
        case exp.Neg(this=exp.Literal() as inner):
            number = _number(inner.this)
            return -number if not isinstance(number, str) else f"-{number}"
        case exp.BitString():
            return int(value.this, 2)
        case exp.HexString():
            return bytes.fromhex(str(value.this).zfill(len(str(value.this)) + len(str(value.this)) % 2))
        case exp.ByteString():  # E'...' of PostgreSQL
            return str(value.this)
    if (moment := reckoned(whole)) is not None or (moment := written(whole)) is not None:
        return moment
    plain = simplify(whole.copy())
    if isinstance(plain, exp.Literal):  # 'a' || 'b', 10 * 5
        return literal_value(plain, unread)
    unread[value.sql()[:40]] += 1
    return None


def rows_of(source: exp.Expr) -> list[list[exp.Expr]]:
    """The rows that an INSERT gives: its VALUES, or what a SELECT from nothing selects; none where it reads tables."""
    if isinstance(source, exp.Values):
        return [row.expressions if isinstance(row, exp.Tuple) else [row] for row in source.expressions]
    plain = isinstance(source, exp.Select) and not source.args.get("from_") and not source.args.get("from")
    return [source.expressions] if plain else []


def default_value(column: SourceColumn) -> SqlValue:
    """What a column holds of a row that leaves it out."""
    return None if column.default is None else _default_read(column.default)


@lru_cache(maxsize=1024)  # a dump may have a statement for every row
def _default_read(default: str) -> SqlValue:
    return literal_value(sqlglot.parse_one(default, read="sqlite"), Counter())


def copied_value(cell: str) -> str | None:
    """A value in the text format of COPY."""
    if cell == "\\N":
        return None
    if "\\" not in cell:
        return cell
    return re.sub(r"\\(.)", lambda found: _COPY_ESCAPES.get(found.group(1), found.group(1)), cell)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def reads_as(column: SourceColumn, value: SqlValue) -> SqlValue:
    """A value in the form that SQLite's functions and a reader of the world expect of its column's type."""
    if not isinstance(value, str):
        if column.type == "BOOLEAN" and isinstance(value, bytes):
            return int.from_bytes(value, "big")
        if column.type == "TEXT" and isinstance(value, bytes):
            return str(uuid.UUID(bytes=value)) if len(value) == 16 else value.hex()
        return value
    if column.type == "BOOLEAN":
        return _BOOLEANS.get(value.lower(), value)
    if column.type in ("DATE", "TIMESTAMP") and value.startswith("0000-00-00"):
        column.required = False
        return None
    if column.type == "DATE" and re.fullmatch(r"\d{8}", value):
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    if column.type == "TIMESTAMP" and (moment := _MOMENT.fullmatch(value)):
        return f"{moment.group(1)} {moment.group(2)}"
    if column.type.startswith("DECIMAL") and re.fullmatch(r"-?\$[\d,]+(\.\d+)?", value):
        return value.replace("$", "").replace(",", "")
    return value


def without(table: SourceTable, types: Collection[str]) -> SourceTable:
    """A table without its columns of some types, and without what is unique by one of them."""
    kept = [at for at, column in enumerate(table.columns) if column.type not in types]
    if len(kept) == len(table.columns):
        return table
    columns = [table.columns[at] for at in kept]
    names = {column.name.lower() for column in columns}
    unique = [group for group in table.unique if {name.lower() for name in group} <= names]
    return replace(table, columns=columns, unique=unique, rows=[[row[at] for at in kept] for row in table.rows])


def names_of(columns: Iterable[exp.Expr]) -> tuple[str, ...]:
    """The names of columns, however they are wrapped: ordered, with a prefix's length."""
    return tuple(
        column.this.name if isinstance(column, (exp.Ordered, exp.ColumnPrefix)) else column.name for column in columns
    )


def plain_check(node: exp.Expr) -> exp.Expr:
    """A part of a check in SQLite's words: `x = ANY (ARRAY[...])`, as PostgreSQL dumps it, is `x IN (...)`."""
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
        array = node.expression.find(exp.Array)
        if array is not None:
            values = [value.this if isinstance(value, exp.Cast) else value for value in array.expressions]
            return exp.In(this=node.this.transform(plain_check), expressions=values)
    if isinstance(node, exp.Cast):
        inner: exp.Expr = node.this.transform(plain_check)
        return inner
    return node
