"""What providers' APIs, trainers and benchmarks write for a message, in one shape: who said what, called what, got what back.

A dialogue is a list of items. With OpenAI's chat, tau2 and Inspect an item is a message; OpenAI's Responses have items for
calls, results and thoughts too; Anthropic, Bedrock and Gemini have these as parts of a message; Hermes as tags in its text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from turnwise.logs.importing.reading import at, first
from turnwise.logs.importing.shapes import (
    MORE,
    RESULT_TAG,
    Said,
    Unusable,
    answer_of,
    answers_in,
    called,
    tagged,
    take_tags,
    thoughts_in,
    value_of,
)

_ROLES = {
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("user", "human", "customer"), "user"),
    **dict.fromkeys(
        ("assistant", "gpt", "model", "ai", "agent", "bot", "chatbot", "chatgpt", "bing", "bard", "function_call"),
        "assistant",
    ),
    **dict.fromkeys(("tool", "function", "observation", "function_response", "tool_response", "ipython"), "tool"),
}
_CALLS = ("function_call", "custom_tool_call", "mcp_call")
_RESULTS = ("function_call_output", "custom_tool_call_output")
_NO_ROLE = "a message has no role that is known, and was left out"
_HIDDEN = "a thought is encrypted, and was left out"


def read_items(items: Sequence[Any]) -> Iterator[Said]:
    """The messages of a dialogue; Unusable where a call or a result cannot be read."""
    answer: Said | None = None  # of the model, of which more may follow
    for place, item in enumerate(items, 1):
        for said in _of_item(item, place):
            if answer is not None and answer.may_take(said):
                answer.text = answer.text or said.text
                answer.thoughts += said.thoughts
                answer.calls += said.calls
                answer.remarks += said.remarks
                answer.loose = said.loose
                continue
            if answer is not None:
                yield answer
            answer = said
    if answer is not None:
        yield answer


def _of_item(item: Any, place: int) -> Iterator[Said]:
    """The messages of an item, and the parts of messages that stand alone."""
    if at(item, "lc") and isinstance(inner := at(item, "kwargs"), dict):
        item = inner  # as LangChain dumps its objects
    kind = at(item, "type")
    if kind == "reasoning" and not at(item, "role"):
        thoughts = thoughts_in(item)
        yield Said(place, "assistant", thoughts=thoughts, remarks=[_HIDDEN] * (not thoughts), loose=True)
    elif kind in _CALLS and not at(item, "role"):
        yield Said(place, "assistant", calls=[called(item)], loose=True)
        if kind == "mcp_call":  # made by the provider, its result beside it
            answer = first(item, "output", "error")
            yield answer_of({"id": item.get("id"), "output": answer, "is_error": bool(item.get("error"))}, place)
    elif kind in _RESULTS:
        yield answer_of(item, place)
    else:
        for said in _of_message(item, place):
            said.loose = kind == "message" and said.role == "assistant"
            yield said


def _of_message(item: Any, place: int) -> Iterator[Said]:
    """The messages that one item holds: more than one where results stand among its parts."""
    given = first(item, "role", "from", "type")
    role = _ROLES.get(given.lower(), "") if isinstance(given, str) else ""
    if not role:
        acts = isinstance(item, dict) and any(item.get(key) for key in ("tool_calls", "function_call", "tool_call_id"))
        if acts or (
            isinstance(given, str) and "role" not in item and "from" not in item and re.search("call|tool|item_", given)
        ):
            raise Unusable(f"item {place} ({given}) is a call or a result that cannot be read")
        yield Said(place, "", remarks=[_NO_ROLE])
        return
    if isinstance(inner := item.get("data"), dict) and "content" not in item:
        item = {**inner, **{key: value for key, value in item.items() if key != "data"}}  # as LangChain saves messages
    if item.get("is_audio") is True or item.get("is_final_chunk") is False:  # tau2's, whose content is sound
        if item.get("is_final_chunk") is False or not isinstance(item.get("audio_script_gold"), str):
            raise Unusable(f"message {place} is sound, and its words are not written down")
        item = {**item, "content": item["audio_script_gold"]}
    if isinstance(item.get("message"), str) and "content" not in item:
        item = {**item, "content": item["message"]}  # as Cohere has it
    if role == "tool" and isinstance(several := first(item, "tool_messages", "tool_results"), list):
        for one in several:
            yield answer_of(one, place)
        return
    yield from _Parts(item, role, place, given == "function_call").messages()


class _Parts:
    """The parts of one item, in order, as they become messages."""

    def __init__(self, item: dict[str, Any], role: str, place: int, text_is_call: bool) -> None:
        self._item, self._role, self._place = item, role, place
        self._texts: list[str] = []
        self._now = Said(place, role)
        self._done: list[Said] = []
        self._text_is_call = text_is_call

    def messages(self) -> list[Said]:
        content = first(self._item, "content", "value", "parts", "text")
        if self._role == "tool" and not _holds_results(content):
            return list(answers_in(self._item, self._place))
        for part in content if isinstance(content, list) else [content]:
            self._part(part)
        self._end()
        if not self._done:
            self._done.append(self._now)
        return self._done

    def _part(self, part: Any) -> None:
        """Take one part into the message, or end the message by a result."""
        now = self._now
        if part is None:
            return
        if not isinstance(part, dict):
            whole = isinstance(self._item.get("content"), list)
            if isinstance(part, str):
                self._texts.append(part)
            elif whole:
                now.remarks.append(MORE)
            else:
                self._texts.append(json.dumps(part, ensure_ascii=False))
            return
        kind = str(part.get("type") or "")
        inner = first(part, "functionCall", "toolUse", "function_call")
        answer = first(part, "functionResponse", "toolResult", "function_response")
        if isinstance(answer, dict) or kind.endswith(("tool_result", "tool-result")):
            self._answer(answer if isinstance(answer, dict) else part)
        elif isinstance(inner, dict) or kind in (
            "tool_use",
            "server_tool_use",
            "mcp_tool_use",
            "tool-call",
            "tool_call",
        ):
            now.calls.append(called(inner if isinstance(inner, dict) else part))
            if kind == "tool_use" and "result" in part:
                self._answer({**part, "tool_call_id": part.get("id")})
        elif (
            kind in ("thinking", "reasoning", "redacted_thinking")
            or part.get("thought") is True
            or "reasoningContent" in part
        ):
            thoughts = thoughts_in(part)
            now.thoughts += thoughts
            now.remarks += [] if thoughts else [_HIDDEN]
        elif isinstance(said := first(part, "text", "refusal", "transcript"), str):
            self._texts.append(said)
        elif re.search("tool|call", kind):
            raise Unusable(f"item {self._place} holds a {kind}, a call or a result that cannot be read")
        elif kind or not isinstance(self._item.get("content"), dict):
            now.remarks.append(MORE)
        else:
            self._texts.append(json.dumps(part, ensure_ascii=False))

    def _answer(self, raw: Any) -> None:
        """Take a result; the assistant goes on after it in another message, and the user's words come after all results."""
        if self._role == "assistant":
            self._end()
        self._done.append(answer_of(raw, self._place))

    def _end(self) -> None:
        """End the message at hand."""
        now = self._now
        text, self._texts = "\n".join(self._texts), []
        if now.role == "assistant":
            text = take_tags(text, now, self._text_is_call)
        elif now.role == "user" and RESULT_TAG.search(text):
            self._done += [answer_of(tagged(found), self._place) for found in RESULT_TAG.findall(text)]
            text = RESULT_TAG.sub("", text).strip()
        now.text = text
        if all(said.role == "tool" for said in self._done):
            _take_fields(self._item, now)
        if now.text.strip() or now.calls or now.thoughts or now.remarks:
            self._done.append(now)
            self._now = Said(self._place, self._role)


def _take_fields(item: dict[str, Any], now: Said) -> None:
    """What stands beside the content of a message: thoughts, calls, a refusal, an audio's words."""
    now.thoughts = [*_beside(item, now), *now.thoughts]
    if now.role in ("assistant", "user"):
        calls = first(item, "tool_calls", "toolCalls") or ([item["function_call"]] if item.get("function_call") else [])
        if isinstance(calls, str):
            calls = value_of(calls)
        calls = [calls] if isinstance(calls, dict) else calls
        broken = item.get("invalid_tool_calls")  # LangChain keeps those apart whose arguments are no JSON
        calls = [*calls, *broken] if isinstance(broken, list) and isinstance(calls, list) else calls
        if not isinstance(calls, list):
            raise Unusable(f"the tool calls of message {now.place} are no list")
        now.of_user = now.role == "user" and bool(calls)
        known = {call.id for call in now.calls if call.id is not None}
        found = [called(call) for call in calls]
        # LangChain saves Anthropic's calls twice: among the parts and beside them.
        now.calls += [] if found and known >= {call.id for call in found} else found
    for beside in (item.get("refusal"), at(item, "audio", "transcript")):
        if isinstance(beside, str) and beside.strip() and beside not in now.text:
            now.text = f"{now.text}\n{beside}".strip()


def _beside(item: dict[str, Any], now: Said) -> list[str]:
    """The thoughts that stand beside the content of a message."""
    given = first(item, "reasoning_content", "reasoning", "thinking") or at(
        item, "raw_data", "message", "reasoning_content"
    )
    if isinstance(given, str):
        return [given] if given.strip() and now.role == "assistant" else []
    details = given if isinstance(given, list) else item.get("reasoning_details") or item.get("thinking_blocks") or []
    found = [thought for detail in details if isinstance(details, list) for thought in thoughts_in(detail)]
    now.remarks += [_HIDDEN] * (bool(details) and not found)
    return found


def _holds_results(content: Any) -> bool:
    parts = content if isinstance(content, list) else []
    return any(
        isinstance(part, dict)
        and (
            str(part.get("type")).endswith(("tool_result", "tool-result"))
            or {"functionResponse", "toolResult", "function_response"} & part.keys()
        )
        for part in parts
    )
