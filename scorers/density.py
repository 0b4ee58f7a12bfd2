"""Completed goals per trajectory and per length."""

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState

from turnwise.findings import completion_lines, spoilt, unheld
from turnwise.measures import density as measure
from turnwise.trajectory import Trajectory


@scorer(metrics={"per_10_user_turns": [mean()], "area": [mean()]})
def density() -> Scorer:
    """See `turnwise.measures.density` for the keys."""

    async def score(state: TaskState, target: Target) -> Score:
        trajectory = Trajectory.of(state)
        if trajectory is None:
            return unheld()
        if trajectory.spoilt:
            return spoilt(trajectory)
        return Score(value=dict(measure(trajectory)), explanation="\n".join(completion_lines(trajectory)))

    return score
