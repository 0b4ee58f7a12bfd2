"""Values as people say them: half past two, twelve pounds fifty, Tuesday week. What is right is accepted, another is not."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from turnwise.users.hybrid import means
from turnwise.values.relative import relative_days, with_days
from turnwise.values.states import states_value

GROUPS = yaml.safe_load((Path(__file__).parent / "data" / "said_values.yaml").read_text("utf-8"))
CASES = [
    (said, value, group["now"], way == "is")
    for group in GROUPS
    for way in ("is", "is_not")
    for said, value in group[way]
]


@pytest.mark.parametrize("wording", ["I said {}, please", "{}", "so it is {}. Thanks"])
def test_what_is_said_of_a_value_is_known_by_its_meaning(wording: str) -> None:
    wrong = [(s, v) for s, v, now, right in CASES if right and not means(wording.format(s), v, now)]
    assert len(wrong) <= 0.02 * len(CASES), wrong


def test_what_says_another_value_is_refused() -> None:
    wrong = [(s, v) for s, v, now, right in CASES if not right and means(f"I said {s}", v, now)]
    assert not wrong


@pytest.mark.parametrize(
    ("said", "value", "stated"),
    [
        ("Your appointment is tomorrow at half past two.", "2026-05-06 14:30:00", True),
        ("Your appointment is tomorrow at 2:30 in the afternoon.", "2026-05-06 14:30:00", True),
        ("Your appointment is tomorrow at half past two.", "2026-05-07 14:30:00", False),
        ("It is not tomorrow.", "2026-05-06", False),
        ("You are booked in for Friday.", "2026-05-08", True),
        ("It was due three days ago.", "2026-05-02", True),
        ("It is due on Friday 15 May.", "2026-05-08", False),
    ],
)
def test_an_answer_may_name_a_day_from_today(said: str, value: str, stated: bool) -> None:
    assert states_value(with_days(said, "2026-05-05 09:00:00"), value, "date") is stated


def test_a_day_of_a_month_that_has_none_is_no_day() -> None:
    assert not list(relative_days("the 31st of next month", date(2026, 5, 31)))
    assert with_days("tomorrow", "") == "tomorrow"
