"""What a database says about itself: tables, columns, keys, references, choices, samples of values.

Knows nothing of tools or goals, which are written from it, nor of how it is read: see `reflection`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from turnwise.values.words import column_label, plural, table_noun, words

ValueType = Literal["integer", "number", "text", "date", "datetime", "boolean", "blob"]
Value = int | float | str | None


@dataclass(frozen=True)
class Column:
    """One column, as declared and as filled."""

    name: str
    field: str
    """its name as a parameter or result field"""
    type: ValueType
    nullable: bool
    default: str | None
    """SQL text of the declared default"""
    unique: bool
    """no two rows share a value (declared or observed)"""
    choices: tuple[Value, ...]
    """the values it may take: declared by CHECK, or the few that are observed"""
    closed: bool
    """the choices are declared, so nothing else is valid"""
    minimum: float | None
    distinct: int
    example: str = ""
    """one of its values, as text"""
    generated: bool = False

    @property
    def label(self) -> str:
        """What a person calls it."""
        return column_label(self.name)

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "number")

    @property
    def dated(self) -> bool:
        return self.type in ("date", "datetime")


@dataclass(frozen=True)
class Reference:
    """A single-column foreign key, declared or inferred from names and values."""

    column: str
    table: str
    to: str
    declared: bool


@dataclass(frozen=True)
class Table:
    """One table or view."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """columns of the primary key, or of a unique column that can serve as one; empty when there is none"""
    automatic_key: bool
    """SQLite numbers new rows itself"""
    references: tuple[Reference, ...]
    label: tuple[str, ...]
    """columns that name a row to a person: title; first and last name; empty when rows go by number"""
    rows: int
    view: bool

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def noun(self) -> str:
        return table_noun(self.name)

    @cached_property
    def nouns(self) -> str:
        return plural(self.noun)

    @cached_property
    def link(self) -> tuple[Reference, Reference] | None:
        """The two references that make this a link table (many to many), container first."""
        ends = [r for r in self.references if r.column in self.key]
        if self.view or len(self.key) != 2 or len(ends) != 2 or len(self.columns) > 5:
            return None
        first, second = ends
        name = words(self.name)
        if name.startswith(table_noun(second.table)) and not name.startswith(table_noun(first.table)):
            first, second = second, first
        return first, second

    def reference(self, column: str) -> Reference | None:
        """The reference that a column makes, if any."""
        return next((r for r in self.references if r.column == column), None)


@dataclass(frozen=True)
class Schema:
    """All tables of a database, in the order of their names."""

    tables: dict[str, Table]

    def children(self, table: str) -> list[tuple[Table, Reference]]:
        """Every (table, reference) that points at a table."""
        return [(t, r) for t in self.tables.values() for r in t.references if r.table == table]
