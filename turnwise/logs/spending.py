"""A run whose models may cost so much and no more: a dialogue begins only if what is left covers it, as those so far cost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import anyio
from inspect_ai.log import EvalSample
from inspect_ai.util import EarlyStop

from turnwise.logs.expected import FIRST, RunBudget
from turnwise.logs.progress import told_of_dialogues
from turnwise.logs.usage import cost_of

_PAUSE = 0.05


class Spending:
    """What dialogues have cost so far, of a budget; Inspect asks it before each one."""

    def __init__(self, budget: RunBudget) -> None:
        self.budget, self.spent = budget, 0.0
        self.begun = self.ended = self.not_held = 0

    @property
    def over(self) -> bool:
        """Whether the budget is spent."""
        return self.spent >= self.budget.most

    def add(self, sample: EvalSample) -> None:
        """Count a dialogue that ended."""
        self.ended += 1
        usage = (sample.model_usage or {}).items()
        self.spent += sum(cost_of(model, tokens, self.budget.prices) or 0.0 for model, tokens in usage)

    async def start_task(self, task: Any, samples: Any, epochs: int) -> str:
        """The name by which the log knows why dialogues are missing."""
        return "max_cost"

    async def schedule_sample(self, id: str | int, epoch: int) -> EarlyStop | None:
        """Whether a dialogue is not to begin; it waits while what is under way decides that."""
        while not (covered := self._covers_one_more()) and not self.over and self.begun > self.ended:
            await anyio.sleep(_PAUSE)
        if covered:
            self.begun += 1
            return None
        self.not_held += 1
        return EarlyStop(id=id, epoch=epoch, reason=f"${self.spent:,.2f} of {self.budget.most:,.2f} were spent")

    def _covers_one_more(self) -> bool:
        if not self.ended:
            return self.begun < FIRST
        return not self.over and self.spent * (1 + (self.begun - self.ended + 1) / self.ended) <= self.budget.most

    async def complete_sample(self, id: str | int, epoch: int, scores: Any) -> None:
        """Nothing: what it cost has been told."""

    async def complete_task(self) -> Mapping[str, Any]:
        """What the log keeps."""
        return {"spent": self.spent}


_now: Spending | None = None


@contextmanager
def kept_within(budget: RunBudget | None) -> Iterator[Spending | None]:
    """Let the tasks that are made meanwhile begin no dialogue that the budget does not cover; those under way go on."""
    global _now
    if budget is None:
        yield None
        return
    _now = Spending(budget)
    try:
        with told_of_dialogues(_now.add):
            yield _now
    finally:
        _now = None


def spending_now() -> Any:
    """What a task takes as `early_stopping`; None where nothing bounds what it costs."""
    return _now
