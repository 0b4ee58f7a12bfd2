"""Sub-scores of what a dialogue does, on real dialogues with one defect planted at a random site."""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_quality_acts import called

from turnwise.scoring.quality.claim_action import claim_action
from turnwise.scoring.quality.closure import closure
from turnwise.scoring.quality.consent import consent
from turnwise.scoring.quality.contingency import contingency
from turnwise.scoring.quality.economy import economy
from turnwise.scoring.quality.tool_validity import tool_validity
from turnwise.scoring.quality.transcript import Message, SubScore, ToolCall, Transcript

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
