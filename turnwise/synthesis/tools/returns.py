"""What tools return: read off real calls where they run on a database, and declared by a model where they are simulated.

A model is shown a batch of tools at a time, and what it declared before as entities: a thing that several tools show is
declared once, and its fields keep their types.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel
from sqlglot import exp

from turnwise.errors import CallRefused, ModelFault
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.shown import tool_text
from turnwise.synthesis.tools.signatures import object_schema, usual_type
from turnwise.synthesis.tools.statements import PREFIX, Node, parsed
from turnwise.synthesis.tools.trials import draw_once, drawn_arguments
from turnwise.worlds import Session, Tool, World, open_session
from turnwise.worlds.json_schema import types_of

_CALLS = 12  # calls whose results are looked at: enough to meet what is missing in some rows
_TRIES = 6  # calls with an optional argument before it is taken for one that finds nothing
BATCH = 9  # tools whose returns are asked for in one request
_SCALARS = ("string", "integer", "number", "boolean")
_DEEPEST = 4  # things within things


class TrialCall(NamedTuple):
    """A call that worked: its arguments, the rows it gave, and the rows it changed."""

    arguments: dict[str, Any]
    rows: list[dict[str, Any]]
    changed: int


def trial_calls(world: World, tool: Tool, schema: Schema, seed: int, before: Tool | None = None) -> list[TrialCall]:
    """Calls that work, of a tool of the world that returns an array so far; each write has a database of its own.

    `before` is a tool that has to be called first.
    """
    rng, trials = random.Random(f"{seed} {tool.name}"), list[TrialCall]()
    with open_session(world) as base:
        for _ in range(_CALLS):
            with base.fork() if tool.effect == "write" else nullcontext(base) as session:
                arguments, rows, known = None, list[dict[str, Any]](), 0
                try:
                    if before is not None:
                        session.call(before.name, drawn_arguments(session, before, schema, rng) or {})
                    known = len(session.changes)
                    arguments = drawn_arguments(session, tool, schema, rng)
                    rows = session.call(tool.name, arguments) if arguments is not None else []
                except CallRefused:
                    continue
                changed = len(session.changes) - known
                if arguments is not None and (rows or changed):
                    trials.append(TrialCall(arguments, rows, changed))
    return trials


def idle_filter(world: World, tool: Tool, schema: Schema, seed: int) -> str:
    """An optional argument with which a read finds nothing, whatever it is; empty without one."""
    required: list[str] = tool.parameters["required"]
    # Of other comparisons it is not known what would find something: a price above any there is finds nothing, rightly.
    equal = [p for p in parsed(tool.sql or "").find_all(exp.Placeholder) if isinstance(p.parent, exp.EQ)]
    compared = {part.name.removeprefix(PREFIX) for part in equal}
    optional: list[str] = [name for name in tool.parameters["properties"] if name in compared - {*required}]
    rng = random.Random(f"{seed} {tool.name} filters")
    with open_session(world) as session:
        for name in optional:
            found = [rows for _ in range(_TRIES) if (rows := _with_one(session, tool, schema, rng, name)) is not None]
            if found and not any(found):
                return name
    return ""


def _with_one(session: Session, tool: Tool, schema: Schema, rng: random.Random, name: str) -> list[Any] | None:
    """What a read finds with one optional argument; None where it was not drawn, or refused."""
    drawn = draw_once(session, tool, schema, rng) or {}
    if name not in drawn:
        return None
    arguments = {n: value for n, value in drawn.items() if n == name or n in tool.parameters["required"]}
    try:
        rows = session.call(tool.name, arguments)
    except CallRefused:
        return None
    return rows if isinstance(rows, list) else [rows]


def observed_returns(tool: Tool, trials: Sequence[TrialCall], schema: Schema) -> dict[str, Any]:
    """The return schema that fits what a tool returned: its fields in order, one row or several."""
    rows = [row for trial in trials for row in trial.rows]
    if not rows:
        return object_schema({"changed": {"type": "integer"}})
    tree = parsed(tool.sql or "")
    required = {column.name.lower() for t in schema.tables.values() for column in t.columns if not column.nullable}
    optional = {column.name.lower() for t in schema.tables.values() for column in t.columns if column.nullable}
    sources = {part.alias_or_name.lower(): part.unalias() for part in _shown(tree)}
    fields = {}
    for name in rows[0]:
        values = [row.get(name) for row in rows]
        kinds = sorted({_type(value) for value in values if value is not None}) or ["string"]
        if "number" in kinds:
            kinds = [kind for kind in kinds if kind != "integer"]
        source = sources.get(name.lower())
        column = source.name.lower() if isinstance(source, exp.Column) else ""
        certain = column in required - optional and None not in values
        certain = certain and not any(join.side for join in tree.find_all(exp.Join))
        kinds += [] if certain or isinstance(source, exp.Count) else ["null"]
        fields[name] = {"type": kinds if len(kinds) > 1 else kinds[0]}
    row = object_schema(fields)
    one = all(len(trial.rows) == 1 for trial in trials) and _is_single(tree, tool, schema)
    return row if one else {"type": "array", "items": row}


def _shown(tree: Node) -> list[Node]:
    returning = tree.args.get("returning")
    parts = returning.expressions if returning is not None else getattr(tree, "selects", [])
    return [part for part in parts if part.alias_or_name]


def _type(value: Any) -> str:
    return "integer" if isinstance(value, int) else "number" if isinstance(value, float) else "string"


def _is_single(tree: Node, tool: Tool, schema: Schema) -> bool:
    """Whether a statement is about one row whatever it is called with: a new row, a total, or the row of a key."""
    if isinstance(tree, exp.Insert):
        return isinstance(tree.expression, exp.Values) and len(tree.expression.expressions) == 1
    total = isinstance(tree, exp.Select) and not tree.args.get("group")
    if total and all(part.find(exp.AggFunc) and not part.find(exp.Window) for part in tree.selects):
        return True
    keys = {t.key[0].lower() for t in schema.tables.values() if len(t.key) == 1}
    keys |= {c.name.lower() for t in schema.tables.values() for c in t.columns if c.unique and c.declared_unique}
    where = tree.args.get("where")
    bare = where.this.unnest() if where is not None else None
    conditions = list(bare.flatten()) if isinstance(bare, exp.And) else [bare] if bare is not None else []
    for condition in conditions:
        if isinstance(condition, exp.EQ):
            sides = (condition.this, condition.expression)
            column = next((side.name.lower() for side in sides if isinstance(side, exp.Column)), "")
            given = next((s.name.removeprefix(PREFIX) for s in sides if isinstance(s, exp.Placeholder)), "")
            if column in keys and given in tool.parameters["required"]:
                return True
    return False


class FieldDraft(BaseModel):
    """One field of an entity; its type is that of a value, the name of another entity, or "list of" either."""

    name: str
    type: Annotated[str, AfterValidator(usual_type)]
    nullable: bool = False


class EntityDraft(BaseModel):
    """A thing that tools show."""

    name: str
    fields: list[FieldDraft]


class ResultDraft(BaseModel):
    """What one tool returns: fields of entities, as `pet.name`, or `pet.*`."""

    tool: str
    many: bool
    fields: list[str]


class ReturnsReply(BaseModel):
    """The entities that are new, and what each tool of a batch returns."""

    entities: list[EntityDraft] = []
    tools: list[ResultDraft]


class Described(NamedTuple):
    """Tools with their return schemas, and why others were dropped."""

    tools: list[Tool]
    dropped: dict[str, str]


Entities = dict[str, dict[str, FieldDraft]]


async def describe_returns(
    open_chat: Any, tools: Sequence[Tool], prompts: Prompts, stated: Collection[str]
) -> Described:
    """Have a model say what simulated tools return, a batch at a time; those `stated` stay as they are.

    `open_chat` opens a chat of a stage that begins with a text.
    """
    described = Described([tool for tool in tools if tool.name in stated], {})
    entities: Entities = {}
    for tool in described.tools:
        for name, kind in _field_types(tool.returns):
            entities.setdefault("known", {}).setdefault(name, FieldDraft(name=name, type=kind))
    waiting = [tool for tool in tools if tool.name not in stated]
    for first in range(0, len(waiting), BATCH):
        batch = waiting[first : first + BATCH]
        chat: Chat = open_chat("returns", prompts["returns"].text)
        said = prompts["returns_batch"].fill(
            entities="\n".join(map(_declared, entities, entities.values())) or "(none yet)",
            tools="\n".join(map(tool_text, batch)),
        )
        found: dict[str, dict[str, Any]] = {}
        with suppress(ModelFault):
            await chat.ask(said, ReturnsReply, partial(_usable, batch, entities, found))
        for tool in batch:
            if tool.name in found:
                described.tools.append(tool.model_copy(update={"returns": found[tool.name]}))
            else:
                described.dropped[tool.name] = "the model could not say what it returns"
    return described


def _declared(name: str, fields: Mapping[str, FieldDraft]) -> str:
    parts = [f"{field.name} {field.type}" + " or null" * field.nullable for field in fields.values()]
    return f"{name}: {', '.join(parts)}"


def _usable(
    batch: Sequence[Tool], entities: Entities, found: dict[str, dict[str, Any]], reply: ReturnsReply
) -> dict[str, dict[str, Any]]:
    """The return schema of each tool of a batch; what is right is kept in `found`, and only the rest is asked for again."""
    for entity in reply.entities:
        fields = entities.setdefault(entity.name, {})
        for field in entity.fields:
            known = fields.setdefault(field.name, field)
            if not _is_type(known, entities):
                fields[field.name] = field  # a field keeps its type, if that is one
    waiting = {tool.name for tool in batch} - found.keys()
    wrong: dict[str, str] = {}
    for result in reply.tools:
        if result.tool in waiting:
            try:
                found[result.tool] = _returned(result, entities)
            except InvalidReply as problem:
                wrong[result.tool] = str(problem)
    if missing := [tool.name for tool in batch if tool.name not in found]:
        reasons = "; ".join(wrong.get(name, f"tools says nothing of {name}") for name in missing)
        again = f"Write again only {', '.join(missing)}" if found else "Write them all"
        raise InvalidReply(f"{reasons}. {again}, with the entities and fields that are lacking")
    return found


def _returned(result: ResultDraft, entities: Entities) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for reference in result.fields:
        thing, _, part = reference.partition(".")
        known = entities.get(thing, {})
        if thing not in entities or (part not in ("", "*") and part not in known):
            near = ", ".join(known) or ", ".join(entities) or "no entity"
            raise InvalidReply(f"{result.tool} returns {reference!r}, which is not declared; there is {near}")
        for one in known.values() if part in ("", "*") else [known[part]]:
            properties.setdefault(one.name, _schema(one, entities, 0))
    if not properties:
        raise InvalidReply(f"{result.tool} returns no field: name at least one, as in entity.field")
    row = object_schema(properties)
    return {"type": "array", "items": row} if result.many else row


def _is_type(field: FieldDraft, entities: Entities) -> bool:
    try:
        _schema(field, entities, _DEEPEST)
    except InvalidReply:
        return False
    return True


def _schema(field: FieldDraft, entities: Entities, depth: int) -> dict[str, Any]:
    many = field.type.startswith("list of ")
    kind = field.type.removeprefix("list of ").strip()
    known = next((name for name in entities if kind in (name, f"{name}s")), None)
    if kind.removesuffix("s") in _SCALARS:
        made: dict[str, Any] = {"type": kind.removesuffix("s")}
    elif kind in ("date", "datetime"):
        made = {"type": "string", "format": "date"} if kind == "date" else {"type": "string"}
    elif known is not None and depth < _DEEPEST:
        inner = entities[known].values()
        made = object_schema({part.name: _schema(part, entities, depth + 1) for part in inner if part is not field})
    elif known is not None:
        made = {"type": "string"}
    else:
        kinds = f"{', '.join(_SCALARS)}, date, an entity ({', '.join(entities)}), or list of one of these"
        raise InvalidReply(f"the field {field.name} has the type {field.type!r}: it can be {kinds}")
    made = {"type": "array", "items": made} if many else made
    if not field.nullable:
        return made
    return (
        {"anyOf": [made, {"type": "null"}]}
        if many or "properties" in made
        else {**made, "type": [made["type"], "null"]}
    )


def _field_types(schema: Any) -> list[tuple[str, str]]:
    """Every field of a schema that has a plain type, null aside, at any depth."""
    if not isinstance(schema, dict):
        return []
    found = []
    for name, part in (schema.get("properties") or {}).items():
        kinds = [kind for kind in types_of(part) if kind != "null"]
        if len(kinds) == 1 and kinds[0] in _SCALARS:
            found.append((name, kinds[0]))
        found += _field_types(part)
    return found + _field_types(schema.get("items"))
