"""A dialogue that was had, lived through again up to where it stands: its calls are run, and have to return the same.

State changes through calls alone, so a session in which the calls of a history were made again stands where the dialogue
stood. Knows no model and no log: messages, and a backend that has run nothing yet.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCall

from turnwise.dialogue.differences import difference, same_outcome
from turnwise.dialogue.resume import Origin
from turnwise.errors import StartError
from turnwise.goals.model import Call
from turnwise.goals.progress import SuccessfulCall, done_in
from turnwise.synthesis.goals.followup_by_rules import Observation
from turnwise.users import DialogueAct, PastTurn
from turnwise.worlds import World
from turnwise.worlds.backend import Past
from turnwise.worlds.simulated.by_model import Outcome


class Differs(StartError):
    """Raised when a call returns something else than what was recorded; `row` tells whether the message names a row."""

    def __init__(self, sentence: str, row: bool) -> None:
        super().__init__(sentence)
        self.row = row


@dataclass(frozen=True)
class ReplayedState:
    """Where a dialogue stands after its history."""

    calls: int
    """calls that were run, refused ones included"""
    made: tuple[SuccessfulCall, ...]
    """those that succeeded"""
    told: Mapping[str, str]
    """request id -> all that the assistant wrote since the user raised it"""
    done: frozenset[str]
    """ids of the requests that are done"""
    turns: tuple[PastTurn, ...]
    """the user's messages"""
    said: tuple[str, ...]
    """what the assistant wrote after the last of them"""
    shown: tuple[Observation, ...]
    """what the calls that succeeded returned"""


def replay(
    origin: Origin,
    world: World,
    backend: Past,
    *,
    everything: bool = False,
) -> ReplayedState:
    """Make the calls of a history again, in order, and follow what was said and done.

    Args:
        origin: every call in its history has its result; services of a foreign one refuse in other words.
        backend: one that has run nothing yet.
        everything: whether all that is written from the beginning of its goal_phase tells a request its answers, raised or
            not; see `Trajectory.told`.

    Raises:
        Differs: a call returns something else now; the message names it, and the row where one can be named.
        StartError: a call has no result, or a result no call.
    """
    goal_phases = origin.goal_phases
    telling: dict[str, str] = {}
    made: list[SuccessfulCall] = []
    shown: list[Observation] = []
    turns: list[PastTurn] = []
    said: list[str] = []
    waiting: dict[str, ToolCall] = {}
    calls = 0

    def done() -> frozenset[str]:
        begun = [goal_phase for goal_phase in goal_phases[1:] if goal_phase.user_turn < len(turns)]
        return done_in([*goal_phases[:1], *begun], backend.changes, telling, made)

    for message in origin.history:
        if waiting and not isinstance(message, ChatMessageTool):
            raise _unanswered(waiting)
        if isinstance(message, ChatMessageUser):
            _heard(telling, said)
            added = [goal for c in goal_phases[1:] if c.user_turn == len(turns) for goal in c.goals]
            if everything:
                telling |= {name: "" for c in goal_phases if c.user_turn == len(turns) for name in c.requests}
            turn = _past_turn(message, said, done(), added)
            turns.append(turn)
            said = []
            backend.hear(message.text)
            for act in turn.dialogue_acts:
                if act.kind == "request":
                    telling.setdefault(act.request, "")
        elif isinstance(message, ChatMessageAssistant):
            said += [message.text] if message.text.strip() else []
            waiting = {call.id: call for call in message.tool_calls or []}
        elif isinstance(message, ChatMessageTool):
            asked = waiting.pop(message.tool_call_id or "", None)
            if asked is None:
                raise StartError(f"a result ({message.function or 'of no named tool'}) answers no call")
            if was_run(message):
                calls += 1
                if asked.function not in world.by_name:
                    raise StartError(f"call {calls} is of {asked.function}, and {world.name} has no such tool")
                call = Call(tool=asked.function, arguments=asked.arguments)
                recorded = _recorded(message)
                _check_same(call, calls, recorded, world, backend, origin.foreign)
                if message.error is None:
                    made.append(SuccessfulCall(calls, call))
                    shown.append(Observation(call.tool, recorded.result))
    if waiting:
        raise _unanswered(waiting)
    _heard(telling, said)
    return ReplayedState(calls, tuple(made), telling, done(), tuple(turns), tuple(said), tuple(shown))


def was_run(message: ChatMessageTool) -> bool:
    """Whether a call reached the session; Inspect itself stops those whose tool or arguments it cannot make out."""
    return message.error is None or message.error.type == "unknown"


def _check_same(call: Call, number: int, recorded: Outcome, world: World, backend: Past, foreign: bool) -> None:
    now = backend.recall(call.tool, call.arguments, recorded)
    if same_outcome(recorded, now) or (foreign and recorded.refusal is not None and now.refusal is not None):
        return
    found = difference(world, call, recorded, now)
    given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.arguments.items())
    raise Differs(f"call {number}, {call.tool}({given}), does not return what it returned: {found.sentence}", found.row)


def _recorded(message: ChatMessageTool) -> Outcome:
    if message.error is not None:
        return Outcome(refusal=message.error.message)
    try:
        return Outcome(json.loads(message.text))
    except ValueError:
        return Outcome(message.text)


def _past_turn(message: ChatMessageUser, said: Sequence[str], done: frozenset[str], added: Sequence[Any]) -> PastTurn:
    metadata = message.metadata or {}
    dialogue_acts = tuple(DialogueAct(kind, request) for kind, request in metadata.get("dialogue_acts", []))
    return PastTurn(tuple(said), done, tuple(added), message.text, dialogue_acts, metadata.get("worded_by") == "model")


def _heard(telling: dict[str, str], said: Sequence[str]) -> None:
    heard = "\n".join(said)
    for request in telling:
        telling[request] += "\n" + heard


def _unanswered(waiting: Mapping[str, ToolCall]) -> StartError:
    return StartError(f"a call has no result: {next(iter(waiting.values())).function}")
