"""Which goals were completed, and by which turn."""

from inspect_ai.scorer import Score, Scorer, scorer

from turnwise.scorers.dialogues import of_dialogue
from turnwise.scorers.means import mean_where_known
from turnwise.scoring.explanations import completion_lines, request_findings
from turnwise.scoring.metrics import completion as measure


@scorer(metrics=[mean_where_known(["completed", "rate"])])
def completion() -> Scorer:
    """See `turnwise.scoring.metrics.completion` for the keys; the metadata has one finding per request."""

    return of_dialogue(
        lambda trajectory: Score(
            value=dict(measure(trajectory)),
            explanation="\n".join(completion_lines(trajectory)),
            metadata={"findings": request_findings(trajectory)},
        )
    )
