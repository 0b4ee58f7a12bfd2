"""At which turns of a dialogue starts are made. Looking ahead for them is fair: nothing of what is seen goes into a start."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser

from turnwise.branching.recorded import RecordedDialogue
from turnwise.dialogue.resume import Next
from turnwise.errors import StartError
from turnwise.values.text import says_something

_FLAW = 2
"""The least severity of a finding that is worth a start."""

Kind = Literal["every", "turn", "first", "finding", "failed", "end"]


class At(NamedTuple):
    """Which turns of each dialogue; `number` is the k of every k-th, or the turn."""

    kind: Kind
    number: int = 1


def read_at(text: str) -> At:
    """What `--at` says.

    Raises:
        StartError: it says nothing that is known.
    """
    if (found := re.fullmatch(r"(every:)?([1-9]\d{0,5})", text)) is not None:
        return At("every" if found[1] else "turn", int(found[2]))
    for kind in ("first", "finding", "failed", "end"):
        if text == kind:
            return At(kind)
    raise StartError(f"--at {text}: it takes every:N, first, finding, failed, end or the number of a user turn")


def turns_of(held: RecordedDialogue, at: At, first: Next) -> list[int]:
    """Numbers of the user messages, from 1, which the agent answers next or which the user writes next.

    Raises:
        StartError: it cannot be told for this dialogue.
    """
    last = sum(isinstance(message, ChatMessageUser) for message in held.messages)
    match at.kind:
        case "every":
            return list(range(at.number, last + 1, at.number))
        case "turn" | "first":
            return [at.number] if at.number <= last else []
        case "end":
            return [last if held.messages and isinstance(held.messages[-1], ChatMessageUser) else last + 1]
        case "finding":
            return _found(held, first)
        case "failed":
            return _failed(held)


def history_until(messages: Sequence[ChatMessage], turn: int, first: Next) -> list[ChatMessage] | None:
    """The messages before someone has the word at a turn; None where nobody can be given it.

    Args:
        turn: number of a user message, from 1, or one more than there are.
        first: `agent` to let it answer that message, `user` to let it be written anew.
    """
    places = [place for place, message in enumerate(messages) if isinstance(message, ChatMessageUser)]
    places.append(len(messages))
    history = list(messages[: places[turn - 1] + (first == "agent")])
    last = history[-1] if history else None
    if first == "agent":
        return (
            history if isinstance(last, ChatMessageUser) and not _closes(last) and says_something(last.text) else None
        )
    return history if isinstance(last, ChatMessageAssistant) and not last.tool_calls else None


def _closes(message: ChatMessageUser) -> bool:
    return any(kind == "close" for kind, _ in _acts(message))


def _acts(message: ChatMessage) -> list[tuple[str, str]]:
    return [(kind, request) for kind, request in (message.metadata or {}).get("dialogue_acts", [])]


def _found(held: RecordedDialogue, first: Next) -> list[int]:
    """The turn of the first finding that is more than a blemish; a user's own flaw is not part of the history."""
    if held.findings is None:
        raise StartError("it holds no findings: have it scored with iq")
    flaws = [int(finding["message"]) for finding in held.findings if int(finding["severity"]) >= _FLAW]
    if not flaws:
        return []
    place = min(flaws)
    turn = sum(isinstance(message, ChatMessageUser) for message in held.messages[: place + 1])
    if first == "agent" and isinstance(held.messages[place], ChatMessageUser):
        turn -= 1
    return [turn] if turn else []


def _failed(held: RecordedDialogue) -> list[int]:
    """The turn whose answer lost a request: the last before it was given up, or the last that spoke of it."""
    if held.scenario is None:
        raise StartError("something else held it, and nobody knows what was wanted in it")
    spoken_of: dict[str, int] = {}
    lost: list[int] = []
    for turn, message in enumerate((m for m in held.messages if isinstance(m, ChatMessageUser)), 1):
        for kind, request in _acts(message):
            if kind == "give_up":
                lost.append(turn - 1)
            elif request:
                spoken_of[request] = turn
    wanted = {request.id for goal in held.goals for request in goal.requests}
    lost += [turn for request, turn in spoken_of.items() if request in wanted - held.done]
    return [max(1, min(lost))] if lost else []
