"""Conditions and their numbers: pure functions of scored dialogues, which know nothing of logs.

A condition is a task, a candidate and, where they tell conditions apart, a world and settings. Its numbers are means,
largest values and ratios of sums; `turnwise.scoring.contrasts` says how sure they are and holds them side by side.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from inspect_ai.scorer import SampleScore, Score, krippendorff_alpha

from turnwise.scoring.quality.health import Check, UserFacts, health

FAILED = "failed with an error, which turnwise show LOG names"


@dataclass(frozen=True)
class Dialogue:
    """One scored dialogue, as far as a comparison needs it; see `turnwise.scoring.metrics.counts`."""

    turns: float
    user_turns: float
    segments: float
    steps_generation_sum: float
    steps_generation_max: float
    tasks: float = 0.0
    """goals assigned; 0 where nobody knows them, as in an imported dialogue: then nothing was asked for or completed"""
    requests: float = 0.0
    completed: float = 0.0
    censored: float | None = None
    success: float | None = None
    collateral: float | None = None
    iq_core: float | None = None
    defects_per_100: float | None = None
    valid: float | None = None
    agrees: float | None = None
    reward: float | None = None
    """what an imported dialogue was given"""
    ended: str = ""
    """the fault that ended it: user, tool or agent; empty when none did"""
    scenario: str = ""
    """what tells its scenario from all others, in whatever log; empty where that is not known"""
    sample: str = ""
    trial: int = 1
    restated: float | None = None
    """user messages that ask again for what was asked before"""
    tokens: float | None = None
    """of what was said and called"""
    generated: float | None = None
    """tokens that models wrote, in every role"""
    cost: float | None = None
    """in dollars; None where no price is known"""
    sub_scores: Mapping[str, float] = field(default_factory=dict)
    """the parts of interaction quality that apply"""

    @property
    def step(self) -> float | None:
        """Assistant messages per answered user message."""
        return self.steps_generation_sum / self.segments if self.segments else None


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
    left_out: Counter[str] = field(default_factory=Counter)
    """dialogues that are in no number, by what became of them"""
    status: str = "success"
    users: tuple[UserFacts, ...] = ()
    """how the user of each dialogue behaved, those with a failed simulation included"""
    whole_goals: bool = False
    """whether the behaviour states goals whole"""
    user: str = "agenda"
    """who played the user: agenda, llm or hybrid; empty where something else did"""
    facets: Mapping[str, str] = field(default_factory=dict)
    """everything that conditions can be told apart by: task, behaviour, agent, world, user, tags and settings"""
    seconds: float | None = None
    """from its start to its end"""


class Spread(NamedTuple):
    mean: float
    max: float


class Summary(NamedTuple):
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
    defects_per_100: float | None
    """findings per 100 opportunities: it tells apart where means sit at their ceiling"""
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
    facets: tuple[tuple[str, str], ...] = ()
    """what tells it from the other conditions, by name"""

    @cached_property
    def dialogues(self) -> tuple[Dialogue, ...]:
        return tuple(dialogue for run in self.runs for dialogue in run.dialogues)

    @property
    def kind(self) -> tuple[str, str, str]:
        """What stays the same from world to world."""
        return self.task, self.candidate, self.settings

    @property
    def name(self) -> str:
        return ", ".join(filter(None, (self.task, self.candidate, self.world, self.settings)))


def summarize(dialogues: Sequence[Dialogue]) -> Summary:
    segments, tasks = sum(d.segments for d in dialogues), sum(d.tasks for d in dialogues)
    known = ("success", "collateral", "iq_core", "defects_per_100", "censored", "valid", "reward")
    steps, most = sum(d.steps_generation_sum for d in dialogues), max(d.steps_generation_max for d in dialogues)
    return Summary(
        dialogues=len(dialogues),
        step=Spread(steps / segments, most) if segments else None,
        turn=_spread([d.turns for d in dialogues]),
        task=_spread([d.tasks for d in dialogues]),
        requests_per_task=sum(d.requests for d in dialogues) / tasks if tasks else None,
        completed=_mean([d.completed for d in dialogues]),
        completion_rate=sum(d.completed for d in dialogues) / tasks if tasks else None,
        **{name: _mean_of_known(getattr(d, name) for d in dialogues) for name in known},
    )


def beyond_chance(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Krippendorff's alpha (nominal) of two raters of each dialogue; None when all ratings are one, as chance would agree."""
    if len({rating for pair in pairs for rating in pair}) < 2:
        return None
    rated = [SampleScore(score=Score(value=list(pair))) for pair in pairs]
    return float(krippendorff_alpha(level="nominal")(rated))  # type: ignore[arg-type]


def conditions_by_world(runs: Sequence[Run]) -> list[Condition]:
    """One condition per task, candidate, world and settings, worlds together, in the order of first appearance."""
    order = list(dict.fromkeys(run.world for run in runs))
    return sorted(_conditions(runs, lambda run: run.world), key=lambda condition: order.index(condition.world))


def conditions_overall(runs: Sequence[Run]) -> list[Condition]:
    return _conditions(runs, lambda run: "")


def conditions_by(runs: Sequence[Run], names: Sequence[str]) -> list[Condition]:
    """One condition per combination of some facets of runs, in the order of first appearance."""
    gathered: dict[tuple[str, ...], list[Run]] = defaultdict(list)
    for run in runs:
        gathered[tuple(run.facets.get(name, "") for name in names)].append(run)
    facets = {key: tuple(zip(names, key, strict=True)) for key in gathered}
    named = {key: ", ".join(value or f"no {name}" for name, value in facets[key]) for key in gathered}
    return [Condition("", "", "", named[key], tuple(found), facets[key]) for key, found in gathered.items()]


def unpaired(conditions: Sequence[Condition]) -> list[str]:
    """Worlds on which some condition met other scenarios than another, or none: there, rows are not pairs.

    Imported dialogues, whose goals nobody knows, pair up with none.
    """
    conditions = [condition for condition in conditions if any(dialogue.tasks for dialogue in condition.dialogues)]
    kinds = {condition.kind for condition in conditions}
    met: dict[str, dict[tuple[str, str, str], frozenset[tuple[str, ...]]]] = defaultdict(dict)
    for condition in conditions:
        met[condition.world][condition.kind] = frozenset(run.scenarios for run in condition.runs)
    return [world for world, by_kind in met.items() if len({by_kind.get(kind) for kind in kinds}) > 1]


def checks_of(runs: Sequence[Run]) -> list[Check]:
    """Every check of the users of runs of one behaviour; none where `user_health` was not scored."""
    users = [facts for run in runs for facts in run.users]
    return health(users, whole_goals=runs[-1].whole_goals) if users else []


def unfit(runs: Sequence[Run]) -> list[str]:
    """Why the users of some runs are unfit, a line for each check that fails; empty when they are fit.

    What was measured on such users says little of an agent, and is no training data.
    """
    return [str(check) for check in checks_of(runs) if not check.fit]


def _conditions(runs: Sequence[Run], world_of: Callable[[Run], str]) -> list[Condition]:
    telling = _telling_settings(runs)
    gathered: dict[tuple[str, str, str, str], list[Run]] = defaultdict(list)
    for run in runs:
        named = [(k, v) for k, v in sorted(run.settings.items()) if (run.task, k) in telling and not _off(k, v)]
        settings = ", ".join(f"{k}={v}" for k, v in named)
        gathered[run.task, run.candidate, world_of(run), settings].append(run)
    return [Condition(*key, tuple(gathered[key]), _facets(gathered[key][0], key[3])) for key in sorted(gathered)]


def _facets(run: Run, settings: str) -> tuple[tuple[str, str], ...]:
    """Behaviours are of one task each, so that a behaviour stands for its task."""
    behaviour = run.facets.get("behaviour", run.task)
    rest = [part for part in settings.split(", ") if not part.startswith("behaviour=")]
    return ("behaviour", behaviour), ("agent", run.candidate), ("settings", ", ".join(rest))


def _off(name: str, value: str) -> bool:
    """Whether a setting asks for nothing, so that a condition is not called after it."""
    return value in ("", "None") or (name, value) == ("followup_goals", "0")


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
