"""The filters: what a dialogue must have reached to be worth learning from."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from turnwise.errors import HarvestError, first_problem
from turnwise.harvest.rows import Rollout
from turnwise.untrusted import read_yaml

Share = Annotated[float, Field(ge=0, le=1)]

EXPLAINED = ("claim_action", "grounding", "economy", "tool_validity", "consent")
"""Sub-scores that are means over what the assistant did: what lowers them can be left untrained."""
UNFIT = "user of the log unfit"
_BLEMISH = 0.5
"""What a finding of severity 1 takes off, where one of severity 2 or 3 takes 1."""
_HALF = {"economy": 0, "consent": 2}
"""Where it is another severity that takes off so little: in economy none, in consent the change that was asked for."""
_DIGITS = 9
"""Shares are compared rounded: 1 - 0.08 is 0.92."""


class Rejection(NamedTuple):
    """Why a dialogue is not kept."""

    filter: str
    """one of `turnwise.harvest.curation.ORDER`"""
    reason: str
    """which many share"""
    value: str = ""
    """what this one has"""


class Filter(BaseModel):
    """What a dialogue must have reached. Shares are in [0, 1]; null switches a check off; a score that is null passes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    success: bool = Field(default=True, description="reject what failed")
    unknown_success: bool = Field(default=False, description="accept dialogues whose success is unknown")
    ended_by_user: bool = Field(default=True, description="reject what a limit or a fault cut off")
    fit_users: bool = Field(default=False, description="reject the dialogues of logs whose simulated user is unfit")
    claim_action: Share | None = Field(default=1, description="least; what is said to be done is done, and said")
    user_integrity: Share | None = Field(default=1, description="least; the user stays the user and invents nothing")
    closure: Share | None = Field(default=1, description="least; the dialogue came to its end")
    unsupported: int | None = Field(default=0, ge=0, description="most ids and amounts of money that nobody had stated")
    grounding: Share | None = Field(default=0.88, description="least; what is stated was known")
    economy: Share | None = Field(default=0.92, description="least; no call and no word twice")
    tool_validity: Share | None = Field(default=0.75, description="least; calls work, or their failure is dealt with")
    consent: Share | None = Field(default=0.5, description="least; what cannot be undone was asked for or confirmed")
    pacing_least: Share | None = Field(default=0.6, description="user-oriented: least share of facts disclosed later")
    pacing_most: Share | None = Field(default=None, description="user-oriented: most share of facts disclosed later")
    pacing_most_at_once: Share | None = Field(
        default=0.3, description="task-oriented: most share of facts disclosed later"
    )
    turn_severity: int = Field(default=2, ge=1, le=3, description="least severity of a finding that makes a turn bad")
    benchmark_stretches: int | None = Field(default=0, ge=0, description="most stretches of 13 words of a benchmark")
    benchmark_tools: int | None = Field(default=0, ge=0, description="most tools of a benchmark, by signature")
    benchmark_ids: int | None = Field(default=0, ge=0, description="most ids of things in a benchmark's database")
    similarity: Share | None = Field(
        default=0.8, description="share of shingles of words from which on two dialogues are alike"
    )
    length_tolerance: Share | None = Field(
        default=0.1, description="how far the kept mean of turns may be from that of all successes"
    )
    validation: Share = Field(default=0.1, description="share of the dialogues for validation")

    @classmethod
    def load(cls, path: Path) -> Self:
        """A filter from a YAML mapping; what it does not name keeps its default."""
        try:
            raw = read_yaml(path)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise HarvestError(f"{path} is not YAML: {str(error).splitlines()[0]}") from error
        if not isinstance(raw, dict):
            raise HarvestError(f"{path} is not a mapping of a filter's settings, such as grounding: 0.9")
        return cls().with_values(raw, f"{path}: ")

    def with_values(self, values: Mapping[Any, Any], where: str = "") -> Self:
        """This filter with other values; HarvestError, which begins with where they stand, for one that cannot be."""
        fields = type(self).model_fields
        if unknown := [name for name in values if name not in fields]:
            raise HarvestError(f"{where}the filter has no {unknown[0]}; it has {', '.join(fields)}")
        try:
            return type(self)(**{**self.model_dump(), **values})
        except ValidationError as error:
            raise HarvestError(f"{where}{first_problem(error)}") from error


def rejections(rollout: Rollout, thresholds: Filter, untrained: Collection[int] = ()) -> Iterator[Rejection]:
    """Every reason not to keep a dialogue, in the order of the filters.

    The assistant is scored as if it had made no mistake in messages that nobody will learn to write (`untrained`);
    success, the ending and the user's faults count wherever they are.
    """
    if rollout.success is None:
        if not thresholds.unknown_success:
            yield Rejection("success", "success not known")
    elif thresholds.success and not rollout.success:
        yield Rejection("success", "not successful")
    if thresholds.ended_by_user and rollout.ended not in ("user", ""):
        yield Rejection("ended_by_user", "not ended by the user", rollout.ended)
    for name in ("user_integrity", "closure"):
        yield from _outside(name, rollout.scores.get(f"iq.{name}"), getattr(thresholds, name))
    pace = rollout.scores.get("user_health.pacing")
    if rollout.condition == "user_oriented":
        yield from _outside("pacing", pace, thresholds.pacing_least, thresholds.pacing_most)
    elif rollout.condition == "task_oriented":
        yield from _outside("pacing", pace, most=thresholds.pacing_most_at_once)
    harms = [f for f in rollout.findings if f.sub_score == "grounding" and f.severity == 3]
    unsupported, most = sum(harm.message not in untrained for harm in harms), thresholds.unsupported
    if most is not None and unsupported > most:
        yield Rejection("unsupported", "unsupported ids or money" + f" above {most}" * bool(most), str(unsupported))
    for name in EXPLAINED:
        yield from _outside(name, _as_trained(name, rollout, untrained), getattr(thresholds, name))


def _as_trained(name: str, rollout: Rollout, untrained: Collection[int]) -> float | None:
    """A sub-score as it would be if the untrained messages had no finding."""
    value = rollout.scores.get(f"iq.{name}")
    costs = [
        (finding.message, _BLEMISH if finding.severity == _HALF.get(name, 1) else 1.0)
        for finding in rollout.findings
        if finding.sub_score == name
    ]
    if value is None or not costs:
        return value
    left = sum(cost for place, cost in costs if place not in untrained) / sum(cost for _, cost in costs)
    return 1 - (1 - value) * left


def _outside(
    name: str, value: float | None, least: float | None = None, most: float | None = None
) -> Iterator[Rejection]:
    if value is not None and least is not None and round(value, _DIGITS) < least:
        yield Rejection(name, f"{name} below {least:g}", f"{value:.3f}")
    if value is not None and most is not None and round(value, _DIGITS) > most:
        yield Rejection(name, f"{name} above {most:g}", f"{value:.3f}")
