"""Interaction quality as judges see it, beside what code sees."""

from inspect_ai.model import model_roles
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    krippendorff_alpha,
    mean,
    metric,
    scorer,
)
from inspect_ai.solver import TaskState

from turnwise._inspect import errors_for_people
from turnwise.dialogue.trajectory import Trajectory
from turnwise.llm.prompts import load_prompts
from turnwise.logs.transcripts import transcript_of
from turnwise.scoring.explanations import simulation_failed
from turnwise.scoring.quality.judge import ask_judges


@metric
def agreement() -> Metric:
    """Krippendorff's alpha of the judges' scores (interval level); NaN with a single judge."""

    def compute(scores: list[SampleScore]) -> float:
        rated = [
            s.model_copy(update={"score": Score(value=ratings)})
            for s in scores
            if len(ratings := (s.score.metadata or {}).get("ratings", [])) > 1
        ]
        return float(krippendorff_alpha(level="interval")(rated)) if rated else float("nan")  # type: ignore[arg-type]

    return compute


@scorer(metrics=[mean(), agreement()])
def iq_judge(samples: int = 1, prompts: str | None = None) -> Scorer:
    """How the model, or each of the models, in the role `grader` grades a dialogue: the median of all readings.

    Unscored when no judge gave a usable judgement. The metadata has every judge's grades, the problems whose quotes
    are really there as findings, and how many were dropped.

    Args:
        samples: readings per judge.
        prompts: a folder with prompts of your own, named as those they replace.
    """
    with errors_for_people():
        prompt = load_prompts(prompts)["quality_judge"]

    async def score(state: TaskState, target: Target) -> Score:
        trajectory, transcript = Trajectory.of(state), transcript_of(state)
        if trajectory is not None and trajectory.simulation_failed:
            return simulation_failed(trajectory)
        if transcript is None or not any(message.role == "assistant" for message in transcript.messages):
            return Score.unscored(explanation="No dialogue was held, or it is not one that Turnwise can read.")
        judges = model_roles().get("grader")
        if not judges:
            return Score.unscored(explanation="No model judges: give one with --model-role grader=...")
        panel = await ask_judges(judges if isinstance(judges, list) else [judges], prompt, transcript, samples)
        metadata = {**panel.dump(), "prompt": prompt.version}
        if (median := panel.score) is None:
            return Score.unscored(explanation=panel.explanation, metadata=metadata)
        return Score(value=median, explanation=panel.explanation, metadata=metadata)

    return score
