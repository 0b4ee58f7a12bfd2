"""An agent of one's own (a function, a class, a command, an endpoint) as an Inspect agent that plays one assistant turn."""

import itertools
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from inspect_ai.agent import Agent, AgentState, agent_bridge
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ModelOutput
from inspect_ai.tool import ToolCall, ToolCallError

from turnwise._inspect import agent_without_model
from turnwise._inspect_sample import log_replies
from turnwise.agents.own.finding import OwnAgent
from turnwise.agents.own.messages import Message, NotRun, Turn
from turnwise.dialogue.episode import Episode
from turnwise.errors import AgentError

SECONDS = 600.0
"""that one turn may take, unless TURNWISE_AGENT_SECONDS says another number"""


def own_agent(player: OwnAgent, name: str, episode: Episode) -> Agent:
    """An agent of one's own: it is given what was said, and what it says and calls is added.

    Args:
        player: the agent, for this dialogue alone.
        name: what the log calls it.
        episode: whose tools it calls.
    """
    ids = itertools.count(1)

    async def execute(state: AgentState, *_: Any, **__: Any) -> AgentState:
        turn = Turn(_caller(episode), ids)
        async with agent_bridge():  # a client that asks the model "inspect" is answered by the model of the run
            with anyio.move_on_after(seconds := float(os.environ.get("TURNWISE_AGENT_SECONDS") or SECONDS)) as patience:
                await player.play([_plain(message) for message in state.messages], turn, episode.world.tools)
            if patience.cancelled_caught:
                raise AgentError(f"the agent did not end its turn in {seconds:g} seconds")
        known = len(state.messages)
        state.messages.extend(_chat(turn, name))
        log_replies(agent_without_model(name), state.messages, known)
        said = state.messages[-1]
        if isinstance(said, ChatMessageAssistant):
            state.output = ModelOutput.from_message(said)
        return state

    return execute


def _caller(episode: Episode) -> Callable[[str, dict[str, Any]], Awaitable[Any]]:
    async def call(name: str, arguments: dict[str, Any]) -> Any:
        misfits = episode.misfits(name, arguments)
        if misfits is None:
            raise NotRun(f"Tool {name} not found")
        if misfits:
            raise NotRun("the arguments do not fit the tool: " + "; ".join(misfits))
        return await episode.call(name, arguments)

    return call


def _plain(message: ChatMessage) -> Message:
    """One of Inspect's messages as OpenAI has it."""
    plain: Message = {"role": message.role, "content": message.text}
    if isinstance(message, ChatMessageAssistant) and message.tool_calls:
        plain["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function, "arguments": json.dumps(call.arguments, ensure_ascii=False)},
            }
            for call in message.tool_calls
        ]
    if isinstance(message, ChatMessageTool):
        plain |= {"tool_call_id": message.tool_call_id or "", "name": message.function or ""}
        plain["content"] = message.error.message if message.error is not None else message.text
    return plain


def _chat(turn: Turn, name: str) -> list[ChatMessage]:
    """The messages of a turn as Inspect's."""
    chat: list[ChatMessage] = []
    for message in turn.messages:
        if message["role"] == "tool":
            failed = turn.refused.get(message["tool_call_id"])
            error = (
                ToolCallError("unknown" if failed == "refused" else "parsing", message["content"]) if failed else None
            )
            chat.append(
                ChatMessageTool(
                    content="" if failed else message["content"],
                    tool_call_id=message["tool_call_id"],
                    function=message["name"],
                    error=error,
                )
            )
        else:
            calls = [_tool_call(call) for call in message.get("tool_calls") or ()]
            chat.append(ChatMessageAssistant(content=message["content"], tool_calls=calls or None, model=name))
    return chat


def _tool_call(call: dict[str, Any]) -> ToolCall:
    text = call["function"]["arguments"]
    try:
        arguments = json.loads(text or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if isinstance(arguments, dict):
        return ToolCall(id=call["id"], function=call["function"]["name"], arguments=arguments)
    problem = f"the arguments are no JSON object: {text[:100]}"
    return ToolCall(id=call["id"], function=call["function"]["name"], arguments={}, parse_error=problem)
