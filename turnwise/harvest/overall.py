"""How far a plan is: what there is of each cell, all of it in a line or as JSON, and what can still be paid."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from turnwise.logs.expected import FIRST


class BudgetIsSpent(Exception):
    """Raised where shards are being held that the budget of a plan does not cover."""


@dataclass
class CellState:
    """What there is of a cell."""

    held: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """by shard, the numbers of its dialogues"""
    sizes: dict[int, int] = field(default_factory=dict)
    logs: set[str] = field(default_factory=set)
    tokens: int = 0
    cost: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    before: tuple[int, int] = (0, 0)
    """kept and held before the last round"""

    @property
    def count(self) -> int:
        """Dialogues held."""
        return sum(map(len, self.held.values()))

    @property
    def cost_each(self) -> float:
        """Dollars of a dialogue on average; 0 where none is held."""
        return self.cost / self.count if self.count else 0.0


@dataclass
class Overall:
    """How far a plan is: what is in the logs, and in the shards that are being held."""

    target: int
    cells: dict[str, dict[str, int]]
    dialogues: int = 0
    accepted: int = 0
    tokens: int = 0
    cost: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    shards_left: int = 0
    seconds_left: float | None = None

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(replace(self, faults=Counter())), "faults": dict(self.faults)}  # asdict takes a Counter apart

    def line(self) -> str:
        """For a person who waits."""
        parts = [f"{self.accepted:,} of {self.target:,} accepted", f"{self.dialogues:,} held"]
        parts += [f"{self.tokens:,} tokens"] if self.tokens else []
        parts += [f"${self.cost:,.2f}"] if self.cost else []
        parts += [f"{number} {what}" for what, number in sorted(self.faults.items())]
        parts += [f"{self.shards_left} shards under way"] if self.shards_left else []
        if self.seconds_left is not None:
            parts.append(f"{int(self.seconds_left) // 60}:{int(self.seconds_left) % 60:02} left of this round")
        return ", ".join(parts)


def affordable(sizes: Mapping[str, int], states: Mapping[str, CellState], most: float) -> dict[str, int]:
    """How many of some dialogues, by cell, can be held for what is left of a budget, at what they cost so far."""
    left = most - sum(state.cost for state in states.values())
    wanted = sum(size * states[name].cost_each for name, size in sizes.items())
    share = min(1.0, max(left, 0.0) / wanted) if wanted else 1.0
    found = {}
    for name, size in sizes.items():
        count = int(size * share) if states[name].count else min(size, FIRST)
        if left > 0 and count:
            found[name] = count
    return found
