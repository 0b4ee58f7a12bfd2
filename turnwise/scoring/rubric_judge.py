"""A judge reads a dialogue against its rubric: the paper's validation, by the model in the role `grader`.

The judge classifies and quotes; code decides. Only an unmet critical item, or a claim that is really there and that
nothing supports, makes a dialogue invalid.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import BaseModel

from turnwise.goals.model import Goal, RubricItem
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.scoring.quality.rendering import case, quoted
from turnwise.scoring.quality.transcript import Message, Transcript
from turnwise.synthesis.goals.descriptions import describe


class JudgedItem(BaseModel):
    """What the judge says of one item of the rubric, numbered from 1."""

    item: int
    reason: str
    kind: Literal["critical", "structural", "non_critical", "invalid"]
    met: bool


class Unsupported(BaseModel):
    """A claim of the assistant's that nothing supports."""

    message: int
    quote: str
    reason: str


class Judgement(BaseModel):
    """All that the judge says of a dialogue."""

    summary: str = ""
    items: list[JudgedItem]
    unsupported: list[Unsupported] = []


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


async def judge(chat: Chat, goals: Sequence[Goal], transcript: Transcript) -> Verdict:
    """Let a judge read a dialogue in which these goals were pursued; a ModelFault where it gives no usable answer."""
    rubric = [item for goal in goals for item in rubric_of(goal)]
    numbers = list(range(1, len(rubric) + 1))

    def complete(judgement: Judgement) -> Judgement:
        if sorted(judged.item for judged in judgement.items) != numbers:
            given = [judged.item for judged in judgement.items]
            raise InvalidReply(f"items has to hold each item of the rubric once, {numbers}, and holds {given}")
        return judgement

    wanted = "What the person wanted:\n" + "\n".join(f"- {goal.description}" for goal in goals)
    items = "Rubric:\n" + "\n".join(f"{number}. ({item.kind}) {item.text}" for number, item in enumerate(rubric, 1))
    judgement = await chat.ask(case(transcript, wanted, items), Judgement, complete)
    return decide(judgement, transcript.messages, rubric)


def decide(judgement: Judgement, messages: Sequence[Message], rubric: Sequence[RubricItem]) -> Verdict:
    failed = [
        f"not met: {rubric[judged.item - 1].text} ({judged.reason})"
        for judged in sorted(judgement.items, key=lambda judged: judged.item)
        if judged.kind == "critical" and not judged.met
    ]
    there = [claim for claim in judgement.unsupported if quoted(claim.quote, claim.message, messages, said_only=True)]
    failed += [f'unsupported in message {claim.message}: "{claim.quote}" ({claim.reason})' for claim in there]
    return Verdict(not failed, tuple(failed), judgement, len(judgement.unsupported) - len(there))
