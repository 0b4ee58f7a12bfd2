"""Conditions held against each other: on shared scenarios, which are the unit, with corrections for testing several."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console
from test_report import dialogue, printed, run

from turnwise.report.as_json import as_json, comparison_csv, comparison_json
from turnwise.report.page.contrasting import _better
from turnwise.report.paper import print_paper
from turnwise.scoring.comparison import Condition, Run, conditions_by, conditions_overall
from turnwise.scoring.contrasts import Contrast, Result, condition_estimate, contrasts, pass_curve
from turnwise.scoring.measures import STEPS, SUCCESS, TURNS
from turnwise.scoring.statistics.bootstrap import Estimate


def met(scenarios: range, trials: int = 1, success: Any = lambda n: 1.0, **numbers: Any) -> list[Any]:
    return [
        dialogue(
            scenario=f"s{n}",
            sample=str(n),
            trial=trial,
            success=success(n),
            **numbers | {"turns": numbers.get("turns", 10) + n % 3},
        )
        for n in scenarios
        for trial in range(1, trials + 1)
    ]


def behaving(name: str, dialogues: list[Any], **about: Any) -> Run:
    task = "task_oriented" if name == "task_oriented" else "user_oriented"
    facets = {"task": task, "behaviour": name, "agent": about.get("candidate", "oracle"), "world": "shop"}
    given = {
        "log": f"{name}.eval",
        "task": task,
        "whole_goals": task == "task_oriented",
        "settings": {"behaviour": name},
    }
    return run(*dialogues, **given | {"facets": facets} | about)


def of(contrast: Contrast, name: str) -> Result:
    return next(result for result in contrast.results if result.measure.name == name)


def test_conditions_meet_on_shared_scenarios_alone() -> None:
    whole, steps = behaving("task_oriented", met(range(12))), behaving("user_oriented", met(range(2, 15), turns=30))
    (contrast,) = contrasts(conditions_overall([whole, steps]))
    assert contrast.of_paradigms
    assert contrast.name == "user_oriented against task_oriented (oracle)"
    assert len(contrast.shared) == 10
    assert contrast.unshared == (2, 3)
    turns = of(contrast, "turns")
    assert turns.difference.value == 20
    assert turns.difference.scenarios == 10
    assert turns.hypothesis == "more turns"
    assert turns.shown


def test_strangers_are_not_compared() -> None:
    (contrast,) = contrasts(
        conditions_overall([behaving("task_oriented", met(range(9))), behaving("user_oriented", met(range(20, 29)))])
    )
    assert contrast.shared == ()
    assert contrast.results == ()


def test_trials_are_no_more_scenarios() -> None:
    once, often = (
        contrasts(
            conditions_overall(
                [behaving("task_oriented", met(range(12), n)), behaving("user_oriented", met(range(12), n, turns=12))]
            )
        )[0]
        for n in (1, 5)
    )
    assert of(once, "turns").difference == of(often, "turns").difference
    assert of(once, "turns").p == of(often, "turns").p


def test_a_rate_on_few_dialogues_is_not_compared() -> None:
    runs = [
        behaving("task_oriented", met(range(8))),
        behaving("user_oriented", met(range(8), turns=30, success=lambda n: 0.0)),
    ]
    (contrast,) = contrasts(conditions_overall(runs))
    assert of(contrast, "success").p is None
    assert of(contrast, "turns").p is not None


def test_what_paradigms_differ_in_by_construction_is_not_tested() -> None:
    runs = [
        behaving("task_oriented", met(range(12), sub_scores={"pacing": 0.1})),
        behaving("user_oriented", met(range(12), sub_scores={"pacing": 0.8})),
    ]
    assert of(contrasts(conditions_overall(runs))[0], "pacing").p is None


def test_scenarios_that_flip_are_named() -> None:
    runs = [
        behaving("task_oriented", met(range(12), success=lambda n: float(n != 3))),
        behaving("user_oriented", met(range(12), success=lambda n: float(n not in (5, 6)))),
    ]
    flips = contrasts(conditions_overall(runs))[0].flips
    assert [(flip.won, flip.other[0].dialogue.sample) for flip in flips] == [(False, "5"), (False, "6"), (True, "3")]


def test_each_contrast_changes_one_thing() -> None:
    runs = [
        behaving(behaviour, met(range(12)), candidate=agent)
        for agent in ("oracle", "silent")
        for behaviour in ("terse", "user_oriented", "task_oriented")
    ]
    assert sorted(c.name for c in contrasts(conditions_overall(runs))) == [
        "silent against oracle (task_oriented)",
        "silent against oracle (terse)",
        "silent against oracle (user_oriented)",
        "terse against user_oriented (oracle)",
        "terse against user_oriented (silent)",
        "user_oriented against task_oriented (oracle)",
        "user_oriented against task_oriented (silent)",
    ]


def test_conditions_are_what_a_person_says() -> None:
    runs = [behaving(name, met(range(4)), candidate=agent) for name in ("terse", "vague") for agent in ("a", "b")]
    assert [(c.name, len(c.dialogues)) for c in conditions_by(runs, ["agent"])] == [("a", 8), ("b", 8)]


def test_pass_k_is_of_trials_of_a_scenario() -> None:
    (condition,) = conditions_overall(
        [run(*[dialogue(scenario=f"s{n}", trial=t, success=float(t <= n)) for n in range(5) for t in (1, 2, 3, 4)])]
    )
    curve = pass_curve(condition)
    assert [round(point.value, 3) for point in curve] == [0.5, 0.333, 0.25, 0.2]
    assert pass_curve(conditions_overall([run(dialogue(success=1.0))])[0]) == []


def test_numbers_of_a_condition_are_ratios_of_sums_with_intervals() -> None:
    (condition,) = conditions_overall([run(*met(range(20)))])
    step = condition_estimate(condition, STEPS)
    assert step is not None
    assert step.value == 2
    turns = condition_estimate(condition, TURNS)
    assert turns is not None
    assert turns.low is not None
    assert turns.value == pytest.approx(10.95)
    assert turns.low < turns.value < (turns.high or 0)
    assert condition_estimate(Condition("", "", "", "", (run(dialogue(success=None)),)), SUCCESS) is None


def test_a_person_reads_how_sure_it_is() -> None:
    runs = [
        behaving("task_oriented", met(range(12), trials=2, success=lambda n: float(n != 3))),
        behaving(
            "user_oriented", met(range(12), trials=2, turns=30, requests=5, success=lambda n: float(n not in (5, 6)))
        ),
    ]
    text = printed(*runs, width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert "12 shared scenarios." in text
    assert "the paradigms differ as they should" in text
    assert "+20.00 [+20.00, +20.00]" in text
    assert "2 scenarios lost, in every trial: shop 5, shop 6" in text
    assert "pass^2" in text
    assert "seen 4 times in 5" in text


def test_numbers_for_programs() -> None:
    runs = [behaving("task_oriented", met(range(12))), behaving("user_oriented", met(range(12), turns=30))]
    found = json.loads(as_json(comparison_json(runs, ["remark"])))
    (contrast,) = found["contrasts"]
    assert contrast["shared_scenarios"] == 12
    (turns,) = [r for r in contrast["results"] if r["measure"] == "turns"]
    assert turns["difference"]["value"] == 20
    rows = list(csv.DictReader(io.StringIO(comparison_csv(runs))))
    assert [row["value"] for row in rows if row["row"] == "difference" and row["measure"] == "turns"] == ["20.0"]
    assert [row["scenarios"] for row in rows if row["row"] == "condition" and row["measure"] == "success"] == [
        "12",
        "12",
    ]


def test_the_papers_own_figures_are_labelled(capsys: pytest.CaptureFixture[str]) -> None:
    print_paper(
        Console(width=80), conditions_overall([behaving("user_oriented", met(range(12), cost=0.5), seconds=24.0)])
    )
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert "paper: user-oriented, Nemotron" in text
    assert "$0.5000" in text
    assert "2.00" in text


def test_a_difference_that_many_comparisons_make_uncertain_is_named_with_its_p() -> None:
    whole, steps = behaving("task_oriented", met(range(12))), behaving("user_oriented", met(range(12)))
    (contrast,) = contrasts(conditions_overall([whole, steps]))
    close = Result(SUCCESS, 0.8, 0.67, Estimate(-0.13, -0.24, -0.03, 12), 0.02, adjusted=0.055)
    assert "success, p 0.055, once all measures that are compared are counted" in _better(
        replace(contrast, results=(close,))
    )
    wide = replace(close, difference=Estimate(-0.13, -0.3, 0.04, 12), adjusted=0.3)
    assert "once all" not in _better(replace(contrast, results=(wide,)))
