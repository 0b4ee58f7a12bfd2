"""The upper bound: an agent that plays the reference solution of whatever the user has just asked for.

It alone is shown the goals. That it completes every goal proves that every goal can be completed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCall, ToolDef

from turnwise.agents.reference import MAY_I, Plan, details_of, plans_of
from turnwise.goals.model import Goal
from turnwise.values.words import listed, plural, said

_WANTS = ("request", "repeat", "correct", "supply", "choose", "check", "confirm")
"""What a user does who waits for something to be done or told."""


@agent
def oracle(
    tools: Sequence[ToolDef],
    goals: Callable[[], Sequence[Goal]],
    writes: Mapping[str, bool] | None = None,
    ask_leave: bool = True,
) -> Agent:
    """Plays reference solutions.

    Args:
        tools: the world's tools.
        goals: gives the goals of the dialogue so far, with their solutions.
        writes: the tools that change something, and whether that is worth a confirmation.
        ask_leave: whether it says what it is about to do before a change worth a confirmation, and waits for a yes.
    """
    grave = {tool for tool, worth in (writes or {}).items() if worth and ask_leave}
    plans: dict[str, Plan] = {}
    planned: set[str] = set()
    queue: list[Plan] = []
    written: dict[str, Any] = {}
    """what another agent's changes returned, by their tools: a later request may build on them"""
    began = False

    def hear(heard: ChatMessageUser) -> None:
        for kind, request_id in (heard.metadata or {}).get("dialogue_acts", []):
            if kind == "confirm" and queue:
                queue[0].leave = True
            if kind == "give_up":
                queue[:] = [plan for plan in queue if plan.request.id != request_id]
            elif kind in _WANTS and request_id in plans and plans[request_id] not in queue:
                queue.append(plans[request_id])
        for plan in queue:
            plan.heard = True

    def replay(history: Sequence[ChatMessage]) -> None:
        """Stand where one stands who answered all this: what was called for a request is not called again."""
        asked: dict[str, ToolCall] = {}
        for message in history:
            if isinstance(message, ChatMessageUser):
                hear(message)
            elif isinstance(message, ChatMessageTool) and message.error is None:
                call = asked.get(message.tool_call_id or "")
                raised = [plan for plan in plans.values() if call and plan.heard]
                taken = call and any(plan.take(call, message.text) for plan in raised)
                if call and not taken and call.function in (writes or {}):
                    written[call.function] = json.loads(message.text)
            elif isinstance(message, ChatMessageAssistant):
                asked = {call.id: call for call in message.tool_calls or []}
                if not asked:  # a reply: what another agent left open, the user asks for again
                    queue[:] = [plan for plan in queue if plan.left and message.model == "oracle"]
                    for plan in queue[:1]:
                        plan.asked_for_more |= message.text.endswith("?") and not message.text.endswith(MAY_I)

    async def execute(state: AgentState) -> AgentState:
        nonlocal began
        *history, heard = state.messages
        assert isinstance(heard, ChatMessageUser)
        for goal in goals():
            if goal.id not in planned:  # it came up since
                planned.add(goal.id)
                plans.update({plan.request.id: plan for plan in plans_of(goal)})
        if not began:
            began = True
            replay(history)
        hear(heard)
        replies = []
        while queue:
            question = await queue[0].play(state, tools, grave, written)
            replies.append(question or _reply(queue[0]))
            if question:
                break
            queue.pop(0)
        waits = "Anything else?" if any(plan.heard for plan in plans.values()) else "Hello, how can I help you?"
        state.messages.append(
            ChatMessageAssistant(content=" ".join(replies) or waits, source="generate", model="oracle")
        )
        return state

    return execute


_OPENINGS = ("", "", "Here you are: ", "I've looked that up: ", "Sure: ", "Got it: ", "Found it: ")
_DONE = (
    "That is done{about}.",
    "Done{about}.",
    "I've done that{about}.",
    "All set{about}.",
    "It's taken care of{about}.",
)


def _reply(plan: Plan) -> str:
    """What is told or reported, in one of several ways, the same for the same request."""
    request = plan.request
    rng = Random(f"reply {request.id} {request.solution}")
    values: dict[str, list[str]] = {}
    for answer in request.checkpoint.answers:
        values.setdefault(answer.label, []).append(said(plan.told(answer)))
    told = [_told(label, found, counts=request.intent == "count") for label, found in values.items()]
    if not told and request.intent == "look":
        told = [_told(label, list(map(said, values)), counts=False) for label, values in plan.shown()]
    if told:
        sentence = f"{rng.choice(_OPENINGS)}{listed(told).rstrip('.')}."
    else:
        details = listed(details_of(request))
        sentence = rng.choice(_DONE).format(about=f": {details}" if details else "")
    return f"{sentence[0].upper()}{sentence[1:]}"


def _told(label: str, found: list[str], *, counts: bool) -> str:
    if counts:
        return f"there {'is' if found == ['1'] else 'are'} {found[0]} {label}"
    return f"the {label} is {found[0]}" if len(found) == 1 else f"the {plural(label)} are {listed(found)}"
