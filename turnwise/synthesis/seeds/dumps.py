"""A dump of PostgreSQL, MySQL or SQL Server becomes tables: sqlglot reads its statements, and what SQLite lacks is told by line.

Triggers, functions, sequences' settings, owners and rights have no place in a world. Errors and remarks give the
file's own line numbers.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.columns import (
    COMPUTED,
    UNSPOKEN,
    CustomType,
    column_of,
    copied_value,
    default_value,
    literal_value,
    names_of,
    plain_check,
    reads_as,
    rows_of,
    type_name,
)
from turnwise.synthesis.seeds.splitting import Dialect, Statement, split_dump
from turnwise.synthesis.seeds.tables import SourceForeignKey, SourceTable, SqlValue, build
from turnwise.synthesis.seeds.tolerant import parsed
from turnwise.values.words import counted

TITLES: dict[Dialect, str] = {"mysql": "MySQL", "postgres": "PostgreSQL", "tsql": "SQL Server"}
_ROUTINE = re.compile(
    r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:CONSTRAINT\s+)?"
    r"(EVENT\s+TRIGGER|TRIGGER|FUNCTION|PROC|PROCEDURE|AGGREGATE|EVENT|RULE|OPERATOR|CAST)\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"([\w.\"`\[\]]+)",
    re.IGNORECASE,
)
_TYPE = re.compile(r"\s*CREATE\s+(TYPE|DOMAIN)\s+([\w.\"]+)\s+AS\s+(.*)", re.IGNORECASE | re.DOTALL)
_INHERITS = re.compile(r"\bINHERITS\s*\(([^)]*)\)\s*\Z", re.IGNORECASE)
_PARTITION = re.compile(r"\s*CREATE\s+TABLE\s+([\w.\"]+)\s+PARTITION\s+OF\s+([\w.\"]+)", re.IGNORECASE)
_ATTACH = re.compile(r"\s*ALTER\s+TABLE\s+(?:ONLY\s+)?([\w.\"]+)\s+ATTACH\s+PARTITION\s+([\w.\"]+)", re.IGNORECASE)
_COPY = re.compile(r"\s*COPY\s+([\w.\"]+)\s*(?:\((.*?)\))?\s*FROM\s+stdin\b(.*)", re.IGNORECASE | re.DOTALL)
_MATERIALIZED = re.compile(r"(CREATE\s+)MATERIALIZED\s+(VIEW)", re.IGNORECASE)
_VIEW_HEAD = re.compile(r"(CREATE\s+)(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?(VIEW)\b",
                        re.IGNORECASE)  # fmt: skip
_READ = re.compile(r"\s*(CREATE|ALTER|INSERT|REPLACE|COPY)\b", re.IGNORECASE)
_UNSAID = re.compile(r"(\bOVERRIDING\s+(?:SYSTEM|USER)\s+VALUE\b|\bWITH\s+(?:NO)?CHECK\s+(?=ADD\b))", re.IGNORECASE)
"""words of INSERT and ALTER that say nothing of the rows"""


class _Dump:
    """What the statements of one dump have added up to so far."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tables: dict[str, SourceTable] = {}
        self.owners: dict[str, str] = {}  # the schemas of tables
        self.places: dict[str, str] = {}  # the names of tables whose plain name another schema's table had before
        self.views: dict[str, str] = {}
        self.custom: dict[str, CustomType] = {}
        self.parents: dict[str, str] = {}  # of tables whose rows are another's: partitions and heirs
        self.unread: dict[str, Counter[str]] = defaultdict(Counter)  # by table, values that are no literals
        self.notes: list[str] = []


def read_dump(text: str, dialect: Dialect, what: str) -> tuple[sqlite3.Connection, list[str]]:
    """The database that a dump describes, and a sentence for each thing left out; SeedError where none comes of it."""
    dump = _Dump(dialect)
    for statement in split_dump(text, dialect):
        if not _READ.match(statement.sql):
            continue  # settings, locks, comments on objects, owners and rights
        try:
            _take(dump, statement)
        except SqlglotError as error:
            reason = str(error).split("\n")[0].split(". Line ")[0]
            if re.match(r"\s*(CREATE\s+TABLE\s[^(]+\(|INSERT|COPY)", statement.sql, re.IGNORECASE):
                raise SeedError(
                    f"{what}, line {statement.line}: this statement of {TITLES[dialect]} cannot be read: {reason}"
                ) from error
            dump.notes.append(f"line {statement.line}: {_first_words(statement.sql)}: {reason}")
    tables = [table for key, table in dump.tables.items() if key not in dump.parents]
    if not tables:
        raise SeedError(f"{what} holds no CREATE TABLE: dump the schema together with the rows")
    for child, parent in dump.parents.items():
        if child in dump.tables and (target := dump.tables.get(_eldest(dump, parent))):
            target.rows += _aligned(dump.tables[child], target)
    for table in tables:
        _drop_unspoken(table)
    for name, unread in dump.unread.items():
        dump.notes += [
            f"{name}: {counted(n, 'value')} {what!r}: no literal, taken as empty" for what, n in unread.items()
        ]
    return build(tables, dump.views.items(), dump.notes), dump.notes


def _drop_unspoken(table: SourceTable) -> None:
    kept = [at for at, column in enumerate(table.columns) if column.type not in (UNSPOKEN, COMPUTED)]
    if len(kept) < len(table.columns):
        names = {table.columns[at].name.lower() for at in kept}
        table.unique = [columns for columns in table.unique if {name.lower() for name in columns} <= names]
        table.columns = [table.columns[at] for at in kept]
        table.rows = [[row[at] for at in kept] for row in table.rows]


def _take(dump: _Dump, statement: Statement) -> None:
    sql = statement.sql
    if found := _ROUTINE.match(sql):
        kind, name = found.group(1).lower(), re.sub(r'["`\[\]]', "", found.group(2))
        kind = "procedure" if kind == "proc" else kind
        dump.notes.append(f"{kind} {name} (line {statement.line}): a world holds plain tables and views")
    elif found := _TYPE.match(sql):
        _take_type(dump, found.group(2), found.group(3))
    elif found := _COPY.match(sql):
        _copy(dump, statement, found.group(1), found.group(2))
    elif found := _PARTITION.match(sql):
        child, parent = plain_name(found.group(1)), plain_name(found.group(2))
        columns = dump.tables[parent].columns if parent in dump.tables else []
        dump.tables[child] = SourceTable(child, list(columns))
        dump.parents[child] = parent
    elif found := _ATTACH.match(sql):
        dump.parents[plain_name(found.group(2))] = plain_name(found.group(1))
    else:
        _take_parsed(dump, statement)


def _take_parsed(dump: _Dump, statement: Statement) -> None:
    sql = _VIEW_HEAD.sub(r"\1\2", _MATERIALIZED.sub(r"\1\2", statement.sql, count=1), count=1)
    parent = _INHERITS.search(sql)
    sql = _UNSAID.sub("", sql[: parent.start()] if parent else sql, count=1)
    tree = parsed(sql, dump.dialect)
    if isinstance(tree, exp.Create) and tree.kind == "TABLE":
        table = _table(dump, tree, statement.line)
        if parent:
            dump.parents[table.name.lower()] = plain_name(parent.group(1))
    elif isinstance(tree, exp.Create) and tree.kind == "VIEW":
        _view(dump, tree, statement.line)
    elif isinstance(tree, exp.Create) and tree.kind == "INDEX" and tree.args.get("unique"):
        _unique_index(dump, tree)
    elif isinstance(tree, exp.Alter):
        _alter(dump, tree)
    elif isinstance(tree, exp.Insert):
        _insert(dump, tree, statement.line)


def _table(dump: _Dump, tree: exp.Create, line: int) -> SourceTable:
    schema = tree.this
    if not isinstance(schema, exp.Schema):
        raise SqlglotError("a table made by a query has no columns of its own")
    key, name = _new_name(dump, schema.this)
    table = SourceTable(name, [])
    for part in schema.expressions:
        if isinstance(part, exp.ColumnDef):
            _column(dump, table, part, line)
        else:
            _constraint(dump, table, part)
    if key in dump.tables:
        dump.notes.append(f"table {table.name} (line {line}): a table of this name stands earlier in the file")
        return table
    dump.tables[key] = table
    return table


def _new_name(dump: _Dump, named: exp.Expr) -> tuple[str, str]:
    """What a table is found by and called: with its schema where a table of another schema has the name already."""
    name, schema = named.name, named.text("db")
    full = f"{schema}.{name}".lower()
    if schema and name.lower() in dump.tables and dump.owners.get(name.lower()) != schema.lower():
        name = f"{schema}_{name}"
        dump.places[full] = name.lower()
    dump.owners.setdefault(name.lower(), schema.lower())
    return name.lower(), name


def _key(dump: _Dump, named: exp.Expr) -> str:
    """What a table is found by that a statement names."""
    plain = named.name.lower()
    return dump.places.get(f"{named.text('db').lower()}.{plain}", plain)


def _called(dump: _Dump, named: exp.Expr) -> str:
    table = dump.tables.get(_key(dump, named))
    return table.name if table is not None else named.name


def _column(dump: _Dump, table: SourceTable, part: exp.ColumnDef, line: int) -> None:
    column = column_of(part, dump.custom)
    table.columns.append(column)
    if column.type == UNSPOKEN:
        dump.notes.append(f"column {table.name}.{part.name} (line {line}): there is nothing in it to read or say")
    elif column.type == COMPUTED:
        dump.notes.append(f"column {table.name}.{part.name} (line {line}): it is computed from others")
    for constraint in part.constraints:
        kind = constraint.kind
        if isinstance(kind, exp.PrimaryKeyColumnConstraint):
            table.primary_key = (column.name,)
        elif isinstance(kind, exp.UniqueColumnConstraint):
            table.unique.append((column.name,))
        elif isinstance(kind, exp.Reference):
            _refer(dump, table, (column.name,), kind)
        elif isinstance(kind, exp.CheckColumnConstraint):
            _check(table, kind)


def _constraint(dump: _Dump, table: SourceTable, part: exp.Expr) -> None:
    if isinstance(part, exp.Constraint):
        for inner in part.expressions:
            _constraint(dump, table, inner)
    elif isinstance(part, exp.PrimaryKey):
        table.primary_key = names_of(part.expressions)
    elif isinstance(part, exp.UniqueColumnConstraint) and isinstance(part.this, exp.Schema):
        _unique(table, part.this.expressions)
    elif isinstance(part, exp.ForeignKey):
        _refer(dump, table, names_of(part.expressions), part.args["reference"])
    elif isinstance(part, exp.CheckColumnConstraint):
        _check(table, part)


def _unique(table: SourceTable, columns: list[exp.Expr]) -> None:
    if all(isinstance(column, (exp.Column, exp.Identifier, exp.Ordered)) for column in columns):
        table.unique.append(names_of(columns))


def _refer(dump: _Dump, table: SourceTable, columns: tuple[str, ...], reference: exp.Expr) -> None:
    target = reference.this
    referred = names_of(target.expressions) if isinstance(target, exp.Schema) else ()
    named = target.this if isinstance(target, exp.Schema) else target
    table.foreign_keys.append(SourceForeignKey(columns, _called(dump, named), referred))


def _check(table: SourceTable, check: exp.CheckColumnConstraint) -> None:
    tree = check.this.copy().transform(plain_check)
    table.checks.append(tree.sql(dialect="sqlite"))


def _alter(dump: _Dump, tree: exp.Alter) -> None:
    table = dump.tables.get(_key(dump, tree.this))
    for action in tree.args.get("actions", ()):
        if table is None or not isinstance(action, exp.AddConstraint):
            continue
        for part in action.expressions:
            _constraint(dump, table, part)


def _unique_index(dump: _Dump, tree: exp.Create) -> None:
    index = tree.this
    table = dump.tables.get(_key(dump, index.args["table"])) if index.args.get("table") else None
    parameters = index.args.get("params")
    if table is None or parameters is None or parameters.args.get("where"):
        return
    _unique(table, [column.this for column in parameters.args.get("columns") or ()])


def _view(dump: _Dump, tree: exp.Create, line: int) -> None:
    named = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    name = named.name
    plain = tree.copy().transform(lambda node: node.expression if isinstance(node, exp.Introducer) else node)
    plain.set("properties", None)
    for table in plain.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    if (stand_in := dump.tables.get(name.lower())) is not None and not stand_in.rows:
        del dump.tables[name.lower()]  # by which mysqldump lets views refer to each other
    try:
        dump.views[name] = plain.sql(dialect="sqlite", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        dump.notes.append(f"view {name} (line {line}): {str(error).splitlines()[0]}")


def _insert(dump: _Dump, tree: exp.Insert, line: int) -> None:
    target = tree.this
    named = target.this if isinstance(target, exp.Schema) else target
    table = dump.tables.get(_key(dump, named))
    rows = rows_of(tree.expression)
    if table is None or not rows:
        dump.notes.append(f"line {line}: INSERT into {named.name}: only rows of values in a table of the dump are read")
        return
    names = names_of(target.expressions) if isinstance(target, exp.Schema) else None
    unread = dump.unread[table.name]
    given = {name.lower() for name in names or ()}
    left = {c.name.lower(): default_value(c) for c in table.columns if names and c.name.lower() not in given}
    for cells in rows:
        read = [None if cell.sql() == "DEFAULT" else literal_value(cell, unread) for cell in cells]
        table.rows.append(_placed(table, names, read, line, left))


def _placed(
    table: SourceTable,
    names: tuple[str, ...] | None,
    row: list[SqlValue],
    line: int,
    left: Mapping[str, SqlValue] = MappingProxyType({}),
) -> list[SqlValue]:
    """The values of a row in the order of the table's columns; those of `left` are not in it."""
    names = names or tuple(column.name for column in table.columns)
    if len(row) != len(names):
        raise SqlglotError(f"line {line} has {counted(len(row), 'value')} for {counted(len(names), 'column')}")
    by_name = {**left, **{name.lower(): value for name, value in zip(names, row, strict=True)}}
    return [reads_as(column, by_name.get(column.name.lower())) for column in table.columns]


def _take_type(dump: _Dump, name: str, definition: str) -> None:
    if re.match(r"ENUM\b", definition, re.IGNORECASE):
        labels = re.findall(r"'((?:[^']|'')*)'", definition)
        dump.custom[plain_name(name)] = CustomType("TEXT", tuple(label.replace("''", "'") for label in labels))
    elif kind := re.match(r"\w[\w ]*?(?=\s*(?:\(|\n|CONSTRAINT|CHECK|NOT|DEFAULT|COLLATE|\Z))", definition):
        # a domain goes by the type that it restricts
        dump.custom[plain_name(name)] = CustomType(type_name(exp.DataType.build(kind.group(0), dialect="postgres")))


def _copy(dump: _Dump, statement: Statement, name: str, columns: str | None) -> None:
    table = dump.tables.get(dump.places.get(name.replace('"', "").lower(), plain_name(name)))
    if table is None:
        raise SqlglotError(f"COPY into {name}, which the dump does not create: dump the schema together with the rows")
    names = tuple(part.strip().strip('"') for part in columns.split(",")) if columns else None
    if statement.cut_off:
        dump.notes.append(f"line {statement.line}: the rows of {table.name} have no end: the file seems cut off")
    for offset, text in enumerate(statement.data.split("\n")):
        if text.rstrip("\r"):
            row: list[SqlValue] = [copied_value(cell) for cell in text.rstrip("\r").split("\t")]
            table.rows.append(_placed(table, names, row, statement.line + 1 + offset))


def _eldest(dump: _Dump, name: str) -> str:
    seen = {name}
    while (above := dump.parents.get(name)) and above not in seen:
        name = above
        seen.add(name)
    return name


def _aligned(child: SourceTable, parent: SourceTable) -> Iterator[list[SqlValue]]:
    order = {column.name.lower(): at for at, column in enumerate(child.columns)}
    places = [order.get(column.name.lower()) for column in parent.columns]
    for row in child.rows:
        yield [None if at is None else row[at] for at in places]


def plain_name(text: str) -> str:
    """A name in the dump without its schema and quotes, in lower case: what tables are found by."""
    return text.rpartition(".")[2].strip('"` ').lower()


def _first_words(sql: str) -> str:
    return " ".join(sql.split()[:4])
