"""Rows as SQL text, one INSERT to a line, so that a change of one row is a change of one line."""

from collections.abc import Iterable
from datetime import date, datetime

Value = str | int | float | date | None
Row = tuple[Value, ...]


def literal(value: Value) -> str:
    """A value as SQL writes it; a float is an amount of money and keeps its two decimals."""
    match value:
        case None:
            return "NULL"
        case datetime():
            return f"'{value:%Y-%m-%d %H:%M}'"
        case date():
            return f"'{value:%Y-%m-%d}'"
        case float():
            return f"{value:.2f}"
        case int():
            return str(value)
        case _:
            return "'" + value.replace("'", "''") + "'"


def inserts(table: str, rows: Iterable[Row]) -> str:
    """One statement per row, with a value for every column in the order the table declares them."""
    return "".join(f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))});\n" for row in rows)
