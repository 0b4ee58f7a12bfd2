"""Interaction quality: nine deterministic sub-scores, with the turns that lost points and why."""

import math

from inspect_ai.scorer import Score, Scorer, scorer

from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.scores import shown
from turnwise.scorers.dialogues import mean_where_known, of_transcript
from turnwise.scoring.explanations import finding_lines, references
from turnwise.scoring.quality.iq import SUB_SCORES
from turnwise.scoring.quality.iq import quality as measure
from turnwise.scoring.quality.transcript import Transcript


@scorer(metrics=[mean_where_known(["iq_core", "iq", "defects_per_100", *SUB_SCORES])])
def iq() -> Scorer:
    """See `turnwise.scoring.quality` for the keys; NaN where a sub-score does not apply. The metadata has every finding."""

    def judged(transcript: Transcript, _: Trajectory | None) -> Score:
        found = measure(transcript)
        values = {key: math.nan if value is None else value for key, value in found.values.items()}
        score = shown(values, "iq_core", "defects_per_100", *SUB_SCORES)
        return Score(
            value=score["value"],
            explanation="\n".join(finding_lines(transcript, found.findings)) or "Nothing was found wanting.",
            metadata={
                **score["metadata"],
                "findings": [finding._asdict() for finding in found.findings],
                **references(transcript, found.findings),
            },
        )

    return of_transcript(judged)
