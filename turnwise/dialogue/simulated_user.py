"""The simulated user in a conversation: a `User`, the follow-up goals that it comes to have, and the turn limit."""

from collections.abc import Sequence

from turnwise.dialogue.conversation import Conversation
from turnwise.dialogue.followup import FollowupGoals
from turnwise.dialogue.messages import ToolMessage, UserMessage
from turnwise.errors import ModelFault
from turnwise.goals.model import Goal
from turnwise.goals.progress import GoalPhase
from turnwise.users import User
from turnwise.worlds.backend import Backend


class SimulatedUser:
    """A `Speaker`. It hears the assistant's words and what was recorded as done, never tool results."""

    def __init__(self, user: User, backend: Backend, followups: FollowupGoals) -> None:
        self._user = user
        self._backend = backend
        self.followups = followups

    async def speak(self, conversation: Conversation) -> UserMessage:
        """See `Speaker`."""
        last = conversation.messages[-1] if conversation.messages else None
        if isinstance(last, UserMessage):
            return last
        if conversation.used_up:
            conversation.end("turn_limit")
            return UserMessage("")
        if conversation.messages and conversation.state.settled:
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
        self._user.add(goals)

    async def _follow_up(self, conversation: Conversation) -> None:
        """Give the user one goal more, where one is to come."""
        heard = "\n".join(message.text for message in conversation.messages if not isinstance(message, ToolMessage))
        state = conversation.state
        goal = await self.followups.next_goal(self._backend.session, state.goals, state.observations, heard)
        if goal is not None:
            self.begin_goal_phase(conversation, [goal])
