"""Row changes that no goal wanted."""

from inspect_ai.scorer import Score, Scorer, mean, scorer

from turnwise.dialogue.trajectory import Trajectory
from turnwise.scorers.dialogues import of_dialogue
from turnwise.scoring.explanations import change_line


@scorer(metrics=[mean()])
def collateral() -> Scorer:
    """The number of unwanted changes left at the end: rows inserted or deleted, columns updated."""

    def judged(trajectory: Trajectory) -> Score:
        unwanted = trajectory.state.unwanted
        lines = [change_line(change) for change in unwanted]
        return Score(value=len(unwanted), explanation="\n".join(lines) or "Nothing changed that no goal wanted.")

    return of_dialogue(judged)
