"""Conditions and their numbers: pure functions of scored dialogues, which know nothing of logs.

A condition is a task, a candidate and, where they tell conditions apart, a world and settings. Its numbers are means,
largest values and ratios of sums; nothing here is an estimate with an interval.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from inspect_ai.scorer import SampleScore, Score, krippendorff_alpha

from turnwise.scoring.quality.health import Check, UserFacts, health


@dataclass(frozen=True)
class Dialogue:
    """One scored dialogue, as far as a comparison needs it; see `turnwise.scoring.metrics.counts`."""

    turns: float
    user_turns: float
    segments: float
    steps_sum: float
    steps_max: float
    tasks: float
    """goals assigned; 0 where nobody knows them, as in an imported dialogue: then nothing was asked for or completed"""
    requests: float
    completed: float
    censored: float | None
    success: float | None = None
    collateral: float | None = None
    iq_core: float | None = None
    valid: float | None = None
    agrees: float | None = None
    reward: float | None = None
    """what an imported dialogue was given"""
    ended: str = ""
    """the fault that ended it: user, tool or agent; empty when none did"""

    @property
    def step(self) -> float | None:
        """Assistant messages per answered user message."""
        return self.steps_sum / self.segments if self.segments else None


@dataclass(frozen=True)
class Run:
    """What one log says: who was measured on what, the scored dialogues, and how many are missing from them."""

    log: str
    task: str
    candidate: str
    world: str
    scenarios: tuple[str, ...]
    """what the scenarios were composed from; runs that share it met the same ones"""
    settings: dict[str, str]
    dialogues: tuple[Dialogue, ...]
    simulation_failed: int = 0
    """dialogues that a simulated user or tool ended by a fault of its own: they say nothing of the agent"""
    failed: int = 0
    unscored: int = 0
    missing: int = 0
    status: str = "success"
    users: tuple[UserFacts, ...] = ()
    """how the user of each dialogue behaved, those with a failed simulation included"""
    whole_goals: bool = False
    """whether the behaviour states goals whole"""
    user: str = "agenda"
    """who played the user: agenda, llm or hybrid; empty where something else did"""


@dataclass(frozen=True)
class Spread:
    """A mean and the largest value."""

    mean: float
    max: float


@dataclass(frozen=True)
class Summary:
    """The numbers of a condition. Ratios are of sums over its dialogues; None where nothing was measured."""

    dialogues: int
    step: Spread | None
    turn: Spread
    task: Spread
    requests_per_task: float | None
    completed: float
    completion_rate: float | None
    success: float | None
    collateral: float | None
    iq_core: float | None
    censored: float | None
    valid: float | None
    reward: float | None


@dataclass(frozen=True)
class Condition:
    """What one row of a comparison is about. `world` is empty where worlds are taken together."""

    task: str
    candidate: str
    world: str
    settings: str
    runs: tuple[Run, ...]

    @cached_property
    def dialogues(self) -> tuple[Dialogue, ...]:
        """Of all its runs."""
        return tuple(dialogue for run in self.runs for dialogue in run.dialogues)

    @cached_property
    def users(self) -> tuple[UserFacts, ...]:
        """Of all its runs."""
        return tuple(facts for run in self.runs for facts in run.users)

    @property
    def scenarios(self) -> frozenset[tuple[str, ...]]:
        """What its scenarios were composed from."""
        return frozenset(run.scenarios for run in self.runs)

    @property
    def whole_goals(self) -> bool:
        """Whether the behaviour states goals whole."""
        return self.runs[-1].whole_goals

    @property
    def failed(self) -> int:
        """Dialogues that failed with an error."""
        return sum(run.failed for run in self.runs)

    @property
    def kind(self) -> tuple[str, str, str]:
        """What stays the same from world to world."""
        return self.task, self.candidate, self.settings

    @property
    def name(self) -> str:
        """Task, candidate, world and settings in one line."""
        parts = [self.task, self.candidate, self.world, self.settings]
        return ", ".join(part for part in parts if part)


def summarize(dialogues: Sequence[Dialogue]) -> Summary:
    """The numbers of at least one dialogue."""
    segments = sum(d.segments for d in dialogues)
    tasks = sum(d.tasks for d in dialogues)
    step = None
    if segments:
        step = Spread(sum(d.steps_sum for d in dialogues) / segments, max(d.steps_max for d in dialogues))
    return Summary(
        dialogues=len(dialogues),
        step=step,
        turn=_spread([d.turns for d in dialogues]),
        task=_spread([d.tasks for d in dialogues]),
        requests_per_task=sum(d.requests for d in dialogues) / tasks if tasks else None,
        completed=_mean([d.completed for d in dialogues]),
        completion_rate=sum(d.completed for d in dialogues) / tasks if tasks else None,
        success=_mean_of_known(d.success for d in dialogues),
        collateral=_mean_of_known(d.collateral for d in dialogues),
        iq_core=_mean_of_known(d.iq_core for d in dialogues),
        censored=_mean_of_known(d.censored for d in dialogues),
        valid=_mean_of_known(d.valid for d in dialogues),
        reward=_mean_of_known(d.reward for d in dialogues),
    )


def beyond_chance(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Krippendorff's alpha (nominal) of two raters; None when all ratings are one, so that chance would agree as well.

    Args:
        pairs: what both said of each dialogue.
    """
    if len({rating for pair in pairs for rating in pair}) < 2:
        return None
    rated = [SampleScore(score=Score(value=list(pair))) for pair in pairs]
    return float(krippendorff_alpha(level="nominal")(rated))  # type: ignore[arg-type]


def conditions_by_world(runs: Sequence[Run]) -> list[Condition]:
    """One condition per task, candidate, world and settings, worlds together, in the order of first appearance."""
    order = list(dict.fromkeys(run.world for run in runs))
    return sorted(_conditions(runs, lambda run: run.world), key=lambda condition: order.index(condition.world))


def conditions_overall(runs: Sequence[Run]) -> list[Condition]:
    """One condition per task, candidate and settings, over all worlds."""
    return _conditions(runs, lambda run: "")


def unpaired(conditions: Sequence[Condition]) -> list[str]:
    """Worlds on which some condition met other scenarios than another, or none: there, rows are not pairs.

    Imported dialogues, whose goals nobody knows, pair up with none.
    """
    conditions = [condition for condition in conditions if any(dialogue.tasks for dialogue in condition.dialogues)]
    kinds = {condition.kind for condition in conditions}
    met: dict[str, dict[tuple[str, str, str], frozenset[tuple[str, ...]]]] = defaultdict(dict)
    for condition in conditions:
        met[condition.world][condition.kind] = condition.scenarios
    return [world for world, by_kind in met.items() if len({by_kind.get(kind) for kind in kinds}) > 1]


def checks_of(found: Run | Condition) -> list[Check]:
    """Every check of the users of a run or a condition; none where `user_health` was not scored."""
    return health(found.users, whole_goals=found.whole_goals, failed=found.failed) if found.users else []


def unfit(found: Run | Condition) -> list[str]:
    """Why the users of a run or a condition are unfit, a line for each check that fails; empty when they are fit.

    What was measured on such users says little of an agent, and is no training data.
    """
    return [str(check) for check in checks_of(found) if not check.fit]


def _conditions(runs: Sequence[Run], world_of: Callable[[Run], str]) -> list[Condition]:
    telling = _telling_settings(runs)
    gathered: dict[tuple[str, str, str, str], list[Run]] = defaultdict(list)
    for run in runs:
        settings = ", ".join(f"{k}={v}" for k, v in sorted(run.settings.items()) if (run.task, k) in telling)
        gathered[run.task, run.candidate, world_of(run), settings].append(run)
    return [Condition(*key, runs=tuple(gathered[key])) for key in sorted(gathered)]


def _telling_settings(runs: Sequence[Run]) -> set[tuple[str, str]]:
    """(task, setting) where runs of one task differ: only these tell conditions apart, the rest is the same for all."""
    names = {name for run in runs for name in run.settings}
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for run in runs:
        for name in names:
            values[run.task, name].add(run.settings.get(name, ""))
    return {place for place, found in values.items() if len(found) > 1}


def _spread(values: Sequence[float]) -> Spread:
    return Spread(_mean(values), max(values))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _mean_of_known(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _mean(known) if known else None
