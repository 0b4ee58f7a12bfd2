"""Whole dialogues in Inspect: the bounds, the record, the scores read back."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from endpoint import Reply, scripted_model
from inspect_ai import Epochs, Task, eval, score
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalLog, read_eval_log
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from inspect_ai.solver import Solver, generate

from turnwise.logs.scores import values_of
from turnwise.scorers.outcomes import collateral, completion, counts, density, success
from turnwise.solvers.converse import converse
from turnwise.tasks.task_oriented import task_oriented
from turnwise.tasks.user_oriented import user_oriented

ROOT = Path(__file__).parents[1]


def run(
    task: Task, folder: Path, agent: str | Solver = "turnwise/oracle", model: Any = "none", **options: Any
) -> EvalLog:
    """One eval, read back from its log."""
    candidate = converse(agent=agent) if isinstance(agent, str) else agent
    (log,) = eval(
        task, model=model, solver=candidate, log_dir=str(folder), display="none", log_realtime=False, **options
    )
    assert log.status == "success", log.error
    return read_eval_log(log.location)


def values(log: EvalLog, scorer: str) -> list[Any]:
    found = [sample.scores[scorer] for sample in log.samples or [] if sample.scores]
    return [values_of(score) or score.value for score in found]


def dialogue(log: EvalLog) -> list[Any]:
    """Every text, call and result of a log, without Inspect's own ids and times."""
    found: list[Any] = []
    for sample in log.samples or []:
        for message in sample.messages:
            calls = message.tool_calls if isinstance(message, ChatMessageAssistant) else None
            error = message.error.message if isinstance(message, ChatMessageTool) and message.error else None
            found.append(
                (sample.id, message.role, message.text, [(c.function, c.arguments) for c in calls or []], error)
            )
    return found


@pytest.fixture(scope="module")
def oracle_log(tmp_path_factory: pytest.TempPathFactory) -> EvalLog:
    return run(user_oriented(scenarios=3, behaviour="corrects_often"), tmp_path_factory.mktemp("oracle"))


@pytest.mark.parametrize("paradigm", [task_oriented, user_oriented])
@pytest.mark.parametrize("world", ["bike_workshop", "housing_association"])
def test_the_oracle_completes_every_goal_and_touches_nothing_else(paradigm: Any, world: str, tmp_path: Path) -> None:
    log = run(paradigm(world=world, scenarios=2), tmp_path)
    assert values(log, "success") == [1] * 2
    assert values(log, "collateral") == [0] * 2
    assert {value["censored"] for value in values(log, "counts")} == {0.0}


@pytest.mark.parametrize("paradigm", [task_oriented, user_oriented])
def test_a_silent_agent_completes_nothing_and_the_user_ends_all_the_same(paradigm: Any, tmp_path: Path) -> None:
    log = run(paradigm(scenarios=2), tmp_path, agent="turnwise/silent")
    assert {value["rate"] for value in values(log, "completion")} == {0.0}
    assert {value["censored"] for value in values(log, "counts")} == {0.0}


def test_both_paradigms_pursue_the_same_goals() -> None:
    one, other = task_oriented(scenarios=3), user_oriented(scenarios=3)
    goals = [
        [sample.metadata["scenario"]["goals"] for sample in task.dataset if sample.metadata] for task in (one, other)
    ]
    assert goals[0] == goals[1]
    assert [sample.id for sample in one.dataset] == [1, 2, 3]


def test_requests_per_task_tell_the_paradigms_apart(oracle_log: EvalLog, tmp_path: Path) -> None:
    whole = run(task_oriented(scenarios=2), tmp_path)
    assert {value["requests_per_task"] for value in values(whole, "counts")} == {1.0}
    parts = [value["requests_per_task"] for value in values(oracle_log, "counts")]
    assert sum(parts) / len(parts) > 1.5


def test_the_counts_are_those_of_the_messages(oracle_log: EvalLog) -> None:
    for sample, value in zip(oracle_log.samples or [], values(oracle_log, "counts"), strict=True):
        assert value["turns"] == len(sample.messages) - 1
        assert value["user_turns"] == sum(isinstance(m, ChatMessageUser) for m in sample.messages)
        assert value["steps_generation_sum"] == sum(isinstance(m, ChatMessageAssistant) for m in sample.messages)
        assert value["tasks"] == value["completed"] == 2


def test_the_same_seed_gives_the_same_dialogues_and_another_seed_others(oracle_log: EvalLog, tmp_path: Path) -> None:
    again = run(user_oriented(scenarios=3, behaviour="corrects_often"), tmp_path / "a")
    assert dialogue(again) == dialogue(oracle_log)
    other = run(user_oriented(scenarios=1, behaviour="corrects_often", seed=1), tmp_path / "b")
    assert dialogue(other) != [said for said in dialogue(oracle_log) if said[0] == 1]


def test_scoring_a_stored_log_again_gives_the_same_scores(oracle_log: EvalLog) -> None:
    scorers = [success(), completion(), counts(), density(), collateral()]
    again = score(oracle_log, scorers, action="overwrite", display="none")
    for name in ("success", "completion", "counts", "density", "collateral"):
        assert values(again, name) == values(oracle_log, name)
        assert [s.scores[name].explanation for s in again.samples or [] if s.scores] == [
            s.scores[name].explanation for s in oracle_log.samples or [] if s.scores
        ]


def test_epochs_give_pass_to_the_power_of_k(tmp_path: Path) -> None:
    log = run(user_oriented(scenarios=1), tmp_path, epochs=Epochs(2, "pass_k_2"))
    assert log.results is not None
    (bit,) = [found for found in log.results.scores if found.name == "success"]
    assert bit.reducer == "pass_k_2"
    assert bit.metrics["mean"].value == 1.0


def test_a_limit_on_user_turns_is_recorded_as_censored(tmp_path: Path) -> None:
    log = run(user_oriented(scenarios=1, max_turns=1), tmp_path)
    assert {value["censored"] for value in values(log, "counts")} == {1.0}
    assert {sample.store["DialogueLog:ended"] for sample in log.samples or []} == {"turn_limit"}


def test_a_limit_of_inspect_cuts_the_dialogue_and_it_is_scored_as_far_as_it_got(tmp_path: Path) -> None:
    log = run(user_oriented(scenarios=1), tmp_path, message_limit=8)
    assert {sample.store["DialogueLog:ended"] for sample in log.samples or []} == {"interrupted"}
    assert {value["censored"] for value in values(log, "counts")} == {1.0}
    assert all(value["turns"] >= 4 for value in values(log, "counts"))


def test_a_solver_that_never_lets_the_user_speak_is_an_error(tmp_path: Path) -> None:
    with scripted_model(["Hello."]) as model:
        task = user_oriented(scenarios=1)
        (log,) = eval(task, solver=generate(), model=model, log_dir=str(tmp_path), display="none", log_realtime=False)
    assert log.status == "error"
    assert log.error is not None
    assert "No dialogue was held" in log.error.message


def solving(scenario: dict[str, Any]) -> list[Reply]:
    """What a model that knows the solution of the first goal would reply."""
    replies: list[Reply] = []
    for request in scenario["goals"][0]["requests"]:
        replies += [(call["tool"], call["arguments"]) for call in request["solution"]]
        told = ", ".join(f"{answer['label']} {answer['value']}" for answer in request["checkpoint"]["answers"])
        replies.append(f"Done: {told}.")
    return replies


def easy_first(count: int) -> Task:
    return user_oriented(scenarios=count, goals=1, difficulty="easy", behaviour="impatient")


def free_solver() -> Solver:
    """The example's solver, loaded from its file as `--solver FILE@NAME` does."""
    spec = importlib.util.spec_from_file_location("reacting", ROOT / "examples" / "reacting.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Solver = module.reacting()
    return made


@pytest.mark.parametrize("candidate", ["turnwise/tool_loop", "react", "free solver"])
def test_any_agent_can_be_the_candidate(candidate: str, tmp_path: Path) -> None:
    task = easy_first(1)
    scenario = next(iter(task.dataset)).metadata["scenario"]  # type: ignore[index]
    received: list[dict[str, Any]] = []
    with scripted_model(solving(scenario), received) as model:
        log = run(task, tmp_path, agent=free_solver() if candidate == "free solver" else candidate, model=model)
    assert values(log, "success") == [1]
    assert {tool["function"]["name"] for tool in received[0]["tools"]} >= {"get_book", "find_members"}
    assert [message["role"] for message in received[0]["messages"]] in (["system", "user"], ["developer", "user"])


def test_a_refused_call_comes_back_as_a_tool_error_and_changes_nothing(tmp_path: Path) -> None:
    wrong = [("get_book", {"book_id": 99999}), ("get_book", {"book_id": "x; DROP TABLE books"}), ("no_such_tool", {})]
    with scripted_model([*wrong, "Sorry."]) as model:
        log = run(easy_first(1), tmp_path, agent="turnwise/tool_loop", model=model)
    (sample,) = log.samples or []
    errors = [m.error.message for m in sample.messages if isinstance(m, ChatMessageTool) and m.error]
    assert len(errors) == 3
    assert "nothing found" in errors[0]
    assert sample.store["DialogueLog:changes"] == []
    (value,) = values(log, "counts")
    assert (value["calls"], value["call_errors"]) == (3, 3)


def test_the_log_holds_no_path_of_this_machine_and_its_record_is_json(oracle_log: EvalLog) -> None:
    for sample in oracle_log.samples or []:
        record = json.dumps({"metadata": sample.metadata, "store": sample.store})
        assert str(Path.home()) not in record
        assert sample.store["DialogueLog:ended"] == "user"
        assert len(sample.store["DialogueLog:progress"]) >= 2


def test_a_behaviour_from_a_file_shapes_the_dialogue(tmp_path: Path) -> None:
    log = run(user_oriented(scenarios=1, behaviour=str(ROOT / "examples" / "night_shift.yaml")), tmp_path)
    assert values(log, "success") == [1]
    (sample,) = log.samples or []
    assert sample.metadata["scenario"]["behaviour"]["name"] == "night_shift"


def test_the_tools_of_a_dialogue_are_logged_with_its_first_request_only(tmp_path: Path) -> None:
    log = run(user_oriented(scenarios=1), tmp_path, agent="turnwise/tool_loop", model="turnwise/lexical")
    requests = [event for sample in log.samples or [] for event in sample.events if isinstance(event, ModelEvent)]
    assert len(requests) > 3
    first, *others = [[tool.name for tool in event.tools] for event in requests]
    assert first == [tool["name"] for tool in (log.eval.metadata or {})["tools"]]
    assert not any(others)


def test_a_list_of_dialogues_shows_twenty_scores_and_what_to_filter_by(tmp_path: Path) -> None:
    log = run(user_oriented(scenarios=1), tmp_path)
    (sample,) = log.samples or []
    assert sample.scores
    columns = {
        f"score__{name}__{key}"
        for name, score in sample.scores.items()
        for key in (score.value if isinstance(score.value, dict) else [name])
    }
    assert len(columns) <= 20
    view: Any = log.eval.viewer
    named = {column.id for column in view.task_samples_view.columns if column.id.startswith("score__")}
    assert columns == named
    assert {"world", "behaviour", "difficulty", "goals"} <= set(sample.metadata)
