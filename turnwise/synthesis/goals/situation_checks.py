"""Whether a situation can be played in a world: its tables and columns exist, and tools serve each of its requests."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from turnwise.errors import SituationError
from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.goals.binding import COMPARED
from turnwise.synthesis.goals.column_kinds import KINDS
from turnwise.synthesis.goals.context import operation_of
from turnwise.synthesis.goals.read_requests import ranked_table, summarized_table
from turnwise.synthesis.goals.situations import RowPlan, SituationPlan, Step, did_you_mean
from turnwise.worlds import Tool, World

_CONDITIONS = (*COMPARED, "row", "not")


def check_plan(plan: SituationPlan, schema: Schema, source: str) -> None:
    """SituationError where a situation names a table or column that the database does not have."""
    where = f"{source}, situation {plan.name}"
    for name, row in plan.rows.items():
        table = _table(schema, row.table, f"{where}, row {name}")
        _columns(table, row.where, f"{where}, row {name}")
        for child, conditions in (pair for _, children in row.children for pair in children.items()):
            _columns(_child(schema, child, table, f"{where}, row {name}"), conditions, f"{where}, row {name}, {child}")
    tables = {name: schema.tables[row.table] for name, row in plan.rows.items()}
    for number, step in enumerate(plan.requests, 1):
        place = f"{where}, request {number}"
        about = tables[step.row] if step.row in tables else _table(schema, step.table, place)
        listed = _child(schema, step.of, about, place) if step.of else about
        _columns(about, (*step.columns, *step.through[:1]), place)
        _columns(
            listed, (*(c for c in step.any_of if c not in KINDS), *step.where, *([step.by] if step.by else [])), place
        )
        _columns(listed if step.verb == "update_all" else about, (*step.set, *step.given), place)
        if step.name:
            tables[step.name] = told_table(schema, step, about) or about


def told_table(schema: Schema, step: Step, about: Table) -> Table | None:
    """The table of the row that a request finds or makes."""
    if step.of and step.verb in ("children", "extreme"):
        return schema.tables[step.of.partition(".")[0] if step.of not in schema.tables else step.of]
    asked = [about.reference(column) for column in (*step.columns, *step.any_of) if step.verb == "detail"]
    reference = next(filter(None, asked), None)
    if step.through:
        first = about.reference(step.through[0])
        reference = schema.tables[first.table].reference(step.through[1]) if first else None
    return schema.tables[reference.table] if reference else about


def _table(schema: Schema, name: str, place: str) -> Table:
    if name not in schema.tables:
        raise SituationError(f"{place}: there is no table {name!r}{did_you_mean(name, schema.tables)}")
    return schema.tables[name]


def _child(schema: Schema, name: str, parent: Table, place: str) -> Table:
    """A table that hangs on another, directly or by way of a link table."""
    table = _table(schema, name if name in schema.tables else name.partition(".")[0], place)
    direct = any(r.table == parent.name for r in table.references)
    linked = any(t.link and {r.table for r in t.link} == {parent.name, table.name} for t in schema.tables.values())
    if not direct and not linked:
        hanging = sorted({t.name for t, _ in schema.children(parent.name)})
        raise SituationError(f"{place}: no {name} hang on {parent.name}; these do: {', '.join(hanging) or 'none'}")
    return table


def _columns(table: Table, wanted: Mapping[str, Any] | Iterable[str], place: str) -> None:
    for name in wanted:
        if name not in table.by_name:
            hint = did_you_mean(name, table.by_name)
            raise SituationError(f"{place}: table {table.name} has no column {name!r}{hint}")
    for condition in wanted.values() if isinstance(wanted, Mapping) else ():
        if isinstance(condition, dict) and (odd := [how for how in condition if how not in _CONDITIONS]):
            if odd[0] in ("later", "earlier"):
                continue
            known = ", ".join(_CONDITIONS)
            raise SituationError(
                f"{place}: {odd[0]!r} is no condition; there are {known}{did_you_mean(odd[0], _CONDITIONS)}"
            )


def lacking(plan: SituationPlan, schema: Schema, world: World) -> str | None:
    """What a world lacks for the requests that a situation makes in any case; None where it lacks nothing."""
    tables: dict[str, Table | None] = {name: schema.tables[row.table] for name, row in plan.rows.items()}
    for name, row in plan.rows.items():
        if reason := _unnamed(schema.tables[row.table], row, name):
            return reason
    for step in plan.requests:
        about = tables.get(step.row) if step.row else schema.tables.get(step.table)
        if not step.optional and (reason := step_lacks(step, about, schema, world)):
            return reason
        if step.name:
            tables[step.name] = told_table(schema, step, about) if about is not None else None
    return None


def may_use(plan: SituationPlan, tool: Tool, schema: Schema) -> bool:
    """Whether one of the requests of a situation is of the kind and about the table that a tool serves."""
    if plan.wanders or tool.operation is None:
        return True
    kind = tool.operation.kind
    tables: dict[str, Table | None] = {name: schema.tables[row.table] for name, row in plan.rows.items()}
    for step in plan.requests:
        about = tables.get(step.row) if step.row else schema.tables.get(step.table)
        elsewhere = kind in _OF_OTHERS or about is None or about.name == tool.operation.table
        if elsewhere and kind in _kinds(step, about):
            return True
        if step.name:
            tables[step.name] = told_table(schema, step, about) if about is not None else None
    return False


_OF_OTHERS = ("list", "summarize", "rank", "link", "unlink")
"""kinds of tool whose table is not the one that a request is about"""


def _unnamed(table: Table, row: RowPlan, name: str) -> str | None:
    if len(table.key) != 1 or table.view or not table.rows:
        return f"no rows of {table.name} that can be named"
    return None


def step_lacks(step: Step, about: Table | None, schema: Schema, world: World) -> str | None:
    """What a world lacks for one request; None where it has the tools."""
    needed = next((kind for kind in _kinds(step, about) if not _served(kind, step, about, schema, world)), None)
    if needed is None:
        return None
    return f"no tool to {needed} {about.nouns if about else 'them'}"


def _kinds(step: Step, about: Table | None) -> Iterator[str]:
    """The kinds of tool that a request takes, beside what finds the row."""
    verb = step.verb
    if about is not None and about.label and step.row:
        yield "search"
    yield {
        "detail": "get", "children": "list", "extreme": "list", "count": "summarize", "difference": "get",
        "adjust": "update", "update_all": "list", "link_all": "list", "find": "filter",
    }.get(verb, verb)  # fmt: skip
    if verb == "adjust":
        yield "get"


def _served(kind: str, step: Step, about: Table | None, schema: Schema, world: World) -> bool:
    """Whether a tool of a kind is there on the tables that a request is about."""
    tools = [t for t in world.tools if t.operation is not None and t.operation.kind == kind]
    if about is None:
        return bool(tools)
    match kind:
        case "list":
            return any(_lists(t, step, about, schema) for t in tools)
        case "summarize":
            return any(summarized_table(t) == about.name for t in tools)
        case "rank":
            return any(ranked_table(t) == about.name for t in tools)
        case "link" | "unlink":
            ends = [schema.tables[operation_of(t).table].link or () for t in tools]
            return any(r.table == about.name for end in ends for r in end)
        case _:
            return any(operation_of(t).table == about.name for t in tools)


def _lists(tool: Tool, step: Step, about: Table, schema: Schema) -> bool:
    owner, _, column = next(iter(operation_of(tool).inputs.values())).partition(".")
    reference = schema.tables[owner].reference(column)
    named = operation_of(tool).table
    return reference is not None and reference.table == about.name and step.of in ("", named, f"{named}.{column}")
