"""A conversation between a user and an agent: the page to read first.

    await play(conversation, user, agent)

The user wants things and says so; the agent answers, calling tools on the way; then the user reacts, until it has what it
wants, gives up, or a limit is met. What happened is folded into one state, message by message, and progress is recorded
as it is made, here and nowhere else. Knows neither who the user is, nor which agent answers, nor what runs the tools.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from turnwise.dialogue.messages import Message, UserMessage
from turnwise.dialogue.state import DialogueState, Event, fold
from turnwise.goals.progress import GoalPhase


async def play(conversation: "Conversation", user: "Speaker", agent: "Answerer") -> None:
    """Let a user and an agent talk until the conversation is over."""
    while not conversation.over:
        said = await user.speak(conversation)
        if not conversation.over:
            await agent.answer(said, conversation)
            conversation.take_stock()


class Speaker(Protocol):
    """The user's side of a conversation."""

    async def speak(self, conversation: "Conversation") -> UserMessage:
        """Add the user's next message, or end the conversation, or both; what waits for its answer is returned again."""
        ...


class Answerer(Protocol):
    """The agent's side of a conversation."""

    async def answer(self, said: UserMessage, conversation: "Conversation") -> None:
        """Add the messages of one turn: calls with their results, then what the agent says."""
        ...


class Progress(NamedTuple):
    """A request that came to be done, or no longer was."""

    request: str
    event: str
    """done or undone"""
    user_turn: int
    """how many messages the user had written, those of the history left out"""
    tokens: int
    """spent by all models so far"""


class Conversation:
    """What has been said so far, what was achieved, and whether it is over."""

    def __init__(
        self, state: DialogueState, history: list[Message], *, max_turns: int, tokens: Callable[[], int] = lambda: 0
    ) -> None:
        """Begin after a history, which is empty in a fresh one and led to this state.

        After `max_turns` more user messages it is cut off; `tokens` tells the tokens spent so far.
        """
        self.state = state
        self.messages = history
        self.ended = ""
        """why it is over; see `turnwise.dialogue.endings`"""
        self.progress: list[Progress] = []
        self.done = state.done
        """ids of the requests that were done when stock was last taken"""
        self.max_turns = max_turns
        self._tokens = tokens
        self._turns_before = state.user_turns - self.waiting

    @property
    def over(self) -> bool:
        """Whether the user has ended it, or a limit has."""
        return self.ended != ""

    @property
    def waiting(self) -> bool:
        """Whether a message of the user waits for its answer."""
        return bool(self.messages) and isinstance(self.messages[-1], UserMessage)

    @property
    def user_turns(self) -> int:
        """User messages; those of the history are left out, but for one that waited for its answer."""
        return self.state.user_turns - self._turns_before

    def add(self, *events: Event) -> None:
        """Go on by some messages, or by goals that the user has from here on."""
        for event in events:
            self.state = fold(self.state, event)
            if not isinstance(event, GoalPhase):
                self.messages.append(event)

    def take_stock(self) -> None:
        """Record which requests have come to be done, or undone, since it was last taken."""
        before, self.done = self.done, self.state.done
        for request in sorted(before ^ self.done):
            event = "done" if request in self.done else "undone"
            self.progress.append(Progress(request, event, self.user_turns, self._tokens()))

    def end(self, reason: str) -> None:
        """End it, if it is not over."""
        self.ended = self.ended or reason
