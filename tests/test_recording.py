"""Calls go to a live MCP server, and its answers become examples that simulators of the world go by."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from endpoint import Body, scripted_model
from inspect_ai.model import ChatMessageSystem
from test_simulated import SHOP, simulated

from turnwise.cli import main
from turnwise.errors import CallRefused, ServiceFault, WorldError
from turnwise.llm.chat import Chat, Ledger
from turnwise.secrets import MASK, is_secret, without_secrets
from turnwise.synthesis.pipeline import make_goals
from turnwise.worlds import SimulatedSession, World, load_world, save_world
from turnwise.worlds.examples import LONGEST, MOST, Example, Server, merged, seen_schema
from turnwise.worlds.live import Connection, remembered, server_of
from turnwise.worlds.recording import keep
from turnwise.worlds.simulated.by_model import ModelSimulator

SERVER = """
import json, os, sys, time
status = {7: "waiting", 8: "on its way"}

def get_parcel(parcel_id):
    return {"parcel_id": parcel_id, "status": status[parcel_id], "api_token": "topsecret"}

def stop_parcel(parcel_id):
    status[parcel_id] = "stopped"
    return "stopped with " + os.environ["DESK_PASS"]

def get_label(parcel_id):
    return [{"type": "image", "data": "eA==", "mimeType": "image/png"}]

def hang(parcel_id):
    time.sleep(30)

def die(parcel_id):
    print("out of paper", file=sys.stderr, flush=True)
    os._exit(3)

TOOLS = {
    "get_parcel": "Find a parcel.", "stop_parcel": "Stop a parcel.", "get_label": "The label of a parcel.",
    "hang": "Wait.", "die": "End.",
}
TAKES = {"type": "object", "properties": {"parcel_id": {"type": "integer"}}, "required": ["parcel_id"]}

def called(name, arguments):
    try:
        made = globals()[name](**arguments)
    except Exception as error:
        return {"content": [{"type": "text", "text": f"Error executing tool {name}: {error}"}], "isError": True}
    if isinstance(made, list):
        return {"content": made}
    result = made if isinstance(made, dict) else {"result": made}
    return {"content": [{"type": "text", "text": json.dumps(made)}], "structuredContent": result}

for line in sys.stdin:
    asked = json.loads(line)
    about = asked.get("params") or {}
    if asked.get("method") == "initialize":
        about = {"name": "Parcel desk", "version": "1"}
        answer = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": about}
    elif asked.get("method") == "tools/list":
        answer = {"tools": [{"name": name, "description": text, "inputSchema": TAKES} for name, text in TOOLS.items()]}
    elif asked.get("method") == "tools/call":
        answer = called(about["name"], about["arguments"])
    elif "id" in asked:
        answer = None
    else:
        continue
    said = {"result": answer} if answer else {"error": {"code": -32601, "message": "no such method"}}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **said}), flush=True)
"""
AGENT = """
def agent(messages, tools):
    said = []
    for name, parcel in (("get_parcel", 7), ("get_parcel", 9), ("stop_parcel", 7), ("get_parcel", 7), ("get_label", 8)):
        try:
            said.append(str(tools[name](parcel_id=parcel)))
        except Exception as error:
            said.append(str(error))
    return "; ".join(said)

def breaker(messages, tools):
    try:
        return str(tools["die"](parcel_id=1))
    except Exception as error:
        return str(error)
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("mcp")
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "desk_agents.py").write_text(AGENT)
    entry = {"command": sys.executable, "args": ["server.py"], "env": {"DESK_PASS": "hunter2222"}}
    (tmp_path / "clients.json").write_text(json.dumps({"mcpServers": {"desk": entry}}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def turnwise(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_a_live_server_answers_and_the_world_keeps_its_answers(desk: Path) -> None:
    assert turnwise("synth", "clients.json", "-o", "desk")[0] == 0
    before = load_world("desk")
    assert before.server == Server(config=str(desk / "clients.json"), name="desk")
    run = ("run", "--world", "desk", "--scenarios", "1", "--agent")
    code, said = turnwise(*run, "desk_agents.py@agent", "--record")
    assert code == 0, said
    assert "what calls change there stays changed" in said
    after = load_world("desk")
    assert f"desk has 4 recorded calls of 3 tools, and is {after.hash} from now on" in said
    assert after.hash != before.hash
    found = {example.key: example for example in after.examples}
    assert found['get_parcel {"parcel_id": 7}'].result == {"parcel_id": 7, "status": "waiting", "api_token": MASK}
    assert "get_parcel" in str(found['get_parcel {"parcel_id": 9}'].error)
    assert found['stop_parcel {"parcel_id": 7}'].result == {"result": f"stopped with {MASK}"}
    assert found['get_label {"parcel_id": 8}'].result == {"text": "[image: image/png]"}
    assert after.by_name["get_parcel"].returns["properties"]["status"] == {"type": "string"}
    (log,) = desk.glob("logs/*.eval")
    assert turnwise("branch", str(log), "--at", "first", "-o", "starts.jsonl")[0] == 0

    # Without the server: what was recorded is answered so, and a dialogue's own changes show in it.
    session = SimulatedSession(after)
    assert session.call("get_parcel", {"parcel_id": 7})["status"] == "waiting"
    assert session.call("stop_parcel", {"parcel_id": 7}) == {"result": f"stopped with {MASK}"}
    with pytest.raises(CallRefused, match="get_parcel"):
        SimulatedSession(after).call("get_parcel", {"parcel_id": 9})
    assert any("7" in goal.description for goal in make_goals(after, 6, difficulty="easy", seed=0).goals)

    code, said = turnwise(*run, "desk_agents.py@breaker", "--record")
    assert code == 1
    assert "the service failed: the server Parcel desk is gone" in said
    assert "out of paper" in said


def test_a_server_that_hangs_is_not_waited_for(desk: Path) -> None:
    connection = Connection(server_of("clients.json"))
    connection.open()
    connection._patience = 0.2
    started = time.monotonic()
    with pytest.raises(ServiceFault, match=r"did not answer hang in 0\.2 seconds"):
        asyncio.run(connection.call("hang", {"parcel_id": 1}))
    assert time.monotonic() - started < 20, "it answers after thirty seconds"
    connection.close()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--world", "city_library", "--record"), "has a database of its own"),
        (("--world", "shop", "--record"), "was not made from a live MCP server: name the one to record with --server"),
        (("--world", "shop", "--record", "--server", "mcp:no-such-program"), "cannot be asked for its tools"),
        (("--world", "shop", "--record", "--server", "nothing.json"), "a server is named as mcp:COMMAND, by its URL"),
        (("--world", "shop", "--record", "--server", "http://127.0.0.1:9/mcp"), "127.0.0.1 cannot be asked"),
        (("--world", "shop", "--server", "mcp:x"), "--server is for --record"),
    ],
)
def test_a_server_that_is_not_there_is_told_before_any_dialogue(
    arguments: tuple[str, ...], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_world(SHOP, "shop")
    code, said = turnwise("run", "--agent", "lexical", "--scenarios", "1", *arguments)
    assert code == 1
    assert reason in " ".join(said.split())
    assert not list(tmp_path.glob("logs/*"))


def test_simulators_by_rules_go_by_examples_until_the_dialogue_changes_something() -> None:
    shown = {"order_id": 7, "customer_id": 3, "product": "kettle", "quantity": 2, "status": "open"}
    other = {**shown, "order_id": 8, "product": "lamp"}
    world = SHOP.changed(
        examples=(
            Example(tool="get_order", arguments={"order_id": 7}, result=shown),
            Example(tool="list_orders", arguments={"customer_id": 3}, result=[shown, other]),
            Example(tool="get_order", arguments={"order_id": 99}, error="there is no order 99"),
        )
    )
    session = SimulatedSession(world)
    assert session.call("get_order", {"order_id": 7}) == shown
    assert session.call("get_order", {"order_id": 8}) == other  # never asked for, but seen in a list
    with pytest.raises(CallRefused, match="there is no order 99"):
        session.call("get_order", {"order_id": 99})
    session.call("update_order", {"order_id": 7, "quantity": 5})
    session.call("cancel_order", {"order_id": 7})
    assert session.call("get_order", {"order_id": 7}) == {**shown, "quantity": 5, "status": "cancelled"}
    session.call("delete_order", {"order_id": 8})
    assert session.call("list_orders", {"customer_id": 3}) == [{**shown, "quantity": 5, "status": "cancelled"}]
    with pytest.raises(CallRefused):
        session.call("get_order", {"order_id": 8})


def test_a_simulating_model_is_shown_examples_and_not_asked_for_what_is_known() -> None:
    shown = {"order_id": 7, "customer_id": 3, "product": "kettle", "quantity": 2, "status": "open"}
    world = SHOP.changed(examples=(Example(tool="get_order", arguments={"order_id": 7}, result=shown),))
    made = json.dumps({"error": None, "result": {**shown, "order_id": 9}})
    cancelled = json.dumps({"error": None, "result": {"order_id": 7, "status": "cancelled"}})
    again = json.dumps({"error": None, "result": {**shown, "status": "cancelled"}})
    asked: list[Body] = []
    with scripted_model([made, cancelled, again], asked) as model:
        chat = Chat(model, "simulator", "simulator", Ledger(), [ChatMessageSystem(content="You simulate.")])
        simulator = ModelSimulator(world, chat)

        async def calls() -> None:
            assert await simulator.call("get_order", {"order_id": 7}) == shown
            assert not asked
            await simulator.call("get_order", {"order_id": 9})
            await simulator.call("cancel_order", {"order_id": 7})
            assert (await simulator.call("get_order", {"order_id": 7}))["status"] == "cancelled"

        asyncio.run(calls())
    sent = [body["messages"] for body in asked]
    assert len(sent) == 3
    assert "kettle" in json.dumps(sent[0])
    assert sent[1][: len(sent[0])] == sent[0]  # what was sent stays as it was sent
    assert sent[2][: len(sent[1])] == sent[1]


def test_a_call_is_kept_once_with_its_first_answer_in_the_newest_dialogue() -> None:
    def example(number: int, result: Any) -> Example:
        return Example(tool="t", arguments={"n": number}, result=result)

    kept = merged([example(1, "old"), example(2, "old")], [example(1, "first"), example(1, "later")])
    assert [(e.arguments["n"], e.result) for e in kept] == [(2, "old"), (1, "first")]
    assert len(merged([example(n, "x") for n in range(MOST)], [example(-1, "new")])) == MOST
    assert merged([], [example(1, "x" * LONGEST)]) == ()
    assert len(merged([], [example(n, "x" * 60_000) for n in range(100)])) < 70


def test_a_world_with_examples_is_another_world_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    save_world(SHOP, tmp_path / "shop")
    before = {path.name: path.read_bytes() for path in (tmp_path / "shop").iterdir()}
    assert "examples.jsonl" not in before
    assert b"server" not in before["world.json"]
    seen = Example(tool="get_price", arguments={"symbol": "\u2028"}, result={"price": 1.5})
    now = keep(tmp_path / "shop", [seen])
    assert load_world(tmp_path / "shop") == now
    assert (now.hash != SHOP.hash, now.examples) == (True, (seen,))
    (tmp_path / "shop" / "examples.jsonl").write_text('{"tool": "t"}\n')
    with pytest.raises(WorldError, match=r"examples.jsonl, line 1, is no example of a call"):
        load_world(tmp_path / "shop")


def test_what_a_tool_returns_is_read_off_its_examples(tmp_path: Path) -> None:
    undeclared = simulated("get_price", "read", {"symbol": {"type": "string"}}, {"type": "object", "$comment": ""})
    from turnwise.worlds.world import INFERRED

    guessed = undeclared.model_copy(update={"returns": {"type": "object", "properties": {}, "$comment": INFERRED}})
    save_world(World(**{**SHOP.model_dump(), "tools": (guessed,)}), tmp_path / "w")
    rows = [{"price": 1, "unit": "kg"}, {"price": 2.5, "unit": None, "sale": {"until": "May"}}]
    seen = [Example(tool="get_price", arguments={"symbol": str(n)}, result=row) for n, row in enumerate(rows)]
    returns = keep(tmp_path / "w", seen).by_name["get_price"].returns
    assert returns["properties"]["price"] == {"type": "number"}
    assert returns["properties"]["unit"] == {"type": ["string", "null"]}
    assert returns["required"] == ["price", "unit"]
    assert seen_schema([]) == {}
    assert set(SimulatedSession(load_world(tmp_path / "w")).call("get_price", {"symbol": "new"})) >= {"price", "unit"}


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ({"password": "x", "user": "ann"}, {"password": MASK, "user": "ann"}),
        ({"apiKey": "x", "next_page_token": "p2"}, {"apiKey": MASK, "next_page_token": "p2"}),
        ("use Bearer abcdefghijkl123456", f"use Bearer {MASK}"),
        ("sk-abcdefghijklmnop1234 and ghp_abcdefghijklmnop1234", f"{MASK} and {MASK}"),
        ("postgres://ann:pw@host/db", f"postgres://{MASK}@host/db"),
        ("https://h/x?api_key=abc&n=1", f"https://h/x?api_key={MASK}&n=1"),
        (["my hunter22 is told"], [f"my {MASK} is told"]),
        ({"token_count": 3, "tokens": "two", "sky": "risk-free-investments-today"},) * 2,
    ],
)
def test_secrets_are_masked_and_nothing_else(value: Any, masked: Any) -> None:
    assert without_secrets(value, ["hunter22", "a"]) == masked


def test_a_world_does_not_remember_the_secrets_of_a_command() -> None:
    server = server_of("mcp:serve --api-key s3cret --port 80 --token=t0ken DB_PASSWORD=pw x")
    assert remembered(server).command == ("serve", "--api-key", MASK, "--port", "80", f"--token={MASK}", f"DB_PASSWORD={MASK}", "x")  # fmt: skip
    with pytest.raises(WorldError, match="was not kept: name the server again"):
        Connection(remembered(server)).open()
    assert is_secret("--client-secret")
    assert not is_secret("author")
