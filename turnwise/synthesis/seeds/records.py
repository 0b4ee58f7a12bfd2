"""Rows without a schema, of CSV, Excel, Parquet, JSON or data frames, become tables: types and keys are inferred and said."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.tables import SourceColumn, SourceForeignKey, SourceTable, SqlValue
from turnwise.values.words import listed, snake, table_noun, words

Record = Mapping[str, Any]
Records = Sequence[Record]
MOST_COLUMNS = 1000
"""of a table of a world"""

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?|-?\.\d+")
_GROUPED = re.compile(r"[$€£]? ?-?\d{1,3}(?:,\d{3})*(?:\.\d+)?")
_COMMA = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
_LONG_NUMBER = re.compile(r"-?\d{19,}")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_OTHER_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_TRUTHS = {"true": 1, "false": 0}
_KEY_ENDINGS = ("id", "key", "code", "number", "no", "nr", "sku", "isbn", "uuid")
_MISSING = ("", "nan", "NaN", "NULL", "null", "None", "N/A", "n/a", "NA")
_DEEPEST = 3


def tables_of_records(sources: Mapping[str, Iterable[Record]], notes: list[str]) -> list[SourceTable]:
    """A table for each name, with its types and key inferred; lists of objects inside a row become tables of their own.

    What was inferred, and what could not be, is told in `notes`. SeedError where there is nothing in a table.
    """
    tables: list[SourceTable] = []
    for name, records in sources.items():
        tables += _tables(snake(name) or "rows", list(records), notes, _DEEPEST)
    if not tables:
        raise SeedError(f"{listed([*sources])}: there are no rows, and goals are composed from rows")
    if keys := [f"{table.name}.{table.primary_key[0]}" for table in tables if table.primary_key]:
        notes.append(f"keys: {listed(keys)}, whose values are all there and all different")
    if keyless := [table.name for table in tables if not table.primary_key]:
        notes.append(f"no key: {listed(keyless)}, where no column tells the rows apart")
    taken: set[str] = set()
    for table in tables:
        if table.name in taken:
            raise SeedError(f"two tables are called {table.name}: rename one of the files, sheets or lists")
        taken.add(table.name)
    return tables


def check_width(name: str, columns: int) -> None:
    """Raise SeedError where a table has more columns than a world takes."""
    if columns > MOST_COLUMNS:
        raise SeedError(f"{name} has {columns:,} columns, and a table has at most {MOST_COLUMNS:,}: leave some out")


def _tables(name: str, records: list[Record], notes: list[str], depth: int) -> list[SourceTable]:
    flat = [dict(_flat(record)) for record in records]
    order = list(dict.fromkeys(key for record in flat for key in record))
    check_width(name, len(order))
    inner = [key for key in order if _is_list_of_objects(flat, key)] if depth else []
    names = _column_names([key for key in order if key not in inner])
    if not names or not flat:
        notes.append(f"{name}: it holds no rows")
        return []
    columns, cells = [], []
    for key, column_name in names.items():
        column, values = _column(column_name, [record.get(key) for record in flat], f"{name}.{column_name}", notes)
        columns.append(column)
        cells.append(values)
    table = SourceTable(name, columns, rows=list(zip(*cells, strict=True)))
    table.primary_key = _key(table)
    made = [table]
    for key in inner:
        made += _inner_tables(table, key, flat, notes, depth - 1)
    return made


def _inner_tables(
    table: SourceTable, key: str, flat: list[dict[str, Any]], notes: list[str], depth: int
) -> list[SourceTable]:
    """The lists of objects in a field of the rows as a table that points at them."""
    if not table.primary_key:
        notes.append(f"{table.name}.{key}: its rows have no key that the list in them could point at")
        return []
    own = table.primary_key[0]
    noun = snake(table_noun(table.name))
    pointer = own if own != "id" else f"{noun}_id"
    at = [column.name for column in table.columns].index(own)
    rows: list[Record] = [
        {pointer: row[at], **item}
        for row, record in zip(table.rows, flat, strict=True)
        for item in record.get(key) or ()
    ]
    made = _tables(f"{noun}_{snake(key)}", rows, notes, depth)
    for inner in made[:1]:
        inner.foreign_keys.append(SourceForeignKey((pointer,), table.name, (own,)))
    return made


def _flat(record: Record, prefix: str = "") -> Iterable[tuple[str, Any]]:
    if not isinstance(record, Mapping):
        raise SeedError(f"a row is expected to be an object with named values, and this is none: {str(record)[:60]!r}")
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}_")
        else:
            yield name, value


def _is_list_of_objects(flat: list[dict[str, Any]], key: str) -> bool:
    lists = [record[key] for record in flat if record.get(key)]
    return bool(lists) and all(
        isinstance(value, list) and all(isinstance(i, Mapping) for i in value) for value in lists
    )


def _column_names(keys: list[str]) -> dict[str, str]:
    """Names that SQL compares as different, for headers that may be empty or alike."""
    taken: set[str] = set()
    names = {}
    for number, key in enumerate(keys, 1):
        printable = "".join(sign for sign in str(key) if sign.isprintable() or sign.isspace())
        plain = " ".join(printable.split()) or f"column {number}"
        name, again = plain, 2
        while name.lower() in taken:
            name, again = f"{plain} {again}", again + 1
        taken.add(name.lower())
        names[key] = name
    return names


def _column(name: str, values: list[Any], where: str, notes: list[str]) -> tuple[SourceColumn, list[SqlValue]]:
    plain = [_plain(value) for value in values]
    present = [value for value in plain if value is not None]
    kind = _kind(present)
    read: list[SqlValue] = [_as(kind, value) for value in plain]
    if kind in ("DMY", "MDY"):
        notes.append(f"dates of {where}: read as {'day' if kind == 'DMY' else 'month'} first")
        kind = "DATE"
    elif kind in ("GROUPED", "COMMA"):
        kind = "DECIMAL(12, 2)"
    required = bool(present) and len(present) == len(plain)
    return SourceColumn(name, kind, required=required), read


def _plain(value: Any) -> str | int | float | None:
    """A value as text or number, None where nothing is there."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):  # a day of a spreadsheet or data frame is midnight of it
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        with suppress(UnicodeDecodeError):
            return value.decode("utf-8") or None
        return value.hex()
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return ", ".join(str(item) for item in value)
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if hasattr(value, "item"):  # a number of numpy
        return _plain(value.item())
    text = str(value).replace("\x00", "").strip()
    text = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")  # half a character
    return None if text in _MISSING or str(value) in ("NaT", "<NA>") else text


def _kind(values: list[str | int | float]) -> str:
    """The type that every value of a column fits; TEXT where none does."""
    if not values:
        return "TEXT"
    if all(isinstance(value, (int, float)) for value in values):
        return "INTEGER" if all(isinstance(value, int) for value in values) else "REAL"
    texts = [str(value) for value in values]
    if any(_LONG_NUMBER.fullmatch(text) for text in texts):
        return "TEXT"  # of an account, say: no number holds all its digits
    for kind, pattern in (("INTEGER", _INTEGER), ("REAL", _NUMBER), ("DATE", _ISO_DAY)):
        if all(pattern.fullmatch(text) for text in texts):
            return kind
    if all(text.lower() in _TRUTHS for text in texts):
        return "BOOLEAN"
    if all(_ISO_DAY.fullmatch(text) or _ISO_MOMENT.fullmatch(text) for text in texts):
        return "TIMESTAMP"
    if all(_GROUPED.fullmatch(text) for text in texts) and any("," in t or t[0] in "$€£" for t in texts):
        return "GROUPED"
    if all(_COMMA.fullmatch(text) for text in texts) and any("," in text for text in texts):
        return "COMMA"
    return _day_order(texts) or "TEXT"


def _day_order(texts: list[str]) -> str:
    """Whether all are dates written day or month first, told by a number over twelve; empty where nothing tells it."""
    found = [_OTHER_DAY.fullmatch(text) for text in texts]
    days = [(int(f.group(1)), f.group(2), int(f.group(3))) for f in found if f]
    if len(days) < len(texts):
        return ""
    first, second = max(d[0] for d in days), max(d[2] for d in days)
    if first <= 31 and second <= 12 and (first > 12 or all(d[1] == "." for d in days)):
        return "DMY"
    return "MDY" if first <= 12 < second <= 31 else ""


def _as(kind: str, value: str | int | float | None) -> SqlValue:
    if value is None or not isinstance(value, str):
        return value if kind != "TEXT" or value is None else str(value)
    if kind == "INTEGER":
        return int(value)
    if kind == "REAL":
        return float(value)
    if kind == "COMMA":
        return float(value.replace(".", "").replace(",", "."))
    if kind == "GROUPED":
        return float(value.lstrip("$€£ ").replace(",", ""))
    if kind == "BOOLEAN":
        return _TRUTHS[value.lower()]
    if kind == "TIMESTAMP" and (moment := _ISO_MOMENT.fullmatch(value)):
        return f"{moment.group(1)} {moment.group(2)}"
    if kind in ("DMY", "MDY") and (found := _OTHER_DAY.fullmatch(value)):
        day, month = (1, 3) if kind == "DMY" else (3, 1)
        return f"{found.group(4)}-{int(found.group(month)):02}-{int(found.group(day)):02}"
    return value


def _key(table: SourceTable) -> tuple[str, ...]:
    """The column by which a row is known: the first that is called so and is complete and different in each row."""
    noun = snake(table_noun(table.name))
    called = ("id", f"{noun}_id", f"{noun}id", f"{noun}_number", f"{noun}_code", f"{noun}_key", noun)
    ranked = sorted(
        range(len(table.columns)),
        key=lambda at: (called.index(n) if (n := snake(table.columns[at].name)) in called else len(called), at),
    )
    for at in ranked:
        column = table.columns[at]
        named = snake(column.name) in called or (at == 0 and words(column.name).split(" ")[-1] in _KEY_ENDINGS)
        values = [row[at] for row in table.rows]
        if named and column.required and column.type in ("INTEGER", "TEXT") and len(set(values)) == len(values):
            return (column.name,)
    return ()
