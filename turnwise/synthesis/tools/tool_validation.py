"""Every proposed tool is called, rightly and wrongly, before it is kept."""

import random
from contextlib import AbstractContextManager, closing
from typing import Any

from turnwise.errors import CallRefused, WorldError
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.tools.arguments import drawn_arguments
from turnwise.worlds import Session, SimulatedSession, Tool, World, open_session
from turnwise.worlds.json_schema import misfit
from turnwise.worlds.simulated.naming import noun_of
from turnwise.worlds.simulated.sampling import sample

_TRIALS = 6


def working_tools(world: World, schema: Schema | None, seed: int) -> tuple[list[Tool], dict[str, str]]:
    """The tools of a world that work, and why the others do not, by name.

    Args:
        schema: what its database says about itself; None when tools are simulated.
    """
    reasons = {tool.name: reason_to_drop(world, tool, schema, seed) for tool in world.tools}
    kept = [tool for tool in world.tools if reasons[tool.name] is None]
    return kept, {name: reason for name, reason in reasons.items() if reason is not None}


def reason_to_drop(world: World, tool: Tool, schema: Schema | None, seed: int) -> str | None:
    """Call a tool of a world with valid and with unknown arguments, in throw-away sessions.

    Returns:
        None when the tool should be kept: a valid call gives a result that fits the return schema and, on a database,
        finds or changes something, and an unknown argument is refused. Otherwise a short reason.
    """
    rng = random.Random(f"{seed} {tool.name}")
    world = world if schema is not None else world.changed(tools=(tool,))
    problem = "no valid call could be made"
    for trial in range(_TRIALS):
        with _opened(world, trial) as session:
            try:
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
            if schema is not None and tool.effect == "write" and not session.net_changes():
                problem = "its writes change nothing"
            elif schema is not None and tool.effect == "read" and not result:
                problem = "it finds nothing"
            else:
                return _accepts_nonsense(session, tool, arguments)
    return problem


def _accepts_nonsense(session: Session | SimulatedSession, tool: Tool, valid: dict[str, Any]) -> str | None:
    """A sentence when an argument that a tool does not name is accepted; the author of a simulated one may allow it."""
    if tool.parameters["additionalProperties"] is not False and tool.sql is None:
        return None
    try:
        session.call(tool.name, {**valid, "no_such_argument": 1})
    except CallRefused:
        return None
    return "an argument that it does not name was accepted"


def _opened(world: World, seed: int = 0) -> "AbstractContextManager[Session | SimulatedSession]":
    return open_session(world) if world.database is not None else closing(SimulatedSession(world, seed=seed))


def _arguments(
    session: Session | SimulatedSession, tool: Tool, schema: Schema | None, rng: random.Random
) -> dict[str, Any] | None:
    if isinstance(session, Session):
        return drawn_arguments(session, tool, schema, rng) if schema is not None else None
    needed, now, noun = tool.parameters["required"], session.world.moment(), noun_of(tool.name)
    properties = tool.parameters["properties"].items()
    return {n: sample(n, part, rng, now, noun) for n, part in properties if n in needed or rng.random() < 0.5}
