"""A finished dialogue as scorers see it: messages, scenario and record, and what follows from them.

Everything here is a pure function of what is in the log; no database, no model.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from inspect_ai.log import EvalSample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
)
from inspect_ai.solver import TaskState
from inspect_ai.tool import ToolCall

from turnwise.dialogue.replay import was_run
from turnwise.dialogue.scenario import Scenario
from turnwise.goals.model import Call, Goal, Request
from turnwise.goals.progress import (
    GoalPhase,
    StateMatch,
    SuccessfulCall,
    done_in,
    read_goal_phases,
    state_in,
    still_wanted,
)
from turnwise.worlds import Change

_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Segment:
    """A user message and everything until the next one."""

    user: ChatMessageUser
    replies: tuple[ChatMessage, ...]

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

    @property
    def told(self) -> str:
        """All that the assistant wrote in reply."""
        return "\n".join(m.text for m in self.replies if isinstance(m, ChatMessageAssistant))


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
    """One finished dialogue; where it was taken up at a turn of another, what came before is its history."""

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
    faults: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(cls, state: TaskState | EvalSample) -> Self | None:
        """The trajectory in a sample; None when no dialogue was held in it."""
        scenario = (state.metadata or {}).get("scenario")
        store = state.store if isinstance(state.store, Mapping) else dict(state.store.items())
        ended = store.get("DialogueLog:ended", "")
        if scenario is None or not ended:
            return None
        whole = Scenario.model_validate(scenario)
        added = [Goal.model_validate(goal) for goal in store.get("DialogueLog:added", [])]
        messages = [m for m in state.messages if not isinstance(m, ChatMessageSystem)]
        offset = (state.metadata or {}).get("start", {}).get("messages", 0)
        return cls(
            scenario=whole,
            messages=messages[offset:],
            ended=ended,
            progress=store.get("DialogueLog:progress", []),
            changes=[Change.model_validate(change) for change in store.get("DialogueLog:changes", [])],
            goal_phases=read_goal_phases(store.get("DialogueLog:goal_phases", []), (*whole.goals, *added)),
            history=messages[:offset],
            user=store.get("DialogueLog:user", ""),
            tools=store.get("DialogueLog:tools", ""),
            faults=store.get("DialogueLog:ledger", {}).get("faults", []),
        )

    @property
    def simulation_failed(self) -> str:
        """Whose failure simulation_failed the dialogue for the agent: `user` or `tools`; empty when nobody's did."""
        return {"user_fault": "user", "tool_fault": "tools"}.get(self.ended, "")

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """The goals assigned, those that came up on the way included; not those done or given up before it began."""
        goals = tuple(goal for goal_phase in self.goal_phases for goal in goal_phase.goals)
        if self._before is None:
            return goals
        dialogue_acts = [act for segment in self._before.segments for act in segment.dialogue_acts]
        return still_wanted(goals, self.done_before, {request for kind, request in dialogue_acts if kind == "give_up"})

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
    def told(self) -> dict[str, str]:
        """Request id -> all that the assistant wrote since the user raised it.

        A model that plays the user does not say what it raises when: there, all that was written since its goal_phase began
        counts.
        """
        told: dict[str, str] = {}
        for number, segment in enumerate(segments_of([*self.history, *self.messages])):
            begun = [c for c in self.goal_phases if c.user_turn == number] if self.user == "llm" else []
            for request in (*(name for goal_phase in begun for name in goal_phase.requests), *segment.requests):
                told.setdefault(request, "")
            for request in told:
                told[request] += "\n" + segment.told
        return told

    @property
    def calls(self) -> list[Call]:
        """The tool calls that succeeded, those of the history included."""
        return [made.call for made in self.made]

    @cached_property
    def made(self) -> list[SuccessfulCall]:
        """The tool calls that succeeded, those of the history included, with their numbers among all that were run."""
        found: list[SuccessfulCall] = []
        waiting: dict[str, ToolCall] = {}
        number = 0
        for message in (*self.history, *self.messages):
            if isinstance(message, ChatMessageAssistant):
                waiting = {call.id: call for call in message.tool_calls or []}
            elif isinstance(message, ChatMessageTool) and was_run(message):
                number += 1
                call = waiting.get(message.tool_call_id or "")
                if call and message.error is None:
                    found.append(SuccessfulCall(number, Call(tool=call.function, arguments=call.arguments)))
        return found

    @cached_property
    def state(self) -> StateMatch:
        """The database changes against those the goals want, whether or not the user came to ask for them.

        What nobody wanted and was there before it began is not held against it.
        """
        match = state_in(self.goal_phases, self.changes)
        unwanted = list(match.unwanted)
        for change in self._before.state.unwanted if self._before else ():
            if change in unwanted:
                unwanted.remove(change)
        return StateMatch(match.made, tuple(unwanted))

    @cached_property
    def done(self) -> frozenset[str]:
        """Ids of the requests that hold at the end."""
        return done_in(self.goal_phases, self.changes, self.told, self.made)

    @property
    def done_before(self) -> frozenset[str]:
        """Ids of the requests that held when it began."""
        return self._before.done if self._before else frozenset()

    @cached_property
    def _before(self) -> "Trajectory | None":
        """The history as a dialogue of its own; None when there is none."""
        if not self.history:
            return None
        calls = sum(isinstance(message, ChatMessageTool) and was_run(message) for message in self.history)
        turns = sum(isinstance(message, ChatMessageUser) for message in self.history)
        return replace(
            self,
            messages=self.history,
            history=(),
            changes=[change for change in self.changes if change.call <= calls],
            goal_phases=[c for place, c in enumerate(self.goal_phases) if c.user_turn < turns or not place],
        )

    def completed(self, goal: Goal) -> bool:
        """Whether every request of a goal holds at the end."""
        return all(request.id in self.done for request in goal.requests)

    def raised(self, goal: Goal) -> bool:
        """Whether the user came to mention a goal."""
        return any(request.id in self.asked for request in goal.requests)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Ids of the requests that the user raised."""
        segments = segments_of([*self.history, *self.messages])
        return frozenset(request for segment in segments for request in segment.requests)

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
