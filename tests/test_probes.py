"""What the agenda user answers to single messages of an assistant, held against what a person would say."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from turnwise.goals.model import Answer, Call, Checkpoint, Goal, Mention, Request, Slot, WantedChange
from turnwise.users import Agenda, UserTurn, presets
from turnwise.users.disclosing import doubtful_slots
from turnwise.users.offers import offers_all
from turnwise.values.states import mentions

TABLE = yaml.safe_load((Path(__file__).parent / "data" / "probes.yaml").read_text("utf-8"))
_PEOPLE = ("customer", "mechanic", "member", "tenant")
_READS = ("detail", "children")
BEHAVIOUR = presets()["task_oriented"].model_copy(update={"patience": 2, "feedback": 0.0})
ONE_BY_ONE = BEHAVIOUR.model_copy(update={"requests_per_turn": 1, "acknowledges": 0.0, "double_checks": 0.0})


def mention(about: dict[str, str]) -> Mention:
    ((noun, name),) = about.items()
    return Mention(noun=noun, name=name, numbered=name.isdigit(), person=noun in _PEOPLE)


def request(name: str) -> Request:
    given: dict[str, Any] = TABLE["requests"][name]
    slots = []
    for label, found in given.get("slots", {}).items():
        row = mention(found) if isinstance(found, dict) else None
        slots.append(Slot(label=label, value=row.name if row else found, mention=row))
    answers = tuple(
        Answer(label=label, value=found, kind="number" if isinstance(found, int) else "text")
        for label, found in given.get("answers", {}).items()
    )
    changed = () if given["intent"] in _READS else (WantedChange(table="t", kind="update", key={"id": 1}),)
    return Request(
        id=name,
        intent=given["intent"],
        subject=mention(given["of"]) if "of" in given else None,
        asks=tuple(given.get("asks", ())),
        slots=tuple(slots),
        phrases=given.get("phrases", {}),
        solution=(Call(tool="t", arguments={}),),
        checkpoint=Checkpoint(state=changed, answers=answers),
    )


def answered(probe: dict[str, Any], said: str, seed: int) -> UserTurn:
    """What the user says to a message, once it has raised the requests of a probe."""
    settled = probe.get("settled", [])
    wanted = tuple(map(request, [*settled, *probe.get("open", ()), *probe.get("next", ())]))
    goal = Goal(id="g1", difficulty="easy", description="", requests=wanted, shape="")
    user = Agenda([goal], ONE_BY_ONE if "next" in probe else BEHAVIOUR, seed)
    asyncio.run(user.speak([], frozenset()))
    for item in user._at.open:
        item.withheld = [slot for slot in item.request.slots if slot.label in probe.get("withheld", ())]
    return asyncio.run(user.speak([said] if said else [], frozenset(settled)))


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        pytest.param(probe, said, id=f"{probe['id']}-{number}")
        for probe in TABLE["probes"]
        for number, said in enumerate([probe["said"], *probe.get("alike", ())])
    ],
)
def test_the_user_answers_as_a_person_would(probe: dict[str, Any], said: str) -> None:
    for seed in range(2):
        turn = answered(probe, said, seed)
        acts = {act.kind for act in turn.dialogue_acts} | {f"{act.kind} {act.request}" for act in turn.dialogue_acts}
        where = f"{said!r} -> {turn.message!r} {sorted(acts)}"
        for wanted in probe["acts"]:
            assert acts & set(wanted.split("|")), where
        assert not acts & set(probe.get("never", ())), where
        for text in probe.get("says", ()):
            assert text.lower() in turn.message.lower() or mentions(turn.message, text), where
        for text in probe.get("not", ()):
            assert not re.search(rf"(?<!\w){re.escape(text)}(?!\w)", turn.message, re.I), where


def test_several_questions_of_one_message_do_not_wear_the_user_out() -> None:
    """Whoever answered four questions still says yes to what comes of them."""
    said = (
        "Sure. What's the title, which hall, when does it start, how long is it, and what does a ticket cost?",
        "I still need the duration and the ticket price.",
        "Seven Bridges in the Great Hall on 19 April 2026 at 20:30, 120 minutes, tickets at 16. Shall I enter it?",
    )
    goal = Goal(id="g1", difficulty="easy", description="", requests=(request("event"),), shape="")
    for seed in range(4):
        user = Agenda([goal], BEHAVIOUR.model_copy(update={"details": "on_request"}), seed)
        asyncio.run(user.speak([], frozenset()))
        turns = [asyncio.run(user.speak([message], frozenset())) for message in said]
        assert "confirm" in {act.kind for act in turns[-1].dialogue_acts}, [turn.message for turn in turns]


def test_what_was_reported_is_not_asked_for_again_because_something_else_was_asked() -> None:
    """Whoever heard that the work order is made, and did not mind who takes it, has nothing left to ask for."""
    said = (
        "I've opened work order 4135 for the Black Quillon Pilgrim: chain came off. Who should take it?",
        "Fine, then it stays unassigned. You can always tell me later.",
    )
    for seed in range(4):
        goal = Goal(id="g1", difficulty="easy", description="", requests=(request("order"),), shape="")
        user = Agenda([goal], BEHAVIOUR, seed)
        asyncio.run(user.speak([], frozenset()))
        turns = [asyncio.run(user.speak([message], frozenset())) for message in said]
        assert {act.kind for act in turns[0].dialogue_acts} == {"dont_mind"}, turns[0].message
        assert turns[1].is_task_complete, turns[1].message


def test_there_are_enough_probes() -> None:
    assert len(TABLE["probes"]) >= 40


@pytest.mark.parametrize(
    ("said", "all_of_it"),
    [
        ("It's due on 2 March. A renewal would take it to 16 March.", True),
        ("It's due on 2 March 2026, so it would be the 16th of March.", True),
        ("It's due on 2 March. A renewal would take it to 23 March.", False),
        ("It was due on 29 February. A renewal would take it to 14 March 2026.", False),
    ],
)
def test_a_renewal_to_the_day_that_is_wanted_says_it_all(said: str, all_of_it: bool) -> None:
    """A day that its year does not have is passed over."""
    step = Slot(label="due date", value=14)
    renewal = request("fee").model_copy(update={"slots": (step,), "phrases": {"how": "moved days later"}})
    assert offers_all(said, renewal) is all_of_it


@pytest.mark.parametrize(("stored", "errs"), [("2026-03-20", True), ("2026-02-30", False), ("0000-00-00", False)])
def test_only_a_day_that_there_is_can_be_misread(stored: str, errs: bool) -> None:
    due = request("due").model_copy(update={"slots": (Slot(label="due date", value=stored),)})
    assert bool(doubtful_slots(due)) is errs
