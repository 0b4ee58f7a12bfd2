"""`turnwise/lexical` on a small shop whose tools are named as nobody else names them."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from inspect_ai import eval as inspect_eval
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    get_model,
)
from inspect_ai.tool import ToolCallError, ToolInfo, ToolParams

from turnwise.agents.lexical.model import LexicalAPI
from turnwise.agents.lexical.reading import is_moment, with_year
from turnwise.tasks.user_oriented import user_oriented

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
MONEY = {"type": "number"}

MAKERS = [{"id": 1, "name": "Anvil & Sons"}, {"id": 2, "name": "Bright Works"}]
LAMPS = [
    {"lamp_id": 11, "title": "Blue Heron", "maker_id": 1, "price": 40.5, "colour": "blue"},
    {"lamp_id": 12, "title": "Red Fox", "maker_id": 1, "price": 65.0, "colour": "red"},
    {"lamp_id": 13, "title": "Out of the Fog", "maker_id": 2, "price": 20.0, "colour": "red"},
]
CUSTOMERS = [
    {"customer_id": 5, "name": "Ada Byrne", "phone_number": "07700 900001"},
    {"customer_id": 6, "name": "Ada Quill", "phone_number": "07700 900002"},
    {"customer_id": 7, "name": "Ben Ortega", "phone_number": "07700 900003"},
]
SALE = {"sale_id": 71, "lamp_id": 12, "customer_id": 5, "customer_name": "Ada Byrne", "delivery_date": "2024-06-03"}


def tool(name: str, description: str, required: Sequence[str] = (), /, **properties: dict[str, Any]) -> ToolInfo:
    """A tool as a model is told of it."""
    shape = {"properties": properties, "required": list(required)}
    return ToolInfo(name=name, description=description, parameters=ToolParams.model_validate(shape))


TOOLS = [
    tool("fetchLamp", "Fetch one lamp.", ["lamp_id"], lamp_id=WHOLE),
    tool("searchLamps", "Search lamps by title.", ["text"], text=TEXT),
    tool("listLampsByMaker", "All lamps of a maker.", ["maker_id"], maker_id=WHOLE),
    tool("findLamps", "Lamps like this.", colour={"type": "string", "enum": ["red", "blue"]}),
    tool("queryMakers", "Find makers by name.", ["name"], name=TEXT),
    tool("getMaker", "One maker.", ["id"], id=WHOLE),
    tool("editLamp", "Edit a lamp.", ["lamp_id"], lamp_id=WHOLE, title=TEXT, price=MONEY, colour=TEXT),
    tool(
        "registerLamp",
        "Register a lamp.",
        ["title", "maker_id", "price"],
        title=TEXT,
        maker_id=WHOLE,
        price=MONEY,
        colour=TEXT,
    ),
    tool("searchCustomers", "Find customers by name.", ["name"], name=TEXT),
    tool("getCustomer", "One customer.", ["customer_id"], customer_id=WHOLE),
    tool("editCustomer", "Edit a customer.", ["customer_id"], customer_id=WHOLE, name=TEXT, phone_number=TEXT),
    tool("getSale", "One sale.", ["sale_id"], sale_id=WHOLE),
    tool(
        "editSale",
        "Edit a sale.",
        ["sale_id"],
        sale_id=WHOLE,
        lamp_id=WHOLE,
        customer_id=WHOLE,
        payment_date={"type": "string", "description": "YYYY-MM-DD"},
        state={"type": "string", "enum": ["ordered", "delivered"]},
        delivery_date={"type": "string", "description": "YYYY-MM-DD"},
    ),
    tool("removeLamp", "Remove a lamp.", ["lamp_id"], lamp_id=WHOLE),
]


def run(name: str, arguments: dict[str, Any]) -> Any:
    """The shop, without a memory of its changes."""
    match name:
        case "fetchLamp":
            return next(lamp for lamp in LAMPS if lamp["lamp_id"] == arguments["lamp_id"])
        case "searchLamps":
            return [lamp for lamp in LAMPS if arguments["text"].lower() in str(lamp["title"]).lower()]
        case "listLampsByMaker":
            return [lamp for lamp in LAMPS if lamp["maker_id"] == arguments["maker_id"]]
        case "findLamps":
            return [lamp for lamp in LAMPS if lamp["colour"] == arguments["colour"]]
        case "queryMakers":
            return [maker for maker in MAKERS if arguments["name"].lower() in str(maker["name"]).lower()]
        case "getMaker":
            return next(maker for maker in MAKERS if maker["id"] == arguments["id"])
        case "editLamp":
            return {**next(lamp for lamp in LAMPS if lamp["lamp_id"] == arguments["lamp_id"]), **arguments}
        case "searchCustomers":
            return [one for one in CUSTOMERS if arguments["name"].lower() in str(one["name"]).lower()]
        case "getCustomer" | "editCustomer":
            return {**CUSTOMERS[arguments["customer_id"] - 5], **arguments}
        case "getSale" | "editSale":
            return {**SALE, **arguments}
        case "registerLamp":
            return {"lamp_id": 14, **arguments}
        case _:
            raise PermissionError("a lamp on show cannot be removed")


def talk(*said: str, tools: Sequence[ToolInfo] = TOOLS) -> tuple[list[str], list[tuple[str, dict[str, Any]]]]:
    """The replies to what a user says, and the calls that were made."""
    model, replies, calls = LexicalAPI(), [], []
    messages: list[ChatMessage] = [ChatMessageSystem(content="It is 2024-05-31.")]
    for text in said:
        messages.append(ChatMessageUser(content=text))
        while (message := asyncio.run(answer(model, messages, tools)).message).tool_calls:
            call = message.tool_calls[0]
            calls.append((call.function, call.arguments))
            messages += [message, result(call.id, call.function, call.arguments)]
        messages.append(message)
        replies.append(message.text)
    return replies, calls


def result(call: str, name: str, arguments: dict[str, Any]) -> ChatMessageTool:
    """What came back from the shop."""
    try:
        return ChatMessageTool(content=json.dumps(run(name, arguments)), tool_call_id=call, function=name)
    except PermissionError as refusal:
        error = ToolCallError("permission", str(refusal))
        return ChatMessageTool(content="", tool_call_id=call, function=name, error=error)


async def answer(model: LexicalAPI, messages: list[ChatMessage], tools: Sequence[ToolInfo]) -> ModelOutput:
    """One generation."""
    return await model.generate(messages, list(tools), "auto", GenerateConfig())


CASES = yaml.safe_load((Path(__file__).parent / "data" / "lexical_cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["say"][-1])
def test_what_is_said_leads_to_the_call_or_the_reply(case: dict[str, Any]) -> None:
    replies, calls = talk(*case["say"])
    if "call" in case:
        assert calls[-1] == (case["call"][0], case["call"][1])
    assert case.get("reply", "").lower() in replies[-1].lower()


def test_asks_once_for_what_is_missing_and_uses_the_answer() -> None:
    replies, calls = talk("Add a new lamp named Dusk, maker Bright Works.", "Sure, price 30.")
    assert replies[0] == "What is the price?"
    assert calls[-1] == ("registerLamp", {"title": "Dusk", "maker_id": 2, "price": 30})


def test_takes_corrections() -> None:
    replies, calls = talk(
        "What is the price of the lamp Red Fox?",
        "Sorry, I meant the lamp Blue Heron, not Red Fox.",
        "Set its colour to black.",
        "Actually, the colour should be white.",
    )
    assert "40.5" in replies[1]
    assert calls[-1] == ("editLamp", {"lamp_id": 11, "colour": "white"})


def test_says_what_it_could_not_do() -> None:
    replies, _ = talk("Delete the lamp Red Fox.", "What is the price of the lamp Green Goose?", "Thanks!")
    assert "a lamp on show cannot be removed" in replies[0].lower()
    assert "could not find" in replies[1]
    assert not any("deleted" in reply for reply in replies)


def test_leaves_alone_what_it_can_only_do_one_by_one() -> None:
    replies, calls = talk("Change the price of all lamps of Anvil & Sons to 1.")
    assert "one lamp at a time" in replies[0]
    assert calls == []


def test_several_requests_in_one_message_are_answered_in_order() -> None:
    replies, calls = talk(
        "Hi! What is the colour of the lamp Red Fox? Then, change the price of that lamp to 1. Thanks."
    )
    assert "red" in replies[0]
    assert calls[-1] == ("editLamp", {"lamp_id": 12, "price": 1})


SCRAPS = [
    "take",
    "put",
    "add",
    "remove",
    "delete",
    "change",
    "raise",
    "lower",
    "set",
    "register",
    "edit",
    "the",
    "a",
    "that",
    "its",
    "their",
    "all",
    "new",
    "lamp",
    "lamps",
    "maker",
    "makers",
    "of",
    "for",
    "to",
    "from",
    "off",
    "on",
    "by",
    "with",
    "and",
    "or",
    "then",
    "Red",
    "Fox",
    "Blue",
    "Heron",
    "Se...",
    "12",
    "#11",
    "3.5",
    "2024-01-02",
    "price",
    "colour",
    "title",
    "what",
    "which",
    "who",
    "how",
    "many",
    "most",
    "cheapest",
    "latest",
    "difference",
    "between",
    "not",
    "sorry",
    "actually",
    "meant",
    "no",
    "yes",
    "please",
    "?",
    ".",
    ",",
    ":",
    '"',
    "'",
]


@settings(max_examples=40, deadline=None)
@given(said=st.lists(st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=14).map(" ".join), min_size=1, max_size=3))
def test_whatever_is_said_gets_a_reply_and_never_an_error(said: list[str]) -> None:
    model, messages = LexicalAPI(), list[ChatMessage]()
    for text in said:
        messages.append(ChatMessageUser(content=text))
        for _ in range(40):
            message = asyncio.run(answer(model, messages, TOOLS)).message
            messages.append(message)
            if not message.tool_calls:
                break
            call = message.tool_calls[0]
            error = ToolCallError("unknown", "nothing found")
            messages.append(ChatMessageTool(content="", tool_call_id=call.id, function=call.function, error=error))
        assert messages[-1].text


def test_without_tools_it_admits_what_it_cannot_do() -> None:
    replies, calls = talk("What is the price of the lamp Red Fox?", tools=[])
    assert replies[0]
    assert calls == []


def test_the_same_messages_get_the_same_output_and_are_counted() -> None:
    messages: list[ChatMessage] = [ChatMessageUser(content="What is the price of the lamp Red Fox?")]
    one, other = [asyncio.run(answer(LexicalAPI(), messages, TOOLS)) for _ in range(2)]
    assert one.message.tool_calls == other.message.tool_calls
    assert one.usage == other.usage
    assert one.usage is not None
    assert one.usage.total_tokens == one.usage.input_tokens + one.usage.output_tokens > 0
    assert one.model == "turnwise/lexical"


def test_inspect_finds_it_and_it_completes_goals() -> None:
    """The whole way through: a simulated user, tools that run, and scores."""
    assert str(get_model("turnwise/lexical")) == "turnwise/lexical"
    task = user_oriented(world="city_library", scenarios=2, goals=1, difficulty="easy", seed=7)
    [log] = inspect_eval(task, model="turnwise/lexical", display="none", log_dir="memory://lexical")
    assert log.status == "success"
    assert log.results is not None
    (completion,) = [score for score in log.results.scores if score.name == "completion"]
    assert completion.metrics["rate"].value > 0


def test_a_day_without_a_year_is_of_the_year_it_is_told() -> None:
    assert with_year("due the 29th of March, please", 2026) == "due the 29th of March 2026, please"
    assert with_year("due 29 March 2025", 2026) == "due 29 March 2025"
    assert with_year("It ends on 11 Jul.", 2026) == "It ends on 11 Jul 2026."


@pytest.mark.parametrize("said", ["Friday 17 April 2026", "the 14th of April 2026", "8 pm", "18/4/2026"])
def test_a_day_or_an_hour_names_nothing(said: str) -> None:
    assert is_moment(said)
    assert not is_moment(f"The Night of {said}")
