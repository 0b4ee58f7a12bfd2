"""Changes made against changes wanted."""

from typing import Any

import pytest

from turnwise.goals.model import NEW, Answer, Call, Checkpoint, Goal, Request, WantedChange
from turnwise.goals.progress import done_requests, match_state
from turnwise.worlds import RowChange


def request(name: str, *wanted: WantedChange, answers: tuple[Answer, ...] = ()) -> Request:
    return Request(id=name, intent="update", solution=(), checkpoint=Checkpoint(state=wanted, answers=answers))


def insert(table: str, key: Any, **values: Any) -> WantedChange:
    return WantedChange(table=table, kind="insert", key={"id": key}, values={"id": key, **values})


def inserted(table: str, key: int, **values: Any) -> RowChange:
    return RowChange(table=table, kind="insert", key={"id": key}, values={"id": key, **values}, before={})


def updated(table: str, key: int, **values: Any) -> RowChange:
    return RowChange(table=table, kind="update", key={"id": key}, values=values, before=dict.fromkeys(values))


def test_an_update_of_two_columns_serves_two_requests() -> None:
    phone = request("r1", WantedChange(table="t", kind="update", key={"id": 1}, values={"phone": "1"}))
    email = request("r2", WantedChange(table="t", kind="update", key={"id": 1}, values={"email": "a@b"}))
    match = match_state([phone, email], [updated("t", 1, phone="1", email="a@b")])
    assert match.made == {"r1", "r2"}
    assert match.unwanted == ()


def test_what_nobody_wanted_is_left_over() -> None:
    phone = request("r1", WantedChange(table="t", kind="update", key={"id": 1}, values={"phone": "1"}))
    match = match_state([phone], [updated("t", 1, phone="1", city="Oslo")])
    assert match.made == {"r1"}
    assert [change.values for change in match.unwanted] == [{"city": "Oslo"}]


def test_a_new_row_is_matched_whatever_number_it_got() -> None:
    new = {NEW: "list"}
    make = request("r1", insert("lists", new, name="Blue Hour"))
    add = request("r2", insert("entries", {NEW: "entry"}, list_id=new, book_id=7))
    changes = [inserted("lists", 12, name="Blue Hour"), inserted("entries", 99, list_id=12, book_id=7)]
    assert match_state([make, add], changes).made == {"r1", "r2"}
    stray = [inserted("lists", 12, name="Blue Hour"), inserted("entries", 99, list_id=11, book_id=7)]
    assert match_state([make, add], stray).made == {"r1"}


def test_a_column_that_the_user_left_open_is_open() -> None:
    call = Call(tool="create_line", arguments={"order_id": {NEW: [0, "order_id"]}, "product": "bell", "count": 2})
    wanted = insert("lines", {NEW: "line"}, order_id=7, product="bell", count=2, unit_price=0, note=None)
    one = request("r1", wanted).model_copy(update={"solution": (call,)})
    for left_open in ({"unit_price": 0, "note": None}, {"unit_price": 19.5, "note": "as listed"}):
        match = match_state([one], [inserted("lines", 4, order_id=7, product="bell", count=2, **left_open)])
        assert (match.made, match.unwanted) == ({"r1"}, ())
    for stated in ({"order_id": 8}, {"product": "horn"}, {"count": 3}):
        row = {"order_id": 7, "product": "bell", "count": 2, "unit_price": 0, "note": None, **stated}
        assert match_state([one], [inserted("lines", 4, **row)]).made == set()


def test_one_change_serves_one_request() -> None:
    first = request("r1", insert("t", {NEW: "a"}, name="x"))
    second = request("r2", insert("t", {NEW: "b"}, name="x"))
    assert match_state([first, second], [inserted("t", 5, name="x")]).made == {"r1"}
    assert match_state([first, second], [inserted("t", 5, name="x"), inserted("t", 6, name="x")]).made == {"r1", "r2"}


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (25, 25.0, True),
        ("25", 25, False),
        (None, 0, False),
        (0.1 + 0.2, 0.3, True),
        ("chain came off", "Chain came off.", True),
        ("chain came off", "chain fell off", False),
        ("in progress", "In Progress", False),
        ("ready", "Ready", False),
    ],
)
def test_values_are_compared_by_type_and_a_sentence_by_its_words(wanted: Any, found: Any, same: bool) -> None:
    one = request("r1", WantedChange(table="t", kind="update", key={"id": 1}, values={"c": wanted}))
    assert bool(match_state([one], [updated("t", 1, c=found)]).made) is same


def test_an_answer_counts_only_once_the_request_was_raised() -> None:
    one = request("r1", answers=(Answer(label="price", value=9.5, kind="number"),))
    goal = Goal(id="g1", difficulty="easy", description="", requests=(one,), shape="")
    assert done_requests([goal], [], {}) == frozenset()
    assert done_requests([goal], [], {"r1": "It is 9.49."}) == frozenset()
    assert done_requests([goal], [], {"r1": "It is 9.50."}) == {"r1"}
