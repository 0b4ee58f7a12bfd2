"""What was composed so far, what failed, and which situation is drawn next."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from turnwise.goals.model import Difficulty, Goal
from turnwise.synthesis.goals.context import Referent
from turnwise.synthesis.goals.situations import SituationPlan

_PATIENCE = 3
"""how many failures make a situation a quarter as likely"""


@dataclass(frozen=True)
class Company:
    """Who has spoken in the dialogue so far, if anybody."""

    role: str | None = None
    """empty for any of the staff"""
    speaker: Referent | None = None

    def wider(self) -> "Company":
        """Who else may speak: of the staff, any colleague; then anybody."""
        return Company("") if self.role and self.speaker is None else Company()


@dataclass
class Composition:
    """Sets of goals, one set per dialogue, and why others were rejected."""

    sets: list[tuple[Goal, ...]] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """how often each situation was composed, and each family of them"""
    failures: Counter[str] = field(default_factory=Counter)

    def fail(self, plan: SituationPlan, level: Difficulty, company: Company) -> None:
        """Note that a situation failed: for everybody, or for the one customer who speaks."""
        self.failures[_failure(plan, level, company)] += 1

    def failed(self, plan: SituationPlan, level: Difficulty, company: Company) -> int:
        """How often a situation failed for anybody, and for the one customer who speaks."""
        everybody = self.failures[_failure(plan, level, Company())]
        return everybody if company.speaker is None else everybody + self.failures[_failure(plan, level, company)]


def _failure(plan: SituationPlan, level: Difficulty, company: Company) -> str:
    return f"{plan.name} {level} {company.speaker.mention.name if company.speaker else ''}"


def draw_plan(
    plans: Mapping[str, list[SituationPlan]],
    composition: Composition,
    level: Difficulty,
    company: Company,
    rng: random.Random,
) -> SituationPlan | None:
    """A situation, by families: what was composed less is drawn sooner, and what failed often later; None of none."""
    if not plans:
        return None
    done = composition.kinds
    weights = {
        family: [
            plan.weight / (1 + done[plan.name]) ** 2 / (1 + composition.failed(plan, level, company) / _PATIENCE) ** 2
            for plan in members
        ]
        for family, members in plans.items()
    }
    families = [max(weights[family]) / (1 + done[f"family {family}"]) ** 2 for family in plans]
    family = rng.choices(list(plans), families)[0]
    return rng.choices(plans[family], weights[family])[0]
