"""A recorded dialogue, replayed up to where it stands: its calls are made again and have to return the same.

State changes through calls alone, so a session in which the calls of a history were made again stands where the dialogue
stood. Knows no model and no log: messages, and a backend that has run nothing yet.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from turnwise.dialogue.messages import Message, ToolMessage, UserMessage
from turnwise.dialogue.resume import Origin
from turnwise.dialogue.state import DialogueState, beginning, fold
from turnwise.errors import StartError
from turnwise.goals.model import Call
from turnwise.users import PastTurn
from turnwise.worlds import World, rows_of
from turnwise.worlds.backend import Backend
from turnwise.worlds.simulated.by_model import Outcome

_LONGEST = 60
"""Characters of a value that a sentence shows."""


class Differs(StartError):
    """Raised when a call returns something else than what was recorded."""


@dataclass(frozen=True)
class ReplayedState:
    """Where a dialogue stands after its history, and what its user knew at each of its messages."""

    state: DialogueState
    turns: tuple[PastTurn, ...]
    messages: tuple[Message, ...]
    """the history, each call with the changes that it made"""


def replay(origin: Origin, world: World, backend: Backend | None, *, unannounced: bool = False) -> ReplayedState:
    """Make the calls of a history again, in order.

    Args:
        origin: every call in its history has its result; services of a foreign one refuse in other words.
        backend: one that has run nothing yet; None to take every result as it was.
        unannounced: see `DialogueState`.

    Raises:
        Differs: a call returns something else now; the message names it, and the row where one can be named.
        StartError: a call has no result, or a result no call.
    """
    first, *later = origin.goal_phases
    state = DialogueState.begin(first, unannounced=unannounced, now=origin.reference_time)
    turns: list[PastTurn] = []
    messages: list[Message] = []
    for message in origin.history:
        if not isinstance(message, ToolMessage):
            _check_answered(state)
        elif message.call_id not in state.pending:
            raise StartError(f"result {message.text[:40]!r} answers no call")
        elif message.ran:
            message = _run_again(message, state, world, backend, origin.foreign)
        if isinstance(message, UserMessage):
            begin = beginning(later, state)
            added = tuple(goal for goal_phase in begin for goal in goal_phase.goals)
            said, acts = message.text, message.dialogue_acts
            turns.append(PastTurn(state.said, state.done, added, said, acts, message.by_model))
            for goal_phase in begin:
                state = fold(state, goal_phase)
            if backend is not None:
                backend.hear(message.text)
        state = fold(state, message)
        messages.append(message)
    _check_answered(state)
    return ReplayedState(state, tuple(turns), tuple(messages))


def _check_answered(state: DialogueState) -> None:
    if state.pending:
        raise StartError(f"a call has no result: {next(iter(state.pending.values())).tool}")


def _run_again(
    message: ToolMessage, state: DialogueState, world: World, backend: Backend | None, foreign: bool
) -> ToolMessage:
    """The message of a call that was made again, with the changes that it made."""
    asked, number = state.pending[message.call_id], state.calls + 1
    if asked.tool not in world.by_name:
        raise StartError(f"call {number} is of {asked.tool}, and {world.name} has no such tool")
    recorded = Outcome(refusal=message.refusal) if message.refusal is not None else Outcome(message.result)
    if backend is None:
        return message
    now = backend.recall(asked.tool, asked.arguments, recorded)
    both_refused = recorded.refusal is not None and now.refusal is not None
    if not _same_outcome(recorded, now) and not (foreign and both_refused):
        found = _difference(world, Call(tool=asked.tool, arguments=asked.arguments), recorded, now)
        given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in asked.arguments.items())
        raise Differs(f"call {number}, {asked.tool}({given}), does not return what it returned: {found}")
    return replace(message, changes=tuple(backend.changes[len(state.changes) :]))


def _same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are equal, values of one type each: 25 is not 25.0."""
    return _text(one.result) == _text(other.result) and one.refusal == other.refusal


def _difference(world: World, call: Call, recorded: Outcome, now: Outcome) -> str:
    """How two outcomes of a call first differ, as closely as it can be told: by row and column."""
    operation = world.by_name[call.tool].operation
    old, new = _rows(recorded), _rows(now)
    if operation is not None and old and new:
        for key, row in old.items():
            who = f"the row of {operation.table} with {key}"
            if key not in new:
                return f"{who} was in it, and is not any more"
            for field, then in row.items():
                if _text(then) != _text(new[key].get(field)):
                    source = operation.outputs.get(field, field)
                    return f"{who}: {source} was {_shown(then)}, and is {_shown(new[key].get(field))}"
    return f"it {_came(recorded)}, and now it {_came(now)}"


def _came(outcome: Outcome) -> str:
    return f"returned {_shown(outcome.result)}" if outcome.refusal is None else f"was refused: {outcome.refusal}"


def _rows(outcome: Outcome) -> dict[str, Mapping[str, Any]]:
    """The rows of a result by their first field, which is their key; none where it has no rows."""
    return {f"{next(iter(row))} {_shown(next(iter(row.values())))}": row for row in rows_of(outcome.result)}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
