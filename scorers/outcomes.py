"""What came of a dialogue: goals completed, and by which turn; what else was changed; how long it took.

The first values stand in the score, all others in its metadata (`also`): lists of dialogues show each value of a score.
"""

from typing import Any

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.read import FOREIGN
from turnwise.logs.scores import shown
from turnwise.scorers.dialogues import mean_where_known, of_dialogue, trajectory_in
from turnwise.scoring import metrics
from turnwise.scoring.explanations import change_line, completion_lines, not_run, request_findings, segment_lines

_AVERAGED = ["turns", "user_turns", "steps_generation", "requests_per_task", "restated", "censored"]


@scorer(metrics=[mean(), stderr()])
def success() -> Scorer:
    """1 when every goal is completed and nothing else was changed, else 0: one bit, for pass^k over epochs.

    For pass^k run with `--epochs n --epochs-reducer pass_k_<k>`.
    """
    return of_dialogue(lambda t: Score(value=int(t.succeeded), explanation="\n".join(completion_lines(t))))


@scorer(metrics=[mean_where_known(["completed", "rate"])])
def completion() -> Scorer:
    """See `turnwise.scoring.metrics.completion` for the keys; the metadata has one finding per request."""
    return of_dialogue(lambda t: _measured(t, metrics.completion(t), "completed", "rate", findings=request_findings(t)))


@scorer(metrics=[mean_where_known(["per_10_user_turns", "area"])])
def density() -> Scorer:
    """Completed goals per length; see `turnwise.scoring.metrics.density` for the keys."""
    return of_dialogue(lambda t: _measured(t, metrics.density(t), "per_10_user_turns"))


@scorer(metrics=[mean()])
def collateral() -> Scorer:
    """The number of unwanted changes left at the end: rows inserted or deleted, columns updated."""

    def judged(trajectory: Trajectory) -> Score:
        unwanted = trajectory.state.unwanted
        lines = [change_line(change) for change in unwanted]
        return Score(value=len(unwanted), explanation="\n".join(lines) or "Nothing changed that no goal wanted.")

    return of_dialogue(judged)


@scorer(metrics=[mean_where_known(_AVERAGED)])
def counts() -> Scorer:
    """See `turnwise.scoring.metrics.counts` for the keys; of an imported dialogue `lengths` alone are known."""

    async def score(state: TaskState, target: Target) -> Score:
        if FOREIGN in state.metadata:
            return Score(**_counted(metrics.lengths(state.messages)))
        trajectory = trajectory_in(state)
        if trajectory is None:
            return not_run()
        return Score(**_counted(metrics.counts(trajectory)), explanation="\n".join(segment_lines(trajectory)))

    return score


def _counted(values: metrics.Measures) -> dict[str, Any]:
    return shown(values, "turns", "user_turns", "restated")


def _measured(trajectory: Trajectory, values: metrics.Measures, *first: str, **about: Any) -> Score:
    score = shown(values, *first)
    explanation = "\n".join(completion_lines(trajectory))
    return Score(value=score["value"], explanation=explanation, metadata=score["metadata"] | about)
