"""One rollout of an episode, without an event loop: what every adapter stands on.

    rollout = Rollout(Episodes("city_library"))
    words = rollout.reset(0)                        # the policy, and the user's first words
    text = rollout.call("get_book", {"book_id": 1})
    words = rollout.say("It is on the shelf.")      # the user's next words; empty when the user has left
    rollout.reward

The same number and the same actions give the same messages, progress and reward as a dialogue of Inspect's.
"""

import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from turnwise.dialogue.episode import Episode, StepResult
from turnwise.dialogue.messages import AssistantMessage, ToolCall, ToolMessage, UserMessage
from turnwise.dialogue.scenario import Scenario, compose_scenarios
from turnwise.errors import TurnwiseError
from turnwise.goals.progress import state_in
from turnwise.users import Behaviour, load_behaviour
from turnwise.worlds import World, load_world

T = TypeVar("T")

COLLATERAL = 0.25
"""what one unwanted change costs"""
_BATCH = 20  # scenarios that are composed together, as a task with one seed has them


@dataclass(frozen=True)
class Episodes:
    """Numbered episodes without end: 0 to 19 are the dialogues of a task with this seed, 20 to 39 of the next seed."""

    world: str
    behaviour: str = "user_oriented"
    goals: int | str = 2
    difficulty: str = "mixed"
    seed: int = 0
    max_turns: int = 60

    def scenario(self, number: int) -> Scenario:
        """The scenario of an episode; CompositionError where the world carries no such goals."""
        batch, place = divmod(number, _BATCH)
        return _composed(self.world, self.behaviour, self.goals, self.difficulty, self.seed + batch)[place]

    def open(self, number: int) -> Episode:
        """The episode, not yet begun."""
        return Episode(_world(self.world), self.scenario(number), max_turns=self.max_turns)


@lru_cache(maxsize=16)
def _world(name: str) -> World:
    return load_world(name)


@lru_cache(maxsize=64)
def _composed(world: str, behaviour: str, goals: int | str, difficulty: str, seed: int) -> list[Scenario]:
    who: Behaviour = load_behaviour(behaviour)
    return compose_scenarios(_world(world), who, scenarios=_BATCH, goals=goals, difficulty=difficulty, seed=seed)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Outcome:
    completion: float
    """completed goals per goal"""
    collateral: int
    """unwanted changes: rows inserted or deleted, columns updated"""
    success: bool
    credit: tuple[tuple[int, float], ...]
    """by the user turn at which requests came to be done (or no longer were), the share of all requests"""

    @property
    def reward(self) -> float:
        return max(-1.0, self.completion - COLLATERAL * self.collateral)


@dataclass
class Rollout:
    """An agent's side of one episode at a time: calls and words in, results and words out."""

    episodes: Episodes
    weigh: Callable[[Outcome], float] = field(default=lambda outcome: outcome.reward)
    """what makes a reward of an outcome"""

    def __post_init__(self) -> None:
        self._episode: Episode | None = None
        self._calls = 0

    @property
    def episode(self) -> Episode:
        """The episode being played; TurnwiseError before `reset`."""
        if self._episode is None:
            raise TurnwiseError("no episode has begun: call reset() first")
        return self._episode

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The world's tools as OpenAI has them."""
        return [tool.for_openai for tool in _world(self.episodes.world).tools]

    @property
    def policy(self) -> str:
        """What the agent is told of its task."""
        return self.episode.policy

    @property
    def over(self) -> bool:
        """Whether the user has left, or the episode was cut off."""
        return self._episode is not None and self._episode.conversation.over

    def reset(self, number: int) -> str:
        """Begin the episode of a number and return the user's first words."""
        self.close()
        self._episode, self._calls = self.episodes.open(number), 0
        return _words(at_once(self._episode.reset()))

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Call a tool and return its result as JSON, or why it is refused."""
        self._calls += 1
        call = ToolCall(f"call_{self._calls}", tool, dict(arguments))
        seen = at_once(self.episode.step(AssistantMessage("", (call,))))
        answer = next(m for m in reversed(seen.messages) if isinstance(m, ToolMessage))
        return answer.text if answer.refusal is None else json.dumps({"error": answer.refusal})

    def say(self, text: str) -> str:
        """Say something to the user and return what the user says to it; empty when the user has left."""
        return _words(at_once(self.episode.step(AssistantMessage(text))))

    @property
    def outcome(self) -> Outcome:
        talk = self.episode.conversation
        state, total = talk.state, sum(len(goal.requests) for goal in talk.state.goals)
        completed = [all(request.id in state.done for request in goal.requests) for goal in state.goals]
        credit: dict[int, float] = {}
        for progress in talk.progress:
            step = 1 / total if progress.event == "done" else -1 / total
            credit[progress.user_turn] = credit.get(progress.user_turn, 0.0) + step
        unwanted = len(state_in(state.goal_phases, state.changes).unwanted)
        return Outcome(
            sum(completed) / len(completed), unwanted, all(completed) and not unwanted, tuple(sorted(credit.items()))
        )

    @property
    def reward(self) -> float:
        return self.weigh(self.outcome)

    def close(self) -> None:
        """Free the database of the episode."""
        if self._episode is not None:
            self._episode.close()
            self._episode = None


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run what never waits, as rules and a database do, without an event loop; TurnwiseError where it does wait."""
    waits = "a model plays a part in this episode: step it with await, as turnwise.dialogue.episode says"
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    except RuntimeError as error:
        if "running event loop" in str(error):
            raise TurnwiseError(waits) from error
        raise
    work.close()
    raise TurnwiseError(waits)


def _words(seen: StepResult) -> str:
    said = [message.text for message in seen.messages if isinstance(message, UserMessage)]
    return said[-1] if said else ""
