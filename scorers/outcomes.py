"""What came of a dialogue: goals completed, and by which turn; what else was changed; how long it took."""

from collections.abc import Callable
from typing import Any

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.read import FOREIGN
from turnwise.scorers.dialogues import mean_where_known, of_dialogue
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
    return of_dialogue(lambda t: _measured(t, metrics.completion, findings=request_findings(t)))


@scorer(metrics=[mean_where_known(["per_10_user_turns", "area"])])
def density() -> Scorer:
    """Completed goals per length; see `turnwise.scoring.metrics.density` for the keys."""
    return of_dialogue(lambda t: _measured(t, metrics.density))


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
            return Score(value=dict(metrics.lengths(state.messages)))
        trajectory = Trajectory.of(state)
        if trajectory is None:
            return not_run()
        return Score(value=dict(metrics.counts(trajectory)), explanation="\n".join(segment_lines(trajectory)))

    return score


def _measured(trajectory: Trajectory, measure: Callable[[Trajectory], metrics.Measures], **about: Any) -> Score:
    explanation = "\n".join(completion_lines(trajectory))
    return Score(value=dict(measure(trajectory)), explanation=explanation, metadata=about or None)
