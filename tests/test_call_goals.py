"""Goals on tool lists without rows: composed of calls, played before they are kept, judged by what was called and told."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from turnwise.errors import CompositionError
from turnwise.goals.calls import SuccessfulCall, values_at
from turnwise.goals.model import NEW, Call, Goal, Request, resolve
from turnwise.goals.progress import done_requests
from turnwise.synthesis.goals.by_rules import compose_goals
from turnwise.synthesis.goals.call_phrases import deed_of
from turnwise.synthesis.goals.call_values import can_be_said, examples, label_of
from turnwise.synthesis.pipeline import make_world
from turnwise.users import Agenda, load_behaviour
from turnwise.worlds import SimulatedSession, World

PET = {"petId": {"type": "integer"}, "name": {"type": "string"}, "status": {"type": "string", "enum": ["new", "sold"]}}
ORDER = {"orderId": {"type": "integer"}, "quantity": {"type": "integer"}, "total": {"type": "number"}}


def tool(
    name: str, takes: dict[str, Any], gives: dict[str, Any] | None = None, needs: str | None = None
) -> dict[str, Any]:
    schema = {"type": "object", "properties": takes, "required": list(takes) if needs is None else needs.split()}
    returns = {"outputSchema": {"type": "object", "properties": gives, "required": list(gives)}} if gives else {}
    return {"name": name, "description": "", "inputSchema": schema, **returns}


TOOLS = [
    tool("get_pet", {"petId": {"type": "integer"}}, PET),
    tool("create_pet", {"name": {"type": "string"}, "price": {"type": "number"}}, PET, "name"),
    tool("place_order", {"petId": {"type": "integer"}, "quantity": {"type": "integer", "maximum": 4}}, ORDER),
    tool("cancel_order", {"orderId": {"type": "integer"}, "reason": {"type": "string"}}, None, "orderId"),
    tool("get_weather_forecast", {"city": {"type": "string"}, "days": {"type": "integer"}}, None, "city"),
    tool("run_script", {"script": {"type": "string"}}),
]


def made(tools: list[dict[str, Any]], folder: Path) -> World:
    folder.mkdir(exist_ok=True)
    (folder / "pets.json").write_text(json.dumps(tools), "utf-8")
    return make_world(folder / "pets.json")


@cache
def shop(folder: Path) -> World:
    return made(TOOLS, folder)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shop(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="module")
def goals(world: World) -> list[tuple[Goal, ...]]:
    return compose_goals(world, sets=20, goals=2).sets


def played(
    world: World, goals: tuple[Goal, ...], seed: int = 0, more: dict[str, Any] | None = None
) -> list[SuccessfulCall]:
    """The calls of the reference solutions, made in a dialogue's session, those of pets' prices with `more`."""
    session, calls = SimulatedSession(world, None, seed), list[SuccessfulCall]()
    for goal in goals:
        results: list[Any] = []
        for request in goal.requests:
            for call in request.solution:
                arguments = {
                    **(more or {} if call.tool == "get_weather_forecast" else {}),
                    **resolve(call.arguments, results),
                }
                results.append(session.call(call.tool, arguments))
                calls.append(
                    SuccessfulCall(len(calls) + 1, Call(tool=call.tool, arguments=arguments), json.dumps(results[-1]))
                )
    return calls


def told(request: Request, calls: list[SuccessfulCall]) -> str:
    """A reply that tells what the calls returned."""
    found = [
        str(value)
        for answer in request.checkpoint.answers
        for call in calls
        if call.call.tool == request.solution[-1].tool
        for value in values_at(json.loads(call.result), answer.returned or ())
    ]
    return ". ".join(f"The {label} is {value}" for value in found for label in request.asks)


def test_every_goal_is_done_by_its_calls_and_what_they_return(world: World, goals: list[tuple[Goal, ...]]) -> None:
    for chosen in goals:
        requests = [request for goal in chosen for request in goal.requests]
        for seed in (0, 7):  # also where other results are made up than those it was composed on
            calls = played(world, chosen, seed, {"days": 3})
            said = {request.id: told(request, calls) for goal in chosen for request in goal.requests}
            for goal in chosen:
                assert done_requests([goal], [], said, calls) == {request.id for request in goal.requests}
                assert not done_requests([goal], [], said, [])
        assert all(request.intent == ("do" if request.writes else "look") for request in requests)


def test_a_call_with_another_value_or_key_is_none_that_was_wanted(world: World, goals: list[tuple[Goal, ...]]) -> None:
    for goal in (goal for chosen in goals for goal in chosen):
        calls = played(world, (goal,))
        for request in goal.requests:
            wanted = request.checkpoint.calls[-1]
            for name, value in wanted.arguments.items():
                wrong = [
                    made._replace(
                        call=made.call.model_copy(update={"arguments": {**made.call.arguments, name: "other"}})
                    )
                    for made in calls
                    if made.call.tool == wanted.tool
                ]
                assert not done_requests([goal], [], {request.id: told(request, calls)}, wrong), (name, value)


def test_requests_build_on_each_other_by_keys(goals: list[tuple[Goal, ...]]) -> None:
    linked = [r for chosen in goals for goal in chosen for r in goal.requests if r.needs]
    assert linked
    for request in linked:
        pointers = [v for call in request.checkpoint.calls for v in call.arguments.values() if isinstance(v, dict)]
        assert any(NEW in pointer for pointer in pointers)
        mentions = [m for m in (request.subject, *(slot.mention for slot in request.slots)) if m is not None]
        assert any(mention.told_by in request.needs for mention in mentions)


def test_only_declared_results_must_be_told(goals: list[tuple[Goal, ...]]) -> None:
    requests = [r for chosen in goals for goal in chosen for r in goal.requests]
    answering = {r.solution[-1].tool for r in requests if r.checkpoint.answers}
    assert answering == {"get_pet"}
    assert "run_script" not in {r.solution[-1].tool for r in requests}, "nobody says a script"


def test_the_same_seed_gives_the_same_goals(world: World, goals: list[tuple[Goal, ...]]) -> None:
    assert compose_goals(world, sets=20, goals=2).sets == goals
    assert compose_goals(world, sets=20, goals=2, seed=1).sets != goals


def test_a_list_that_carries_no_goals_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    bare = made([tool("ping", {}), tool("health_check", {})], tmp_path)
    with pytest.raises(CompositionError, match="it has 2 usable tools; 2 of its tools take no values"):
        compose_goals(bare, sets=20, goals=2)


def test_a_user_speaks_of_calls_as_people_do(world: World) -> None:
    forecast = next(t for t in world.tools if t.name == "get_weather_forecast")
    assert deed_of(forecast, world)[:2] == ("look up", "weather forecast")
    behaviour = load_behaviour("task_oriented")
    openings = []
    for number, (goal,) in enumerate(compose_goals(world, sets=30, difficulty="easy").sets):
        turn = Agenda([goal], behaviour, number, world.moment()).opening()
        openings.append(turn.message)
        assert not {"petId", "orderId", "place_order", "get_pet"} & set(turn.message.split())
    assert any("the weather forecast for " in said or "the weather forecast in " in said for said in openings)
    assert any("cancel order " in said.lower() for said in openings)


@pytest.mark.parametrize(
    ("described", "found"),
    [
        ('The animal to look for (e.g., "lion", "otter")', ["lion", "otter"]),
        ("City (e.g. Lisbon, Porto)", ["Lisbon", "Porto"]),
        ("How many to fetch", []),
    ],
)
def test_examples_in_descriptions_are_values(described: str, found: list[str]) -> None:
    assert examples(described) == found


def test_parameters_are_called_by_what_tells() -> None:
    assert label_of("a", "First number") == "first number"
    assert label_of("checkInDate", "") == "check in date"
    assert not can_be_said("script", {"type": "string"})
    assert can_be_said("filter", {"type": "object", "properties": {"city": {"type": "string"}}})
