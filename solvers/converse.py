"""The loop of a dialogue: the agent answers, the user reacts, until the user is done or a limit is met."""

import inspect
from typing import Any

from inspect_ai.agent import Agent, AgentState
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import registry_create

from turnwise.dialogue.conversation import Conversation, live_conversation


@solver
def converse(agent: str = "turnwise/tool_loop", **agent_args: Any) -> Solver:
    """Let an agent and the simulated user talk.

    Args:
        agent: registered name of an Inspect `@agent` that plays one assistant turn: any number of tool
            calls, then a reply. One that takes `tools` is given the world's.
        agent_args: passed on to the agent.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        conversation = live_conversation(state)
        answer = candidate(agent, conversation, agent_args)
        talk = AgentState(messages=state.messages)
        try:
            while not conversation.over:
                talk = await answer(talk)
                await conversation.user_speaks(talk.messages)
        finally:
            state.messages = talk.messages
            state.output = talk.output
            conversation.record()
        return state

    return solve


def candidate(name: str, conversation: Conversation, args: dict[str, Any]) -> Agent:
    """The agent by its registered name, equipped with what its signature asks for."""
    from inspect_ai._util.registry import registry_lookup

    factory = registry_lookup("agent", name)
    takes = inspect.signature(factory).parameters if callable(factory) else {}
    equipped = dict(args)
    if "tools" in takes:
        equipped.setdefault("tools", conversation.tools)
    if "writes" in takes:
        equipped.setdefault("writes", conversation.writes)
    if "on_fault" in takes:
        equipped.setdefault("on_fault", conversation.agent_failed)
    if "make" in takes:  # it wraps another agent, which is equipped in its turn
        equipped["make"] = lambda base, **its: candidate(base, conversation, its)
    if name == "turnwise/oracle":
        equipped["goals"] = lambda: conversation.goals
    if "submit" in takes and "prompt" in takes:
        # Inspect's react(): here a reply without calls ends the turn, and the policy is the only system message.
        equipped.setdefault("submit", False)
        equipped.setdefault("prompt", None)
    made: Agent = registry_create("agent", name, **equipped)
    return made
