"""A user played by a model is reminded of what it was told, not of what is true."""

import asyncio
from typing import Any

import pytest

from turnwise.goals.model import Answer, Call, Checkpoint, Goal, Mention, Request, Slot, WantedChange
from turnwise.users.llm import LlmUser, UserReply

BOOK = Mention(noun="book", name="Dune")
ASKED = Request(
    id="q",
    intent="detail",
    subject=BOOK,
    asks=("page count",),
    solution=(),
    checkpoint=Checkpoint(answers=(Answer(label="page count", value=412, kind="number"),)),
)
CHANGED = Request(
    id="w",
    intent="update",
    subject=BOOK,
    slots=(Slot(label="shelf", value="B7"),),
    solution=(),
    checkpoint=Checkpoint(state=(WantedChange(table="book", kind="update", key={"id": 1}, values={"shelf": "B7"}),)),
)
SIMULATED = Request(
    id="s",
    intent="ask",
    asks=("status",),
    phrases={"question": "what is the status of parcel 101"},
    solution=(),
    checkpoint=Checkpoint(calls=(Call(tool="get_parcel", arguments={"number": 101}),)),
)


class Scripted:
    """Stands for the chat of the user: says what a test gives, and keeps what it was told."""

    def __init__(self, *said: str) -> None:
        self.told: list[str] = []
        self._said = iter(said)

    async def ask(self, told: str, shape: Any, read: Any) -> UserReply:
        self.told.append(told)
        reply: UserReply = read(UserReply(user_message=next(self._said), is_task_complete=False))
        return reply


def told_after(request: Request, first: str, answer: str, done: bool) -> str:
    """What the model is told when the assistant answered its first words so."""
    chat = Scripted(first, "ok")
    goal = Goal(id="g", difficulty="easy", description="", requests=(request,), shape="")
    user = LlmUser(chat, [goal], lambda goals: "")  # type: ignore[arg-type]

    async def talk() -> None:
        await user.speak((), frozenset())
        await user.speak((answer,), frozenset({request.id}) if done else frozenset())

    asyncio.run(talk())
    return chat.told[1]


ASKS, CHANGES = "What is the page count of Dune?", "Please move Dune to shelf B7"


@pytest.mark.parametrize(
    ("request_", "first", "answer", "settled"),
    [
        (ASKED, ASKS, "Dune has a page count of 412.", True),
        (ASKED, ASKS, "Dune has a page count of 399.", True),  # it is not so, and nobody knows
        (ASKED, ASKS, "One moment, I am looking.", False),
        (ASKED, ASKS, "I could not find Dune.", False),
        (CHANGED, CHANGES, "Done: Dune has been moved to shelf B7.", True),
        (CHANGED, CHANGES, "Done: Dune has been moved to shelf C9.", True),
        (CHANGED, CHANGES, "Shall I move it to shelf B7?", False),
        (CHANGED, CHANGES, "I am not allowed to do that.", False),
        (SIMULATED, "what is the status of parcel 101?", "It was delivered yesterday.", True),
        (SIMULATED, "what is the status of parcel 101?", "Which parcel do you mean?", False),
    ],
)
@pytest.mark.parametrize("done", [True, False])
def test_a_model_user_is_reminded_of_what_it_was_told(
    request_: Request, first: str, answer: str, settled: bool, done: bool
) -> None:
    assert ("settled:" in told_after(request_, first, answer, done)) is settled
