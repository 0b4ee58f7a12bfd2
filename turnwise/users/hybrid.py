"""A user whose agenda decides what is said, and whose words are a model's.

The words are checked: every value of the turn is in them, and nothing else that the user should not say yet.
"""

from collections.abc import Sequence

from pydantic import BaseModel

from turnwise.errors import ModelFault
from turnwise.goals.model import Goal
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.users.agenda import Agenda
from turnwise.users.facts import leaks, untold
from turnwise.users.llm import heard
from turnwise.users.turns import PastTurn, UserTurn
from turnwise.values.states import mentions

_TRIES = 2
_LONGEST = 3
"""Times the length of the agenda's own wording (and a sentence to spare) that the model's may have."""


class WordedTurn(BaseModel):
    """The model's wording of one turn."""

    user_message: str


class HybridUser:
    """The user of one dialogue. Where the model's words do not pass, the agenda's own are said, and that is counted."""

    def __init__(self, chat: Chat, agenda: Agenda, goals: Sequence[Goal]) -> None:
        self._chat = chat
        self._agenda = agenda
        self._secrets = untold(goals)
        self._said: list[str] = []
        self._began = False
        self._instead = ""

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The user's next message; see `Agenda`."""
        turn = await self._agenda.speak(said, done)
        try:
            worded = await self._chat.ask(
                self._told(said, turn),
                WordedTurn,
                lambda reply: self._checked(reply.user_message.strip(), turn),
                attempts=_TRIES,
            )
        except ModelFault:
            self._chat.ledger.fallbacks += 1
            worded = turn.message
            self._instead = f"What the person said in the end: {worded}\n\n"
        else:
            turn = turn._replace(by_model=True)
            self._instead = ""
        self._said.append(worded)
        return turn._replace(message=worded)

    def add(self, goals: Sequence[Goal]) -> None:
        """See `Agenda`."""
        self._agenda.add(goals)
        self._secrets = (*self._secrets, *untold(goals))

    def join(self, past: Sequence[PastTurn], decided: Sequence[UserTurn] | None) -> None:
        """Continue a recorded dialogue: the model reads what the user said in it as its own replies.

        Where it is not known what the agenda decided turn by turn, what was said stands for it.
        """
        for place, turn in enumerate(past):
            was = decided[place] if decided is not None else UserTurn(turn.message, False)
            self._chat.remember(self._told(turn.said, was), WordedTurn(user_message=turn.message))
            self._said.append(turn.message)

    def _told(self, said: Sequence[str], turn: UserTurn) -> str:
        """What the model is told, so that it words a turn."""
        wrote = heard(said, self._began)
        self._began = True
        self._said += said
        does = ", ".join(dict.fromkeys(act.kind.replace("_", " ") for act in turn.dialogue_acts)) or "says it"
        keep = f"\nValues in it: {' | '.join(dict.fromkeys(turn.values))}" if turn.values else ""
        end = "\nThis ends the conversation." if turn.is_task_complete else ""
        return (
            f"{self._instead}The assistant wrote:\n{wrote}\n\nThe person: {does}\nSay this: {turn.message}{keep}{end}"
        )

    def _checked(self, worded: str, turn: UserTurn) -> str:
        """The words, when they may be said: no value missing, nothing given away or invented, and not far too long."""
        if not worded:
            raise InvalidReply("user_message is empty")
        if missing := [value for value in turn.values if not mentions(worded, value)]:
            raise InvalidReply(f"it has to hold the value {missing[0]!r}")
        if told := leaks(worded, [turn.message, *self._said], self._secrets):
            raise InvalidReply(f"it says {told[0]!r}, which is not yours to say here")
        if len(worded) > _LONGEST * len(turn.message) + 80:
            raise InvalidReply("it is too long: a person would be brief")
        return worded
