"""Goals that are composed while a dialogue is under way: they hold where it stands, and follow from what came up."""

import json
from itertools import pairwise

import pytest

from turnwise.errors import CompositionError
from turnwise.goals.model import Goal
from turnwise.goals.progress import Observation, match_state
from turnwise.synthesis.goals.assignment import assign_goals
from turnwise.synthesis.goals.by_rules import compose_goals, draw_sizes
from turnwise.synthesis.goals.followup_by_rules import compose_followup
from turnwise.synthesis.goals.goal_validation import replay
from turnwise.synthesis.pipeline import make_goals
from turnwise.values.states import states_value
from turnwise.worlds import Session, bundled_worlds, load_world, net, open_session


def pursue(session: Session, goal: Goal) -> list[Observation]:
    """Play a goal, and return what its calls showed."""
    calls = [call.tool for request in goal.requests for call in request.solution]
    return [Observation(*pair) for pair in zip(calls, replay(session, goal).results, strict=True)]


@pytest.mark.parametrize("name", bundled_worlds())
def test_each_further_goal_holds_on_the_rows_that_those_before_it_left(name: str) -> None:
    world = load_world(name)
    for number, (first,) in enumerate(compose_goals(world, sets=1, goals=1, seed=5).sets):
        with open_session(world) as session:
            goals, shown = [first], pursue(session, first)
            for place in range(2):
                heard = json.dumps([call.result for call in shown])
                further = compose_followup(
                    session, goals, difficulty="medium", seed=f"{number} {place}", shown=shown, heard=heard
                )
                before = len(session.changes)
                shown += pursue(session, further.goal)
                requests = further.goal.requests
                match = match_state(requests, net(session.changes[before:]))
                assert not match.unwanted
                assert {r.id for r in requests if r.checkpoint.state} == match.made
                assert not any(
                    states_value(heard, answer.value, answer.kind)
                    for request in requests
                    for answer in request.checkpoint.answers
                )
                goals.append(further.goal)
            assert [goal.id for goal in goals] == ["g1", "g2", "g3"]
            assert all(one.shape != other.shape for one, other in pairwise(goals))


def test_an_extension_is_about_a_row_that_came_up_and_was_named() -> None:
    world = load_world("city_library")
    with open_session(world) as session:
        book = session.call("get_book", {"book_id": 7})
        shown = [Observation("get_book", book)]
        further = compose_followup(
            session, [], difficulty="easy", seed="1", shown=shown, heard=f"It is {book['title']}."
        )
        assert further.kind == "extension"
        assert book["title"] in further.goal.description
        unnamed = compose_followup(session, [], difficulty="easy", seed="1", shown=shown, heard="It is there.")
        assert unnamed.kind == "independent"


def test_composing_leaves_the_session_as_it_was() -> None:
    world = load_world("bike_workshop")
    with open_session(world) as session:
        compose_followup(session, [], difficulty="hard", seed="2")
        assert (session.calls, session.changes) == (0, [])


def test_the_same_seed_gives_the_same_goal() -> None:
    world = load_world("bike_workshop")
    with open_session(world) as session:
        one, other = (compose_followup(session, [], difficulty="medium", seed="3") for _ in range(2))
        assert one == other
        assert compose_followup(session, [], difficulty="medium", seed="4") != one


def test_a_tool_that_has_to_be_needed_is_needed() -> None:
    world = load_world("city_library")
    tools = [tool.name for tool in world.tools if tool.effect == "write"][:2]
    with open_session(world) as session:
        for tool in tools:
            goal = compose_followup(session, [], difficulty="easy", seed="5", tool=tool).goal
            assert tool in [call.tool for request in goal.requests for call in request.solution]
        with pytest.raises(CompositionError, match="city_library has no tool teleport"):
            compose_followup(session, [], difficulty="easy", seed="5", tool="teleport")


def test_goals_per_dialogue_are_drawn_from_a_range() -> None:
    world = load_world("city_library")
    sizes = [len(chosen) for chosen in compose_goals(world, sets=3, goals="1-3", seed=3, difficulty="easy").sets]
    assert set(sizes) == {1, 2, 3}
    assert sizes == draw_sizes("goals", "1-3", 3, 3)
    pool = make_goals(world, 8, difficulty="easy", seed=1)
    assert [len(chosen) for chosen in assign_goals(world, pool, sets=3, goals="1-3", seed=3)] == sizes


@pytest.mark.parametrize("wanted", ["0", "3-1", "a", "1-2-3", "", -1, 1.5, "-2"])
def test_a_range_that_is_none_is_refused_in_one_line(wanted: object) -> None:
    with pytest.raises(CompositionError, match='it takes a whole number of at least 1, or a range such as "1-4"'):
        draw_sizes("goals", wanted, 3, 0)  # type: ignore[arg-type]
