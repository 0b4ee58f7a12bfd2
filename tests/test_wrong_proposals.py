"""Nobody says yes to what they do not want: proposals with another value, another step or another subject, on two worlds."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from turnwise.goals.model import Goal, Mention, Request, Slot
from turnwise.synthesis.goals.by_rules import compose_goals
from turnwise.users import Agenda, presets
from turnwise.worlds import load_world

WORLDS = ("bike_workshop", "concert_hall")
AT_ONCE = presets()["task_oriented"].model_copy(update={"patience": 2, "feedback": 0.0})
OTHER_VALUE = (
    "I'd set the {label} to {other}. Shall I go ahead?",
    "So the {label} should be {other}, is that right?",
    "{label}: {other} - okay?",
    "Just to confirm, {label} {other}?",
    "You'd like the {label} to be {other}, correct?",
    "Shall I put {other} as the {label}?",
)
OTHER_STEP = ("I would change the {label} by {other}. Shall I go ahead?", "By {other}, is that right?")
OTHER_SUBJECT = (
    "Shall I do that for {label} {other}?",
    "So this is about {label} {other}, right?",
    "I have {other} here. Shall I go ahead for {other}?",
    "Do you mean {other}?",
    "I will do it for {other}. OK?",
)


OTHER_REPORT = (
    "Done, I have set the {label} to {other}.",
    "I've changed it: {label} {other}.",
    "All set, with {other} as the {label}.",
)


def requests(world: str) -> Iterator[Request]:
    """Those of some goals in which everything goes by its name."""
    for goals in compose_goals(load_world(world), sets=20, goals=2, seed=9).sets:
        for request in (request for goal in goals for request in goal.requests):
            mentions = (request.subject, *(slot.mention for slot in request.slots))
            if not any(mention is not None and (mention.told_by or mention.me) for mention in mentions):
                yield request.model_copy(update={"needs": ()})


def another(mention: Mention) -> str:
    if mention.numbered:
        return str(int(re.sub(r"\D", "", mention.name) or 7) + 11)
    return "Marek Dobson" if mention.person else "Hollow Oak"


def another_value(slot: Slot) -> str:
    """A value of the same kind; empty where it is a word that could be any."""
    if slot.mention is not None:
        return another(slot.mention)
    if isinstance(slot.value, int | float):
        return f"{slot.value * 1.5 + 1:g}"
    text = str(slot.value)
    if day := re.match(r"(\d{4}-\d\d-\d\d)", text):
        other = date.fromisoformat(day[1]) + timedelta(days=9)
        return f"{other.day} {other:%B} {other.year}"
    return "other@example.org" if "@" in text else "020 7946 0111" if re.fullmatch(r"[+\d ()-]{7,}", text) else ""


def answered(request: Request, said: str) -> set[str]:
    """The kinds of dialogue acts of what is said to a message."""
    user = Agenda([Goal(id="g1", difficulty="easy", description="", requests=(request,), shape="")], AT_ONCE, 1)
    asyncio.run(user.speak([], frozenset()))
    return {str(act.kind) for act in asyncio.run(user.speak([said], frozenset())).dialogue_acts}


def says_yes(request: Request, said: str) -> bool:
    kinds = answered(request, said)
    return "confirm" in kinds and "correct" not in kinds


@pytest.mark.parametrize("world", WORLDS)
def test_another_subject_is_not_what_was_meant(world: str) -> None:
    asked = [
        (request, form.format(label=request.subject.noun, other=another(request.subject)))
        for request in requests(world)
        if request.subject is not None
        for form in OTHER_SUBJECT
    ]
    agreed = [(request.subject, said) for request, said in asked if says_yes(request, said)]
    assert (len(asked) > 150, agreed) == (True, [])


@pytest.mark.parametrize("world", WORLDS)
def test_another_value_or_step_is_seldom_agreed_to(world: str) -> None:
    """A step is heard as another only where the proposal says by how much: nobody knows what it was before."""
    asked = [
        (request, form.format(label=slot.label, other=other))
        for request in requests(world)
        if request.writes
        for slot in request.slots
        if (other := another_value(slot))
        for form in (OTHER_STEP if request.intent == "adjust" else OTHER_VALUE)
    ]
    agreed = [said for request, said in asked if says_yes(request, said)]
    assert len(asked) > 150
    assert len(agreed) <= 0.01 * len(asked), agreed


@pytest.mark.parametrize("world", WORLDS)
def test_a_report_of_another_value_is_objected_to(world: str) -> None:
    reported = [
        (request, form.format(label=slot.label, other=other))
        for request in requests(world)
        if request.writes and request.intent != "adjust"
        for slot in request.slots
        if (other := another_value(slot))
        for form in OTHER_REPORT
    ]
    taken = [said for request, said in reported if not answered(request, said) & {"correct", "repeat", "decline"}]
    assert (len(reported) > 80, taken) == (True, [])
