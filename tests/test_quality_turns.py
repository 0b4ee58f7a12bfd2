"""Whether the assistant answers, and what was asked."""

import json
from dataclasses import replace

import pytest

from turnwise.scoring.quality.contingency import contingency
from turnwise.scoring.quality.transcript import Message, ToolCall, Transcript

BIKE = {"bike_id": 22, "name": "Orange Tollgate Swift", "frame_number": "TO1974382"}
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
    ({"address": "\u200b"}, 5, ""),
    ({"bike": " \n"}, 3, ""),
    ({"address": FRAME, "answers": True}, 5, "answers something else"),
    ({"address": "Look it up yourself.", "answers": True}, 5, "keeps the answer to itself"),
])  # fmt: skip
def test_a_turn_that_answers_nothing_is_found(changed: dict[str, object], place: int, why: str) -> None:
    given: dict[str, object] = {"bike": FRAME, "address": STREET, **changed}
    transcript = workshop(**given)  # type: ignore[arg-type]
    if not why:  # the lookup is something done; without it nothing is
        messages = tuple(m for m in transcript.messages if not m.calls and m.role != "tool")
        transcript, why = replace(transcript, messages=messages), "says nothing"
    else:
        place = 7
    findings = contingency(transcript).findings
    assert [(finding.message, finding.evidence.split(":")[0]) for finding in findings] == [(place, why)]
