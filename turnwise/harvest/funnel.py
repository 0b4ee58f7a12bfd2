"""What a harvest came to, in numbers and as a dataset card: what went in, what each filter took, what is left."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import chain
from string import Template
from typing import Any

from turnwise.harvest.archive import SPLITS
from turnwise.harvest.curation import ORDER, Selection
from turnwise.harvest.exports.pieces import BY_RULES
from turnwise.harvest.filters import Rejection
from turnwise.harvest.judging import MEANS, Facts, JudgedLog, total
from turnwise.values.text import harmless


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
    profiles: Mapping[str, Mapping[str, float | None]]
    """means and shares of what is kept, and of what is dropped as far as it could be read"""
    models: Mapping[str, Sequence[str]]
    """who made what is kept, by role"""
    versions: Sequence[str]
    by_rules: int
    """of those kept: an agent of rules answered in them, and no model"""
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


_COUNTS = ("dialogues", "different tools in all")


def _written(name: str, value: float) -> str:
    return f"{value:,.0f}" if name in _COUNTS else f"{value:,.1f}" if name in MEANS else f"{value:.0%}"


def funnel_of(logs: Sequence[JudgedLog], reasons: Mapping[str, Sequence[Rejection]], selection: Selection) -> Funnel:
    """The numbers of a harvest; without a reason by its sample id a dialogue is kept."""
    first = Counter((ORDER.index(why[0].filter), why[0].reason) for why in reasons.values() if why)
    sides = Counter(selection.split.values())
    facts = [one.facts for log in logs for one in log.dialogues if one.facts is not None]
    groups: dict[str, list[Facts]] = {"kept": [], "dropped": []}
    by_role: dict[str, set[str]] = {}
    versions = set()
    by_rules = 0
    for log in logs:
        for one in log.dialogues:
            if one.facts is not None:
                groups["kept" if one.sample_id in selection.split else "dropped"].append(one.facts)
        if any(one.sample_id in selection.split for one in log.dialogues):
            versions.add(log.info.provenance["turnwise"])
            if log.info.provenance["agent"] in BY_RULES:
                by_rules += sum(one.sample_id in selection.split for one in log.dialogues)
            players = {role: about["model"] for role, about in log.info.models.items()}
            for role, name in {**players, "agent": log.info.provenance["agent"]}.items():
                by_role.setdefault(role, set()).add(name)
    return Funnel(
        dialogues=len(reasons),
        dropped={reason: first[place, reason] for place, reason in sorted(first)},
        kept={name: sides[name] for name in SPLITS},
        tokens=sum(facts.tokens for facts in groups["kept"]),
        tokens_spent=sum(one.spent for one in facts),
        cost=total(one.cost for one in facts),
        turns_kept=mean(facts.turns for facts in groups["kept"]),
        turns_successful=selection.balance.mean_wanted,
        profiles={name: _profile(group) for name, group in groups.items()},
        models={role: sorted(filter(None, by_role[role])) for role in sorted(by_role) if any(by_role[role])},
        versions=sorted(filter(None, versions)),
        by_rules=by_rules,
    )


def _profile(group: Sequence[Facts]) -> dict[str, float | None]:
    """A group in numbers: counts, means, and shares of it by world, paradigm and difficulty."""
    found: dict[str, float | None] = {"dialogues": len(group)}
    found |= {name: mean(facts.numbers[n] for facts in group) for n, name in enumerate(MEANS)}
    found["different tools in all"] = len(frozenset[str]().union(*(facts.tools for facts in group)))
    for kind in zip(*(facts.groups for facts in group), strict=True):
        counted = Counter(kind)
        found |= {name: counted[name] / len(group) for name in sorted(counted)}
    return found


def mean(values: Iterable[float]) -> float | None:
    """None without any value."""
    known = list(values)
    return statistics.fmean(known) if known else None


_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


_RULES = """
**Made by rules**: in {count} of the {whole} dialogues the agent was one of Turnwise's own, which follows rules and asks no
model. Its calls are right where it succeeded; its words are few and repeat. `provenance.agent` names it, and exports say
`made_by_rules`.
"""


def card(funnel: Funnel) -> str:
    """The text of a card: what the archive is, how it was made and by which models, its numbers, filters and limits."""
    if not funnel.accepted:
        return "No dialogue was kept.\n"
    kept = {split: count for split, count in funnel.kept.items() if count}
    return Template(files(__package__).joinpath("card.md").read_text("utf-8")).substitute(
        size=next((name for most, name in _SIZES if funnel.accepted < most), "1M<n<10M"),
        files="\n".join(f"  - {{split: {split}, path: data/{split}-*.parquet}}" for split in kept),
        splits="\n".join(f"  - {{name: {split}, num_examples: {count}}}" for split, count in kept.items()),
        dialogues=funnel.accepted,
        kept=", ".join(f"{count} for {split}" for split, count in kept.items()),
        read=funnel.dialogues,
        versions=", ".join(map(_cell, funnel.versions)) or "(version unknown)",
        models=_table(("Role", "Played by"), ((role, ", ".join(names)) for role, names in funnel.models.items())),
        rules=_RULES.format(count=funnel.by_rules, whole=funnel.accepted) if funnel.by_rules else "",
        steps=_table(("Dialogues", "", ""), funnel.steps()),
        comparison=_table(("Mean of a dialogue, share of all", "Kept", "Dropped"), funnel.comparison()),
    )


_MARKUP = re.compile(r"[\\`*\[\]<>|]")
_LONGEST = 200
"""Characters of a cell."""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first, *others = (f"| {' | '.join(map(_cell, line))} |" for line in (header, *rows))
    return "\n".join((first, f"| {' | '.join(['---'] * len(header))} |", *others))


def _cell(text: str) -> str:
    """A text that Markdown shows as it is: names in it are a stranger's."""
    return _MARKUP.sub(r"\\\g<0>", harmless(" ".join(text[:_LONGEST].split())))
