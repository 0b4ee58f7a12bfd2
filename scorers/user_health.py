"""How the simulated user of a dialogue behaved: what the health of a run's users is worked out from."""

import math
from collections.abc import Iterator

from inspect_ai.model import ChatMessageUser
from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from turnwise.dialogue.endings import ENDINGS
from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.scores import ALSO
from turnwise.scorers.dialogues import mean_where_known, trajectory_in, transcript_in
from turnwise.scoring.explanations import finding_lines, not_run, references
from turnwise.scoring.quality.health import pending_question
from turnwise.scoring.quality.pacing import disclosed_later, disclosed_later_per_goal
from turnwise.scoring.quality.transcript import Finding, Transcript
from turnwise.scoring.quality.user_integrity import SAID_AGAIN, user_integrity
from turnwise.users.facts import facts
from turnwise.users.fingerprint import SHORT, is_polite

_NOT_ENDED = ("turn_limit", "user_fault")
"""Endings that say something against the user."""


@scorer(metrics=[mean_where_known(["words_per_message", "ended", "pending", "invented"])])
def user_health() -> Scorer:
    """1 where nothing was wrong with the user of a dialogue, else 0. The answer is the opening message.

    Its metadata has the dialogue's part in `turnwise.scoring.quality.health`; NaN where it says nothing.

    Keys:
        ended, pending, invented: 1 or 0. raised, assigned: goals. pacing: share of the disclosed facts that
        came after the first message. messages: of the user; words_per_message: their mean; short: those of at most 3
        words; polite: those that thank, ask kindly or excuse themselves; fallbacks: those that the rules worded for the
        model of a hybrid user. resumed: 1 where the dialogue resumed another at
        one of its turns; what came before is not the user's. served: 1 where the agent did at least half of what the user
        came to ask for, or the user failed itself; all else says little of the user.
    """

    async def score(state: TaskState, target: Target) -> Score:
        trajectory, transcript = trajectory_in(state), transcript_in(state)
        if transcript is None or not any(message.role == "user" for message in transcript.messages):
            return not_run()
        said = [message.text for message in transcript.messages[transcript.start :] if message.role == "user"]
        words = [len(text.split()) for text in said]
        integrity = user_integrity(transcript)
        open_question = _pending(transcript)
        strange = any(finding.kind != SAID_AGAIN for finding in integrity.findings)
        values = {
            "ended": float(transcript.ended not in _NOT_ENDED),
            "pending": float(bool(open_question)),
            "invented": math.nan if integrity.value is None else float(strange),
            "raised": sum(trajectory.raised(goal) for goal in trajectory.goals) if trajectory else math.nan,
            "assigned": len(trajectory.goals) if trajectory else math.nan,
            "pacing": math.nan if (later := _disclosed_later(transcript, trajectory)) is None else later,
            "messages": len(said),
            "words_per_message": sum(words) / len(words) if words else math.nan,
            "short": sum(count <= SHORT for count in words),
            "polite": sum(map(is_polite, said)),
            "fallbacks": _fallbacks(trajectory),
            "resumed": float(transcript.start > 0),
            "served": math.nan if trajectory is None else float(_served(trajectory)),
        }
        found = [*integrity.findings, *open_question]
        wrong = "\n".join(_wrong(transcript, trajectory, found))
        return Score(
            value=float(not wrong),
            answer=said[0] if said else "",
            explanation=wrong or "Nothing was wrong with the user.",
            metadata={ALSO: values, **references(transcript, found)},
        )

    return score


def _fallbacks(trajectory: Trajectory | None) -> float:
    if trajectory is None or trajectory.user != "hybrid":
        return math.nan
    said = [message for message in trajectory.messages if isinstance(message, ChatMessageUser)]
    return float(sum((message.metadata or {}).get("worded_by") == "rules" for message in said))


def _served(trajectory: Trajectory) -> bool:
    asked = trajectory.after.raised.keys() - trajectory.done_before
    return trajectory.ended == "user_fault" or (bool(asked) and 2 * len(asked & trajectory.done) >= len(asked))


def _disclosed_later(transcript: Transcript, trajectory: Trajectory | None) -> float | None:
    """Over the dialogue; goal by goal where the user states one whole goal after the other."""
    if trajectory is None or trajectory.scenario.behaviour.requests_per_turn != "all":
        return disclosed_later(transcript)
    goals = [[fact for request in goal.requests for fact in facts(request)] for goal in trajectory.goals]
    return disclosed_later_per_goal(transcript, goals)


def _wrong(transcript: Transcript, trajectory: Trajectory | None, found: list[Finding]) -> Iterator[str]:
    """What is wrong with the user of one dialogue; its length and pace say something over many dialogues only."""
    if transcript.ended in _NOT_ENDED:
        yield ENDINGS[transcript.ended]
    yield from finding_lines(transcript, found)
    if trajectory is not None:
        yield from (f"{g.id}: the user never came to ask for it" for g in trajectory.goals if not trajectory.raised(g))


def _pending(transcript: Transcript) -> list[Finding]:
    """The question that the user left open, where there is one."""
    place = pending_question(transcript)
    if place is None:
        return []
    asked = transcript.messages[place].text.strip()
    return [Finding(place, "pending", f"the user left this open: {asked}", 2)]
