"""Six sub-scores of what a dialogue does: small dialogues say what each means."""

from typing import Any

import pytest

from turnwise.scoring.quality.claim_action import claim_action
from turnwise.scoring.quality.closure import closure
from turnwise.scoring.quality.consent import consent
from turnwise.scoring.quality.contingency import contingency
from turnwise.scoring.quality.economy import economy
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.tool_validity import tool_validity
from turnwise.scoring.quality.transcript import Message, ToolCall, Transcript

Turn = tuple[str, str] | tuple[str, str, dict[str, Any], str]


def dialogue(*turns: Turn, ended: str = "user", **known: Any) -> Transcript:
    """("user", text), ("assistant", text) or ("call", tool, arguments, result); a result that begins with Error is one."""
    messages = []
    for number, turn in enumerate(turns):
        if len(turn) == 2:
            messages.append(Message(turn[0], turn[1]))  # type: ignore[arg-type]
        else:
            _, tool, arguments, result = turn
            messages += called(f"c{number}", tool, arguments, result)
    writes = {"cancel_booking": True, "book_room": True, "update_room": True, "add_note": False}
    return Transcript(tuple(messages), writes=writes, ended=ended, **known)


def called(call_id: str, tool: str, arguments: dict[str, Any], result: str) -> list[Message]:
    call = Message("assistant", "", calls=(ToolCall(call_id, tool, arguments),))
    return [call, Message("tool", result, call_id=call_id, error=result.startswith("Error"))]


CANCEL: Turn = ("call", "cancel_booking", {"booking_id": "H9ZU1C"}, '{"booking_id": "H9ZU1C", "status": "cancelled"}')
FAILED: Turn = ("call", "cancel_booking", {"booking_id": "H9ZU1C"}, "Error: too late")
ASKED: Turn = ("user", "Please cancel my booking H9ZU1C.")


@pytest.mark.parametrize("claim", [
    "Your booking H9ZU1C has been cancelled.", "I've cancelled it for you.", "That is done.", "Done: it is cancelled.",
    "It's all sorted, and your booking is now cancelled.", "I can confirm that your booking has been canceled.",
    "On May 17 your booking has been successfully cancelled.", "Sorry for the wait, but I have cancelled the booking.",
])  # fmt: skip
def test_a_claim_needs_a_write(claim: str) -> None:
    assert claim_action(dialogue(ASKED, CANCEL, ("assistant", claim))).value == 1
    for without in (dialogue(ASKED, ("assistant", claim)), dialogue(ASKED, FAILED, ("assistant", claim))):
        score = claim_action(without)
        assert score.value == 0
        assert [finding.severity for finding in score.findings] == [3]


@pytest.mark.parametrize("text", [
    "I can cancel it for you.", "Would you like me to cancel it?", "It could not be cancelled.", "I haven't cancelled it.",
    "Once you confirm, it will be cancelled.", "Your flight was cancelled by the airline.", "I will now cancel it.",
    "You said that it has been cancelled.", "If it has been cancelled, you are refunded.", "Has it been cancelled?",
    "The flight has been cancelled by the airline.", "It was booked on 2024-05-01.", "Bookings cannot be changed.",
])  # fmt: skip
def test_offers_plans_and_lookups_are_no_claims(text: str) -> None:
    assert claim_action(dialogue(ASKED, ("assistant", text))).value is None


def test_a_write_is_to_be_reported_by_the_next_segment() -> None:
    silent = claim_action(dialogue(ASKED, CANCEL, ("assistant", "Anything else?"), ("user", "No.")))
    assert (silent.value, silent.findings[0].severity, silent.findings[0].message) == (0, 2, 1)
    late = dialogue(ASKED, CANCEL, ("assistant", "A moment."), ("user", "So?"), ("assistant", "I have cancelled it."))
    assert claim_action(late).value == 1


def test_a_claim_about_two_things_needs_both() -> None:
    claim = "The following bookings have been cancelled:\n- H9ZU1C\n- K1NW8N"
    other = ("call", "cancel_booking", {"booking_id": "K1NW8N"}, "{}")
    assert claim_action(dialogue(ASKED, CANCEL, other, ("assistant", claim))).value == 1
    lookup = ("call", "get_booking", {"booking_id": "K1NW8N"}, "{}")
    assert claim_action(dialogue(ASKED, lookup, CANCEL, ("assistant", claim))).value == 0.5


def test_a_bare_done_speaks_of_what_was_tried() -> None:
    note = ("call", "add_note", {"room_id": 4, "text": "late"}, "{}")
    wish = ("user", "Add the note late for Blue Hour.")
    assert claim_action(dialogue(wish, note, ("assistant", "That is done."))).value == 1
    failed = ("call", "add_note", {"room_id": 4, "text": "late"}, "Error: closed")
    assert claim_action(dialogue(wish, failed, ("assistant", "That is done."))).value == 0
    assert claim_action(dialogue(wish, failed, ("assistant", "It's done only in part: I could not add it."))).value != 0
    looked = ("call", "get_room", {"room_id": 4}, "{}")
    assert claim_action(dialogue(wish, looked, ("assistant", "That is done."))).value == 0
    question = ("user", "Which notes are there for Blue Hour?")
    assert claim_action(dialogue(question, looked, ("assistant", "All done: here is the list."))).value is None


@pytest.mark.parametrize("report", [
    "Both are cancelled now: bookings H9ZU1C and K2.", "That's in.", "No problem, H9ZU1C is gone.", "Booking: cancelled.",
    "I've gone ahead with that.", "Sure, you're booking-free.",
])  # fmt: skip
def test_a_report_is_one_whatever_its_verb(report: str) -> None:
    assert claim_action(dialogue(ASKED, CANCEL, ("assistant", report))).value == 1


@pytest.mark.parametrize(("tool", "claim"), [
    ("enable_roaming", "I have now enabled roaming."), ("exchange_items", "Your exchange request has been submitted."),
    ("book_room", "The booking has been successfully completed."), ("modify_plan", "We have updated the plan."),
    ("update_bags", "A checked bag has been added to it."),
])  # fmt: skip
def test_the_verbs_of_claims_are_those_of_the_tools(tool: str, claim: str) -> None:
    wish, told = Message("user", "Please do that."), Message("assistant", claim)
    writes = {tool: False}
    assert claim_action(Transcript((wish, told), writes=writes)).value == 0
    assert claim_action(Transcript((wish, *called("c", tool, {"line": 7}, "{}"), told), writes=writes)).value == 1
    assert claim_action(Transcript((wish, told), writes={"delete_account": True})).value is None


def test_a_yes_to_one_change_is_none_to_a_later_one() -> None:
    put = ("assistant", "I am about to update the room: Blue Hour, price 12. Shall I go ahead?")
    made = ("call", "update_room", {"room_id": 4, "price": 12}, "{}")
    told = ("assistant", "That is done.")
    other = ("call", "cancel_booking", {"booking_id": 91}, "{}")
    start: tuple[Turn, ...] = (("user", "Set the price of Blue Hour to 12."), put, ("user", "yes"), made, told)
    assert consent(dialogue(*start, ("user", "Set booking 91 to cancelled."), other, told)).value == 0.75


def test_an_assistant_that_takes_leave_first_closes_nothing_well() -> None:
    wish, bye = ("user", "When do you open?"), ("assistant", "Thank you for calling. Goodbye!")
    rest: tuple[Turn, ...] = (("user", "When do you open, please?"), ("assistant", "At ten."), ("user", "Thanks, bye."))
    assert closure(dialogue(wish, bye, *rest)).value == pytest.approx(2 / 3)
    assert closure(dialogue(wish, ("assistant", "At ten."), ("user", "Thanks!"), bye)).value == 1


def test_consent_is_asked_for_and_given() -> None:
    put = ("assistant", "Shall I cancel booking H9ZU1C?")
    assert consent(dialogue(ASKED, put, ("user", "yes"), CANCEL)).value == 1
    assert consent(dialogue(ASKED, put, ("user", "No, keep it."), CANCEL)).value == 0.5
    assert consent(dialogue(ASKED, CANCEL)).value == 0.5
    unasked = consent(dialogue(("user", "When do you open?"), CANCEL))
    assert (unasked.value, unasked.findings[0].severity) == (0, 3)
    assert consent(dialogue(ASKED, FAILED)).value is None
    assert consent(dialogue(ASKED, ("call", "add_note", {"text": "late"}, "{}"))).value is None


def test_one_yes_covers_what_the_question_named() -> None:
    put = ("assistant", "I would cancel H9ZU1C and K1NW8N. Do you want me to proceed?")
    other = ("call", "cancel_booking", {"booking_id": "K1NW8N"}, "{}")
    assert consent(dialogue(ASKED, put, ("user", "Yes, both."), CANCEL, other)).value == 1


def test_economy_counts_what_comes_again() -> None:
    look: Turn = ("call", "get_booking", {"booking_id": "H9ZU1C"}, "{}")
    assert economy(dialogue(ASKED, look, CANCEL, look)).value == 1
    assert economy(dialogue(ASKED, look, look, ("assistant", "It is open."))).value == 1 - 1 / 3
    assert [finding.severity for finding in economy(dialogue(ASKED, CANCEL, CANCEL)).findings] == [2]
    wish = ("user", "Could you look up my booking number H9ZU1C, please?")
    assert economy(dialogue(wish, ("assistant", "A moment."), wish)).value == 1
    again = ("assistant", "The booking H9ZU1C is open until the end of May.")
    assert economy(dialogue(ASKED, again, ("user", "What?"), again)).value == 1 - 1 / 2
    other = ("assistant", "The booking K1NW8N is open until the end of May.")
    assert economy(dialogue(ASKED, again, ("user", "And the other?"), other)).value == 1


def test_a_failure_costs_less_where_it_is_mended() -> None:
    assert tool_validity(dialogue(ASKED)).value is None
    assert tool_validity(dialogue(ASKED, ("call", "find", {"name": "x"}, "[]"))).value == 1
    mended = dialogue(ASKED, FAILED, ("call", "cancel_booking", {"booking_id": "H9ZU1C", "force": True}, "{}"))
    assert tool_validity(mended).value == 1 - 0.5 / 2
    failed = tool_validity(dialogue(ASKED, FAILED))
    assert (failed.value, failed.findings[0].severity) == (0, 2)
    unreturned = Message("assistant", "", calls=(ToolCall("c", "find", {}),))
    assert tool_validity(Transcript((Message("user", "Hi"), unreturned))).findings[0].severity == 3


def test_a_lookup_by_what_the_user_said_may_find_nothing() -> None:
    wish: Turn = ("user", "I am Ada, ada@lum.example.")
    assert (
        tool_validity(dialogue(wish, ("call", "find", {"mail": "ada@lum.example"}, "Error: User not found"))).value == 1
    )
    assert (
        tool_validity(dialogue(wish, ("call", "find", {"mail": "eda@lum.example"}, "Error: User not found"))).value == 0
    )
    assert tool_validity(dialogue(wish, ("call", "find", {}, "Error: no tool named find"))).value == 0


def test_a_turn_of_blanks_answers_nothing() -> None:
    assert contingency(dialogue(ASKED, ("assistant", "Whisk the eggs."))).value == 1  # a judge has to see that
    assert contingency(dialogue(ASKED, ("assistant", " \u200b"))).value == 0
    assert contingency(dialogue(ASKED, CANCEL, ("assistant", ""))).value == 1


def test_closure_in_thirds() -> None:
    thanks = ("user", "Thanks, bye.")
    assert closure(dialogue(ASKED, CANCEL, ("assistant", "That is done."), thanks)).value == 1
    assert closure(dialogue(ASKED, CANCEL, ("assistant", "That is done."), thanks, ended="")).value == 1
    put = ("assistant", "Please confirm that I should cancel it.")
    assert closure(dialogue(ASKED, put, thanks)).value == pytest.approx(2 / 3)
    assert closure(dialogue(ASKED, put, ("user", "No, never mind."))).value == 1
    more = ("assistant", "It is open. If you have any other requests, please let me know!")
    assert closure(dialogue(ASKED, more, thanks)).value == 1
    assert closure(dialogue(ASKED, ended="turn_limit")).value == 0
    assert closure(dialogue(ASKED, ("assistant", ""), thanks)).value == pytest.approx(1 / 3)
    assert closure(dialogue(ASKED, CANCEL, ("assistant", "Done."), ("user", "Could you make that J2KL9P?"))).value < 1
    handed_over = ("call", "transfer_to_human_agents", {}, "ok")
    assert closure(dialogue(ASKED, handed_over, ended="")).value == 1


def test_an_assistant_that_never_speaks_takes_up_nothing_and_leaves_all_pending() -> None:
    mute = dialogue(
        ASKED, ("assistant", ""), ("user", "Hello? Please cancel H9ZU1C."), ("assistant", ""), ("user", "Bye.")
    )
    found = contingency(mute)
    assert (found.value, found.opportunities) == (0, 2)
    assert {finding.evidence for finding in found.findings} == {"says nothing"}
    assert [finding.evidence for finding in closure(mute).findings] == ["left pending", "not answered"]
    assert (quality(mute).iq_core or 0) < 0.7


def test_an_older_change_is_not_reported_by_a_done_for_a_later_one() -> None:
    later: Turn = ("call", "update_room", {"room": "B12"}, '{"room": "B12"}')
    passed_over = (ASKED, CANCEL, ("assistant", "Anything else?"), ("user", "Move me to room B12."), later)
    assert [f.message for f in claim_action(dialogue(*passed_over, ("assistant", "Done."))).findings] == [1]
    told = ("assistant", "Done. And H9ZU1C is cancelled.")
    assert claim_action(dialogue(*passed_over, told)).value == 1


WORKSHOP = {"update_bike": False, "create_bike": False, "add_part_to_order": False, "update_order": False}
"""Tools that write, and want no confirmation."""


def acted(*turns: Turn) -> list[str]:
    """What claim_action finds in a dialogue of the workshop."""
    transcript = dialogue(*turns)
    return [f.evidence for f in claim_action(Transcript(transcript.messages, writes=WORKSHOP, ended="user")).findings]


def update(order: int, status: str, result: str = '{"ok": true}') -> Turn:
    return ("call", "update_order", {"order_id": order, "status": status}, result)


def test_a_report_of_what_was_just_asked_rests_on_no_earlier_write() -> None:
    ready = (("user", "Set order 4040 to ready."), update(4040, "ready"), ("assistant", "Done: order 4040 is ready."))
    more = (*ready, ("user", "Then put the part Leather saddle on order 4040."))
    claim = ("assistant", "I've done that: part Leather saddle and order 4040.")
    made: Turn = ("call", "add_part_to_order", {"order_id": 4040, "part_id": 20}, '{"order_id": 4040}')
    assert acted(*more, made, claim) == []
    assert acted(*more, claim) == ["claimed, not done: I've done that: part Leather saddle and order 4040."]
    changed = (("user", "Make the price of bike 12 350."), ("call", "update_bike", {"bike_id": 12, "price": 350}, "{}"))
    other = (*changed, ("assistant", "Done: the price is now 350."), ("user", "Sorry, the price should be 375."))
    assert len(acted(*other, ("assistant", "Done: the price is now 375."))) == 1
    assert acted(*changed, ("assistant", "Done."), ("user", "Is it in?"), ("assistant", "Yes, it's done: 350.")) == []
    lowered = (("user", "Lower the price of bike Vega by 10."), ("call", "update_bike", {"id": 12, "price": 340}, "{}"))
    said = ("assistant", "I've done that: bike Vega and price lowered by 10.")
    assert acted(*lowered, said, ("user", "Is that change in?"), said) == []


def test_what_failed_is_made_good_by_another_try_alone() -> None:
    asked = ("user", "Set order 4085 to ready.")
    said = ("assistant", "All set: the order is ready.")
    failed = update(4085, "ready", "Error: locked")
    assert len(acted(asked, failed, said)) == 1
    assert acted(asked, failed, update(4085, "ready"), said) == []


def test_what_was_created_is_not_what_was_updated() -> None:
    asked, done = ("user", "Set order 4050 to ready."), update(4050, "ready")
    assert acted(asked, done, ("assistant", "I have updated the order.")) == []
    assert len(acted(asked, done, ("assistant", "Done. I have also created the bike."))) == 1


def test_what_a_later_lookup_returned_reports_no_write() -> None:
    asked, done = ("user", "Set order 4050 to ready."), update(4050, "ready")
    silent = (asked, done, ("assistant", "What else can I do?"), ("user", "When is order 4050 due?"))
    looked_up: Turn = ("call", "get_order", {"order_id": 4050}, '{"order_id": 4050, "due": "2026-03-02"}')
    told = ("assistant", "Order 4050 is due on 2026-03-02.")
    assert acted(*silent, looked_up, told) == ["done, not reported: update_order"]


@pytest.mark.parametrize("said", [
    "Yes. Wait, no, hold on.", "Sure, go ahead. Actually, wait a minute.", "Ok, but hang on, I need to think.",
    "Yes please. On second thought, not yet.", "Yes. Oh, stop, I changed my mind.",
])  # fmt: skip
def test_a_yes_that_is_taken_back_is_none(said: str) -> None:
    put = ("assistant", "Shall I cancel booking H9ZU1C?")
    assert consent(dialogue(ASKED, put, ("user", said), CANCEL)).value == 0
    later = (("user", "Yes."), ("assistant", "One moment."), ("user", said.partition(" ")[2]))
    assert consent(dialogue(ASKED, put, *later, CANCEL)).value == 0
    again = (("assistant", "Then shall I leave booking H9ZU1C, or cancel it?"), ("user", "Actually, yes, go ahead."))
    assert consent(dialogue(ASKED, put, ("user", said), *again, CANCEL)).value == 1


@pytest.mark.parametrize("said", [
    "Yes, I can't wait!", "Yes, go ahead, I'll wait.", "Sure, no hurry.", "Yes please, don't wait until Monday.",
    "Go ahead, I'll hold on to the ticket.", "Yes, and the second one can stop at noon.",
])  # fmt: skip
def test_a_yes_with_more_words_is_one(said: str) -> None:
    assert consent(dialogue(ASKED, ("assistant", "Shall I cancel booking H9ZU1C?"), ("user", said), CANCEL)).value == 1


@pytest.mark.parametrize(
    "said", ["Actually, let's make the room B14 instead.", "Leave it. Move me to room B14.", "I meant B14."]
)
def test_a_correction_at_the_end_wants_an_answer(said: str) -> None:
    moved = (("user", "Move me to B12."), ("call", "update_room", {"room": "B12"}, "{}"), ("assistant", "Done: B12."))
    assert closure(dialogue(*moved, ("user", said))).value == pytest.approx(2 / 3)


def test_raw_data_in_a_reply_is_a_flaw_unless_it_was_asked_for() -> None:
    asked, raw = ("user", "When am I there?"), ("assistant", 'I found: [{"booking_id": "H9ZU1C", "nights": 3}]')
    assert [f.severity for f in economy(dialogue(asked, raw)).findings] == [2]
    assert economy(dialogue(("user", "Send me the JSON of it."), raw)).value == 1
    assert economy(dialogue(asked, ("assistant", 'You are there for 3 nights {in "B12"}: [see you].'))).value == 1
