"""The plain candidate: any model in a loop of generation and tool calls."""

from collections.abc import Callable, Sequence
from typing import Any

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageTool,
    ChatMessageUser,
    Model,
    ModelOutput,
    execute_tools,
    get_model,
)
from inspect_ai.tool import ToolCallError, ToolDef

from turnwise._inspect_sample import shared_tools
from turnwise.agents.models import OneSource
from turnwise.values.text import says_something

_TRIES = 3
_MOST_CALLS = 100  # of one message: a person waits for all of them
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
            if _empty(state.output) or _is_too_long(state.output):
                return state
            state.messages.append(state.output.message)
            if not state.output.message.tool_calls:
                return state
            state.messages.extend(await _called(state.messages, tools))
        if on_fault is not None:
            on_fault(f"the turn ended after {max_steps} generations, each with calls and none with a reply")
        return state

    return execute


async def _called(messages: Sequence[ChatMessage], tools: Sequence[ToolDef]) -> list[ChatMessage]:
    """The results of the last message's calls; those beyond the most of one message are not run."""
    *before, asking = messages
    assert isinstance(asking, ChatMessageAssistant)
    calls = asking.tool_calls or []
    first, rest = calls[:_MOST_CALLS], calls[_MOST_CALLS:]
    named = {call.function for call in first}
    asked = asking.model_copy(update={"tool_calls": first}) if rest else asking
    ran = (await execute_tools([*before, asked], [tool for tool in tools if tool.name in named])).messages
    error = ToolCallError("limit", f"Not run: one message may hold {_MOST_CALLS} calls at most.")
    return [
        *ran,
        *(ChatMessageTool(content="", tool_call_id=call.id, function=call.function, error=error) for call in rest),
    ]


async def _reply(model: Model, state: AgentState, tools: Sequence[Any], on_fault: Any) -> ModelOutput:
    """The first reply that is not empty, or the last of those that were."""
    output = await model.generate(state.messages, tools=tools)
    if _is_too_long(output) and on_fault is not None:
        on_fault(f"the dialogue is longer than the model takes: {output.completion[:200]}", for_good=True)
    for left in reversed(range(_TRIES)):
        if not _empty(output):
            break
        if on_fault is not None:
            on_fault(f"the reply was empty (stop reason: {output.stop_reason})", for_good=not left)
        if left:
            output = await model.generate([*state.messages, ChatMessageUser(content=_EMPTY)], tools=tools)
    return output


def _is_too_long(output: ModelOutput) -> bool:
    """Whether the model was not asked, since its context is too small; the words are then the server's."""
    return output.stop_reason == "model_length" and not (output.usage and output.usage.output_tokens)


def _empty(output: ModelOutput) -> bool:
    return not output.choices or not (output.message.tool_calls or says_something(output.message.text))
