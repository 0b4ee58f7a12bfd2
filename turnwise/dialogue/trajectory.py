"""A finished dialogue as scorers see it: messages, scenario and record, and what follows from them.

Everything here is a pure function of what is in the log; no database, no model.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from inspect_ai.solver import TaskState
from pydantic import ValidationError

from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.messages import Message
from turnwise.dialogue.scenario import Scenario
from turnwise.dialogue.state import DialogueState, fold_all
from turnwise.errors import LogError, first_problem
from turnwise.goals.calls import SuccessfulCall
from turnwise.goals.model import Goal, Request
from turnwise.goals.progress import GoalPhase, StateMatch, read_goal_phases, state_in, still_wanted
from turnwise.users import UNANNOUNCED
from turnwise.worlds import Change

_CHARACTERS_PER_TOKEN = 4
_LONGEST_REASON = 200


@dataclass(frozen=True)
class Segment:
    """A user message and everything until the next one."""

    user: ChatMessageUser
    replies: tuple[ChatMessage, ...]

    @property
    def restates(self) -> bool:
        """Whether the user asks again for what was asked before."""
        return any(kind == "repeat" for kind, _ in self.dialogue_acts)

    @property
    def generations(self) -> int:
        """Assistant messages, the final reply included."""
        return sum(isinstance(m, ChatMessageAssistant) for m in self.replies)

    @property
    def calling(self) -> int:
        """Assistant messages with at least one call."""
        return sum(bool(m.tool_calls) for m in self.replies if isinstance(m, ChatMessageAssistant))

    @property
    def dialogue_acts(self) -> list[tuple[str, str]]:
        """What the user did by this message, as (kind, request id)."""
        return [(kind, request) for kind, request in (self.user.metadata or {}).get("dialogue_acts", [])]

    @property
    def requests(self) -> list[str]:
        """Ids of the requests that the message raises."""
        return [request for kind, request in self.dialogue_acts if kind == "request"]


def segments_of(messages: Iterable[ChatMessage]) -> list[Segment]:
    """A dialogue by user messages; what an assistant says before the first is in none."""
    found: list[Segment] = []
    for message in messages:
        if isinstance(message, ChatMessageUser):
            found.append(Segment(message, ()))
        elif found:
            found[-1] = Segment(found[-1].user, (*found[-1].replies, message))
    return found


@dataclass(frozen=True)
class Trajectory:
    """One finished dialogue; where it resumed another at one of its turns, what came before is its history."""

    scenario: Scenario
    messages: Sequence[ChatMessage]
    """those of this dialogue: everything is counted from the first of them"""
    ended: str
    progress: Sequence[Mapping[str, Any]]
    changes: Sequence[Change]
    """all of the session, the history's included"""
    goal_phases: Sequence[GoalPhase]
    history: Sequence[ChatMessage] = ()
    user: str = "agenda"
    tools: str = "executed"
    now: str = ""
    """when it is held; unknown, "tomorrow" is no day"""
    faults: Sequence[Mapping[str, Any]] = ()
    policy: str = ""
    """what the assistant was told before the dialogue"""
    writes: Mapping[str, bool] = field(default_factory=dict)
    """the tools that change something, and whether that is worth asking the user to confirm"""

    @classmethod
    def of(cls, state: TaskState | EvalSample) -> Self | None:
        """The trajectory in a sample; None when there is no dialogue in it, a LogError where it cannot be read.

        Of a sample that a stranger made, `check_inspect_sample` has to be asked before.
        """
        scenario = (state.metadata or {}).get("scenario")
        store = state.store if isinstance(state.store, Mapping) else dict(state.store.items())
        ended = store.get("DialogueLog:ended", "")
        if scenario is None or not ended:
            return None
        try:
            whole = Scenario.model_validate(scenario)
            added = [Goal.model_validate(goal) for goal in store.get("DialogueLog:added", [])]
            changes = [Change.model_validate(change) for change in store.get("DialogueLog:changes", [])]
            goal_phases = read_goal_phases(store.get("DialogueLog:goal_phases", []), (*whole.goals, *added))
            if not goal_phases:
                raise LookupError("no goal was given to its user")
        except (ValidationError, LookupError) as error:
            reason = first_problem(error)[:_LONGEST_REASON]
            raise LogError(
                f"its scenario cannot be read, and may be of another version of Turnwise ({reason})"
            ) from error
        messages = [m for m in state.messages if not isinstance(m, ChatMessageSystem)]
        policy = "\n".join(m.text for m in state.messages if isinstance(m, ChatMessageSystem))
        offset = (state.metadata or {}).get("start", {}).get("messages", 0)
        return cls(
            scenario=whole,
            messages=messages[offset:],
            ended=ended,
            progress=store.get("DialogueLog:progress", []),
            changes=changes,
            goal_phases=goal_phases,
            history=messages[:offset],
            user=store.get("DialogueLog:user", ""),
            tools=store.get("DialogueLog:tools", ""),
            now=store.get("DialogueLog:now", ""),
            faults=store.get("DialogueLog:ledger", {}).get("faults", []),
            policy=policy,
            writes=(state.metadata or {}).get("writes", {}),
        )

    @property
    def simulation_failed(self) -> str:
        """Which part of the simulation failed, so that the agent is not to blame: `user`, `tools` or empty for neither."""
        return {"user_fault": "user", "tool_fault": "tools"}.get(self.ended, "")

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """The goals assigned, those that came up on the way included; not those done or given up before it began."""
        goals = tuple(goal for goal_phase in self.goal_phases for goal in goal_phase.goals)
        return still_wanted(goals, self.done_before, self.before.given_up) if self.history else goals

    @property
    def requests(self) -> list[Request]:
        """The requests of the goals assigned that were not done before it began."""
        return [request for goal in self.goals for request in goal.requests if request.id not in self.done_before]

    @property
    def waiting(self) -> bool:
        """Whether it begins with the answer to a user message of the history."""
        return bool(self.history) and isinstance(self.history[-1], ChatMessageUser)

    @cached_property
    def segments(self) -> list[Segment]:
        """The dialogue by user messages; one of the history that waits for its answer begins the first."""
        return segments_of([*(self.history[-1:] if self.waiting else ()), *self.messages])

    @cached_property
    def before(self) -> DialogueState:
        """Where it stood when it began."""
        begun = DialogueState.begin(self.goal_phases[0], unannounced=self.user in UNANNOUNCED, now=self.now)
        return fold_all(begun, self._plain[: len(self.history)], self.goal_phases[1:])

    @cached_property
    def after(self) -> DialogueState:
        """Where it stands at its end."""
        return fold_all(self.before, self._plain[len(self.history) :], self.goal_phases[1:])

    @cached_property
    def _plain(self) -> list[Message]:
        return plain_messages([*self.history, *self.messages], self.changes)

    @property
    def calls(self) -> tuple[SuccessfulCall, ...]:
        """The tool calls that succeeded, those of the history included."""
        return self.after.successful_calls

    @cached_property
    def state(self) -> StateMatch:
        """The database changes against those the goals want, whether or not the user came to ask for them.

        What nobody wanted and was there before it began does not count.
        """
        match = state_in(self.goal_phases, self.changes)
        unwanted = list(match.unwanted)
        for change in state_in(self.before.goal_phases, self.before.changes).unwanted:
            if change in unwanted:
                unwanted.remove(change)
        return StateMatch(match.made, tuple(unwanted))

    @property
    def done(self) -> frozenset[str]:
        """Ids of the requests that are done at the end."""
        return self.after.done

    @property
    def done_before(self) -> frozenset[str]:
        """Ids of the requests that were done when it began."""
        return self.before.done

    @property
    def succeeded(self) -> bool:
        """Whether every goal is completed and nothing else was changed."""
        return all(self.completed(goal) for goal in self.goals) and not self.state.unwanted

    def completed(self, goal: Goal) -> bool:
        """Whether every request of a goal is done at the end."""
        return all(request.id in self.done for request in goal.requests)

    def raised(self, goal: Goal) -> bool:
        """Whether the user came to mention a goal."""
        return any(request.id in self.after.raised for request in goal.requests)

    def completed_at(self, goal: Goal) -> int | None:
        """The user turn whose answer completed a goal; None when it is not completed."""
        if not self.completed(goal):
            return None
        turns = dict.fromkeys(self.done_before, 0)
        turns |= {e["request"]: int(e["user_turn"]) for e in self.progress if e["event"] == "done"}
        return max((turns.get(request.id, len(self.segments)) for request in goal.requests), default=None)

    @cached_property
    def tokens(self) -> int:
        """Tokens of what was said and called, tool output left out; four characters count as one."""
        characters = 0
        for message in self.messages:
            if isinstance(message, ChatMessageTool):
                continue
            characters += len(message.text)
            if isinstance(message, ChatMessageAssistant):
                characters += sum(len(c.function) + len(json.dumps(c.arguments)) for c in message.tool_calls or [])
        return max(1, round(characters / _CHARACTERS_PER_TOKEN))
