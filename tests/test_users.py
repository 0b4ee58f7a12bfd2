"""The agenda user: what it says, what it knows, when it stops."""

import asyncio
import random
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnwise.errors import BehaviourError
from turnwise.goals.model import Goal
from turnwise.synthesis.goals.by_rules import compose_goals
from turnwise.users import Agenda, Behaviour, UserTurn, load_behaviour, presets
from turnwise.users.standing import Message
from turnwise.users.style import value
from turnwise.users.wording import CommonGround, Wording
from turnwise.values.states import mentions
from turnwise.worlds import load_world

Reply = Callable[[UserTurn, set[str]], str]


@cache
def goal_sets() -> list[tuple[Goal, ...]]:
    return compose_goals(load_world("city_library"), sets=12, goals=2).sets


def talk(goals: tuple[Goal, ...], behaviour: Behaviour, reply: Reply, seed: str = "0") -> list[UserTurn]:
    """A dialogue with a scripted assistant; `reply` may add to the requests that count as done."""

    async def run() -> list[UserTurn]:
        user = Agenda(goals, behaviour, seed)
        done: set[str] = set()
        turns = [await user.speak([], frozenset())]
        while not turns[-1].is_task_complete:
            assert len(turns) < 150, "the user never ends"
            turns.append(await user.speak([reply(turns[-1], done)], frozenset(done)))
        return turns

    return asyncio.run(run())


def helpful(turn: UserTurn, done: set[str]) -> str:
    done.update(act.request for act in turn.dialogue_acts if act.request)
    return "Here you are."


def deaf(turn: UserTurn, done: set[str]) -> str:
    return "I am not able to do that."


def asking(turn: UserTurn, done: set[str]) -> str:
    """Asks once about each request, then does it."""
    if any(act.kind in ("supply", "confirm", "repeat", "correct") for act in turn.dialogue_acts):
        return helpful(turn, done)
    return "Shall I go ahead?"


def offering(turn: UserTurn, done: set[str]) -> str:
    """Asks and offers before anything was asked for, and after everything was done."""
    done.update(act.request for act in turn.dialogue_acts if act.request)
    return "What would you like me to set up? Should I change something about a loan, a book or a member, or add one?"


def acts(turns: list[UserTurn]) -> list[str]:
    return [act.kind for turn in turns for act in turn.dialogue_acts]


@pytest.mark.parametrize("preset", presets())
def test_with_a_helpful_assistant_every_request_is_raised_once_and_the_user_ends(preset: str) -> None:
    for goals in goal_sets():
        turns = talk(goals, presets()[preset], helpful)
        raised = [act.request for turn in turns for act in turn.dialogue_acts if act.kind == "request"]
        assert raised == [request.id for goal in goals for request in goal.requests]
        assert turns[-1].dialogue_acts[-1].kind == "close"


@pytest.mark.parametrize("preset", ["user_oriented", "vague", "low_tech"])
def test_whoever_is_asked_before_it_asked_for_anything_begins(preset: str) -> None:
    for goals in goal_sets()[:10]:
        turns = talk(goals, presets()[preset], offering)
        raised = [act.request for turn in turns for act in turn.dialogue_acts if act.kind == "request"]
        assert sorted(raised) == sorted(request.id for goal in goals for request in goal.requests)


@pytest.mark.parametrize("preset", presets())
def test_patience_ends_with_a_deaf_assistant(preset: str) -> None:
    behaviour = presets()[preset]
    for goals in goal_sets()[:10]:
        kinds = acts(talk(goals, behaviour, deaf))
        assert "give_up" in kinds
        assert kinds.count("repeat") <= behaviour.patience * kinds.count("request")


def test_task_oriented_says_each_goal_at_once_and_user_oriented_one_or_two_requests() -> None:
    for goals in goal_sets():
        whole = talk(goals, presets()["task_oriented"], helpful)
        assert [
            sum(a.kind == "request" for a in turn.dialogue_acts) for turn in whole if "request" in acts([turn])
        ] == [len(goal.requests) for goal in goals]
        parts = talk(goals, presets()["user_oriented"], helpful)
        assert max(sum(act.kind == "request" for act in turn.dialogue_acts) for turn in parts) <= 2


def test_no_name_is_said_before_it_was_told() -> None:
    for goals in goal_sets():
        told = {a.value for g in goals for r in g.requests for a in r.checkpoint.answers if a.kind == "text"}
        mentions = [m for g in goals for r in g.requests for m in (r.subject, *(s.mention for s in r.slots)) if m]
        known = {m.name for m in mentions if not m.told_by} | {m.first_thought for m in mentions}
        secret = [str(v) for v in told if str(v) not in known and len(str(v)) > 6]
        for turn in talk(goals, presets()["corrects_often"], deaf):
            assert not [name for name in secret if name in turn.message]


@pytest.mark.parametrize("preset", presets())
def test_the_number_of_what_was_made_is_not_known_to_who_was_not_told_it(preset: str) -> None:
    for goals in goal_sets():
        creating = {r.id for g in goals for r in g.requests if r.intent == "create"}
        mentions = [m for g in goals for r in g.requests for m in (r.subject, *(s.mention for s in r.slots)) if m]
        numbers = {m.name for m in mentions if m.told_by in creating}
        for turn in talk(goals, presets()[preset], helpful):
            assert not numbers & set(re.findall(r"\d+", turn.message))


def test_a_question_for_leave_is_answered_and_a_miss_is_asked_again() -> None:
    kinds = acts(talk(goal_sets()[1], presets()["user_oriented"], asking))
    assert "confirm" in kinds
    assert "give_up" not in kinds
    assert "repeat" in acts(talk(goal_sets()[1], presets()["user_oriented"], deaf))


def test_a_first_thought_is_said_and_then_the_truth() -> None:
    requests = {request.id: request for goal in goal_sets()[0] for request in goal.requests}
    for seed in range(30):
        turns = talk(goal_sets()[0], presets()["corrects_often"], helpful, seed=str(seed))
        for before, after in pairwise(turns):
            if after.dialogue_acts[-1].kind == "correct":
                request = requests[after.dialogue_acts[-1].request]
                first = [s.first_thought for s in request.slots] + [request.subject and request.subject.first_thought]
                assert any(mentions(before.message, thought) for thought in first if thought is not None)
                assert before.message not in after.message


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Shall I go ahead?", "confirm"),
        ("I will change it to 12. Is that correct?", "confirm"),
    ],
)
def test_yes_is_said_only_to_what_yes_can_answer(question: str, kind: str) -> None:
    request = next(r for g in goal_sets() for goal in g for r in goal.requests if r.intent in ("find", "rank"))
    goal = Goal(id="g1", difficulty="easy", description="", requests=(request,), shape="")
    behaviour = presets()["user_oriented"].model_copy(update={"second_thoughts": 0.0, "greets_first": 0.0})

    def ask(turn: UserTurn, done: set[str]) -> str:
        return helpful(turn, done) if kind in acts([turn]) else question

    assert kind in acts(talk((goal,), behaviour, ask)[1:2])


def test_two_questions_that_get_the_same_idle_word_get_it_once() -> None:
    """How was it paid, and when? is asked of a payment and of an order: no idea, and no error."""
    message = Message()
    for request in ("payment", "order"):
        message.add("No idea", "dont_know", request)
        message.idle.append("No idea")
    message.add("On the 4th", "supply", "payment")
    message.keep_to_one(lambda: "")
    message.replace("On the 4th", "On the 4th, by card")  # what else was asked is given as well
    assert message.parts == ["On the 4th, by card"]


def test_first_thoughts_are_put_right() -> None:
    behaviour = presets()["corrects_often"]
    corrected = 0
    for goals in goal_sets():
        corrected += "correct" in acts(talk(goals, behaviour, helpful))
    assert corrected > len(goal_sets()) / 3
    steady = behaviour.model_copy(update={"second_thoughts": 0.0})
    assert "correct" not in [kind for goals in goal_sets() for kind in acts(talk(goals, steady, helpful))]


def test_values_held_back_are_given_when_asked_for() -> None:
    def ask_for_the_rest(turn: UserTurn, done: set[str]) -> str:
        if "supply" in acts([turn]):
            return helpful(turn, done)
        return "What are the details?" if "request" in acts([turn]) else helpful(turn, done)

    for goals in goal_sets()[:15]:
        turns = talk(goals, presets()["vague"], ask_for_the_rest)
        text = "\n".join(turn.message for turn in turns)
        for slot in [s for g in goals for r in g.requests if r.intent == "create" for s in r.slots if not s.mention]:
            assert mentions(text, slot.value, label=slot.label)


def test_the_same_seed_says_the_same_and_another_seed_something_else() -> None:
    goals, behaviour = goal_sets()[0], presets()["user_oriented"]
    first = talk(goals, behaviour, helpful)
    assert first == talk(goals, behaviour, helpful)
    assert first != talk(goals, behaviour, helpful, seed="1")


def test_there_are_hundreds_of_ways_to_say_a_thing() -> None:
    request = next(r for g in goal_sets() for goal in g for r in goal.requests if r.intent == "detail")
    behaviour = Behaviour(name="any", typos=0)
    said_ = set()
    for seed in range(600):
        voice = Wording(behaviour, random.Random(seed))
        said_.add(
            voice.typed(voice.request(request, slots=(), values={}, subject=request.subject, ground=CommonGround()))
        )
    assert len(said_) > 80


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_characters="\x02\x03\r\n", exclude_categories=["Cs", "Cc", "Zs"]),
        min_size=1,
        max_size=30,
    ),
    st.integers(),
)
def test_no_slip_of_the_fingers_ever_touches_a_value(stated: str, seed: int) -> None:
    voice = Wording(Behaviour(name="clumsy", typos=1, brevity=1), random.Random(seed))
    message = voice.typed(f"could you please change something about {value(stated)} today, thank you.")
    assert stated in message


def test_no_message_has_an_unfilled_field_or_an_unresolved_choice() -> None:
    for number, preset in enumerate(presets().values()):
        for goals in goal_sets()[number % 3 :: 3]:
            for reply in (helpful, deaf, asking):
                for turn in talk(goals, preset, reply):
                    assert turn.message
                    assert not re.search(r"<\w+>|\||\{|\x02|\x03", turn.message), turn.message


def test_a_behaviour_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "terse.yaml").write_text("requests_per_turn: 1\nbrevity: 1.0\n")
    assert load_behaviour(str(tmp_path / "terse.yaml")) == Behaviour(name="terse", requests_per_turn=1, brevity=1.0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [("brevity: 2", "brevity"), ("brevit: 0.1", "brevit"), ("- a\n- b", "mapping"), ("a: [", "mapping")],
)
def test_a_wrong_behaviour_file_is_refused_in_one_line(content: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(content)
    with pytest.raises(BehaviourError, match=reason) as error:
        load_behaviour(str(tmp_path / "b.yaml"))
    assert "\n" not in str(error.value)


def test_an_unknown_behaviour_names_those_there_are() -> None:
    with pytest.raises(BehaviourError, match="task_oriented, user_oriented, vague, impatient, corrects_often"):
        load_behaviour("grumpy")
