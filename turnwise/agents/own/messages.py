"""Messages and tools in the shapes of OpenAI's chat completions, as an agent of one's own is given them."""

import inspect
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from turnwise.errors import AgentError, CallRefused
from turnwise.worlds import Tool

Message = dict[str, Any]
Call = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""runs a tool of the world: its name and arguments to its result; CallRefused where it is refused"""


class NotRun(CallRefused):
    """Raised when a call names no tool of the world, or has arguments that the tool does not take."""


class WorldTools(Mapping[str, "WorldTool"]):
    """The tools of a world: `tools["find_loan"](loan_id=3)` calls one, `tools.schemas` is what a model is given."""

    def __init__(self, tools: Sequence[Tool], call: Callable[[str, dict[str, Any]], Any]) -> None:
        self._tools = {tool.name: WorldTool(tool, call) for tool in tools}
        self.schemas = [tool.for_openai for tool in tools]

    def __getitem__(self, name: str) -> "WorldTool":
        if name not in self._tools:
            raise KeyError(f"this world has no tool {name!r}; it has {', '.join(self._tools)}")
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)


class WorldTool:
    """One tool: call it with its arguments by name; in an `async def` agent the call is awaited."""

    def __init__(self, tool: Tool, call: Callable[[str, dict[str, Any]], Any]) -> None:
        self.name, self.description, self.parameters = tool.name, tool.description, tool.parameters
        self._call = call

    def __call__(self, **arguments: Any) -> Any:
        """The result as JSON values, or an awaitable of it; `turnwise.errors.CallRefused` says why it is refused."""
        return self._call(self.name, arguments)

    def text(self, **arguments: Any) -> Any:
        """The result as a model reads it: JSON, or why the call is refused; for frameworks that hand it on."""
        try:
            result = self._call(self.name, arguments)
        except CallRefused as refused:
            return str(refused)
        return _awaited_text(result) if inspect.isawaitable(result) else json.dumps(result, ensure_ascii=False)


async def _awaited_text(result: Awaitable[Any]) -> str:
    try:
        return json.dumps(await result, ensure_ascii=False)
    except CallRefused as refused:
        return str(refused)


class Turn:
    """What an agent has said and called in one turn so far, as messages."""

    def __init__(self, call: Call, ids: Iterator[int] | None = None) -> None:
        self.messages: list[Message] = []
        self.refused: dict[str, str] = {}
        """by the ids of calls that failed: `refused` by the world, or `not_run`"""
        self._call = call
        self._ids = ids or itertools.count(1)

    async def run(self, name: str, arguments: dict[str, Any]) -> Any:
        """Call a tool, and note the call and its result; CallRefused where it is refused."""
        number = f"call_{next(self._ids)}"
        function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False, default=str)}
        call = {"id": number, "type": "function", "function": function}
        self.messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        return await self._result(number, name, arguments)

    async def take(self, reply: Any) -> bool:
        """Add a reply, and run the calls that it asks for; whether the turn goes on, since there were some."""
        if reply is None:
            raise AgentError("the agent returned None: return what it says, or '' where it says nothing")
        for message in replies(reply):
            self.messages.append(message)
            for call in message.get("tool_calls") or ():
                call["id"] = call["id"] or f"call_{next(self._ids)}"
                with suppress(CallRefused):
                    await self._result(call["id"], call["function"]["name"], call["function"]["arguments"])
        return bool(self.messages) and self.messages[-1]["role"] == "tool"

    async def _result(self, call: str, name: str, arguments: str | dict[str, Any]) -> Any:
        message: Message = {"role": "tool", "tool_call_id": call, "name": name, "content": ""}
        self.messages.append(message)
        try:
            result = await self._call(name, _arguments(arguments))
        except CallRefused as refused:
            message["content"] = str(refused)
            self.refused[call] = "not_run" if isinstance(refused, NotRun) else "refused"
            raise
        message["content"] = json.dumps(result, ensure_ascii=False)
        return result


def _arguments(given: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(given, dict):
        return given
    try:
        loaded = json.loads(given or "{}")
    except (ValueError, RecursionError) as error:
        raise NotRun(f"the arguments are not JSON: {' '.join(str(error).split())}") from error
    if not isinstance(loaded, dict):
        raise NotRun("the arguments are a JSON object, with a value for each parameter")
    return loaded


def replies(reply: Any) -> list[Message]:
    """What an agent returned as assistant messages: a text, a message, a completion, or a list of them.

    AgentError where it is none of them.
    """
    if reply is None:
        return [{"role": "assistant", "content": ""}]
    if isinstance(reply, str):
        return [{"role": "assistant", "content": reply}]
    if isinstance(reply, (list, tuple)):
        said = [message for part in reply for message in replies(part)]
        return said or [{"role": "assistant", "content": ""}]
    if hasattr(reply, "model_dump"):
        reply = reply.model_dump(exclude_none=True)
    if isinstance(reply, Mapping) and reply.get("choices"):
        reply = reply["choices"][0]["message"]
    if isinstance(reply, Mapping) and isinstance(reply.get("message"), Mapping):
        reply = reply["message"]
    if not isinstance(reply, Mapping) or not {"content", "tool_calls"} & reply.keys():
        raise AgentError(
            f"an agent returns a text, a message with content or tool_calls, or a list of them, and not {_shown(reply)}"
        )
    message: Message = {"role": "assistant", "content": _text(reply.get("content"))}
    if calls := [_call(call) for call in reply.get("tool_calls") or ()]:
        message["tool_calls"] = calls
    return [message]


def _call(call: Any) -> dict[str, Any]:
    """A tool call as OpenAI has it, also where name and arguments stand beside the id."""
    call = call.model_dump() if hasattr(call, "model_dump") else call
    inner = call.get("function") if isinstance(call, Mapping) else None
    inner = call if not isinstance(inner, Mapping) else inner
    name = inner.get("name") if isinstance(inner, Mapping) else None
    if not isinstance(name, str) or not isinstance(call, Mapping):
        raise AgentError(f"a tool call names a function and its arguments, and this does not: {_shown(call)}")
    arguments = inner.get("arguments", inner.get("args", {}))
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False, default=str)
    return {"id": str(call.get("id") or ""), "type": "function", "function": {"name": name, "arguments": text}}


def _text(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, (list, tuple)):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    raise AgentError(f"the content of a message is a text, and not {_shown(content)}")


def _shown(value: Any) -> str:
    return f"{type(value).__name__} {str(value)[:60]!r}"


def called_with(function: Callable[..., Any], offered: Mapping[str, Any]) -> Any:
    """Call a function with those of the things offered that it has room for: by name, else in their order."""
    parameters = list(inspect.signature(function).parameters.values())
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return function(**offered)
    named = {parameter.name for parameter in parameters}
    rest = iter([value for name, value in offered.items() if name not in named])
    places: list[Any] = []
    keywords: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            continue
        if parameter.name not in offered and parameter.default is not parameter.empty:
            continue
        value = offered[parameter.name] if parameter.name in offered else next(rest, None)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            places.append(value)
        else:
            keywords[parameter.name] = value
    return function(*places, **keywords)
