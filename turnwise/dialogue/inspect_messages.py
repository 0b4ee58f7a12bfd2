"""Inspect's messages as plain ones, and back."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from pydantic import TypeAdapter

from turnwise.dialogue.messages import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from turnwise.users import DialogueAct
from turnwise.worlds import Change

_CHAT_MESSAGES: TypeAdapter[list[ChatMessage]] = TypeAdapter(list[ChatMessage])


def load_chat_messages(dumped: Sequence[dict[str, Any]]) -> list[ChatMessage]:
    """Inspect's messages out of JSON; ValidationError where one of them is no message."""
    return _CHAT_MESSAGES.validate_python(dumped)


def dump_chat_messages(messages: Iterable[ChatMessage]) -> tuple[dict[str, Any], ...]:
    """Inspect's messages as JSON."""
    return tuple(message.model_dump(mode="json", exclude_none=True) for message in messages)


def plain_messages(messages: Iterable[ChatMessage], changes: Sequence[Change] = (), calls: int = 0) -> list[Message]:
    """Inspect's messages as plain ones; reasoning and system messages are no part of a dialogue.

    Args:
        changes: the row changes of the session, which are given to the messages of the calls that made them.
        calls: how many calls were run before.
    """
    plain: list[Message] = []
    left = deque(changes)
    for message in messages:
        if isinstance(message, ChatMessageUser):
            plain.append(_user(message))
        elif isinstance(message, ChatMessageAssistant):
            asked = [ToolCall(call.id, call.function, call.arguments) for call in message.tool_calls or []]
            plain.append(AssistantMessage(message.text, tuple(asked)))
        elif isinstance(message, ChatMessageTool):
            # Inspect itself stops those whose tool or arguments it cannot make out.
            ran = message.error is None or message.error.type == "unknown"
            calls += ran
            own = tuple(left.popleft() for _ in range(sum(change.call <= calls for change in left)))
            refusal = message.error.message if message.error is not None else None
            plain.append(ToolMessage(message.tool_call_id or "", message.text, refusal, ran, own))
    places = [place for place, message in enumerate(plain) if isinstance(message, ToolMessage)]
    if left and places:  # of a call that was interrupted, or that the agent left out of its messages
        last = cast(ToolMessage, plain[places[-1]])
        plain[places[-1]] = replace(last, changes=(*last.changes, *left))
    return plain


def chat_user(message: UserMessage) -> ChatMessageUser:
    """A user message as one of Inspect's."""
    acts = [[act.kind, act.request] for act in message.dialogue_acts]
    metadata = {"dialogue_acts": acts, "worded_by": "model" if message.by_model else "rules"}
    return ChatMessageUser(content=message.text, metadata=metadata, source="generate" if message.by_model else None)


def _user(message: ChatMessageUser) -> UserMessage:
    metadata = message.metadata or {}
    acts = tuple(DialogueAct(kind, request) for kind, request in metadata.get("dialogue_acts", []))
    return UserMessage(message.text, acts, metadata.get("worded_by") == "model")
