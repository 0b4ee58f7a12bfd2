"""How a scorer meets a dialogue, which took place and which nothing but the agent could spoil; how runs average it."""

import math
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from weakref import WeakKeyDictionary

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, Value, metric
from inspect_ai.solver import TaskState

from turnwise._inspect import errors_for_people, prerequisite_error
from turnwise.dialogue.shapes import check_inspect_sample
from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.scores import values_of
from turnwise.logs.transcripts import transcript_of
from turnwise.scoring.explanations import not_run, simulation_failed
from turnwise.scoring.quality.own import transcript_of_trajectory
from turnwise.scoring.quality.transcript import Transcript

NO_DIALOGUE = (
    "No dialogue was held: the solver did not let the user speak. An agent that plays one turn is named with "
    "--solver turnwise/converse -S agent=file.py@name; a solver of the whole dialogue uses continue_with_user."
)

Judged = Score | Awaitable[Score]


def of_dialogue(judge: Callable[[Trajectory], Score]) -> Scorer:
    """A scorer of our own dialogues; where none took place, or the simulation failed, the sample is unscored."""
    return _scorer(lambda trajectory, _: judge(trajectory) if trajectory is not None else not_run())


def of_transcript(judge: Callable[[Transcript, Trajectory | None], Judged]) -> Scorer:
    """A scorer of any dialogue in which the assistant speaks, an imported one too, which has no trajectory."""

    def judged(trajectory: Trajectory | None, state: TaskState) -> Judged:
        transcript = transcript_in(state)
        if transcript is None or not any(message.role == "assistant" for message in transcript.messages):
            return Score.unscored(explanation="No dialogue took place, or it is not one that Turnwise can read.")
        return judge(transcript, trajectory)

    return _scorer(judged)


_trajectories: WeakKeyDictionary[TaskState, Trajectory | None] = WeakKeyDictionary()
_transcripts: WeakKeyDictionary[TaskState, Transcript | None] = WeakKeyDictionary()
"""What the scorers of a sample share: what follows from a dialogue is worked out once."""


def trajectory_in(state: TaskState) -> Trajectory | None:
    """The trajectory of a finished sample, where it has one."""
    if state not in _trajectories:
        with errors_for_people():
            check_inspect_sample(state)
            _trajectories[state] = Trajectory.of(state)
    return _trajectories[state]


def transcript_in(state: TaskState) -> Transcript | None:
    """The transcript of a finished sample, where it has one."""
    if state not in _transcripts:
        trajectory = trajectory_in(state)
        _transcripts[state] = transcript_of(state) if trajectory is None else transcript_of_trajectory(trajectory)
    return _transcripts[state]


def _scorer(judge: Callable[[Trajectory | None, TaskState], Judged]) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        trajectory = trajectory_in(state)
        if trajectory is None and state.store.get("DialogueLog:ended") == "":
            raise prerequisite_error(NO_DIALOGUE)
        if trajectory is not None and trajectory.simulation_failed:
            return simulation_failed(trajectory)
        score = judge(trajectory, state)
        return await score if isawaitable(score) else score

    return score


@metric(scores="unreduced")
def mean_where_known(keys: list[str]) -> Metric:
    """The mean of each key over the dialogues in which it is known; NaN when there is none.

    Every trial counts by itself, whatever reduces the epochs: pass^k is for `success`, and a length or a quality
    that is not known in one trial is still known in the others. One metric for all keys, because Inspect copies
    every sample once per key when each has its own.
    """

    def compute(scores: list[SampleScore]) -> Value:
        found = [values_of(s.score) for s in scores]
        return {key: _mean([value.get(key) for value in found]) for key in keys}

    return compute


def _mean(values: list[str | int | float | bool | None]) -> float:
    known = [float(value) for value in values if value is not None and not math.isnan(float(value))]
    return sum(known) / len(known) if known else math.nan
