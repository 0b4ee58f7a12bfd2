"""What each tool returns, as a JSON schema: asked one tool at a time in one conversation, so that a field that tools
share keeps one type; checked against what the tool returned when it was run."""

import json
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel

from turnwise.errors import ModelFault, WorldError
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.shown import tool_text
from turnwise.synthesis.tools.by_model import TrialCall, trial_calls
from turnwise.worlds import Tool, World
from turnwise.worlds.json_schema import check_schema, fits, misfit, types_of

_SHOWN_CALLS = 3
_SHOWN_ROWS = 5
_SCALARS = ("string", "integer", "number", "boolean")


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
    """Give every tool a return schema.

    Args:
        chat: where all of them are asked for, one after the other.
        world: where the tools run.
        schema: what its database says about itself; None when tools are simulated.
        stated: the tools that have one of their own; they come first.
    """
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
