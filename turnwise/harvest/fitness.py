"""Whether the simulated users of logs behave like people: a dialogue with one that does not teaches the wrong thing."""

from inspect_ai.log import EvalSampleSummary
from inspect_ai.scorer import Score

from turnwise.harvest.reading import FAILED, Source
from turnwise.harvest.shards import Read
from turnwise.logs.runs import user_in
from turnwise.report.health import shown
from turnwise.scoring.quality.health import UserFacts, health


class Pool:
    """What the dialogues of one simulated user say of it: a few say little, so those of all its logs are put together."""

    def __init__(self) -> None:
        self._facts: list[UserFacts] = []
        self._failed = 0
        self._whole_goals = False

    def add(self, source: Source, read: Read) -> None:
        """Put in the dialogues of a log; those of foreign users say nothing."""
        if source.imported:
            return
        self._whole_goals = source.condition == "task_oriented"
        for score in read.users:
            scores = {"user_health": Score.model_validate(score)}
            fact = user_in(EvalSampleSummary(id=0, epoch=0, input="", target="", scores=scores))
            self._facts += [fact] if fact is not None else []
        refused = [entry.refusal for entry in read.entries if entry.refusal is not None]
        self._failed += sum(refusal.reason == FAILED for refusal in refused)

    def unfit(self) -> tuple[str, ...]:
        """Why the user is unfit; empty when it is fit."""
        if not self._facts:
            return ()
        checks = health(self._facts, whole_goals=self._whole_goals, failed=self._failed)
        return tuple(f"{check.name}: {shown(check)}" for check in checks if not check.fit)
