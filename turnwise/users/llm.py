"""A user played by a model, as in the paper: it is given goals and a behaviour, and finds its own words and order."""

import re
from collections.abc import Callable, Sequence

from pydantic import BaseModel

from turnwise.goals.model import Goal
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.users.facts import raised_by
from turnwise.users.hearing import listen
from turnwise.users.memory import is_settled
from turnwise.users.persona import wish, wishes
from turnwise.users.turns import DialogueAct, PastTurn, UserTurn
from turnwise.values.relative import with_days
from turnwise.values.text import says_something

_OPENING = "(The chat is open. Write your first message.)"
YES = re.compile(
    r"(?i)\W*(?:yes|yep|yeah|yup|sure|correct|exactly|that's (?:right|correct|it)|go ahead|please do|do it"
    r"|(?:ok|okay|fine|perfect|great|sounds good),? (?:yes|go ahead|do (?:it|that)|please do))\b"
)
"""How a message begins that says yes to what was asked."""
_SILENCE = "(The assistant did not answer.)"


def heard(said: Sequence[str], began: bool) -> str:
    """What a model that plays the user is told of the assistant's words."""
    return ("\n\n".join(said).strip() or _SILENCE) if began else _OPENING


class UserReply(BaseModel):
    """What the person writes in one turn (paper: user simulator's output)."""

    user_message: str
    is_task_complete: bool


class LlmUser:
    """The user of one dialogue. It decides by itself what to say; what it asked for is read off its words."""

    def __init__(
        self, chat: Chat, goals: Sequence[Goal], describe: Callable[[Sequence[Goal]], str], now: str = ""
    ) -> None:
        """Make a user; `describe` words goals, and what the user knows for them, as its model reads them.

        `now`, "YYYY-MM-DD HH:MM:SS", is by what "tomorrow" is a day.
        """
        self._chat = chat
        self._now = now
        self._goals = list(goals)
        self._describe = describe
        self._news = ""
        self._raised: set[str] = set()
        self._heard_done: set[str] = set()
        self._said: list[str] = []
        self._began = False
        self._reminded = False

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The user's next message; see `Agenda`. It hears words only, never what is `done`: of what they settle it is reminded."""
        told = f"{heard(said, self._began)}{self._settled(said)}{self._news}"
        reply = await self._chat.ask(told, UserReply, self._usable)
        self._began, self._news = True, ""
        raised = self._raises(reply)
        self._raised.update(raised)
        self._said.append(reply.user_message)
        dialogue_acts = [DialogueAct("request", request) for request in raised]
        if any("?" in message for message in said[-1:]) and YES.match(reply.user_message):
            dialogue_acts.insert(0, DialogueAct("confirm"))
        if reply.is_task_complete:
            dialogue_acts.append(DialogueAct("close"))
        return UserTurn(reply.user_message.strip(), reply.is_task_complete, tuple(dialogue_acts), by_model=True)

    def _settled(self, said: Sequence[str]) -> str:
        """A note of what the assistant's words have settled, as a person who was told them would think, true or not."""
        text = with_days("\n".join(filter(says_something, said)), self._now)
        asked = [r for goal in self._goals for r in goal.requests if r.id in self._raised - self._heard_done]
        acts = listen(text, asked[::-1]) if text else []
        new = [request for request in asked if is_settled(request, acts, "\n".join(self._said))]
        self._heard_done.update(request.id for request in new)
        return f"\n\n(By what you were told, settled: {'; '.join(map(wish, new))})" if new else ""

    def add(self, goals: Sequence[Goal]) -> None:
        """See `Agenda`."""
        self._goals.extend(goals)
        self._news += f"\n\n(By now there is more that you want:\n{self._describe(goals)})"

    def join(self, past: Sequence[PastTurn]) -> None:
        """Continue a recorded dialogue: the model reads what the user said in it as its own replies."""
        for turn in past:
            if turn.added:
                self.add(turn.added)
            reply = UserReply(user_message=turn.message, is_task_complete=False)
            settled = self._settled(turn.said)
            self._chat.remember(f"{heard(turn.said, self._began)}{settled}{self._news}", reply)
            self._raised.update(act.request for act in turn.dialogue_acts if act.kind == "request")
            self._said.append(turn.message)
            self._began, self._news = True, ""

    def _raises(self, reply: UserReply) -> tuple[str, ...]:
        waiting = [r for goal in self._goals for r in goal.requests if r.id not in self._raised]
        return raised_by(with_days(reply.user_message, self._now), waiting)

    def _usable(self, reply: UserReply) -> UserReply:
        """The reply, when it can be said: not empty, no end before the start, and (told once) no whole goal unasked."""
        if not says_something(reply.user_message) and not reply.is_task_complete:
            raise InvalidReply("user_message is empty: say something, or set is_task_complete when all is done")
        if not reply.is_task_complete:
            return reply
        if not self._began:
            raise InvalidReply("is_task_complete is true, and you have not asked for anything yet")
        raised = self._raised.union(self._raises(reply))
        unasked = [goal for goal in self._goals if not any(request.id in raised for request in goal.requests)]
        if unasked and not self._reminded:
            self._reminded = True  # what was asked for is read off the words: the model may know better
            wanted = wishes(unasked[:1], whole=False).partition(" ")[2]
            raise InvalidReply(f"you end and seem never to have asked for this: {wanted} If you did, end again")
        return reply
