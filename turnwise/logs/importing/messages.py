"""The messages of a foreign dialogue as Inspect's, with a remark for each that is not sound.

Knows no format: `turnwise.logs.importing.items` reads those.
"""

import json
import re
from collections import Counter
from typing import Any, NamedTuple

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    Content,
    ContentReasoning,
    ContentText,
)
from inspect_ai.tool import ToolCall, ToolCallError

from turnwise.logs.importing.reading import load
from turnwise.logs.importing.shapes import Called, Said, Unusable, literal
from turnwise.values.text import says_something

_STOP = re.compile(r"\s*###(?:STOP|TRANSFER|OUT-OF-SCOPE)###\s*")
_NOTHING = "a message says nothing"
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
    """A call without an answer yet: its id in the file, and in our log, the number of its message, what is wrong with it."""

    given: str | None
    tool: str
    id: str
    place: int
    fault: str


class Reader:
    """Reads the messages of one dialogue, in order; `where` is its place in the file, `name` begins its messages' ids."""

    def __init__(self, where: str, name: str, without_results: bool = False) -> None:
        self.messages: list[ChatMessage] = []
        self.remarks: list[Remark] = []
        self.told_user: list[str] = []
        """what the user's own tools told the user"""
        self.stopped = False
        """whether the last user message so far says that the user stopped"""
        self._where, self._name, self._without_results = where, name, without_results
        self._place = 0
        self._ids = 0
        self._waiting: list[_Waiting] = []

    def read(self, said: Said) -> None:
        """Take the next message; what cannot be one costs a remark."""
        self._ids = self._ids + 1 if said.place == self._place else 0
        self._place = said.place
        for reason in said.remarks:
            self._remark(reason)
        id_ = f"{self._name}.{self._place}" + (f".{self._ids}" if self._ids else "")
        if said.role == "system":
            self.messages.append(ChatMessageSystem(id=id_, content=said.text))
        elif said.role == "user":
            self._user(said, id_)
        elif said.role == "tool":
            self._result(said, id_)
        elif said.role == "assistant":
            calls = self._calls(said.calls, id_)
            if not (says_something(said.text) or calls):
                self._remark(_NOTHING)
            thoughts = [ContentReasoning(reasoning=thought) for thought in said.thoughts]
            content: list[Content] = [*thoughts, *([ContentText(text=said.text)] if said.text else [])]
            self.messages.append(
                ChatMessageAssistant(id=id_, content=content if thoughts else said.text, tool_calls=calls or None)
            )

    def close(self) -> None:
        """Wait for no more results: they come before the next message of the assistant, or not at all."""
        for waiting in self._waiting:
            why = "its format has none" if self._without_results else "and was kept"
            self._remark(f"a call has no result, {why}", waiting.place)
        self._waiting = []

    def _remark(self, reason: str, place: int | None = None) -> None:
        self.remarks.append(Remark(f"{self._where}, message {place or self._place}", reason))

    def _user(self, said: Said, id_: str) -> None:
        stopped = _STOP.search(said.text) is not None
        text = _STOP.sub(" ", said.text).strip() if stopped else said.text
        if said.of_user and not says_something(text):
            return  # a call of the user's own tools, which say more to the user alone
        self.stopped = stopped
        if not says_something(text) and not stopped:
            self._remark(_NOTHING)
        self.messages.append(ChatMessageUser(id=id_, content=text))

    def _calls(self, given: list[Called], id_: str) -> list[ToolCall]:
        self.close()
        calls: list[ToolCall] = []
        for number, call in enumerate(given, 1):
            # Ids that come twice in one message would give both calls one result.
            own = call.id if call.id not in {c.id for c in calls} else None
            own = own or f"call_{id_.replace('.', '_')}_{number}"
            arguments, fault, remark = read_arguments(call.arguments)
            if fault or remark:
                self._remark(
                    f"the arguments of a call {fault or remark}" + "; the call was kept without them" * bool(fault)
                )
            self._waiting.append(_Waiting(call.id, call.name, own, self._place, fault))
            error = f"The arguments {fault}: {call.arguments}" if fault else None
            calls.append(ToolCall(own, call.name, arguments, parse_error=error))
        return calls

    def _result(self, said: Said, id_: str) -> None:
        text = said.text
        if said.of_user:
            self.told_user.append(text)
            return
        given = call_id = said.answers
        tool = said.tool
        fitting = [w for w in self._waiting if (w.given == given if given else tool in (None, w.tool))]
        failed = text.startswith("Error") or said.failed or _says_error(text)
        if fitting:
            self._waiting.remove(fitting[0])
            call_id, tool = fitting[0].id, fitting[0].tool
            if fitting[0].fault and not failed:
                raise Unusable(
                    f"the arguments of a call in message {fitting[0].place} {fitting[0].fault}, and it succeeded"
                )
        else:
            self._remark("a result answers no call that is known, and was kept")
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


def read_arguments(raw: Any) -> tuple[dict[str, Any], str, str]:
    """Arguments, why they cannot be read, and what had to be done to read them; both empty when nothing is wrong."""
    remark = ""
    if isinstance(raw, str) and raw.strip():
        twice: list[str] = []
        try:
            json.loads(raw, object_pairs_hook=lambda pairs: _noted(pairs, twice))
            raw = load(raw)
        except (ValueError, RecursionError):
            raw = literal(raw.strip())
            if raw is None:
                return {}, "are no JSON", ""
            remark = "are written as Python's, not as JSON, and were read as such"
        if isinstance(raw, str):  # an object in a string in a string
            raw, fault, _ = read_arguments(raw)
            return raw, fault, "are packed twice, and were unpacked"
        remark = f"name {twice[0]} twice, and the last was taken" if twice else remark
    elif raw is None or isinstance(raw, str):
        return {}, "", ""
    if raw is None:
        return {}, "", ""
    return (raw, "", remark) if isinstance(raw, dict) else ({}, "are no object", "")


def _noted(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice.append(repr(Counter(name for name, _ in pairs).most_common(1)[0][0]))
    return found
