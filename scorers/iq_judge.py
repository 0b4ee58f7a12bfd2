"""Interaction quality as judges see it, beside what code sees."""

from inspect_ai.model import model_roles
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, krippendorff_alpha, mean, metric, scorer

from turnwise._inspect import errors_for_people
from turnwise.dialogue.trajectory import Trajectory
from turnwise.llm.prompts import load_prompts
from turnwise.scorers.dialogues import of_transcript
from turnwise.scoring.explanations import references
from turnwise.scoring.quality.judge import ask_judges
from turnwise.scoring.quality.transcript import Transcript


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

    async def judged(transcript: Transcript, _: Trajectory | None) -> Score:
        judges = model_roles().get("grader")
        if not judges:
            return Score.unscored(explanation="No model judges: give one with --model-role grader=...")
        panel = await ask_judges(judges if isinstance(judges, list) else [judges], prompt, transcript, samples)
        found = [finding for reading in panel.every for finding in reading.findings]
        metadata = {**panel.dump(), "prompt": prompt.version, **references(transcript, found)}
        if (median := panel.score) is None:
            return Score.unscored(explanation=panel.explanation, metadata=metadata)
        return Score(value=median, explanation=panel.explanation, metadata=metadata)

    return of_transcript(judged)
