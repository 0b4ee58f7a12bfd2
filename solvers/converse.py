"""The loop of a dialogue as a solver: the agent answers, the user reacts, until the user is done or a limit is met."""

import inspect
from contextlib import AsyncExitStack
from typing import Any

from inspect_ai.agent import Agent, AgentState
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import registry_create

from turnwise._inspect import errors_for_people, registry_info, registry_lookup
from turnwise.agents.own.finding import check_agent, find_agent, is_inspects, named_elsewhere
from turnwise.dialogue.conversation import play
from turnwise.dialogue.episode import Episode
from turnwise.dialogue.inspect_adapter import InspectAgent, inspect_tools, live_episode, write_log
from turnwise.solvers.own import own_agent


@solver
def converse(agent: str = "turnwise/tool_loop", **agent_args: Any) -> Solver:
    """Let an agent and the simulated user talk.

    Args:
        agent: what plays one assistant turn, any number of tool calls and then a reply: the registered name of an
            Inspect `@agent`, which is given the world's tools if it takes `tools`; or file.py@name or module:name of
            a function, a class or an Inspect agent or solver; command:PROGRAM; a URL. See docs/agents.md.
        agent_args: passed on to the agent.
    """
    with errors_for_people():
        check_agent(agent)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        episode = live_episode(state)
        async with AsyncExitStack() as closing:
            candidate = make_candidate(agent, episode, agent_args, closing, (state, generate))
            side = InspectAgent(episode, AgentState(messages=list(state.messages)), candidate)
            try:
                await play(episode.conversation, episode.user, side)
                side.tell(episode.conversation)
            finally:
                state.messages = side.record
                state.output = side.talk.output
                write_log(episode)
        return state

    return solve


def make_candidate(
    name: str, episode: Episode, args: dict[str, Any], closing: AsyncExitStack, sample: tuple[TaskState, Generate]
) -> Agent:
    """The agent by its name, equipped with what its signature asks for; what it holds is freed by `closing`."""
    factory: Any = find_agent(name) if named_elsewhere(name) else registry_lookup("agent", name)
    if not is_inspects(factory) and named_elsewhere(name):
        player = factory()
        closing.push_async_callback(player.close)
        return own_agent(player, name, episode)
    takes = inspect.signature(factory).parameters if callable(factory) else {}
    equipped = dict(args)
    if "tools" in takes:
        equipped.setdefault("tools", inspect_tools(episode, described=not name.startswith("turnwise/")))
    if "writes" in takes:
        equipped.setdefault("writes", episode.writes)
    if "on_fault" in takes:
        equipped.setdefault("on_fault", episode.agent_failed)
    if "make" in takes:  # it wraps another agent, which is equipped in its turn
        equipped["make"] = lambda base, **its: make_candidate(base, episode, its, closing, sample)
    if name == "turnwise/oracle":
        equipped["goals"] = lambda: episode.conversation.state.goals
    if "submit" in takes and "prompt" in takes:
        # Inspect's react(): here a reply without calls ends the turn, and the policy is the only system message.
        equipped.setdefault("submit", False)
        equipped.setdefault("prompt", None)
    made: Any = factory(**equipped) if named_elsewhere(name) else registry_create("agent", name, **equipped)
    if is_inspects(factory) and registry_info(factory).type == "solver":
        return _turn_of_solver(made, *sample)
    agent: Agent = made
    return agent


def _turn_of_solver(made: Solver, sample: TaskState, generate: Generate) -> Agent:
    """A solver as an agent: it is run on the dialogue so far, once for each of its turns."""

    async def execute(state: AgentState, *_: Any, **__: Any) -> AgentState:
        seen = TaskState(
            sample.model, sample.sample_id, sample.epoch, sample.input, list(state.messages), output=state.output
        )
        after = await made(seen, generate)
        state.messages, state.output = after.messages, after.output
        return state

    return execute
