"""The loop of a dialogue as a solver: the agent answers, the user reacts, until the user is done or a limit is met."""

import inspect
from typing import Any

from inspect_ai.agent import Agent, AgentState
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import registry_create

from turnwise._inspect import registry_lookup
from turnwise.dialogue.conversation import play
from turnwise.dialogue.episode import Episode
from turnwise.dialogue.inspect_adapter import InspectAgent, inspect_tools, live_episode, write_log


@solver
def converse(agent: str = "turnwise/tool_loop", **agent_args: Any) -> Solver:
    """Let an agent and the simulated user talk.

    Args:
        agent: registered name of an Inspect `@agent` that plays one assistant turn: any number of tool
            calls, then a reply. One that takes `tools` is given the world's.
        agent_args: passed on to the agent.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        episode = live_episode(state)
        side = InspectAgent(episode, AgentState(messages=state.messages), candidate(agent, episode, agent_args))
        try:
            await play(episode.conversation, episode.user, side)
            side.tell(episode.conversation)
        finally:
            state.messages = side.talk.messages
            state.output = side.talk.output
            write_log(episode)
        return state

    return solve


def candidate(name: str, episode: Episode, args: dict[str, Any]) -> Agent:
    """The agent by its registered name, equipped with what its signature asks for."""
    factory = registry_lookup("agent", name)
    takes = inspect.signature(factory).parameters if callable(factory) else {}
    equipped = dict(args)
    if "tools" in takes:
        equipped.setdefault("tools", inspect_tools(episode, described=not name.startswith("turnwise/")))
    if "writes" in takes:
        equipped.setdefault("writes", episode.writes)
    if "on_fault" in takes:
        equipped.setdefault("on_fault", episode.agent_failed)
    if "make" in takes:  # it wraps another agent, which is equipped in its turn
        equipped["make"] = lambda base, **its: candidate(base, episode, its)
    if name == "turnwise/oracle":
        equipped["goals"] = lambda: episode.conversation.state.goals
    if "submit" in takes and "prompt" in takes:
        # Inspect's react(): here a reply without calls ends the turn, and the policy is the only system message.
        equipped.setdefault("submit", False)
        equipped.setdefault("prompt", None)
    made: Agent = registry_create("agent", name, **equipped)
    return made
