"""Whether a user is fit: each check fails on the user that it is meant for, and on no other."""

import asyncio
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai import eval as inspect_eval
from inspect_ai import score
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelName
from inspect_ai.scorer import Target
from inspect_ai.solver import TaskState
from inspect_ai.util import registry_create
from rich.console import Console

from turnwise.logs.runs import read_runs
from turnwise.logs.scores import values_of
from turnwise.report.health import print_health
from turnwise.scorers.user_health import user_health
from turnwise.scoring.comparison import unfit
from turnwise.scoring.quality.health import UserFacts, health, pending_question
from turnwise.scoring.quality.transcript import Message, Transcript
from turnwise.solvers.converse import converse
from turnwise.tasks.user_oriented import user_oriented

GOOD = UserFacts(
    ended=True,
    pending=False,
    invented=False,
    raised=2,
    assigned=2,
    pacing=0.8,
    messages=8,
    words=9.0,
    short=2,
    polite=1,
    opening="",
)


def run(**changes: object) -> list[UserFacts]:
    """Forty dialogues of a fit user, changed all over where it says so."""
    openings = ["hello there", "a quick question", "good morning all", "can you look something up", "need help please"]
    made = [replace(GOOD, opening=openings[n % 5]) for n in range(40)]
    return [replace(facts, **changes) for facts in made]  # type: ignore[arg-type]


def failing(facts: list[UserFacts], *, whole_goals: bool = False) -> list[str]:
    return [check.name for check in health(facts, whole_goals=whole_goals) if not check.accepts]


def test_a_fit_user_passes_every_check() -> None:
    assert failing(run()) == []
    assert failing(run(pacing=0.1), whole_goals=True) == []


ENDED, PENDING = "ended by a limit or a fault of the user", "stopped with a confirmation pending"
INVENTED, RAISED = "dialogues with an invented or leaked fact", "goals raised / assigned"
PACE, OPENING = "facts disclosed after the first message", "opening alike (mean word overlap)"
WORDS, SHORT, POLITE = "words per user message", "user messages of at most 3 words", "polite user messages"


def some(count: int, changes: dict[str, Any], **rest: Any) -> list[UserFacts]:
    """Four hundred dialogues of a fit user, so many of them changed, and the rest in another way."""
    return [replace(facts, **(changes if n < count else rest)) for n, facts in enumerate(run() * 10)]


@pytest.mark.parametrize(
    ("check", "at_the_limit", "beyond"),
    [
        (ENDED, some(20, {"ended": False}), some(32, {"ended": False})),
        (PENDING, some(4, {"pending": True}), some(12, {"pending": True})),
        (INVENTED, some(12, {"invented": True}), some(22, {"invented": True})),
        (RAISED, some(16, {"raised": 1}), some(32, {"raised": 1})),
        (PACE, run(pacing=0.6), run(pacing=0.59)),
        (OPENING, [replace(GOOD, opening=text) for text in ("a b c", "a b d")], run(opening="a b c")),
        (WORDS, run(words=4.0), run(words=3.9)),
        (WORDS, run(words=14.0), run(words=14.1)),
        (SHORT, some(320, {"short": 2}, short=0), run(short=0)),
        (SHORT, some(320, {"short": 3}, short=1), run(short=4)),
        (POLITE, some(320, {"polite": 1}, polite=0), run(polite=0)),
        (POLITE, run(polite=2), run(polite=3)),
    ],
)
def test_each_check_fails_beyond_its_limit_and_not_at_it(
    check: str, at_the_limit: list[UserFacts], beyond: list[UserFacts]
) -> None:
    assert check not in failing(at_the_limit)
    assert check in failing(beyond)


def test_what_could_not_be_measured_is_not_held_against_the_user() -> None:
    unknown = run(invented=None, raised=None, assigned=None, pacing=None)
    assert failing(unknown) == []


def test_who_opens_by_a_reason_alone_is_fit() -> None:
    assert failing(run(pacing=1.0)) == []


def test_one_dialogue_alone_is_not_judged_by_its_pace() -> None:
    assert failing(run(pacing=0.1)[:1]) == []


def test_a_user_that_states_goals_whole_is_measured_by_another_pace() -> None:
    assert failing(run(pacing=0.3), whole_goals=True) == []
    assert failing(run(pacing=0.31), whole_goals=True) == [PACE]
    assert failing(run(messages=30, pacing=0.1, words=40.0, short=0), whole_goals=True) == []


def test_an_agent_that_gets_nothing_done_says_nothing_of_the_user() -> None:
    lost = run(ended=False, pending=True, raised=1, pacing=0.1, words=40.0, short=0, polite=0, served=False)
    assert failing(lost) == []
    assert failing([*lost, *run(served=True)]) == []
    assert failing(run(ended=False, served=True)) == [ENDED]


def test_how_often_the_rules_worded_for_a_model_is_told_where_one_was_to() -> None:
    name = "messages that the rules worded for the model"
    assert name not in [check.name for check in health(run(), whole_goals=False)]
    (told,) = [check for check in health(run(fallbacks=2), whole_goals=False) if check.name == name]
    assert (told.value, told.accepted, told.accepts) == (0.25, "any", True)


def test_who_talks_unlike_people_is_not_unfit() -> None:
    stiff = health(run(words=40.0, short=0, polite=8), whole_goals=False)
    assert [check.name for check in stiff if not check.accepts] == [WORDS, SHORT, POLITE]
    assert all(check.fit for check in stiff)


@given(st.integers(1, 400), st.integers(1, 50))
def test_more_data_of_a_rate_that_is_accepted_never_makes_it_fail(count: int, times: int) -> None:
    """A verdict on few dialogues cannot be better than on many of the same kind, where the rate lies in the range."""
    facts = [replace(GOOD, messages=10, short=3, polite=2)] * count
    checks = health(facts * times, whole_goals=False)
    assert all(check.accepts for check in checks if check.of_likeness)


@pytest.mark.parametrize(
    ("asked", "answered", "waits"),
    [
        ("Shall I cancel it?", "Thanks, bye!", True),
        ("Shall I cancel it?", "", True),
        ("I will cancel visit 3. Do you want me to go ahead?", "That is all.", True),
        ("Shall I cancel it?", "yes, thanks, bye", False),
        ("Shall I cancel it?", "Never mind, bye.", False),
        ("Anything else?", "Thanks, bye!", False),
        ("It is cancelled.", "Thanks, bye!", False),
    ],
)
def test_a_confirmation_that_is_pending_is_seen(asked: str, answered: str, waits: bool) -> None:
    said = (Message("user", "Cancel it."), Message("assistant", asked), Message("user", answered))
    assert pending_question(Transcript(said, ended="user")) == (1 if waits else None)
    assert pending_question(Transcript(said, ended="turn_limit")) is None


def finished(agent: str, folder: Path, **about: Any) -> Path:
    """The log of a run with a user by rules."""
    task = user_oriented(world="city_library", scenarios=3, **about)
    solver = converse(agent=agent)
    (log,) = inspect_eval(task, model="none", solver=solver, log_dir=str(folder), display="none", log_realtime=False)
    assert log.status == "success", log.error
    return Path(log.location)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a run in which all went well."""
    return finished("turnwise/oracle", tmp_path_factory.mktemp("whole"))


def test_what_was_wrong_with_a_user_is_said_with_its_message(whole: Path) -> None:
    log = read_eval_log(str(whole))
    (sample, *_) = log.samples or []
    assert sample.scores is not None
    assert sample.scores["user_health"].explanation == "Nothing was wrong with the user."
    sample.messages.insert(-1, ChatMessageUser(content="My number is 4711.", metadata={"dialogue_acts": []}))
    sample.messages.insert(-1, ChatMessageAssistant(content="Shall I renew it?"))
    sample.messages[-1] = ChatMessageUser(content="Bye!", metadata={"dialogue_acts": []})
    turn = sum(isinstance(message, ChatMessageUser) for message in sample.messages)
    state = TaskState(
        ModelName("none/none"), sample.id, 1, "", sample.messages, metadata=sample.metadata, store=sample.store
    )
    again = asyncio.run(user_health()(state, Target("")))
    assert again is not None
    assert again.explanation is not None
    place = len(sample.messages) - 3  # the system's message is none of the dialogue
    assert again.explanation.splitlines() == [
        f"[M{place}] user turn {turn - 1}, user: user_integrity (harm): 4711: invented, it stands nowhere",
        f"[M{place + 1}] user turn {turn - 1}, assistant: pending (flaw): the user left this open: Shall I renew it?",
    ]
    assert again.value == 0
    assert (again.metadata or {}) | {"also": {}} == {
        "also": {},
        "scanner_references": [
            {"type": "message", "cite": f"[M{place + n}]", "id": sample.messages[n - 3].id} for n in (0, 1)
        ],
    }
    value = values_of(again)
    assert (value["invented"], value["pending"], value["ended"]) == (1, 1, 1)


def test_health_is_per_run_and_kind_of_user_and_says_why_a_run_is_unfit(whole: Path, tmp_path: Path) -> None:
    cut = read_runs([finished("turnwise/oracle", tmp_path, max_turns=3)]).runs[0]
    fit = read_runs([whole]).runs[0]
    assert (cut.user, cut.whole_goals) == ("agenda", False)
    assert unfit([fit]) == []
    assert unfit([cut])[0] == "ended by a limit or a fault of the user: 100.0%, accepted at most 5%"
    console = Console(width=200, record=True, file=StringIO())
    print_health(console, [fit, cut, replace(cut, user="llm"), replace(fit, whole_goals=True)])
    text = console.export_text()
    heads = [line for line in text.splitlines() if line.startswith("User ")]
    assert [head.removeprefix("User ") for head in heads] == [
        "agenda, who goes step by step",
        "agenda, who states goals whole",
        "llm, who goes step by step",
    ]
    (ended, *_) = [line.split() for line in text.splitlines() if line.startswith("ended by")]
    assert ended[-6:] == ["at", "most", "5%", "0.0%", "100.0%", "50.0%"]


def test_what_a_user_does_wrong_is_never_the_agents_failure(whole: Path, tmp_path: Path) -> None:
    log = read_eval_log(str(whole))
    for sample in log.samples or []:
        sample.store["DialogueLog:ended"] = "user_fault"
    names = ["success", "completion", "density", "collateral", "iq", "counts", "user_health"]
    scored = score(log, [registry_create("scorer", f"turnwise/{name}") for name in names], action="overwrite")
    for sample in scored.samples or []:
        assert sample.scores is not None
        unscored = {name for name in names if sample.scores[name].value != sample.scores[name].value}
        assert unscored == {"success", "completion", "density", "collateral", "iq"}
        assert "the agent is not judged" in (sample.scores["success"].explanation or "")
    write_eval_log(scored, tmp_path / "failed-simulation.eval")
    reading = read_runs([tmp_path / "failed-simulation.eval"])
    assert reading.runs == []
    assert "3 ended by a fault of the simulation" in reading.unusable[0]
