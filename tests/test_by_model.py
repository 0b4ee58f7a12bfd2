"""A world by a model: what it says is checked and run, what fails goes back to it, and nothing else is kept."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cast_synthesis import synthesizer
from cast_synthesis_data import CLINIC_ROWS, CLINIC_TABLES, draft, write
from click.testing import CliRunner
from endpoint import Answer, Body, Say, Status, endpoint, model_at, shape_of

from turnwise.cli import main
from turnwise.errors import ModelFault, WorldError
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import load_prompts
from turnwise.synthesis.database.by_model import write_database
from turnwise.synthesis.database.schema import Schema, reflect
from turnwise.synthesis.seeds.reading import is_sentence, read_seed
from turnwise.synthesis.tools.by_model import TrialCall, describe_returns, problems_of, trial_calls
from turnwise.synthesis.tools.proposals import ToolDraft, ask_questions, expand_tools, merge, propose_tools
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
    told = Counter(json.loads(re.findall(r"\nThe tool: (.*)", said)[0])["name"] for said in repairs)
    assert set(told.values()) <= {1, 2}
    problems = dict(zip(told.elements(), repairs, strict=True)) if len(told) == len(repairs) else {}
    assert all("What is wrong: " in said for said in (problems.values() or repairs))
    if "a digital music shop" not in made.world.domain:
        return
    everything = "\n".join(repairs)
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


def test_every_request_extends_the_one_that_its_chat_was_forked_from(made: Made) -> None:
    after = [body["messages"] for body in made.received if shape_of(body) not in ("TablesReply", "RowsReply")]
    assert len({json.dumps(messages[0]) for messages in after}) == 1
    seen = {json.dumps(messages[:1]) for messages in after}
    for messages in after:
        begun = [said for said in range(len(messages)) if messages[said]["role"] == "user"]
        assert json.dumps(messages[: begun[-1] - 1 or 1]) in seen or len(begun) == 1
        seen |= {json.dumps(messages[:end]) for end in range(1, len(messages) + 1)}
    returns = [body["messages"] for body in made.received if shape_of(body) == "ReturnsReply"]
    for before, later in pairwise(returns):
        assert later[: len(before)] == before


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


def test_tools_are_asked_for_side_by_side_and_come_in_the_order_of_the_questions() -> None:
    def answer(body: Body, number: int) -> Answer:
        number = int(body["messages"][0]["content"].rpartition("question ")[2])
        if number == 3:
            return Say("I would rather not.")
        return Say(json.dumps({"tools": [draft(f"get_{number}", "SELECT 1 AS one")]}))

    async def run(url: str) -> Any:
        async with model_at(url) as model:
            chat = Chat(model, "synthesizer", "test", Ledger(), [])
            return await propose_tools(chat, [f"question {n}" for n in range(12)], load_prompts(), True), chat

    with endpoint(answer) as url:
        found, chat = asyncio.run(run(url))
    assert found[3] is None
    assert [tools[0].name for tools in found if tools] == [f"get_{n}" for n in range(12) if n != 3]
    assert chat.messages == []


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


def row(**types: str) -> dict[str, Any]:
    return {"type": "object", "properties": {n: {"type": t} for n, t in types.items()}, "required": list(types)}


GET_PET = draft("get_pet", "SELECT id AS pet_id, name FROM pets WHERE id = :pet_id", "pet_id:int")
ALL_PETS = draft("list_pets", "SELECT id AS pet_id, name FROM pets ORDER BY id")
PET = row(pet_id="integer", name="string")


def described(replies: list[Any], clinic: tuple[World, Schema], *made: dict[str, Any]) -> tuple[Any, list[str]]:
    world, schema = clinic
    tools = [tool(each) for each in made]
    answers = [{"returns": reply} for reply in replies]
    return asked(answers, lambda chat: describe_returns(chat, world, tools, schema, load_prompts(), 0, set()))


def test_return_schemas_fit_the_results(clinic: tuple[World, Schema]) -> None:
    found, told = described(
        [{"type": "string"}, row(pet_id="string", name="string"), PET, PET, {"type": "array", "items": PET}],
        clinic,
        GET_PET,
        ALL_PETS,
    )
    assert [each.returns for each in found.tools] == [PET, {"type": "array", "items": PET}]
    assert '"object" (exactly one row) or "array"' in told[1]
    assert re.search(r"does not fit the schema: pet_id: \d+ is not of type 'string'", told[2])
    assert "returned 12 rows, so it returns an array" in told[4]
    assert re.search(r'\{"pet_id": \d+\} -> \[\{"pet_id": \d+, "name": "\w+"\}\]', told[0])


def test_a_field_keeps_its_type_from_tool_to_tool(clinic: tuple[World, Schema]) -> None:
    fee = draft("get_fee", "SELECT 7 AS fee, id AS visit_id FROM visits WHERE id = :visit_id", "visit_id:int")
    other = {**fee, "name": "get_again"}
    number, integer = row(fee="number", visit_id="integer"), row(fee="integer", visit_id="integer")
    found, told = described([number, integer, number], clinic, fee, other)
    assert [each.returns for each in found.tools] == [number, number]
    assert "fee has the type number in an earlier tool and integer here" in told[2]
    # ... but what a tool really returns wins over what an earlier one was said to return
    text = draft("get_text", "SELECT 'seven' AS fee, id AS visit_id FROM visits WHERE id = :visit_id", "visit_id:int")
    found, _ = described([number, row(fee="string", visit_id="integer")], clinic, fee, text)
    assert [each.returns["properties"]["fee"]["type"] for each in found.tools] == ["number", "string"]


def test_a_tool_of_which_the_model_cannot_say_what_it_returns_is_dropped(clinic: tuple[World, Schema]) -> None:
    found, _ = described([{"type": "string"}], clinic, GET_PET)
    assert (found.tools, found.dropped) == ([], {"get_pet": "the model could not say what it returns"})
    simulated = [tool(draft("get_pet", None), executable=False)]
    world = clinic[0].model_copy(update={"database": None})
    found, _ = asked(
        [{"returns": {}}], lambda chat: describe_returns(chat, world, simulated, None, load_prompts(), 0, set())
    )
    assert (found.tools, found.dropped) == ([], {"get_pet": "the model could not say what it returns"})


def test_the_result_of_a_write_without_rows_is_what_it_changed() -> None:
    assert TrialCall({}, [], 2).one == {"changed": 2}
    assert TrialCall({}, [{"a": 1}, {"a": 2}], 2).one is None


def rows(table: str, **others: Any) -> dict[str, Any]:
    columns, values = CLINIC_ROWS[table]
    return {"columns": columns, "rows": values, **others}


TABLES = {"statements": CLINIC_TABLES}
ORDER = ("owners", "pets", "vets", "visits")


def test_a_database_is_written_table_by_table() -> None:
    script, told = asked([TABLES, *map(rows, ORDER)], lambda chat: write_database(chat, load_prompts()))
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
    script, told = asked(replies, lambda chat: write_database(chat, load_prompts()))
    assert "CREATE TABLE" in script
    assert re.search(reason, told[1])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (rows("pets", columns=["id", "owner", "name", "species", "born_on"]), "pets has no column owner"),
        (rows("pets", rows=CLINIC_ROWS["pets"][1][:7]), "these are 7 rows"),
        (rows("pets", rows=[[1, 2, "Rex"]] * 8), "row 1 has 3 values for 5 columns"),
        (rows("pets", rows=[[n, 99, "Rex", "dog", None] for n in range(8)]), "owner_id 99 is in no row of owners"),
        (rows("pets", rows=[[n, 1, "Rex", "fox", None] for n in range(8)]), "row 1, .*CHECK constraint failed"),
        (rows("pets", rows=[[1, 1, "Rex", "dog", None]] * 8), "row 2, .*UNIQUE constraint failed"),
        (
            rows("pets", rows=[[n, 1, ["Rex"], "dog", None] for n in range(8)]),
            "rows.0.2.str: input should be a valid string",
        ),
        (rows("pets", rows=[[n, 2**70, "Rex", "dog", None] for n in range(8)]), "row 1, .*too large"),
    ],
)
def test_rows_that_cannot_be_inserted_go_back(bad: Any, reason: str) -> None:
    replies = [TABLES, rows("owners"), bad, rows("pets"), rows("vets"), rows("visits")]
    script, told = asked(replies, lambda chat: write_database(chat, load_prompts()))
    assert load_script(script).execute("SELECT count(*) FROM pets").fetchone() == (12,)
    assert re.search(reason, told[3])


def test_text_from_a_model_is_never_sql() -> None:
    nasty = ["'); DROP TABLE owners; --", 'a"b', "line\nbreak;", "\\'", "%s {x} :y"]
    people = [[n, f"{nasty[n % 5]} {n}", "1", None] for n in range(10)]
    pets = rows("pets", rows=[[n, n % 10, p, s, b] for n, _, p, s, b in CLINIC_ROWS["pets"][1]])
    script, _ = asked(
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
    assert "holds no tools" in refused(tmp_path, str(tmp_path / "empty.json"), unasked)
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
        assert session.call(world.tools[0].name, {"name": "a"})


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
