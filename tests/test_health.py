"""Whether a user is fit: each check fails on the user that it is meant for, and on no other."""

from dataclasses import replace

import pytest

from turnwise.quality.health import UserFacts, health, waits_for_leave
from turnwise.quality.transcript import Message, Transcript

GOOD = UserFacts(
    ended=True,
    pending=False,
    invented=False,
    raised=2,
    assigned=2,
    pacing=0.8,
    messages=8,
    words=9.0,
    short=1,
    corrected=False,
    opening="",
)


def run(**changes: object) -> list[UserFacts]:
    """Forty dialogues of a fit user, changed all over where it says so."""
    openings = ["hello there", "a quick question", "good morning all", "can you look something up", "need help please"]
    made = [replace(GOOD, corrected=n % 4 == 0, opening=openings[n % 5]) for n in range(40)]
    return [replace(facts, **changes) for facts in made]  # type: ignore[arg-type]


def failing(facts: list[UserFacts], *, whole_goals: bool = False) -> list[str]:
    return [check.name for check in health(facts, whole_goals=whole_goals) if not check.fit]


def test_a_fit_user_passes_every_check() -> None:
    assert failing(run()) == []
    assert failing(run(pacing=0.1), whole_goals=True) == []


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"ended": False}, "ended by a limit, an error or a fault"),
        ({"pending": True}, "stopped with a confirmation pending"),
        ({"invented": True}, "dialogues with an invented or leaked fact"),
        ({"raised": 1}, "goals raised / assigned"),
        ({"pacing": 0.2}, "facts disclosed after the first message"),
        ({"pacing": 1.0}, "facts disclosed after the first message"),
        ({"words": 18.0}, "words per user message"),
        ({"short": 0}, "user messages of at most 3 words"),
        ({"corrected": True}, "dialogues with a correction"),
        ({"messages": 30}, "user turns per task"),
        ({"opening": "hi how are you"}, "opening alike (mean word overlap)"),
    ],
)
def test_each_check_sees_the_user_that_it_is_meant_for(changes: dict[str, object], check: str) -> None:
    assert check in failing(run(**changes))


def test_what_could_not_be_measured_is_not_held_against_the_user() -> None:
    unknown = run(invented=None, raised=None, assigned=None, pacing=None, corrected=None)
    assert failing(unknown) == []


def test_a_user_that_states_goals_whole_is_measured_by_another_pace() -> None:
    assert "facts disclosed after the first message" in failing(run(pacing=0.8), whole_goals=True)
    assert "user turns per task" not in failing(run(messages=30, pacing=0.1), whole_goals=True)


@pytest.mark.parametrize(
    ("asked", "answered", "waits"),
    [
        ("Shall I cancel it?", "Thanks, bye!", True),
        ("I will cancel visit 3. Do you want me to go ahead?", "That is all.", True),
        ("Shall I cancel it?", "yes, thanks, bye", False),
        ("Anything else?", "Thanks, bye!", False),
        ("It is cancelled.", "Thanks, bye!", False),
    ],
)
def test_a_confirmation_that_is_pending_is_seen(asked: str, answered: str, waits: bool) -> None:
    talk = Transcript((Message("user", "Cancel it."), Message("assistant", asked), Message("user", answered)))
    assert waits_for_leave(talk) == waits
