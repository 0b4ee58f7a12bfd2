"""Messages become turns: what the user said, and what was called and returned before the next thing they said."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
)


class Exchange(NamedTuple):
    """One tool call and what came back."""

    tool: str
    arguments: Mapping[str, Any]
    result: Any
    error: str | None


class Turn(NamedTuple):
    """One message of the user and everything up to the next one."""

    heard: str
    exchanges: tuple[Exchange, ...]
    said: str


class Transcript(NamedTuple):
    """A dialogue: the policy, then turns. The last turn is the one to answer."""

    policy: str
    turns: tuple[Turn, ...]


def transcript(messages: Sequence[ChatMessage]) -> Transcript:
    """The turns of a list of messages; consecutive user messages are one."""
    policy: list[str] = []
    turns: list[tuple[list[str], list[Exchange], list[str]]] = []
    results = {m.tool_call_id: m for m in messages if isinstance(m, ChatMessageTool)}
    for message in messages:
        if isinstance(message, ChatMessageSystem):
            policy.append(message.text)
        elif isinstance(message, ChatMessageUser):
            if not turns or turns[-1][1] or turns[-1][2]:
                turns.append(([], [], []))
            turns[-1][0].append(message.text)
        elif isinstance(message, ChatMessageAssistant):
            if not turns:
                turns.append(([], [], []))
            if message.text.strip():
                turns[-1][2].append(message.text)
            for call in message.tool_calls or ():
                if call.id in results:
                    turns[-1][1].append(_exchange(call.function, call.arguments, results[call.id]))
    return Transcript(
        "\n".join(policy),
        tuple(Turn("\n".join(heard), tuple(done), "\n".join(said)) for heard, done, said in turns),
    )


def _exchange(tool: str, arguments: Mapping[str, Any], message: ChatMessageTool) -> Exchange:
    if message.error is not None:
        return Exchange(tool, arguments, None, message.error.message)
    try:
        return Exchange(tool, arguments, json.loads(message.text), None)
    except ValueError:
        return Exchange(tool, arguments, message.text, None)
