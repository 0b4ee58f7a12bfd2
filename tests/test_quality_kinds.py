"""Kinds of things that agents and users of other domains say: each once as it is fine, and once as it is a fault."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_quality_acts import ASKED, CANCEL, Turn, dialogue

from turnwise.scoring.quality.claim_action import claim_action
from turnwise.scoring.quality.closure import closure
from turnwise.scoring.quality.consent import consent
from turnwise.scoring.quality.economy import economy
from turnwise.scoring.quality.grounding import grounding
from turnwise.scoring.quality.tool_validity import tool_validity
from turnwise.scoring.quality.user_integrity import user_integrity
from turnwise.values.atoms import atoms, disclosed

CHANGE: Turn = ("user", "Please change the colour of my room 4119 to teal.")


def values(text: str) -> list[object]:
    return [atom.value for atom in atoms(text)]


@pytest.mark.parametrize(("text", "found"), [
    ("May 10-12, at the latest", [("date", 0, 5, 10), ("date", 0, 5, 12)]),
    ("open 2:00-5:00 PM", [("time", 14 * 60), ("time", 17 * 60)]),
    ("open 11:00-1:00 PM", [("time", 11 * 60), ("time", 13 * 60)]),
    ("code H81.4.", [("id", "h81.4")]),
    (r"pr\u00f3ximo d\u00eda\n3 bags", [("number", 3.0)]),
])  # fmt: skip
def test_values_that_are_written_together(text: str, found: list[object]) -> None:
    assert values(text) == found


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["+51 {} {} {}", "+51-{}-{}-{}", "+51{}{}{}"]))
def test_a_telephone_number_is_one_value_in_any_grouping(number: int, style: str) -> None:
    digits = str(number)
    written = style.format(digits[:3], digits[3:6], digits[6:])
    (atom,) = atoms(f"Call {written}, please.")
    assert atom.known(disclosed([json.dumps({"phone": digits})]))
    assert not atom.known(disclosed([str(number + 1)]))


@given(st.text(st.sampled_from('abé ü3 4.\n"€-'), max_size=12))
def test_a_text_with_escapes_reads_as_without(text: str) -> None:
    written = json.dumps(f"day {text} 17 May")[1:-1]
    assert [v for v in values(written) if v[0] == "date"] == [v for v in values(f"day {text} 17 May") if v[0] == "date"]  # type: ignore[index]


@pytest.mark.parametrize(("said", "supported"), [
    ("Which day would you like, e.g. 2031-07-27?", True),
    ("Could you give your user id? It looks like 'ana_ruiz_991'.", True),
    ("It leaves on 2031-07-27.", False),
    ("For example, it leaves on 2031-07-27.", False),
    ("50 kg at USD 8.20 per kg come to USD 410.00.", True),
    ("50 kg at USD 8.20 per kg come to USD 420.00.", False),
])  # fmt: skip
def test_examples_of_a_format_and_products_are_supported(said: str, supported: bool) -> None:
    score = grounding(dialogue(("user", "I need 50 kg at USD 8.20."), ("assistant", said)))
    assert (not score.findings) == supported


@pytest.mark.parametrize(("offer", "said", "fine"), [
    ("Is there anything else? Perhaps you'd like to see the menu?", "Thank you!", True),
    ("Can I help you further, Dr. Lund?", "", True),
    ("Shall I send it as well?", "Great, thank you so much! No, that's all I needed.", True),
    ("Shall I send it as well?", "Thanks, bye!", False),
    ("Please call the desk.", "I see, so I need to call them. Thanks for letting me know.", True),
    ("It is sold out.", "Sold out, huh? Well, so be it. Thanks for checking.", True),
    ("Shall I transfer you?", "Okay, I understand. No need. Let's just leave it.", True),
    ("Shall I send it?", "Yes, please send it. Thanks for your help!", False),
    ("It is sold out.", "Then I would like the other one. Thanks for checking.", False),
])  # fmt: skip
def test_who_leaves_with_what_open(offer: str, said: str, fine: bool) -> None:
    score = closure(dialogue(("user", "Hello, is it there?"), ("assistant", offer), ("user", said)))
    assert (score.value == 1) == fine, score.findings


def test_a_lookup_is_made_again_for_a_user_who_has_spoken() -> None:
    look: Turn = ("call", "get_room", {"room": 4119}, '{"room": 4119, "colour": "grey", "floor": 2}')
    asked = ("user", "What colour is room 4119?"), look, ("assistant", "Grey.")
    assert economy(dialogue(*asked, ("user", "And which floor is it on?"), look)).value == 1
    assert len(economy(dialogue(*asked, look)).findings) == 1


def test_a_yes_that_asks_for_more_covers_what_was_put() -> None:
    put = ("assistant", "I will cancel booking H9ZU1C. Do you confirm?")
    more = ("user", "Yes, please. Also, could you cancel my other booking, K2MM7P?")
    other: Turn = ("call", "cancel_booking", {"booking_id": "K2MM7P"}, '{"booking_id": "K2MM7P"}')
    assert consent(dialogue(ASKED, put, more, CANCEL)).value == 1
    assert [f.message for f in consent(dialogue(ASKED, put, more, CANCEL, other)).findings] == [5]


@pytest.mark.parametrize(("said", "claimed"), [
    ("That is done: room 4119 and colour teal.", True),  # what only the user has said is new
    ("No changes have been booked yet.", False),
    ("Before I proceed, please wait.", False),
])  # fmt: skip
def test_what_is_a_claim(said: str, claimed: bool) -> None:
    look: Turn = ("call", "get_room", {"room": 4119}, '{"room": 4119, "colour": "grey"}')
    score = claim_action(dialogue(CHANGE, look, ("assistant", said)))
    assert bool(score.findings) == claimed


def test_a_lookup_that_names_what_the_user_said_was_made_in_vain_in_any_language() -> None:
    failed: Turn = ("call", "get_client", {"dni": "99187320"}, "Error: Cliente con DNI 99187320 no registrado")
    assert tool_validity(dialogue(("user", "My DNI is 99187320."), failed)).value == 1
    assert tool_validity(dialogue(("user", "Who am I?"), failed)).value == 0


def test_booking_through_a_site_of_theirs_is_no_role_flip() -> None:
    assert not user_integrity(dialogue(("user", "I booked directly through your website."))).findings
    assert user_integrity(dialogue(("user", "I have booked your room."))).findings
