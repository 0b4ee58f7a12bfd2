"""What each :parameter of a statement is for: which column it is compared with, written to, or bounds.

Knows nothing of values; see `arguments`.
"""

import re
from typing import Any, Literal, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.errors import WorldError
from turnwise.worlds import Tool
from turnwise.worlds.arguments import Signature
from turnwise.worlds.sandbox import Sandbox
from turnwise.worlds.statements import LONGEST_STATEMENT, check_tool

Node = Any
"""A part of a parsed statement; sqlglot's name for it differs between its versions."""

UseKind = Literal["equal", "word", "pattern", "above", "below", "listed", "set", "insert", "limit", "offset", "free"]

_WRITES = (exp.Insert, exp.Update, exp.Delete)
_READS = (exp.Select, exp.SetOperation, exp.Values)
_SEEN_THROUGH = (exp.Paren, exp.Cast, exp.DPipe, exp.Collate, exp.Alias, exp.Case, exp.If)
_FUNCTIONS = "lower upper trim coalesce nullif replace concat printf format date datetime ts_or_ds_to_date str_position"
"""Functions of sqlglot's and SQLite's through which the value that they are given can be seen."""

_PARAMETER = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)|(:)(?=[A-Za-z_])""", re.DOTALL)
_PREFIX = "given_"


class Use(NamedTuple):
    """What one parameter is for.

    For a comparison, `other` is what it is compared with, in a row of `scope`; for a SET or an INSERT, `column` is
    what it is written to.
    """

    kind: UseKind
    other: Node | None = None
    scope: Node | None = None
    column: str = ""


def parsed(sql: str) -> Node:
    """The one statement that some SQL is.

    Raises:
        WorldError: it is none, several, or not SQL.
    """
    if len(sql) > LONGEST_STATEMENT:
        raise WorldError(f"the SQL is longer than {LONGEST_STATEMENT} characters")
    # A parameter may be called like a keyword, which sqlglot does not expect: every one gets a plain name first.
    plain = _PARAMETER.sub(lambda match: f":{_PREFIX}" if match.group(1) else match.group(), sql)
    try:
        trees = [tree for tree in sqlglot.parse(plain, dialect="sqlite") if tree is not None]
    except RecursionError as error:
        raise WorldError("the SQL is nested too deeply") from error
    except SqlglotError as error:
        problem = getattr(error, "errors", None) or [{"description": str(error).splitlines()[0], "highlight": ""}]
        near = f" near {problem[0]['highlight']!r}" if problem[0].get("highlight") else ""
        raise WorldError(f"the SQL cannot be parsed: {problem[0]['description']}{near}") from error
    if len(trees) != 1:
        raise WorldError(f"the SQL is {len(trees)} statements, and has to be exactly one")
    return trees[0]


def check_sql(sandbox: Sandbox, tool: Tool) -> None:
    """Check all that can be known of a tool without running it.

    Raises:
        WorldError: its SQL is not one statement of the kind that its effect declares, uses other parameters than
            its schema, or may not run; or its schema is none.
    """
    check_schema(tool)
    if not tool.sql:
        raise WorldError("it has no SQL")
    tree = parsed(tool.sql)
    kind = "write" if isinstance(tree, _WRITES) else "read" if isinstance(tree, _READS) else ""
    if not kind:
        raise WorldError("the SQL has to be a SELECT, INSERT, UPDATE or DELETE")
    if kind != tool.effect:
        raise WorldError(
            f"the SQL is a {kind} ({tree.key.upper()}), and the tool says that its effect is {tool.effect}"
        )
    check_tool(sandbox, tool)


def check_schema(tool: Tool) -> None:
    """Check that only parameters are required.

    Raises:
        WorldError: its parameters are not a schema that can be checked, or something else is required.
    """
    properties = Signature(tool).properties
    if strange := [name for name in tool.parameters.get("required", []) if name not in properties]:
        raise WorldError(f"it requires {strange[0]}, which is not among its parameters")


def uses(tree: Node) -> dict[str, Use]:
    """What each parameter is for; the most telling use of each."""
    found: dict[str, Use] = {}
    for placeholder in tree.find_all(exp.Placeholder, bfs=False):
        name, use = placeholder.name.removeprefix(_PREFIX), _use(placeholder)
        if use is not None and (name not in found or found[name].kind == "free"):
            found[name] = use
    return found


def _use(placeholder: Node) -> Use | None:
    """None where it is only asked whether the parameter was given."""
    node, parent, mixed = placeholder, placeholder.parent, False
    while isinstance(parent, _SEEN_THROUGH) or _function(parent) in _FUNCTIONS.split():
        if isinstance(parent, exp.StrPosition):
            return Use("word", parent.this, node.find_ancestor(exp.Select, exp.Update, exp.Delete))
        mixed = mixed or isinstance(parent, exp.DPipe) or _function(parent) in ("concat", "printf", "format")
        node, parent = parent, parent.parent
    if _function(parent) == "json_each":
        listed = parent.find_ancestor(exp.In)
        return Use("listed", listed.this, listed.find_ancestor(exp.Select, exp.Update, exp.Delete)) if listed else None
    if isinstance(parent, exp.Is) and isinstance(parent.expression, exp.Null | exp.Not):
        return None
    if bound := placeholder.find_ancestor(exp.Limit, exp.Offset, exp.Select):
        if isinstance(bound, exp.Limit):
            return Use("limit")
        if isinstance(bound, exp.Offset):
            return Use("offset")
    if isinstance(parent, exp.EQ) and isinstance(parent.parent, exp.Update) and node is parent.expression:
        return Use("set", column=parent.this.name)
    if column := _inserted(node, parent):
        return Use("insert", column=column)
    return _compared(node, parent, mixed)


def _function(node: Node | None) -> str:
    """The name of the function that a node calls, if it calls one."""
    if isinstance(node, exp.Anonymous):
        return str(node.name).lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def _compared(node: Node, parent: Node | None, mixed: bool) -> Use:
    scope = node.find_ancestor(exp.Select, exp.Update, exp.Delete)
    if isinstance(parent, exp.Between):
        kind: UseKind = "below" if node is parent.args["low"] else "above"
        return Use(kind, parent.this, scope) if node is not parent.this else Use("free")
    if isinstance(parent, exp.In):
        return Use("equal", parent.this, scope) if node is not parent.this else Use("free")
    if not isinstance(parent, exp.Binary) or not isinstance(parent, exp.Predicate):
        return Use("free")
    first = node is parent.this
    other = parent.expression if first else parent.this
    if other.find(exp.AggFunc, exp.Placeholder) or not other.find(exp.Column):
        return Use("free")
    if isinstance(parent, exp.EQ | exp.Is | exp.NullSafeEQ):
        return Use("equal", other, scope)
    if isinstance(parent, exp.Like | exp.ILike | exp.Glob):
        return Use("word" if mixed else "pattern", other, scope) if not first else Use("free")
    if isinstance(parent, exp.GT | exp.GTE | exp.LT | exp.LTE):
        return Use("below" if isinstance(parent, exp.GT | exp.GTE) != first else "above", other, scope)
    return Use("free")


def _inserted(node: Node, parent: Node | None) -> str:
    """The column of an INSERT that a value is for, or its place as "#2" when the INSERT names no columns."""
    insert = node.find_ancestor(exp.Insert)
    direct = isinstance(parent, exp.Tuple) and isinstance(parent.parent, exp.Values)
    chosen = isinstance(parent, exp.Select) and insert is not None and insert.expression is parent
    if insert is None or parent is None or not (direct or chosen) or node not in parent.expressions:
        return ""
    place = next(number for number, value in enumerate(parent.expressions) if value is node)
    if not isinstance(insert.this, exp.Schema):
        return f"#{place}"
    columns = insert.this.expressions
    return columns[place].name if place < len(columns) else ""


def sampling(scope: Node, others: list[Node], most: int, *, alone: bool = False) -> str | None:
    """A SELECT of what some parameters are compared with, as v0, v1, ..., from rows that a statement is about.

    All that depends on a parameter is taken out of its conditions; None when that cannot be done. With `alone` no
    condition is left, for what is part of a larger statement and refers to it.
    """
    columns = [exp.alias_(other.copy(), f"v{number}") for number, other in enumerate(others)]
    if isinstance(scope, exp.Select):
        query = scope.copy()
        for part in ("group", "having", "order", "limit", "offset", "distinct", "windows"):
            query.set(part, None)
        query.set("expressions", columns)
        for key in ("with_", "with"):
            if (outer := scope.root().args.get(key)) is not None and scope is not scope.root():
                query.set(key, outer.copy())
    else:
        query = exp.select(*columns).from_(scope.this.copy())
        query.set("where", scope.args["where"].copy() if scope.args.get("where") else None)
    if alone:
        query.set("where", None)
    for where in list(query.find_all(exp.Where)):
        bare = where.this.unnest()
        conditions = bare.flatten(unnest=False) if isinstance(bare, exp.And) else [where.this]
        kept = [condition.copy() for condition in conditions if not condition.find(exp.Placeholder)]
        where.set("this", exp.and_(*kept) if kept else exp.true())
    return None if query.find(exp.Placeholder) else str(query.limit(most).sql(dialect="sqlite"))
