"""Reports: the numbers of a condition by hand, what makes one condition, and a plot that is one."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.log import EvalSampleSummary
from inspect_ai.scorer import Score
from rich.console import Console

from turnwise.errors import TurnwiseError
from turnwise.logs.runs import _GOALS, _LENGTHS, dialogue_in
from turnwise.report.plot import save_plot
from turnwise.report.table import print_comparison
from turnwise.scoring.comparison import (
    FAILED,
    Dialogue,
    Run,
    Spread,
    conditions_by_world,
    conditions_overall,
    summarize,
    unpaired,
)


def dialogue(**numbers: Any) -> Dialogue:
    given = {
        "turns": 10,
        "user_turns": 4,
        "segments": 3,
        "steps_generation_sum": 6,
        "steps_generation_max": 3,
        "tasks": 2,
        "requests": 3,
        "completed": 1,
        "censored": False,
        "success": 0.0,
        "collateral": 0.0,
    }
    return Dialogue(**(given | numbers))


def run(*dialogues: Dialogue, **about: Any) -> Run:
    given: dict[str, Any] = {
        "log": "a.eval",
        "task": "user_oriented",
        "candidate": "oracle",
        "world": "shop",
        "scenarios": ("hash", "3"),
        "settings": {},
    }
    return Run(**(given | about), dialogues=dialogues or (dialogue(),))


def printed(*runs: Run, width: int = 200) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    print_comparison(console, runs)
    console.file.close()
    return console.export_text()


def test_means_are_of_dialogues_and_ratios_are_of_sums() -> None:
    short = dialogue(
        turns=4,
        segments=1,
        steps_generation_sum=5,
        steps_generation_max=5,
        tasks=1,
        requests=1,
        completed=1,
        success=1.0,
    )
    long = dialogue(
        turns=20,
        segments=9,
        steps_generation_sum=9,
        steps_generation_max=1,
        tasks=3,
        requests=9,
        completed=0,
        censored=True,
        collateral=4.0,
    )
    summary = summarize([short, long])
    assert summary.dialogues == 2
    assert summary.step == Spread(14 / 10, 5)  # not the mean of 5 and 1
    assert summary.turn == Spread(12, 20)
    assert summary.task == Spread(2, 3)
    assert summary.requests_per_task == 10 / 4
    assert summary.completed == 0.5
    assert summary.completion_rate == 1 / 4
    assert summary.success == 0.5
    assert summary.collateral == 2
    assert summary.censored == 0.5


def test_what_was_not_measured_is_no_number() -> None:
    summary = summarize([dialogue(segments=0, steps_generation_sum=0, tasks=0, success=None, collateral=None)])
    assert summary.step is None
    assert summary.requests_per_task is None
    assert summary.completion_rate is None
    assert summary.success is None
    assert summary.collateral is None


def test_a_missing_score_does_not_count_as_zero() -> None:
    assert summarize([dialogue(success=1.0), dialogue(success=None)]).success == 1


def test_a_sample_without_counts_is_no_dialogue_of_zeros() -> None:
    for scores in (None, {}, {"counts": Score.unscored()}, {"counts": Score(value={"turns": 3})}):
        assert dialogue_in(EvalSampleSummary(id=1, epoch=1, input="", target="", scores=scores)) is None


def test_a_summary_need_not_hold_what_inspect_left_out_of_it() -> None:
    """Inspect puts a sentence where metadata are long: the findings of a dialogue with many requests."""
    left_out = {"findings": "Key removed from summary (> 1k)"}
    numbers = dict.fromkeys((*_LENGTHS, *_GOALS), 1.0)
    scores = {"counts": Score(value=numbers), "completion": Score(value=1.0, metadata=left_out)}
    found = dialogue_in(EvalSampleSummary(id=1, epoch=1, input="", target="", scores=scores))
    assert found is not None
    assert found.turns == 1


def test_runs_of_one_condition_are_taken_together() -> None:
    (condition,) = conditions_by_world([run(dialogue()), run(dialogue(), dialogue())])
    assert len(condition.dialogues) == 3


def test_only_settings_that_differ_tell_arms_apart() -> None:
    conditions = conditions_by_world(
        [run(settings={"goals": "2", "max_turns": "60"}), run(settings={"goals": "4", "max_turns": "60"})]
    )
    assert [condition.settings for condition in conditions] == ["goals=2", "goals=4"]


def test_what_differs_between_tasks_is_no_setting_of_either() -> None:
    conditions = conditions_by_world(
        [run(settings={"behaviour": "b"}), run(task="task_oriented", settings={"behaviour": "a"})]
    )
    assert [condition.settings for condition in conditions] == ["", ""]


def test_worlds_are_arms_of_their_own_and_are_pooled_below() -> None:
    runs = [run(world="shop"), run(dialogue(turns=30), world="bank")]
    assert [condition.world for condition in conditions_by_world(runs)] == ["shop", "bank"]
    (pooled,) = conditions_overall(runs)
    assert summarize(pooled.dialogues).turn == Spread(20, 30)


def test_arms_that_met_other_scenarios_are_no_pair() -> None:
    same = [run(), run(task="task_oriented")]
    assert unpaired(conditions_by_world(same)) == []
    assert unpaired(conditions_by_world([*same, run(candidate="silent", scenarios=("hash", "10"))])) == ["shop"]
    assert unpaired(conditions_by_world([*same, run(world="bank")])) == ["bank"]
    foreign = dialogue(tasks=0)
    assert unpaired(conditions_by_world([*same, run(foreign, world="talks.jsonl", task="imported")])) == []


def test_the_table_says_what_is_not_in_its_numbers() -> None:
    text = printed(run(left_out=Counter({FAILED: 2, "got no score": 1, "never took place": 7})))
    assert (
        "2 dialogues that failed with an error, which turnwise show LOG names (user_oriented, oracle, shop: 2)" in text
    )
    assert "1 dialogue that got no score" in text
    assert "7 dialogues that never took place" in text


def test_what_is_the_same_in_all_rows_is_said_once() -> None:
    text = printed(run(), run(task="task_oriented"))
    assert text.startswith("Agent: oracle  World: shop")
    assert text.split("Step: assistant")[0].count("oracle") == 1


def test_a_narrow_terminal_gets_two_tables_and_loses_no_column() -> None:
    runs = [run(), run(task="task_oriented", candidate="silent")]
    wide, narrow = printed(*runs), printed(*runs, width=80)
    wide, narrow = (text.split("Step: assistant")[0] for text in (wide, narrow))
    assert wide.count("user_oriented") == 1
    assert narrow.count("user_oriented") == 2
    for header in ("Dialogues", "Step", "Turn", "Task", "Requests", "Goals", "Flaws", "Completion", "Success", "Cut"):
        assert header in narrow
    assert max(map(len, narrow.splitlines())) <= 80


def test_a_plot_is_a_picture_of_some_size(tmp_path: Path) -> None:
    runs = [run(*(dialogue(user_turns=n, completed=n % 3) for n in range(1, 20)), task=t) for t in ("a", "b")]
    file = save_plot(runs, tmp_path / "new" / "conditions.png")
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.rstrip().endswith(b"IEND\xaeB`\x82")
    assert 20_000 < len(data) < 500_000
    assert save_plot(runs, tmp_path / "again.png").read_bytes() == data
    assert [path.name for path in file.parent.iterdir()] == ["conditions.png"]
    once, again = (save_plot(runs, tmp_path / name).read_text() for name in ("one.svg", "two.svg"))
    assert once == again
    assert "<svg" in once


def test_a_plot_that_cannot_be_drawn_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TurnwiseError, match="does not end in"):
        save_plot([run()], tmp_path / "conditions.pdf")
    with pytest.raises(TurnwiseError, match="too many"):
        save_plot([run(candidate=str(n)) for n in range(9)], tmp_path / "conditions.png")
    assert list(tmp_path.iterdir()) == []


def test_a_dialogue_without_an_answer_can_be_drawn(tmp_path: Path) -> None:
    assert save_plot([run(dialogue(segments=0, steps_generation_sum=0))], tmp_path / "conditions.png").is_file()


def test_what_a_trait_costs_is_printed_beside_the_plain_user_on_the_same_scenarios() -> None:
    def met(success: list[float], world: str = "shop") -> list[Dialogue]:
        return [dialogue(scenario=f"{world}{n}", success=won, completed=2 * won) for n, won in enumerate(success)]

    plain = run(*met([1.0] * 10), settings={"behaviour": "user_oriented"}, facets={"behaviour": "user_oriented"})
    vague = run(*met([1.0] * 5 + [0.0] * 5), settings={"behaviour": "vague"}, facets={"behaviour": "vague"})
    elsewhere = run(
        *met([0.0], "library"),
        settings={"behaviour": "impatient"},
        facets={"behaviour": "impatient"},
        world="library",
    )
    shown = printed(plain, vague, elsewhere)
    _, found, table = shown.partition("What a user's trait costs, beside user_oriented on the same scenarios")
    assert found
    (row,) = [line.split() for line in table.splitlines() if line.split()[:1] == ["oracle"]]
    assert row[:5] == ["oracle", "vague", "10", "50%", "+50"]
    assert "trait" not in printed(plain), "one behaviour alone is beside nothing"
