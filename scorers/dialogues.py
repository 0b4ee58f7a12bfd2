"""How a scorer meets a dialogue: it judges those that were held and that nothing but the agent could spoil."""

from collections.abc import Callable

from inspect_ai.scorer import Score, Scorer, Target
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.scoring.explanations import not_run, simulation_failed


def of_dialogue(judged: Callable[[Trajectory], Score]) -> Scorer:
    """A scorer of trajectories; where none was held, or the simulation simulation_failed it, the sample is unscored."""

    async def score(state: TaskState, target: Target) -> Score:
        trajectory = Trajectory.of(state)
        if trajectory is None:
            return not_run()
        return simulation_failed(trajectory) if trajectory.simulation_failed else judged(trajectory)

    return score
