"""How the simulated user of a dialogue behaved: what the health of a run's users is worked out from."""

import math

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState

from turnwise.findings import unheld
from turnwise.quality.health import waits_for_leave
from turnwise.quality.pacing import disclosed_later, disclosed_later_per_goal
from turnwise.quality.reading import transcript_of
from turnwise.quality.transcript import Transcript
from turnwise.quality.user_integrity import user_integrity
from turnwise.trajectory import Trajectory
from turnwise.users.facts import facts


@scorer(metrics={"words_per_message": [mean()], "pending": [mean()]})
def user_health() -> Scorer:
    """One dialogue's part in `turnwise.quality.health`; NaN where it says nothing. The answer is the opening message.

    Keys:
        ended, pending, invented, corrected: 1 or 0. raised, assigned: goals. pacing: share of the disclosed facts that
        came after the first message. messages: of the user; words_per_message: their mean; short: those of at most 3
        words.
    """

    async def score(state: TaskState, target: Target) -> Score:
        transcript = transcript_of(state)
        if transcript is None or not any(message.role == "user" for message in transcript.messages):
            return unheld()
        trajectory = Trajectory.of(state)
        said = [message.text for message in transcript.messages if message.role == "user"]
        words = [len(text.split()) for text in said]
        integrity = user_integrity(transcript).value
        acts = [kind for segment in trajectory.segments for kind, _ in segment.acts] if trajectory else []
        ruled = trajectory is not None and trajectory.user != "llm"  # a model does not say what it does by its words
        values = {
            "ended": float(transcript.ended in ("user", "agent_fault", "")),
            "pending": float(transcript.ended == "user" and waits_for_leave(transcript)),
            "invented": math.nan if integrity is None else float(integrity < 1),
            "corrected": float("correct" in acts) if ruled else math.nan,
            "raised": sum(trajectory.raised(goal) for goal in trajectory.goals) if trajectory else math.nan,
            "assigned": len(trajectory.goals) if trajectory else math.nan,
            "pacing": math.nan if (later := _disclosed_later(transcript, trajectory)) is None else later,
            "messages": len(said),
            "words_per_message": sum(words) / len(words),
            "short": sum(count <= 3 for count in words),
        }
        return Score(value=values, answer=said[0])

    return score


def _disclosed_later(transcript: Transcript, trajectory: Trajectory | None) -> float | None:
    """Over the dialogue; goal by goal where the user states one whole goal after the other."""
    if trajectory is None or trajectory.scenario.behaviour.requests_per_turn != "all":
        return disclosed_later(transcript)
    goals = [[fact for request in goal.requests for fact in facts(request)] for goal in trajectory.goals]
    return disclosed_later_per_goal(transcript, goals)
