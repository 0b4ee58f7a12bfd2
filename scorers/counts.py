"""Turns, steps, tasks and requests of a dialogue."""

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState

from turnwise.findings import segment_lines, unheld
from turnwise.measures import counts as measure
from turnwise.trajectory import Trajectory


@scorer(
    metrics={
        "turns": [mean()],
        "user_turns": [mean()],
        "steps_generation": [mean()],
        "requests_per_task": [mean()],
        "censored": [mean()],
    }
)
def counts() -> Scorer:
    """See `turnwise.measures.counts` for the keys."""

    async def score(state: TaskState, target: Target) -> Score:
        trajectory = Trajectory.of(state)
        if trajectory is None:
            return unheld()
        return Score(value=dict(measure(trajectory)), explanation="\n".join(segment_lines(trajectory)))

    return score
