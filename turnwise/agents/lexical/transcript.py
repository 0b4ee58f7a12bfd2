"""Messages become turns: what the user said, and what was called and returned before the next thing they said."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser


class Exchange(NamedTuple):
    """One tool call and what came back."""

    tool: str
    arguments: Mapping[str, Any]
    result: Any
    error: str | None


@dataclass
class Turn:
    """What the user said, and the calls made in answer to it."""

    heard: str = ""
    exchanges: list[Exchange] = field(default_factory=list)


def transcript(messages: Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """The turns of a list of messages, the last of which is to be answered; consecutive user messages are one."""
    turns: list[Turn] = []
    results = {m.tool_call_id: m for m in messages if isinstance(m, ChatMessageTool)}
    before: ChatMessage | None = None
    for message in messages:
        if isinstance(message, ChatMessageUser):
            if turns and isinstance(before, ChatMessageUser):
                turns[-1].heard += f"\n{message.text}"
            else:
                turns.append(Turn(message.text))
        elif isinstance(message, ChatMessageAssistant):
            turns = turns or [Turn()]
            calls = [c for c in message.tool_calls or () if c.id in results]
            turns[-1].exchanges += [_exchange(c.function, c.arguments, results[c.id]) for c in calls]
        before = message
    return tuple(turns)


def _exchange(tool: str, arguments: Mapping[str, Any], message: ChatMessageTool) -> Exchange:
    try:
        result = json.loads(message.text)
    except ValueError:
        result = message.text
    return Exchange(tool, arguments, result, message.error.message if message.error is not None else None)
