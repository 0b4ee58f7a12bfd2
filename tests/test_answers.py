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
    ("said", "value"), [("It's meant for adults.", "adult"), ("That one is for children.", "child")]
)
def test_a_choice_is_told_in_the_plural(said: str, value: str) -> None:
    assert states_value(said, value, "text", label="audience")
    assert not states_value(said, "teen", "text", label="audience")


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
        ("Fine 2220 (£3.10, not paid) belongs to a loan of Ana Silva's, loan 10285.", text("Ana Silva"), True),
        ("Loan 4 - not yet returned - is Ana Silva's.", text("Ana Silva"), True),
        ("It is not (as I said) Ana Silva's.", text("Ana Silva"), False),
        ("It's sold out.", Answer(label="quantity in stock", value=0, kind="number"), True),
        ("It's sold out.", Answer(label="bookings", value=0, kind="number"), False),
        ("It isn't - sorry - Ana Silva's.", text("Ana Silva"), False),
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


@pytest.mark.parametrize(("file", "count", "apart"), [
    ("answers.jsonl", 173, ["Es ist versandt.", "Cologne"]),  # what is said in another language is not translated
    ("answers_in_kinds.jsonl", 180, []),
])  # fmt: skip
def test_replies_are_judged_as_a_person_judges_them(file: str, count: int, apart: list[str]) -> None:
    lines = (Path(__file__).parent / "data" / file).read_text("utf-8").splitlines()
    replies = [json.loads(line) for line in lines]
    unlike = [
        reply["reply"]
        for reply in replies
        if states_value(reply["reply"], reply["value"], reply["kind"], label=reply["label"]) is not reply["states_it"]
    ]
    assert len(replies) == count
    assert unlike == apart


SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def in_words(number: int) -> str:
    """A number below a thousand million in words."""
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            joint = " and " if 0 < rest < 100 else " " if rest else ""
            return f"{in_words(number // scale)} {name}{joint}{in_words(rest) if rest else ''}"
    if number < 20:
        return SMALL.split()[number]
    return TENS.split()[number // 10 - 2] + (f"-{SMALL.split()[number % 10]}" if number % 10 else "")


@given(st.integers(min_value=2, max_value=10**8), st.integers(min_value=2, max_value=10**8))
def test_a_number_in_words_is_that_number_and_no_other(value: int, other: int) -> None:
    said = f"There are {in_words(value)} of them."
    assert states_value(said, value)
    assert states_value(said, other) is (value == other)


STYLES = (
    "{0:,.2f}",
    "{0:.2f}",
    "${0:,.2f}",
    "{0:.2f} euros",
    "USD {0:.2f}",
    "{1},{2:02} EUR",
    "£{0:.2f}",
    "{0:,.2f} dollars",
)


@given(st.integers(min_value=100, max_value=10**8), st.sampled_from(STYLES), st.integers(min_value=1, max_value=10**6))
def test_an_amount_is_read_in_every_style_and_as_no_other(cents: int, style: str, more: int) -> None:
    said = f"The fee is {style.format(cents / 100, cents // 100, cents % 100)}."
    assert states_value(said, cents / 100, "number")
    assert not states_value(said, (cents + more) / 100, "number")
    assert not states_value(
        f"The fee is not {style.format(cents / 100, cents // 100, cents % 100)}.", cents / 100, "number"
    )


DAYS = (
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d %B %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%A, %d %B %Y",
    "%Y%m%d",
    "the %dth of %B %Y",
    "%Y-%m-%dT00:00:00Z",
)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.sampled_from(DAYS), st.integers(min_value=1, max_value=20000))
def test_a_day_is_read_in_every_order_and_as_no_other(when: date, style: str, apart: int) -> None:
    said = f"It is due on {when.strftime(style)}."
    assert states_value(said, when.isoformat(), "date")
    assert not states_value(said, (when + timedelta(days=apart)).isoformat(), "date")


@given(st.integers(min_value=0, max_value=23), st.integers(min_value=0, max_value=59), st.sampled_from(range(4)))
def test_a_time_is_read_in_every_style_and_as_no_other(hour: int, minute: int, style: int) -> None:
    half = "pm" if hour >= 12 else "am"
    written = (
        f"{hour:02}:{minute:02}",
        f"{hour % 12 or 12}:{minute:02} {half}",
        f"{hour % 12 or 12}.{minute:02}{half}",
        f"{hour}h{minute:02}",
    )[style]
    said = f"It begins at {written}."
    assert states_value(said, f"{hour:02}:{minute:02}", "text")
    assert not states_value(said, f"{hour:02}:{(minute + 1) % 60:02}", "text")
    assert not states_value(said, f"{(hour + 12) % 24:02}:{minute:02}", "text")


@given(st.integers(min_value=1, max_value=600))
def test_a_length_is_read_in_hours_and_minutes(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    for said in (
        f"{minutes} minutes",
        f"{hours} h {rest} min",
        f"{hours} hours and {rest} minutes",
        f"{hours}h{rest:02}",
    ):
        assert states_value(f"It lasts {said}.", minutes, label="length in minutes")
        assert not states_value(f"It lasts {said}.", minutes + 1, label="length in minutes")


def test_what_is_recited_or_pasted_is_not_told() -> None:
    rows = [{"bike": f"Bike {n}", "price": 100 + 7 * n} for n in range(20)]
    recited = "\n".join(f"- {row['bike']}: {row['price']}" for row in rows)
    assert not states_value(recited, 156, label="price")
    assert states_value(recited, 156, label="price", of=20)
    assert not states_value(f"I found: {json.dumps(rows)}", 156, label="price")
    assert not states_value(f"I found: {json.dumps(rows, indent=2)}", 156, label="price")
    assert not states_value("It may be 156, or 163.", 156, label="price")
    assert states_value("Bike 8 costs 156. It came in with Bike 7, at 149, and Bike 9, at 163.", 156, label="price")
    assert states_value(f"{recited}\n\f\nSo Bike 8 costs 156.", 156, label="price"), "another message answers"


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
