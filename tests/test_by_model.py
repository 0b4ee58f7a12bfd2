"""A world by a model: what it says is checked and run, what fails goes back to it, and nothing else is kept."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cast_synthesis import synthesizer
from cast_synthesis_data import CLINIC_ROWS, CLINIC_TABLES, draft, write
from click.testing import CliRunner
from endpoint import Answer, Body, Say, Status, endpoint, model_at, shape_of
from pydantic import ValidationError

from turnwise.cli import main
from turnwise.errors import ModelFault, WorldError
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import load_prompts
from turnwise.llm.shapes import mismatches
from turnwise.synthesis.database.by_model import write_database
from turnwise.synthesis.database.schema import Schema, reflect
from turnwise.synthesis.seeds.reading import is_sentence, read_seed
from turnwise.synthesis.tools.by_model import problems_of
from turnwise.synthesis.tools.by_rules import propose_tools as propose_by_rules
from turnwise.synthesis.tools.proposals import ToolDraft, ToolsReply, ask_questions, expand_tools, merge, propose_tools
from turnwise.synthesis.tools.returns import describe_returns, observed_returns, trial_calls
from turnwise.synthesis.tools.selection import by_coverage
from turnwise.synthesis.tools.signatures import usual_type
from turnwise.synthesis.tools.specified import specified_tools
from turnwise.synthesis.tools.trials import reason_to_drop
from turnwise.worlds import Tool, World, load_script, load_world, open_session, verify_world

DATA = Path(__file__).parents[2] / "shared" / "data"
OWN = Path(__file__).parent / "data"
CLINIC = "a small veterinary clinic"
KEEPS = ("-M", "api_key=none", "-M", "responses_api=false")
Talk = Callable[[Chat], Any]


class Made(NamedTuple):
    """A world that the command line wrote, what it printed, and every request that the model got."""

    world: World
    printed: str
    received: list[Body]


def synth(seed: str, folder: Path, answer: Callable[[Body, int], Answer], *options: str) -> Any:
    """`turnwise synth` with a model that a test scripts."""
    with endpoint(answer) as url:
        arguments = ["synth", seed, "-o", str(folder / "world"), "--model", "openai/scripted", "--model-base-url", url]
        runner = CliRunner(env={"COLUMNS": "160"})
        return runner.invoke(main, [*arguments, *KEEPS, "--logs", str(folder / "logs"), *options])


def tool_lists(folder: Path, number: int) -> Path:
    """One server of the MCP lists as a file of its own."""
    path = DATA / "mcp_tool_lists.json"
    if not path.exists():
        pytest.skip("../shared/data/mcp_tool_lists.json is not here")
    file = folder / f"server_{number}.json"
    file.write_text(json.dumps(json.loads(path.read_text("utf-8"))[number]), "utf-8")
    return file


@pytest.fixture(scope="module", params=["chinook", "tools", "clinic"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A world from each kind of seed."""
    folder = tmp_path_factory.mktemp(request.param)
    seed = {
        "chinook": lambda: str(OWN / "chinook_small.sql"),
        "tools": lambda: str(tool_lists(folder, 1)),
        "clinic": lambda: CLINIC,
    }[request.param]()
    received: list[Body] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return Say(synthesizer(body))

    result = synth(seed, folder, answer)
    assert result.exit_code == 0, result.output
    return Made(load_world(folder / "world"), result.stdout, received)


def test_a_world_by_a_model_runs(made: Made) -> None:
    world = made.world
    assert len(world.tools) >= 10
    assert {tool.effect for tool in world.tools} == {"read", "write"}
    assert all(tool.returns["type"] in ("object", "array") for tool in world.tools)
    assert not [tool.name for tool in world.tools if tool.consequential and tool.effect == "read"]
    assert world.domain in world.policy
    if world.database is None:
        return
    verify_world(world)
    schema = reflect(load_script(world.database))
    for tool in world.tools:
        assert reason_to_drop(world, tool, schema, 1) is None
        assert tool.parameters["additionalProperties"] is False


def test_the_funnel_adds_up_and_is_printed(made: Made) -> None:
    about = made.world.provenance
    tools = about["tools"]
    assert tools["given"] + tools["proposed"] + tools["expanded"] == (
        tools["merged"] + len(tools["dropped"]) + tools["beyond_most"] + tools["kept"]
    )
    assert tools["kept"] == len(made.world.tools)
    assert min(tools[step] for step in ("proposed", "merged", "expanded", "repaired", "kept")) > 0
    assert tools["dropped"]
    assert 20 <= len(about["questions"]) <= 30
    assert set(about["prompts"]) >= {"questions", "tools", "returns"}
    assert (about["stage"], about["model"]) == ("model", "openai/scripted")
    for line in ("Proposed", "Merged", "Expanded", "Repaired", "Dropped", "Kept", "synthesizer/tools", "Log"):
        assert line in made.printed
    calls = sum(int(row.split()[1]) for row in re.findall(r"synthesizer/\w+ .*", made.printed))
    assert calls == len(made.received)


def test_every_error_is_told_to_the_model_twice_at_most(made: Made) -> None:
    repairs = [body["messages"][-1]["content"] for body in made.received if shape_of(body) == "RepairReply"]
    everything = "\n".join(repairs)
    told = Counter(json.loads(line)["name"] for line in re.findall(r"^The tool: (.*)", everything, re.MULTILINE))
    assert set(told.values()) <= {1, 2}
    assert everything.count("\nWhat is wrong: ") == told.total()
    if "a digital music shop" not in made.world.domain:
        return
    for reason in (
        "no such column: Artist",
        "the SQL is 2 statements",
        "cannot be parsed",
        "the SQL is a write (UPDATE), and the tool says that its effect is read",
        "the SQL uses :town, which is not among the parameters",
        "it finds nothing",
        "its writes change nothing",
        "sqlite_master may not be read",
    ):
        assert reason in everything
    dropped = made.world.provenance["tools"]["dropped"]
    assert dropped["fetch_customer"] == "the same as get_customer"
    assert dropped["list_invoices"] == "another list_invoices"
    assert {"list_overdue_invoices", "list_tables", "touch_genre"} <= dropped.keys()
    assert {"list_albums", "move_customer", "update_invoice_city", "list_employees"} <= made.world.by_name.keys()
    assert len(made.world.by_name["list_invoices"].parameters["properties"]) == 4


def test_what_a_stage_is_shown_is_shown_once(made: Made) -> None:
    """Every request begins with the same words, which servers cache; none repeats what others were told."""
    apart = ("TablesReply", "RowsReply", "ReturnsReply")
    after = [body["messages"] for body in made.received if shape_of(body) not in apart]
    assert len({json.dumps(messages[0]) for messages in after}) == 1
    corrected = [messages for messages in after if "That cannot be used" in messages[-1]["content"]]
    assert all(len(messages) == 2 for messages in after if messages not in corrected)
    returns = [body["messages"] for body in made.received if shape_of(body) == "ReturnsReply"]
    assert bool(returns) == (made.world.database is None)
    assert all("<seed>" not in messages[0]["content"] for messages in returns)


def test_a_world_costs_in_proportion(made: Made) -> None:
    """Four characters to the token, as the endpoint counts; tools that others proposed are shown by their signatures."""
    tokens = sum(len(json.dumps(body["messages"])) // 4 for body in made.received)
    assert tokens < 60_000
    expansion = next(body for body in made.received if shape_of(body) == "ExpansionReply")
    assert '"parameters": {' not in expansion["messages"][-1]["content"]


def test_given_tools_stay_as_they_are(made: Made, tmp_path: Path) -> None:
    world = made.world
    if world.database is not None:
        return
    given = specified_tools(read_seed(tool_lists(tmp_path, 1)).specs)[0]
    for tool in given:
        kept = world.by_name[tool.name]
        assert (kept.description, kept.parameters, kept.effect) == (tool.description, tool.parameters, tool.effect)
    assert all(tool.sql is None for tool in world.tools)
    assert len(world.tools) > len(given)


def asked(replies: Sequence[Any], talk: Talk, system: str = "seed") -> tuple[Any, list[str]]:
    """What a conversation comes to when the model says these things in order, and all that it was told."""
    told: list[str] = []

    def answer(body: Body, number: int) -> Answer:
        told.append(body["messages"][-1]["content"])
        return Say(json.dumps(replies[min(number, len(replies) - 1)]))

    async def run(chat: Chat) -> Any:
        async with chat.model:
            try:
                return await talk(chat)
            except ModelFault as fault:
                return fault

    with endpoint(answer) as url:
        model = model_at(url)
        chat = Chat(model, "synthesizer", "test", Ledger(), [])
        return asyncio.run(run(chat)), told


def questions(number: int, **others: Any) -> dict[str, Any]:
    return {"domain": "a shop", "description": "A shop.", "questions": [f"Q {n}?" for n in range(number)], **others}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (questions(19), "at least 20 items after validation, not 19"),
        (questions(31), "at most 30 items after validation, not 31"),
        (questions(20, questions=[*(f"Q {n}?" for n in range(20)), "q  3"]), "question 21 is the same as question 4"),
        (questions(20, questions=[*(f"Q {n}?" for n in range(20)), " ?"]), "question 21 is empty"),
        (questions(20, domain=""), "domain: string should have at least 1 character"),
    ],
)
def test_questions_that_cannot_be_used_go_back(bad: Any, reason: str) -> None:
    found, told = asked([bad, questions(24)], lambda chat: ask_questions(chat, load_prompts()))
    assert len(found.questions) == 24
    assert reason in told[1]


def test_tools_are_asked_for_in_batches_that_know_what_is_there() -> None:
    told: list[str] = []

    def answer(body: Body, number: int) -> Answer:
        told.append(body["messages"][-1]["content"])
        if len(body["messages"]) > 2 or "question 8\n" in told[-1]:
            return Say("I would rather not.")
        served = [{"request": 2, "tools": [f"get_{number}", "get_0"]}, {"request": 99, "tools": ["get_0"]}]
        return Say(json.dumps({"served": served, "tools": [draft(f"get_{number}", "SELECT 1 AS one", "a:int?")]}))

    async def run(url: str) -> Any:
        async with model_at(url) as model:
            chat = Chat(model, "synthesizer", "test", Ledger(), [])
            questions = [f"question {n}" for n in range(20)]
            return await propose_tools(chat, questions, [], 12, load_prompts(), True), chat

    with endpoint(answer) as url:
        found, chat = asyncio.run(run(url))
    assert found.unanswered == 8
    assert [tool.name for tool in found.tools] == ["get_0", "get_4"]
    assert found.served == {1: ("get_0",), 17: ("get_4", "get_0")}
    assert "get_0(a?)" in told[-1]
    assert "at most 11 new tools" in told[-1]
    assert chat.messages == []


def test_the_tools_kept_are_those_that_serve_the_most_questions() -> None:
    tools = [tool(draft(name, "SELECT 1 AS one")) for name in ("rare", "last", "find", "pay", "undo", "given")]
    served = {0: ("rare", "undo"), 1: ("find", "pay"), 2: ("find",), 3: ("find", "pay"), 4: ("gone",)}
    assert [t.name for t in by_coverage(tools, served, {"given"})] == ["given", "find", "pay", "rare", "undo", "last"]


def test_more_than_ten_complementary_tools_go_back() -> None:
    many = {"tools": [draft(f"get_{n}", "SELECT 1 AS one") for n in range(11)]}
    found, told = asked([many, {"tools": []}], lambda chat: expand_tools(chat, [], load_prompts(), True))
    assert (found, len(told)) == ([], 2)
    assert "at most 10 may be added" in told[1]
    assert asked([many], lambda chat: expand_tools(chat, [], load_prompts(), True))[0] == []


def tool(made: dict[str, Any], *, executable: bool = True) -> Tool:
    return ToolDraft.model_validate(made).tool(executable)


def test_merging_keeps_one_of_a_name_and_one_of_a_meaning() -> None:
    first = draft("get_pet", "SELECT id AS pet_id FROM pets WHERE id = :pet_id", "pet_id:int")
    spaced = {**first, "sql": 'select "id" as PET_ID  from pets where id=:pet_id;'}
    renamed = {**draft("fetch_pet", first["sql"].replace(":pet_id", ":number"), "number:int")}
    richer = draft("get_pet", "SELECT id FROM pets WHERE id = :a OR name = :b", "a:int", "b:str")
    found = merge([tool(t) for t in (first, spaced, renamed)])
    assert ([t.name for t in found.tools], found.merged) == (["get_pet"], 1)
    assert found.dropped == {"fetch_pet": "the same as get_pet"}
    found = merge([tool(t) for t in (first, richer, first)])
    assert (found.tools, found.merged) == ([tool(richer)], 0)
    assert found.dropped == {"get_pet": "another get_pet", "get_pet (2)": "another get_pet"}
    assert merge([tool(richer)], [tool(first)]).tools == [tool(first)]
    simulated = [tool(draft("get_pet", None, "a:int"), executable=False) for _ in range(3)]
    assert merge(simulated).merged == 2


@pytest.fixture(scope="module")
def clinic() -> tuple[World, Schema]:
    """The clinic's database in a world without tools."""
    script = "".join(f"{statement};\n" for statement in CLINIC_TABLES)
    for table, (_, rows) in CLINIC_ROWS.items():
        for row in rows:
            values = ("NULL" if v is None else "'" + str(v).replace("'", "''") + "'" for v in row)
            script += f"INSERT INTO {table} VALUES ({', '.join(values)});\n"
    world = World(
        name="clinic",
        domain=CLINIC,
        description="",
        reference_time="2026-03-30 09:00:00",
        tools=(),
        policy="",
        database=script,
    )
    return world, reflect(load_script(script))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (draft("x", "SELEC id FROM pets"), "has to be a SELECT|cannot be parsed"),
        (draft("x", "SELECT id FROM pets; DELETE FROM pets"), "is 2 statements"),
        (draft("x", "-- nothing"), "is 0 statements"),
        (draft("x", None), "no SQL"),
        (draft("x", "DELETE FROM pets"), "effect is read"),
        (write("x", "SELECT id FROM pets"), "effect is write"),
        (draft("x", "SELECT nick FROM pets"), "no such column: nick"),
        (draft("x", "SELECT id FROM pets WHERE id = :n"), "uses :n"),
        (draft("x", "SELECT id FROM pets", "n:int"), "parameter n is not used"),
        (draft("x", "SELECT id FROM pets WHERE id = ?"), "written :name"),
        (draft("x", "SELECT load_extension('x') AS x"), "load_extension"),
        (draft("x", "ATTACH 'x' AS y"), "has to be a SELECT"),
        (draft("x", "SELECT id FROM pets WHERE id < 0"), "it finds nothing"),
        (draft("x", "SELECT a.id FROM visits a, visits b, visits c"), "more than 200 rows"),
        (write("x", "DELETE FROM owners WHERE id = :id", "id:int"), "still referred to"),
        (write("x", "UPDATE pets SET name = name"), "change nothing"),
        ({**draft("x", "SELECT id FROM pets"), "parameters": {"type": "object", "required": ["q"]}}, "requires q"),
        ({**draft("x", "SELECT id FROM pets"), "parameters": {"type": "array"}}, 'type "object"'),
        ({**draft("x", "SELECT 1"), "parameters": {"type": "object", "properties": {"a": {"$ref": "#"}}}}, "use .ref"),
        ({**draft("x", "SELECT 1"), "parameters": {"type": "object", "properties": []}}, "not a JSON schema"),
    ],
)
def test_what_is_wrong_with_a_tool_is_said(bad: Any, reason: str, clinic: tuple[World, Schema]) -> None:
    world, schema = clinic
    assert re.search(reason, problems_of(world, [tool(bad)], schema, 0)["x"])


GOOD = [
    draft("like", "SELECT id FROM pets WHERE name LIKE '%' || :q || '%'", "q:str"),
    draft("pattern", "SELECT id FROM pets WHERE lower(name) LIKE lower(:q)", "q:str"),
    draft("instr", "SELECT id FROM pets WHERE instr(lower(name), lower(:q)) > 0", "q:str"),
    draft("since", "SELECT id FROM visits WHERE date(starts_at) >= date(:since) LIMIT :limit", "since:date", "limit:int"),
    draft("between", "SELECT id FROM visits WHERE fee BETWEEN :low AND :high", "low:num", "high:num"),
    draft("month", "SELECT count(*) AS n, sum(fee) AS f FROM visits WHERE strftime('%m', starts_at) = :month", "month:str"),
    draft("keyword", "SELECT id FROM visits WHERE starts_at < :when AND fee > :from", "when:str", "from:num"),
    draft("optional", "SELECT id FROM pets WHERE (:s IS NULL OR species = :s) AND (:o IS NULL OR owner_id = :o)", "s:str?", "o:int?"),
    draft("join", "SELECT v.id FROM visits v JOIN pets p ON p.id = v.pet_id JOIN vets d ON d.id = v.vet_id WHERE p.name = :pet AND d.name = :vet", "pet:str", "vet:str"),
    draft("nested", "SELECT name FROM pets WHERE owner_id = (SELECT id FROM owners WHERE email = :email)", "email:str"),
    draft("exists", "SELECT name FROM pets p WHERE EXISTS (SELECT 1 FROM visits v WHERE v.pet_id = p.id AND v.fee > :fee)", "fee:num"),
    draft("derived", "SELECT * FROM (SELECT name, rank() OVER (ORDER BY born_on) AS r FROM pets WHERE species = :s) WHERE r <= :r", "s:str", "r:int"),
    draft("with", "WITH v AS (SELECT * FROM visits WHERE status = :s) SELECT v.id FROM v JOIN pets p ON p.id = v.pet_id WHERE p.name = :p", "s:str", "p:str"),
    draft("having", "SELECT vet_id, count(*) AS n FROM visits GROUP BY vet_id HAVING count(*) >= :least", "least:int"),
    draft("sorted", "SELECT name FROM pets ORDER BY CASE WHEN :by = 'name' THEN name ELSE born_on END", "by:str=name|age"),
    write("insert", "INSERT INTO pets (owner_id, name, species) VALUES (:owner_id, :name, :species)", "owner_id:int", "name:str", "species:str"),
    write("select", "INSERT INTO visits (pet_id, vet_id, starts_at, reason, fee) SELECT p.id, :vet, datetime('now'), :why, 9 FROM pets p WHERE p.name = :pet", "vet:int", "why:str", "pet:str"),
    write("set", "UPDATE visits SET fee = :fee, status = COALESCE(:status, status) WHERE id = :id", "id:int", "fee:num", "status:str?"),
    write("add", "UPDATE visits SET fee = fee + :extra WHERE id = :id RETURNING id, fee", "id:int", "extra:num"),
    write("delete", "DELETE FROM visits WHERE id = :id AND status = 'cancelled'", "id:int"),
    write("upsert", "INSERT INTO vets (id, name, specialty) VALUES (:id, :n, :s) ON CONFLICT (id) DO UPDATE SET name = excluded.name", "id:int", "n:str", "s:str"),
]  # fmt: skip


def test_valid_arguments_are_found_for_statements_of_many_kinds(clinic: tuple[World, Schema]) -> None:
    world, schema = clinic
    tools = [tool(made) for made in GOOD]
    assert problems_of(world, tools, schema, 0) == {}
    for each in tools:
        trials = trial_calls(world.changed(tools=tuple(tools)), each, schema, 0)
        assert trials
        assert all(trial.rows or trial.changed for trial in trials)


def test_valid_arguments_are_found_for_every_tool_of_a_bundled_world() -> None:
    world = load_world("city_library")
    schema = reflect(load_script(world.database or ""))
    bare = world.changed(tools=tuple(each.model_copy(update={"operation": None}) for each in world.tools))
    reasons = {t.name: reason_to_drop(bare, t, schema, 0) for t in bare.tools}
    assert [name for name, reason in reasons.items() if reason] == []


GET_PET = draft("get_pet", "SELECT id AS pet_id, name, born_on FROM pets WHERE id = :pet_id", "pet_id:int")
ALL_PETS = draft("list_pets", "SELECT id AS pet_id, name FROM pets WHERE species = :species ORDER BY id", "species:str")


@pytest.mark.parametrize(
    ("made", "kind", "fields"),
    [
        (GET_PET, "object", {"pet_id": "integer", "name": "string", "born_on": ["string", "null"]}),
        (ALL_PETS, "array", {"pet_id": "integer", "name": "string"}),
        (draft("sum", "SELECT count(*) AS n, avg(fee) AS fee FROM visits"), "object", {"n": "integer", "fee": ["number", "null"]}),
        (draft("by", "SELECT vet_id, count(*) AS n FROM visits GROUP BY vet_id"), "array", {"vet_id": "integer", "n": "integer"}),
        (write("add", "INSERT INTO pets (owner_id, name, species) VALUES (:o, :n, 'dog') RETURNING id, name", "o:int", "n:str"),
         "object", {"id": "integer", "name": "string"}),
        (write("call", "UPDATE owners SET phone = :p WHERE id = :id", "p:str", "id:int"), "object", {"changed": "integer"}),
    ],
)  # fmt: skip
def test_what_a_tool_returns_is_read_off_its_calls(
    made: dict[str, Any], kind: str, fields: dict[str, Any], clinic: tuple[World, Schema]
) -> None:
    world, schema = clinic
    found = observed_returns(tool(made), trial_calls(world.changed(tools=(tool(made),)), tool(made), schema, 0), schema)
    assert found["type"] == kind
    row = found.get("items", found)
    assert {name: part["type"] for name, part in row["properties"].items()} == fields
    assert (row["required"], row["additionalProperties"]) == (list(fields), False)


def test_a_delete_that_works_only_after_another_call_is_kept(clinic: tuple[World, Schema]) -> None:
    world, schema = clinic
    delete = tool(write("delete_pet", "DELETE FROM pets WHERE id = :pet_id RETURNING id", "pet_id:int"))
    clear = tool(write("delete_visits_of_pet", "DELETE FROM visits WHERE pet_id = :pet_id", "pet_id:int"))
    alone, beside = problems_of(world, [delete], schema, 0), problems_of(world, [delete, clear], schema, 0)
    assert "still referred to" in alone["delete_pet"]
    assert beside == {}


def described(replies: list[Any], *names: str, stated: Sequence[Tool] = ()) -> tuple[Any, list[str]]:
    tools = [*stated, *(tool(draft(name, None, "pet_id:int"), executable=False) for name in names)]

    async def talk(chat: Chat) -> Any:
        fresh = lambda stage, text: Chat(chat.model, chat.role, stage, chat.ledger, [])  # noqa: E731
        return await describe_returns(fresh, tools, load_prompts(), {each.name for each in stated})

    return asked(replies, talk)


def entity(name: str, /, **types: str) -> dict[str, Any]:
    fields = [{"name": n, "type": t.rstrip("?"), "nullable": t.endswith("?")} for n, t in types.items()]
    return {"name": name, "fields": fields}


def result(name: str, *fields: str, many: bool = False) -> dict[str, Any]:
    return {"tool": name, "many": many, "fields": list(fields)}


PET = entity("pet", pet_id="integer", name="string?", visits="list of visit")
VISIT = entity("visit", day="date", fee="number")


def test_simulated_tools_return_entities_that_are_declared_once() -> None:
    first = {"entities": [PET, VISIT], "tools": [result(f"get_{n}", "pet.*") for n in range(9)]}
    again = entity("pet", pet_id="string", owner="string")
    then = {"entities": [again], "tools": [result("list_pets", "pet.pet_id", "pet.owner", "visit.fee", many=True)]}
    found, told = described([first, then], *(f"get_{n}" for n in range(9)), "list_pets")
    assert "pet: pet_id integer, name string or null, visits list of visit" in told[1]
    assert "get_8" not in told[1]
    whole = found.tools[0].returns["properties"]
    assert whole["name"] == {"type": ["string", "null"]}
    assert whole["visits"]["items"]["properties"]["fee"] == {"type": "number"}
    part = found.tools[-1].returns
    assert {n: p["type"] for n, p in part["items"]["properties"].items()} == {
        "pet_id": "integer", "owner": "string", "fee": "number"}  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"entities": [PET, VISIT], "tools": []}, "says nothing of get_pet"),
        ({"entities": [PET, VISIT], "tools": [result("get_pet", "dog.name")]}, "'dog.name', which is not declared"),
        ({"entities": [PET, VISIT], "tools": [result("get_pet", "pet.age")]}, "there is pet_id, name, visits"),
        ({"entities": [PET], "tools": [result("get_pet", "pet.*")]}, "visits has the type 'list of visit'"),
        ({"entities": [PET], "tools": [result("get_pet")]}, "returns no field"),
    ],
)
def test_returns_that_do_not_hold_together_go_back(bad: Any, reason: str) -> None:
    good = {"entities": [PET, VISIT], "tools": [result("get_pet", "pet.pet_id")]}
    found, told = described([bad, good], "get_pet")
    assert [each.returns["required"] for each in found.tools] == [["pet_id"]]
    assert reason in told[1]


def test_a_field_whose_type_is_none_is_mended_and_the_tools_that_were_right_stay() -> None:
    wrong = entity("pet", pet_id="int", chipped="flag")
    bad = {"entities": [wrong], "tools": [result("get_pet", "pet.pet_id"), result("get_chip", "pet.chipped")]}
    mended = {"entities": [entity("pet", chipped="bool")], "tools": [result("get_chip", "pet.chipped")]}
    found, _ = described([bad, mended], "get_pet", "get_chip")
    assert [each.returns["properties"] for each in found.tools] == [
        {"pet_id": {"type": "integer"}}, {"chipped": {"type": "boolean"}}]  # fmt: skip
    part, _ = described([bad, bad, bad], "get_pet", "get_chip")
    assert ([tool.name for tool in part.tools], list(part.dropped)) == (["get_pet"], ["get_chip"])


@pytest.mark.parametrize(
    ("named", "usual"),
    [("int", "integer"), ("str", "string"), ("Float", "number"), ("list[str]", "list of strings"),
     ("array of integers", "list of integers"), ("list of guest", "list of guest"), ("guest", "guest")],
)  # fmt: skip
def test_types_are_known_by_what_other_languages_call_them(named: str, usual: str) -> None:
    assert usual_type(named) == usual


def test_a_correction_names_no_class_of_ours() -> None:
    parameter = {"name": "a", "description": "a", "type": "colour", "required": True}
    tools = [{**draft("get_pet", "SELECT 1", "a:int"), "effect": "reads", "parameters": [parameter]}]
    with pytest.raises(ValidationError) as error:
        ToolsReply.model_validate({"tools": tools})
    told = "; ".join(mismatches({"tools": tools}, error.value))
    assert "tools.0.parameters.0.type: input should be" in told
    assert "tools.0.effect" in told
    assert not re.search(r"Draft|dict|valid dictionary", told)


def test_a_tool_of_which_the_model_cannot_say_what_it_returns_is_dropped() -> None:
    found, _ = described([{"tools": []}], "get_pet")
    assert (found.tools, found.dropped) == ([], {"get_pet": "the model could not say what it returns"})


def rows(table: str, **others: Any) -> dict[str, Any]:
    columns, values = CLINIC_ROWS[table]
    return {"columns": columns, "rows": values, **others}


TABLES = {"statements": CLINIC_TABLES}
ORDER = ("owners", "pets", "vets", "visits")


def test_a_database_is_written_table_by_table() -> None:
    (script, _), told = asked([TABLES, *map(rows, ORDER)], lambda chat: write_database(chat, load_prompts()))
    connection = load_script(script)
    assert [re.findall(r"the table (\w+)", said)[0] for said in told[1:]] == list(ORDER)
    assert connection.execute("SELECT name FROM owners WHERE id = 1").fetchone() == ("Ada O'Brien",)
    assert connection.execute("SELECT count(*) FROM visits").fetchone() == (24,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (CLINIC_TABLES[:2], "these are 2 tables"),
        ([*CLINIC_TABLES, "DROP TABLE pets"], "statement 5 is not one CREATE TABLE"),
        ([*CLINIC_TABLES, "CREATE TABLE x AS SELECT 1"], "statement 5 is not one CREATE TABLE"),
        ([*CLINIC_TABLES[:3], CLINIC_TABLES[3] + "; CREATE VIEW v AS SELECT 1"], "statement 4"),
        ([*CLINIC_TABLES, "CREATE TABLE x (id INTEGER"], "statement 5 is not one CREATE TABLE"),
        ([*CLINIC_TABLES, CLINIC_TABLES[0]], "already exists"),
        ([*CLINIC_TABLES, "CREATE TABLE notes (body TEXT)"], "notes has no primary key"),
        (
            [t.replace("owners(id)", "people(id)") for t in CLINIC_TABLES],
            r"refers to people\(id\), which does not exist",
        ),
        ([f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY)" for n in range(3)], "at least one foreign key"),
    ],
)
def test_tables_that_cannot_be_built_go_back(bad: list[str], reason: str) -> None:
    replies = [{"statements": bad}, TABLES, *map(rows, ORDER)]
    (script, _), told = asked(replies, lambda chat: write_database(chat, load_prompts()))
    assert "CREATE TABLE" in script
    assert re.search(reason, told[1])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (rows("pets", columns=["id", "owner", "name", "species", "born_on"]), "pets has no column owner"),
        (rows("pets", rows=CLINIC_ROWS["pets"][1][:7]), "these are 7 rows"),
        (rows("pets", rows=[[1, 2, "Rex"]] * 8), "row 1, .* has 3 values for 5 columns"),
        (rows("pets", rows=[[n, 99, "Rex", "dog", None] for n in range(8)]), "owner_id 99 is in no row of owners"),
        (rows("pets", rows=[[n, 1, "Rex", "fox", None] for n in range(8)]), "row 1, .*CHECK constraint failed"),
        (rows("pets", rows=[[1, 1, "Rex", "dog", None]] * 8), "row 2, .*UNIQUE constraint failed"),
        (
            rows("pets", rows=[[n, 1, ["Rex"], "dog", None] for n in range(8)]),
            "rows.0.2: input should be a valid string or a valid integer.*Rex",
        ),
        (rows("pets", rows=[[n, 2**70, "Rex", "dog", None] for n in range(8)]), "row 1, .*too large"),
    ],
)
def test_rows_that_cannot_be_inserted_go_back(bad: Any, reason: str) -> None:
    replies = [TABLES, rows("owners"), bad, rows("pets"), rows("vets"), rows("visits")]
    (script, _), told = asked(replies, lambda chat: write_database(chat, load_prompts()))
    assert load_script(script).execute("SELECT count(*) FROM pets").fetchone() == (12,)
    assert re.search(reason, told[3])


def test_rows_that_are_refused_are_left_out_where_enough_remain() -> None:
    good = CLINIC_ROWS["pets"][1]
    strange = [
        [91, 99, "Stray", "dog", None],
        [92, 1, "Fox", "fox", None],
        [93, 1],
        [good[0][0], 1, "Twin", "dog", None],
    ]
    replies = [
        TABLES,
        rows("owners"),
        rows("pets", rows=[*strange[:3], *good, *strange[3:]]),
        rows("vets"),
        rows("visits"),
    ]
    (script, _), told = asked(replies, lambda chat: write_database(chat, load_prompts()))
    assert len(told) == 5
    assert load_script(script).execute("SELECT count(*) FROM pets WHERE id > 90").fetchone() == (0,)


def test_text_from_a_model_is_never_sql() -> None:
    nasty = ["'); DROP TABLE owners; --", 'a"b', "line\nbreak;", "\\'", "%s {x} :y"]
    people = [[n, f"{nasty[n % 5]} {n}", "1", None] for n in range(10)]
    pets = rows("pets", rows=[[n, n % 10, p, s, b] for n, _, p, s, b in CLINIC_ROWS["pets"][1]])
    (script, _), _ = asked(
        [TABLES, rows("owners", rows=people), pets, rows("vets"), rows("visits")],
        lambda chat: write_database(chat, load_prompts()),
    )
    assert [list(r) for r in load_script(script).execute("SELECT * FROM owners ORDER BY id")] == people


def refused(folder: Path, seed: str, answer: Callable[[Body, int], Answer], *options: str) -> str:
    """The one line that `synth` ends with, having written no world."""
    result = synth(seed, folder, answer, *options)
    assert result.exit_code == 1, result.output
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert not (folder / "world").exists() or not (folder / "world" / "world.json").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    return str(result.stderr)


def unasked(body: Body, number: int) -> Answer:
    return Status(400, "the model should not have been asked")


def test_what_cannot_become_a_world_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "empty.json").write_text("[]")
    (tmp_path / "norows.sql").write_text("CREATE TABLE t (id INTEGER PRIMARY KEY);")
    assert "is not a file" in refused(tmp_path, "missing.sqlite", unasked)
    assert "is empty" in refused(tmp_path, str(tmp_path / "empty.txt"), unasked)
    assert "holds nothing" in refused(tmp_path, str(tmp_path / "empty.json"), unasked)
    assert "hold no rows" in refused(tmp_path, str(tmp_path / "norows.sql"), unasked)
    assert "cannot name a world" in refused(tmp_path, CLINIC, unasked, "--name", "My World")
    assert "holds no prompts" in refused(tmp_path, CLINIC, unasked, "--prompts", str(tmp_path))
    assert "could not be asked" in refused(tmp_path, CLINIC, lambda *_: Status(404, "there is no such model"))
    assert "no usable answer in 3 tries" in refused(tmp_path, CLINIC, lambda *_: Say("I am a teapot."))
    assert "nowhere" in refused(tmp_path, CLINIC, unasked, "--model", "nowhere/model")
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "thesis.txt").write_text("years of work")
    assert "is not a world" in refused(tmp_path, CLINIC, unasked)


def test_a_domain_in_words_needs_a_model(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["synth", CLINIC, "-o", str(tmp_path / "world")])
    assert result.exit_code == 1
    assert "--model" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_text_is_a_seed_and_prompts_of_ones_own_are_used(tmp_path: Path) -> None:
    (tmp_path / "clinic.md").write_text("A small veterinary clinic with two rooms.")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "questions.md").write_text("Ask 20 to 30 things, in a rude tone.")
    received: list[Body] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return Say(synthesizer(body))

    result = synth(
        str(tmp_path / "clinic.md"), tmp_path, answer, "--prompts", str(tmp_path / "prompts"), "--tools", "4"
    )
    assert result.exit_code == 0, result.output
    world = load_world(tmp_path / "world")
    assert (world.name, len(world.tools), world.provenance["seed"]) == ("clinic", 4, "clinic.md")
    assert world.provenance["tools"]["beyond_most"] > 0
    assert "with two rooms" in received[0]["messages"][0]["content"]
    assert any("in a rude tone" in body["messages"][1]["content"] for body in received)
    with open_session(world) as session:
        search = next(tool for tool in world.tools if tool.parameters["required"] == ["name"])
        assert session.call(search.name, {"name": "a"})


def test_sentences_are_told_from_files(tmp_path: Path) -> None:
    assert is_sentence(CLINIC)
    assert is_sentence("a shop " * 400)
    assert not is_sentence("missing.sqlite")
    (tmp_path / "my shop.sqlite").write_bytes(b"")
    assert not is_sentence(str(tmp_path / "my shop.sqlite"))
    assert read_seed("The small Café of Zoë & Sons").name.startswith("small_caf")


def test_a_repair_of_nothing_but_words_costs_the_tool_alone(tmp_path: Path) -> None:
    def answer(body: Body, number: int) -> Answer:
        return Say("Sorry!") if shape_of(body) == "RepairReply" else Say(synthesizer(body))

    result = synth(CLINIC, tmp_path, answer)
    assert result.exit_code == 0, result.output
    tools = load_world(tmp_path / "world").provenance["tools"]
    assert tools["repaired"] == 0
    assert {"add_pet", "delete_owner", "list_free_slots"} <= tools["dropped"].keys()


def test_a_world_by_a_model_is_checked_like_any_other(clinic: tuple[World, Schema]) -> None:
    broken = clinic[0].changed(tools=(tool(draft("x", "SELECT id FROM pets WHERE id = :n")),))
    with pytest.raises(WorldError, match="n"):
        verify_world(broken)


def _table(each: Tool) -> str:
    return each.operation.table if each.operation else ""


def competent(tools: Sequence[Tool]) -> Callable[[Body, int], Answer]:
    """A model that proposes these tools, two to a question, and declares what simulated ones return."""
    drafts = [json.loads(ToolDraft.of(each).model_dump_json()) for each in tools]
    wishes = [f"Please help me with matter {number}." for number in range(len(drafts) // 2)][:30]

    def answer(body: Body, number: int) -> Answer:
        said = str(body["messages"][-1]["content"])
        if shape_of(body) == "QuestionsReply":
            return Say(json.dumps({"domain": "a shop", "description": "All of it.", "questions": wishes}))
        if shape_of(body) != "ToolsReply":
            return Say(synthesizer(body))
        asked = [int(n) for n in re.findall(r"^\d+\. .*matter (\d+)\.$", said, re.MULTILINE)]
        pairs = [drafts[2 * n : 2 * n + 2] for n in asked]
        served = [{"request": n, "tools": [each["name"] for each in pair]} for n, pair in enumerate(pairs, 1)]
        return Say(json.dumps({"served": served, "tools": [each for pair in pairs for each in pair]}))

    return answer


@pytest.mark.parametrize("kind", ["database", "simulated"])
def test_a_world_of_36_tools_costs_at_most_60_000_tokens(kind: str, tmp_path: Path) -> None:
    """As the endpoint counts: four characters of the messages to the token."""
    seed = str(OWN / "chinook_small.sql")
    schema = reflect(load_script((OWN / "chinook_small.sql").read_text("utf-8")))
    tools = [each for each in propose_by_rules(schema, 60)[0] if not schema.tables[_table(each)].view]
    if kind == "simulated":
        seed = str(tmp_path / "tools.json")
        some = [
            {"name": f"look_up_{n}", "description": "Look it up.", "inputSchema": {"type": "object"}} for n in range(9)
        ]
        (tmp_path / "tools.json").write_text(json.dumps({"tools": some}))
    answer = competent(tools)
    received: list[Body] = []

    def counted(body: Body, number: int) -> Answer:
        received.append(body)
        return answer(body, number)

    result = synth(seed, tmp_path, counted, "--tools", "36")
    assert result.exit_code == 0, result.output
    funnel = load_world(tmp_path / "world").provenance["tools"]
    assert funnel["kept"] == 36
    tokens: Counter[str] = Counter()
    for body in received:
        tokens[shape_of(body)] += len(json.dumps(body["messages"])) // 4
    assert tokens.total() < 60_000, tokens
    assert tokens["ReturnsReply"] < 15_000
    assert len(received) <= 15
