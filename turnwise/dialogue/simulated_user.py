"""The simulated user in a conversation: who it is, the follow-up goals that it comes to have, and the turn limit.

A follow-up goal is what the user comes to want while the dialogue is under way, by rules or by the model in the role
`synthesizer`. It is composed from where the dialogue stands and run before it is used, so that it can be done.
"""

import random
from collections.abc import Sequence
from typing import Any

from turnwise.dialogue.cast import Cast
from turnwise.dialogue.conversation import Conversation
from turnwise.dialogue.messages import ToolMessage, UserMessage
from turnwise.dialogue.relied_on import expected_calls, state_of
from turnwise.dialogue.scenario import Scenario
from turnwise.errors import CompositionError, ModelFault
from turnwise.goals.model import Goal
from turnwise.goals.progress import GoalPhase
from turnwise.llm.chat import Chat
from turnwise.synthesis.goals.by_model import write_followup
from turnwise.synthesis.goals.followup_by_rules import FollowupKind, compose_followup
from turnwise.users.casting import User
from turnwise.worlds import World
from turnwise.worlds.backend import Backend

_EXTENSIONS = 0.7
"""How often a follow-up goal follows from what came up; the others are about anything in the domain."""


class SimulatedUser:
    """A `Speaker`. It hears the assistant's words and what was recorded as done, never tool results."""

    def __init__(self, user: User, backend: Backend, world: World, scenario: Scenario, cast: Cast) -> None:
        self._user = user
        self._backend = backend
        self._world = world
        self._cast = cast
        self._seed = scenario.seed
        self._goals_left = scenario.followup_goals
        self._chat: Chat | None = None
        self.attempts: list[dict[str, Any]] = []
        """follow-up goals, their kind and who made them, or why none came of it"""

    async def speak(self, conversation: Conversation) -> UserMessage:
        """See `Speaker`."""
        last = conversation.messages[-1] if conversation.messages else None
        if isinstance(last, UserMessage):
            return last
        if conversation.user_turns >= conversation.max_turns:
            conversation.end("turn_limit")
            return UserMessage("")
        if conversation.messages and conversation.state.settled and self._goals_left:
            await self._follow_up(conversation)
        try:
            turn = await self._user.speak(conversation.state.said, conversation.done)
        except ModelFault:  # the ledger has every reply that led to it
            conversation.end("user_fault")
            return UserMessage("")
        message = UserMessage(turn.message, turn.dialogue_acts, turn.by_model)
        if turn.message or not turn.is_task_complete:
            self._backend.hear(turn.message)
            conversation.add(message)
        if turn.is_task_complete:
            conversation.end("user")
        return message

    def begin_goal_phase(self, conversation: Conversation, goals: Sequence[Goal]) -> None:
        """Give the user more goals, judged by what happens from here on; their ids are new in the dialogue.

        What the assistant changes from here on counts for these goals alone, so nothing asked for may be open.
        """
        state = conversation.state
        conversation.add(GoalPhase(state.calls, state.user_turns, tuple(goals)))
        self._backend.expect(state_of(goals), expected_calls(goals))
        self._user.add(goals)

    async def _follow_up(self, conversation: Conversation) -> None:
        """Give the user one goal more, unless none is found."""
        self._goals_left -= 1
        try:
            goal, kind = await self._next_goal(conversation)
        except (CompositionError, ModelFault) as error:
            self._goals_left = 0
            self.attempts.append({"goal": None, "reason": str(error)})
            return
        self.attempts.append({"goal": goal.id, "kind": kind, "by": "model" if self._chat else "rules"})
        self.begin_goal_phase(conversation, [goal])

    async def _next_goal(self, conversation: Conversation) -> tuple[Goal, FollowupKind]:
        session, state = self._backend.session, conversation.state
        seed = f"{self._seed} further {len(state.goals)}"
        rng = random.Random(seed)
        kind: FollowupKind = "extension" if rng.random() < _EXTENSIONS else "independent"
        difficulty = rng.choice([goal.difficulty for goal in state.goals])
        shown = state.observations
        if "synthesizer" in self._cast.roles:
            self._chat = self._chat or self._cast.open_synthesizer(self._world)
            prompts = self._cast.prompts
            goal = await write_followup(
                session, self._world, state.goals, self._chat, prompts, difficulty=difficulty, kind=kind, shown=shown
            )
            return goal, kind
        assert session is not None
        heard = "\n".join(message.text for message in conversation.messages if not isinstance(message, ToolMessage))
        known = shown if kind == "extension" else ()
        return compose_followup(session, state.goals, difficulty=difficulty, seed=seed, shown=known, heard=heard)
