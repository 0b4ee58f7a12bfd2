"""Agents that bound what a score may be worth: they say what is right somewhere, and tell nobody anything.

`reciter` states every value of every row it can reach, `json_dumper` pastes what tools return, and `hedger` offers
values without saying which. None of them changes anything. `deaf` wraps an agent and keeps from it all that the user says
but for what it asks for first.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, execute_tools
from inspect_ai.tool import ToolCall, ToolDef

from turnwise.values.words import words
from turnwise.worlds import rows_of

_MOST_CALLS = 40
"""in one dialogue"""


@agent
def reciter(tools: Sequence[ToolDef] = (), writes: Mapping[str, bool] | None = None) -> Agent:
    """States every value of every row it can reach, whatever it was asked."""
    return _after_looking(tools, writes, lambda rows: "\n".join(map(_sentence, rows)))


@agent
def json_dumper(tools: Sequence[ToolDef] = (), writes: Mapping[str, bool] | None = None) -> Agent:
    """Pastes all that the tools returned."""
    return _after_looking(tools, writes, lambda rows: f"I found: {json.dumps(rows, ensure_ascii=False)}")


@agent
def hedger(tools: Sequence[ToolDef] = (), writes: Mapping[str, bool] | None = None) -> Agent:
    """Says of every value that it may be the one."""

    def hedge(rows: Sequence[Mapping[str, Any]]) -> str:
        values = dict.fromkeys(str(value) for row in rows for value in row.values() if value is not None)
        return "\n".join(f"It may be {value}, or something else." for value in values)

    return _after_looking(tools, writes, hedge)


@agent
def deaf(make: Callable[..., Agent], base: str = "turnwise/tool_loop", **args: Any) -> Agent:
    """Wraps an agent that hears requests and nothing else: no correction, no detail, no yes or no.

    Args:
        make: makes an agent by its registered name; `converse` gives it.
        base: the agent that is wrapped.
        args: passed on to it.
    """
    behave = make(base, **args)

    async def execute(state: AgentState) -> AgentState:
        heard = [_muffled(m) if isinstance(m, ChatMessageUser) else m for m in state.messages]
        said = await behave(AgentState(messages=heard))
        state.messages += said.messages[len(heard) :]
        state.output = said.output
        return state

    return execute


def _muffled(message: ChatMessageUser) -> ChatMessageUser:
    acts = [kind for kind, _ in (message.metadata or {}).get("dialogue_acts", [])]
    reacts = bool(acts) and not {"request", "repeat", "greet"}.intersection(acts)
    return message.model_copy(update={"content": "Hm."}) if reacts else message


def _after_looking(
    tools: Sequence[ToolDef], writes: Mapping[str, bool] | None, say: Callable[[Sequence[Mapping[str, Any]]], str]
) -> Agent:
    """An agent that looks up all it can at its first turn, and then always says the same of it."""
    rows: list[Mapping[str, Any]] = []
    reads = [tool for tool in tools if tool.name not in (writes or {})]

    async def execute(state: AgentState) -> AgentState:
        if not rows:
            for number, (tool, arguments) in zip(range(_MOST_CALLS), _calls(reads, rows), strict=False):
                call = ToolCall(id=f"look{number}", function=tool, arguments=arguments)
                state.messages.append(ChatMessageAssistant(content="", tool_calls=[call], source="generate"))
                executed = await execute_tools(state.messages, tools)
                state.messages += executed.messages
                rows.extend(_rows("".join(message.text for message in executed.messages)))
        state.messages.append(ChatMessageAssistant(content=say(rows) or "Nothing.", source="generate"))
        return state

    return execute


def _calls(reads: Sequence[ToolDef], rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The reads that need nothing, then those that need one id, for the ids that were found by then."""
    needs = {tool.name: list(tool.parameters.required) for tool in reads}
    yield from ((name, {}) for name, needed in needs.items() if not needed)
    for number in range(1, _MOST_CALLS):
        for name, needed in needs.items():
            known = next((row[needed[0]] for row in rows if needed and needed[0] in row), None)
            if len(needed) == 1 and needed[0].endswith("id"):
                yield name, {needed[0]: number if known is None or isinstance(known, int) else known}


def _rows(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:  # an error, in words
        return []
    return rows_of(found)


def _sentence(row: Mapping[str, Any]) -> str:
    return " ".join(f"The {words(name)} is {value}." for name, value in row.items() if value is not None)
