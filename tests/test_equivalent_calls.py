"""Where tools are simulated, a question may be answered by any tool that shows what is relied on, of the same thing."""

import json
from typing import Any

import pytest

from turnwise.goals.calls import SuccessfulCall
from turnwise.goals.model import NEW, Answer, Call, Checkpoint, Request
from turnwise.goals.progress import missing_answers, missing_calls

ONE = Call(tool="get_parcel", arguments={"number": 101}, gives=("status",))


def made(tool: str, result: Any, **arguments: Any) -> SuccessfulCall:
    return SuccessfulCall(1, Call(tool=tool, arguments=arguments), json.dumps(result))


def asked(*calls: Call, answers: tuple[Answer, ...] = ()) -> Request:
    checkpoint = Checkpoint(calls=calls, answers=answers)
    return Request(id="r", intent="look", solution=calls[-1:], checkpoint=checkpoint)


@pytest.mark.parametrize(
    ("other", "does"),
    [
        (made("get_parcel", {"number": 101, "status": "lost"}, number=101), True),
        (made("get_parcel", {}, number=101), True),  # the very call, whatever it returned
        (made("track", {"number": 101, "status": "lost"}, code="X"), True),
        (made("track", {"status": "lost"}, code=101), True),
        (made("track", {"status": "lost"}, code="101"), True),
        (made("list_parcels", [{"number": 7, "status": "lost"}, {"number": 101, "status": "here"}]), True),
        (made("customer_overview", {"customer": "Ana", "parcels": [{"number": 101, "parcel_status": "here"}]}), True),
        (made("list_parcels", [{"number": 7, "status": "lost"}, {"number": 101}]), False),
        (made("list_parcels", [{"number": 101, "status": None}]), False),
        (made("track", {"number": 102, "status": "lost"}, code=102), False),
        (made("track", {"number": 101, "order_status": "paid"}, code=101), False),  # of something else
        (made("ping", "lost"), False),
    ],
)
def test_a_question_is_served_by_any_call_that_shows_the_same(other: SuccessfulCall, does: bool) -> None:
    assert (missing_calls(asked(ONE), [other]) == ()) is does
    assert missing_calls(asked(ONE.model_copy(update={"gives": None})), [other]) == () or other.call.tool != ONE.tool


def test_what_must_be_told_is_what_that_call_showed() -> None:
    answer = Answer(label="status", value="lost", kind="text", returned=("status",))
    request = asked(ONE, answers=(answer,))
    calls = [made("list_parcels", [{"number": 7, "status": "lost"}, {"number": 101, "status": "delivered"}])]
    assert missing_answers(request, "Parcel 101 was delivered.", calls) == ()
    assert missing_answers(request, "Parcel 101 is lost.", calls) == ("status",)


def test_a_later_call_may_take_what_another_tool_showed() -> None:
    find = Call(tool="find_customer", arguments={"name": "Ana Silva"}, gives=("id",))
    close = Call(tool="close_account", arguments={"customer_id": {NEW: [0, 0, "id"]}})
    found = made("search_people", {"hits": [{"customer_id": 5, "name": "ana silva"}, {"customer_id": 6, "name": "Bo"}]})
    request = asked(find, close)
    assert missing_calls(request, [found, made("close_account", {"ok": True}, customer_id=5)]) == ()
    assert missing_calls(request, [found, made("close_account", {"ok": True}, customer_id=6)]) == (close,)
