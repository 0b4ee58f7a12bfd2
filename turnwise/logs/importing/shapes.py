"""A call, a result and a thought in the shape of any API, unchecked; knows nothing of the order they come in."""

import ast
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from turnwise.logs.importing.reading import at, first, load

_ID = ("id", "call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id")
_ANSWERED = ("tool_call_id", "call_id", "tool_use_id", "toolCallId", "toolUseId", "source_call_id", "id")
_NAME = ("name", "function_name", "toolName", "tool_name", "function", "tool")
_ARGUMENTS = ("arguments", "args", "parameters", "input", "params")
_RESULT = ("content", "output", "result", "response", "outputs")
_PICTURES = ("image", "image_url", "input_image", "audio", "input_audio", "video", "file", "input_file", "document")
_OPEN, _CLOSE = re.compile(r"<tool_call>\s*"), re.compile(r"\s*</tool_call>")
_DECODER = json.JSONDecoder()
RESULT_TAG = re.compile(r"<tool_response>(.*?)</tool_response>", re.DOTALL)
_THOUGHT_TAG = re.compile(r"<think>(.*?)</think>", re.DOTALL)
_OTHER_CALL = re.compile(r"<tool_call>|<function=\w|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls?(?:_begin|_section)?")
"""How calls begin that are written as text in ways that are not read, or that have no end."""
MORE = "a message holds more than text, and the rest of it was left out"


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


def thoughts_in(part: Any) -> list[str]:
    """The thoughts of a part or an item."""
    if isinstance(part, str):
        return [part]
    names = ("summary",) if at(part, "redacted") is True else ("thinking", "reasoning", "content", "summary", "text")
    given = at(part, "reasoningContent", "reasoningText", "text") or next(
        (at(part, n) for n in names if at(part, n)), None
    )
    found = [at(one, "text") or one for one in (given if isinstance(given, list) else [given])]
    return [text for text in found if isinstance(text, str) and text.strip()]


def called(raw: Any) -> Called:
    """A call in the shape of any API; Unusable where it names no tool."""
    call = raw if isinstance(raw, dict) else {}
    inner = first(call, "function", "functionCall", "toolUse", "custom")
    about = inner if isinstance(inner, dict) else call
    name = first(about, *_NAME)
    if not (isinstance(name, str) and name.strip()):
        raise Unusable("a call names no tool")
    arguments = first(about, *_ARGUMENTS)
    if isinstance(arguments, str) and "custom" in (call.get("type"), str(call.get("type")).split("_")[0]):
        arguments = {"input": arguments}  # OpenAI's tools that take free text
    return Called(_id(call, _ID) or _id(about, _ID), name, arguments)


def _id(about: Any, names: Sequence[str]) -> str | None:
    """The id of a call, which may be a number."""
    given = first(about, *names)
    return str(given) if isinstance(given, str | int) and given != "" else None


def answer_of(raw: Any, place: int) -> Said:
    """A result in the shape of any API."""
    about = raw if isinstance(raw, dict) else {"content": raw}
    if not {*_RESULT, "error"} & about.keys():
        raise Unusable(f"the result in item {place} has no content that is known")
    inner = about.get("function")
    name = (
        inner if isinstance(inner, str) else first(about, "name", "toolName", "tool_name") or at(about, "call", "name")
    )
    said = Said(place, "tool", answers=_id(about, _ANSWERED), tool=name if isinstance(name, str) else None)
    said.text = _result_text(first(about, *_RESULT), said)
    error = about.get("error")
    if error and not said.text.strip():
        said.text = str((error.get("message") or "") if isinstance(error, dict) else error)
    said.failed = (
        bool(error) or about.get("is_error") is True or about.get("isError") is True or about.get("status") == "error"
    )
    said.of_user = about.get("requestor") == "user"
    return said


def answers_in(item: dict[str, Any], place: int) -> Iterator[Said]:
    """The results in a tool's message: one, or one for each tag in its text."""
    given = next((key for key in (*_RESULT, "value", "text") if key in item), None)
    said = answer_of({**item, "content": item[given]} if given else item, place)
    text = said.text
    if "</tool_response>" in text and not text.lstrip().startswith("<tool_response>"):
        text = f"<tool_response>{text}</tool_response>"  # LLaMA-Factory writes only the tags between two
    parts = RESULT_TAG.findall(text)
    if not parts:
        yield said
    for found in parts:
        one = answer_of(tagged(found), place)
        one.answers = one.answers or said.answers
        yield one


def tagged(text: str) -> dict[str, Any]:
    """A result between tags: what the tool said, perhaps in an envelope that names the tool."""
    value = value_of(text.strip())
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
        if given is None and at(part, "type") in _PICTURES:
            said.remarks.append(MORE)
        elif given is None:
            texts.append(json.dumps(part, ensure_ascii=False))
        else:
            texts.append(given if isinstance(given, str) else json.dumps(given, ensure_ascii=False))
    if not texts and content:
        raise Unusable(f"the result in item {said.place} is no text")
    return "\n".join(texts)


def take_tags(text: str, now: Said, text_is_call: bool) -> str:
    """Move the thoughts and calls that are written in a text to where they belong; return the rest."""
    if "</think>" in text and "<think>" not in text:
        text = f"<think>{text}"  # some templates write the opening tag themselves
    if "</think>" in text:
        now.thoughts += [found.strip() for found in _THOUGHT_TAG.findall(text) if found.strip()]
        text = _THOUGHT_TAG.sub("", text).strip()
    whole = value_of(text.strip()) if text_is_call else None
    values, rest = ([whole], "") if isinstance(whole, dict | list) else _tagged_calls(text)
    if text_is_call and not values:
        raise Unusable(f"the call in message {now.place} cannot be read")
    for value in values:
        calls = value if isinstance(value, list) else [value]
        if not all(isinstance(call, dict) for call in calls):
            raise Unusable(f"a call in message {now.place} cannot be read")
        now.calls += [called(call) for call in calls]
    if other := _OTHER_CALL.search(rest):
        raise Unusable(f"a call in message {now.place} is written as text that is not read ({other[0]} ...)")
    return rest


def _tagged_calls(text: str) -> tuple[list[Any], str]:
    """What stands between tags for calls, None where it is no value, and the text around them; as it is without any.

    An argument may hold the tags too, so a value is read to its own end.
    """
    found: list[Any] = []
    around, place = [], 0
    while opening := _OPEN.search(text, place):
        try:
            end = _DECODER.raw_decode(text, opening.end())[1]
        except (ValueError, RecursionError):
            end = len(text)
        closing = _CLOSE.match(text, end) or _CLOSE.search(text, opening.end())
        if closing is None:
            break
        found.append(value_of(text[opening.end() : closing.start()].strip()))
        around.append(text[place : opening.start()])
        place = closing.end()
    return found, "".join([*around, text[place:]]).strip() if found else text


def value_of(text: str) -> Any:
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
