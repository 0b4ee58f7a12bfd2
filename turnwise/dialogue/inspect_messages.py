"""Inspect's messages as plain ones, and back."""

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCall as InspectToolCall
from inspect_ai.tool import ToolCallError
from pydantic import TypeAdapter

from turnwise.dialogue.messages import AssistantMessage, ExecutedCall, Message, ToolCall, ToolMessage, UserMessage
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
            ran = _ran(message)
            calls += ran
            own = tuple(left.popleft() for _ in range(sum(change.call <= calls for change in left)))
            refusal = message.error.message if message.error is not None else None
            plain.append(ToolMessage(message.tool_call_id or "", message.text, refusal, ran, own))
    places = [place for place, message in enumerate(plain) if isinstance(message, ToolMessage)]
    if left and places:  # of a call that was interrupted, or that the agent left out of its messages
        last = cast(ToolMessage, plain[places[-1]])
        plain[places[-1]] = replace(last, changes=(*last.changes, *left))
    return plain


def new_messages(talk: Sequence[ChatMessage], record: Sequence[ChatMessage]) -> list[ChatMessage]:
    """What an agent has added to its messages since the last of the record.

    Messages that it puts before the last known one are its memory (a summary, say) and were said to nobody.
    """
    known = {message.id or id(message) for message in record}
    places = [place for place, message in enumerate(talk) if (message.id or id(message)) in known]
    after = talk[places[-1] + 1 :] if places else talk
    return [message for message in after if isinstance(message, (ChatMessageAssistant, ChatMessageTool))]


def with_calls(messages: Sequence[ChatMessage], executed: Sequence[ExecutedCall]) -> list[ChatMessage]:
    """An agent's messages of a turn with the calls that it made and left out of them, in the order they were run."""
    shown = [message for message in messages if isinstance(message, ChatMessageTool) and _ran(message)]
    if len(executed) <= len(shown):
        return list(messages)
    whole: list[ChatMessage] = []
    left = deque(messages)
    for call in executed:
        if shown and _is_result(shown[0], call, messages):
            while left:
                whole.append(message := left.popleft())
                if message is shown[0]:
                    break
            shown.pop(0)
            continue
        asked = InspectToolCall(id=f"unshown_{call.number}", function=call.tool, arguments=dict(call.arguments))
        whole.append(ChatMessageAssistant(content="", tool_calls=[asked], metadata={"shown": False}))
        error = ToolCallError("unknown", call.refusal) if call.refusal is not None else None
        text = json.dumps(call.result, ensure_ascii=False) if call.refusal is None else ""
        whole.append(ChatMessageTool(content=text, tool_call_id=asked.id, function=call.tool, error=error))
    return [*whole, *left]


def _ran(message: ChatMessageTool) -> bool:
    # Inspect itself stops those whose tool or arguments it cannot make out.
    return message.error is None or message.error.type == "unknown"


def _is_result(message: ChatMessageTool, call: ExecutedCall, messages: Sequence[ChatMessage]) -> bool:
    asked = [
        one
        for said in messages
        if isinstance(said, ChatMessageAssistant)
        for one in said.tool_calls or ()
        if one.id == message.tool_call_id
    ]
    return any(one.function == call.tool and one.arguments == call.arguments for one in asked)


def chat_user(message: UserMessage) -> ChatMessageUser:
    """A user message as one of Inspect's."""
    acts = [[act.kind, act.request] for act in message.dialogue_acts]
    metadata = {"dialogue_acts": acts, "worded_by": "model" if message.by_model else "rules"}
    return ChatMessageUser(content=message.text, metadata=metadata, source="generate" if message.by_model else None)


def _user(message: ChatMessageUser) -> UserMessage:
    metadata = message.metadata or {}
    acts = tuple(DialogueAct(kind, request) for kind, request in metadata.get("dialogue_acts", []))
    return UserMessage(message.text, acts, metadata.get("worded_by") == "model")
