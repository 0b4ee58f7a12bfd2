"""What a message raises and what it gives away."""

from hypothesis import given
from hypothesis import strategies as st

from turnwise.goals.model import Checkpoint, Mention, Request, Slot
from turnwise.synthesis.goals.by_rules import compose_goals
from turnwise.users import Agenda, load_behaviour
from turnwise.users.facts import facts, leaks, raised_by, untold
from turnwise.values.states import mentions
from turnwise.values.text import normalised
from turnwise.worlds import load_world


def request(name: str, *, subject: str | None = None, slots: dict[str, str] | None = None, asks: str = "") -> Request:
    return Request(
        id=name,
        intent="detail",
        subject=Mention(noun="member", name=subject) if subject else None,
        asks=(asks,) if asks else (),
        slots=tuple(Slot(label=label, value=value) for label, value in (slots or {}).items()),
        solution=(),
        checkpoint=Checkpoint(),
    )


PHONE = request("phone", subject="Ana Silva", asks="phone number")
MAIL = request("mail", subject="Ana Silva", asks="email address")
STREET = request("street", subject="Ana Silva", slots={"street": "12 Fern Hill"})
CHEAPEST = request("cheapest", asks="cheapest repair")


def test_a_message_raises_what_its_words_ask_for() -> None:
    waiting = [PHONE, MAIL, STREET, CHEAPEST]
    assert raised_by("hi! what is the phone number of ana silva?", waiting) == ("phone",)
    assert raised_by("Could you give me the phone and the email of Ana Silva", waiting) == ("phone", "mail")
    assert raised_by("please change ANA SILVA's street to 12 Fern Hill", waiting) == ("street",)
    assert raised_by("Which is the cheapest repair?", waiting) == ("cheapest",)
    assert raised_by("Hello, can you help me?", waiting) == ()
    assert raised_by("How can I reach Ana Silva?", waiting) == ("phone",), "the first of which all facts are stated"


def test_facts_are_what_the_user_has_to_state() -> None:
    assert facts(STREET) == ("Ana Silva", "12 Fern Hill")
    later = Mention(noun="branch", name="Old Town", told_by="cheapest")
    move = request("move", subject="Ana Silva").model_copy(
        update={"slots": (Slot(label="branch", value=2, mention=later),)}
    )
    assert facts(move) == ("Ana Silva",), "what an answer names is not known yet"


def test_a_number_is_held_however_it_is_written() -> None:
    assert mentions("it costs $1,250.50 now", "1250.5")
    assert not mentions("it costs 12 now", "1")
    assert mentions("the one called ANA  SILVA!", "Ana Silva")


def test_secrets_and_invented_numbers_leak() -> None:
    secrets = ("Old Town", "12 Fern Hill")
    assert leaks("Set it to 12 Fern Hill, please", ["set the street to 12 Fern Hill"], secrets) == ()
    assert leaks("Set it to 12 Fern Hill in Old Town", ["set the street to 12 Fern Hill"], secrets) == ("Old Town",)
    assert leaks("That was order 4711", ["that was an order"], secrets) == ("4711",)
    assert leaks("I asked on 3 May", ["I asked on 3 May"], secrets) == ()


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=4))
def test_what_was_said_before_never_leaks(text: str, secrets: list[str]) -> None:
    assert leaks(text, [text], [secret for secret in secrets if normalised(secret)]) == ()


def test_what_the_agenda_says_raises_what_its_acts_say_and_leaks_nothing() -> None:
    world = load_world("city_library")
    agree = total = 0
    behaviour = load_behaviour("impatient").model_copy(update={"greets_first": 0.0})
    for goals in compose_goals(world, sets=40, goals=1).sets:
        agenda = Agenda(goals, behaviour, "x")
        turn = agenda.opening()
        raised = {act.request for act in turn.dialogue_acts if act.kind == "request"}
        found = set(raised_by(turn.message, [r for goal in goals for r in goal.requests if r.id in raised]))
        agree += len(found)
        total += len(raised)
        assert leaks(turn.message, [turn.message], untold(goals)) == ()
    assert agree / total > 0.75
