"""What a harvest came to: how many went in, what each filter took, and whether what is left is like what is not."""

import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any, NamedTuple

from turnwise.harvest.lengths import Balance, Stratum
from turnwise.harvest.rows import Rollout


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
class Funnel:
    """The numbers of a harvest."""

    dialogues: int
    dropped: Mapping[str, int]
    """by the first reason of each, in the order of the filters"""
    kept: Mapping[str, int]
    """by split"""
    tokens: int
    """of the dialogues that are kept, four characters each"""
    tokens_spent: int
    """that models were asked for, in all that went in"""
    cost: float | None
    """dollars of all that went in; None where not all of it has a price"""
    turns_kept: float | None
    """mean over what is kept"""
    turns_successful: float | None
    """mean over all dialogues that went in and succeeded"""
    strata: Sequence[Stratum]
    profiles: Mapping[str, Mapping[str, float | None]]
    """means and shares of what is kept, and of what is dropped as far as it could be read"""
    models: Mapping[str, Sequence[str]]
    """who made what is kept, by role"""
    versions: Sequence[str]
    """of Turnwise, which held it"""

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
        return {**asdict(self), "yield": self.share, "cost_per_accepted": self.cost_per_accepted}

    def steps(self) -> Iterator[tuple[str, str, str]]:
        """What each filter took, as a table: name, less, left."""
        left = self.dialogues
        yield "read", "", f"{left:,}"
        for reason, count in self.dropped.items():
            left -= count
            yield reason, f"-{count:,}", f"{left:,}"
        yield "kept" + ("" if self.share is None else f", a yield of {self.share:.1%}"), "", f"{self.accepted:,}"

    def comparison(self) -> Iterator[tuple[str, ...]]:
        """What is kept beside what is dropped, as a table: name, kept, dropped."""
        groups = list(self.profiles.values())
        for name in dict.fromkeys(chain.from_iterable(groups)):
            values = [group.get(name, 0) for group in groups]
            yield name, *("-" if value is None else _written(name, value) for value in values)


_MEANS = ("turns", "user turns", "tokens", "tool calls", "different tools")
_COUNTS = ("dialogues", "different tools in all")


def _written(name: str, value: float) -> str:
    return f"{value:,.0f}" if name in _COUNTS else f"{value:,.1f}" if name in _MEANS else f"{value:.0%}"


def facts_of(rollout: Rollout) -> Facts:
    """What is counted of a rollout: what was there before it began is not."""
    own = rollout.messages[rollout.start :]
    called = [call["function"]["name"] for message in own for call in message["tool_calls"] or []]
    usage = rollout.provenance["usage"].values()
    # The dialogue that this one continues: its uuid, or its place in a foreign file.
    source = (rollout.provenance["start"] or {}).get("source")
    origin = [source["sample_uuid"] or f"{source['file_hash']} {source['sample_id']}"] if source else []
    return Facts(
        kin=(rollout.seed_task, *origin),
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
        cost=_total(spent["cost"] for spent in usage),
    )


def funnel_of(
    everything: Mapping[str, Facts],
    balance: Balance,
    *,
    dialogues: int,
    dropped: Mapping[str, int],
    kept: Mapping[str, int],
    chosen: Collection[str],
    made_by: Sequence[Mapping[str, Any]],
) -> Funnel:
    """The numbers of a harvest.

    Args:
        everything: what is counted, by sample id, of all that could be read.
        chosen: sample ids of what is kept.
        made_by: the provenance of the logs that it is from.
    """
    groups = {
        "kept": [facts for sample_id, facts in everything.items() if sample_id in chosen],
        "dropped": [facts for sample_id, facts in everything.items() if sample_id not in chosen],
    }
    by_role: dict[str, set[str]] = {}
    for about in made_by:
        for role, name in {
            **{role: of["model"] for role, of in about["models"].items()},
            "agent": about["agent"],
        }.items():
            if name:
                by_role.setdefault(role, set()).add(name)
    return Funnel(
        dialogues=dialogues,
        dropped=dropped,
        kept=kept,
        tokens=sum(facts.tokens for facts in groups["kept"]),
        tokens_spent=sum(facts.spent for facts in everything.values()),
        cost=_total(facts.cost for facts in everything.values()),
        turns_kept=mean(facts.turns for facts in groups["kept"]),
        turns_successful=balance.mean_wanted,
        strata=balance.strata,
        profiles={name: _profile(group) for name, group in groups.items()},
        models={role: sorted(by_role[role]) for role in sorted(by_role)},
        versions=sorted({about["turnwise"] for about in made_by if about.get("turnwise")}),
    )


def _total(costs: Iterable[float | None]) -> float | None:
    known = list(costs)
    return None if None in known or not known else sum(cost for cost in known if cost is not None)


def _profile(group: Sequence[Facts]) -> dict[str, float | None]:
    """A group in numbers: counts, means, and shares of it by world, paradigm and difficulty."""
    means: dict[str, list[float]] = {name: [] for name in _MEANS}
    for facts in group:
        numbers = (facts.turns, facts.user_turns, facts.tokens, facts.calls, len(facts.tools))
        for name, number in zip(_MEANS, numbers, strict=True):
            means[name].append(number)
    found: dict[str, float | None] = {"dialogues": len(group)}
    found |= {name: mean(numbers) for name, numbers in means.items()}
    found["different tools in all"] = len(set(chain.from_iterable(facts.tools for facts in group)))
    for kind in ("world", "condition", "difficulty"):
        counted = Counter(str(getattr(facts, kind)) for facts in group)
        found |= {name: counted[name] / len(group) for name in sorted(counted)}
    return found


def mean(values: Iterable[float]) -> float | None:
    """None without any value."""
    known = list(values)
    return statistics.fmean(known) if known else None
