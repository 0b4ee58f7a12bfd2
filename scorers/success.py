"""Whether a dialogue went right as a whole: one bit, for pass^k over epochs."""

from inspect_ai.scorer import Score, Scorer, mean, scorer, stderr

from turnwise.scorers.dialogues import of_dialogue
from turnwise.scoring.explanations import completion_lines


@scorer(metrics=[mean(), stderr()])
def success() -> Scorer:
    """1 when every goal is completed and nothing else was changed, else 0.

    For pass^k run with `--epochs n --epochs-reducer pass_k_<k>`.
    """

    return of_dialogue(
        lambda trajectory: Score(value=int(trajectory.succeeded), explanation="\n".join(completion_lines(trajectory)))
    )
