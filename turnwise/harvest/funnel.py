"""What a harvest came to: how many went in, what each filter took, and whether what is left is like what is not."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any, NamedTuple

from inspect_ai.model import ModelUsage

from turnwise.harvest.lengths import Balance
from turnwise.harvest.rows import Rollout
from turnwise.logs.usage import Prices, cost_of


class Facts(NamedTuple):
    """What is counted of a dialogue."""

    kin: tuple[str, ...]
    """what a split must keep together: its seed task, and the dialogue that it continues"""
    turns: int
    user_turns: int
    tokens: int
    """of its messages"""
    world: str
    condition: str
    difficulty: str
    tools: tuple[str, ...]
    """the different tools that were called"""
    calls: int
    success: bool
    spent: int
    """tokens that all models were asked for, in and out"""
    cost: float | None
    """dollars; None where a price is not known, or no model was asked"""


@dataclass(frozen=True)
class Profile:
    """A group of dialogues; means are None without any."""

    dialogues: int
    turns: float | None
    user_turns: float | None
    tokens: float | None
    calls: float | None
    tools: float | None
    """different ones in a dialogue"""
    tools_seen: int
    """different ones in all of them"""
    worlds: Mapping[str, float]
    """shares of the group by name, as are the next two"""
    conditions: Mapping[str, float]
    difficulties: Mapping[str, float]


@dataclass(frozen=True)
class Funnel:
    """The numbers of a harvest."""

    dialogues: int
    dropped: Mapping[str, int]
    """by the first reason of each, in the order of the filters"""
    kept: Mapping[str, int]
    """by split"""
    tokens: int
    """of the dialogues that are kept, four characters each"""
    spent: int
    """tokens that models were asked for, in all that went in"""
    cost: float | None
    """dollars of all that went in; None where not all of it has a price"""
    profiles: Mapping[str, Profile]
    """kept, and dropped as far as it could be read"""
    balance: Balance
    turns_kept: float | None
    """mean over what is kept"""
    turns_successful: float | None
    """mean over all dialogues that went in and succeeded"""

    @property
    def accepted(self) -> int:
        """Dialogues that are kept."""
        return sum(self.kept.values())

    @property
    def share(self) -> float | None:
        """What is kept of what went in."""
        return self.accepted / self.dialogues if self.dialogues else None

    @property
    def cost_per_accepted(self) -> float | None:
        """Dollars for one dialogue that is kept, those that are not included."""
        return self.cost / self.accepted if self.cost is not None and self.accepted else None

    @property
    def bias(self) -> float | None:
        """How much longer what is kept is than what succeeded, as a share of it."""
        if not self.turns_kept or not self.turns_successful:
            return None
        return self.turns_kept / self.turns_successful - 1

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        strata = [asdict(stratum) for stratum in self.balance.strata]
        return {
            "dialogues": self.dialogues,
            "dropped": dict(self.dropped),
            "kept": dict(self.kept),
            "yield": self.share,
            "tokens": self.tokens,
            "tokens_spent": self.spent,
            "cost": self.cost,
            "cost_per_accepted": self.cost_per_accepted,
            "turns_kept": self.turns_kept,
            "turns_successful": self.turns_successful,
            "strata": strata,
            "profiles": {name: asdict(profile) for name, profile in self.profiles.items()},
        }


def facts_of(rollout: Rollout, prices: Prices) -> Facts:
    """What is counted of a rollout: what was there before it began is not."""
    own = rollout.messages[rollout.start :]
    called = [call["function"]["name"] for message in own for call in message["tool_calls"] or []]
    usage = rollout.provenance["usage"].values()
    costs = [role_cost(spent, prices) for spent in usage]
    return Facts(
        kin=(rollout.seed_task, *_origin(rollout)),
        turns=sum(message["role"] != "system" for message in own),
        user_turns=sum(message["role"] == "user" for message in own),
        tokens=rollout.num_tokens,
        world=rollout.world,
        condition=rollout.condition or "paradigm unknown",
        difficulty=rollout.provenance["difficulty"] or "difficulty unknown",
        tools=tuple(sorted(set(called))),
        calls=len(called),
        success=bool(rollout.success),
        spent=sum(spent["input"] + spent["cached"] + spent["written"] + spent["output"] for spent in usage),
        cost=None if None in costs or not costs else sum(cost for cost in costs if cost is not None),
    )


def _origin(rollout: Rollout) -> tuple[str, ...]:
    """The dialogue that another one continues: its uuid, or its place in a foreign file."""
    source = (rollout.provenance["start"] or {}).get("source")
    return (source["sample_uuid"] or f"{source['file_hash']} {source['sample_id']}",) if source else ()


def role_cost(spent: Mapping[str, Any], prices: Prices) -> float | None:
    """Dollars of what a role used: by the price of its model, else as the log has it."""
    usage = ModelUsage(
        input_tokens=spent["input"],
        output_tokens=spent["output"],
        input_tokens_cache_read=spent["cached"],
        input_tokens_cache_write=spent["written"],
        total_cost=spent["cost"],
    )
    return cost_of(spent["model"] or "", usage, prices)


def profile(group: Sequence[Facts]) -> Profile:
    """A group in numbers."""
    return Profile(
        dialogues=len(group),
        turns=mean(facts.turns for facts in group),
        user_turns=mean(facts.user_turns for facts in group),
        tokens=mean(facts.tokens for facts in group),
        calls=mean(facts.calls for facts in group),
        tools=mean(len(facts.tools) for facts in group),
        tools_seen=len(set(chain.from_iterable(facts.tools for facts in group))),
        worlds=_shares(facts.world for facts in group),
        conditions=_shares(facts.condition for facts in group),
        difficulties=_shares(facts.difficulty for facts in group),
    )


def mean(values: Iterable[float]) -> float | None:
    """None without any value."""
    known = list(values)
    return statistics.fmean(known) if known else None


def _shares(values: Iterable[str]) -> dict[str, float]:
    counted = Counter(values)
    return {name: counted[name] / counted.total() for name in sorted(counted)}
