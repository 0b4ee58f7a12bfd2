"""Every tool that a model wrote is checked and run; what fails goes back with the error, twice at most."""

import random
from collections.abc import Sequence
from contextlib import closing, nullcontext
from typing import Any, NamedTuple

from pydantic import BaseModel

from turnwise.errors import CallRefused, ModelFault, WorldError
from turnwise.llm.chat import Chat
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.shown import tool_text
from turnwise.synthesis.tools.arguments import drawn_arguments
from turnwise.synthesis.tools.proposals import UNKNOWN, ToolDraft, several
from turnwise.synthesis.tools.statements import check_schema, check_sql
from turnwise.synthesis.tools.tool_validation import reason_to_drop
from turnwise.worlds import Tool, World, open_session
from turnwise.worlds.statements import build_database

REPAIRS = 2
"""How often the model may mend one tool."""

_CALLS = 20
"""Calls whose results a return schema has to fit: enough to meet what is missing in some rows."""


class RepairReply(BaseModel):
    """What the model answers."""

    tool: ToolDraft


class CheckedTools(NamedTuple):
    """The tools that run, how many of them were mended first, and why the others were dropped."""

    tools: list[Tool]
    repaired: int
    dropped: dict[str, str]


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
) -> CheckedTools:
    """Keep the tools that do what they say, and have the others mended.

    Args:
        world: where they run; its own tools are not looked at.
        schema: what its database says about itself; None when tools are simulated.
        own: the tools to check.
    """

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

    results = await several(mended, own)
    good = [(tool, attempts) for tool, attempts, problem in results if problem is None]
    dropped = {tool.name: problem for tool, _, problem in results if problem is not None}
    return CheckedTools([tool for tool, _ in good], sum(attempts > 0 for _, attempts in good), dropped)


def problems_of(world: World, tools: Sequence[Tool], schema: Schema | None, seed: int) -> dict[str, str]:
    """What is wrong with tools, by name: statically, and then by running those that could run."""
    problems: dict[str, str] = {}
    database = build_database(world.database, world.reference_time) if world.database is not None else None
    with closing(database) if database is not None else nullcontext() as sandbox:
        for tool in tools:
            try:
                check_schema(tool) if sandbox is None else check_sql(sandbox, tool)
            except WorldError as error:
                problems[tool.name] = str(error)
    sound = world.changed(tools=tuple(tool for tool in tools if tool.name not in problems))
    for tool in sound.tools:
        known = schema is not None or tool.returns != UNKNOWN
        if known and (reason := reason_to_drop(sound, tool, schema, seed)) is not None:
            problems[tool.name] = reason
    return problems


def trial_calls(world: World, tool: Tool, schema: Schema, seed: int) -> list[TrialCall]:
    """Calls that work; each write has a database of its own.

    Args:
        world: holds the tool, with a return schema of type array.
    """
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
