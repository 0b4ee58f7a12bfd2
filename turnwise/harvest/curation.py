"""What is worth learning from: dialogues judged one by one, then chosen among each other.

    verdict = judge(rollout, Filter(), "mask", benchmarks)    # one dialogue: what a row says of it, or why not
    selection = select(summaries, successes, Filter())        # all that passed: duplicates, lengths, split

Knows no file of logs and no archive. What `select` needs of a dialogue is small, so a caller need not hold them all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from turnwise.harvest.checks import check
from turnwise.harvest.contamination import Benchmarks, contaminated
from turnwise.harvest.duplicates import fingerprint, near_duplicates
from turnwise.harvest.filters import EXPLAINED, Filter, Rejection, rejections
from turnwise.harvest.lengths import Balance, balanced, split
from turnwise.harvest.rows import MessageRow, Rollout, SelectionSummary
from turnwise.harvest.turns import TurnPolicy, apply_policy
from turnwise.logs.usage import Prices

ORDER = (
    *("read", "row", "success", "ended_by_user", "fit_users", "user_integrity", "closure", "pacing"),
    *("unsupported", *EXPLAINED, "turn", "benchmark_stretches", "benchmark_tools", "benchmark_ids"),
    *("similarity", "length_tolerance"),
)
"""The filters, as a dialogue meets them: whether it can be read, is a row, reached what the settings ask for, has turns
to learn, is new; the last two choose among those that passed all others."""
SPOILING = frozenset({"fit_users", "user_integrity", "benchmark_stretches", "benchmark_tools", "benchmark_ids"})
"""Filters whose rejection makes a dialogue useless in a preference pair, too; one that only failed shows what is worse."""


@dataclass(frozen=True)
class FilterConfig:
    """All that decides what is kept of a harvest."""

    filter: Filter = field(default_factory=Filter)
    policy: TurnPolicy = "mask"
    against: tuple[Path, ...] = ()
    """files of benchmarks"""
    prices: Prices = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What came of one dialogue."""

    messages: tuple[MessageRow, ...]
    """as its row has them: cut where they had to be, `train` and `turn_quality` set"""
    rejections: tuple[Rejection, ...]
    """every reason not to keep it, in the order of the filters; empty: it passed"""
    summary: SelectionSummary | None
    """of a dialogue that passed"""


@dataclass(frozen=True)
class Selection:
    """What came of all dialogues that passed."""

    split: Mapping[str, str]
    """train or validation by sample id, of what is kept, in the order of the archive"""
    rejections: Mapping[str, Rejection]
    """why another is not kept, by sample id"""
    balance: Balance


def judge(rollout: Rollout, thresholds: Filter, policy: TurnPolicy, benchmarks: Benchmarks | None = None) -> Verdict:
    """Check a dialogue, apply the turn policy, and apply the filter, and compare it with the benchmarks."""
    checked = check(rollout)
    if checked.rejections:
        return Verdict((), checked.rejections, None)
    findings = [*rollout.findings, *checked.findings]
    turned = apply_policy(rollout, checked.messages, findings, thresholds.turn_severity, policy)
    reasons = [*rejections(rollout, thresholds, turned.untrained), *turned.rejections]
    reasons += contaminated(rollout, benchmarks or Benchmarks(), thresholds)
    if reasons:
        return Verdict(turned.messages, tuple(reasons), None)
    summary = SelectionSummary(
        rollout.sample_id,
        rollout.order,
        rollout.scores.get("iq.iq_core") or 0.0,
        turns(rollout) - (len(checked.messages) - len(turned.messages)),
        rollout.seed_task,
        fingerprint(turned.messages, rollout.start),
    )
    return Verdict(turned.messages, (), summary)


def in_order(reasons: Iterable[Rejection]) -> tuple[Rejection, ...]:
    """Reasons in the order of the filters."""
    return tuple(sorted(reasons, key=lambda reason: ORDER.index(reason.filter)))


def turns(rollout: Rollout) -> int:
    """Messages of this dialogue: those before its start and the system message are not counted."""
    return sum(message["role"] != "system" for message in rollout.messages[rollout.start :])


def select(summaries: Sequence[SelectionSummary], successes: Sequence[int], thresholds: Filter) -> Selection:
    """Leave out near-duplicates, then the surplus of lengths beside those of all successes; split the rest by seed task."""
    alike = near_duplicates(summaries, thresholds.similarity) if thresholds.similarity is not None else {}
    single = sorted((b for b in summaries if b.sample_id not in alike), key=lambda b: (b.order, b.sample_id))
    balance = balanced(single, successes, thresholds.length_tolerance)
    kept = [summary for summary in single if summary.sample_id not in balance.dropped]
    left_out = {
        one: Rejection("similarity", "near-duplicate", f"{similarity:.2f} like {other}")
        for one, (other, similarity) in alike.items()
    }
    left_out |= {one: Rejection("length_tolerance", "surplus of its length") for one in sorted(balance.dropped)}
    return Selection(split(kept, thresholds.validation), left_out, balance)
