"""Grounding, user integrity and pacing: what each says of small dialogues."""

import json

import pytest

from turnwise.scoring.quality.grounding import grounding
from turnwise.scoring.quality.pacing import pacing
from turnwise.scoring.quality.transcript import Message, SubScore, ToolCall, Transcript
from turnwise.scoring.quality.user_integrity import user_integrity
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions


def dialogue(*messages: tuple[str, str], **known: object) -> Transcript:
    """A transcript of (role, text) pairs; every tool message answers a call of the assistant."""
    return Transcript(tuple(Message(role, text) for role, text in messages), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25", "$25.00"),
        ("1,200.50", "1200.5 dollars"),
        ("3 May 2021", "2021-05-03"),
        ("May 3rd", "2021-05-03"),
        ("2:30 PM", "14:30"),
        ("11am", "11:00:00"),
        ("HAT136", "hat136"),
        ("two", "2"),
    ],
)
def test_atoms_are_one_however_they_are_written(one: str, other: str) -> None:
    assert mentions(other, one)


def test_atoms_know_where_they_stand() -> None:
    text = "1. **Flight HAT136** on May 20th costs $1,200 (24-hour rule) at 7 PM"
    found = [(atom.kind, text[atom.start : atom.end]) for atom in atoms(text)]
    assert found == [
        ("id", "HAT136"),
        ("date", "May 20th"),
        ("money", "$1,200"),
        ("number", "24"),
        ("time", "7 PM"),
    ]


FLIGHTS = json.dumps(
    [
        {"flight": "HAT1", "date": "2024-05-20", "departure_time": "07:00", "arrival_time": "09:30", "price": 120},
        {"flight": "HAT2", "date": "2024-05-21", "departure_time": "11:00", "arrival_time": "13:45", "price": 95},
    ]
)


@pytest.mark.parametrize(
    ("said", "value", "severities"),
    [
        ("Flight HAT1 leaves on May 20.", 1.0, []),
        ("Flight HAT1 leaves on May 22.", 0.5, [2]),
        ("By 10% more, HAT2 would be $104.50.", 1 - 0.1 / 3 - 1 / 3, [2]),
        ("- HAT1: $120\n- HAT2: $95\n- A bag: $77.70\nIn all $292.70.", (4 + 0.9) / 6, [3]),
        ("Together they cost $215, so with both twice it is $430.", 0.9, []),
        ("Both together cost $215.", 0.9, []),
        ("Flight HAT3 costs $77.", 0.0, [3, 3]),
        ("It takes 400 minutes, until 3:33 PM.", 0.0, [2, 2]),
        ("1. Cheap\n2. Fast\nThese are 2 options.", None, []),
    ],
)
def test_grounding(said: str, value: float | None, severities: list[int]) -> None:
    scored = grounding(dialogue(("user", "Which flights?"), ("tool", FLIGHTS), ("assistant", said)))
    assert scored.value == (pytest.approx(value) if value is not None else None)
    assert [finding.severity for finding in scored.findings] == severities


def test_a_message_without_end_has_findings_that_somebody_can_read() -> None:
    said = " ".join(f"{number}.5 and 77.25" for number in range(20_000, 21_500))
    scored = grounding(dialogue(("user", "How much is it?"), ("assistant", said)))
    assert (scored.value, scored.opportunities) == (0.0, 2000)
    assert len(scored.findings) == len({finding.evidence.split()[0] for finding in scored.findings}) == 50


def test_what_the_assistant_calls_with_is_no_support() -> None:
    call = ToolCall("1", "get_order", {"order": "AB99"})
    messages = (
        Message("assistant", "", (call,)),
        Message("tool", "{}", call_id="1"),
        Message("assistant", "It is AB99."),
    )
    assert grounding(Transcript(messages)).value == 0


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("It is on 20 May, for 3 people.", []),
        ("My order is QX77.", ["QX77: leaked, only a tool had returned it"]),
        ("My order is QX78.", ["QX78: invented, it stands nowhere"]),
        ("How can I help you today?", ["speaks as the assistant: How can I help you"]),
        ("The price of $12.50 is fine.", []),
        ("2:30 in the afternoon, or 2:30 for short.", []),
        ("At 3:30 then.", ["3:30: invented, it stands nowhere"]),
    ],
)
def test_user_integrity(said: str, evidence: list[str]) -> None:
    before = [("tool", '{"order": "QX77", "title": "Winter Wheat"}'), ("assistant", "That is $12.50, at 14:30.")]
    scored = user_integrity(dialogue(*before, ("user", said), instruction="You fly on May 20th.", facts=()))
    assert [finding.evidence for finding in scored.findings] == evidence


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (["I am Ada Lum, order QX77, 20 May."], 0.0),
        (["I am Ada Lum.", "Order QX77.", "May 20"], 1.0),
        (["I am Ada Lum, order QX77.", "May 20"], (1 / 3) / 0.6),
        (["I am Ada Lum."], None),
    ],
)
def test_pacing(said: list[str], value: float | None) -> None:
    goal = "You are Ada Lum. Your order is QX77, for May 20."
    told = pacing(
        dialogue(*[("user", text) for text in said], instruction=goal, facts=("Ada Lum", "QX77", "2024-05-20"))
    )
    read = pacing(dialogue(*[("user", text) for text in said], instruction=goal))
    assert told.value == read.value == (pytest.approx(value) if value is not None else None)


def test_nothing_said_has_no_score() -> None:
    assert [score(Transcript(())) for score in (grounding, user_integrity, pacing)] == [SubScore(None)] * 3


@pytest.mark.parametrize(("said", "supported"), [
    ("So do you mean by $5, to $2,105, or by 5%, to $2,205?", True), ("It would be $2,150.", False),
    ("That makes 11 May, seven days later.", True), ("That makes 12 May.", False), ("Its total is $1,234.50, as before.", False),
])  # fmt: skip
def test_arithmetic_on_what_was_said_supports_an_offer(said: str, supported: bool) -> None:
    wish = ("user", "Raise the fee by 5.")
    fee = ("tool", json.dumps({"fee": 2100, "date": "2026-05-04"}))
    assert grounding(dialogue(wish, fee, ("assistant", said))).findings != supported


def test_a_message_said_again_is_the_users_fault() -> None:
    wish = ("user", "What is the difference in price between 31 and 47?")
    score = user_integrity(dialogue(wish, ("assistant", "Sorry?"), wish, instruction="31 and 47"))
    assert [finding.message for finding in score.findings] == [2]
