"""Whether turns and values are where they belong: contingency, and grounding by the answers that are known."""

import json

import pytest

from turnwise.scoring.quality.contingency import contingency
from turnwise.scoring.quality.grounding import grounding
from turnwise.scoring.quality.transcript import Message, ToolCall, Transcript

BIKE = {"bike_id": 22, "name": "Orange Tollgate Swift", "frame_number": "TO1974382"}
ORDERS = [{"work_order_id": 4058, "price": 31.5}, {"work_order_id": 4098, "price": 47.25}]
CUSTOMER = {"customer_id": 29, "first_name": "Agnes", "last_name": "Herrera", "street_address": "63 Watermeadow Drive"}


def asked(text: str, *answers: str) -> Message:
    return Message("user", text, answers=answers)


def looked_up(tool: str, arguments: dict[str, object], result: object) -> list[Message]:
    call = ToolCall(tool, tool, arguments)
    return [Message("assistant", "", calls=(call,)), Message("tool", json.dumps(result), call_id=tool)]


def workshop(*, bike: str, address: str, first: str = "", second: str = "", answers: bool = False) -> Transcript:
    """Someone asks for a bike's frame number, then for a customer's address, and leaves."""
    return Transcript((
        asked("Hello, do you have anything on record for me?"),
        Message("assistant", "What do you want to know?"),
        asked(first or "What is the frame number of the bike Orange Tollgate Swift?", *["TO1974382"] * answers),
        *looked_up("search_bikes", {"query": "Orange Tollgate Swift"}, [BIKE]),
        Message("assistant", bike),
        asked(second or "And the street address of the customer Agnes Herrera?", *["63 Watermeadow Drive"] * answers),
        *looked_up("search_customers", {"query": "Agnes Herrera"}, [CUSTOMER]),
        Message("assistant", address),
        asked("That is all, thanks."),
    ), instruction="Ask for the frame number of a bike and the street address of a customer.")  # fmt: skip


ADDRESS = "And the street address of the customer Agnes Herrera?"
FRAME, STREET = "The frame number is TO1974382.", "The street address is 63 Watermeadow Drive."


def test_a_dialogue_in_order_strays_nowhere() -> None:
    assert contingency(workshop(bike=FRAME, address=STREET)).findings == ()
    assert contingency(workshop(bike=FRAME, address=STREET, answers=True)).findings == ()


@pytest.mark.parametrize(("changed", "place", "why"), [
    ({"bike": "Agnes Herrera has it."}, 3, "tells what is returned only later"),
    ({"first": "And the customer Agnes Herrera?", "second": "The bike Orange Tollgate Swift?"}, 3, "acts on what the user says"),
    ({"address": "The sourdough should rest overnight before baking."}, 7, "takes up nothing"),
    ({"first": "That's it from me, bye!"}, 2, "takes leave, and goes on"),
    ({"address": FRAME, "answers": True}, 7, "answers something else"),
    ({"second": f"So it is TO1974382. {ADDRESS}", "address": FRAME, "answers": True}, 7, "answers something else"),
])  # fmt: skip
def test_a_turn_out_of_place_is_found(changed: dict[str, object], place: int, why: str) -> None:
    given: dict[str, object] = {"bike": FRAME, "address": STREET, **changed}
    findings = contingency(workshop(**given)).findings  # type: ignore[arg-type]
    assert any(finding.message == place and why in finding.evidence for finding in findings), findings


@pytest.mark.parametrize(("said", "answers", "value", "severities"), [
    ("The work order is 4058.", ("4058",), 1.0, []),
    ("The work order is 4098.", ("4058",), 0.5, [3]),
    ("The work order is 4098.", (), 1.0, []),
    ("The work order is 4058. Another one is 4098.", ("4058",), 1.0, []),
    ("The price of work order 4058 is 99.99.", (), 0.5, [3]),
])  # fmt: skip
def test_a_value_of_another_record_is_no_answer(
    said: str, answers: tuple[str, ...], value: float, severities: list[int]
) -> None:
    wish = asked("Which work order of that bike is the cheapest?", *answers)
    score = grounding(Transcript((wish, *looked_up("list_work_orders", {}, ORDERS), Message("assistant", said))))
    assert score.value == value
    assert [finding.severity for finding in score.findings] == severities


def test_the_number_in_a_name_and_a_small_difference_are_supported() -> None:
    parts = [{"name": "Disc rotor 160 mm", "price": 14}, {"name": "Rim tape 2026", "price": 3}]
    messages = (
        *looked_up("find_parts", {}, parts),
        Message("assistant", "The part is Rim tape 2026. The difference is 11."),
    )
    assert not grounding(Transcript((asked("How far apart are they?"), *messages))).findings


WHEELS = [{"name": "Rear wheel 28 inch", "price": 112}, {"name": "Front wheel 28 inch", "price": 84.5}]


@pytest.mark.parametrize(("wish", "answer", "result", "said", "value"), [
    ("Which part is the dearest?", "Rear wheel 28 inch", WHEELS, "The part is Rear wheel 28 inch.", 1.0),
    ("Rear wheel 28 inch, or Front wheel 28 inch?", "Rear wheel 28 inch", WHEELS, "Front wheel 28 inch.", 1.0),
    ("What is order 4058's price? Set it to 47.25.", "31.5", ORDERS, "The price is 47.25.", 0.5),
    ("What is order 4058's price? Set it to 47.25.", "31.5", ORDERS, "The price will be 47.25.", 1.0),
])  # fmt: skip
def test_a_name_and_a_value_are_those_asked_for(
    wish: str, answer: str, result: object, said: str, value: float
) -> None:
    messages = (asked(wish, answer), *looked_up("look_up", {}, result), Message("assistant", said))
    assert grounding(Transcript(messages)).value == value


@pytest.mark.parametrize(("said", "value"), [
    ("The loans are 10.", 1.0),
    ("The loans are 81.", 0.5),
    ("Book 81 is not among them.", 1.0),
])  # fmt: skip
def test_a_field_is_said_to_be_what_came_back(said: str, value: float) -> None:
    messages = (
        asked("Do you have Cold Harbour Ferry?"),
        *looked_up("find_book", {}, {"book_id": 81}),
        Message("assistant", "Yes."),
        asked("And how many loans does member 64 have?"),
        *looked_up("summarize_loans", {}, {"member_id": 64, "loan_count": 10}),
        Message("assistant", said),
    )
    assert grounding(Transcript(messages)).value == value
