"""All measures of one dialogue at once, as its scorers compute them."""

from turnwise.dialogue.trajectory import Trajectory
from turnwise.scoring.metrics import completion, counts, density


def measures(trajectory: Trajectory) -> dict[str, float]:
    """See `turnwise.score`. A dialogue that a simulated user or tool ended by its own fault says nothing of the agent: it has no measures."""
    if trajectory.simulation_failed:
        return {}
    right = all(trajectory.completed(goal) for goal in trajectory.goals) and not trajectory.state.unwanted
    return {
        **counts(trajectory),
        **density(trajectory),
        "success": float(right),
        "completion": completion(trajectory)["rate"],
        "collateral": float(len(trajectory.state.unwanted)),
    }
