"""A dump of PostgreSQL, MySQL or SQL Server becomes tables: sqlglot reads its statements, and what SQLite lacks is told by line.

Triggers, functions, sequences' settings, owners and rights have no place in a world. Errors and remarks give the
file's own line numbers.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.changes import ChangedRows
from turnwise.synthesis.seeds.columns import (
    COMPUTED,
    UNSPOKEN,
    CustomType,
    column_of,
    copied_value,
    custom_type,
    default_value,
    literal_value,
    names_of,
    plain_check,
    reads_as,
    rows_of,
    without,
)
from turnwise.synthesis.seeds.names import TableNames
from turnwise.synthesis.seeds.routines import ROUTINE, on_condition, outside_routines
from turnwise.synthesis.seeds.splitting import Dialect, Statement, split_dump
from turnwise.synthesis.seeds.tables import SourceForeignKey, SourceTable, SqlValue, aligned, build
from turnwise.synthesis.seeds.tolerant import parsed
from turnwise.synthesis.seeds.translating import CHANGES
from turnwise.values.words import counted

TITLES: dict[Dialect, str] = {"mysql": "MySQL", "postgres": "PostgreSQL", "tsql": "SQL Server"}
_TYPE = re.compile(r"\s*CREATE\s+(TYPE|DOMAIN)\s+([\w.\"]+)\s+AS\s+(.*)", re.IGNORECASE | re.DOTALL)
_INHERITS = re.compile(r"\bINHERITS\s*\(([^)]*)\)\s*\Z", re.IGNORECASE)
_PARTITION = re.compile(r"\s*CREATE\s+TABLE\s+([\w.\"]+)\s+PARTITION\s+OF\s+([\w.\"]+)", re.IGNORECASE)
_ATTACH = re.compile(r"\s*ALTER\s+TABLE\s+(?:ONLY\s+)?([\w.\"]+)\s+ATTACH\s+PARTITION\s+([\w.\"]+)", re.IGNORECASE)
_COPY = re.compile(r"\s*COPY\s+([\w.\"]+)\s*(?:\((.*?)\))?\s*FROM\s+stdin\b(.*)", re.IGNORECASE | re.DOTALL)
_MATERIALIZED = re.compile(r"(CREATE\s+)MATERIALIZED\s+(VIEW)", re.IGNORECASE)
_VIEW_HEAD = re.compile(r"(CREATE\s+)(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?(VIEW)\b",
                        re.IGNORECASE)  # fmt: skip
_READ = re.compile(
    r"\s*(CREATE|ALTER|INSERT|REPLACE|COPY|UPDATE|DELETE|TRUNCATE|WITH|MERGE|DO|CALL|LOAD)\b", re.IGNORECASE
)
_REPLACE = re.compile(r"\s*REPLACE\s+(?:INTO\s+)?", re.IGNORECASE)
_ACTION = re.compile(r"ON (?:DELETE|UPDATE) (?:CASCADE|SET NULL|SET DEFAULT)")
_UNSAID = re.compile(r"(\bOVERRIDING\s+(?:SYSTEM|USER)\s+VALUE\b|\bWITH\s+(?:NO)?CHECK\s+(?=ADD\b))", re.IGNORECASE)
"""words of INSERT and ALTER that say nothing of the rows"""


class _Dump:
    """What the statements of one dump have added up to so far."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tables: dict[str, SourceTable] = {}
        self.names = TableNames()
        self.views: dict[str, str] = {}
        self.custom: dict[str, CustomType] = {}
        self.parents: dict[str, str] = {}  # of tables whose rows are another's: partitions and heirs
        self.unread: dict[str, Counter[str]] = defaultdict(Counter)  # by table, values that are no literals
        self.notes: list[str] = []
        self.changed = ChangedRows(self.notes)


def read_dump(text: str, dialect: Dialect, what: str) -> tuple[sqlite3.Connection, list[str]]:
    """The database that a dump describes, and a sentence for each thing left out; SeedError where none comes of it."""
    dump = _Dump(dialect)
    before = ""
    for statement in outside_routines(split_dump(text, dialect)):
        hangs, before = dialect == "tsql" and on_condition(before, statement.sql), statement.sql
        if hangs:
            dump.changed.leave_out(statement.line, _first_words(statement.sql), "it hangs on a condition")
        if hangs or not _READ.match(statement.sql):
            continue  # settings, locks, comments on objects, owners and rights
        try:
            _take(dump, statement)
        except (SqlglotError, RecursionError) as error:
            reason = str(error).split("\n")[0].split(". Line ")[0]
            if re.match(r"\s*(CREATE\s+TABLE\s[^(]+\(|INSERT|COPY)", statement.sql, re.IGNORECASE):
                raise SeedError(
                    f"{what}, line {statement.line}: this statement of {TITLES[dialect]} cannot be read: {reason}"
                ) from error
            dump.changed.leave_out(statement.line, _first_words(statement.sql), reason)
    tables = [table for key, table in dump.tables.items() if key not in dump.parents]
    if not tables:
        raise SeedError(f"{what} holds no CREATE TABLE: dump the schema together with the rows")
    dump.changed.run(dump.tables)
    dump.changed.finish(dump.tables)
    for child, parent in dump.parents.items():
        if child in dump.tables and (target := dump.tables.get(_eldest(dump, parent))):
            target.rows += aligned(dump.tables[child], target)
    tables = [without(table, (UNSPOKEN, COMPUTED)) for table in tables]
    for name, unread in dump.unread.items():
        dump.notes += [
            f"{name}: {counted(n, 'value')} {what!r}: no literal, taken as empty" for what, n in unread.items()
        ]
    return build(tables, dump.views.items(), dump.notes), dump.notes


def _take(dump: _Dump, statement: Statement) -> None:
    sql = statement.sql
    if found := ROUTINE.match(sql):
        kind, name = found.group(1).lower(), re.sub(r'["`\[\]]', "", found.group(2))
        kind = "procedure" if kind == "proc" else kind
        dump.notes.append(f"{kind} {name} (line {statement.line}): a world holds plain tables and views")
    elif found := _TYPE.match(sql):
        if (custom := custom_type(found.group(3))) is not None:
            dump.custom[plain_name(found.group(2))] = custom
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
    if dump.dialect == "mysql":
        sql = _REPLACE.sub("INSERT OR REPLACE INTO ", sql, count=1) if _REPLACE.match(sql) else sql
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
        _insert(dump, tree, statement)
    elif isinstance(tree, CHANGES):
        _change(dump, tree, statement)
    elif not isinstance(tree, (exp.Query, exp.Create)) and not re.match(r"\s*(?:CREATE|ALTER)\b", sql, re.IGNORECASE):
        dump.changed.leave_out(statement.line, _first_words(sql), f"{sql.split()[0].upper()} is not run")


def _change(dump: _Dump, tree: exp.Expr, statement: Statement) -> None:
    """Change the rows read so far, by a statement that is run."""
    said = _first_words(statement.sql)
    split = {*dump.parents, *dump.parents.values()}
    if any(_key(dump, table) in split for table in tree.find_all(exp.Table)):
        dump.changed.leave_out(statement.line, said, "it uses a table that has its rows in several")
    else:
        dump.changed.add(statement.line, said, tree, lambda table: _called(dump, table))


def _table(dump: _Dump, tree: exp.Create, line: int) -> SourceTable:
    schema = tree.this
    if not isinstance(schema, exp.Schema):
        raise SqlglotError("a table made by a query has no columns of its own")
    name = dump.names.created(schema.this.text("db"), schema.this.name)
    key = name.lower()
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


def _key(dump: _Dump, named: exp.Expr) -> str:
    """What a table is found by that a statement names."""
    return dump.names.found(named.text("db"), named.name).lower()


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
    actions = " ".join(option for option in reference.args.get("options") or () if _ACTION.fullmatch(option))
    table.foreign_keys.append(SourceForeignKey(columns, _called(dump, named), referred, actions))


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


def _insert(dump: _Dump, tree: exp.Insert, statement: Statement) -> None:
    target = tree.this
    named = target.this if isinstance(target, exp.Schema) else target
    table = dump.tables.get(_key(dump, named))
    rows = rows_of(tree.expression)
    if table is None:
        dump.changed.leave_out(statement.line, _first_words(statement.sql), f"the dump makes no table {named.name}")
        return
    if not rows or any(isinstance(cell, exp.Subquery) for row in rows for cell in row):
        _change(dump, tree, statement)
        return
    dump.changed.run(dump.tables)
    names = names_of(target.expressions) if isinstance(target, exp.Schema) else None
    unread = dump.unread[table.name]
    given = {name.lower() for name in names or ()}
    left = {c.name.lower(): default_value(c) for c in table.columns if names and c.name.lower() not in given}
    for cells in rows:
        read = [None if cell.sql() == "DEFAULT" else literal_value(cell, unread) for cell in cells]
        table.rows.append(_placed(table, names, read, statement.line, left))


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


def _copy(dump: _Dump, statement: Statement, name: str, columns: str | None) -> None:
    schema, _, plain = name.replace('"', "").rpartition(".")
    table = dump.tables.get(dump.names.found(schema, plain).lower())
    if table is None:
        raise SqlglotError(f"COPY into {name}, which the dump does not create: dump the schema together with the rows")
    dump.changed.run(dump.tables)
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


def plain_name(text: str) -> str:
    """A name in the dump without its schema and quotes, in lower case: what tables are found by."""
    return text.rpartition(".")[2].strip('"` ').lower()


def _first_words(sql: str) -> str:
    return " ".join(sql.split()[:4])
