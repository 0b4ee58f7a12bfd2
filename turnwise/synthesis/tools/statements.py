"""SQL from a model: parsed, and checked without running it."""

import re
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from turnwise.errors import WorldError
from turnwise.worlds import Tool
from turnwise.worlds.arguments import Signature
from turnwise.worlds.sandbox import Sandbox
from turnwise.worlds.statements import LONGEST_STATEMENT, check_tool

Node = Any  # a part of a parsed statement; sqlglot's name for it differs between its versions
_WRITES = (exp.Insert, exp.Update, exp.Delete)
_READS = (exp.Select, exp.SetOperation, exp.Values)
_PARAMETER = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)|(:)(?=[A-Za-z_])""", re.DOTALL)
PREFIX = "given_"


@lru_cache(maxsize=512)
def parsed(sql: str) -> Node:
    """The one statement that some SQL is, not to be changed; WorldError where it is none, several, or not SQL."""
    if len(sql) > LONGEST_STATEMENT:
        raise WorldError(f"the SQL is longer than {LONGEST_STATEMENT} characters")
    # A parameter may be called like a keyword, which sqlglot does not expect: every one gets a plain name first.
    plain = _PARAMETER.sub(lambda match: f":{PREFIX}" if match.group(1) else match.group(), sql)
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
    """Raise WorldError where a tool's SQL is not one statement of its effect's kind, or its schema does not fit it."""
    check_parameters(tool)
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


def check_parameters(tool: Tool) -> None:
    """Raise WorldError where parameters are not a schema that can be checked, or something else is required."""
    properties = Signature(tool).properties
    if strange := [name for name in tool.parameters.get("required", []) if name not in properties]:
        raise WorldError(f"it requires {strange[0]}, which is not among its parameters")
