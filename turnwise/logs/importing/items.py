"""What providers' APIs, trainers and benchmarks write for a message, in one shape: who said what, called what, got what back.

A dialogue is a list of items. With OpenAI's chat, tau2 and Inspect an item is a message; OpenAI's Responses have items for
calls, results and thoughts too; Anthropic, Bedrock and Gemini have these as parts of a message; Hermes as tags in its text.
"""

import ast
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from turnwise.logs.importing.reading import at, first, load

_ROLES = {
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("user", "human", "customer"), "user"),
    **dict.fromkeys(("assistant", "gpt", "model", "ai", "agent", "chatbot", "function_call"), "assistant"),
    **dict.fromkeys(("tool", "function", "observation", "function_response", "tool_response", "ipython"), "tool"),
}
_ID = ("id", "call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id")
_ANSWERED = ("tool_call_id", "call_id", "tool_use_id", "toolCallId", "toolUseId", "source_call_id", "id")
_NAME = ("name", "function_name", "toolName", "tool_name", "function", "tool")
_ARGUMENTS = ("arguments", "args", "parameters", "input", "params")
_RESULT = ("content", "output", "result", "response")
_CALLS = ("function_call", "custom_tool_call", "mcp_call")
_RESULTS = ("function_call_output", "custom_tool_call_output")
_CALL_TAG = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
_RESULT_TAG = re.compile(r"<tool_response>(.*?)</tool_response>", re.DOTALL)
_THOUGHT_TAG = re.compile(r"<think>(.*?)</think>", re.DOTALL)
_NO_ROLE = "a message has no role that is known, and was left out"
_MORE = "a message holds more than text, and the rest of it was left out"
_HIDDEN = "a thought is encrypted, and was left out"


class Unusable(Exception):
    """Raised for a piece of a file that is no dialogue, or would be another one here; says why."""


@dataclass
class Called:
    """A call as it was written."""

    id: str | None
    name: str
    arguments: Any


@dataclass
class Said:
    """One message, unchecked."""

    place: int
    """of its item in the dialogue, from 1"""
    role: str
    """system, user, assistant or tool; empty where it is not known"""
    text: str = ""
    thoughts: list[str] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    answers: str | None = None
    """of a tool's message: the id of the call"""
    tool: str | None = None
    """of a tool's message: its name"""
    failed: bool = False
    """of a tool's message: whether it is marked as an error"""
    of_user: bool = False
    """whether the user's own tools were called, or answered"""
    remarks: list[str] = field(default_factory=list)
    loose: bool = False
    """whether it is a part of an answer that more parts may follow"""

    def may_take(self, other: "Said") -> bool:
        """Whether another is a further part of the same answer."""
        return (
            self.loose
            and other.role == "assistant"
            and (other.loose or not self.calls)
            and not (self.text and other.text)
        )


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
    kind = at(item, "type")
    if kind == "reasoning" and not at(item, "role"):
        thoughts = _thoughts(item)
        yield Said(place, "assistant", thoughts=thoughts, remarks=[_HIDDEN] * (not thoughts), loose=True)
    elif kind in _CALLS and not at(item, "role"):
        yield Said(place, "assistant", calls=[_called(item)], loose=True)
        if kind == "mcp_call":  # made by the provider, its result beside it
            answer = first(item, "output", "error")
            yield _answer_of({"id": item.get("id"), "output": answer, "is_error": bool(item.get("error"))}, place)
    elif kind in _RESULTS:
        yield _answer_of(item, place)
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
    if role == "tool" and isinstance(several := first(item, "tool_messages", "tool_results"), list):
        for one in several:
            yield _answer_of(one, place)
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
            return list(_answers(self._item, self._place))
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
                now.remarks.append(_MORE)
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
            now.calls.append(_called(inner if isinstance(inner, dict) else part))
            if kind == "tool_use" and "result" in part:
                self._answer({**part, "tool_call_id": part.get("id")})
        elif (
            kind in ("thinking", "reasoning", "redacted_thinking")
            or part.get("thought") is True
            or "reasoningContent" in part
        ):
            thoughts = _thoughts(part)
            now.thoughts += thoughts
            now.remarks += [] if thoughts else [_HIDDEN]
        elif isinstance(said := first(part, "text", "refusal", "transcript"), str):
            self._texts.append(said)
        elif re.search("tool|call", kind):
            raise Unusable(f"item {self._place} holds a {kind}, a call or a result that cannot be read")
        elif kind or not isinstance(self._item.get("content"), dict):
            now.remarks.append(_MORE)
        else:
            self._texts.append(json.dumps(part, ensure_ascii=False))

    def _answer(self, raw: Any) -> None:
        """Take a result; the assistant goes on after it in another message, and the user's words come after all results."""
        if self._role == "assistant":
            self._end()
        self._done.append(_answer_of(raw, self._place))

    def _end(self) -> None:
        """End the message at hand."""
        now = self._now
        text, self._texts = "\n".join(self._texts), []
        if now.role == "assistant":
            text = _take_tags(text, now, self._text_is_call)
        elif now.role == "user" and _RESULT_TAG.search(text):
            self._done += [_answer_of(_tagged(found), self._place) for found in _RESULT_TAG.findall(text)]
            text = _RESULT_TAG.sub("", text).strip()
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
            calls = _json(calls)
        calls = [calls] if isinstance(calls, dict) else calls
        if not isinstance(calls, list):
            raise Unusable(f"the tool calls of message {now.place} are no list")
        now.of_user = now.role == "user" and bool(calls)
        known = {call.id for call in now.calls if call.id is not None}
        found = [_called(call) for call in calls]
        # LangChain saves Anthropic's calls twice: among the parts and beside them.
        now.calls += [] if found and known >= {call.id for call in found} else found
    if not now.text.strip() and isinstance(said := item.get("refusal") or at(item, "audio", "transcript"), str):
        now.text = said


def _beside(item: dict[str, Any], now: Said) -> list[str]:
    """The thoughts that stand beside the content of a message."""
    given = first(item, "reasoning_content", "reasoning", "thinking")
    if isinstance(given, str):
        return [given] if given.strip() and now.role == "assistant" else []
    details = given if isinstance(given, list) else item.get("reasoning_details") or item.get("thinking_blocks") or []
    found = [thought for detail in details if isinstance(details, list) for thought in _thoughts(detail)]
    now.remarks += [_HIDDEN] * (bool(details) and not found)
    return found


def _thoughts(part: Any) -> list[str]:
    """The thoughts of a part or an item."""
    if isinstance(part, str):
        return [part]
    names = ("summary",) if at(part, "redacted") is True else ("thinking", "reasoning", "content", "summary", "text")
    given = at(part, "reasoningContent", "reasoningText", "text") or next(
        (at(part, n) for n in names if at(part, n)), None
    )
    found = [at(one, "text") or one for one in (given if isinstance(given, list) else [given])]
    return [text for text in found if isinstance(text, str) and text.strip()]


def _called(raw: Any) -> Called:
    """A call in the shape of any API; Unusable where it names no tool."""
    call = raw if isinstance(raw, dict) else {}
    inner = first(call, "function", "functionCall", "toolUse", "custom")
    about = inner if isinstance(inner, dict) else call
    name = first(about, *_NAME)
    if not (isinstance(name, str) and name.strip()):
        raise Unusable("a call names no tool")
    return Called(_id(call, _ID) or _id(about, _ID), name, first(about, *_ARGUMENTS))


def _id(about: Any, names: Sequence[str]) -> str | None:
    """The id of a call, which may be a number."""
    given = first(about, *names)
    return str(given) if isinstance(given, str | int) and given != "" else None


def _answer_of(raw: Any, place: int) -> Said:
    """A result in the shape of any API."""
    about = raw if isinstance(raw, dict) else {"content": raw}
    inner = about.get("function")
    name = inner if isinstance(inner, str) else first(about, "name", "toolName", "tool_name")
    said = Said(place, "tool", answers=_id(about, _ANSWERED), tool=name if isinstance(name, str) else None)
    said.text = _result_text(first(about, *_RESULT), said)
    error = about.get("error")
    if isinstance(error, dict) and not said.text.strip():
        said.text = str(error.get("message") or "")
    said.failed = (
        bool(error) or about.get("is_error") is True or about.get("isError") is True or about.get("status") == "error"
    )
    said.of_user = about.get("requestor") == "user"
    return said


def _answers(item: dict[str, Any], place: int) -> Iterator[Said]:
    """The results in a tool's message: one, or one for each tag in its text."""
    said = _answer_of({**item, "content": first(item, *_RESULT, "value", "text")}, place)
    tagged = _RESULT_TAG.findall(said.text)
    if not tagged:
        yield said
    for found in tagged:
        one = _answer_of(_tagged(found), place)
        one.answers = one.answers or said.answers
        yield one


def _tagged(text: str) -> dict[str, Any]:
    """A result between tags: what the tool said, perhaps in an envelope that names the tool."""
    value = _json(text.strip())
    if isinstance(value, dict) and value.keys() <= {"name", "content", "tool_call_id", "id"} and "content" in value:
        return value
    return {"content": text.strip()}


def _result_text(content: Any, said: Said) -> str:
    """The text of a result; what is no text is shown as JSON."""
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        return json.dumps(content, ensure_ascii=False)
    if not all(
        isinstance(part, str) or (isinstance(part, dict) and {"type", "text", "json"} & part.keys()) for part in content
    ):
        return json.dumps(content, ensure_ascii=False)
    texts: list[str] = []
    for part in content:
        given = part if isinstance(part, str) else first(part, "text", "json", "content", "output")
        if given is None:
            said.remarks.append(_MORE)
        else:
            texts.append(given if isinstance(given, str) else json.dumps(given, ensure_ascii=False))
    if not texts and content:
        raise Unusable(f"the result in item {said.place} is no text")
    return "\n".join(texts)


def _take_tags(text: str, now: Said, text_is_call: bool) -> str:
    """Move the thoughts and calls that are written in a text to where they belong; return the rest."""
    if "</think>" in text:
        now.thoughts += [found.strip() for found in _THOUGHT_TAG.findall(text) if found.strip()]
        text = _THOUGHT_TAG.sub("", text).strip()
    written = [text] if text_is_call and text.strip() else _CALL_TAG.findall(text)
    for found in written:
        value = _json(found.strip())
        calls = value if isinstance(value, list) else [value]
        if not all(isinstance(call, dict) for call in calls):
            raise Unusable(f"a call in message {now.place} cannot be read")
        now.calls += [_called(call) for call in calls]
    if "<tool_call>" in _CALL_TAG.sub("", text):
        now.remarks.append("a <tool_call> has no end, and was taken for text")
    return "" if text_is_call and written else _CALL_TAG.sub("", text).strip() if written else text


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


def _json(text: str) -> Any:
    """The value of a text that should be JSON, and is a literal of Python's at times; None where it is neither."""
    try:
        return load(text)
    except ValueError:
        return literal(text)


def literal(text: str) -> Any:
    """The value of a literal of Python's (quotes, True, None) as JSON has it; None where it is none."""
    if text[:1] not in ("{", "["):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python does not know
            return load(json.dumps(ast.literal_eval(text)))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
