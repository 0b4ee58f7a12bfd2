"""Every tool that a model wrote is run and mended, the most useful first, until there are as many as are wanted."""

from collections.abc import Sequence
from contextlib import closing, nullcontext
from typing import NamedTuple

from pydantic import BaseModel

from turnwise.errors import ModelFault, WorldError
from turnwise.llm.chat import Chat
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.tools.proposals import UNKNOWN, ToolDraft
from turnwise.synthesis.tools.returns import idle_filter, observed_returns, trial_calls
from turnwise.synthesis.tools.statements import check_parameters, check_sql
from turnwise.synthesis.tools.trials import enabling_tool, reason_to_drop
from turnwise.worlds import Tool, World
from turnwise.worlds.statements import build_database

REPAIRS = 2  # how often the model may mend one tool
BATCH = 6  # tools that go back to the model in one request


class RepairReply(BaseModel):
    """The tools that went back to the model, mended."""

    tools: list[ToolDraft]


class Checked(NamedTuple):
    """Tools that do what they say, how many were mended first, why others were dropped, and those not needed."""

    tools: list[Tool]
    repaired: int
    dropped: dict[str, str]
    beyond: int


async def check_tools(
    chat: Chat, world: World, schema: Schema | None, prompts: Prompts, seed: int, ranked: Sequence[Tool], most: int
) -> Checked:
    """The first `most` tools of a ranking that do what they say in a world; only what would be kept is mended."""
    kept: list[Tool] = []
    dropped: dict[str, str] = {}
    repaired, place = 0, 0
    while place < len(ranked) and len(kept) < most:
        tools = list(ranked[place : place + most - len(kept)])
        place += len(tools)
        told: set[str] = set()
        for attempt in range(REPAIRS + 1):
            problems = problems_of(world.changed(tools=(*kept, *tools)), tools, schema, seed)
            if not problems or attempt == REPAIRS:
                break
            mended = await _mended(chat.fork("repair"), prompts, tools, problems, schema is not None)
            if not mended:
                break
            told |= mended.keys()
            tools = [mended.get(tool.name, tool) for tool in tools]
        dropped |= problems
        good = [tool for tool in tools if tool.name not in problems]
        repaired += sum(tool.name in told for tool in good)
        kept += good
    if schema is not None:
        kept = [_returning(world.changed(tools=tuple(kept)), tool, schema, seed) for tool in kept]
    return Checked(kept, repaired, dropped, len(ranked) - place)


async def _mended(
    chat: Chat, prompts: Prompts, tools: Sequence[Tool], problems: dict[str, str], executable: bool
) -> dict[str, Tool]:
    """The tools with problems as the model writes them again, by name; those it does not answer for are left out."""
    broken = {tool.name: tool for tool in tools if tool.name in problems}
    names, found = list(broken), dict[str, Tool]()
    for first in range(0, len(names), BATCH):
        batch = names[first : first + BATCH]
        blocks = [
            f"The tool: {ToolDraft.of(broken[name]).model_dump_json()}\nWhat is wrong: {problems[name]}"
            for name in batch
        ]
        try:
            reply = await chat.fork().ask(prompts["repair"].fill(tools="\n\n".join(blocks)), RepairReply)
        except ModelFault:
            continue
        for draft in reply.tools:
            if draft.name in batch:
                found[draft.name] = _as_it_was(draft.tool(executable), broken[draft.name])
    return found


def _as_it_was(tool: Tool, before: Tool) -> Tool:
    """A mended tool that keeps what nothing was wrong with: that a write is to be confirmed."""
    return tool.model_copy(update={"consequential": before.consequential}) if tool.effect == "write" else tool


def problems_of(world: World, tools: Sequence[Tool], schema: Schema | None, seed: int) -> dict[str, str]:
    """What is wrong with tools of a world, by name: statically, and then by running those that could run.

    A write that works by itself on no row is run after another write of the world before it is given up.
    """
    problems: dict[str, str] = {}
    database = build_database(world.database, world.reference_time) if world.database is not None else None
    with closing(database) if database is not None else nullcontext() as sandbox:
        sound = []
        for tool in {tool.name: tool for tool in (*world.tools, *tools)}.values():
            try:
                check_parameters(tool) if sandbox is None else check_sql(sandbox, tool)
                sound.append(tool)
            except WorldError as error:
                problems[tool.name] = str(error)
    running = world.changed(tools=tuple(sound))
    for tool in tools:
        known = schema is not None or tool.returns != UNKNOWN
        if known and tool.name not in problems:
            reason = reason_to_drop(running, tool, schema, seed)
            after = schema is not None and reason is not None and tool.effect == "write"
            if reason is not None and not (after and schema and enabling_tool(running, tool, schema, seed)):
                problems[tool.name] = reason
            elif schema is not None and tool.effect == "read" and (name := idle_filter(running, tool, schema, seed)):
                problems[tool.name] = f"it finds nothing whenever {name} is given: compare it in the type of the column"
    return {tool.name: problems[tool.name] for tool in tools if tool.name in problems}


def _returning(world: World, tool: Tool, schema: Schema, seed: int) -> Tool:
    """A tool with the schema of what its calls return."""
    trials = trial_calls(world, tool, schema, seed)
    if not trials and (first := enabling_tool(world, tool, schema, seed)) is not None:
        trials = trial_calls(world, tool, schema, seed, first)
    return tool.model_copy(update={"returns": observed_returns(tool, trials, schema)})
