"""What becomes of a dialogue with a bad turn: it is dropped, the turn is masked, or all from there on is cut off."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from turnwise.harvest.checks import speaks
from turnwise.harvest.filters import Rejection
from turnwise.harvest.rows import Finding, MessageRow, Rollout

TurnPolicy = Literal["drop", "mask", "truncate"]

_COST = {1: 0.1, 2: 0.5, 3: 1.0}
"""What a finding takes off the score of its turn, by severity."""
_OF_NO_TURN = frozenset({"closure"})
"""Sub-scores whose findings are hung on the last message and speak of the whole dialogue."""


class Turned(NamedTuple):
    """A dialogue after the policy."""

    messages: tuple[MessageRow, ...]
    untrained: frozenset[int]
    """places of the assistant's messages, of the whole dialogue, that nobody will learn to write"""
    rejections: tuple[Rejection, ...]


def apply_policy(
    rollout: Rollout, messages: Sequence[MessageRow], findings: Sequence[Finding], severity: int, policy: TurnPolicy
) -> Turned:
    """Set `train` and `turn_quality` of the messages that a row may have, and leave out what the policy says.

    A turn is bad when a finding of an assistant message of this dialogue is at least so severe. What was there before the
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
    return Turned(tuple(_marked(messages[:end], trained, findings)), frozenset(untrained), tuple(reasons))


def _marked(messages: Sequence[MessageRow], trained: set[int], findings: Sequence[Finding]) -> Iterator[MessageRow]:
    for place, message in enumerate(messages):
        cost = sum(_COST[finding.severity] for finding in findings if finding.message == place)
        score = round(max(0.0, 1 - cost), 3) if message["role"] == "assistant" else None
        yield {**message, "train": place in trained, "turn_quality": score}
