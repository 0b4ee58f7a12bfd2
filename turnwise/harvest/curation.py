"""What is worth learning from: dialogues judged one by one, then chosen among each other.

    verdict = judge(candidate, gate, "mask", benchmarks)        # one dialogue: what a row says of it, or why not
    selection = select(briefs, successes, gate)                 # all that passed: duplicates, lengths, split

Knows no file of logs and no archive. What `select` needs of a dialogue is small, so a caller need not hold them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from turnwise.harvest.checks import check
from turnwise.harvest.contamination import Benchmarks, contaminated
from turnwise.harvest.duplicates import fingerprint, near_duplicates
from turnwise.harvest.gates import EXPLAINED, Filter, Rejection, refusals
from turnwise.harvest.lengths import Balance, balanced, split
from turnwise.harvest.rows import MessageRow, Rollout, SelectionSummary
from turnwise.harvest.turns import TurnPolicy, apply_policy

ORDER = (
    *("read", "row", "success", "ended_by_user", "fit_users", "user_integrity", "closure", "pacing"),
    *("unsupported", *EXPLAINED, "turn", "benchmark_stretches", "benchmark_tools", "benchmark_ids"),
    *("similarity", "length_tolerance"),
)
"""The gates, as a dialogue meets them: whether it can be read, is a row, reached what the settings ask for, has turns
to learn, is new; the last two choose among those that passed all others."""
SPOILING = frozenset({"fit_users", "user_integrity", "benchmark_stretches", "benchmark_tools", "benchmark_ids"})
"""Gates whose refusal makes a dialogue useless in a preference pair, too; one that only failed shows what is worse."""


@dataclass(frozen=True)
class Verdict:
    """What came of one dialogue."""

    messages: tuple[MessageRow, ...]
    """as its row has them: cut where they had to be, `train` and `turn_quality` set"""
    score: float | None
    """the row's score: iq.iq_core of the whole dialogue"""
    refusals: tuple[Rejection, ...]
    """every reason not to keep it, in the order of the gates; empty: it passed"""
    brief: SelectionSummary | None
    """of a dialogue that passed"""


@dataclass(frozen=True)
class Selection:
    """What came of all dialogues that passed."""

    split: Mapping[str, str]
    """train or validation by sample id, of what is kept, in the order of the archive"""
    refusals: Mapping[str, Rejection]
    """why another is not kept, by sample id"""
    balance: Balance


def judge(candidate: Rollout, gate: Filter, policy: TurnPolicy, benchmarks: Benchmarks | None = None) -> Verdict:
    """Check a dialogue, apply the turn policy, and hold it against the gate and the benchmarks."""
    checked = check(candidate)
    score = candidate.scores.get("iq.iq_core")
    if checked.refusals:
        return Verdict((), score, checked.refusals, None)
    flaws = [*candidate.flaws, *checked.flaws]
    turned = apply_policy(candidate, checked.messages, flaws, gate.turn_severity, policy)
    reasons = [*refusals(candidate, gate, turned.untrained), *turned.refusals]
    if benchmarks is not None:
        reasons += contaminated(candidate, benchmarks, gate)
    if reasons:
        return Verdict(turned.messages, score, tuple(reasons), None)
    brief = SelectionSummary(
        candidate.sample_id,
        candidate.order,
        score or 0.0,
        turns(candidate) - (len(checked.messages) - len(turned.messages)),
        candidate.seed_task,
        fingerprint(turned.messages, candidate.start),
    )
    return Verdict(turned.messages, score, (), brief)


def turns(candidate: Rollout) -> int:
    """Messages of this dialogue: those before its start and the system message are not counted."""
    return sum(message["role"] != "system" for message in candidate.messages[candidate.start :])


def select(briefs: Sequence[SelectionSummary], successes: Sequence[int], gate: Filter) -> Selection:
    """Leave out near-duplicates, then the surplus of some lengths; then split what is left by seed task.

    Args:
        successes: `turns` of every dialogue of the input that succeeded, kept or not: the lengths to follow.
    """
    alike = near_duplicates(briefs, gate.similarity) if gate.similarity is not None else {}
    single = sorted((b for b in briefs if b.sample_id not in alike), key=lambda b: (b.order, b.sample_id))
    balance = balanced(single, successes, gate.length_tolerance)
    kept = [brief for brief in single if brief.sample_id not in balance.dropped]
    left_out = {
        one: Rejection("similarity", "near-duplicate", f"{other.similarity:.2f} like {other.kept}")
        for one, other in alike.items()
    }
    left_out |= {one: Rejection("length_tolerance", "surplus of its length") for one in sorted(balance.dropped)}
    return Selection(split(kept, gate.validation), left_out, balance)
