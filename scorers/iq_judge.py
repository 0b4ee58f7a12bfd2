"""Interaction quality as judges see it, beside what code sees."""

from inspect_ai.model import ChatMessageSystem, Model, model_roles
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

from turnwise.chat import Chat, Ledger
from turnwise.dialogue import errors_for_people
from turnwise.errors import ModelFault
from turnwise.prompts import load_prompts
from turnwise.quality.judge import Judged, judge_quality, median_score, system_prompt
from turnwise.quality.reading import transcript_of


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
        transcript = transcript_of(state)
        if transcript is None or not transcript.messages:
            return Score.unscored(explanation="No dialogue was held, or it is not one that Turnwise can read.")
        judges = model_roles().get("grader")
        if not judges:
            return Score.unscored(explanation="No model judges: give one with --model-role grader=...")
        ledger = Ledger()
        readings: dict[str, list[Judged]] = {}
        failed: list[str] = []
        for number, judge in enumerate(judges if isinstance(judges, list) else [judges], 1):
            chat = _open(judge, system_prompt(prompt), ledger)
            try:
                readings[f"{number} {judge}"] = await judge_quality(chat, transcript, samples)
            except ModelFault as fault:
                failed.append(str(fault))
        ratings = [rating for found in readings.values() if (rating := median_score(found)) is not None]
        every = [reading for found in readings.values() for reading in found]
        metadata = {
            "judges": {name: [reading.grades for reading in found] for name, found in readings.items()},
            "ratings": ratings,
            "findings": [finding._asdict() for reading in every for finding in reading.findings],
            "quotes_not_found": sum(reading.dropped for reading in every),
            "prompt": prompt.version,
            "ledger": ledger.dump(),
        }
        median = median_score(every)
        if median is None:
            return Score.unscored(explanation="; ".join(failed) or "Nothing could be graded.", metadata=metadata)
        lines = [f"message {f.message + 1}: {f.sub_score}: {f.evidence}" for r in every for f in r.findings]
        return Score(value=median, explanation="\n".join([*lines, *failed]) or "No problem found.", metadata=metadata)

    return score


def _open(judge: Model, system: str, ledger: Ledger) -> Chat:
    return Chat(judge, "grader", "quality", ledger, [ChatMessageSystem(content=system)])
