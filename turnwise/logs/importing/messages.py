"""JSON of files that nobody checked, and the messages of a foreign dialogue as Inspect's, with a remark for each that is not sound.

They come as OpenAI's API has them, or as tau2 does (arguments as objects, the call's id in `id`).
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCall, ToolCallError

from turnwise.errors import LogError
from turnwise.values.text import says_something

_ROLES = {name: name for name in ("system", "user", "assistant", "tool")} | {"developer": "system", "function": "tool"}
_STOP = re.compile(r"\s*###(?:STOP|TRANSFER|OUT-OF-SCOPE)###\s*")
_NOTHING = "a message says nothing"
_DEEPEST = 100
"""Levels of lists and objects that are read: Inspect reads no log with more than 200."""

_OF_ERRORS = frozenset(("error", "errors", "message", "code", "status", "detail", "details", "success", "ok", "reason"))
"""What an object has that tells of an error, and of nothing else."""
_LONGEST_ERROR = 2000


class Remark(NamedTuple):
    """What is wrong with a piece of a file: where it is, and what became of it."""

    where: str
    reason: str
    left_out: bool = False
    """whether it cost the whole dialogue"""


class _Waiting(NamedTuple):
    """A call without an answer yet: its id in the file, and in our log, and the number of its message."""

    given: Any
    tool: str
    id: str
    place: int


class Reader:
    """Reads the messages of one dialogue, in order; `where` is its place in the file, `name` begins its messages' ids."""

    def __init__(self, where: str, name: str) -> None:
        self.messages: list[ChatMessage] = []
        self.remarks: list[Remark] = []
        self.told_user: list[str] = []
        """what the user's own tools told the user"""
        self.stopped = False
        """whether the last user message so far says that the user stopped"""
        self._where, self._name = where, name
        self._place = 0
        self._waiting: list[_Waiting] = []

    def read(self, raw: Any) -> None:
        """Take the next message; what cannot be one costs a remark."""
        self._place += 1
        role = raw.get("role") if isinstance(raw, dict) else None
        kind = _ROLES.get(role) if isinstance(role, str) else None
        if kind is None:
            self._remark("a message has no role that is known, and was left out")
            return
        text, whole = text_of(raw.get("content"))
        if not whole:
            self._remark("a message holds more than text, and the rest of it was left out")
        id_ = f"{self._name}.{self._place}"
        if kind == "system":
            self.messages.append(ChatMessageSystem(id=id_, content=text))
        elif kind == "user":
            self._user(raw, text, id_)
        elif kind == "tool":
            self._result(raw, text, id_)
        else:
            calls = self._calls(raw.get("tool_calls") or ([raw["function_call"]] if raw.get("function_call") else []))
            if not (says_something(text) or calls):
                self._remark(_NOTHING)
            self.messages.append(ChatMessageAssistant(id=id_, content=text, tool_calls=calls or None))

    def close(self) -> None:
        """Wait for no more results: they come before the next message of the assistant, or not at all."""
        for waiting in self._waiting:
            self._remark("a call has no result, and was kept", waiting.place)
        self._waiting = []

    def _remark(self, reason: str, place: int | None = None) -> None:
        self.remarks.append(Remark(f"{self._where}, message {place or self._place}", reason))

    def _user(self, raw: dict[str, Any], text: str, id_: str) -> None:
        stopped = _STOP.search(text) is not None
        said = _STOP.sub(" ", text).strip() if stopped else text
        if raw.get("tool_calls") and not says_something(said):
            return  # a call of the user's own tools, which say more to the user alone
        self.stopped = stopped
        if not says_something(said) and not stopped:
            self._remark(_NOTHING)
        self.messages.append(ChatMessageUser(id=id_, content=said))

    def _calls(self, given: Any) -> list[ToolCall]:
        self.close()
        if not isinstance(given, list):
            self._remark("the tool calls are no list, and were left out")
            return []
        calls: list[ToolCall] = []
        for number, raw in enumerate(given, 1):
            call = raw if isinstance(raw, dict) else {}
            function = call["function"] if isinstance(call.get("function"), dict) else call
            tool, given_id = function.get("name"), call.get("id")
            if not (isinstance(tool, str) and tool.strip()):
                self._remark("a call names no tool, and was left out")
                continue
            # Ids that come twice in one message would give both calls one result.
            own = given_id if isinstance(given_id, str) and given_id not in {c.id for c in calls} else ""
            own = own or f"call_{self._name}_{self._place}_{number}"
            arguments, fault = _arguments(function.get("arguments"))
            if fault:
                self._remark(f"the arguments of a call {fault}; the call was kept without them")
            self._waiting.append(_Waiting(given_id, tool, own, self._place))
            calls.append(ToolCall(own, tool, arguments, parse_error=f"The arguments {fault}." if fault else None))
        return calls

    def _result(self, raw: dict[str, Any], text: str, id_: str) -> None:
        if raw.get("requestor") == "user":
            self.told_user.append(text)
            return
        given, tool = raw.get("tool_call_id") or raw.get("id"), raw.get("name")
        call_id, tool = (name if isinstance(name, str) else None for name in (given, tool))
        fitting = [w for w in self._waiting if (w.given == given if given else tool in (None, w.tool))]
        if fitting:
            self._waiting.remove(fitting[0])
            call_id, tool = fitting[0].id, fitting[0].tool
        else:
            self._remark("a result answers no call that is known, and was kept")
        failed = text.startswith("Error") or raw.get("error") is True or _says_error(text)
        error = ToolCallError("unknown", text) if failed else None
        self.messages.append(ChatMessageTool(id=id_, content=text, tool_call_id=call_id, function=tool, error=error))


def _says_error(text: str) -> bool:
    """Whether a result is an object that says nothing but that the call failed: {"error": "no such order"}."""
    if not text.lstrip().startswith("{") or len(text) > _LONGEST_ERROR:
        return False
    try:
        said = load(text)
    except ValueError:
        return False
    says = bool(said.get("error") or said.get("errors")) or str(said.get("success", said.get("ok"))).lower() == "false"
    return says and said.keys() <= _OF_ERRORS


def _arguments(raw: Any) -> tuple[dict[str, Any], str]:
    """Arguments, and what is wrong with them; empty when nothing is."""
    if isinstance(raw, str) and raw.strip():
        try:
            raw = load(raw)
        except ValueError:
            return {}, "are no JSON"
    elif raw is None or isinstance(raw, str):
        return {}, ""
    return (raw, "") if isinstance(raw, dict) else ({}, "are no object")


def read_text(path: Path) -> str:
    """The text of a file, perhaps compressed by gzip (a LogError where it is damaged); odd bytes are shown as such."""
    if path.is_dir():
        raise LogError(f"{path} is a folder: name one file of dialogues")
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise LogError(f"{path} is damaged: it cannot be decompressed ({error}); fetch it again") from error
    return data.decode("utf-8-sig", errors="replace")


def load(text: str) -> Any:
    """The value that a text holds as JSON; a ValueError where it is none, or nests too deeply."""
    try:
        value = json.loads(text)
        if "\\ud" in text.lower():
            # Half an emoji is legal in JSON and cannot be written again: it becomes a question mark.
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _depth(value) > _DEEPEST:
        raise ValueError("nested too deeply")
    return value


def _depth(value: Any) -> int:
    """How many levels of lists and objects a value has."""
    level, levels = [value], 0
    while level := [v for v in level if isinstance(v, list | dict)]:
        levels += 1
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return levels


def text_of(content: Any) -> tuple[str, bool]:
    """The text of a message's content, and whether that is all there is to it."""
    if content is None or isinstance(content, str):
        return content or "", True
    if not isinstance(content, list):
        return json.dumps(content, ensure_ascii=False), True
    parts = [part.get("text") if isinstance(part, dict) else part for part in content]
    texts = [part for part in parts if isinstance(part, str)]
    return "\n".join(texts), len(texts) == len(parts)


def strings_in(value: Any) -> Iterator[str]:
    """All texts in a value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_in(inner)
