"""Six sub-scores of what a dialogue does: small dialogues say what each means, real ones how well it sees a planted defect."""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from turnwise.quality.claim_action import claim_action
from turnwise.quality.closure import closure
from turnwise.quality.consent import consent
from turnwise.quality.contingency import contingency
from turnwise.quality.economy import economy
from turnwise.quality.tool_validity import tool_validity
from turnwise.quality.transcript import Message, SubScore, ToolCall, Transcript

REAL = Path(__file__).parents[2] / "shared" / "data" / "tau_bench_airline_gpt4o.jsonl"
STOP = "###STOP###"
WRITES = {
    "book_reservation", "cancel_reservation", "send_certificate",
    "update_reservation_flights", "update_reservation_baggages", "update_reservation_passengers",
}  # fmt: skip
SCORES: dict[str, Callable[[Transcript], SubScore]] = {
    "claim_action": claim_action,
    "consent": consent,
    "economy": economy,
    "tool_validity": tool_validity,
    "contingency": contingency,
    "closure": closure,
}
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


def test_a_bare_done_after_another_wish_needs_another_write() -> None:
    made = ("call", "book_room", {"name": "Blue Hour"}, '{"room_id": 4}')
    opening: tuple[Turn, ...] = (("user", "Book the room Blue Hour."), made, ("assistant", "That is done."))
    note = ("call", "add_note", {"room_id": 4, "text": "late"}, "{}")
    wish = ("user", "Add the note late for Blue Hour.")
    assert claim_action(dialogue(*opening, wish, note, ("assistant", "That is done."))).value == 1
    assert claim_action(dialogue(*opening, wish, ("assistant", "That is done."))).value == pytest.approx(2 / 3)
    again = ("user", "That's in the system now?")
    assert claim_action(dialogue(*opening, again, ("assistant", "That is done."))).value == 1


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
    assert economy(dialogue(ASKED, look, look, ("assistant", "It is open."))).value == 1 - 1 / 4
    assert [finding.severity for finding in economy(dialogue(ASKED, CANCEL, CANCEL)).findings] == [2]
    again = ("assistant", "The booking H9ZU1C is open until the end of May.")
    assert economy(dialogue(ASKED, again, ("user", "What?"), again)).value == 1 - 1 / 4
    other = ("assistant", "The booking K1NW8N is open until the end of May.")
    assert economy(dialogue(ASKED, again, ("user", "And the other?"), other)).value == 1


def test_a_failure_is_mended_mentioned_or_silent() -> None:
    assert tool_validity(dialogue(ASKED)).value is None
    assert tool_validity(dialogue(ASKED, ("call", "find", {"name": "x"}, "[]"))).value == 1
    mended = dialogue(ASKED, FAILED, ("call", "cancel_booking", {"booking_id": "H9ZU1C", "force": True}, "{}"))
    assert tool_validity(mended).value == 1 - 0.5 / 2
    told = tool_validity(dialogue(ASKED, FAILED, ("assistant", "Sorry, it is too late for that.")))
    assert (told.value, told.findings[0].severity) == (0, 2)
    silent = tool_validity(dialogue(ASKED, FAILED, ("assistant", "Done.")))
    assert (silent.value, silent.findings[0].severity) == (0, 3)
    unreturned = Message("assistant", "", calls=(ToolCall("c", "find", {}),))
    assert tool_validity(Transcript((Message("user", "Hi"), unreturned))).findings[0].severity == 3


def test_a_reply_from_elsewhere_connects_to_nothing() -> None:
    assert contingency(dialogue(ASKED, ("assistant", "Booking H9ZU1C is open. Shall I cancel it?"))).value == 1
    assert contingency(dialogue(ASKED, ("assistant", "Whisk the egg whites until they form stiff peaks."))).value == 0
    assert contingency(dialogue(ASKED, ("assistant", "You're welcome! Have a great day."))).value == 1


def test_closure_in_thirds() -> None:
    thanks = ("user", "Thanks, bye.")
    assert closure(dialogue(ASKED, CANCEL, ("assistant", "That is done."), thanks)).value == 1
    assert closure(dialogue(ASKED, CANCEL, ("assistant", "That is done."), thanks, ended="")).value == 1
    put = ("assistant", "Please confirm that I should cancel it.")
    assert closure(dialogue(ASKED, put, thanks)).value == pytest.approx(2 / 3)
    assert closure(dialogue(ASKED, put, ("user", "No, never mind."))).value == 1
    assert closure(dialogue(ASKED, ("assistant", "I will cancel it now."), thanks)).value == pytest.approx(2 / 3)
    assert closure(dialogue(ASKED, ended="turn_limit")).value == pytest.approx(1 / 3)
    handed_over = ("call", "transfer_to_human_agents", {}, "ok")
    assert closure(dialogue(ASKED, handed_over, ended="")).value == 1


# Real dialogues, with one defect planted at a random site.


@cache
def real() -> tuple[Transcript, ...]:
    if not REAL.is_file():
        pytest.skip("../shared/data/tau_bench_airline_gpt4o.jsonl is not here")
    return tuple(imported(json.loads(line)) for line in REAL.read_text("utf-8").splitlines())


def imported(row: dict[str, Any]) -> Transcript:
    messages = []
    for raw in row["traj"]:
        text = raw.get("content") or ""
        said = text.replace(STOP, "").strip() if raw["role"] == "user" else text
        if raw["role"] == "system" or (raw["role"] == "user" and not said):
            continue
        functions = [(call["id"], call["function"]) for call in raw.get("tool_calls") or []]
        calls = tuple(ToolCall(id_, f["name"], json.loads(f["arguments"])) for id_, f in functions)
        failed = raw["role"] == "tool" and text.startswith("Error")
        messages.append(Message(raw["role"], said, calls, raw.get("tool_call_id", ""), failed))
    return Transcript(
        tuple(messages),
        policy=next(raw["content"] for raw in row["traj"] if raw["role"] == "system"),
        instruction=row["info"]["task"]["instruction"],
        writes=dict.fromkeys(WRITES, True),
        ended="user" if STOP in (row["traj"][-1].get("content") or "") else "",
    )


Plant = Callable[[Transcript, random.Random], Transcript | None]


def spliced(transcript: Transcript, start: int, end: int, new: Sequence[Message] = ()) -> Transcript:
    messages = transcript.messages
    return replace(transcript, messages=(*messages[:start], *new, *messages[end:]))


def pick(rng: random.Random, places: Sequence[int]) -> int | None:
    return rng.choice(places) if places else None


def writes(t: Transcript) -> list[int]:
    return [e.called_at for e in t.exchanges if e.call.tool in WRITES and e.result and not e.result.error]


def replies(t: Transcript) -> list[int]:
    return [n for n, m in enumerate(t.messages) if m.role == "assistant" and m.text and not m.calls and n]


def removed_write(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, [n for n in writes(t) if any(m.text for m in t.messages[n + 2 :] if m.role == "assistant")])
    return None if at is None else spliced(t, at, at + 2)


def failed_write(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, [n for n in writes(t) if any(m.text for m in t.messages[n + 2 :] if m.role == "assistant")])
    return None if at is None else failed_at(t, at + 1)


def silent_failure(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, [e.returned_at for e in t.exchanges if e.returned_at and e.result and not e.result.error])
    return None if at is None else failed_at(t, at)


def failed_at(t: Transcript, at: int) -> Transcript:
    error = replace(t.messages[at], text="Error: the service did not respond (code 7431)", error=True)
    return spliced(t, at, at + 1, [error])


def dropped_consent(t: Transcript, rng: random.Random) -> Transcript | None:
    last = {n: max(place for place in range(n) if t.messages[place].role == "user") for n in writes(t)}
    given = re.compile(r"\b(yes|go ahead|proceed|confirm)", re.I)
    at = pick(rng, [n for n, place in last.items() if given.search(t.messages[place].text)])
    if at is None:
        return None
    yes = last[at]
    put = max((n for n in range(yes) if t.messages[n].role == "assistant" and t.messages[n].text), default=None)
    if put is None:
        return None
    if rng.random() < 0.5:
        return spliced(t, put, yes + 1)
    return spliced(spliced(t, at, at + 2), put, put, t.messages[at : at + 2])


def duplicate_call(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, [e.called_at for e in t.exchanges if e.returned_at == e.called_at + 1])
    return None if at is None else spliced(t, at + 2, at + 2, t.messages[at : at + 2])


def repeated_message(t: Transcript, rng: random.Random) -> Transcript | None:
    long = [n for n, m in enumerate(t.messages) if m.role != "tool" and len(set(m.text.lower().split())) >= 8]
    at = pick(rng, long)
    if at is None:
        return None
    role = t.messages[at].role
    after = [n for n in range(at + 1, len(t.messages)) if t.messages[n].role == role and not t.messages[n].calls]
    to = rng.choice(after) if after else len(t.messages) - 1
    return spliced(t, to + 1, to + 1, [replace(t.messages[at], calls=())])


def early_stop(t: Transcript, rng: random.Random) -> Transcript | None:
    """Cut before the answer to a wish; half of the time the user is said to have ended it there."""
    at = pick(rng, [n for n, m in enumerate(t.messages[:-1]) if m.role == "user" and wish(m.text)])
    at = None if stopped_early(t) else at
    ended = rng.choice(["user", "interrupted"])
    return None if at is None else replace(t, messages=t.messages[: at + 1], ended=ended)


def pending_stop(t: Transcript, rng: random.Random) -> Transcript | None:
    """The user takes leave where the assistant has asked for a confirmation."""
    asking = re.compile(r"(please confirm|would you like (me )?to proceed|do you confirm|would you like me to)", re.I)
    at = pick(rng, [n for n in replies(t) if asking.search(t.messages[n].text)])
    at = None if stopped_early(t) else at
    bye = rng.choice(["Thanks, bye!", "That's all, thank you.", "Thank you so much for your help!"])
    return None if at is None else replace(t, messages=(*t.messages[: at + 1], Message("user", bye)), ended="user")


def stopped_early(t: Transcript) -> bool:
    """Whether the dialogue is no clean one to begin with: its last words are a wish of the user's."""
    return t.messages[-1].role == "user" and bool(re.match(r"yes\b", t.messages[-1].text, re.I))


def wish(text: str) -> bool:
    return bool(re.search(r"\?|\bplease\b|\b(want|need|like) to\b|\bcould you\b", text)) and "thank" not in text.lower()


ELSEWHERE = (
    "Your lasagne goes into the oven at 190 degrees for forty minutes; cover it with foil for the first half.",
    "The novel you asked about is on loan until Friday. Shall I put it on hold at the Old Town branch for you?",
    "I've restarted your router from here. Could you tell me whether the green light on the modem is blinking?",
    "Your prescription for the ointment was sent to the pharmacy on Mill Lane. Please take it with food twice daily.",
    "The derivative of sine is cosine, so the slope of the curve at zero is exactly one.",
    "Could you tell me the make and mileage of your bike so that the mechanic can order the right chain?",
    "The string quartet plays at eight in the Chamber Hall, and there are still seats in the balcony.",
    "Prune the roses in late winter, just above an outward facing bud, and water them deeply once a week.",
    "Your landlord has scheduled a plumber for the leaking tap in the kitchen; somebody has to be in the flat.",
    "To reset the password of the laptop, hold the power button, then pick the recovery partition from the menu.",
    "The striker was injured in the second half, and the coach put the young goalkeeper on the bench.",
    "The parcel with your blue sneakers left the warehouse. Would you like to swap them for a larger size?",
)


def other_domain(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, replies(t))
    if at is None:
        return None
    return spliced(t, at, at + 1, [replace(t.messages[at], text=rng.choice(ELSEWHERE))])


def padded(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, replies(t))
    more = rng.choice(["I am happy to look into this for you.", "Thank you for your patience.", "I hope this helps."])
    return None if at is None else spliced(t, at, at + 1, [reworded(t.messages[at], f"{t.messages[at].text} {more}")])


def polite(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, [n for n, m in enumerate(t.messages) if m.role in ("user", "assistant") and m.text])
    first = rng.choice(["Of course! ", "Thank you very much. ", "I appreciate that. "])
    return None if at is None else spliced(t, at, at + 1, [reworded(t.messages[at], first + t.messages[at].text)])


def reformatted(t: Transcript, rng: random.Random) -> Transcript | None:
    def pretty(text: str) -> str:
        try:
            return json.dumps(json.loads(text), indent=2)
        except ValueError:
            return text

    def money(text: str) -> str:
        return re.sub(r"\$(\d[\d,]*)(?![\d.,]*\d)", lambda m: f"{m.group(1).replace(',', '')} USD", text)

    changed = [reworded(m, pretty(m.text) if m.role == "tool" else money(m.text)) for m in t.messages]
    return replace(t, messages=tuple(changed))


def another_lookup(t: Transcript, rng: random.Random) -> Transcript | None:
    at = pick(rng, [e.returned_at for e in t.exchanges if e.returned_at and e.call.tool not in WRITES])
    if at is None:
        return None
    extra = called("extra", "get_reservation_details", {"reservation_id": "ZZ91QK"}, '{"reservation_id": "ZZ91QK"}')
    return spliced(t, at + 1, at + 1, extra)


def bare_yes(t: Transcript, rng: random.Random) -> Transcript | None:
    spoken = [n for n, m in enumerate(t.messages) if m.role == "user" and m.text.lower().startswith("yes")]
    at = pick(rng, spoken)
    return (
        None if at is None else spliced(t, at, at + 1, [reworded(t.messages[at], rng.choice(["Yes.", "yes", "Yes!"]))])
    )


def reworded(message: Message, text: str) -> Message:
    return replace(message, text=text)


DEFECTS: list[tuple[Plant, str, float]] = [
    (removed_write, "claim_action", 0.84),
    (failed_write, "claim_action", 1.0),
    (dropped_consent, "consent", 0.65),
    (duplicate_call, "economy", 1.0),
    (repeated_message, "economy", 0.99),
    (silent_failure, "tool_validity", 1.0),
    (early_stop, "closure", 1.0),
    (pending_stop, "closure", 1.0),
    (other_domain, "contingency", 0.96),
]
BENIGN: list[Plant] = [padded, polite, reformatted, another_lookup, bare_yes]


def falls(plant: Plant, score: Callable[[Transcript], SubScore], seeds: int = 3) -> list[tuple[bool, Transcript]]:
    """Whether the score fell, once per dialogue and seed where there is a site; and the dialogue with the change."""
    fell = []
    for seed in range(seeds):
        for number, clean in enumerate(real()):
            changed = plant(clean, random.Random(f"{seed} {number}"))
            before = score(clean).value
            if changed is not None and before is not None:
                after = score(changed).value
                fell.append((after is not None and after < before - 1e-9, changed))
    return fell


def share(fell: list[tuple[bool, Transcript]]) -> float:
    return sum(lower for lower, _ in fell) / len(fell)


@pytest.mark.parametrize(("plant", "name", "wanted"), DEFECTS, ids=[plant.__name__ for plant, _, _ in DEFECTS])
def test_a_planted_defect_lowers_the_score_meant_to_see_it(plant: Plant, name: str, wanted: float) -> None:
    fell = falls(plant, SCORES[name])
    assert len(fell) > 30
    assert share(fell) >= wanted


@pytest.mark.parametrize("plant", BENIGN, ids=[plant.__name__ for plant in BENIGN])
@pytest.mark.parametrize("name", SCORES)
def test_a_harmless_change_lowers_nothing(plant: Plant, name: str) -> None:
    assert share(falls(plant, SCORES[name])) <= (0.05 if plant is bare_yes else 0)


@pytest.mark.parametrize(("name", "mean"), [
    ("claim_action", 0.95), ("consent", 0.85), ("economy", 0.98), ("tool_validity", 0.97), ("contingency", 0.98),
    ("closure", 0.97),
])  # fmt: skip
def test_real_dialogues_lose_little(name: str, mean: float) -> None:
    values = [value for t in real() if (value := SCORES[name](t).value) is not None]
    assert sum(values) / len(values) >= mean
