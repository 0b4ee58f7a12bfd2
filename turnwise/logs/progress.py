"""How far a run is: what Inspect's hooks tell of dialogues as they end."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from inspect_ai.hooks import Hooks, SampleEnd, hooks
from inspect_ai.log import EvalSample

from turnwise._inspect import load_hooks


@dataclass
class Progress:
    """Counts of a run so far; `wanted` is how many dialogues there are to be."""

    wanted: int
    held: int = 0
    succeeded: int = 0
    tokens: int = 0
    cost: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    """dialogues by what went wrong in them: an error, or a side that failed"""
    began: float = field(default_factory=time.monotonic)

    def add(self, sample: EvalSample) -> None:
        """Count a dialogue that ended."""
        self.held += 1
        scores = sample.scores or {}
        self.succeeded += "success" in scores and scores["success"].value == 1
        for usage in (sample.model_usage or {}).values():
            self.tokens += usage.total_tokens
            self.cost += usage.total_cost or 0.0
        if sample.error is not None:
            self.faults["error"] += 1
        elif (ended := str(sample.store.get("DialogueLog:ended", ""))).endswith("_fault"):
            self.faults[ended.removesuffix("_fault") + " failed"] += 1

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None while there is none."""
        if not self.held:
            return None
        return (time.monotonic() - self.began) / self.held * (self.wanted - self.held)


_heard: Callable[[EvalSample], None] | None = None


@contextmanager
def told_of_dialogues(tell: Callable[[EvalSample], None]) -> Iterator[None]:
    """Have `tell` called with every dialogue that ends meanwhile, and whoever else is told of them too."""
    global _heard
    _dialogue_ends()
    before = _heard

    def both(sample: EvalSample) -> None:
        tell(sample)
        if before is not None:
            before(sample)

    _heard = both
    try:
        yield
    finally:
        _heard = before


def _dialogue_ends() -> None:
    """Register the hook, once: Inspect asks it about every sample of the process."""
    global _registered
    if _registered:
        return
    _registered = True
    load_hooks()

    @hooks(name="turnwise_progress", description="tells a run of Turnwise how far it is")
    class DialogueEnds(Hooks):
        def enabled(self) -> bool:
            return _heard is not None

        async def on_sample_end(self, data: SampleEnd) -> None:
            if _heard is not None:
                _heard(data.sample)


_registered = False
