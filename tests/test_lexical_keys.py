"""`turnwise/lexical` on worlds made from databases whose keys are texts, or of several parts. Calls run for real."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.model import ChatMessage, ChatMessageSystem, ChatMessageTool, ChatMessageUser, GenerateConfig
from inspect_ai.tool import ToolCallError, ToolInfo, ToolParams

from turnwise import synthesize_world
from turnwise.agents.lexical.catalogue import catalogue
from turnwise.agents.lexical.model import LexicalAPI
from turnwise.agents.lexical.sentence import sentences
from turnwise.errors import CallRefused
from turnwise.worlds import World, open_session

GARDEN = """
CREATE TABLE nursery (nur_name TEXT PRIMARY KEY, town TEXT, budget REAL);
INSERT INTO nursery VALUES ('Alp. Gard.', 'Bern', 900), ('Roses', 'Basel', 700), ('Ferns', 'Bern', 800);
CREATE TABLE gardener (ssn INTEGER PRIMARY KEY, badge_id INTEGER, name TEXT NOT NULL, phone TEXT, nur_name TEXT REFERENCES nursery, wage REAL);
INSERT INTO gardener VALUES (71, 9001, 'Edda Lind', '011', 'Roses', 30), (72, 9002, 'Tova Berg', '012', 'Ferns', 40),
  (73, 9003, 'Olle Dahl', '013', 'Ferns', 35);
CREATE TABLE plant (plant_id TEXT PRIMARY KEY, title TEXT NOT NULL, nur_name TEXT REFERENCES nursery, price REAL);
INSERT INTO plant VALUES ('RO-101', 'Intro. to Moss', 'Roses', 5), ('FE-201', 'Path to Shade', 'Ferns', 8), ('FE-202', 'Tall Fern', 'Ferns', 9);
CREATE TABLE receipt (ssn INTEGER REFERENCES gardener, slip_number TEXT, paid_on DATE, amount REAL NOT NULL, PRIMARY KEY (ssn, slip_number));
INSERT INTO receipt VALUES (71, 'KX12', '2024-01-02', 10), (71, 'KX13', '2024-02-03', 20), (72, 'KX14', '2024-03-04', 30);
"""


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> World:
    path: Path = tmp_path_factory.mktemp("garden") / "garden.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(GARDEN)
    return synthesize_world(path)


def tools_of(world: World) -> list[ToolInfo]:
    """The tools of a world as a model is told of them."""
    return [
        ToolInfo(name=t.name, description=t.description, parameters=ToolParams.model_validate(t.parameters))
        for t in world.tools
    ]


def talk(world: World, *said: str) -> tuple[list[str], list[tuple[str, dict[str, Any]]]]:
    """The replies to what a user says, and the calls that changed rows."""
    model, replies, writes = LexicalAPI(), [], []
    messages: list[ChatMessage] = [ChatMessageSystem(content="It is 2024-05-31.")]
    effects = {tool.name: tool.effect for tool in world.tools}
    with open_session(world) as session:
        for text in said:
            messages.append(ChatMessageUser(content=text))
            while True:
                message = asyncio.run(model.generate(messages, tools_of(world), "auto", GenerateConfig())).message
                messages.append(message)
                if not message.tool_calls:
                    break
                [call] = message.tool_calls
                try:
                    found, error = json.dumps(session.call(call.function, call.arguments)), None
                    writes += [(call.function, call.arguments)] if effects[call.function] == "write" else []
                except CallRefused as refusal:
                    found, error = "", ToolCallError("unknown", str(refusal))
                messages.append(
                    ChatMessageTool(content=found, tool_call_id=call.id, function=call.function, error=error)
                )
            replies.append(message.text)
    return replies, writes


CHANGES = {
    "Move Edda Lind to Ferns.": ("update_gardener", {"ssn": 71, "nur_name": "Ferns"}),
    "I'd like to move Edda Lind to the nursery Alp. Gard. please": (
        "update_gardener",
        {"ssn": 71, "nur_name": "Alp. Gard."},
    ),
    "Edda Lind's phone number has changed to 099, could you put that in?": (
        "update_gardener",
        {"ssn": 71, "phone": "099"},
    ),
    "Take 5 off Edda Lind's wage.": ("update_gardener", {"ssn": 71, "wage": 25}),
    "Put the budget of the nursery Alp. Gard. up by 50.": ("update_nursery", {"nur_name": "Alp. Gard.", "budget": 950}),
    "Change the price of Intro. to Moss to seven.": ("update_plant", {"plant_id": "RO-101", "price": 7}),
    "Change the price of plant FE-202 to 4.": ("update_plant", {"plant_id": "FE-202", "price": 4}),
    "Add a new plant called Blue Hour in Ferns, id: FE-303, price 6.": (
        "create_plant",
        {"plant_id": "FE-303", "title": "Blue Hour", "nur_name": "Ferns", "price": 6},
    ),
}


@pytest.mark.parametrize("said", CHANGES)
def test_rows_with_a_text_for_a_key_are_found_and_changed(garden: World, said: str) -> None:
    _, writes = talk(garden, said)
    assert writes == [CHANGES[said]]


def test_a_reference_is_asked_for_by_the_kind_of_what_it_points_at(garden: World) -> None:
    replies, _ = talk(garden, "What nursery is Path to Shade in?", "What's Tova Berg's wage?")
    assert "Ferns" in replies[0]
    assert "40" in replies[1]


def test_the_key_of_a_row_is_the_one_that_its_tool_asks_for(garden: World) -> None:
    """And not the first field that is called like a key: badge_id."""
    replies, writes = talk(garden, "How many receipts does Edda Lind have?", "Change Edda's wage to 31.")
    assert "2 receipts" in replies[0]
    assert writes == [("update_gardener", {"ssn": 71, "wage": 31})]


def test_a_key_of_several_parts_is_told_whole(garden: World) -> None:
    _, writes = talk(garden, "Which of Edda Lind's receipts has the highest amount?", "Change its amount to 25.")
    assert writes == [("update_receipt", {"ssn": 71, "slip_number": "KX13", "amount": 25})]


def test_a_new_row_is_asked_for_its_code_and_takes_it(garden: World) -> None:
    replies, writes = talk(garden, "Add a new plant called Blue Hour in Ferns.", "The id is FE-303.")
    assert replies[0].startswith("What is the plant")
    assert [arguments["plant_id"] for _, arguments in writes] == ["FE-303"]


def test_an_amount_is_put_right(garden: World) -> None:
    _, writes = talk(garden, "Change Olle Dahl's wage to 33.", "Hold on, that's not right, I meant 34.")
    assert [arguments["wage"] for _, arguments in writes] == [33, 34]


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("What town is the nursery Alp. Gard. in?", 1),
        ("Change the price of Intro. to Moss to 7. Thanks.", 2),
        ("Move Edda Lind to Roses. Then move Tova Berg to Ferns.", 2),
        ("Change the town to Bern. to be clear, it moved.", 2),
    ],
)
def test_a_stop_within_a_name_ends_no_sentence(garden: World, said: str, count: int) -> None:
    assert len(sentences(said, catalogue(tools_of(garden)))) == count
