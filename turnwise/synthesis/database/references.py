"""Which columns point at rows of other tables: declared as foreign keys, or plain from names and values."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from turnwise.synthesis.database.labels import without_initials
from turnwise.synthesis.database.phrases import is_about, phrases
from turnwise.synthesis.database.tables import Column, Reference, Table
from turnwise.values.dates import WEEKDAYS
from turnwise.values.words import column_label, is_spoken, listed, snake, words
from turnwise.worlds.changes import quoted

_WORKING_DAYS = 5


def declared_references(connection: sqlite3.Connection, table: str) -> tuple[Reference, ...]:
    """The foreign keys of one column; one that names no column refers to the primary key."""
    rows = connection.execute(
        """SELECT f."from", f."table", coalesce(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = 1))
        FROM pragma_foreign_key_list(?) f GROUP BY f.id HAVING count(*) = 1 ORDER BY f.id""",
        (table,),
    )
    return tuple(Reference(column, target, to, declared=True) for column, target, to in rows if to is not None)


def inferred_references(tables: Iterable[Table]) -> list[str]:
    """A sentence about the references that no source declares; none where all are declared."""
    found = [
        f"{table.name}.{r.column} points at {r.table}.{r.to}"
        for table in tables
        for r in table.references
        if not r.declared
    ]
    return [f"references, taken from names and values: {listed(found)}"] if found else []


def with_references(connection: sqlite3.Connection, table: Table, tables: dict[str, Table]) -> Table:
    """A table with the references that hold, under the names that the tables have, and those that are plain."""
    kept: dict[str, Reference] = {}
    for reference in _resolved(table, tables):
        kept.setdefault(reference.column, reference)
    fixed = kept.keys() | (set(table.key) if len(table.key) == 1 else set())
    others = [t for t in tables.values() if t.name != table.name and len(t.key) == 1 and t.rows and not t.view]
    for column in table.columns:
        if column.name in fixed or column.type not in ("integer", "text") or table.view or not column.distinct:
            continue
        for target in others:
            if _is_named_after(column, target) and _all_there(connection, table, column, target):
                kept[column.name] = Reference(column.name, target.name, target.key[0], declared=False)
                break
    # A key that is also a reference takes the number of what it points at: it is never drawn.
    automatic = table.automatic_key and table.key[0] not in kept
    columns = tuple(_called(column, table, kept.get(column.name), tables) for column in table.columns)
    return replace(table, references=tuple(kept.values()), automatic_key=automatic, columns=columns)


def _resolved(table: Table, tables: dict[str, Table]) -> list[Reference]:
    """The declared references with the names as the tables write them, for SQL compares names without case."""
    by_lower = {name.lower(): target for name, target in tables.items()}
    own = {name.lower(): name for name in table.by_name}
    found = []
    for r in table.references:
        target, column = by_lower.get(r.table.lower()), own.get(r.column.lower())
        to = next((name for name in target.by_name if name.lower() == r.to.lower()), None) if target else None
        if target is not None and column is not None and to is not None:
            found.append(Reference(column, target.name, to, declared=True))
    return found


def _is_named_after(column: Column, target: Table) -> bool:
    key, noun = target.by_name[target.key[0]], snake(target.noun)
    names = (noun, f"{noun}_id", f"{noun}id", key.field if key.field != "name" else noun)
    said = column_label(column.name) == target.noun
    return bool(noun) and (said or column.field in names) and key.type == column.type


def _all_there(connection: sqlite3.Connection, table: Table, column: Column, target: Table) -> bool:
    stray = connection.execute(
        f"SELECT 1 FROM {quoted(table.name)} WHERE {quoted(column.name)} IS NOT NULL AND"
        f" {quoted(column.name)} NOT IN (SELECT {quoted(target.key[0])} FROM {quoted(target.name)}) LIMIT 1"
    )
    return stray.fetchone() is None


def _is_short_for(word: str, noun: str) -> bool:
    """Whether a word is the beginning of a noun, as in `pub` for a publisher."""
    return 1 < len(word) < len(noun) and noun.startswith(word) and not noun.startswith(f"{word} ")


def _day_of(label: str) -> str:
    """The day of the week that a label is short for; empty where it is none."""
    return next((d for d in WEEKDAYS if len(label) >= 3 and d.startswith(label.removesuffix(" hours"))), "")


def _called(column: Column, table: Table, reference: Reference | None, tables: dict[str, Table]) -> Column:
    """A column whose own name is no word, `facid`, `memid`, goes by what it points at or numbers."""
    label = column_label(column.name)
    first, _, rest = label.partition(" ")
    if reference is not None:
        called = _pointing(label, tables[reference.table].noun)
        return replace(column, called=called) if called != label else column
    # Somebody's number, of whom no table tells: who approved it; not what something was raised by.
    if column.type == "integer" and re.fullmatch(r"\w+(?:ed|en) by", label) and not is_about(label, "steps_by"):
        return replace(column, bookkeeping=True)
    if (bare := without_initials(label, table.noun)) != label:
        return replace(column, called=bare)
    if (day := _day_of(label)) and sum(bool(_day_of(column_label(c.name))) for c in table.columns) >= _WORKING_DAYS:
        return replace(column, called=day)
    if label in ("contact", "contacts") and re.fullmatch(r"[\d +()-]{6,}", column.example):
        return replace(column, called="contact number")
    alike = sum(column_label(other.name).split(" ")[0] == first for other in table.columns)
    if _is_short_for(first, table.noun) and alike > 1:  # all its columns begin with it: au_id, au_lname
        return replace(column, called=f"{table.noun} {rest or 'id'}")
    if column.name not in table.key and words(column.name) == f"{label} id" and column.type == "integer":
        return replace(column, called=f"{label} number")
    if table.key != (column.name,) or label in ("paid", "void", "valid"):
        return column
    if re.fullmatch(r"[a-z]{2,}id", label) or (
        label == table.noun and column.type == "text" and column.name not in table.label
    ):
        return replace(column, called=f"{table.noun} number" if column.type == "integer" else f"{table.noun} id")
    return column


_PROPERTIES = ("no", "nr", "number", "code", "name", "title", "email", "e-mail", "username", "login", "isbn", "zip")
"""What a row is known by: a column that points at it is not called so."""


def _pointing(label: str, noun: str) -> str:
    """What a column that points at a row of this noun is called: `sales rep` for `sales rep employee number`."""
    parts = label.split(" ")
    if parts[-1] in _PROPERTIES and label not in noun:
        label = " ".join(parts[:-1]) or noun  # the department, of `dept_name`; a person, of `email`
    if (
        _is_short_for(label, noun)
        or noun.startswith(f"{label} ")
        or not is_spoken(label)
        or parts[-1] == "via"
        or re.fullmatch(r"[a-z]{2,}id", label)
    ):
        return noun
    role = next((label.removesuffix(end) for end in (f" {noun}", f" {noun.split()[0]}") if label.endswith(end)), "")
    return role if role and role.split(" ")[-1] in phrases("people") else label
