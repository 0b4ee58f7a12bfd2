"""All measures of one dialogue at once, as its scorers compute them."""

from turnwise.dialogue.trajectory import Trajectory
from turnwise.scoring.metrics import completion, counts, density
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.own import transcript_of_trajectory


def measures(trajectory: Trajectory) -> dict[str, float]:
    """See `turnwise.score`. A dialogue that a simulated user or tool ended by its own fault says nothing of the agent: it has no measures."""
    if trajectory.simulation_failed:
        return {}
    known = quality(transcript_of_trajectory(trajectory)).values
    return {
        **counts(trajectory),
        **density(trajectory),
        "success": float(trajectory.succeeded),
        "completion": completion(trajectory)["rate"],
        "collateral": float(len(trajectory.state.unwanted)),
        **{name: value for name, value in known.items() if value is not None},
    }
