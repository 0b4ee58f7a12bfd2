"""UPDATE, DELETE, TRUNCATE and INSERT ... SELECT of PostgreSQL, MySQL or SQL Server as statements of SQLite. Runs nothing."""

from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.synthesis.seeds.columns import type_name
from turnwise.synthesis.seeds.reckoned import day_or_moment, reckoned, written

CHANGES = (exp.Update, exp.Delete, exp.TruncateTable, exp.Insert)


def translated(tree: exp.Expr, called: Callable[[exp.Expr], str]) -> list[str]:
    """The statements of SQLite that one of `CHANGES` comes to; SqlglotError where there is none.

    `called` says what a table is called in the world.
    """
    tree = tree.copy().transform(_plain)
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise SqlglotError("it uses a function as a table")
        name = called(table)
        if name.lower() != table.name.lower() and not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(name, quoted=True))
        _without_schema(table)
    for column in tree.find_all(exp.Column):
        _without_schema(column)
    if isinstance(tree, exp.TruncateTable):
        return [_sql(exp.Delete(this=table)) for table in tree.expressions]
    if isinstance(tree, exp.Update):
        tree = _update(tree)
    elif isinstance(tree, exp.Delete):
        tree = _delete(tree)
    return [_sql(tree)]


def _sql(tree: exp.Expr) -> str:
    return tree.sql(dialect="sqlite", unsupported_level=sqlglot.ErrorLevel.RAISE)


def _without_schema(named: exp.Expr) -> None:
    named.set("db", None)
    named.set("catalog", None)


def _plain(node: exp.Expr) -> exp.Expr:
    """A part of a statement in SQLite's words: moments are texts, and N'...' and E'...' are too."""
    moment = reckoned(node)
    moment = written(node) if moment is None else moment
    if moment is not None:
        return exp.Literal.string(moment) if isinstance(moment, str) else exp.Literal.number(moment)
    if isinstance(node, exp.Add) and _joins_texts(node):  # of SQL Server; elsewhere no + has a text beside it
        return exp.DPipe(this=node.this, expression=node.expression, safe=True).transform(_plain)
    if isinstance(node, exp.Introducer):
        return exp.Literal.string(node.expression.name)
    if isinstance(node, (exp.National, exp.RawString, exp.UnicodeString, exp.ByteString)):
        return exp.Literal.string(node.name)
    if not isinstance(node, exp.Cast):
        return node
    kind = type_name(node.to)
    inner: exp.Expr = node.this.transform(_plain)
    if kind in ("DATE", "TIMESTAMP"):
        if isinstance(inner, exp.Literal):
            return exp.Literal.string(day_or_moment(inner.name, kind == "DATE") or inner.name)
        return exp.Anonymous(this="date" if kind == "DATE" else "datetime", expressions=[inner])
    if kind in ("INTEGER", "REAL") or kind.startswith("DECIMAL"):
        return exp.Cast(this=inner, to=exp.DataType.build("REAL" if kind != "INTEGER" else kind))
    return inner  # its column has a type


def _joins_texts(node: exp.Expr) -> bool:
    if isinstance(node, (exp.Add, exp.Paren)):
        return any(_joins_texts(part) for part in (node.this, node.expression) if part)
    return isinstance(node, exp.National) or (isinstance(node, exp.Literal) and node.is_string)


def _update(tree: exp.Update) -> exp.Expr:
    """An UPDATE of one table; the tables that it is joined with stand in FROM, and the conditions in WHERE."""
    target, listed = tree.this, tree.args.get("from_")
    joined = _with_joins(listed.this) if listed is not None else _with_joins(target)
    own = [table for table in joined if table.alias_or_name.lower() == target.alias_or_name.lower()]
    others = [table for table in joined if table not in own]
    if own:  # SQL Server repeats the table in FROM, MySQL joins it with others
        tree.set("this", own[0])
    for part in tree.expressions:
        column = part.this
        if isinstance(column, exp.Column):
            if column.table and column.table.lower() not in (target.alias_or_name.lower(), target.name.lower()):
                raise SqlglotError(f"it changes {column.table} and not only {target.name}")
            part.set("this", exp.to_identifier(column.name, quoted=True))
    tree.set("from_", None)
    if others:
        rest = [exp.Join(this=table, kind="CROSS") for table in others[1:]]
        others[0].set("joins", rest)
        tree.set("from_", exp.From(this=others[0]))
    return tree


def _with_joins(table: exp.Expr) -> list[exp.Expr]:
    """A table and those that it is joined with, each alone; the conditions go to the statement's WHERE."""
    statement = table.find_ancestor(exp.Update)
    tables = [table]
    for join in table.args.get("joins") or []:
        if join.side or join.args.get("using") or join.kind not in ("", "INNER", "CROSS"):
            raise SqlglotError(f"it changes rows by a {join.side or join.kind or 'USING'} JOIN")
        tables.append(join.this)
        if join.args.get("on") is not None and statement is not None:
            statement.where(join.args["on"], copy=False)
    table.set("joins", None)
    return tables


def _delete(tree: exp.Delete) -> exp.Expr:
    """A DELETE of one table; what it is joined with stands in a subquery."""
    if not tree.this:  # DELETE t WHERE ..., of SQL Server
        tree.set("this", tree.args["tables"][0])
        tree.set("tables", None)
    targets, using = tree.args.get("tables") or [], tree.args.get("using") or []
    joins = tree.this.args.get("joins") or []
    if len(targets) > 1:
        raise SqlglotError("it deletes from several tables at once")
    if not (targets or using or joins):
        return tree
    sources = [tree.this, *using]
    called = (targets[0] if targets else tree.this).alias_or_name
    every = [*sources, *(join.this for source in sources for join in source.args.get("joins") or [])]
    target = next((table for table in every if table.alias_or_name.lower() == called.lower()), None)
    if target is None:
        raise SqlglotError(f"there is no table {called} in it")
    name = target.name
    chosen = exp.select(exp.column("rowid", table=called)).from_(sources[0])
    for other in sources[1:]:
        chosen = chosen.join(other, join_type="cross")
    if tree.args.get("where"):
        chosen = chosen.where(tree.args["where"].this)
    rows = exp.In(this=exp.column("rowid"), query=exp.Subquery(this=chosen))
    return exp.Delete(this=exp.to_table(name, quoted=True), where=exp.Where(this=rows))
