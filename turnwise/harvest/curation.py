"""What is worth learning from: dialogues judged one by one, then chosen among each other.

    verdict = judge(rollout, Filter(), "mask", benchmarks)    # one dialogue: what a row says of it, or why not
    selection = select(summaries, successes, Filter())        # all that passed: duplicates, lengths, split

Knows no file of logs and no archive. What `select` needs of a dialogue is small, so a caller need not hold them all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from turnwise.harvest.checks import check, speaks
from turnwise.harvest.contamination import Benchmarks, contaminated
from turnwise.harvest.filters import EXPLAINED, Filter, Rejection, rejections
from turnwise.harvest.rows import Finding, MessageRow, Rollout, SelectionSummary
from turnwise.harvest.selection import Balance, balanced, fingerprint, near_duplicates, split
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
TurnPolicy = Literal["drop", "mask", "truncate"]
_COST = {1: 0.1, 2: 0.5, 3: 1.0}
"""What a finding takes off the score of its turn, by severity."""
_OF_NO_TURN = frozenset({"closure"})
"""Sub-scores whose findings are hung on the last message and speak of the whole dialogue."""


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
    messages, untrained, bad_turns = apply_policy(rollout, checked.messages, findings, thresholds.turn_severity, policy)
    reasons = [*rejections(rollout, thresholds, untrained), *bad_turns]
    reasons += contaminated(rollout, benchmarks or Benchmarks(), thresholds)
    if reasons:
        return Verdict(messages, tuple(reasons), None)
    summary = SelectionSummary(
        rollout.sample_id,
        rollout.order,
        rollout.scores.get("iq.iq_core") or 0.0,
        turns(rollout) - (len(checked.messages) - len(messages)),
        rollout.seed_task,
        fingerprint(messages, rollout.start),
    )
    return Verdict(messages, (), summary)


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


def apply_policy(
    rollout: Rollout, messages: Sequence[MessageRow], findings: Sequence[Finding], severity: int, policy: TurnPolicy
) -> tuple[tuple[MessageRow, ...], frozenset[int], list[Rejection]]:
    """Set `train` and `turn_quality` of the messages that a row may have, and leave out what the policy says.

    Returns them, the places of the assistant's messages that nobody will learn to write, and reasons against it all. A turn is bad when a finding of an assistant message of this dialogue is at least so severe. What was there before the
    dialogue's start is context whatever the policy: never trained on, and its findings are nobody's here.
    """
    findings = [finding for finding in findings if finding.sub_score not in _OF_NO_TURN]
    own = [n for n, m in enumerate(messages) if n >= rollout.start and m["role"] == "assistant" and m["train"]]
    severe = [finding for finding in findings if finding.message in own and finding.severity >= severity]
    bad = {finding.message for finding in severe}
    reasons: list[Rejection] = []
    end = len(messages)
    if policy == "drop":
        names = {finding.sub_score: finding.evidence for finding in reversed(severe)}
        reasons += [Rejection("turn", f"a bad turn: {name}", evidence) for name, evidence in sorted(names.items())]
        bad = set()
    elif policy == "truncate" and bad:
        end = max((place + 1 for place in range(min(bad)) if speaks(messages[place])), default=0)
    trained = {place for place in own if place < end and place not in bad}
    if not own:
        reasons.append(Rejection("turn", "no turn of this dialogue's assistant"))
    elif not trained:
        reasons.append(Rejection("turn", "no good turn" + " before the first bad one" * (policy == "truncate")))
    untrained = {place for place, m in enumerate(rollout.messages) if m["role"] == "assistant"} - trained
    return tuple(_marked(messages[:end], trained, findings)), frozenset(untrained), reasons


def _marked(messages: Sequence[MessageRow], trained: set[int], findings: Sequence[Finding]) -> Iterator[MessageRow]:
    for place, message in enumerate(messages):
        cost = sum(_COST[finding.severity] for finding in findings if finding.message == place)
        score = round(max(0.0, 1 - cost), 3) if message["role"] == "assistant" else None
        yield {**message, "train": place in trained, "turn_quality": score}
