"""Worlds without a database: made-up results fit their schemas and each other, by rules and by a model."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from endpoint import Body, scripted_model
from hypothesis import given, settings
from hypothesis import strategies as st
from inspect_ai.model import ChatMessageSystem
from jsonschema import Draft202012Validator
from tiny import tool, world

from turnwise.dialogue.relied_on import expected_calls, state_of
from turnwise.errors import CallRefused, ModelFault, WorldError
from turnwise.goals.model import NEW, Answer, Call, Checkpoint, Goal, Request, Slot
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import load_prompts
from turnwise.worlds import SimulatedSession, Tool, World, load_world, open_session, save_world, verify_world
from turnwise.worlds.backend import open_backend
from turnwise.worlds.simulated.by_model import Expected, ModelSimulator, fitted, simulator_prompt
from turnwise.worlds.simulated.memory import Answered, contradiction

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
STATUS = {"type": "string", "enum": ["open", "shipped", "cancelled"]}
ORDER = {"order_id": INTEGER, "customer_id": INTEGER, "product": TEXT, "quantity": INTEGER, "status": STATUS}


def record(fields: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    """A closed object schema; everything is required unless told."""
    names = list(fields) if required is None else required
    return {"type": "object", "properties": fields, "required": names, "additionalProperties": False}


def simulated(name: str, effect: Any, arguments: dict[str, Any], returns: dict[str, Any], needed: int = 9) -> Tool:
    """A tool without SQL; the first `needed` of its arguments are required."""
    return Tool(
        name=name,
        description=name,
        parameters=record(arguments, list(arguments)[:needed]),
        returns=returns,
        effect=effect,
    )


SHOP = World(
    name="shop",
    domain="a shop",
    description="Orders.",
    reference_time="2026-01-05 09:00:00",
    policy="",
    tools=(
        simulated("get_order", "read", {"order_id": INTEGER}, record(ORDER)),
        simulated(
            "list_orders",
            "read",
            {"customer_id": INTEGER, "status": STATUS, "limit": {"type": "integer", "minimum": 1}},
            {"type": "array", "items": record(ORDER)},
            1,
        ),
        simulated("create_order", "write", {k: ORDER[k] for k in ("customer_id", "product")}, record(ORDER, ["order_id"])),
        simulated("update_order", "write", {"order_id": INTEGER, "quantity": INTEGER}, record({"order_id": INTEGER})),
        simulated("cancel_order", "write", {"order_id": INTEGER}, record({"order_id": INTEGER, "status": STATUS})),
        simulated("delete_order", "write", {"order_id": INTEGER}, record({"deleted": {"type": "boolean"}})),
        simulated("get_price", "read", {"symbol": TEXT, "currency": TEXT}, record({"symbol": TEXT, "currency": TEXT, "price": {"type": "number"}})),
        simulated("current_time", "read", {}, record({"now": {"type": "string"}})),
    ),
)  # fmt: skip


names = st.sampled_from(
    [
        "id",
        "order_id",
        "customer_id",
        "name",
        "status",
        "price",
        "email",
        "created_at",
        "city",
        "items",
        "total",
        "x y",
        "code",
    ]
)
bounds = st.tuples(st.integers(-50, 50), st.integers(0, 90)).map(lambda b: {"minimum": b[0], "maximum": b[0] + b[1]})
leaves = st.one_of(
    st.sampled_from(["string", "integer", "number", "boolean", "null"]).map(lambda kind: {"type": kind}),
    st.sampled_from(["date", "date-time", "email", "uri", "uuid"]).map(lambda form: {"type": "string", "format": form}),
    bounds.map(lambda b: {"type": "integer", **b}),
    bounds.map(lambda b: {"type": "number", "exclusiveMinimum": b["minimum"], "maximum": b["maximum"] + 1}),
    st.integers(1, 9).map(lambda n: {"type": "number", "multipleOf": n / 2}),
    st.tuples(st.integers(0, 9), st.integers(0, 30)).map(
        lambda n: {"type": "string", "minLength": n[0], "maxLength": n[0] + n[1]}
    ),
    st.lists(st.one_of(st.text(max_size=4), st.integers(), st.none()), min_size=1, max_size=3).map(
        lambda v: {"enum": v}
    ),
    st.sampled_from(["^[A-Z]{3}-\\d{4}$", "^\\d+$", "^[a-z0-9]{2,5}$"]).map(lambda p: {"type": "string", "pattern": p}),
    st.just({"type": ["string", "null"]}),
    st.just({"anyOf": [{"type": "null"}, {"type": "integer"}]}),
    st.just({}),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas of objects with fields of some other schemas."""
    return st.dictionaries(names, inner, max_size=5).flatmap(
        lambda fields: (
            st.lists(st.sampled_from(sorted(fields)), unique=True).map(lambda needed: record(fields, needed))
            if fields
            else st.just(record({}))
        )
    )


def arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas of arrays, some of them of a certain length."""
    return st.tuples(inner, st.integers(0, 4), st.integers(0, 3)).map(
        lambda drawn: {"type": "array", "items": drawn[0], "minItems": drawn[1], "maxItems": drawn[1] + drawn[2]}
    )


nested = st.recursive(leaves, lambda inner: st.one_of(objects(inner), arrays(inner)), max_leaves=8)
calls = st.lists(
    st.one_of(
        st.tuples(st.just("list_orders"), st.fixed_dictionaries({"customer_id": st.integers(1, 2)}, optional={"status": st.sampled_from(STATUS["enum"]), "limit": st.integers(1, 9)})),
        st.tuples(st.just("create_order"), st.fixed_dictionaries({"customer_id": st.integers(1, 2), "product": st.sampled_from(["lamp", "desk"])})),
        st.tuples(st.sampled_from(["get_order", "cancel_order", "delete_order"]), st.fixed_dictionaries({"order_id": st.integers(1, 3)})),
        st.tuples(st.just("update_order"), st.fixed_dictionaries({"order_id": st.integers(1, 3), "quantity": st.integers(1, 5)})),
        st.tuples(st.just("get_price"), st.fixed_dictionaries({"symbol": st.sampled_from(["AMBR", "WMNT"]), "currency": st.sampled_from(["EUR", "USD"])})),
    ),
    max_size=12,
)  # fmt: skip


def played(session: SimulatedSession, steps: list[tuple[str, dict[str, Any]]]) -> Iterator[Answered | str]:
    """What came of each call: the answer, or why it was refused."""
    for name, arguments in steps:
        try:
            yield Answered(session.world.by_name[name], arguments, session.call(name, arguments))
        except CallRefused as error:
            yield str(error)


@given(st.one_of(objects(nested), arrays(nested)), st.sampled_from(["read", "write"]), names, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_result_fits_its_schema_whatever_the_schema(returns: Any, effect: Any, argument: str, seed: int) -> None:
    verb = "get" if effect == "read" else "create"
    odd = world(None, *(simulated(f"{verb}_{noun}", effect, {argument: TEXT}, returns) for noun in ("order", "orders")))
    verify_world(odd)
    session = SimulatedSession(odd, seed=seed)
    for name in [*odd.by_name] * 2:
        result = session.call(name, {argument: "abc"})
        assert not list(Draft202012Validator(returns).iter_errors(result))


@given(calls, st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_the_same_calls_with_the_same_seed_give_the_same_results_and_never_contradict_each_other(
    steps: list[tuple[str, dict[str, Any]]], seed: int
) -> None:
    found = list(played(SimulatedSession(SHOP, seed=seed), steps))
    assert found == list(played(SimulatedSession(SHOP, seed=seed), steps))
    answered = [each for each in found if isinstance(each, Answered)]
    for number, each in enumerate(answered):
        assert contradiction(answered[:number], each) is None


def test_seeds_differ() -> None:
    one, other = (SimulatedSession(SHOP, seed=seed).call("list_orders", {"customer_id": 1}) for seed in (1, 2))
    assert one != other


def test_a_thing_is_the_same_in_every_tool_that_shows_it() -> None:
    session = SimulatedSession(SHOP)
    orders = session.call("list_orders", {"customer_id": 7})
    assert len({order["order_id"] for order in orders}) == len(orders) >= 3
    assert {order["customer_id"] for order in orders} == {7}
    for order in orders:
        assert session.call("get_order", {"order_id": order["order_id"]}) == order
    shipped = session.call("list_orders", {"customer_id": 7, "status": "shipped", "limit": 2})
    assert {(order["customer_id"], order["status"]) for order in shipped} == {(7, "shipped")}
    assert len(shipped) == 2


def test_a_write_shows_in_later_reads() -> None:
    session = SimulatedSession(SHOP)
    before = session.call("get_order", {"order_id": 3})
    session.call("update_order", {"order_id": 3, "quantity": 77})
    assert session.call("get_order", {"order_id": 3}) == {**before, "quantity": 77}
    assert session.call("cancel_order", {"order_id": 3}) == {"order_id": 3, "status": "cancelled"}
    assert session.call("get_order", {"order_id": 3})["status"] == "cancelled"
    session.call("delete_order", {"order_id": 3})
    with pytest.raises(CallRefused, match="nothing found: there is no order 3"):
        session.call("get_order", {"order_id": 3})
    assert session.net_changes() == []


def test_what_is_created_has_a_new_id_and_is_found() -> None:
    session = SimulatedSession(SHOP)
    before = session.call("list_orders", {"customer_id": 7})
    one, other = (session.call("create_order", {"customer_id": 7, "product": "lamp"}) for _ in range(2))
    assert one["order_id"] != other["order_id"]
    assert "quantity" not in one, "a write claims nothing that nobody said"
    assert session.call("get_order", {"order_id": one["order_id"]})["product"] == "lamp"
    assert [order["order_id"] for order in session.call("list_orders", {"customer_id": 7})] == [
        *(order["order_id"] for order in before), one["order_id"], other["order_id"],
    ]  # fmt: skip


def test_one_thing_may_be_looked_at_in_two_ways() -> None:
    session = SimulatedSession(SHOP)
    euros, dollars = (session.call("get_price", {"symbol": "AMBR", "currency": c}) for c in ("EUR", "USD"))
    assert (euros["currency"], dollars["currency"]) == ("EUR", "USD")
    assert session.call("get_price", {"symbol": "AMBR", "currency": "EUR"}) == euros


def test_calls_are_refused_as_in_an_executable_world() -> None:
    session = SimulatedSession(SHOP)
    with pytest.raises(CallRefused, match="there is no tool 'get_orders': did you mean get_order"):
        session.call("get_orders", {})
    with pytest.raises(CallRefused, match="the arguments do not fit: order_id: 'x' is not of type 'integer'"):
        session.call("get_order", {"order_id": "x"})


@pytest.mark.parametrize(
    ("returns", "parameters", "reason"),
    [
        ({"type": "string"}, {}, 'tool get_x: it has to return a schema of type "object" or "array"'),
        ({"type": "object", "required": "id"}, {}, "tool get_x: its returns are not a JSON schema"),
        ({"type": "object"}, {"uniqueItems": True}, "tool get_x: its parameters use uniqueItems"),
    ],
)
def test_a_simulated_world_that_will_not_do_says_which_tool_is_wrong(
    returns: dict[str, Any], parameters: dict[str, Any], reason: str
) -> None:
    odd = simulated("get_x", "read", {}, returns)
    with pytest.raises(WorldError, match=reason):
        verify_world(world(None, odd.model_copy(update={"parameters": {**odd.parameters, **parameters}})))


def test_a_simulated_world_is_saved_and_loaded_but_does_not_execute(tmp_path: Any) -> None:
    save_world(SHOP, tmp_path / "shop")
    loaded = load_world(tmp_path / "shop")
    assert loaded == SHOP
    verify_world(loaded)
    with pytest.raises(WorldError, match="has no database: its tools are simulated"):
        open_session(loaded)


def test_a_backend_fits_its_world() -> None:
    executable = world(
        "CREATE TABLE t (a); INSERT INTO t VALUES (1);", tool("get_t", "read", "array", "SELECT a FROM t")
    )
    executed, invented = open_backend(executable, 0, None, None), open_backend(SHOP, 0, None, None)
    assert executed.session is not None
    assert invented.session is None
    assert asyncio.run(executed.call("get_t", {})) == [{"a": 1}]
    assert asyncio.run(invented.call("get_order", {"order_id": 5}))["order_id"] == 5
    executed.close()
    invented.close()


# The model twin


def order(number: int, **fields: Any) -> str:
    """A reply with an order in it."""
    values = {"order_id": number, "customer_id": 1, "product": "lamp", "quantity": 2, "status": "open"} | fields
    return json.dumps({"result": values})


@contextmanager
def simulator(replies: list[str], received: list[Body] | None = None) -> Iterator[tuple[ModelSimulator, Ledger]]:
    """The shop, simulated by a model that gives these replies."""
    with scripted_model(replies, received) as model:
        ledger = Ledger()
        system = simulator_prompt(load_prompts(), SHOP, "2026-03-04 10:00:00")
        chat = Chat(model, "simulator", "simulator", ledger, [ChatMessageSystem(content=system)])
        backend = open_backend(SHOP, 0, None, chat)
        assert isinstance(backend, ModelSimulator)
        yield backend, ledger


def run(backend: ModelSimulator, *steps: tuple[str, dict[str, Any]]) -> list[Any]:
    """The results of some calls, in one event loop as in a dialogue."""

    async def go() -> list[Any]:
        async with backend._chat.model:
            return [await backend.call(name, arguments) for name, arguments in steps]

    return asyncio.run(go())


def test_the_model_is_told_the_world_the_time_and_what_was_said() -> None:
    received: list[Body] = []
    with simulator([order(3)], received) as (backend, _):
        backend.hear("Today is 3 May 2025")
        (found,) = run(backend, ("get_order", {"order_id": 3}))
    assert found["order_id"] == 3
    system, asked = received[0]["messages"]
    assert "2026-03-04 10:00:00" in system["content"]
    assert '"returns"' in system["content"]
    assert "cancel_order" in system["content"]
    assert "Today is 3 May 2025" in asked["content"]
    assert 'get_order with {"order_id": 3}' in asked["content"]


def test_a_result_that_does_not_fit_goes_back_to_the_model() -> None:
    received: list[Body] = []
    with simulator([order(3, quantity="many"), order(3)], received) as (backend, ledger):
        run(backend, ("get_order", {"order_id": 3}))
    assert "quantity: 'many' is not of type 'integer'" in received[1]["messages"][-1]["content"]
    assert [(fault.role, fault.kind) for fault in ledger.faults] == [("simulator", "content")]


def test_a_result_that_contradicts_an_earlier_one_goes_back_to_the_model() -> None:
    received: list[Body] = []
    get = ("get_order", {"order_id": 3})
    with simulator([order(3), order(3, product="desk"), order(3)], received) as (backend, _):
        before, after = run(backend, get, get)
    assert before == after
    said = received[2]["messages"][-1]["content"]
    assert 'order 3 had product "lamp" in the result of get_order, nothing has changed it since' in said


def test_a_write_in_between_may_change_what_is_shown() -> None:
    get, update = ("get_order", {"order_id": 3}), ("update_order", {"order_id": 3, "quantity": 5})
    replies = [order(3), json.dumps({"result": {"order_id": 3}}), order(3, quantity=5)]
    with simulator(replies) as (backend, ledger):
        assert run(backend, get, update, get)[-1]["quantity"] == 5
    assert ledger.faults == []


def test_a_model_that_never_gives_a_result_that_fits_is_given_up_on() -> None:
    with simulator(['{"result": {"order_id": 3}}']) as (backend, _), pytest.raises(ModelFault, match="simulator model"):
        run(backend, ("get_order", {"order_id": 3}))
    with simulator(["{}"]) as (backend, _), pytest.raises(ModelFault, match='either a "result" or an "error"'):
        run(backend, ("get_order", {"order_id": 3}))


def test_the_model_may_have_the_service_refuse() -> None:
    with simulator(['{"error": "There is no order 3."}']) as (backend, ledger):
        with pytest.raises(CallRefused, match=r"^There is no order 3\.$"):
            run(backend, ("get_order", {"order_id": 3}))
        assert ledger.faults == []


def test_a_call_that_the_signature_refuses_costs_no_model_call() -> None:
    received: list[Body] = []
    with simulator([order(3)], received) as (backend, _), pytest.raises(CallRefused, match="not of type 'integer'"):
        run(backend, ("get_order", {"order_id": "three"}))
    assert received == []


def test_every_prompt_extends_the_one_before_so_earlier_results_are_given_back() -> None:
    received: list[Body] = []
    steps = [("get_order", {"order_id": number}) for number in range(1, 5)]
    replies = [order(1), "what?", order(2), order(3), order(4)]
    with simulator(replies, received) as (backend, _):
        run(backend, *steps)
    prompts = [body["messages"] for body in received]
    assert len(prompts) == 5
    for before, after in pairwise(prompts):
        assert after[: len(before)] == before
    assert '"order_id": 1' in prompts[-1][2]["content"]


def shown(name: str, arguments: dict[str, Any], result: Any) -> Answered:
    return Answered(SHOP.by_name[name], arguments, result)


def test_contradiction_knows_things_by_their_keys() -> None:
    listed = shown(
        "list_orders", {"customer_id": 1}, [{"order_id": 3, "status": "open"}, {"order_id": 4, "status": "open"}]
    )
    now = shown("get_order", {"order_id": 3}, {"order_id": 3, "status": "shipped"})
    assert "status" in (contradiction([listed], now) or "")
    assert contradiction([listed], shown("get_order", {"order_id": 5}, {"order_id": 5, "status": "shipped"})) is None
    assert contradiction([listed, shown("cancel_order", {"order_id": 3}, {})], now) is None
    assert contradiction([listed, shown("cancel_order", {"order_id": 4}, {})], now) is not None
    reviews = shown("list_orders", {"customer_id": 1}, [{"customer_id": 1, "product": p} for p in ("lamp", "desk")])
    assert contradiction([reviews], reviews) is None


def test_what_was_asked_for_in_another_way_may_differ() -> None:
    quote = simulated("list_quotes", "read", {"date": TEXT}, {"type": "array"})
    fact = simulated("get_weather", "read", {"city": TEXT}, {"type": "array"})
    for each, one, other in (
        (quote, ({"date": "2026-01-01"}, {"symbol": "AMBR", "price": 1}), ({"date": "2026-01-02"}, {"symbol": "AMBR", "price": 2})),
        (fact, ({"city": "Ghent"}, {"name": "wind", "value": 1}), ({"city": "Graz"}, {"name": "wind", "value": 2})),
    ):  # fmt: skip
        first, second = (Answered(each, arguments, [result]) for arguments, result in (one, other))
        assert contradiction([first], second) is None
    again = Answered(quote, {"date": "2026-01-01"}, [{"symbol": "AMBR", "price": 3}])
    assert contradiction([Answered(quote, {"date": "2026-01-01"}, [{"symbol": "AMBR", "price": 1}])], again) is not None


# What goals rely on


def relying(*calls: Expected) -> Callable[[ModelSimulator], None]:
    return lambda backend: backend.expect("- order: 3\n- product: lamp", calls)


GONE = json.dumps({"error": "There is no order 3.", "result": None})
CANCEL = Expected("cancel_order", {"order_id": 3}, finds=False)


def test_what_people_come_about_is_told_and_can_be_done() -> None:
    received: list[Body] = []
    with simulator([GONE, order(3, status="cancelled")], received) as (backend, ledger):
        relying(CANCEL)(backend)
        (found,) = run(backend, ("cancel_order", {"order_id": 3}))
    assert found["status"] == "cancelled"
    assert "- product: lamp" in received[0]["messages"][1]["content"]
    assert "cancel_order succeeds" in received[1]["messages"][-1]["content"]
    assert [fault.kind for fault in ledger.faults] == ["content"]


def test_a_simulator_that_makes_a_goal_impossible_is_at_fault() -> None:
    with simulator([GONE]) as (backend, _):
        relying(CANCEL)(backend)
        with pytest.raises(ModelFault, match="no usable answer"):
            run(backend, ("cancel_order", {"order_id": 3}))


def test_what_no_goal_relies_on_may_be_refused() -> None:
    """A change that was made already, one of another order, and a look at an order that no result has shown."""

    async def go(backend: ModelSimulator) -> list[str]:
        async with backend._chat.model:
            await backend.call("cancel_order", {"order_id": 3})
            told = []
            for name, number in (("cancel_order", 3), ("cancel_order", 4), ("get_order", 99)):
                with pytest.raises(CallRefused) as refused:
                    await backend.call(name, {"order_id": number})
                told.append(str(refused.value))
            return told

    with simulator([order(3, status="cancelled"), GONE]) as (backend, _):
        relying(CANCEL, Expected("get_order", {}, finds=True))(backend)
        assert asyncio.run(go(backend)) == ["There is no order 3."] * 3


def test_a_reply_has_a_strict_schema_and_null_stands_for_what_is_left_out() -> None:
    received: list[Body] = []
    with simulator([order(3)], received) as (backend, _):
        run(backend, ("get_order", {"order_id": 3}))
    wanted = received[0]["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert list(wanted["schema"]["properties"]) == ["error", "result"]
    row = wanted["schema"]["properties"]["result"]["anyOf"][0]
    assert (row["additionalProperties"], set(row["required"])) == (False, set(row["properties"]))
    loose = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"]}},
        "required": [],
    }
    assert fitted({"a": None, "b": None, "c": 1}, loose) == {"b": None, "c": 1}
    assert fitted([{"b": "x", "c": 1}], {"type": "array", "items": {**loose, "additionalProperties": False}}) == [
        {"b": "x"}
    ]


def test_goals_say_what_they_rely_on_and_not_what_is_asked() -> None:
    goal = Goal(
        id="g1", difficulty="easy", description="Book it.", shape="", requests=(
            Request(id="g1r1", intent="ask", asks=("departure",), slots=(Slot(label="city", value="Oslo"),),
                    solution=(Call(tool="find", arguments={"city": "Oslo"}),),
                    checkpoint=Checkpoint(answers=(Answer(label="departure", value="09:40", kind="text"),))),
            Request(id="g1r2", intent="ask", slots=(Slot(label="name", value="Mara Quist"),), checkpoint=Checkpoint(),
                    solution=(Call(tool="book", arguments={"flight": {NEW: [0, 0, "id"]}, "name": "Mara Quist"}),)),
        ))  # fmt: skip
    assert state_of([goal]) == "- city: Oslo\n- name: Mara Quist"
    assert expected_calls([goal]) == [
        Expected("find", {"city": "Oslo"}, True), Expected("book", {"name": "Mara Quist"}, False)]  # fmt: skip
