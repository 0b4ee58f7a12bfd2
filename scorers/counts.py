"""Turns, steps, tasks and requests of a dialogue."""

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.read import FOREIGN
from turnwise.scorers.means import mean_where_known
from turnwise.scoring.explanations import not_run, segment_lines
from turnwise.scoring.metrics import counts as measure
from turnwise.scoring.metrics import lengths

_AVERAGED = ["turns", "user_turns", "steps_generation", "requests_per_task", "restated", "censored"]


@scorer(metrics=[mean_where_known(_AVERAGED)])
def counts() -> Scorer:
    """See `turnwise.scoring.metrics.counts` for the keys; of an imported dialogue `lengths` alone are known."""

    async def score(state: TaskState, target: Target) -> Score:
        if FOREIGN in state.metadata:
            return Score(value=dict(lengths(state.messages)))
        trajectory = Trajectory.of(state)
        if trajectory is None:
            return not_run()
        return Score(value=dict(measure(trajectory)), explanation="\n".join(segment_lines(trajectory)))

    return score
