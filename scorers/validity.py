"""Whether a judge finds a dialogue valid, beside what its checkpoints say."""

from inspect_ai.model import model_roles
from inspect_ai.scorer import Score, Scorer, mean, scorer

from turnwise._inspect import errors_for_people
from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import ModelFault
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import load_prompts
from turnwise.scorers.dialogues import of_transcript
from turnwise.scoring.explanations import not_run
from turnwise.scoring.quality.transcript import Transcript
from turnwise.scoring.rubric_judge import judge


@scorer(metrics={"valid": [mean()], "agrees": [mean()]})
def validity(prompts: str | None = None) -> Scorer:
    """The paper's validation by the model in the role `grader`; unscored when it gives no usable judgement.

    Keys:
        valid: 1 when every critical item of the rubric is met and no claim is unsupported.
        agrees: 1 when that is also what the checkpoints say (every goal completed, or not).

    Args:
        prompts: a folder with prompts of your own, named as those they replace.
    """
    with errors_for_people():
        prompt = load_prompts(prompts)["grader"]

    async def judged(transcript: Transcript, trajectory: Trajectory | None) -> Score:
        if trajectory is None:
            return not_run()
        if "grader" not in model_roles():
            return Score.unscored(explanation="No model judges: give one with --model-role grader=...")
        ledger = Ledger()
        try:
            chat = Chat.open("grader", "grader", prompt.text, ledger)
            verdict = await judge(chat, trajectory.goals, transcript)
        except ModelFault as fault:
            return Score.unscored(explanation=f"Not judged: {fault}", metadata={"ledger": ledger.dump()})
        done = all(trajectory.completed(goal) for goal in trajectory.goals)
        agrees = done == verdict.valid
        lines = [*(verdict.reasons or ("Nothing critical is missing.",)), verdict.judgement.summary]
        if not agrees:
            checked = "completed" if done else "not all completed"
            lines.insert(0, f"DISAGREES with the checkpoints, by which the goals are {checked}.")
        return Score(
            value={"valid": int(verdict.valid), "agrees": int(agrees)},
            explanation="\n".join(line for line in lines if line),
            metadata={
                "judgement": verdict.judgement.model_dump(),
                "quotes_not_found": verdict.dropped,
                "prompt": prompt.version,
                "ledger": ledger.dump(),
            },
        )

    return of_transcript(judged)
