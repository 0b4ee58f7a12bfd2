"""Every tool that a model wrote is run and mended; then it says what each returns, which the runs have to fit."""

import asyncio
import json
import random
from collections.abc import Collection, Sequence
from contextlib import closing, nullcontext
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel

from turnwise.errors import CallRefused, ModelFault, WorldError
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.shown import tool_text
from turnwise.synthesis.tools.proposals import UNKNOWN, ToolDraft
from turnwise.synthesis.tools.statements import check_parameters, check_sql
from turnwise.synthesis.tools.trials import drawn_arguments, reason_to_drop
from turnwise.worlds import Tool, World, open_session
from turnwise.worlds.json_schema import check_schema, fits, misfit, types_of
from turnwise.worlds.statements import build_database

REPAIRS = 2  # how often the model may mend one tool
_CALLS = 20  # calls whose results a return schema has to fit: enough to meet what is missing in some rows
_SHOWN_CALLS = 3
_SHOWN_ROWS = 5
_SCALARS = ("string", "integer", "number", "boolean")


class RepairReply(BaseModel):
    """What the model answers."""

    tool: ToolDraft


class TrialCall(NamedTuple):
    """A call that worked: its arguments, the rows it gave, and the rows it changed."""

    arguments: dict[str, Any]
    rows: list[dict[str, Any]]
    changed: int

    @property
    def one(self) -> dict[str, Any] | None:
        """The result of a tool that returns an object; None when it is not one."""
        if not self.rows and self.changed:
            return {"changed": self.changed}
        return self.rows[0] if len(self.rows) == 1 else None


async def check_tools(
    chat: Chat, world: World, schema: Schema | None, prompts: Prompts, seed: int, own: Sequence[Tool]
) -> tuple[list[Tool], int, dict[str, str]]:
    """The tools that do what they say in a world, how many of them were mended first, and why others were dropped."""

    async def mended(tool: Tool) -> tuple[Tool, int, str | None]:
        """The tool in the end, how often the model was told of a problem, and the problem that is left."""
        talk = chat.fork("tools")
        for attempt in range(REPAIRS + 1):
            problem = problems_of(world, [tool], schema, seed).get(tool.name)
            if problem is None or attempt == REPAIRS:
                break
            said = prompts["repair"].fill(tool=tool_text(tool), problem=problem)
            try:
                reply = await talk.ask(said, RepairReply)
            except ModelFault:
                break
            tool = reply.tool.model_copy(update={"name": tool.name}).tool(schema is not None)
        return tool, attempt, problem

    results = await asyncio.gather(*map(mended, own))
    good = [(tool, attempts) for tool, attempts, problem in results if problem is None]
    dropped = {tool.name: problem for tool, _, problem in results if problem is not None}
    return [tool for tool, _ in good], sum(attempts > 0 for _, attempts in good), dropped


def problems_of(world: World, tools: Sequence[Tool], schema: Schema | None, seed: int) -> dict[str, str]:
    """What is wrong with tools, by name: statically, and then by running those that could run."""
    problems: dict[str, str] = {}
    database = build_database(world.database, world.reference_time) if world.database is not None else None
    with closing(database) if database is not None else nullcontext() as sandbox:
        for tool in tools:
            try:
                check_parameters(tool) if sandbox is None else check_sql(sandbox, tool)
            except WorldError as error:
                problems[tool.name] = str(error)
    sound = world.changed(tools=tuple(tool for tool in tools if tool.name not in problems))
    for tool in sound.tools:
        known = schema is not None or tool.returns != UNKNOWN
        if known and (reason := reason_to_drop(sound, tool, schema, seed)) is not None:
            problems[tool.name] = reason
    return problems


def trial_calls(world: World, tool: Tool, schema: Schema, seed: int) -> list[TrialCall]:
    """Calls that work, of a tool of the world that returns an array so far; each write has a database of its own."""
    rng, trials = random.Random(f"{seed} {tool.name}"), list[TrialCall]()
    with open_session(world) as base:
        for _ in range(_CALLS):
            with base.fork() if tool.effect == "write" else nullcontext(base) as session:
                arguments = drawn_arguments(session, tool, schema, rng)
                try:
                    rows = session.call(tool.name, arguments) if arguments is not None else []
                except CallRefused:
                    continue
                changed = len(session.net_changes())
                if arguments is not None and (rows or changed):
                    trials.append(TrialCall(arguments, rows, changed))
    return trials


class ReturnsReply(BaseModel):
    """What the model answers."""

    returns: dict[str, Any]


class Described(NamedTuple):
    """Tools with their return schemas, and why others were dropped."""

    tools: list[Tool]
    dropped: dict[str, str]


async def describe_returns(
    chat: Chat,
    world: World,
    tools: Sequence[Tool],
    schema: Schema | None,
    prompts: Prompts,
    seed: int,
    stated: Collection[str],
) -> Described:
    """Give every tool a return schema, in one chat so that a field keeps its type; those `stated` come first."""
    types: dict[str, str] = {}
    described = Described([], {})
    running = world.changed(tools=tuple(tools))
    for tool in sorted(tools, key=lambda tool: tool.name not in stated):
        if tool.name in stated:
            types |= {name: kind for name, kind in _field_types(tool.returns) if name not in types}
            described.tools.append(tool)
            continue
        trials = trial_calls(running, tool, schema, seed) if schema is not None else []
        said = prompts["returns"].fill(tool=tool_text(tool), results=_results(trials))
        try:
            returns = await chat.ask(said, ReturnsReply, partial(_usable, trials, types))
        except ModelFault:
            described.dropped[tool.name] = "the model could not say what it returns"
            continue
        types |= {name: kind for name, kind in _field_types(returns) if name not in types}
        described.tools.append(tool.model_copy(update={"returns": returns}))
    return described


def _usable(trials: Sequence[TrialCall], types: dict[str, str], reply: ReturnsReply) -> dict[str, Any]:
    returns = reply.returns
    if returns.get("type") not in ("object", "array"):
        raise InvalidReply(
            'the type of what a tool returns is "object" (exactly one row) or "array" (any number of rows)'
        )
    if returns["type"] == "array" and not isinstance(returns.get("items"), dict):
        raise InvalidReply("an array needs items: the schema of one row")
    try:
        check_schema(returns, "the returns")
    except WorldError as error:
        raise InvalidReply(str(error)) from error
    for trial in trials:
        result = trial.rows if returns["type"] == "array" else trial.one
        called = f"called with {_json(trial.arguments)}"
        if result is None:
            raise InvalidReply(f"{called}, the tool returned {len(trial.rows)} rows, so it returns an array")
        if problem := misfit(result, returns):
            raise InvalidReply(f"what it returned when {called} does not fit the schema: {problem}")
    for name, kind in _field_types(returns):
        earlier = types.get(name, kind)
        values = [row[name] for trial in trials for row in trial.rows if row.get(name) is not None]
        # What a tool really returns wins over what another was said to return.
        if kind != earlier and all(fits(value, {"type": earlier}) for value in values):
            raise InvalidReply(
                f"{name} has the type {earlier} in an earlier tool and {kind} here: a field keeps its type"
            )
    return returns


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


def _results(trials: Sequence[TrialCall]) -> str:
    lines = []
    for trial in trials[:_SHOWN_CALLS]:
        more = f" (the first {_SHOWN_ROWS} of {len(trial.rows)} rows)" if len(trial.rows) > _SHOWN_ROWS else ""
        shown = _json(trial.rows[:_SHOWN_ROWS]) if trial.rows else f"no rows; as an object, {_json(trial.one)}"
        lines.append(f"{_json(trial.arguments)} -> {shown}{more}")
    return "\n".join(lines) or "(it has not been run)"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
