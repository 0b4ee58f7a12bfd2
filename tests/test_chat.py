"""One chat with a real client: what happens to each way a reply can be wrong."""

import ast
import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from endpoint import Answer, Body, Cut, Say, Slow, Status, endpoint, model_at, scripted_model, shape_of
from inspect_ai.model import get_model
from pydantic import BaseModel

import turnwise
from turnwise.errors import ModelFault
from turnwise.llm.chat import Chat, InvalidReply, Ledger
from turnwise.llm.shapes import form, is_strict, schema_of
from turnwise.llm.waiting import told
from turnwise.scoring.quality.judge import QualityJudgement
from turnwise.scoring.rubric_judge import Judgement
from turnwise.synthesis.database.by_model import RowsReply, TablesReply
from turnwise.synthesis.goals.drafts import GoalDrafts
from turnwise.synthesis.seeds.tool_lists import specs_of
from turnwise.synthesis.tools.by_model import RepairReply
from turnwise.synthesis.tools.proposals import ExpansionReply, QuestionsReply, ToolsReply
from turnwise.synthesis.tools.returns import ReturnsReply
from turnwise.synthesis.tools.specified import specified_tools
from turnwise.users.hybrid import WordedTurn
from turnwise.users.llm import UserReply
from turnwise.worlds.simulated.by_model import reply_schema


class City(BaseModel):
    """What the tests ask for."""

    name: str
    people: int


GOOD = Say(json.dumps({"name": "Oslo", "people": 700000}))


def asked(answers: list[Answer], read: Any = None, received: list[Body] | None = None) -> tuple[Any, Ledger]:
    """One question, answered in this order; what came of it, and the ledger."""
    bodies = received if received is not None else []

    def answer(body: Body, number: int) -> Answer:
        bodies.append(body)
        return answers[min(number, len(answers) - 1)]

    async def talk(chat: Chat) -> Any:
        async with chat.model:
            return await (chat.ask("Which city?", City, read) if read else chat.ask("Which city?", City))

    with endpoint(answer) as url:
        ledger = Ledger()
        return asyncio.run(talk(Chat(model_at(url), "user", "user", ledger, []))), ledger


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ('{"name": "Oslo", "people": 700000}', 0),
        ('{"name": "Oslo", "people": "700000", "mood": "fine"}', 0),
        ('```json\n{"name": "Oslo", "people": 700000}\n```', 1),
        ('Sure {really}! Here it is: {"name": "Oslo", "people": 700000} I hope that helps {x}.', 1),
        ('First I thought {"city": 1}, but: {"name": "Oslo", "people": 700000}', 1),
    ],
)
def test_what_can_be_understood_is_taken(text: str, repaired: int) -> None:
    found, ledger = asked([Say(text)])
    assert found == City(name="Oslo", people=700000)
    assert (ledger.repaired, ledger.faults) == (repaired, [])


@pytest.mark.parametrize(
    ("bad", "kind", "reason"),
    [
        (Say('{"name": "Oslo", '), "not_json", "holds no JSON object"),
        (Say("I would say Oslo."), "not_json", "holds no JSON object"),
        (Say('["Oslo"]'), "not_json", "holds no JSON object"),
        (Say('{"name": "Oslo"}'), "schema", "people: field required"),
        (Say('{"name": 3, "people": "many"}'), "schema", "name: input should be a valid string"),
        (Say(""), "empty", "empty"),
        (Say(None), "empty", "empty"),
        (Say(None, refusal="I cannot help with that."), "refused", "declined"),
        (Say("", finish="content_filter"), "refused", "filtered"),
        (Say('{"name": "Os', finish="length"), "cut_off", "cut off"),
        (Say("", reasoning="Thinking of a city..."), "empty", "empty"),
    ],
)
def test_what_cannot_goes_back_with_the_reason_and_is_counted(bad: Say, kind: str, reason: str) -> None:
    received: list[Body] = []
    found, ledger = asked([bad, GOOD], received=received)
    assert found.name == "Oslo"
    (fault,) = ledger.faults
    assert (fault.role, fault.kind) == ("user", kind)
    assert reason in fault.reason
    assert reason in received[1]["messages"][-1]["content"]
    assert received[1]["messages"][: len(received[0]["messages"])] == received[0]["messages"]
    assert ledger.usage["user/user"]["calls"] == 2
    assert ledger.usage["user/user"]["faults"] == 1


def test_reasoning_is_not_part_of_the_reply() -> None:
    thinking = Say(GOOD.text, reasoning='{"name": "Rome", "people": 1}')
    assert asked([thinking])[0].name == "Oslo"
    assert asked([Say(f"<think>{{'a': 1}}</think>{GOOD.text}")])[0].name == "Oslo"


def test_a_reply_may_be_refused_for_what_it_says() -> None:
    def read(city: City) -> str:
        if city.people < 1:
            raise InvalidReply("a city has people")
        return city.name

    found, ledger = asked([Say('{"name": "Oslo", "people": 0}'), GOOD], read)
    assert found == "Oslo"
    assert [(f.kind, f.reason) for f in ledger.faults] == [("content", "a city has people")]


def test_a_model_that_never_answers_is_given_up_on() -> None:
    with pytest.raises(ModelFault, match="no usable answer in 3 tries"):
        asked([Say("no")])


def test_errors_of_the_server_are_retried_by_the_client_and_are_no_faults() -> None:
    for trouble in (Status(429, headers={"Retry-After": "0"}), Status(500), Cut(), Slow(0.3, GOOD)):
        found, ledger = asked([trouble, GOOD])
        assert (found.name, ledger.faults) == ("Oslo", [])


@pytest.mark.parametrize("status", [400, 500])
def test_a_server_without_structured_output_is_asked_in_words(status: int) -> None:
    received: list[Body] = []
    lines: list[str] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return Status(status, "grammar failed") if shape_of(body) else GOOD

    async def talk(chat: Chat) -> None:
        async with chat.model:
            for _ in range(2):
                assert (await chat.ask("Which city?", City)).name == "Oslo"

    with endpoint(answer) as url, told(lines.append):
        ledger = Ledger()
        model = get_model(f"turnwise/chat/plain-words-{status}", base_url=url, memoize=False)
        asyncio.run(talk(Chat(model, "user", "user", ledger, [])))
    refused = ["City"] * (1 if status == 400 else 2)  # what may be an outage is asked once more
    assert [shape_of(body) for body in received] == [*refused, "", ""]
    assert ledger.faults == []
    assert sum("in words" in line for line in lines) == 1
    assert any("is asked again" in line for line in lines) == (status == 500)


def test_an_outage_is_no_refusal_of_a_schema() -> None:
    async def talk(chat: Chat) -> None:
        async with chat.model:
            await chat.ask("Which city?", City)

    with endpoint(lambda body, number: Status(404, "no such model")) as url:
        chat = Chat(get_model("turnwise/chat/gone", base_url=url, memoize=False), "user", "user", Ledger(), [])
        with pytest.raises(Exception, match="no such"):
            asyncio.run(talk(chat))


def test_every_prompt_extends_the_one_before() -> None:
    received: list[Body] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return Say("what?") if number % 3 == 1 else GOOD

    async def talk(chat: Chat) -> None:
        async with chat.model:
            for number in range(6):
                await chat.ask(f"City {number}?", City)

    with endpoint(answer) as url:
        asyncio.run(talk(Chat(model_at(url), "user", "user", Ledger(), [])))
    prompts = [body["messages"] for body in received]
    assert len(prompts) > 6
    for before, after in pairwise(prompts):
        assert after[: len(before)] == before


class Detail(BaseModel):
    """A docstring that is about our code."""

    name: str
    size: int | None = None


class Several(BaseModel):
    """Another one."""

    found: list[Detail] = []
    verdict: Literal["good", "bad"]


def test_schemas_are_strict_and_hold_nothing_of_our_classes() -> None:
    schema = schema_of(Several)
    assert is_strict(schema)
    assert "docstring" not in json.dumps(schema)
    assert "Another" not in json.dumps(schema)
    inner = schema["properties"]["found"]["items"]
    assert (inner["required"], inner["additionalProperties"]) == (["name", "size"], False)
    assert inner["properties"]["size"]["anyOf"][-1] == {"type": "null"}
    assert form(schema) == '{"found": [{"name": text, "size": whole number or null}, ...], "verdict": "good" or "bad"}'
    assert not is_strict({"type": "object", "properties": {"any": {"type": "object"}}})


SHAPES = {shape.__name__: shape for shape in (
    GoalDrafts, ToolsReply, ExpansionReply, RepairReply, ReturnsReply, QuestionsReply, TablesReply, RowsReply,
    UserReply, WordedTurn, Judgement, QualityJudgement)}  # fmt: skip
VERDICTS = {"verdict", "kind", "label", "met", "severity", "grade"}


def objects_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema; what says nothing of its fields or its type is none that strict mode takes."""
    assert isinstance(schema, dict)
    assert {"type", "anyOf", "enum"} & schema.keys(), schema
    assert not {"$ref", "oneOf", "allOf", "default", "title", "pattern", "minLength"} & schema.keys(), schema
    if schema.get("type") == "object":
        yield schema
    for part in [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]:
        yield from objects_in(part)
    if schema.get("type") == "array":
        yield from objects_in(schema["items"])


def check_strict(schema: Any) -> None:
    for found in objects_in(schema):
        fields = list(found["properties"])
        assert found["additionalProperties"] is False, found
        assert sorted(found["required"]) == sorted(fields), found
        judged = [fields.index(name) for name in fields if name in VERDICTS]
        assert "reason" not in fields or not judged or fields.index("reason") < min(judged), fields


def test_every_schema_that_a_role_sends_is_strict_and_asks_for_the_reason_first() -> None:
    sent = set()
    for file in (Path(turnwise.__file__).parent).rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "ask":
                sent |= {arg.id for arg in call.args if isinstance(arg, ast.Name) and arg.id[0].isupper()}
    assert sent - {"SimulatedResult"} == SHAPES.keys()  # its schema is made from the tool's
    for shape in SHAPES.values():
        check_strict(schema_of(shape))
    lists = json.loads((Path(__file__).parent / "data" / "mcp_tool_lists.json").read_text("utf-8"))[:20]
    for listed in lists:
        for tool in specified_tools(list(specs_of(listed["tools"], [])))[0]:
            check_strict(reply_schema(tool))


def test_a_correction_names_what_was_wrong_and_shows_it() -> None:
    received: list[Body] = []
    bad = json.dumps({"found": [{"name": "one", "size": "much"}], "verdict": "good"})
    with scripted_model([bad, "I'm sorry, but I can't help with that.", '{"verdict": "bad"}'], received) as model:
        chat = Chat(model, "grader", "test", Ledger(), [])

        async def go() -> Several:
            async with model:
                return await chat.ask("Well?", Several)

        assert asyncio.run(go()).verdict == "bad"
    assert [fault.kind for fault in chat.ledger.faults] == ["schema", "refused"]
    told = [body["messages"][-1]["content"] for body in received]
    assert "found.0.size" in told[1]
    assert '"much"' in told[1]
    assert '{"found": [{"name": text' in told[1]
    assert "I can't help with that" in told[2]
    assert "docstring" not in "".join(told)
    assert received[0]["response_format"]["json_schema"]["strict"] is True
