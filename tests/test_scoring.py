"""What a run says of its dialogues: means over those in which something is known, whatever reduces the epochs."""

import math
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Epochs, Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog, read_eval_log, recompute_metrics
from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from turnwise.scorers.dialogues import mean_where_known
from turnwise.solvers.converse import converse
from turnwise.tasks.user_oriented import user_oriented

QUALITY = {("a", 1): 0.5, ("a", 2): math.nan, ("b", 1): math.nan, ("b", 2): 1.0, ("c", 1): 0.0, ("c", 2): 0.4}
"""By task and trial: two tasks have a trial to which the score does not apply."""


@scorer(metrics=[mean_where_known(["quality", "length", "never"])])
def partly_known() -> Scorer:
    """Three keys, of which one is known in every trial, one in some and one in none; trial 1 of c is unscored."""

    async def score(state: TaskState, target: Target) -> Score:
        trial = str(state.sample_id), state.epoch
        if trial == ("c", 1):
            return Score.unscored(explanation="simulation_failed")
        return Score(value={"quality": QUALITY[trial], "length": 10 * state.epoch, "never": math.nan})

    return score


def means(log: EvalLog, name: str) -> dict[str, Any]:
    assert log.results is not None
    (found,) = [found for found in log.results.scores if found.name == name]
    return {key: metric.value for key, metric in found.metrics.items()}


@pytest.mark.parametrize("reducer", ["mean", "pass_k_2"])
def test_a_key_that_one_trial_lacks_costs_no_other_trial(reducer: str, tmp_path: Path) -> None:
    task = Task(MemoryDataset([Sample(id=name, input=name) for name in "abc"]), solver=[], scorer=partly_known())
    epochs = Epochs(2, reducer)
    (log,) = inspect_eval(task, model="mockllm/model", epochs=epochs, log_dir=str(tmp_path), display="none")
    assert log.status == "success", log.error
    stored = read_eval_log(log.location)
    recompute_metrics(stored)
    for found in (log, stored):
        known = means(found, "partly_known")
        assert known["quality"] == pytest.approx((0.5 + 1.0 + 0.4) / 3)
        assert known["length"] == pytest.approx((10 + 20 + 10 + 20 + 20) / 5)
        assert math.isnan(known["never"])


def test_pass_to_the_power_of_k_is_for_success_alone(tmp_path: Path) -> None:
    task = user_oriented(scenarios=2)
    options: Any = {"solver": converse(agent="turnwise/silent"), "log_dir": str(tmp_path), "display": "none"}
    (log,) = inspect_eval(task, model="none", epochs=Epochs(2, "pass_k_2"), log_realtime=False, **options)
    values = [s.scores for s in read_eval_log(log.location).samples or [] if s.scores is not None]
    assert len(values) == 4
    for name, key in (("counts", "turns"), ("iq", "iq_core"), ("iq", "grounding"), ("completion", "rate")):
        known = [v for scores in values if not math.isnan(v := scores[name].as_dict()[key])]
        mean = means(log, name)[key]
        assert math.isnan(mean) if not known else mean == pytest.approx(sum(known) / len(known))
    assert means(log, "success")["mean"] == 0
