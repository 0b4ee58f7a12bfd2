"""Where a dialogue stands after its messages: one pure function, `fold(state, event) -> state`.

    state = fold_all(DialogueState.begin(goal_phase), messages)
    state.disclosed, state.successful_calls, state.changes, state.done

The live dialogue, the replay of a recorded one and the scorers all use this fold, so a score never differs from what the
user experienced. Knows no database and no model: what a call changed comes with its message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from turnwise.dialogue.messages import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from turnwise.goals.calls import SuccessfulCall
from turnwise.goals.model import Call, Goal
from turnwise.goals.progress import GoalPhase, Observation, done_in
from turnwise.values.relative import with_days
from turnwise.values.text import MESSAGE_END, says_something
from turnwise.worlds import Change

MOST_READ = 20_000
"""Characters of a message that anybody reads: what an endless talker says beyond is in the log, and neither heard nor judged."""

Event = Message | GoalPhase
"""What moves a dialogue on: a message, or goals that the user pursues from here on."""


@dataclass(frozen=True)
class DialogueState:
    """What has been said, called, changed, disclosed and done so far."""

    goal_phases: tuple[GoalPhase, ...] = ()
    unannounced: bool = False
    """whether the user may pursue a request without a dialogue act that says so, as one played by a model does: then
    all that is written since the user got the goal counts for it"""
    now: str = ""
    """when it is held, by which "tomorrow" is a day"""
    user_turns: int = 0
    """user messages"""
    replies: tuple[str, ...] = ()
    """what the assistant wrote, message by message, without those that say nothing"""
    dated_replies: tuple[str, ...] = ()
    """the same, in which days that are named from today, such as tomorrow, are followed by their dates"""
    answered: int = 0
    """how many of the replies came before the last user message"""
    raised: Mapping[str, int] = field(default_factory=dict)
    """request id -> how many of the replies came before the user raised it"""
    given_up: frozenset[str] = frozenset()
    """ids of the requests that the user has given up"""
    pending: Mapping[str, ToolCall] = field(default_factory=dict)
    """call id -> a call without a result"""
    calls: int = 0
    """calls that reached the world, refused ones included"""
    successful_calls: tuple[SuccessfulCall, ...] = ()
    results: tuple[ToolMessage, ...] = ()
    """the messages that answered the successful calls"""
    changes: tuple[Change, ...] = ()
    """row changes in order"""

    @classmethod
    def begin(cls, goal_phase: GoalPhase, *, unannounced: bool = False, now: str = "") -> Self:
        """The state of a dialogue in which nothing has happened."""
        return cls(goal_phases=(goal_phase,), unannounced=unannounced, now=now)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """All goals so far, in the order in which they came up."""
        return tuple(goal for goal_phase in self.goal_phases for goal in goal_phase.goals)

    @property
    def said(self) -> tuple[str, ...]:
        """What the assistant wrote since the last user message."""
        return self.replies[self.answered :]

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The successful calls with what they returned, oldest first."""
        pairs = zip(self.successful_calls, self.results, strict=True)
        return tuple(Observation(made.call.tool, message.result) for made, message in pairs)

    @cached_property
    def disclosed(self) -> Mapping[str, str]:
        """Request id -> all that the assistant wrote since the user raised it, with dates, `MESSAGE_END` between its messages."""
        since = {n: MESSAGE_END.join(self.dated_replies[n:]) for n in set(self.raised.values())}
        return {request: since[start] for request, start in self.raised.items()}

    @cached_property
    def done(self) -> frozenset[str]:
        """Ids of the requests that are done."""
        return done_in(self.goal_phases, self.changes, self.disclosed, self.successful_calls)

    @property
    def settled(self) -> bool:
        """Whether nothing that the user wants is open: every request is done or given up."""
        settled = self.done | self.given_up
        return all(request in settled for goal_phase in self.goal_phases for request in goal_phase.requests)


def fold(state: DialogueState, event: Event) -> DialogueState:
    """The state after one more event."""
    match event:
        case GoalPhase():
            return replace(state, goal_phases=(*state.goal_phases, event))
        case UserMessage():
            return _heard_user(state, event)
        case AssistantMessage():
            pending = {call.id: call for call in event.calls}
            if not says_something(event.text):
                return replace(state, pending=pending)
            text = event.text[:MOST_READ]
            dated = (*state.dated_replies, with_days(text, state.now))
            return replace(state, replies=(*state.replies, text), dated_replies=dated, pending=pending)
        case ToolMessage():
            return _called(state, event)


def fold_all(state: DialogueState, messages: Iterable[Message], goal_phases: Sequence[GoalPhase] = ()) -> DialogueState:
    """The state after some messages, and the goal phases that begin between them."""
    for message in messages:
        if isinstance(message, UserMessage):
            for goal_phase in beginning(goal_phases, state):
                state = fold(state, goal_phase)
        state = fold(state, message)
    return state


def beginning(goal_phases: Sequence[GoalPhase], state: DialogueState) -> list[GoalPhase]:
    """Those of the recorded goal phases that begin just before the next user message."""
    return [goal_phase for goal_phase in goal_phases if goal_phase.user_turn == state.user_turns]


def _heard_user(state: DialogueState, message: UserMessage) -> DialogueState:
    raised = [act.request for act in message.dialogue_acts if act.kind == "request"]
    if state.unannounced:
        raised += [
            name for phase in state.goal_phases if phase.user_turn <= state.user_turns for name in phase.requests
        ]
    new = {request: len(state.replies) for request in raised if request not in state.raised}
    # What had been told before the user came to ask for it counts as told for it.
    new |= {act.request: 0 for act in message.dialogue_acts if act.kind == "known"}
    return replace(
        state,
        user_turns=state.user_turns + 1,
        answered=len(state.replies),
        raised={**state.raised, **new} if new else state.raised,
        given_up=state.given_up.union(act.request for act in message.dialogue_acts if act.kind == "give_up"),
    )


def _called(state: DialogueState, message: ToolMessage) -> DialogueState:
    asked = state.pending.get(message.call_id)
    moved = replace(
        state,
        pending={name: call for name, call in state.pending.items() if name != message.call_id},
        calls=state.calls + message.ran,
        changes=state.changes + message.changes,
    )
    if asked is None or not message.ran or message.refusal is not None:
        return moved
    made = SuccessfulCall(moved.calls, Call(tool=asked.tool, arguments=asked.arguments), message.text)
    return replace(moved, successful_calls=(*state.successful_calls, made), results=(*state.results, message))
