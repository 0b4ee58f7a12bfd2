"""Which goals were completed, and by which turn."""

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState

from turnwise.findings import completion_lines, request_findings, spoilt, unheld
from turnwise.measures import completion as measure
from turnwise.trajectory import Trajectory


@scorer(metrics={"completed": [mean()], "rate": [mean()]})
def completion() -> Scorer:
    """See `turnwise.measures.completion` for the keys; the metadata has one finding per request."""

    async def score(state: TaskState, target: Target) -> Score:
        trajectory = Trajectory.of(state)
        if trajectory is None:
            return unheld()
        if trajectory.spoilt:
            return spoilt(trajectory)
        return Score(
            value=dict(measure(trajectory)),
            explanation="\n".join(completion_lines(trajectory)),
            metadata={"findings": request_findings(trajectory)},
        )

    return score
