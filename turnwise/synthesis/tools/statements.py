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

UseKind = Literal["compared", "word", "pattern", "written", "free"]

_WRITES = (exp.Insert, exp.Update, exp.Delete)
_READS = (exp.Select, exp.SetOperation, exp.Values)
_COMPARISONS = (exp.EQ, exp.Is, exp.NullSafeEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_PATTERNS = (exp.Like, exp.ILike, exp.Glob)

_PARAMETER = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)|(:)(?=[A-Za-z_])""", re.DOTALL)
_PREFIX = "given_"


class Use(NamedTuple):
    """What one parameter is for.

    For a comparison, `other` is what it is compared with, in a row of `scope`; what is written goes to `column`.
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
    except (SqlglotError, RecursionError) as error:
        problem = (getattr(error, "errors", None) or [{"description": str(error).partition("\n")[0]}])[0]
        near = f" near {problem['highlight']!r}" if problem.get("highlight") else ""
        raise WorldError(f"the SQL cannot be parsed: {problem['description']}{near}") from error
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
        key = tree.key.upper()
        raise WorldError(f"the SQL is a {kind} ({key}), and the tool says that its effect is {tool.effect}")
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
        if name not in found or found[name].kind == "free":
            found[name] = use
    return found


def _use(placeholder: Node) -> Use:
    if column := _inserted(placeholder):
        return Use("written", column=column)
    node, parent, joined = placeholder, placeholder.parent, False
    while not isinstance(parent, exp.Predicate | exp.StrPosition):
        if parent is None or isinstance(parent, exp.Select | exp.Limit | exp.Offset):
            return Use("free")
        joined = joined or isinstance(parent, exp.DPipe | exp.Concat)
        node, parent = parent, parent.parent
    if isinstance(parent, exp.EQ) and isinstance(parent.parent, exp.Update):
        return Use("written", column=parent.this.name)
    other = parent.args.get("expression") if node is parent.this else parent.this
    if other is None or other.find(exp.AggFunc, exp.Placeholder) or not other.find(exp.Column):
        return Use("free")
    kinds: dict[tuple[type, ...], UseKind] = {_COMPARISONS: "compared", (exp.StrPosition,): "word"}
    kinds[_PATTERNS] = "word" if joined else "pattern"
    kind = next((kind for types, kind in kinds.items() if isinstance(parent, types)), None)
    scope = parent.find_ancestor(exp.Select, exp.Update, exp.Delete)
    return Use(kind, other, scope) if kind is not None else Use("free")


def _inserted(placeholder: Node) -> str:
    """The column of an INSERT that a value is for."""
    insert = placeholder.find_ancestor(exp.Insert)
    row = placeholder.find_ancestor(exp.Tuple, exp.Select) if insert is not None else None
    if row is None or not (isinstance(row.parent, exp.Values) or insert.expression is row):
        return ""
    columns = insert.this.expressions if isinstance(insert.this, exp.Schema) else []
    parts = zip(columns, row.expressions, strict=False)
    return next((column.name for column, part in parts if any(placeholder is inner for inner in part.walk())), "")


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
