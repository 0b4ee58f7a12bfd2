"""Completed goals per trajectory and per length."""

from inspect_ai.scorer import Score, Scorer, scorer

from turnwise.scorers.dialogues import of_dialogue
from turnwise.scorers.means import mean_where_known
from turnwise.scoring.explanations import completion_lines
from turnwise.scoring.metrics import density as measure


@scorer(metrics=[mean_where_known(["per_10_user_turns", "area"])])
def density() -> Scorer:
    """See `turnwise.scoring.metrics.density` for the keys."""

    return of_dialogue(
        lambda trajectory: Score(value=dict(measure(trajectory)), explanation="\n".join(completion_lines(trajectory)))
    )
