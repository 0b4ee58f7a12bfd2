"""Whether a text states a value, in any usual way of writing it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnwise.goals.model import Answer
from turnwise.values.states import mentions, states_value
from turnwise.values.text import normalised, says_something


def states(text: str, answer: Answer) -> bool:
    return states_value(text, answer.value, answer.kind, label=answer.label)


def number(value: float) -> Answer:
    return Answer(label="n", value=value, kind="number")


def day(value: str) -> Answer:
    return Answer(label="d", value=value, kind="date")


def text(value: str) -> Answer:
    return Answer(label="t", value=value, kind="text")


@pytest.mark.parametrize(
    ("said", "answer", "told"),
    [
        ("It costs $1,234.50.", number(1234.5), True),
        ("It costs 1234.5", number(1234.50), True),
        ("25", number(25.0), True),
        ("There are three of them.", number(3), True),
        ("1. First\n2. Second\n3. Third", number(3), False),
        ("invoice #98", number(98), True),
        ("invoice 198", number(98), False),
        ("98.5", number(98), False),
        ("due 2026-03-98", number(26), False),
        ("the average is 3.67", number(3.6667), True),
        ("minus five: -5", number(-5), True),
        ("It was on 3 May 2021.", day("2021-05-03 00:00:00"), True),
        ("It was on May 3rd, 2021.", day("2021-05-03"), True),
        ("2021-05-04", day("2021-05-03"), False),
        ("2021-05-03 at 7:30 pm", day("2021-05-03 19:30"), True),
        ("2021-05-03", day("2021-05-03 19:30"), False),
        ("The artist is AC/DC.", text("AC/DC"), True),
        ("by Antonio Carlos Jobim", text("Antônio Carlos Jobim"), True),
        ("The Facelifted one", text("Facelift"), False),
        ("", text("Facelift"), False),
    ],
)
def test_a_text_states_a_value(said: str, answer: Answer, told: bool) -> None:
    assert states(said, answer) is told


@given(st.integers(min_value=0, max_value=10**7))
def test_a_whole_number_is_told_with_and_without_separators(value: int) -> None:
    for written in (str(value), f"{value:,}", f"{value:.2f}", f"${value:,.2f}"):
        assert states(f"That makes {written} in all.", number(value))
        assert not states(f"That makes {written} in all.", number(value + 1))


@given(st.integers(min_value=0, max_value=20000))
def test_a_day_is_told_in_three_ways_and_no_other_day_is(offset: int) -> None:
    when = date(1990, 1, 1) + timedelta(days=offset)
    for written in (when.isoformat(), f"{when.day} {when:%B} {when.year}", f"{when:%b} {when.day}, {when.year}"):
        assert states(f"It is due on {written}.", day(when.isoformat()))
        assert not states(f"It is due on {written}.", day((when + timedelta(days=1)).isoformat()))


@given(st.text(min_size=1, max_size=30).filter(lambda value: bool(normalised(value))))
def test_a_text_is_told_by_quoting_it(value: str) -> None:
    assert states(f'It is called "{value}", as far as I can see.', text(value))


def test_replies_are_judged_as_a_person_judges_them() -> None:
    lines = (Path(__file__).parent / "data" / "answers.jsonl").read_text("utf-8").splitlines()
    replies = [json.loads(line) for line in lines]
    unlike = [
        reply["reply"]
        for reply in replies
        if states_value(reply["reply"], reply["value"], reply["kind"], label=reply["label"]) is not reply["states_it"]
    ]
    assert len(replies) == 173
    assert unlike == ["Es ist versandt.", "Cologne"], "what is said in another language is not translated"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("twenty-five", 25), ("one hundred and twelve", 112), ("two thousand three hundred and four", 2304),
        ("three million", 3_000_000), ("a hundred", 100), ("1.234,50", 1234.5), ("1'234.50", 1234.5),
        ("2,34,567", 234567), ("4.5k", 4500), ("minus 3", -3), ("(12.75)", -12.75), ("3/4", 0.75), ("75%", 0.75),
    ],
)  # fmt: skip
def test_a_number_is_read_in_many_styles_and_as_no_other(written: str, value: float) -> None:
    assert states_value(f"It is {written}.", value)
    assert not any(states_value(f"It is {written}.", other) for other in (value + 1, value * 10, value / 10))


@pytest.mark.parametrize(
    ("said", "value", "stated"),
    [
        ("It takes an hour and 53 minutes.", 113, True),
        ("It takes 2 hours.", 113, False),
        ("There are none.", 0, True),
        ("It may be 113, or 114.", 113, False),
        ("It takes at most 113 minutes.", 113, False),
        ("Shall I make it 113?", 113, False),
        ("It takes 113 minutes, shall I book it?", 113, True),
    ],
)
def test_a_value_counts_when_it_is_asserted(said: str, value: float, stated: bool) -> None:
    assert states_value(said, value, label="length in minutes") is stated


@pytest.mark.parametrize(
    ("said", "value", "stated"),
    [
        ("Anna Smith, John Doe and others", "John Smith", False),
        ("The borrower is Smith, John", "John Smith", True),
        ("status: in progress", "in_progress", True),
        ("on 5 March at 2.30pm", "2021-03-05 14:30:00", True),
        ("on 5 March at 2.30am", "2021-03-05 14:30:00", False),
    ],
)
def test_names_and_moments_are_compared_by_what_they_mean(said: str, value: str, stated: bool) -> None:
    assert mentions(said, value) is stated


def test_an_empty_text_says_nothing() -> None:
    assert not any(map(says_something, ("", " \n", "\u200b\ufeff", "\u00a0\u2060")))
    assert all(map(says_something, ("ok", ".", "\U0001f44d")))
