"""What a user takes as told, or as done, before it comes to ask for it; and what it does not."""

from collections.abc import Mapping
from typing import Literal

import pytest

from turnwise.goals.model import Answer, Call, Checkpoint, Intent, Mention, Request, Slot, Value, WantedChange
from turnwise.users.comparing import fits_slot
from turnwise.users.hearing import sentences
from turnwise.users.told import told_already, untold_part

Kind = Literal["text", "number", "date"]
_NAMES = ("artist", "branch", "customer", "event", "librarian", "mechanic", "member", "tenant", "hall", "spare part")
_DATES = ("start date", "due date", "completion date")


def mention(noun: str, name: str) -> Mention:
    return Mention(noun=noun, name=name, numbered=name.isdigit(), person=noun in ("customer", "mechanic", "member"))


def request(
    intent: Intent,
    subject: tuple[str, str] | None = None,
    *,
    slots: dict[str, Value] | None = None,
    answers: Mapping[str, Value | tuple[str, ...]] | None = None,
    **phrases: str,
) -> Request:
    found = [
        Answer(label=label, value=value, kind=_kind(label, value))
        for label, values in (answers or {}).items()
        for value in (values if isinstance(values, tuple) else (values,))
    ]
    writes = intent in ("update", "adjust", "create", "link", "unlink", "delete")
    return Request(
        id=f"{intent} {subject}",
        intent=intent,
        subject=mention(*subject) if subject else None,
        asks=tuple(answers or ()),
        slots=tuple(
            Slot(label=label, value=value, mention=mention(label, str(value)) if label in _NAMES else None)
            for label, value in (slots or {}).items()
        ),
        phrases=phrases,
        solution=(Call(tool="t", arguments={}),),
        checkpoint=Checkpoint(
            state=(WantedChange(table="t", kind="update", key={"id": 1}),) if writes else (), answers=tuple(found)
        ),
    )


def _kind(label: str, value: Value) -> Kind:
    return "date" if label in _DATES else "number" if isinstance(value, int | float) else "text"


TENANCY, SERVICE, HALL = ("tenancy", "3173"), ("service", "Battery health check"), ("hall", "Granary Studio")
COURIER, FINE_OF = ("bike", "Orange Brennick Courier"), ("fine", "2220")


@pytest.mark.parametrize(
    ("of", "answers", "said", "heard", "told"),
    [
        (TENANCY, {"start date": "2025-08-31"}, "Which one?", "Tenancy 3173: Alder Court 4A, since 31 August 2025.", 1),
        (TENANCY, {"flat": "Elmet Lodge 1A"}, "End tenancy 3173.", "That's the one in Elmet Lodge 1A. Today?", 1),
        (TENANCY, {"tenant": "Gareth Zhang"}, "515, by card", "That tenancy is Gareth Zhang's. By card?", 1),
        (TENANCY, {"deposit": 18}, "Open tenancy 3173.", "Tenancy 3173 is in flat 18.", 0),
        (TENANCY, {"flat": "Elmet Lodge 1A"}, "End tenancy 3173.", "Done. Tenancy 3173 is in Elmet Lodge 2A.", 0),
        (TENANCY, {"flat": "Elmet Lodge 1A"}, "Hello.", "Shall I end tenancy 3173, the one at Elmet Lodge 1A?", 1),
        (TENANCY, {"flat": "Elmet Lodge 1A"}, "Hello.", "Is tenancy 3173 the one at Elmet Lodge 1A?", 0),
        (TENANCY, {"status": "active"}, "Hello.", "Gareth has tenancy 3173 (active).", 1),
        (TENANCY, {"status": "active"}, "Hello.", "Tenancy 3173 is his. He is active in the residents' group.", 0),
        (TENANCY, {"flat": "Elmet Lodge 1A"}, "And tenancy 3180?", "It is at Elmet Lodge 1A.", 0),
        # sums of money and stretches of time say what they are of
        (SERVICE, {"price": 45, "duration in minutes": 65}, "", "The battery health check is 65 minutes for £45.00.", 1),
        (SERVICE, {"price": 45, "duration in minutes": 65}, "", "The battery health check is £45, and takes 65 min.", 1),
        (SERVICE, {"price": 45, "duration in minutes": 65}, "", "The battery health check is £45.00.", 0),
        (SERVICE, {"price": 45}, "What does a battery health check take?", "It's £45 at the moment.", 1),
        (SERVICE, {"price": 45}, "", "For the battery health check there is a deposit of £45.", 0),
        (SERVICE, {"price": 45}, "", "There are 45 battery health check bookings.", 0),
        (SERVICE, {"duration in minutes": 65}, "", "The battery health check: 65 were done this year.", 0),
        (SERVICE, {"price": 12.5}, "", "The battery health check carries a fine of £12.50.", 0),
        (("book", "Tidepool Almanac"), {"price": 27.95}, "When was it?", "Fine 2257 is £27.95, for a lost book.", 0),
        (("supplier", "Formosa"), {"delivery in days": 1}, "", "Done. The Lighting check costs £21 as of now.", 0),
        (HALL, {"capacity": 94}, "", "The cheapest is the Granary Studio at $420. It seats 94.", 1),
        (HALL, {"capacity": 94}, "", "The Granary Studio has 94 bookings.", 0),
        # what is like nothing else needs no label
        (COURIER, {"purchase price": 720.95}, "", "The priciest is the Orange Brennick Courier, which cost £720.95.", 1),
        (FINE_OF, {"loan's member": "Gunnar Abdullahi"}, "Whose is fine 2220?", "Fine 2220 (£3.10, not paid) belongs to a loan of Gunnar Abdullahi's.", 1),
        (("owner", "Jean Coleman"), {"address": "105 N. Lake St."}, "", "Jean Coleman lives at 105 N. Lake St. in Monona.", 1),
        (("rent payment", "60443"), {"amount": 770.4}, "", "Rent payment 60443 came in on 2 January: £770.40.", 1),
        (("pet", "George"), {"owner": "Jo Li"}, "For George. Also add Wayne, owner Jo Li.", "Wayne is in, owner Jo Li.", 0),
        (("spare part", "Stainless spoke"), {"quantity in stock": 0}, "", "The Stainless spoke is sold out.", 1),
    ],
)  # fmt: skip
def test_what_was_told_is_not_asked_for(
    of: tuple[str, str], answers: Mapping[str, Value], said: str, heard: str, told: int
) -> None:
    wanted = request("detail", of, answers=answers)
    assert told_already(wanted, [heard, "OK."], [said, "Fine."]) is bool(told)


@pytest.mark.parametrize(
    ("heard", "left"),
    [
        ("Salt Road is on the bill. Their fee is $2,100.", ("email",)),
        ("Salt Road is on the bill. Write to salt@example.net.", ("fee",)),
        ("Salt Road is on the bill.", ("email", "fee")),
        ("The Tuba Hedgehogs are on the bill. Their fee is $2,100.", ("email", "fee")),
    ],
)
def test_of_several_things_only_what_was_not_told_is_asked_for(heard: str, left: tuple[str, ...]) -> None:
    wanted = request("detail", ("artist", "Salt Road"), answers={"email": "salt@example.net", "fee": 2100})
    asked = untold_part(wanted, [heard], ["Put them on the bill."])
    assert asked.id == wanted.id
    assert asked.asks == tuple(answer.label for answer in asked.checkpoint.answers) == left


@pytest.mark.parametrize(("heard", "said"), [("from 20:00 for two hours", 1), ("2 hours", 1), ("120 hours", 0)])
def test_a_stretch_of_time_is_read_back_in_any_unit(heard: str, said: int) -> None:
    assert fits_slot(heard, Slot(label="duration in minutes", value=120)) is bool(said)


def test_the_answer_to_another_question_is_none_to_this_one() -> None:
    """The type of Leo, told a moment ago, is not the type of Max; of what was just found it is."""
    leo = request("detail", ("pet", "Leo"), answers={"type": "cat"})
    found = request("extreme", ("owner", "Jo Li"), answers={"pet": "Max"}, one="pet", superlative="oldest")
    wanted = request("detail", ("pet", "Max"), answers={"type": "cat"})
    for raised, told in ([leo], False), ([found], True), ([leo, found], False):
        assert told_already(wanted, ["The type is cat."], ["And the type?"], raised) is told


TUBA = request("link", ("artist", "The Tuba Hedgehogs"), slots={"event": "Big Band Ballroom"})
OFF = request("unlink", ("artist", "The Tuba Hedgehogs"), slots={"event": "Big Band Ballroom"})
ORDER = request("update", ("work order", "4121"), slots={"status": "completed"})
BOTH = request("update", ("work order", "4121"), slots={"status": "collected", "completion date": "2026-04-14"})
BOOKING = request("create", slots={"customer": "Claire Fritz", "event": "Big Band Ballroom", "seats": 3}, one="booking")
FINE = request("delete", ("fine", "2257"))
STOCK = request("adjust", ("spare part", "Bar ends"), slots={"stock": 2}, how="raised by")


@pytest.mark.parametrize(
    ("wanted", "heard", "done"),
    [
        (TUBA, "The Tuba Hedgehogs are now on the bill for Big Band Ballroom, Tuesday at 21:00.", 1),
        (TUBA, "I've added The Tuba Hedgehogs to Big Band Ballroom.", 1),
        (TUBA, "Big Band Ballroom has The Tuba Hedgehogs on the bill already.", 1),
        (TUBA, "The Tuba Hedgehogs aren't on the bill for Big Band Ballroom.", 0),
        (TUBA, "The Tuba Hedgehogs are off the bill for Big Band Ballroom now.", 0),
        (TUBA, "Shall I put The Tuba Hedgehogs on Big Band Ballroom now?", 0),
        (TUBA, "I'll add The Tuba Hedgehogs to Big Band Ballroom once you confirm.", 0),
        (TUBA, "The Tuba Hedgehogs are now on the bill for Puppets and Piccolos.", 0),
        (TUBA, "The Tuba Hedgehogs could play at Big Band Ballroom.", 0),
        (OFF, "I've removed The Tuba Hedgehogs from Big Band Ballroom.", 1),
        (OFF, "The Tuba Hedgehogs are off the bill for Big Band Ballroom now.", 1),
        (OFF, "I've added The Tuba Hedgehogs to Big Band Ballroom.", 0),
        (ORDER, "Work order 4121 is Jonas's. It is already marked as completed.", 1),
        (ORDER, "Work order 4121 was already completed.", 1),
        (ORDER, "I've marked 4121 as completed.", 1),
        (ORDER, "Work order 4121 already has its parts, and will be completed soon.", 0),
        (ORDER, "Work order 4121 is not completed yet.", 0),
        (ORDER, "Work order 4121 is here. Work order 4122 is already completed.", 0),
        (ORDER, "Work order 4121 is already ready.", 0),
        (ORDER, "Has work order 4121 been completed already?", 0),
        (BOTH, "Work order 4121 is now collected. Its completion date is now 14 April 2026.", 1),
        (BOTH, "Work order 4121 is now collected.", 0),
        (BOOKING, "I've made a booking for Claire Fritz: 3 seats, Big Band Ballroom.", 1),
        (BOOKING, "I've entered a booking for Claire Fritz at Big Band Ballroom, 3 seats.", 1),
        (BOOKING, "The booking of Claire Fritz for Big Band Ballroom is in, 3 seats.", 1),
        (BOOKING, "I've entered a booking for Claire Fritz at Big Band Ballroom.", 0),
        (BOOKING, "Claire Fritz has 3 seats for Big Band Ballroom.", 0),
        (FINE, "I've deleted fine 2257.", 1),
        (FINE, "Fine 2257 has been cancelled.", 1),
        (FINE, "I've removed the note from fine 2257.", 0),
        (FINE, "Fine 2257 has been lowered to 5.", 0),
        (FINE, "I've deleted fine 2258; fine 2257 stays.", 0),
        (STOCK, "I've raised the stock of Bar ends by 2.", 1),
        (STOCK, "Bar ends: there are 2 in stock now.", 0),
    ],
)
def test_what_was_done_is_not_asked_for(wanted: Request, heard: str, done: int) -> None:
    assert told_already(wanted, [heard, "OK."], ["Hello.", "Fine."]) is bool(done)
    assert not told_already(wanted, [heard], ["Hello."], [wanted]), "wanted twice"


def test_a_report_of_what_was_asked_for_is_none_of_another_change() -> None:
    """That Rachel's reservation goes to Fernhill does not make it her home branch."""
    asked = request("update", ("reservation", "5138"), slots={"branch": "Fernhill"})
    wanted = request("update", ("member", "Rachel Kruger"), slots={"home branch": "Fernhill"})
    heard = "Rachel Kruger's reservation is now at Fernhill."
    assert not told_already(wanted, [heard], ["Reservation 5138 to Fernhill."], [asked])
    assert told_already(wanted, ["Rachel Kruger's home branch is now Fernhill."], ["Thanks."], [asked])


HIRED = "with the earliest hire date"
LISTED = request(
    "children", ("branch", "Quayside"), answers={"librarian": ("Imogen Bakshi", "Selma Papadakis")}, many="librarians"
)  # fmt: skip
FIRST = request(
    "extreme", ("branch", "Quayside"), answers={"librarian": "Selma Papadakis"}, one="librarian", superlative=HIRED
)


@pytest.mark.parametrize(
    ("wanted", "heard", "told"),
    [
        (FIRST, "Two of them: Imogen Bakshi (since January 2025) and Selma Papadakis (since February 2022).", 1),
        (FIRST, "Imogen Bakshi, hired on 3 May 2025, and Selma Papadakis, hired on 1 March 2022.", 1),
        (FIRST, "Two: Bakshi, who joined in May 2025, and Papadakis, since March 2022.", 1),
        (FIRST, "Two: Bakshi and Papadakis, since March 2022.", 0),
        (FIRST, "- Imogen Bakshi: hired 2025-05-03\n- Selma Papadakis: hired 2022-03-01", 1),
        (FIRST, "Imogen Bakshi and Selma Papadakis.", 0),
        (FIRST, "Imogen Bakshi (since January 2025) and Selma Papadakis.", 0),
        (FIRST, "Imogen Bakshi (since January 2020) and Selma Papadakis (since February 2022).", 0),
        (FIRST, "Imogen Bakshi (born 3 May 1985) and Selma Papadakis (born 1 March 1982).", 0),
        (FIRST, "Imogen Bakshi (since January 2025).", 0),
        (FIRST, "Selma Papadakis has been there longest; hers is the earliest hire date.", 1),
        (FIRST, "Quayside has only one librarian, Selma Papadakis.", 1),
        (FIRST, "Quayside has just the one librarian: Selma Papadakis.", 1),
        (FIRST, "Its only librarian is Selma Papadakis.", 1),
        (FIRST, "One of the librarians is Selma Papadakis.", 0),
        (FIRST, "Quayside has one librarian on leave, Selma Papadakis, and two more.", 0),
        (FIRST, "Quayside has one phone line. Ask Selma Papadakis.", 0),
        (FIRST, "That is Selma Papadakis, since she is its only one.", 1),
        (FIRST, "There is one: Selma Papadakis.", 1),
    ],
)
def test_what_can_be_read_off_is_not_asked_for(wanted: Request, heard: str, told: int) -> None:
    said = "What librarians does Quayside have?"
    assert told_already(wanted, [heard, "Sure."], [said, "One moment."], [LISTED]) is bool(told)
    assert told_already(wanted, [heard], [said], [LISTED]) is bool(told)


@pytest.mark.parametrize(
    ("wanted", "said", "heard", "told"),
    [
        ("with the earliest last tuned date", "Where to begin in the Hall?", "I'd start with the Piano, not tuned since May.", 1),
        ("with the earliest last tuned date", "And in the Hall?", "There it's the Piano, the earliest of them.", 1),
        ("with the earliest last tuned date", "And in the Hall?", "The cheapest there is the Piano.", 0),
        ("cheapest", "We need something in the Hall.", "The cheapest is the Piano, at $40.", 1),
        ("cheapest", "What is in the Hall?", "The Piano was tuned last.", 0),
        ("most expensive", "What is in the Hall?", "The latest one there is the Piano.", 0),
        ("with the latest last tuned date", "What is in the Hall?", "The Piano is still there.", 0),
    ],
)  # fmt: skip
def test_the_end_that_is_told_has_to_be_the_one_that_is_asked_for(
    wanted: str, said: str, heard: str, told: int
) -> None:
    first = request("extreme", ("hall", "Hall"), answers={"instrument": "Piano"}, one="instrument", superlative=wanted)
    assert told_already(first, [heard], [said]) is bool(told)


def test_the_first_in_one_way_need_not_be_the_first_in_another() -> None:
    cheapest, least = (
        request("extreme", ("hall", "Hall"), answers={"instrument": "Piano"}, one="instrument", superlative=superlative)
        for superlative in ("cheapest", "with the lowest weight")
    )
    heard = ["The cheapest in the Hall is the Piano."]
    assert not told_already(least, heard, ["Which one is cheapest in the Hall?"], [cheapest])


@pytest.mark.parametrize(
    ("said", "heard", "told"),
    [
        ("What loans does Enzo Anand have?", "Enzo Anand has loan 5134, due in May.", 1),
        ("Whose is it?", "Enzo Anand has just one loan, 5134.", 1),
        ("Whose loan is 5134?", "Loan 5134 belongs to Enzo Anand.", 0),
        ("Which of the loans is the oldest?", "The oldest is Enzo Anand's, loan 5134.", 0),
    ],
)
def test_one_of_them_need_not_be_all(said: str, heard: str, told: int) -> None:
    wanted = request("children", ("member", "Enzo Anand"), answers={"loans": 5134})
    wanted = wanted.model_copy(
        update={"checkpoint": Checkpoint(answers=(Answer(label="loan", value=5134, kind="number"),))}
    )
    assert told_already(wanted, [heard], [said]) is bool(told)


def test_prices_are_compared_as_well() -> None:
    listed = request("children", ("event", "Gala"), answers={"artist": ("Aki Mori", "Salt Road")}, many="artists")
    heard = "Two: Aki Mori at $1,450 and Salt Road for $2,100."
    for superlative, name, told in ("most expensive", "Salt Road", True), ("cheapest", "Salt Road", False):
        wanted = request("extreme", ("event", "Gala"), answers={"artist": name}, one="artist", superlative=superlative)
        assert told_already(wanted, [heard], ["Who plays at the Gala?"], [listed]) is told


@pytest.mark.parametrize("text", ["... Let me check.", "?! Sorry, what?", "-- ... 3."])
def test_a_message_may_begin_with_marks(text: str) -> None:
    assert sentences(text)


def test_what_found_a_thing_is_known_of_it() -> None:
    """Whoever asked for the largest booking of an event knows which event that booking is for."""
    largest = request("extreme", ("event", "Tango After Rain"), answers={"booking": "52199"}, superlative="most seats")
    event = request("detail", ("booking", "52199"), answers={"event": "Tango After Rain"})
    hall = request("detail", ("booking", "52199"), answers={"hall": "Great Hall"})
    heard = ["It's booking 52199: five seats."]
    assert told_already(event, heard, ["Which booking has the most seats?"], [largest])
    assert not told_already(hall, heard, ["Which booking has the most seats?"], [largest])


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("You're booked: three seats in the stalls.", True),
        ("Booked, and it's the stalls.", True),
        ("You're booked: three seats.", False),
        ("You're booked. Shall I make it the stalls?", False),
    ],
)
def test_a_state_of_what_was_just_made_needs_no_name(heard: str, told: bool) -> None:
    made = request("create", slots={"event": "Tango After Rain"}, answers={"booking": "52202"}, one="booking")
    area = request("detail", ("booking", "52202"), answers={"seating area": "stalls"})
    assert told_already(area, [heard], ["Book three seats for Tango After Rain."], [made]) is told


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("Camila Hussain 28, Malik Callaghan 25, Dmitri Lopes 20.", True),
        ("Camila Hussain has 28, Malik Callaghan 31 and Dmitri Lopes 20.", False),
        ("Camila Hussain 28 and Malik Callaghan 25 are the busy ones.", False),
    ],
)
def test_who_has_the_most_is_read_off_a_list_with_numbers(heard: str, told: bool) -> None:
    most = request("extreme", answers={"mechanic": "Camila Hussain"}, most="most work orders", one="mechanic")
    assert told_already(most, [heard], ["I want to spread the work better."]) is told


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("She has two: 4122 promised for 9 April, 4123 promised for 11 April.", True),
        ("She has two: 4123 promised for 9 April, 4122 promised for 11 April.", False),
        ("Among others 4122 promised for 9 April, 4123 promised for 11 April.", False),
    ],
)
def test_which_is_due_first_is_read_off_the_days_of_all(heard: str, told: bool) -> None:
    first = request(
        "extreme", ("mechanic", "Kamala Jankowski"), answers={"work order": "4122"}, superlative="promised first"
    )
    assert told_already(first, [heard], ["Kamala Jankowski is ill."]) is told


def test_whose_one_thing_was_named_is_told() -> None:
    bikes = request("children", ("customer", "Haruka Bergstrom"), answers={"bike": "Silver Haldane Pilgrim"})
    heard = "I have Haruka Bergstrom's bike here, the Silver Haldane Pilgrim."
    assert told_already(bikes, [heard], ["I've got Haruka Bergstrom on the phone."])
    assert not told_already(bikes, [heard.replace("bike", "bikes")], ["I've got Haruka Bergstrom on the phone."])
