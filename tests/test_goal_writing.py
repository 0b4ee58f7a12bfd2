"""Goals written by a model: what is kept has been played, what is not is told why, and both are counted."""

import asyncio
import copy
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cast_goals import FAULTS, ROUND, Draft, goal_writer, planned_goal, rows_in
from click.testing import CliRunner, Result
from endpoint import Answer, Body, Say, endpoint, model_at
from tiny import INTEGER, TEXT, world

from turnwise.cli import main
from turnwise.errors import CompositionError, ModelFault
from turnwise.goals.calls import SuccessfulCall
from turnwise.goals.model import NEW, REQUESTS, Call, Checkpoint, Goal, Request, Situation, resolve
from turnwise.goals.model import Answer as GoalAnswer
from turnwise.goals.pool import GoalFile, load_goals
from turnwise.goals.progress import done_requests, match_state, missing_answers
from turnwise.llm.chat import Ledger
from turnwise.llm.prompts import load_prompts
from turnwise.synthesis.database.schema import Schema, reflect
from turnwise.synthesis.goals.assignment import assign_goals
from turnwise.synthesis.goals.by_model import REPAIRS, WrittenGoals, alike, check_goal, write_goals
from turnwise.synthesis.goals.drafts import CallDraft, GoalDraft, path_of, pointing, value_at
from turnwise.synthesis.goals.goal_validation import stands_after
from turnwise.synthesis.goals.written import answer_of, is_said, unreachable
from turnwise.synthesis.goals.written_trials import play
from turnwise.synthesis.shown import database_text
from turnwise.values.states import states_value
from turnwise.values.words import said
from turnwise.worlds import SimulatedSession, Tool, World, load_script, load_world, open_session, save_world

LEVELS = ("easy", "medium", "hard")


def simulated(name: str, takes: dict[str, Any], returns: dict[str, Any], many: bool = False) -> Tool:
    """A tool that a model would play; all its parameters are required."""
    row = {"type": "object", "properties": returns}
    return Tool(
        name=name,
        description=name.replace("_", " "),
        parameters={"type": "object", "properties": takes, "required": list(takes), "additionalProperties": False},
        returns={"type": "array", "items": row} if many else row,
        effect="write" if name.startswith("book") else "read",
    )


RULE = {"type": "string", "pattern": "^R-[0-9]+$"}
AIRLINE = world(
    None,
    simulated("find_flights", {"city": TEXT, "day": {"type": "string", "format": "date"}},
              {"flight_id": INTEGER, "departure": TEXT}, many=True),
    simulated("book_flight", {"flight_id": INTEGER, "passenger": TEXT, "seats": {"type": "integer", "default": 1}},
              {"code": TEXT}),
    simulated("get_weather", {"city": TEXT, "unit": {"enum": ["celsius", "fahrenheit"]}}, {"temperature": INTEGER}),
    simulated("list_airlines", {"city": TEXT}, {"name": TEXT}, many=True),
    simulated("get_baggage", {"city": TEXT}, {"kilograms": INTEGER, "rule_id": RULE}),
    simulated("get_fee", {"rule_id": RULE}, {"amount": INTEGER}),
)  # fmt: skip


@cache
def library() -> tuple[World, Schema]:
    loaded = load_world("city_library")
    assert loaded.database is not None
    return loaded, reflect(load_script(loaded.database))


def draft(number: int = 0, level: str = "medium") -> Draft:
    """A goal in the library that holds."""
    found, schema = library()
    return planned_goal(rows_in(database_text(found.database or "", schema)), level, number)


def checked(goal: Draft, *, level: str = "medium") -> tuple[Goal | None, list[tuple[str, str]]]:
    """What the checks make of a goal."""
    found = library()[0]
    kept, problems = check_goal(found, GoalDraft.model_validate(goal), "g1", [level])  # type: ignore[list-item]
    return kept, [(problem.reason, problem.text) for problem in problems]


def written(
    count: int,
    *,
    on: World | None = None,
    answer: Callable[[Body, int], Answer] | None = None,
    bodies: list[Body] | None = None,
    **options: Any,
) -> tuple[WrittenGoals, Ledger]:
    """Goals as the cast, or a script, writes them."""
    from inspect_ai.model._model import init_model_roles

    def cast(body: Body, number: int) -> Answer:
        if bodies is not None:
            bodies.append(body)
        return answer(body, number) if answer else Say(goal_writer(body))

    async def write(url: str, ledger: Ledger) -> WrittenGoals:
        async with model_at(url) as model:
            init_model_roles({"synthesizer": model})
            return await write_goals(on or library()[0], count, ledger, prompts=load_prompts(), **options)

    with endpoint(cast) as url:
        ledger = Ledger()
        return asyncio.run(write(url, ledger)), ledger


@pytest.fixture(scope="module")
def harvest() -> tuple[WrittenGoals, list[Body], Ledger]:
    bodies: list[Body] = []
    result, ledger = written(14, bodies=bodies)
    return result, bodies, ledger


def complaints(bodies: list[Body]) -> list[str]:
    """The messages by which goals went back to the model."""
    last = [body["messages"][-1]["content"] for body in bodies]
    return [message for message in last if message.startswith("These goals cannot be used")]


# --- what is kept ------------------------------------------------------------------------------------------------


def test_the_solution_of_every_written_goal_completes_it(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    """As the oracle plays it: requests in order, references resolved against what the goal's calls returned."""
    goals = harvest[0].goals
    assert len(goals) == 14
    for goal in goals:
        results: list[Any] = []
        calls: list[SuccessfulCall] = []
        told = {}
        with open_session(library()[0]) as session:
            for request in goal.requests:
                assert request.id not in done_requests([goal], session.net_changes(), {**told, request.id: ""}, calls)
                for call in request.solution:
                    arguments = resolve(call.arguments, results)
                    results.append(session.call(call.tool, arguments))
                    calls.append(SuccessfulCall(len(calls) + 1, Call(tool=call.tool, arguments=arguments)))
                told[request.id] = " ".join(f"{said(answer.value)}." for answer in request.checkpoint.answers)
            changes = session.net_changes()
        assert done_requests([goal], changes, told, calls) == {request.id for request in goal.requests}
        assert match_state(goal.requests, changes).unwanted == ()


def test_a_written_goal_says_what_a_goal_has_to(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    goals = harvest[0].goals
    assert [goal.id for goal in goals] == [f"g{n}" for n in range(1, 15)]
    assert {goal.difficulty for goal in goals} == set(LEVELS)
    for goal in goals:
        least, most = REQUESTS[goal.difficulty]
        assert least <= len(goal.requests) <= most
        assert goal.question
        assert any(item.kind == "critical" for item in goal.rubric)
        ids = [request.id for request in goal.requests]
        assert ids == [f"{goal.id}r{n}" for n in range(1, len(ids) + 1)]
        for place, request in enumerate(goal.requests):
            assert request.intent == "ask"
            assert request.phrases["question"]
            assert list(request.asks) == [answer.label for answer in request.checkpoint.answers]
            assert set(request.needs) <= set(ids[:place])
            assert request.checkpoint.state or request.checkpoint.answers
    assert not any(alike(one, other) for n, one in enumerate(goals) for other in goals[:n])
    assert any(request.needs for goal in goals for request in goal.requests)


def test_new_rows_go_by_symbols_and_their_numbers_are_not_asked_for() -> None:
    goal, problems = checked(draft(6))
    assert goal is not None, problems
    (made,) = goal.requests[0].checkpoint.state
    assert made.kind == "insert"
    assert made.key == {"reservation_id": {NEW: "g1r1 reservations 1"}}
    assert goal.requests[0].asks == ()  # the reservation's number is given out in the dialogue
    assert goal.requests[1].checkpoint.answers[0].kind == "number"


def test_kinds_of_answers_follow_the_values() -> None:
    goal, problems = checked(draft(0))
    assert goal is not None, problems
    first, second = (request.checkpoint.answers[0] for request in goal.requests[:2])
    assert (first.label, first.kind) == ("join date", "date")
    assert (second.label, second.kind) == ("home branch", "text")
    assert states_value(f"It is {second.value}.", second.value, second.kind)


# --- what is rejected, and why -----------------------------------------------------------------------------------


def edited(path: str, value: Any, number: int = 0) -> Draft:
    """A goal that holds but for one place in it, such as `requests.0.calls.0.tool`."""
    goal = copy.deepcopy(draft(number))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    there: Any = goal
    for step in way:
        there = there[step]
    there[last] = value
    return goal


MEMBER, PHONE, BOOK, BRANCH, LIST = 0, 1, 2, 3, 4
"""What the goals of these numbers begin with."""


@pytest.mark.parametrize(
    ("goal", "reason", "text"),
    [
        (lambda: edited("difficulty", "hard"), "another difficulty", "it is hard, not medium"),
        (lambda: edited("requests", draft()["requests"][:2]), "number of requests", "has 2 requests.*3 to 4"),
        (lambda: edited("requests.0.question", " ?"), "empty text", "question is empty"),
        (lambda: edited("requests.0.calls.0.tool", "find_member"), "unknown tool", "did you mean find_members"),
        (lambda: edited("requests.0.calls.0.arguments", {"name": {"from_call": 1, "field": "x"}}),
         "placeholder to no earlier call", "call 1 takes name from call 1"),
        (lambda: edited("requests.0.calls.0.arguments", {"name": {"from_call": "one"}}),
         "placeholder to no earlier call", "from call 0"),
        (lambda: edited("requests.0.tells.0.from_call", 2), "placeholder to no earlier call", "only calls 1 to 1"),
        (lambda: edited("requests.0.facts", [{"label": "card", "value": "LX-22"}]), "fact not in the text", "card = 'LX-22'"),
        (lambda: edited("requests.0.facts", [{"label": "age", "value": 41}]), "fact not in the text", "age = 41"),
        (lambda: edited("requests.1.calls.0.arguments.branch_id", 98765), "argument out of reach", "branch_id = 98765"),
        (lambda: edited("requests.0.calls.0.arguments.name", "Somebody Else"), "argument out of reach", "Somebody Else"),
        (lambda: edited("requests.0.calls.0.arguments", {"page": 0}), "refused call", "0 is less than the minimum"),
        (lambda: edited("requests.1.calls.0.arguments.branch_id", {"from_call": 1, "field": "shoe_size"}),
         "no such field in the result", "call 1 returned"),
        (lambda: edited("requests.0.tells.0.field", "rows.0.shoe_size"), "no such field in the result", "join date from 'rows.0.shoe_size'"),
        (lambda: edited("requests.0.tells.0.field", "rows.0"), "no such field in the result", "not a value that can be told"),
        (lambda: edited("requests.0.tells", []), "nothing changed or told", r"request 1 only looks things up \(find_members\) and tells"),
        (lambda: edited("rubric", []), "no critical rubric item", "no critical item"),
        (lambda: edited("rubric.1.tool", "find_all"), "rubric contradicts the run", "find_all, which does not exist"),
        (lambda: edited("rubric.1.tool", "delete_fine"), "rubric contradicts the run", "delete_fine, which no call uses"),
        (lambda: edited("rubric.1.value", "Nowhere Lane"), "rubric contradicts the run", "Nowhere Lane"),
        (lambda: edited("rubric.0.text", "Names 4711 euros."), "rubric contradicts the run", "speaks of 4711"),
        (lambda: edited("rubric.0.text", "Names 3 May 1871."), "rubric contradicts the run", "speaks of 3 May 1871"),
    ],
)  # fmt: skip
def test_a_goal_that_does_not_hold_is_rejected_with_the_reason(
    goal: Callable[[], Draft], reason: str, text: str
) -> None:
    kept, problems = checked(goal())
    assert kept is None
    assert reason in {found for found, _ in problems}
    assert any(found == reason and re.search(text, why) for found, why in problems), problems


def test_what_is_plain_to_a_reader_is_no_fault() -> None:
    """A field of the only row without its place, arguments as a list, a number as text, null for what is left out."""
    goal, plain = copy.deepcopy(draft(MEMBER)), checked(draft(MEMBER))[0]
    first, second = goal["requests"][0]["calls"][0], goal["requests"][1]["calls"][0]
    first["arguments"] = [
        *({"name": n, "value": v, "from_call": None, "field": None} for n, v in first["arguments"].items()),
        {"name": "sort_by", "value": None, "from_call": None, "field": None},
    ]
    second["arguments"] = [
        {"name": n, "value": None, "from_call": v["from_call"], "field": path_of(v["field"])[-1]}
        for n, v in second["arguments"].items()
    ]
    tell = goal["requests"][0]["tells"][0]
    tell["field"] = path_of(tell["field"])[-1]
    goal["rubric"][0]["text"] = f"Tells what holds in {library()[0].reference_time[:4]}."
    kept, problems = checked(goal)
    assert kept is not None, problems
    assert plain is not None
    assert [request.solution for request in kept.requests] == [request.solution for request in plain.requests]


@pytest.mark.parametrize(
    ("result", "field"),
    [
        ({"id": 7}, "id"), ({"id": 7}, "0.id"), ([{"id": 7}], "id"), ([{"id": 7}, {"id": 8}], "0.id"),
        ({"rows": [{"id": 7}], "count": 1}, "id"), ({"rows": [{"id": 7}, {"id": 8}], "count": 9}, "0.id"),
        ({"rows": [{"id": 7}, {"id": 8}], "count": 9}, "rows.0.id"),
    ],
)  # fmt: skip
def test_a_row_is_found_whichever_way_it_is_written(result: Any, field: str) -> None:
    assert value_at(result, path_of(field)) == 7
    call = CallDraft(tool="x", arguments={"id": {"from_call": 1, "field": field}})
    assert resolve(pointing(call, [result]).call().arguments, [result]) == {"id": 7}


def test_a_row_of_several_has_to_be_named() -> None:
    for several in ([{"id": 7}, {"id": 8}], {"rows": [{"id": 7}, {"id": 8}], "count": 2}):
        with pytest.raises((LookupError, TypeError)):
            value_at(several, path_of("id"))


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("Please suspend her membership.", "suspended", True),
        ("Could you put that on hold?", "on_hold", True),
        ("I want to cancel it.", "cancelled", True),
        ("I have closed the door.", "cancelled", False),
        ("It is for Mr Suspend.", "Suspended", False),
        ("Make it 12.", "1", False),
    ],
)
def test_a_word_is_said_in_any_of_its_forms(text: str, value: str, said: bool) -> None:
    assert is_said(text, value) == said


def test_a_moment_of_any_database_is_a_day_and_not_a_text() -> None:
    for value in ("1998-04-29 00:00:00.000", "1998-04-29T00:00:00.000Z", "1998-04-29T10:20:00Z"):
        answer = answer_of("hire date", value)
        assert answer.kind == "date"
    assert states_value("She was hired on 29 April 1998.", "1998-04-29 00:00:00.000", "date")


@pytest.mark.parametrize("place", [0, 1])
def test_an_answer_may_not_stand_in_the_question(place: int) -> None:
    goal, _ = checked(draft())
    assert goal is not None
    (answer,) = goal.requests[place].checkpoint.answers
    simulation_failed = edited("requests.0.question", f"{draft()['requests'][0]['question']} Is it {answer.value}?")
    assert ("answer given away", True) in {
        (reason, repr(answer.value) in text) for reason, text in checked(simulation_failed)[1]
    }


def test_requests_that_undo_each_other_are_rejected() -> None:
    goal = copy.deepcopy(draft(PHONE))
    first, _, *rest = goal["requests"]
    other = copy.deepcopy(first)
    other["calls"] = [other["calls"][1]]
    other["calls"][0]["arguments"]["phone_number"] = "999111"
    other["question"] = "On second thought, make that 999111."
    other["facts"] = [{"label": "phone number", "value": "999111"}]
    goal["requests"] = [first, other, *rest]
    kept, problems = checked(goal)
    assert kept is None
    assert "requests undo each other" in {reason for reason, _ in problems}


def test_a_number_made_in_the_dialogue_cannot_be_written_down() -> None:
    """Before it is made nobody knows it, so only a reference can stand for it."""
    goal = copy.deepcopy(draft(LIST))
    with open_session(library()[0]) as session:
        made = session.call("create_reading_list", goal["requests"][0]["calls"][0]["arguments"])
    goal["requests"][1]["calls"][1]["arguments"]["reading_list_id"] = made["reading_list_id"]
    _, problems = checked(goal)
    assert [reason for reason, _ in problems] == ["argument out of reach"]


def test_a_number_within_a_returned_text_is_not_known() -> None:
    found = library()[0]
    call = CallDraft(tool="get_member", arguments={"member_id": 12})
    assert unreachable(found, call, 2, "Who is it?", [{"street_address": "12 Harbour Street"}], ())
    assert not unreachable(found, call, 2, "Who is it?", [{"member_id": 12}], ())
    assert not unreachable(found, call, 2, "Who is member 12?", [], ())
    assert unreachable(found, call, 2, "Who is it?", [{"member_id": 12}], {12})


def test_what_the_tool_offers_need_not_be_said() -> None:
    goal = copy.deepcopy(draft(MEMBER))
    asked = {"question": "Which two books are dearest?", "facts": [], "tells": [
        {"label": "title", "from_call": 3, "field": "rows.0.title"}], "calls": [
        {"tool": "find_books", "arguments": {"sort": "price_desc"}}]}  # fmt: skip
    goal["requests"] = [*goal["requests"][:2], asked]
    kept, problems = checked(goal)
    assert kept is not None, problems


def test_goals_that_mean_the_same_are_alike() -> None:
    one = checked(draft(MEMBER))[0]
    other = checked(draft(BOOK))[0]
    assert one is not None
    assert other is not None
    assert not alike(one, other)
    assert alike(one, other.model_copy(update={"shape": one.shape}))
    assert alike(one, other.model_copy(update={"requests": one.requests}))
    assert alike(one, other.model_copy(update={"description": one.description.upper() + " Please."}))


# --- what the model is told, and what is counted -----------------------------------------------------------------


def test_the_funnel_adds_up_over_every_round(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    funnel, ledger = harvest[0].funnel, harvest[2]
    assert funnel.kept == len(harvest[0].goals) == funnel.first_round + funnel.repaired
    assert funnel.proposed == funnel.kept + funnel.dropped.total()
    assert funnel.asked == funnel.proposed
    mended = {n for n in range(funnel.asked) if FAULTS.get(n % ROUND, (None, False))[1]}
    assert funnel.repaired == len(mended)
    assert funnel.dropped == {"like another goal": 1, "number of requests": 1, "refused call": 1}
    assert funnel.sent_back == funnel.repaired + funnel.dropped.total()
    assert funnel.rejected.total() == funnel.sent_back + funnel.dropped.total()
    assert ledger.usage["synthesizer/goals"]["faults"] == funnel.rejected.total()


def test_reasons_are_told_once(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    told = complaints(harvest[1])
    for reason in ("no tool 'find_everything'", "branch_id = 98765", "speaks of 987.65", "from call 40", "LX-2231"):
        assert any(reason in message for message in told), reason
    asked = [body for body in harvest[1] if len(body["messages"]) == 2]
    assert len(told) <= len(asked) * REPAIRS


def test_a_batch_knows_what_was_written_and_not_all_that_was_said(
    harvest: tuple[WrittenGoals, list[Body], Ledger],
) -> None:
    prompts = [body["messages"] for body in harvest[1]]
    assert len({json.dumps(messages[0]) for messages in prompts}) == 1
    assert max(map(len, prompts)) == 4
    (last,) = [m[1]["content"] for m in prompts if len(m) == 2][-1:]
    assert all(goal.description.split(". ")[0][:80] in last for goal in harvest[0].goals[:8])
    assert harvest[2].usage["synthesizer/goals"]["calls"] == len(prompts)


def test_the_model_sees_few_rows_and_all_tools(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    prompt = harvest[1][0]["messages"][0]["content"]
    assert all(tool.name in prompt for tool in library()[0].tools)
    shown = rows_in(prompt)
    assert all(len(rows) <= 3 for rows in shown.values())
    found, schema = library()
    assert database_text(found.database or "", schema, seed=0) in prompt
    assert database_text(found.database or "", schema, seed=1) not in prompt


def test_a_model_that_only_errs_is_a_clear_error() -> None:
    bad = json.dumps({"goals": [edited("requests.0.calls.0.tool", "no_tool")]})
    with pytest.raises(CompositionError, match=r"wrote no goal that holds: unknown tool \(2\)"):
        written(1, answer=lambda body, number: Say(bad), difficulty="medium")


def test_a_model_that_says_nothing_usable_is_a_fault_and_what_is_kept_stays() -> None:
    with pytest.raises(ModelFault, match="no usable answer"):
        written(1, answer=lambda body, number: Say("I would rather not."))
    result, ledger = written(9, answer=lambda body, n: Say(goal_writer(body) if n == 0 else "I am done."))
    assert result.funnel.kept == len(result.goals) > 0
    assert "no usable answer" in (result.funnel.cut_short or "")
    assert result.funnel.proposed == result.funnel.kept + result.funnel.dropped.total()
    assert ledger.usage["synthesizer/goals"]["faults"] == 3 + result.funnel.rejected.total()


def test_more_goals_than_asked_for_are_left_and_fewer_are_asked_for_again() -> None:
    many = [draft(n) for n in (MEMBER, BOOK, LIST)]
    result, _ = written(1, answer=lambda body, n: Say(json.dumps({"goals": many})), difficulty="medium")
    assert (len(result.goals), result.funnel.dropped) == (1, {"more than asked for": 2})
    result, _ = written(2, answer=lambda body, n: Say(json.dumps({"goals": many[n : n + 1]})), difficulty="medium")
    assert (len(result.goals), result.funnel.asked, result.funnel.proposed) == (2, 3, 2)


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(CompositionError, match="whole number"):
        written(0)
    with pytest.raises(CompositionError, match="difficulty is odd"):
        written(1, difficulty="odd")


# --- simulated tools ---------------------------------------------------------------------------------------------


def test_where_tools_are_simulated_calls_are_what_is_checked() -> None:
    result, _ = written(3, on=AIRLINE)
    assert len(result.goals) == 3
    first = result.goals[0]
    search, book = first.requests
    assert search.checkpoint.calls[0].arguments == {"city": "Lisbon", "day": "2025-03-10"}
    assert book.checkpoint.calls == (Call(tool="book_flight", arguments={"passenger": "Mara Quist", "seats": 1}),)
    assert book.solution[0].arguments["flight_id"] == {NEW: [0, 0, "flight_id"]}
    assert (search.asks, search.checkpoint.state) == (("departure",), ())
    assert [answer.returned for answer in search.checkpoint.answers] == [("*", "departure")]
    assert book.needs == (search.id,)
    rows = json.dumps([{"flight_id": 4, "departure": "16:40"}, {"flight_id": 7, "departure": "12:05"}])
    made = [SuccessfulCall(1, Call(tool="find_flights", arguments=search.solution[0].arguments), rows)]
    for told, expected in (
        ("It leaves at 12:05.", True),
        ("I found two flights.", False),
        ("It leaves at 13:05.", False),
    ):
        assert bool(done_requests([first], [], {search.id: told, book.id: ""}, made)) is expected, told
    untold = [made[0]._replace(result=json.dumps([{"flight_id": 4, "departure": None}]))]
    assert done_requests([first], [], {search.id: "It is not known yet.", book.id: ""}, untold) == {search.id}


@pytest.mark.parametrize(
    ("value", "said", "told"),
    [
        (["milk", "soy"], "It contains milk and soy.", True),
        (["milk", "soy"], "It contains milk.", False),
        ([], "None are listed.", True),
        ("in_transit", "It is in transit.", True),
        ("Handle with care and keep it away from any open flame", "Keep it from flames: handle with care, open", True),
        ("Handle with care and keep it away from any open flame", "There is a note.", False),
        (12.4, "12.4 grams", True),
        (12.4, "12 grams", False),
        (False, "No, that is not fine for you.", True),
    ],
)
def test_what_a_simulated_call_returns_in_the_dialogue_has_to_be_told(value: Any, said: str, told: bool) -> None:
    look = Call(tool="look", arguments={"code": 1})
    answer = GoalAnswer(label="it", value="something", kind="text", returned=("found", "it"), of_call=0)
    request = Request(
        id="r", intent="ask", solution=(look,), checkpoint=Checkpoint(calls=(look, look), answers=(answer,))
    )
    made = [SuccessfulCall(1, look, json.dumps({"found": {"it": value}}))]
    assert (missing_answers(request, said, made) == ()) is told


def test_a_request_may_tell_what_an_earlier_call_returned() -> None:
    goal = GoalDraft.model_validate(planned_goal({}, "easy", 0))
    more = {**goal.requests[0].model_dump(), "calls": [], "facts": [], "question": "When was that again?"}
    longer = goal.model_copy(update={"requests": [*goal.requests[:1], type(goal.requests[0]).model_validate(more)]})
    trial = play(SimulatedSession(AIRLINE), None, longer, "g1")
    assert not trial.problems
    assert trial.requests[1].checkpoint.calls == trial.requests[0].checkpoint.calls


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("calls.0.arguments.flight_id", {"from_call": 1, "field": "0.gate"}, "no such field in the result"),
        ("calls.0.arguments.flight_id", {"from_call": 1, "field": "flight_id"}, "no such field in the result"),
        ("calls.0.arguments.flight_id", {"from_call": 1, "field": "0.departure"}, "refused call"),
        ("calls.0.arguments.flight_id", 88, "argument out of reach"),
        ("calls.0.arguments.meal", "vegan", "refused call"),
        ("tells.0.field", "price", "no such field in the result"),
        ("calls", [], "placeholder to no earlier call"),
    ],
)
def test_a_simulated_call_has_to_fit_the_schemas(path: str, value: Any, reason: str) -> None:
    goal = planned_goal({}, "easy", 0)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    there: Any = goal["requests"][1]
    for step in way:
        there = there[step]
    there[last] = value
    kept, problems = check_goal(AIRLINE, GoalDraft.model_validate(goal), "g1", ["easy"])
    assert kept is None
    assert reason in {problem.reason for problem in problems}


# --- the command -------------------------------------------------------------------------------------------------


def turnwise(*args: Any) -> Result:
    return CliRunner(env={"COLUMNS": "160", "OPENAI_API_KEY": "none"}).invoke(main, [str(arg) for arg in args])


def test_the_command_writes_goals_with_a_model(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "goals.json"
    with endpoint(lambda body, number: Say(goal_writer(body))) as url:
        model = ("--model", "openai/scripted", "--model-base-url", url, "-M", "responses_api=false")
        result = turnwise("goals", "city_library", "-o", out, "--count", 2, *model, "--logs", tmp_path / "logs")
    assert result.exit_code == 0, result.output
    for line in ("synthesizer/goals", "Unusable", f"-T goal_file={out}"):
        assert line in result.stdout
    goals = load_goals(out)
    assert len(goals.goals) == 2
    assert goals.world_hash == library()[0].hash
    funnel = goals.provenance["funnel"]
    assert funnel["proposed"] == funnel["kept"] + sum(funnel["dropped"].values())
    assert f"{funnel['asked']} asked, {funnel['proposed']} proposed, {funnel['kept']} kept" in result.stdout
    (log,) = (tmp_path / "logs").glob("*goals*.eval")
    assert log.name in result.stdout.replace("\n", "")
    assert [path.name for path in out.parent.iterdir()] == ["goals.json"]


def test_the_command_composes_goals_without_a_model(tmp_path: Path) -> None:
    result = turnwise("goals", "city_library", "-o", tmp_path / "g.json", "--count", 3, "--difficulty", "easy")
    assert result.exit_code == 0, result.output
    goals = load_goals(tmp_path / "g.json")
    assert [goal.id for goal in goals.goals] == ["g1", "g2", "g3"]
    assert {goal.difficulty for goal in goals.goals} == {"easy"}
    assert "Goals" in result.stdout


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("nowhere", "-o", "g.json"), "not a world"),
        (("city_library", "-o", "."), "is a directory"),
        (("city_library", "-o", "g.json", "--prompts", "mine"), "are for a model: name it with --model"),
        (("city_library", "-o", "g.json", "--model", "openai/x", "-M", "odd"), "it takes KEY=VALUE"),
        (("city_library", "-o", "g.json", "--model", "nobody/x"), "nobody"),
    ],
)
def test_wrong_use_is_one_line(
    args: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_world(AIRLINE, tmp_path / "airline")
    result = turnwise("goals", *args)
    assert result.exit_code == 1
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "g.json").exists()


def test_written_goals_make_sets(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    found = library()[0]
    pool = GoalFile(world=found.name, world_hash=found.hash, goals=tuple(harvest[0].goals))
    for first, second in assign_goals(found, pool, sets=8, goals=2):
        assert (first.id, second.id) == ("g1", "g2")
        assert stands_after(found, [first], second)


def test_the_goals_of_a_set_are_those_of_one_person(harvest: tuple[WrittenGoals, list[Body], Ledger]) -> None:
    found = library()[0]
    roles = ("a member", "A librarian.", "a librarian")
    goals = [
        goal.model_copy(update={"situation": Situation(role=roles[n % 3], reason="It has a reason.", said="")})
        for n, goal in enumerate(harvest[0].goals)
    ]
    pool = GoalFile(world=found.name, world_hash=found.hash, goals=tuple(goals))
    for pair in assign_goals(found, pool, sets=4, goals=2):
        assert len({goal.situation.role.strip("A.").strip("a ") for goal in pair if goal.situation}) == 1
