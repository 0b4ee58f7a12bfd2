"""Every proposed tool is called before it is kept, with arguments drawn from the rows that its SQL is about."""

import random
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlglot import exp

from turnwise.errors import CallRefused, WorldError
from turnwise.synthesis.database.new_values import inserted_value, new_row
from turnwise.synthesis.database.present import UNDATED
from turnwise.synthesis.database.schema import Schema, Value
from turnwise.synthesis.tools.statements import PREFIX, Node, parsed
from turnwise.worlds import Session, SimulatedSession, Tool, World, open_session, rows_of
from turnwise.worlds.changes import net
from turnwise.worlds.json_schema import misfit, types_of
from turnwise.worlds.simulated.naming import noun_of
from turnwise.worlds.simulated.sampling import sample
from turnwise.worlds.statements import build_database, check_tool

_ROWS = 200  # rows to draw from
_TRIALS = 6
_DRAWS = 8  # how often arguments of a read are drawn that find nothing

UseKind = Literal["compared", "word", "pattern", "written", "free"]
_COMPARISONS = (exp.EQ, exp.Is, exp.NullSafeEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_PATTERNS = (exp.Like, exp.ILike, exp.Glob)


class Use(NamedTuple):
    """What a parameter is for: it is compared with `other` in a row of `scope`, or written to `column`."""

    kind: UseKind
    other: Node | None = None
    scope: Node | None = None
    column: str = ""


def reason_to_drop(
    world: World, tool: Tool, schema: Schema | None, seed: int, before: Tool | None = None
) -> str | None:
    """Why a tool should not be kept, found by calling it in throw-away sessions; None when it should.

    A valid call has to give a result that fits the return schema and, on a database, to find or change something.
    Without a schema of a database tools are simulated. `before` is a tool that is called first each time.
    """
    rng = random.Random(f"{seed} {tool.name}")
    world = world if schema is not None else world.changed(tools=(tool,))
    problem = "no valid call could be made"
    for trial in range(_TRIALS):
        opened = open_session(world) if world.database is not None else closing(SimulatedSession(world, seed=trial))
        with opened as session:
            known = 0
            try:
                if before is not None and isinstance(session, Session) and schema is not None:
                    session.call(before.name, drawn_arguments(session, before, schema, rng) or {})
                    known = len(session.changes)
                arguments = _arguments(session, tool, schema, rng)
                if arguments is None:
                    problem = "its table has no rows to try it on"
                    continue
                result = session.call(tool.name, arguments)
            except (CallRefused, WorldError) as error:
                problem = f"a valid call was refused: {error}"
                continue
            if (misfitting := misfit(result, tool.returns)) is not None:
                return f"its result does not fit its return schema: {misfitting}"
            if schema is not None and tool.effect == "write" and not _changed(session, known):
                problem = "its writes change nothing"
            elif schema is not None and tool.effect == "read" and not rows_of(result):
                problem = "it finds nothing"
            else:
                return None
    return problem


def _changed(session: Session | SimulatedSession, known: int) -> bool:
    """Whether anything is different after the changes that were known."""
    return isinstance(session, Session) and bool(net(session.changes[known:]))


def enabling_tool(world: World, tool: Tool, schema: Schema, seed: int) -> Tool | None:
    """Another write of the world after which a write works that works by itself on no row: what it needs gone, or made."""
    others = [other for other in world.tools if other.effect == "write" and other.name != tool.name]
    return next((other for other in others if reason_to_drop(world, tool, schema, seed, other) is None), None)


def touched(session: Session) -> frozenset[Any]:
    """The values of the rows that a session has changed so far."""
    rows = [row for change in session.changes for row in (change.key, change.values, change.before)]
    return frozenset(value for row in rows for value in row.values() if value)


def unfit_tools(script: str, tools: Sequence[Tool]) -> dict[str, str]:
    """The tools that could not run on a database whatever they are called with, each with the reason."""
    reasons: dict[str, str] = {}
    with closing(build_database(script, UNDATED)) as sandbox:
        for tool in tools:
            try:
                check_tool(sandbox, tool)
            except WorldError as error:
                reasons[tool.name] = str(error)
    return reasons


def _arguments(
    session: Session | SimulatedSession, tool: Tool, schema: Schema | None, rng: random.Random
) -> dict[str, Any] | None:
    if isinstance(session, Session):
        return drawn_arguments(session, tool, schema, rng) if schema is not None else None
    needed, now, noun = tool.parameters["required"], session.world.moment(), noun_of(tool.name)
    properties = tool.parameters["properties"].items()
    return {n: sample(n, part, rng, now, noun) for n, part in properties if n in needed or rng.random() < 0.5}


def drawn_arguments(session: Session, tool: Tool, schema: Schema, rng: random.Random) -> dict[str, Any] | None:
    """Arguments that a tool should accept and, for a read, that find something; None without rows to draw them from."""
    arguments = None
    for _ in range(_DRAWS if tool.effect == "read" else 1):
        arguments = draw_once(session, tool, schema, rng)
        if arguments is None or tool.effect == "write":
            break
        with suppress(CallRefused):
            if rows_of(session.call(tool.name, arguments)):
                break
    return arguments


def draw_once(session: Session, tool: Tool, schema: Schema, rng: random.Random) -> dict[str, Any] | None:
    """Arguments that a tool should accept; a read may find nothing by them."""
    tree, found, groups = _plan(tool.sql or "")
    values = {**_written(session, tree, found, schema, rng), **_compared(session, groups, rng)}
    arguments = {}
    for name, wanted in tool.parameters["properties"].items():
        value = values.get(name)
        if value is None and found.get(name, Use("free")).kind == "free":
            with suppress(WorldError):  # nothing that fits can be made up
                value = sample(name, wanted, rng, session.world.moment())
        if (fitting := _fitted(value, wanted, rng)) is not None:
            arguments[name] = fitting
    required: list[str] = tool.parameters["required"]
    if any(name not in arguments for name in required):
        return None
    optional = [name for name in arguments if name not in required and not (tool.paged and name == "page")]
    wished = rng.sample(optional, rng.randint(0 if required else 1, len(optional))) if optional else []
    return {name: arguments[name] for name in [*required, *wished]}


_Groups = list[tuple[dict[str, Use], list[str]]]
"""Parameters whose values are those of one row, and statements that find such rows, the best first."""


@lru_cache(maxsize=256)
def _plan(sql: str) -> tuple[Node, dict[str, Use], _Groups]:
    tree = parsed(sql)
    found = uses(tree)
    scopes: dict[int, dict[str, Use]] = {}
    for name, use in found.items():
        if use.scope is not None:
            scopes.setdefault(id(use.scope), {})[name] = use
    groups: _Groups = []
    for group in scopes.values():
        scope, others = next(iter(group.values())).scope, [use.other for use in group.values()]
        ways = [sampling(scope, others, _ROWS, alone=alone) for alone in (False, True)]
        groups.append((group, [way for way in ways if way is not None]))
    return tree, found, groups


def _compared(session: Session, groups: _Groups, rng: random.Random) -> dict[str, Value]:
    """Values for what is compared: those of one row for each SELECT, UPDATE or DELETE in the statement."""
    values: dict[str, Value] = {}
    changed = touched(session)  # what was just made, or freed of what hung on it, is what the next call is about
    for group, ways in groups:
        rows: list[dict[str, Any]] = []
        for way in ways:
            with suppress(CallRefused, sqlite3.Error):  # a part of the statement that does not stand alone
                rows = rows or session.query(way)
        whole = [row for row in rows if None not in row.values()] or rows or [{}]
        row = rng.choice([row for row in whole if changed & {*row.values()}] or whole)
        for number, (name, use) in enumerate(group.items()):
            value = row.get(f"v{number}")
            values[name] = None if value is None else _for_use(use, value, rng)
    return values


def _for_use(use: Use, value: Any, rng: random.Random) -> Value:
    if use.kind == "compared":
        return value  # type: ignore[no-any-return]
    word = rng.choice(re.findall(r"\w+", str(value)) or [str(value)])
    return word if use.kind == "word" else f"%{word}%"


def _written(
    session: Session, tree: Node, found: dict[str, Use], schema: Schema, rng: random.Random
) -> dict[str, Value]:
    """New values for the columns that an INSERT or UPDATE writes."""
    target = tree.this if isinstance(tree, exp.Insert | exp.Update) else None
    named = target.this if isinstance(target, exp.Schema) else target
    table = next((t for t in schema.tables.values() if named and t.name.lower() == named.name.lower()), None)
    if table is None:
        return {}
    columns = {column.name.lower(): column for column in table.columns}
    row = new_row(schema, table, session, rng, {}) if isinstance(tree, exp.Insert) else {}
    written = {n: columns[use.column.lower()] for n, use in found.items() if use.column.lower() in columns}
    return {
        name: row[c.name] if c.name in row else inserted_value(schema, table, c, session, rng)
        for name, c in written.items()
    }


def _fitted(value: Any, schema: dict[str, Any], rng: random.Random) -> Any:
    """A value as the schema of its parameter writes it; None when there is none."""
    if "enum" in schema:
        return value if value in schema["enum"] else rng.choice(schema["enum"] or [None])
    types = types_of(schema)
    if value is None or not types:
        return value
    if isinstance(value, int | float):
        if "boolean" in types:
            return bool(value)
        if "number" not in types and "integer" not in types:
            return str(value)
        value = min(max(value, schema.get("minimum", value)), schema.get("maximum", value))
        return value if "number" in types else int(value)
    if isinstance(value, str):
        if "string" not in types:
            return int(value) if value.isdecimal() else None
        return value[:10] if schema.get("format") == "date" else value
    return value


def uses(tree: Node) -> dict[str, Use]:
    """What each parameter is for; the most telling use of each."""
    found: dict[str, Use] = {}
    for placeholder in tree.find_all(exp.Placeholder, bfs=False):
        name, use = placeholder.name.removeprefix(PREFIX), _use(placeholder)
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
    """A SELECT of what some parameters are compared with, as v0, v1, ...; None where a parameter is left in it.

    Conditions that depend on a parameter are taken out; `alone` takes out all, for a part that refers to the whole.
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
