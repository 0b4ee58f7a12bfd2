"""Agents in Python: a function of messages and tools, or a class with `reset` and `reply`."""

import copy
import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import anyio.from_thread
import anyio.to_thread

from turnwise.agents.own.messages import Message, Turn, WorldTools, called_with
from turnwise.errors import AgentError
from turnwise.worlds import Tool

MAX_STEPS = 20
"""replies with calls in one turn"""

running: list[Callable[..., Any]] = []
"""functions that run in threads now, also those that nobody waits for any more; a program does not end before they do"""


class FunctionAgent:
    """`async def agent(messages, tools)` or `def agent(messages, tools)`: called until its reply holds no calls.

    `messages` is a copy of all that was said, the policy first; `tools` is a `WorldTools`. A plain function runs in a
    thread, where calling a tool waits for its result.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        for _ in range(MAX_STEPS):
            offered = {
                "messages": copy.deepcopy([*history, *turn.messages]),
                "tools": _tools(self._function, turn, tools),
            }
            if not await turn.take(await _answer(self._function, offered)):
                break

    async def close(self) -> None:
        """Nothing is held."""


class ClassAgent:
    """A class with `reply(message, ...)` and, if it likes, `reset(...)`: one object for each dialogue, with a memory.

    Both are given what they name: `message` (the user's words), `messages`, `tools`, `policy`.
    """

    def __init__(self, made: Callable[..., Any]) -> None:
        self._object = made()
        self._begun = False

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        reply = self._object.reply
        offered: dict[str, Any] = {
            "message": history[-1]["content"] if history else "",
            "tools": _tools(reply, turn, tools),
            "messages": copy.deepcopy(list(history)),
            "policy": next((m["content"] for m in history if m["role"] == "system"), ""),
        }
        if not self._begun and hasattr(self._object, "reset"):
            reset = self._object.reset
            await _answer(reset, {k: v for k, v in offered.items() if k in inspect.signature(reset).parameters})
        self._begun = True
        for _ in range(MAX_STEPS):
            if not await turn.take(await _answer(reply, offered)):
                break
            offered |= {"message": turn.messages[-1]["content"], "messages": copy.deepcopy([*history, *turn.messages])}

    async def close(self) -> None:
        """Nothing is held."""


def _tools(function: Callable[..., Any], turn: Turn, tools: Sequence[Tool]) -> WorldTools:
    """The tools as a coroutine awaits them, or as a function in a thread calls them."""
    if inspect.iscoroutinefunction(function):
        return WorldTools(tools, turn.run)

    def waiting(name: str, arguments: dict[str, Any]) -> Any:
        return anyio.from_thread.run(turn.run, name, arguments)

    return WorldTools(tools, waiting)


def _counted(function: Callable[..., Any], offered: dict[str, Any]) -> Any:
    running.append(function)
    try:
        return called_with(function, offered)
    finally:
        running.remove(function)


async def _answer(function: Callable[..., Any], offered: dict[str, Any]) -> Any:
    try:
        if inspect.iscoroutinefunction(function):
            return await called_with(function, offered)
        answer = await anyio.to_thread.run_sync(partial(_counted, function, offered), abandon_on_cancel=True)
        return await answer if inspect.isawaitable(answer) else answer
    except SystemExit as error:  # it would end the run, and with a status of the agent's choice
        raise AgentError(f"the agent ended its program: exit({error.code or 0})") from error
