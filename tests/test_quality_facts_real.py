"""Sub-scores of what is said, on real dialogues with one defect planted at a random site."""

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from turnwise.scoring.quality.grounding import grounding
from turnwise.scoring.quality.pacing import pacing
from turnwise.scoring.quality.transcript import Message, SubScore, ToolCall, Transcript
from turnwise.scoring.quality.user_integrity import user_integrity
from turnwise.values.atoms import Atom, atoms

REAL = Path(__file__).parents[2] / "shared" / "data" / "tau_bench_airline_gpt4o.jsonl"
WRITES = ("book_reservation", "cancel_reservation", "send_certificate", "update_reservation_flights")
Plant = Callable[[Transcript, random.Random], Transcript | None]
"""Puts one defect or change at a random place; None where there is no place for it."""


def real() -> Iterator[Transcript]:
    for line in REAL.read_text("utf-8").splitlines():
        row = json.loads(line)
        said = [m for m in row["traj"] if m["role"] != "system"]
        yield Transcript(
            tuple(_message(m) for m in said),
            policy="\n".join(m["content"] for m in row["traj"] if m["role"] == "system"),
            instruction=row["info"]["task"]["instruction"],
            writes=dict.fromkeys(WRITES, True),
            ended="user",
        )


def _message(given: dict[str, object]) -> Message:
    text = str(given.get("content") or "").replace("###STOP###", "").strip()
    calls = [(c["id"], c["function"]) for c in given.get("tool_calls") or ()]  # type: ignore[attr-defined]
    return Message(
        given["role"],  # type: ignore[arg-type]
        text,
        tuple(ToolCall(id_, made["name"], json.loads(made["arguments"])) for id_, made in calls),
        call_id=str(given.get("tool_call_id") or ""),
        error=given["role"] == "tool" and text.startswith("Error"),
    )


def spoken(transcript: Transcript, role: str, *kinds: str) -> list[tuple[int, Atom]]:
    """The atoms of some kinds in what one side says, numbering and labels left out."""
    places = [(n, a) for n, m in enumerate(transcript.messages) if m.role == role for a in atoms(m.text)]
    return [(n, atom) for n, atom in places if atom.kind in kinds]


def with_text(transcript: Transcript, place: int, text: str) -> Transcript:
    messages = list(transcript.messages)
    messages[place] = replace(messages[place], text=text)
    return replace(transcript, messages=tuple(messages))


def swapped(kinds: tuple[str, ...], other: Callable[[Transcript, int, Atom, random.Random], str | None]) -> Plant:
    """Puts another value in the place of an atom in what the assistant says."""

    def plant(transcript: Transcript, rng: random.Random) -> Transcript | None:
        sites = spoken(transcript, "assistant", *kinds)
        rng.shuffle(sites)
        for place, atom in sites:
            text = transcript.messages[place].text
            if atom.kind == "number" and re.match(
                r"[:.]?\*|:", text[atom.end :]
            ):  # **Option 2:** is no number to be wrong
                continue
            new = other(transcript, place, atom, rng)
            if new is not None:
                return with_text(transcript, place, text[: atom.start] + new + text[atom.end :])
        return None

    return plant


def wrong_id(_: Transcript, __: int, atom: Atom, rng: random.Random) -> str:
    place = rng.choice([n for n, letter in enumerate(atom.text) if letter.isdigit()])
    digit = rng.choice([d for d in "0123456789" if d != atom.text[place]])
    return atom.text[:place] + digit + atom.text[place + 1 :]


def wrong_money(_: Transcript, __: int, atom: Atom, rng: random.Random) -> str:
    size = float(atom.value[1])
    return f"${size + rng.choice([-1, 1]) * rng.randint(1, max(2, int(size // 2))):,.0f}"


def wrong_number(_: Transcript, __: int, atom: Atom, rng: random.Random) -> str | None:
    """Another size of an amount or a count."""
    if not atom.text.replace("$", "").replace(",", "").replace(".", "").isdigit():
        return None
    size = float(atom.value[1])
    new = size + rng.choice([3, 7, 10, 20, round(size * 0.1) + 1])
    return ("$" if atom.kind == "money" else "") + f"{new:,.0f}"


def wrong_date(transcript: Transcript, _: int, atom: Atom, rng: random.Random) -> str:
    _, year, month, day = atom.value
    new = (int(day) + rng.randint(1, 20) - 1) % 28 + 1
    if new == day:
        new = new % 28 + 1
    return f"{year}-{month:02}-{new:02}" if year else f"{MONTHS[int(month) - 1]} {new}"


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def other_told(kind: str) -> Callable[[Transcript, int, Atom, random.Random], str | None]:
    """A value of the same kind that the policy, a user or a tool told, so that only its place is wrong."""

    def other(transcript: Transcript, place: int, atom: Atom, rng: random.Random) -> str | None:
        told = [m.text for m in transcript.messages[:place] if m.role == "tool"]
        found = sorted(
            {
                a.value
                for text in told
                for a in atoms(text)
                if a.kind == kind and not set(a.discloses) & set(atom.discloses)
            }
        )
        found = [v for v in found if kind != "date" or v[2:] != atom.value[2:]]
        if not found:
            return None
        _, *parts = rng.choice(found)
        return (
            f"{parts[0]}-{parts[1]:02}-{parts[2]:02}"
            if kind == "date"
            else f"{int(parts[0]) // 60:02}:{int(parts[0]) % 60:02}"
        )

    return other


def wrong_time(_: Transcript, __: int, atom: Atom, rng: random.Random) -> str:
    minutes = (int(atom.value[1]) + rng.choice([30, 60, 90, 120, 180, 300])) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def user_says(made: Callable[[Transcript, int, random.Random], str | None]) -> Plant:
    def plant(transcript: Transcript, rng: random.Random) -> Transcript | None:
        places = [n for n, m in enumerate(transcript.messages) if m.role == "user" and m.text]
        rng.shuffle(places)
        for place in places:
            if (said := made(transcript, place, rng)) is not None:
                return with_text(transcript, place, f"{transcript.messages[place].text} {said}")
        return None

    return plant


def invented(_: Transcript, __: int, rng: random.Random) -> str:
    return rng.choice(
        [
            f"My reservation is {''.join(rng.choices('ABCDEFGHJK', k=3))}{rng.randint(100, 999)}.",
            f"I paid ${rng.randint(20, 900)}.",
            f"It was on {rng.choice(MONTHS)} {rng.randint(1, 28)}.",
            f"My member number is {rng.randint(10000, 999999)}.",
            f"I want to leave at {rng.randint(1, 12)}:{rng.choice(['05', '20', '40'])} pm.",
        ]
    )


def leaked(transcript: Transcript, place: int, rng: random.Random) -> str | None:
    """A value that a tool returned and nobody said."""
    said = [transcript.instruction, *(m.text for m in transcript.messages[:place] if m.role == "assistant")]
    known = {value for text in said for a in atoms(text) for value in a.discloses}
    results = [m.text for m in transcript.messages[:place] if m.role == "tool"]
    found = [a for text in results for a in atoms(text) if a.kind in ("id", "number", "date") and not a.known(known)]
    found = [a for a in found if a.kind != "number" or (float(a.value[1]) > 12 and a.value[1] != 2024)]
    return f"It is {rng.choice(found).text}, I think." if found else None


def speaks_as_assistant(_: Transcript, __: int, rng: random.Random) -> str:
    return rng.choice(
        [
            "How can I assist you today?",
            "I have updated your reservation.",
            "Is there anything else I can help you with?",
        ]
    )


def all_at_once(transcript: Transcript, _: random.Random) -> Transcript:
    return with_text(transcript, 0, f"{transcript.messages[0].text} {transcript.instruction}")


def padded(transcript: Transcript, rng: random.Random) -> Transcript:
    place = rng.choice([n for n, m in enumerate(transcript.messages) if m.role != "tool" and m.text])
    return with_text(
        transcript, place, f"{transcript.messages[place].text} I appreciate your patience, thank you so much!"
    )


def reformatted(transcript: Transcript, rng: random.Random) -> Transcript | None:
    """Every date and amount that is spoken, written in another way."""
    changed = transcript
    for place, message in enumerate(transcript.messages):
        text = message.text
        for atom in reversed(atoms(text) if message.role != "tool" else ()):
            new = atom.text
            if atom.kind == "money":
                new = f"${float(atom.value[1]):.2f}"
            elif atom.kind == "date":
                _, year, month, day = atom.value
                new = f"{day} {MONTHS[int(month) - 1]}" + (f" {year}" if year else "")
            text = text[: atom.start] + new + text[atom.end :]
        changed = with_text(changed, place, text)
    return changed


def looked_up_again(transcript: Transcript, rng: random.Random) -> Transcript | None:
    """A call that only reads, made once more, with the same result."""
    read = [e for e in transcript.exchanges if e.result and not e.result.error and re.match("get|search", e.call.tool)]
    if not read:
        return None
    call, _, result, at = rng.choice(read)
    assert result is not None
    assert at is not None
    again = (Message("assistant", "", (call._replace(id="again"),)), replace(result, call_id="again"))
    messages = transcript.messages
    return replace(transcript, messages=(*messages[: at + 1], *again, *messages[at + 1 :]))


def said_yes(transcript: Transcript, rng: random.Random) -> Transcript:
    place = rng.choice([n for n, m in enumerate(transcript.messages) if m.role == "assistant" and m.text])
    messages = transcript.messages
    more = (Message("user", "yes"), Message("assistant", "Thank you."))
    return replace(transcript, messages=(*messages[: place + 1], *more, *messages[place + 1 :]))


def fallen(score: Callable[[Transcript], SubScore], plant: Plant, trials: int = 5) -> tuple[float, int]:
    """The share of planted defects by which a score falls, and how many were planted."""
    falls = []
    for number, clean in enumerate(real()):
        before = score(clean).value
        for trial in range(trials):
            changed = plant(clean, random.Random(f"{number}/{trial}"))
            if changed is None or not before:
                continue
            after = score(changed).value
            falls.append(after is not None and after < before - 1e-9)
    return statistics.mean(falls), len(falls)


PLANTED = [
    pytest.param(grounding, swapped(("id",), wrong_id), 0.99, id="wrong id"),
    pytest.param(grounding, swapped(("money",), wrong_money), 0.90, id="wrong money"),
    pytest.param(grounding, swapped(("money", "number"), wrong_number), 0.85, id="wrong number"),
    pytest.param(grounding, swapped(("date",), wrong_date), 0.95, id="wrong date"),
    pytest.param(grounding, swapped(("date",), other_told("date")), 0.7, id="date of something else"),
    pytest.param(grounding, swapped(("time",), wrong_time), 0.95, id="wrong time"),
    pytest.param(grounding, swapped(("time",), other_told("time")), 0.90, id="time of something else"),
    pytest.param(user_integrity, user_says(invented), 0.98, id="invented fact"),
    pytest.param(user_integrity, user_says(leaked), 0.99, id="leaked fact"),
    pytest.param(user_integrity, user_says(speaks_as_assistant), 0.99, id="role flip"),
    pytest.param(pacing, all_at_once, 1.0, id="all at once"),
]
"""A score, a defect, and the least share of plantings by which the score has to fall."""

needs_real = pytest.mark.skipif(not REAL.is_file(), reason="the recorded dialogues are not in this checkout")


@needs_real
@pytest.mark.parametrize(("score", "plant", "least"), PLANTED)
def test_a_planted_defect_lowers_the_score_that_should_see_it(
    score: Callable[[Transcript], SubScore], plant: Plant, least: float
) -> None:
    share, planted = fallen(score, plant, trials=2)
    print(f"{share:.3f} of {planted}")
    assert planted >= 40
    assert share >= least


@needs_real
@pytest.mark.parametrize("score", [grounding, user_integrity, pacing])
@pytest.mark.parametrize("change", [padded, reformatted, looked_up_again, said_yes])
def test_a_benign_change_lowers_nothing(score: Callable[[Transcript], SubScore], change: Plant) -> None:
    share, planted = fallen(score, change, trials=2)
    assert planted > 0
    assert share == 0


@needs_real
def test_two_hundred_dialogues_are_scored_in_three_seconds() -> None:
    dialogues = [*real(), *real()]
    start = time.process_time()
    for transcript in dialogues:
        _ = grounding(transcript), user_integrity(transcript), pacing(transcript)
    assert time.process_time() - start < 3
