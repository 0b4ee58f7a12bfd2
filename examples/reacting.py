"""Inspect's own `react()` agent as the candidate, from a file:

inspect eval turnwise/user_oriented --solver examples/reacting.py@reacting --model openai/gpt-4o
"""

from inspect_ai.agent import AgentState, react
from inspect_ai.solver import Generate, Solver, TaskState, solver

from turnwise.dialogue.inspect_adapter import continue_with_user, inspect_tools, live_episode


@solver
def reacting() -> Solver:
    """A solver of your own: it has the world's tools and messages, and gives the user the word after each reply."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        tools = inspect_tools(live_episode(state))
        agent = react(prompt=None, tools=tools, submit=False, on_continue=continue_with_user(state))
        talk = await agent(AgentState(messages=state.messages))
        state.messages = talk.messages
        state.output = talk.output
        return state

    return solve
