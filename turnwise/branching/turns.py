"""At which turns of a dialogue starts are made. Looking ahead for them is fair: nothing of what is seen goes into a start."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from turnwise.branching.recorded import RecordedDialogue
from turnwise.dialogue.messages import AssistantMessage, Message, UserMessage
from turnwise.dialogue.resume import Next
from turnwise.errors import StartError
from turnwise.values.text import says_something

_WORTH_A_START = 2
"""The least severity of such a finding."""

Kind = Literal["every", "turn", "first", "finding", "failed", "end"]


class At(NamedTuple):
    """Which turns of each dialogue; `number` is the k of every k-th, or the turn."""

    kind: Kind
    number: int = 1


def read_at(text: str) -> At:
    """What `--at` says."""
    if found := re.fullmatch(r"(every:)?([1-9]\d{0,5})", text):
        return At("every" if found[1] else "turn", int(found[2]))
    if text in ("first", "finding", "failed", "end"):
        return At(text)  # type: ignore[arg-type]
    raise StartError(f"--at {text}: it takes every:N, first, finding, failed, end or the number of a user turn")


def turns_of(recorded: RecordedDialogue, at: At, first: Next) -> list[int]:
    """Numbers of the user messages, from 1, which the agent answers next or which the user writes next."""
    messages = recorded.origin.history
    last = sum(isinstance(message, UserMessage) for message in messages)
    match at.kind:
        case "every":
            return list(range(at.number, last + 1, at.number))
        case "turn" | "first":
            return [at.number] if at.number <= last else []
        case "end":
            return [last if messages and isinstance(messages[-1], UserMessage) else last + 1]
        case "finding":
            return _found(recorded, first)
        case "failed":
            return _failed(recorded)


def history_until(messages: Sequence[Message], turn: int, first: Next) -> int | None:
    """How many messages come before the agent answers user message `turn` or the user writes it; None where they cannot."""
    places = [place for place, message in enumerate(messages) if isinstance(message, UserMessage)]
    places.append(len(messages))
    count = places[turn - 1] + (first == "agent")
    match messages[count - 1] if count else None:
        case UserMessage(text=text, dialogue_acts=acts) if first == "agent":
            return count if says_something(text) and not any(act.kind == "close" for act in acts) else None
        case AssistantMessage(calls=()) if first == "user":
            return count
    return None


def _found(recorded: RecordedDialogue, first: Next) -> list[int]:
    """The turn of the first finding that is more than a blemish; a user's own flaw is not part of the history."""
    if recorded.findings is None:
        raise StartError("it holds no findings: have it scored with iq")
    flaws = [int(finding["message"]) for finding in recorded.findings if int(finding["severity"]) >= _WORTH_A_START]
    if not flaws:
        return []
    messages, place = recorded.origin.history, min(flaws)
    turn = sum(isinstance(message, UserMessage) for message in messages[: place + 1])
    turn -= first == "agent" and isinstance(messages[place], UserMessage)
    return [turn] if turn else []


def _failed(recorded: RecordedDialogue) -> list[int]:
    """The turn whose answer lost a request: the last before it was given up, or the last that spoke of it."""
    if recorded.scenario is None:
        raise StartError("something else recorded it, and nobody knows what was wanted in it")
    spoken_of: dict[str, int] = {}
    lost: list[int] = []
    for turn, message in enumerate((m for m in recorded.origin.history if isinstance(m, UserMessage)), 1):
        for kind, request in message.dialogue_acts:
            if kind == "give_up":
                lost.append(turn - 1)
            elif request:
                spoken_of[request] = turn
    wanted = {request.id for goal in recorded.goals for request in goal.requests}
    lost += [turn for request, turn in spoken_of.items() if request in wanted - recorded.done]
    return [max(1, min(lost))] if lost else []
