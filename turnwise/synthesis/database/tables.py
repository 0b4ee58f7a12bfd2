"""The tables, columns and references of a database as the other stages read them. Knows not how they are found."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from turnwise.synthesis.database.declarations import Value, ValueType
from turnwise.synthesis.database.meaning import Outlook
from turnwise.synthesis.database.phrases import is_about
from turnwise.values.words import column_label, has_a_name, is_spoken, plural, snake, table_noun, words


@dataclass(frozen=True)
class Column:
    """One column, as declared and as filled."""

    name: str
    field: str  # its name as a parameter or result field
    type: ValueType
    nullable: bool
    default: str | None  # SQL text of the declared default
    unique: bool  # no two rows share a value (declared or observed)
    choices: tuple[Value, ...]  # the values it may take: declared by CHECK, or the few that are observed
    closed: bool  # the choices are declared, so nothing else is valid
    minimum: float | None
    distinct: int
    example: str = ""  # one of its values, as text
    generated: bool = False
    declared_unique: bool = False
    mixed: bool = False
    """whether some of its values are texts and some are numbers"""
    called: str = ""
    """what a person calls it where its own name does not tell, as `facility` for `facid`"""
    bookkeeping: bool = False
    """kept for the program's own sake (last update, hashes, blobs): nobody asks for it, nor wishes it changed"""
    coded: bool = False
    """a number that stands for something and measures nothing (a postcode, a year): never summed, ranked or shifted"""
    year: bool = False
    flag: bool = False
    """yes or no, also as 1 or 0: nobody asks for it by its name, nor sets it to a number"""
    nature: bool = False
    """what the row is by nature (type, genre, brand): another value would make it another thing"""
    text_kind: str = ""
    """what kind of text it holds, such as email, city or person; see `text_kinds`"""
    outlook: Outlook = ""
    """whether its dates lie ahead when they are entered, or tell what has happened"""

    @property
    def label(self) -> str:
        return self.called or column_label(self.name)

    @property
    def spoken(self) -> bool:
        """Whether the label is words that people say; one that is not is best quoted as it stands."""
        return is_spoken(self.label)

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
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """columns of the primary key, or of a unique column that can serve as one; empty when there is none"""
    automatic_key: bool
    """whether new rows are numbered for whoever adds them: by SQLite, or with the next free number"""
    rowid_key: bool
    """whether it is SQLite that numbers them"""
    references: tuple[Reference, ...]
    label: tuple[str, ...]
    """columns that name a row to a person: title; first and last name; empty when rows go by number"""
    rows: int
    view: bool
    prefix: str = ""
    """what the names of all tables begin with"""
    number: int = 1
    """its place among the tables"""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def noun(self) -> str:
        return table_noun(self.name, self.prefix)

    @cached_property
    def nouns(self) -> str:
        return plural(self.noun)

    @cached_property
    def slug(self) -> str:
        """The noun as a part of a tool's name."""
        return snake(self.noun) or f"record_{self.number}"

    @cached_property
    def slugs(self) -> str:
        """The plural of the noun as a part of a tool's name."""
        return snake(self.nouns) or f"records_{self.number}"

    @cached_property
    def key_columns(self) -> tuple[Column, ...]:
        return tuple(self.by_name[name] for name in self.key)

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
        if has_a_name(table_noun(first.table)) and not has_a_name(table_noun(second.table)):
            first, second = second, first  # a pet is one of somebody's, and nobody is one of a pet's
        return first, second

    @cached_property
    def is_part(self) -> bool:
        """Whether its rows are no things of their own: nothing names them, and they are numbered by what they belong to."""
        return not self.label and len(self.key) == 1 and self.reference(self.key[0]) is not None

    @cached_property
    def numbered_within(self) -> dict[str, str]:
        """Columns that count the rows of one list, as the lines of an order, and the column that says whose list it is."""
        of = next((name for name in self.key if self.reference(name) is not None), None)
        free = [
            c for c in self.columns if c.name not in self.key and c.type == "integer" and not self.reference(c.name)
        ]
        return {c.name: of for c in free if of and len(self.key) > 1 and is_about(c.label, "ordinals")}

    def row(self, result: dict[str, Any]) -> dict[str, Any]:
        """A result by column name."""
        return {c.name: result[c.field] for c in self.columns if c.field in result}

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
