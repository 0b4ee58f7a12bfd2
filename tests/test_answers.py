"""Whether a text tells a value, in any usual way of writing it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnwise.goals.model import Answer
from turnwise.values.states import states_value
from turnwise.values.text import normalised


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
