"""Whether a situation can be played in a world: its tables and columns exist, and tools serve each of its requests."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from turnwise.errors import SituationError
from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.goals.binding import COMPARED
from turnwise.synthesis.goals.column_kinds import KINDS
from turnwise.synthesis.goals.situations import SituationPlan, Step, did_you_mean
from turnwise.synthesis.goals.tool_parameters import listings
from turnwise.synthesis.tools.by_rules import Need, served_by
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
    for name, row in plan.rows.items():
        table = schema.tables[row.table]
        if len(table.key) != 1 or table.view or not table.rows:
            return f"no rows of {table.name} that can be named, for {name}"
    for step, about in _steps(plan, schema):
        if not step.optional and (reason := step_lacks(step, about, schema, world)):
            return reason
    return None


def needs_of(plans: Iterable[SituationPlan], schema: Schema) -> frozenset[Need]:
    """The kinds of tools, each with its table, that the requests of some situations take."""
    steps = [(step, about) for plan in plans for step, about in _steps(plan, schema) if about is not None]
    return frozenset(need for step, about in steps for need in _needs(step, about, schema))


def may_use(plan: SituationPlan, tool: Tool, schema: Schema) -> bool:
    """Whether one of the requests of a situation is of the kind and about the table that a tool serves."""
    if plan.wanders or tool.operation is None:
        return True
    kind, table = served_by(tool)
    steps = [(step, about) for step, about in _steps(plan, schema) if about is not None]
    needs = {need for step, about in steps for need in _needs(step, about, schema)}
    return (kind, table) in needs or (kind, "") in needs


def _steps(plan: SituationPlan, schema: Schema) -> Iterator[tuple[Step, Table | None]]:
    """The requests of a situation, each with the table that it is about, where it is known by then."""
    tables: dict[str, Table | None] = {name: schema.tables[row.table] for name, row in plan.rows.items()}
    for step in plan.requests:
        about = tables.get(step.row) if step.row else schema.tables.get(step.table)
        yield step, about
        if step.name:
            tables[step.name] = told_table(schema, step, about) if about is not None else None


def step_lacks(step: Step, about: Table | None, schema: Schema, world: World) -> str | None:
    """What a world lacks for one request; None where it has the tools."""
    if about is None:
        return None
    tools = [served_by(tool) for tool in world.tools if tool.operation is not None]
    for kind, table in _needs(step, about, schema):
        if (kind, table) not in tools and (table or kind not in dict(tools)):
            return f"no tool to {kind} {schema.tables[table].nouns if table else about.nouns}"
    finders = [t for t in world.tools if t.operation is not None and t.operation.kind == "find"]
    if step.verb in _OF_CHILDREN and not listings(finders, schema, about.name, step.of):
        return f"no tool to find {step.of or 'what hangs on'} {about.nouns}"
    return None


_OF_CHILDREN = ("children", "extreme", "count", "update_all", "link_all")


def _needs(step: Step, about: Table, schema: Schema) -> Iterator[Need]:
    """The tools that a request takes; of any table where the table is empty."""
    verb = step.verb
    if about.label and step.row:
        yield "find", about.name
    if verb in _OF_CHILDREN:
        yield "find", step.of if step.of in schema.tables else step.of.partition(".")[0]
    match verb:
        case "detail" | "difference":
            yield "get", about.name
        case "update":
            yield verb, about.name
        case "adjust":
            yield "get", about.name
            yield "update", about.name
        case "update_all":
            yield "update", step.of.partition(".")[0]
        case "find" | "top":
            yield "find", about.name
        case "rank":
            yield "rank", about.name
        case "create" | "delete":
            yield verb, about.name
        case "link" | "unlink" | "link_all":
            ends = [{r.table for r in table.link or ()} for table in schema.tables.values()]
            tables = [t for t, end in zip(schema.tables, ends, strict=True) if about.name in end]
            yield verb.removesuffix("_all"), tables[0] if len(tables) == 1 and verb != "link_all" else ""
