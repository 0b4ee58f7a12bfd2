"""An agent that misbehaves on purpose: what scores say of a known fault, in live dialogues and not in edited logs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from inspect_ai._util.error import PrerequisiteError
from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, execute_tools
from inspect_ai.tool import ToolDef

from turnwise.calibrate.acts import claim
from turnwise.calibrate.edits import NUMBER, other_digits

_CHANGES = re.compile(r"(?:add|book|cancel|change|create|delete|remove|renew|reserve|return|send|set|update)_")
_FORGETFUL = "Hello! How can I help you?"
_GOODBYE = "Thank you for getting in touch. Goodbye!"
_FAULTS = ("false_claim", "ignored_correction", "lost_context", "premature_goodbye", "repeated_call", "wrong_number")


@agent
def misbehaving(
    make: Callable[..., Agent],
    tools: Sequence[ToolDef] = (),
    base: str = "turnwise/tool_loop",
    fault: str = "wrong_number",
    rate: float = 0.2,
    seed: int = 0,
    **args: Any,
) -> Agent:
    """Wraps an agent and spoils some of its turns; a spoilt message has `fault` in its metadata.

    The same dialogue is spoilt at the same turns under the same seed, whatever else runs.

    Args:
        make: makes an agent by its registered name; `converse` gives it.
        tools: the tools of the world.
        base: the agent that is spoilt.
        fault: `wrong_number` (a number in the reply is changed), `repeated_call` (the last call is made once more),
            `false_claim` (it says that it has done something more), `lost_context` (it greets instead of answering),
            `premature_goodbye` (it takes leave instead), `ignored_correction` (it says what it said before).
        rate: chance of each turn to be spoilt, from 0 to 1.
        seed: drives which turns are.
        args: passed on to the agent that is spoilt.
    """
    if fault not in _FAULTS:
        raise PrerequisiteError(f"fault is {fault}: it takes {', '.join(_FAULTS)}")
    behave = make(base, **args)

    async def execute(state: AgentState) -> AgentState:
        start = len(state.messages)
        heard = [message.text for message in state.messages if isinstance(message, ChatMessageUser)]
        state = await behave(state)
        rng = Random(f"{seed} {len(heard)} {heard[:1]}")
        if rng.random() >= rate or len(state.messages) == start or not _is_reply(state.messages[-1]):
            return state
        if fault == "repeated_call":
            await _call_again(state, tools)
            return state
        reply = state.messages[-1]
        if (text := _spoilt(fault, reply.text, state.messages[:start], tools, rng)) is not None:
            state.messages[-1] = ChatMessageAssistant(content=text, source="generate", metadata={"fault": fault})
        return state

    return execute


def _spoilt(fault: str, text: str, before: Sequence[ChatMessage], tools: Sequence[ToolDef], rng: Random) -> str | None:
    """The reply with its fault; None when there is no place for it."""
    if fault == "lost_context":
        return _FORGETFUL
    if fault == "premature_goodbye":
        return _GOODBYE
    if fault == "ignored_correction":
        return next((message.text for message in reversed(before) if _is_reply(message)), None)
    if fault == "false_claim":
        called = {c.function for m in before if isinstance(m, ChatMessageAssistant) for c in m.tool_calls or []}
        idle = [tool.name for tool in tools if _CHANGES.match(tool.name) and tool.name not in called]
        return f"{text} {claim(rng.choice(idle) if idle else 'update_contact_details')}"
    found = list(NUMBER.finditer(text))
    if not found:
        return None
    number = rng.choice(found)
    return text[: number.start()] + other_digits(number.group(), rng, text) + text[number.end() :]


async def _call_again(state: AgentState, tools: Sequence[ToolDef]) -> None:
    """Make the last call once more, before the reply."""
    made = [call for m in state.messages if isinstance(m, ChatMessageAssistant) for call in m.tool_calls or []]
    if not made:
        return
    reply = state.messages.pop()
    again = replace(made[-1], id=f"{made[-1].id}again{len(state.messages)}")
    state.messages.append(
        ChatMessageAssistant(content="", tool_calls=[again], source="generate", metadata={"fault": "repeated_call"})
    )
    executed = await execute_tools(state.messages, tools)
    state.messages += [*executed.messages, reply]


def _is_reply(message: ChatMessage) -> bool:
    return isinstance(message, ChatMessageAssistant) and not message.tool_calls and bool(message.text.strip())
