"""Goal files and the sets made of them: whatever the pool, no dialogue gets goals that get in each other's way."""

import json
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turnwise.dialogue.scenario import compose_scenarios
from turnwise.errors import CompositionError, GoalError
from turnwise.goals.model import NEW, Goal
from turnwise.goals.pool import GoalFile, load_goals, renumbered, save_goals
from turnwise.goals.progress import match_state
from turnwise.synthesis.goals.assignment import assign_goals
from turnwise.synthesis.goals.by_rules import compose_goals
from turnwise.synthesis.goals.goal_validation import replay, stands_after
from turnwise.users import load_behaviour
from turnwise.worlds import World, load_world, open_session


@cache
def library() -> World:
    return load_world("city_library")


@cache
def pool(size: int = 12, seed: int = 0) -> GoalFile:
    composed = compose_goals(library(), sets=size, seed=seed).sets
    goals = tuple(renumbered(goal, number) for number, (goal,) in enumerate(composed, 1))
    return GoalFile(world="city_library", world_hash=library().hash, goals=goals)


def only(*goals: Goal) -> GoalFile:
    """A pool of these goals."""
    numbered = tuple(renumbered(goal, number) for number, goal in enumerate(goals, 1))
    return GoalFile(world="city_library", world_hash=library().hash, goals=numbered)


def same_goal(one: Goal, other: Goal) -> bool:
    return renumbered(one, 1) == renumbered(other, 1)


def places(chosen: tuple[Goal, ...], found: GoalFile) -> frozenset[int]:
    return frozenset(n for goal in chosen for n, other in enumerate(found.goals) if same_goal(goal, other))


# --- files -------------------------------------------------------------------------------------------------------


def test_a_file_holds_what_was_put_in(tmp_path: Path) -> None:
    path = tmp_path / "new" / "goals.json"
    for found in (pool(), pool(3, seed=1)):
        save_goals(found, path)
        assert load_goals(path) == found
    assert [entry.name for entry in path.parent.iterdir()] == ["goals.json"]
    assert '\n   "description": "' in path.read_text("utf-8")


def damaged(**changes: Any) -> str:
    data = pool(2).model_dump(mode="json") | changes
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, r"cannot be read as goals \(No such file or directory\).*turnwise goals"),
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "the file: Input should be"),
        (damaged(world_hash=None), "world_hash: Input should be a valid string"),
        (damaged(goals=[]), "goals: Tuple should have at least 1 item"),
        (damaged(goals=[{"id": "g1"}]), r"goals\.0\.difficulty: Field required"),
        (damaged(extra=1), "extra: Extra inputs are not permitted"),
        (damaged(goals=[pool().goals[0].model_dump(mode="json")] * 2), "two goals or requests have the id g1"),
    ],
)
def test_a_file_that_holds_no_goals_is_one_clear_line(text: str | None, line: str, tmp_path: Path) -> None:
    path = tmp_path / "goals.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(GoalError, match=line) as error:
        load_goals(path)
    assert "\n" not in str(error.value)


def test_text_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "goals.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(GoalError, match="not a UTF-8 text"):
        load_goals(tmp_path / "goals.json")


# --- sets --------------------------------------------------------------------------------------------------------


@settings(max_examples=3, deadline=None)
@given(
    size=st.integers(1, 8),
    sets=st.integers(1, 4),
    goals=st.integers(1, 3),
    seed=st.integers(0, 5),
)
def test_sets_of_a_pool(size: int, sets: int, goals: int, seed: int) -> None:
    found = only(*pool().goals[:size])
    try:
        made = assign_goals(library(), found, sets=sets, goals=goals, seed=seed)
    except CompositionError:  # the next test says when
        return
    assert made == assign_goals(library(), found, sets=sets, goals=goals, seed=seed)
    assert len(made) == sets
    assert len({places(chosen, found) for chosen in made}) == sets
    for chosen in made:
        assert len(places(chosen, found)) == goals
        assert [goal.id for goal in chosen] == [f"g{n}" for n in range(1, goals + 1)]
        with open_session(library()) as session:
            for goal in chosen:
                replay(session, goal)
            requests = [request for goal in chosen for request in goal.requests]
            match = match_state(requests, session.net_changes())
        assert match.unwanted == ()
        assert match.made == {request.id for request in requests if request.checkpoint.state}
        for number, goal in enumerate(chosen):
            assert stands_after(library(), chosen[:number], goal)


@settings(max_examples=3, deadline=None)
@given(size=st.integers(2, 4), goals=st.integers(1, 3), seed=st.integers(0, 3))
def test_a_pool_gives_every_set_it_can_and_says_how_many(size: int, goals: int, seed: int) -> None:
    found = only(*pool().goals[:size])
    with pytest.raises(CompositionError, match=r"make \d+ different ones") as error:
        assign_goals(library(), found, sets=100, goals=goals, seed=seed)
    possible = int(str(error.value).split("make ")[1].split()[0])
    assert possible <= len(list(combinations(range(size), goals)))
    if goals == 1:
        assert possible == size
    if possible:
        assert len(assign_goals(library(), found, sets=possible, goals=goals, seed=seed)) == possible


def test_goals_are_used_about_equally_often() -> None:
    found = pool()
    made = assign_goals(library(), found, sets=8, goals=2)
    uses = [sum(place in places(chosen, found) for chosen in made) for place in range(12)]
    assert sum(uses) == 16
    assert max(uses) <= 2


def test_a_difficulty_is_picked() -> None:
    made = assign_goals(library(), pool(), sets=3, goals=1, difficulty="hard")
    assert {goal.difficulty for (goal,) in made} == {"hard"}


def test_numbering_reaches_all_that_names_a_request() -> None:
    for goal in pool().goals:
        moved = renumbered(goal, 70)
        before, after = goal.model_dump_json(), moved.model_dump_json()
        assert f'"{goal.id}r' not in after
        for request in goal.requests:
            place = request.id.removeprefix(goal.id)
            for form in (f'"{request.id}"', f'"{NEW}":"{request.id} '):
                assert before.count(form) == after.count(form.replace(request.id, f"g70{place}"))
        back = renumbered(moved, int(goal.id[1:]))
        assert back == goal


def test_goals_of_another_world_are_refused() -> None:
    other = load_world("bike_workshop")
    with pytest.raises(GoalError, match=r"are of the world city_library .* and bike_workshop is"):
        assign_goals(other, pool(), sets=1)
    with pytest.raises(GoalError, match="write goals for it"):
        compose_scenarios(other, load_behaviour("user_oriented"), scenarios=1, goals=1, pool=pool())


def test_a_goal_that_does_not_run_is_named() -> None:
    goal = pool().goals[3]
    call = goal.requests[0].solution[0].model_copy(update={"tool": "nothing"})
    request = goal.requests[0].model_copy(update={"solution": (call,)})
    broken = goal.model_copy(update={"requests": (request, *goal.requests[1:])})
    with pytest.raises(GoalError, match="goal g1 does not run in city_library: there is no tool 'nothing'"):
        assign_goals(library(), only(broken), sets=1)


@pytest.mark.parametrize("wrong", [{"sets": 0}, {"sets": 1, "goals": 0}, {"sets": 1, "difficulty": "odd"}])
def test_wrong_numbers_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(CompositionError, match="it takes"):
        assign_goals(library(), pool(), **wrong)


def test_scenarios_take_their_goals_from_a_pool() -> None:
    made = compose_scenarios(library(), load_behaviour("user_oriented"), scenarios=4, goals=2, pool=pool())
    sets = assign_goals(library(), pool(), sets=4, goals=2)
    assert [scenario.goals for scenario in made] == sets
    assert all(scenario.world_hash == library().hash for scenario in made)
