"""The upper bound: an agent that plays the reference solution of whatever the user has just asked for.

It alone is shown the goals. That it completes every goal proves that every goal can be completed.
"""

import json
from collections.abc import Sequence
from typing import Any

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, execute_tools
from inspect_ai.tool import ToolCall, ToolDef

from turnwise.goals import Goal, Request, resolve
from turnwise.words import listed, plural, said


@agent
def oracle(tools: Sequence[ToolDef], goals: Sequence[Goal]) -> Agent:
    """Plays reference solutions.

    Args:
        tools: the world's tools.
        goals: the goals of the scenario, with their solutions.
    """
    requests = {request.id: (goal, request) for goal in goals for request in goal.requests}
    results: dict[str, list[Any]] = {goal.id: [] for goal in goals}
    played: set[str] = set()

    async def execute(state: AgentState) -> AgentState:
        heard = state.messages[-1]
        assert isinstance(heard, ChatMessageUser)
        replies = []
        for kind, request_id in (heard.metadata or {}).get("acts", []):
            if kind not in ("request", "repeat", "correct", "supply", "check"):
                continue
            goal, request = requests[request_id]
            if request.id not in played:
                played.add(request.id)
                await _play(state, request, results[goal.id], tools)
            replies.append(_reply(request))
        state.messages.append(
            ChatMessageAssistant(content=" ".join(replies) or "Anything else?", source="generate", model="oracle")
        )
        return state

    return execute


async def _play(state: AgentState, request: Request, results: list[Any], tools: Sequence[ToolDef]) -> None:
    for number, call in enumerate(request.solution):
        made = ToolCall(id=f"{request.id}c{number}", function=call.tool, arguments=resolve(call.arguments, results))
        state.messages.append(ChatMessageAssistant(content="", tool_calls=[made], source="generate", model="oracle"))
        executed = await execute_tools(state.messages, tools)
        state.messages.extend(executed.messages)
        results.append(json.loads(executed.messages[-1].text))


def _reply(request: Request) -> str:
    values: dict[str, list[str]] = {}
    for answer in request.checkpoint.answers:
        values.setdefault(answer.label, []).append(said(answer.value))
    told = [
        f"the {label if len(found) == 1 else plural(label)} {'is' if len(found) == 1 else 'are'} {listed(found)}"
        for label, found in values.items()
    ]
    sentence = listed(told) or "that is done"
    return f"{sentence[0].upper()}{sentence[1:]}."
