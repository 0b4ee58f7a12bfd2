"""Dialogues in which more comes up once what was wanted is done: by rules, and by a model that writes the goals."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cast_goals import parts_in, planned_goal, public, rows_in
from endpoint import Answer, Body, Say, Status, endpoint, model_at, shape_of
from inspect_ai import Task, eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.solver import SolverSpec

from turnwise._inspect import QUIET, run_task
from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.scores import values_of
from turnwise.tasks.task_oriented import task_oriented
from turnwise.tasks.user_oriented import user_oriented


def held(task: Task, folder: Path, roles: Mapping[str, Any] | None = None) -> EvalLog:
    """Dialogues with the oracle."""
    options = {"agent": "turnwise/oracle"}
    solver = SolverSpec("turnwise/converse", options, options)
    (log,) = eval(task, model="none", solver=solver, model_roles=dict(roles or {}), log_dir=str(folder), **QUIET)
    assert log.status == "success", log.error
    return read_eval_log(log.location)


def by_lexical(folder: Path, **arguments: Any) -> EvalLog:
    return read_eval_log(str(run_task("user_oriented", arguments, "lexical", folder)))


def samples(log: EvalLog) -> list[EvalSample]:
    assert not [sample.error for sample in log.samples or [] if sample.error]
    return log.samples or []


def value(sample: EvalSample, score: str, key: str | None = None) -> Any:
    found = (sample.scores or {})[score]
    return values_of(found)[key] if key else found.value


@pytest.mark.parametrize("make", [user_oriented, task_oriented])
def test_followup_goals_are_pursued_judged_and_counted(make: Any, tmp_path: Path) -> None:
    log = held(make(world="bike_workshop", scenarios=2, goals="1-2", followup_goals="1-2"), tmp_path)
    sizes = set()
    for sample in samples(log):
        assert sample.metadata is not None
        scenario = sample.metadata["scenario"]
        trajectory = Trajectory.of(sample)
        assert trajectory is not None
        assert (
            len(trajectory.goals)
            == len(scenario["goals"]) + scenario["followup_goals"]
            == value(sample, "counts", "tasks")
        )
        assert len(trajectory.goal_phases) == 1 + scenario["followup_goals"]
        assert (value(sample, "success"), value(sample, "collateral")) == (1, 0)
        assert value(sample, "completion", "completed") == len(trajectory.goals)
        assert value(sample, "iq", "user_integrity") == 1  # a follow-up goal's facts are the user's own
        sizes.add(len(trajectory.goals))
    assert len(sizes) > 1


def test_a_dialogue_goes_on_the_same_way_whatever_comes_later(tmp_path: Path) -> None:
    """The first goals of a dialogue do not know that more will come; up to the goodbye it is the same dialogue."""
    plain = samples(held(user_oriented(scenarios=1, goals=1), tmp_path / "plain"))
    more = samples(held(user_oriented(scenarios=1, goals=1, followup_goals=1), tmp_path / "more"))
    for one, other in zip(plain, more, strict=True):
        texts = [message.text for message in one.messages]
        until = len(texts) - 1  # the goodbye
        assert texts[:until] == [message.text for message in other.messages][:until]
        assert len(other.messages) > len(texts)


def test_the_same_seed_gives_the_same_followup_goals(tmp_path: Path) -> None:
    one, other = (samples(by_lexical(tmp_path / name, scenarios=1, goals=1, followup_goals=2)) for name in "ab")
    assert [[m.text for m in s.messages] for s in one] == [[m.text for m in s.messages] for s in other]
    assert [s.store["DialogueLog:added"] for s in one] == [s.store["DialogueLog:added"] for s in other]


def test_nothing_comes_up_while_something_is_open(tmp_path: Path) -> None:
    """A user whose requests fail gives them up before it wants more; each goal_phase begins with nothing open."""
    log = by_lexical(tmp_path, scenarios=1, goals=1, followup_goals=2)
    goal_phases = 0
    for sample in samples(log):
        trajectory = Trajectory.of(sample)
        assert trajectory is not None
        acts = [act for segment in trajectory.segments for act in segment.dialogue_acts]
        given_up = {request for kind, request in acts if kind == "give_up"}
        for goal_phase in trajectory.goal_phases[:-1]:
            goal_phases += 1
            assert set(goal_phase.requests) <= trajectory.done | given_up
    assert goal_phases


LEVEL = re.compile(r"of this difficulty: (\w+)\.")


def writer(body: Body, number: int) -> Answer:
    """Writes a goal that asks for nothing first, and one that holds when it is told so."""
    assert shape_of(body) == "GoalDrafts"
    prompt, last = body["messages"][0]["content"], body["messages"][-1]["content"]
    asked = [found[1] for m in body["messages"][1:] if m["role"] == "user" and (found := LEVEL.search(m["content"]))]
    goal = public(planned_goal(rows_in(prompt), asked[-1], 3 * len(asked), parts_in(prompt)))
    if LEVEL.search(last):
        goal = {**goal, "requests": [{**request, "tells": [], "calls": []} for request in goal["requests"]]}
    return Say(json.dumps({"goals": [goal]}))


def test_a_model_writes_what_comes_up_and_mends_what_does_not_hold(tmp_path: Path) -> None:
    received: list[Body] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return writer(body, number)

    with endpoint(answer) as url:
        log = held(
            user_oriented(scenarios=2, goals=1, followup_goals=2), tmp_path, roles={"synthesizer": model_at(url)}
        )
    for sample in samples(log):
        made = sample.store["DialogueLog:followup_goals"]
        assert [(attempt["goal"], attempt["by"]) for attempt in made] == [("g2", "model"), ("g3", "model")]
        assert (value(sample, "success"), value(sample, "collateral")) == (1, 0)
        ledger = sample.store["DialogueLog:ledger"]
        assert ledger["usage"]["synthesizer/followup_goals"]["calls"] == 4
        assert {fault["stage"] for fault in ledger["faults"]} == {"followup_goals"}
        assert {"goal_writer", "goals_further", "goals_again"} <= sample.store["DialogueLog:prompts"].keys()
    first = [body["messages"][0]["content"] for body in received]
    assert len(set(first)) == 1  # a server can cache it
    told = [
        m["content"] for body in received for m in body["messages"] if "What the last calls returned" in m["content"]
    ]
    assert any("find_" in text or "get_" in text for text in told)


def test_a_model_that_writes_nothing_that_holds_ends_what_comes_up_and_not_the_dialogue(tmp_path: Path) -> None:
    with endpoint(lambda body, number: Say("no idea")) as url:
        log = held(
            user_oriented(scenarios=1, goals=1, followup_goals=3), tmp_path, roles={"synthesizer": model_at(url)}
        )
    (sample,) = samples(log)
    (attempt,) = sample.store["DialogueLog:followup_goals"]
    assert attempt["goal"] is None
    assert "gave no usable answer in 3 tries" in attempt["reason"]
    assert (sample.store["DialogueLog:ended"], value(sample, "success")) == ("user", 1)


def test_a_model_that_cannot_be_reached_is_an_error_and_no_score(tmp_path: Path) -> None:
    with endpoint(lambda body, number: Status(401)) as url:
        task = user_oriented(scenarios=1, goals=1, followup_goals=1)
        log = held(task, tmp_path, roles={"synthesizer": model_at(url)})
    (sample,) = log.samples or []
    assert sample.error is not None


@pytest.mark.parametrize(("name", "wanted"), [("followup_goals", "-1"), ("followup_goals", "2-1"), ("goals", "0-2")])
def test_a_number_of_goals_that_makes_no_sense_is_refused(name: str, wanted: str) -> None:
    with pytest.raises(PrerequisiteError, match=f"{name} is {wanted}: it takes a whole number of at least"):
        user_oriented(scenarios=1, **{name: wanted})  # type: ignore[arg-type]
