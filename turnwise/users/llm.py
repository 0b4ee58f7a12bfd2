"""A user played by a model, as in the paper: it is given goals and a behaviour, and finds its own words and order."""

from collections.abc import Sequence

from pydantic import BaseModel

from turnwise.chat import Chat, Faulty
from turnwise.goals import Goal
from turnwise.users.facts import raised_by
from turnwise.users.turns import Act, UserTurn

OPENING = "(The chat is open. Write your first message.)"
SILENCE = "(The assistant did not answer.)"


class UserReply(BaseModel):
    """What the model says in one turn (paper: user simulator's output)."""

    user_message: str
    is_task_complete: bool


class LlmUser:
    """The user of one dialogue. It decides by itself what to say; what it asked for is read off its words."""

    def __init__(self, chat: Chat, goals: Sequence[Goal]) -> None:
        self._chat = chat
        self._waiting = [request for goal in goals for request in goal.requests]
        self._began = False

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The user's next message; see `User`. It hears words only: what is done it has to conclude from them."""
        heard = ("\n\n".join(said).strip() or SILENCE) if self._began else OPENING
        self._began = True
        reply = await self._chat.ask(heard, UserReply, _usable)
        raised = raised_by(reply.user_message, self._waiting)
        self._waiting = [request for request in self._waiting if request.id not in raised]
        acts = [Act("request", request) for request in raised]
        if reply.is_task_complete:
            acts.append(Act("close"))
        return UserTurn(reply.user_message.strip(), reply.is_task_complete, tuple(acts), by_model=True)


def _usable(reply: UserReply) -> UserReply:
    if not reply.user_message.strip() and not reply.is_task_complete:
        raise Faulty("user_message is empty: say something, or set is_task_complete when all is done")
    return reply
