"""A finished dialogue as scorers see it: messages, scenario and record, and what follows from them.

Everything here is a pure function of what is in the log; no database, no model.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

from turnwise.goals import Call, Goal
from turnwise.progress import StateMatch, done_requests, match_state
from turnwise.scenario import Scenario
from turnwise.worlds import RowChange

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
    def acts(self) -> list[tuple[str, str]]:
        """What the user did by this message, as (kind, request id)."""
        return [(kind, request) for kind, request in (self.user.metadata or {}).get("acts", [])]

    @property
    def requests(self) -> list[str]:
        """Ids of the requests that the message raises."""
        return [request for kind, request in self.acts if kind == "request"]

    @property
    def told(self) -> str:
        """All that the assistant wrote in reply."""
        return "\n".join(m.text for m in self.replies if isinstance(m, ChatMessageAssistant))


@dataclass(frozen=True)
class Trajectory:
    """One finished dialogue."""

    scenario: Scenario
    messages: Sequence[ChatMessage]
    ended: str
    progress: Sequence[Mapping[str, Any]]
    changes: Sequence[RowChange]
    user: str = "agenda"
    tools: str = "executed"
    faults: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(cls, state: TaskState | EvalSample) -> Self | None:
        """The trajectory in a sample; None when no dialogue was held in it."""
        scenario = (state.metadata or {}).get("scenario")
        store = state.store if isinstance(state.store, Mapping) else dict(state.store.items())
        ended = store.get("DialogueRecord:ended", "")
        if scenario is None or not ended:
            return None
        return cls(
            scenario=Scenario.model_validate(scenario),
            messages=[m for m in state.messages if not isinstance(m, ChatMessageSystem)],
            ended=ended,
            progress=store.get("DialogueRecord:progress", []),
            changes=[RowChange.model_validate(change) for change in store.get("DialogueRecord:changes", [])],
            user=store.get("DialogueRecord:user", ""),
            tools=store.get("DialogueRecord:tools", ""),
            faults=store.get("DialogueRecord:ledger", {}).get("faults", []),
        )

    @property
    def spoilt(self) -> str:
        """Whose failure spoilt the dialogue for the agent: `user` or `tools`; empty when nobody's did."""
        return {"user_fault": "user", "tool_fault": "tools"}.get(self.ended, "")

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals assigned."""
        return self.scenario.goals

    @cached_property
    def segments(self) -> list[Segment]:
        """The dialogue by user messages; what an assistant says before the first is in none."""
        found: list[Segment] = []
        for message in self.messages:
            if isinstance(message, ChatMessageUser):
                found.append(Segment(message, ()))
            elif found:
                found[-1] = Segment(found[-1].user, (*found[-1].replies, message))
        return found

    @cached_property
    def told(self) -> dict[str, str]:
        """Request id -> all that the assistant wrote since the user raised it.

        A model that plays the user does not say what it raises when: there, all that was written counts.
        """
        told = {r.id: "" for goal in self.goals for r in goal.requests} if self.user == "llm" else {}
        for segment in self.segments:
            for request in segment.requests:
                told.setdefault(request, "")
            for request in told:
                told[request] += "\n" + segment.told
        return told

    @cached_property
    def calls(self) -> list[Call]:
        """The tool calls that succeeded."""
        found, waiting = [], {}
        for message in self.messages:
            if isinstance(message, ChatMessageAssistant):
                waiting = {call.id: call for call in message.tool_calls or []}
            elif isinstance(message, ChatMessageTool) and message.error is None:
                call = waiting.get(message.tool_call_id or "")
                found += [Call(tool=call.function, arguments=call.arguments)] if call else []
        return found

    @cached_property
    def state(self) -> StateMatch:
        """The database changes against those the goals want, whether or not the user came to ask for them."""
        return match_state([request for goal in self.goals for request in goal.requests], self.changes)

    @cached_property
    def done(self) -> frozenset[str]:
        """Ids of the requests that hold at the end."""
        return done_requests(self.goals, self.changes, self.told, self.calls)

    def completed(self, goal: Goal) -> bool:
        """Whether every request of a goal holds at the end."""
        return all(request.id in self.done for request in goal.requests)

    def raised(self, goal: Goal) -> bool:
        """Whether the user came to mention a goal."""
        return any(request.id in self.asked for request in goal.requests)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Ids of the requests that the user raised."""
        return frozenset(request for segment in self.segments for request in segment.requests)

    def completed_at(self, goal: Goal) -> int | None:
        """The user turn whose answer completed a goal; None when it is not completed."""
        if not self.completed(goal):
            return None
        turns = {e["request"]: int(e["user_turn"]) for e in self.progress if e["event"] == "done"}
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
