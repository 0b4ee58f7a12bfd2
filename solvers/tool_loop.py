"""The plain candidate: any model in a loop of generation and tool calls."""

from collections.abc import Callable, Sequence
from typing import Any

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import ChatMessageUser, Model, ModelOutput, execute_tools, get_model
from inspect_ai.tool import ToolDef

from turnwise._inspect import OneSource, shared_tools
from turnwise.values.text import says_something

_TRIES = 3
_EMPTY = "(Your reply was empty: it held neither words nor a tool call. Answer the person, or call a tool.)"


@agent
def tool_loop(tools: Sequence[ToolDef] = (), max_steps: int = 20, on_fault: Callable[..., None] | None = None) -> Agent:
    """One assistant turn of the evaluated model: generate and call until it replies without a call.

    A reply without words or calls is asked for again, and leaves no trace in the dialogue but the count.

    Args:
        tools: the tools it may call.
        max_steps: generations per turn; the turn ends there even if the model would go on calling.
        on_fault: told of every empty reply; with `for_good=True` when no other came.
    """

    async def execute(state: AgentState) -> AgentState:
        model = get_model()
        shown = [OneSource(shared_tools(tools))]
        for _ in range(max_steps):
            state.output = await _reply(model, state, shown, on_fault)
            if _empty(state.output):
                break
            state.messages.append(state.output.message)
            if not state.output.message.tool_calls:
                break
            called = {call.function for call in state.output.message.tool_calls}
            executed = await execute_tools(state.messages, [tool for tool in tools if tool.name in called])
            state.messages.extend(executed.messages)
        return state

    return execute


async def _reply(model: Model, state: AgentState, tools: Sequence[Any], on_fault: Any) -> ModelOutput:
    """The first reply that is not empty, or the last of those that were."""
    output = await model.generate(state.messages, tools=tools)
    for left in reversed(range(_TRIES)):
        if not _empty(output):
            break
        if on_fault is not None:
            on_fault(f"the reply was empty (stop reason: {output.stop_reason})", for_good=not left)
        if left:
            output = await model.generate([*state.messages, ChatMessageUser(content=_EMPTY)], tools=tools)
    return output


def _empty(output: ModelOutput) -> bool:
    return not output.choices or not (output.message.tool_calls or says_something(output.message.text))
