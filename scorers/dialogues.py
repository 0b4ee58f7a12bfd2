"""How a scorer meets a dialogue: it judges those that took place and that nothing but the agent could spoil."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable

from inspect_ai.scorer import Score, Scorer, Target
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.read import transcript_of
from turnwise.scoring.explanations import not_run, simulation_failed
from turnwise.scoring.quality.own import transcript_of_trajectory
from turnwise.scoring.quality.transcript import Transcript

Judged = Score | Awaitable[Score]


def of_dialogue(judge: Callable[[Trajectory], Score]) -> Scorer:
    """A scorer of our own dialogues; where none took place, or the simulation failed, the sample is unscored."""
    return _scorer(lambda trajectory, _: judge(trajectory) if trajectory is not None else not_run())


def of_transcript(judge: Callable[[Transcript, Trajectory | None], Judged]) -> Scorer:
    """A scorer of any dialogue in which the assistant speaks, an imported one too, which has no trajectory."""

    def judged(trajectory: Trajectory | None, state: TaskState) -> Judged:
        transcript = transcript_in(state, trajectory)
        if transcript is None or not any(message.role == "assistant" for message in transcript.messages):
            return Score.unscored(explanation="No dialogue took place, or it is not one that Turnwise can read.")
        return judge(transcript, trajectory)

    return _scorer(judged)


def transcript_in(state: TaskState, trajectory: Trajectory | None) -> Transcript | None:
    """The transcript of a sample whose trajectory was read before, where it has one."""
    return transcript_of(state) if trajectory is None else transcript_of_trajectory(trajectory)


def _scorer(judge: Callable[[Trajectory | None, TaskState], Judged]) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        trajectory = Trajectory.of(state)
        if trajectory is not None and trajectory.simulation_failed:
            return simulation_failed(trajectory)
        score = judge(trajectory, state)
        return await score if isawaitable(score) else score

    return score
