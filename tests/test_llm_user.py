"""A user played by a model is reminded of what it was told, not of what is true."""

import asyncio
from random import Random
from typing import Any

import pytest

from turnwise.goals.model import Answer, Call, Checkpoint, Goal, Mention, Request, Slot, WantedChange
from turnwise.llm.chat import InvalidReply
from turnwise.users.facts import raised_by
from turnwise.users.hybrid import HybridUser
from turnwise.users.llm import LlmUser, UserReply
from turnwise.users.persona import knowledge, wishes
from turnwise.users.turns import DialogueAct, UserTurn
from turnwise.users.wording.spoken import habits

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


def written(number: int, question: str, *needs: str, **facts: str) -> Request:
    """A request of a goal that a model wrote."""
    slots = tuple(Slot(label=label, value=value) for label, value in facts.items())
    return Request(
        id=f"r{number}",
        intent="ask",
        slots=slots,
        phrases={"question": question},
        solution=(),
        checkpoint=Checkpoint(),
        needs=needs,
    )


ALBUM = written(1, "Which album is Wake Up on?", track="Wake Up")
LISTED = written(2, "Which tracks are on the playlist Grunge?", playlist="Grunge")
ADDED = written(3, "Put Wake Up on Grunge please.", "r1", "r2")


@pytest.mark.parametrize(
    ("said", "waiting", "raised"),
    [
        ("I want Grunge tidy. Which album is Wake Up on?", (ALBUM, ADDED), ("r1",)),
        ("Which album is Wake Up on, and what is on the playlist Grunge?", (ALBUM, LISTED, ADDED), ("r1", "r2")),
        ("ok, can you put Wake Up on it?", (ADDED,), ("r3",)),
        ("ok, what does Wake Up on Grunge cost?", (ADDED,), ()),
    ],
)
def test_a_step_is_asked_for_by_its_own_words_and_not_before_those_it_builds_on(
    said: str, waiting: tuple[Request, ...], raised: tuple[str, ...]
) -> None:
    assert raised_by(said, waiting) == raised


@pytest.mark.parametrize(
    ("asked", "said", "confirms"),
    [
        ("I would move it. Shall I?", "yes please", True),
        ("I would move it. Shall I?", "ok, go ahead", True),
        ("I would move it. Shall I?", "no, the other one", False),
        ("I would move it. Shall I?", "what about the fee?", False),
        ("It is moved.", "yes, and the fee?", False),
    ],
)
def test_a_model_user_says_yes_in_its_own_words(asked: str, said: str, confirms: bool) -> None:
    user = LlmUser(Scripted("hello", said), [], lambda goals: "")  # type: ignore[arg-type]

    async def talk() -> tuple[DialogueAct, ...]:
        await user.speak((), frozenset())
        return (await user.speak((asked,), frozenset())).dialogue_acts

    assert (DialogueAct("confirm") in asyncio.run(talk())) is confirms


def test_a_day_named_from_today_is_a_fact_that_was_said() -> None:
    moved = written(1, "Move it to 17 March 2026.", day="2026-03-17")
    goal = Goal(id="g", difficulty="easy", description="", requests=(moved,), shape="")
    user = LlmUser(Scripted("can you move it to next Tuesday?"), [goal], lambda goals: "", "2026-03-11 10:30:00")  # type: ignore[arg-type]
    assert asyncio.run(user.speak((), frozenset())).dialogue_acts == (DialogueAct("request", "r1"),)


def test_the_steps_of_a_written_goal_are_told_and_facts_goal_by_goal() -> None:
    goals = [
        Goal(id=f"g{n}", difficulty="easy", description=f"Something {n}.", requests=(step,), shape="")
        for n, step in enumerate((ALBUM, LISTED), 1)
    ]
    assert wishes(goals, False).splitlines() == [
        "1. Something 1.",
        "   - Which album is Wake Up on?",
        "2. Something 2.",
        "   - Which tracks are on the playlist Grunge?",
    ]
    way = habits(Random(1), 0.5)
    assert knowledge(goals, way).splitlines() == ["For 1:", "- track: Wake Up", "For 2:", "- playlist: Grunge"]
    assert knowledge(
        [
            Goal(
                id="g",
                difficulty="easy",
                description="",
                shape="",
                requests=(written(1, "?", **{"user id": "mike_r"}),),
            )
        ],
        way,
    ) == ("- user id: mike_r")


def test_words_of_a_hybrid_user_may_not_drop_what_its_draft_says_in_other_words() -> None:
    moved = written(1, "Move it to Tuesday 17 March at half past two.", time="2026-03-17 14:30:00")
    goal = Goal(id="g", difficulty="easy", description="", requests=(moved,), shape="")
    user = HybridUser(None, None, [goal], "2026-03-11 10:30:00")  # type: ignore[arg-type]
    turn = UserTurn(moved.phrases["question"], False, (DialogueAct("request", "r1"),))
    for said in ("move it to tues the 17th, half two", "17 march at 2:30 pls", "next Tuesday at 14:30"):
        assert user._checked(said, turn) == said
    for said in ("can you move it?", "move it to tuesday the 17th", "move it to Wednesday, half past two"):
        with pytest.raises(InvalidReply, match="has to hold"):
            user._checked(said, turn)
