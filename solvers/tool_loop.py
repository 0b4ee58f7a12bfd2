"""The plain candidate: any model in a loop of generation and tool calls."""

from collections.abc import Sequence

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import execute_tools, get_model
from inspect_ai.tool import ToolDef


@agent
def tool_loop(tools: Sequence[ToolDef] = (), max_steps: int = 20) -> Agent:
    """One assistant turn of the evaluated model: generate and call until it replies without a call.

    Args:
        tools: the tools it may call.
        max_steps: generations per turn; the turn ends there even if the model would go on calling.
    """

    async def execute(state: AgentState) -> AgentState:
        model = get_model()
        for _ in range(max_steps):
            state.output = await model.generate(state.messages, tools=tools)
            state.messages.append(state.output.message)
            if not state.output.message.tool_calls:
                break
            executed = await execute_tools(state.messages, tools)
            state.messages.extend(executed.messages)
        return state

    return execute
