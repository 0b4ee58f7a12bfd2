"""How people put it: values, slots as clauses, questions by type, who speaks, slips of the fingers."""

import random
import re
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from turnwise.goals.model import Answer, Checkpoint, Intent, Mention, Request, Situation, Slot
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import typed, value
from turnwise.users.wording import CommonGround, Wording
from turnwise.users.wording.ground import pronoun_for
from turnwise.users.wording.spoken import habits, spoken
from turnwise.values.states import mentions, states_value

ANA = Mention(noun="member", name="Ana Silva", person=True)
ME = ANA.model_copy(update={"me": True})
LOAN = Mention(noun="loan", name="52107", numbered=True)
EVENT = Mention(noun="event", name="Long Way Round")

_DAYS = st.dates(datetime(1900, 1, 1).date(), datetime(2099, 12, 31).date())
_VALUES = st.one_of(
    st.tuples(_DAYS.map(str), st.just("due date")),
    st.tuples(
        st.datetimes(datetime(1990, 1, 1), datetime(2049, 1, 1)).map(lambda t: f"{t:%Y-%m-%d %H:%M:00}"),
        st.just("start time"),
    ),
    st.tuples(st.decimals(0, 20000, places=2).map(float), st.sampled_from(["ticket price", "amount", "weight"])),
    st.tuples(
        st.integers(0, 30000), st.sampled_from(["seats", "page count", "quantity", "duration in minutes", "price"])
    ),
    st.tuples(st.integers(1900, 2100), st.just("opening year")),
    st.tuples(st.sampled_from(["in_progress", "07700 900123", "ana@x.org", "A-12", "Gears skip"]), st.just("status")),
)


@given(_VALUES, st.randoms(use_true_random=False), st.booleans())
def test_a_value_is_read_back_however_it_is_written(given_: tuple[Any, str], rng: random.Random, dated: bool) -> None:
    stored, label = given_
    said = spoken(stored, label, habits(rng, rng.random(), datetime(2026, 3, 15, 9) if dated else None))
    assert mentions(f"I want it, {said}, please.", stored, label=label)
    assert states_value(f"Change it to {said}", stored, label=label)


def voice(seed: int = 0, **dials: Any) -> Wording:
    return Wording(Behaviour(name="any", typos=0, **dials), random.Random(seed))


def said_of(intent: Intent, **parts: Any) -> set[str]:
    """What forty people say of a request, in lower case."""
    answers = tuple(Answer(label=label, value=v, kind=k) for label, v, k in parts.pop("answers", ()))
    ground = parts.pop("ground", CommonGround())
    request = Request(
        id="g1r1", intent=intent, solution=(), checkpoint=Checkpoint(answers=answers),
        **{"asks": tuple(a.label for a in answers), **parts},
    )  # fmt: skip
    return {
        (v := voice(seed))
        .typed(v.request(request, slots=request.slots, values={}, subject=request.subject, ground=ground))
        .lower()
        for seed in range(40)
    }


@pytest.mark.parametrize(
    ("subject", "answer", "heard"),
    [
        (LOAN, ("due date", "2026-03-20", "date"), r"when (is )?loan (number |#)?52107 (is )?due"),
        (EVENT, ("price", 12.5, "number"), r"how much (is )?.*long way round"),
        (LOAN, ("renewals", 2, "number"), r"how many renewals"),
        (EVENT, ("duration in minutes", 90, "number"), r"how long (is )?.*long way round"),
        (LOAN, ("member", "Ana Silva", "text"), r"who('s)? .*loan"),
        (LOAN, ("bike's customer", "Ana Silva", "text"), r"whose bike (is )?loan (number |#)?52107 (is )?for"),
        (ANA, ("phone number", "1", "text"), r"ana silva's phone"),
        (ME, ("phone number", "1", "text"), r"my phone"),
    ],
)  # fmt: skip
def test_a_question_is_of_the_type_of_what_is_asked(subject: Mention, answer: Any, heard: str) -> None:
    said = said_of("detail", subject=subject, answers=(answer,))
    assert any(re.search(heard, sentence) for sentence in said), said
    assert not any("'s customer of" in sentence for sentence in said)


def test_slots_are_clauses_of_one_sentence() -> None:
    slots = (
        Slot(label="book", value="The Lost Garden", mention=Mention(noun="book", name="The Lost Garden")),
        Slot(label="member", value="Ana Silva", mention=ANA),
        Slot(label="due date", value="2026-03-20"),
        Slot(label="branch", value="Riverside", mention=Mention(noun="branch", name="Riverside")),
        Slot(label="renewals", value=2),
    )
    for sentence in said_of("create", slots=slots, phrases={"one": "loan"}):
        assert re.search(
            r"loan of the lost garden for ana silva at riverside with (2|two) renewals, due .*20", sentence
        ), sentence


def test_a_car_is_named_before_its_noun() -> None:
    values = {"color": "Red", "make": "Toyota", "model": "Camry", "vin": "1GYS4"}
    slots = tuple(Slot(label=label, value=given_) for label, given_ in values.items())
    for sentence in said_of("create", slots=slots, phrases={"one": "car"}):
        assert re.search(r"new red toyota camry car\b", sentence), sentence


def test_labels_go_without_what_their_noun_says() -> None:
    payment = Mention(noun="payment received", name="22", numbered=True)
    for sentence in said_of("update", subject=payment, slots=(Slot(label="payment amount", value=90),)):
        assert "payment amount" not in sentence, sentence
    method = Mention(noun="shipping method", name="International")
    for sentence in said_of("detail", subject=method, answers=(("cost", 24.5, "number"),)):
        assert "international shipping method" in sentence, sentence


@pytest.mark.parametrize(
    ("intent", "subject", "parts", "heard"),
    [
        ("delete", Mention(noun="bike", name="White Marlowe Dynamo"), {}, r"\bthe white marlowe dynamo"),
        ("delete", EVENT, {}, r"^(?!.*\bthe long way round).*long way round"),
        ("detail", Mention(noun="pet", name="Iggy"), {"answers": (("type", "bird", "text"),)}, r"what type of pet (is )?iggy"),
        ("detail", ANA, {"answers": (("telephone", "1", "text"),)}, r"ana silva's (phone|number)"),
        ("detail", Mention(noun="contractor", name="Handy Repairs"), {"answers": (("email", "a@b.org", "text"),)}, r"handy repairs' email"),
        ("update", LOAN, {"slots": (Slot(label="member", value=1, mention=ANA),)}, r"(?=.*ana silva).*member on loan (number )?52107"),
        ("detail", LOAN, {"answers": (("return date", "2026-03-02", "date"),)}, r"when (was )?loan (number )?52107 (was )?returned"),
    ],
)  # fmt: skip
def test_things_go_by_their_names(intent: Intent, subject: Mention, parts: dict[str, Any], heard: str) -> None:
    said = said_of(intent, subject=subject, **parts)
    assert all(re.search(heard, sentence) for sentence in said), said


def test_a_new_row_says_days_states_and_years_as_people_do() -> None:
    values = {"day 7 lesions": 29, "is placebo": 1, "publication year": 2026, "city": "Lisbon"}
    slots = tuple(Slot(label=label, value=given_) for label, given_ in values.items())
    for sentence in said_of("create", slots=slots, phrases={"one": "study"}):
        assert re.search("29 lesions on day 7", sentence), sentence
        assert ", placebo" in sentence, sentence
        assert "published in 2026" in sentence, sentence
        assert "city lisbon" not in sentence, sentence


def test_a_thing_is_put_on_an_order_as_so_many_of_them_at_so_much_each() -> None:
    into = Mention(noun="order", name="31", numbered=True)
    values = {"quantity ordered": 12, "price each": 4.5}
    slots = (Slot(label="order", value="31", mention=into), *(Slot(label=k, value=v) for k, v in values.items()))
    for sentence in said_of("link", subject=Mention(noun="product", name="Brass Lamp"), slots=slots):
        assert re.search(r"order (number )?31, 12 of them at £?4\.50 each", sentence), sentence
    role = Mention(noun="role", name="Diver")
    slots = (Slot(label="role", value="Diver", mention=role), Slot(label="assigned", value="2026-03-20"))
    for sentence in said_of("link", subject=ANA, slots=slots):
        assert re.search(r"role, assigned on \S.*20", sentence), sentence


def test_a_contact_has_one_name_and_a_role_is_called_by_it() -> None:
    values = {"customer name": "Pier Supplies", "contact last name": "Moss", "contact first name": "Ada"}
    slots = tuple(Slot(label=label, value=given_) for label, given_ in values.items())
    for sentence in said_of("create", slots=slots, phrases={"one": "customer"}):
        assert "called pier supplies with ada moss as the contact" in sentence, sentence
    for sentence in said_of("create", slots=(Slot(label="role", value="Rigger"),), phrases={"one": "staff role"}):
        assert "new staff role called rigger" in sentence, sentence


def test_a_day_of_a_timesheet_is_what_is_down_for_it() -> None:
    sheet = Mention(noun="timesheet", name="8", numbered=True)
    for sentence in said_of("detail", subject=sheet, answers=(("friday", 7.5, "number"),)):
        assert re.search("what's down for friday on timesheet (number )?8", sentence), sentence
    for sentence in said_of("update", subject=sheet, slots=(Slot(label="friday", value=7.5),)):
        assert re.search("put (down 7.5|7.5 down) for friday on timesheet (number )?8", sentence), sentence


@pytest.mark.parametrize(
    ("label", "heard"), [("departure", r"when (does )?flight (number )?31 leave"), ("taxes", "what (the taxes of .* are|are the taxes)")]
)  # fmt: skip
def test_when_it_leaves_and_what_the_taxes_are(label: str, heard: str) -> None:
    kind = ("2026-03-02 10:00:00", "date") if label == "departure" else (12.5, "number")
    flight = Mention(noun="flight", name="31", numbered=True)
    said = said_of("detail", subject=flight, answers=((label, *kind),))
    assert all(re.search(heard, sentence) for sentence in said), said


def test_a_code_keeps_its_underscores() -> None:
    said = said_of("update", subject=LOAN, slots=(Slot(label="device", value="web_33lq1dh"),))
    assert all("web_33lq1dh" in sentence for sentence in said), said


@pytest.mark.parametrize(
    ("slot", "heard"),
    [
        (Slot(label="status", value="open"), "are open|all open repairs"),
        (Slot(label="category", value="lights"), "in the lights category"),
        (Slot(label="genre", value="folk"), "folk repairs"),
        (Slot(label="hall", value="1", mention=Mention(noun="hall", name="Grand Hall")), "in the grand hall"),
        (Slot(label="author", value="1", mention=Mention(noun="author", name="Ana Silva")), "by ana silva"),
        (Slot(label="city", value="Lisbon"), "in lisbon"),
    ],
)
def test_a_filter_is_a_clause(slot: Slot, heard: str) -> None:
    said = said_of("find", slots=(slot,), phrases={"many": "repairs", "one": "repair"})
    assert all(re.search(heard, sentence) for sentence in said), said


@pytest.mark.parametrize(
    ("told", "they"),
    [
        ("It's Ana Silva's. Do you want her number?", "she"),
        ("Ana has one loan, and it's his only one.", "he"),
        ("The loan is Ana Silva's.", "they"),
        ("Ana Silva lent it to Hugo Reyes. His number is 5.", "they"),
        ("Ana Silva lives at 12 Mill Road. Her number is 5.", "she"),
    ],
)
def test_a_person_is_called_by_the_pronoun_that_was_used(told: str, they: str) -> None:
    assert pronoun_for(ANA, ["Hi.\nHello!", "Who is loan 52107 for?\n" + told]).they == they
    assert pronoun_for(ANA, ["Who is loan 52107 for?\n" + told, "Thanks.\nAnything else?"]).they == "they"


def test_who_was_named_is_called_by_a_pronoun_or_the_first_name() -> None:
    ground = CommonGround(
        just_named=True, named=frozenset({("member", "Ana Silva")}), pronoun=pronoun_for(ANA, ["Ana? She"])
    )
    heard = said_of("detail", subject=ANA, answers=(("email", "a@b.org", "text"),), ground=ground)
    assert all(re.search(r"\b(her|ana's) email", sentence) for sentence in heard), heard
    assert any("her email" in sentence for sentence in heard)
    heard = said_of("children", subject=ANA, phrases={"many": "loans"}, ground=ground)
    assert not any(re.search("they|their|silva", sentence) for sentence in heard), heard
    other = ground._replace(just_named=False, named=ground.named | {("member", "Ana Costa")})
    heard = said_of("detail", subject=ANA, answers=(("email", "a@b.org", "text"),), ground=other)
    assert all("ana silva's" in sentence for sentence in heard), heard


def test_which_one_it_is_is_asked() -> None:
    phrases = {"superlative": "most expensive", "one": "part", "many": "parts"}
    for sentence in said_of("extreme", subject=Mention(noun="supplier", name="Acme"), phrases=phrases):
        assert re.search(r"\?$|wondering|not sure|know", sentence), sentence


def test_the_speaker_has_things_of_their_own() -> None:
    assert said_of("count", subject=ME, phrases={"many": "loans"}) >= {"how many loans do i have?"}
    assert all(
        re.search("my|new phone", s)
        for s in said_of("update", subject=ME, slots=(Slot(label="phone number", value="5"),))
    )
    speaker = voice(1)
    assert "Ana Silva" in speaker.typed(speaker.introduce(ME))
    situation = Situation(role="a member", reason="", said="I'm moving to Lisbon", speaker=ME)
    assert speaker.typed(speaker.reason(situation, ["Lisbon"])).rstrip(".").lower() == "i'm moving to lisbon"


def test_a_value_asked_for_is_given_alone() -> None:
    seats, area = Slot(label="seats", value=2), Slot(label="seating area", value="balcony")
    booking = Request(
        id="g1r1",
        intent="create",
        slots=(seats, area),
        phrases={"one": "booking"},
        solution=(),
        checkpoint=Checkpoint(),
    )
    said = {voice(seed).details(booking, [seats], CommonGround(), asked=True) for seed in range(20)}
    assert {text.strip("\x02\x03").replace("\x03", "") for text in said} == {"2 seats", "two seats"}
    assert value("balcony") == voice().details(booking, [area], CommonGround(), asked=True)
    assert f"in the {value('balcony')}" in voice().details(booking, [seats, area], CommonGround())


@given(st.integers())
def test_fingers_slip_once_at_most_and_not_in_short_words(seed: int) -> None:
    right = "Could you please cancel the booking for Ana, and tell me how many seats are left now?"
    wrong = typed(right, 0, 1, random.Random(seed))
    before, after = right.split(), wrong.split()
    if len(after) == len(before):
        assert [a for a, b in zip(before, after, strict=True) if a != b and len(a) > 3][1:] == []
        assert [a for a, b in zip(before, after, strict=True) if a != b and (len(a) < 4 or a[0].isupper())] == []
    else:
        assert wrong.replace(" ", "") == right.replace(" ", "")


def _templates(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    return [text for part in (node.values() if isinstance(node, dict) else node) for text in _templates(part)]


@pytest.mark.parametrize("file", ["answers", "openings", "reactions", "requests"])
def test_every_choice_of_every_form_is_made(file: str) -> None:
    """Choices of one kind of bracket that hold one of the other would be cut in the middle."""
    acts = yaml.safe_load(files("turnwise.users.wording").joinpath(f"{file}.yaml").read_text("utf-8"))
    for template in _templates(acts):
        fields = dict.fromkeys(re.findall(r"<(\w+)>", template), "it")
        said = {voice(seed).fill(template, **fields) for seed in range(12)}
        assert not [text for text in said if set("[]{}|<>") & {*text}], template


def test_what_nobody_has_named_is_explained_by_what_asks_for_it() -> None:
    librarian = Mention(noun="librarian", name="Bo Li", person=True, told_by="r1")
    asked = Request(
        id="r1",
        intent="detail",
        subject=Mention(noun="reading list", name="Local Voices"),
        asks=("curator",),
        solution=(),
        checkpoint=Checkpoint(),
    )
    voice = Wording(Behaviour(name="plain", description=""), random.Random(1))
    plainly = CommonGround(raised={"r1": asked}, named=frozenset({("reading list", "Local Voices")}), plainly=True)
    assert voice.mention(librarian, plainly).replace("\x02", "").replace("\x03", "") == "the curator of Local Voices"
    assert voice.mention(librarian, plainly._replace(plainly=False)) == "the librarian"


@pytest.mark.parametrize(
    ("slot", "heard"),
    [
        (Slot(label="mechanic", value=1, mention=Mention(noun="mechanic", name="Bo Li", person=True)), "give|hand|put bo li on|is taking care of"),
        (Slot(label="branch", value=1, mention=Mention(noun="branch", name="Quayside")), "move"),
        (Slot(label="status", value="ready"), "mark|put .* down as ready"),
        (Slot(label="end date", value="2026-07-25"), "change|is .* now"),
        (Slot(label="method", value="cash"), "down as cash|was cash"),
        (Slot(label="priority", value="high"), "make .* high priority"),
        (Slot(label="seats", value=3), "number of seats .*to (3|three)|have (3|three) seats"),
    ],
)  # fmt: skip
def test_a_change_is_put_by_what_kind_of_value_it_is(slot: Slot, heard: str) -> None:
    order = Mention(noun="work order", name="4119", numbered=True)
    said = said_of("update", subject=order, slots=(slot,))
    assert all(re.search(heard, sentence) for sentence in said), said
    assert not any(re.search(r"\b(set|update|have)\b.*\bto\b", sentence) for sentence in said), said


def test_a_correction_says_the_new_value_alone() -> None:
    late = Slot(label="promised date", value="2026-04-17", first_thought="2026-04-16")
    assert {tuple(part[1:-1] for part in voice(seed).amended(late)) for seed in range(9)} == {
        ("the 17th of April", "the 16th")
    }
