"""A judge reads a dialogue against its rubric: the paper's validation, by the model in the role `grader`.

The judge classifies and quotes; code decides. Only an unmet critical item, or a claim that is really there and that
nothing supports, makes a dialogue invalid.
"""

import json
from collections.abc import Sequence
from typing import Literal, NamedTuple

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool
from pydantic import BaseModel

from turnwise.answers import normalised
from turnwise.chat import Chat, Faulty
from turnwise.goals import Goal, RubricItem
from turnwise.synthesis.descriptions import describe
from turnwise.trajectory import Trajectory

_LONGEST_RESULT = 4000
"""Characters of a tool result that the judge is shown."""


class JudgedItem(BaseModel):
    """What the judge says of one item of the rubric, numbered from 1."""

    item: int
    kind: Literal["critical", "structural", "non_critical", "invalid"]
    met: bool
    reason: str


class Unsupported(BaseModel):
    """A claim of the assistant's that nothing supports."""

    message: int
    quote: str
    reason: str


class Judgement(BaseModel):
    """All that the judge says of a dialogue."""

    items: list[JudgedItem]
    unsupported: list[Unsupported] = []
    summary: str = ""


class Verdict(NamedTuple):
    """Whether a dialogue is valid, and the sentences that say why."""

    valid: bool
    reasons: tuple[str, ...]
    judgement: Judgement
    dropped: int
    """claims held against the assistant whose quote is in no message of its"""


def rubric_of(goal: Goal) -> tuple[RubricItem, ...]:
    """A goal's rubric; for a goal without one, that each of its requests was met."""
    if goal.rubric:
        return goal.rubric
    return tuple(RubricItem(kind="critical", text=describe([request])) for request in goal.requests)


async def judge(chat: Chat, trajectory: Trajectory) -> Verdict:
    """Let a judge read a dialogue.

    Raises:
        ModelFault: it gave no usable judgement.
    """
    rubric = [item for goal in trajectory.goals for item in rubric_of(goal)]
    numbers = list(range(1, len(rubric) + 1))

    def complete(judgement: Judgement) -> Judgement:
        if sorted(judged.item for judged in judgement.items) != numbers:
            raise Faulty(f"items has to hold each item of the rubric once: {numbers}")
        return judgement

    return decide(await chat.ask(_case(trajectory, rubric), Judgement, complete), trajectory.messages, rubric)


def decide(judgement: Judgement, messages: Sequence[ChatMessage], rubric: Sequence[RubricItem]) -> Verdict:
    """The verdict that follows from a judgement."""
    failed = [
        f"not met: {rubric[judged.item - 1].text} ({judged.reason})"
        for judged in sorted(judgement.items, key=lambda judged: judged.item)
        if judged.kind == "critical" and not judged.met
    ]
    there = [claim for claim in judgement.unsupported if _said(claim, messages)]
    failed += [f'unsupported in message {claim.message}: "{claim.quote}" ({claim.reason})' for claim in there]
    return Verdict(not failed, tuple(failed), judgement, len(judgement.unsupported) - len(there))


def _said(claim: Unsupported, messages: Sequence[ChatMessage]) -> bool:
    if not 1 <= claim.message <= len(messages) or not normalised(claim.quote):
        return False
    message = messages[claim.message - 1]
    spoken = isinstance(message, ChatMessageAssistant) and f" {normalised(message.text)} "
    return bool(spoken) and f" {normalised(claim.quote)} " in str(spoken)


def _case(trajectory: Trajectory, rubric: Sequence[RubricItem]) -> str:
    goals = "\n".join(f"- {goal.description}" for goal in trajectory.goals)
    items = "\n".join(f"{number}. ({item.kind}) {item.text}" for number, item in enumerate(rubric, 1))
    lines = "\n".join(f"[{number}] {_line(message)}" for number, message in enumerate(trajectory.messages, 1))
    return f"What the person wanted:\n{goals}\n\nRubric:\n{items}\n\nConversation:\n{lines}"


def _line(message: ChatMessage) -> str:
    if isinstance(message, ChatMessageTool):
        text = f"error: {message.error.message}" if message.error else message.text
        return f"tool result: {text[:_LONGEST_RESULT]}{' (cut)' if len(text) > _LONGEST_RESULT else ''}"
    if isinstance(message, ChatMessageAssistant):
        calls = [f"calls {call.function}({json.dumps(call.arguments)})" for call in message.tool_calls or []]
        return "assistant: " + " ".join([part for part in (message.text.strip(), *calls) if part] or ["(nothing)"])
    return f"person: {message.text}"
