"""A dialogue on its way from a log to an archive: as it was read, and as a row of the archive.

What is absent is None, never an empty list or text; arguments and tools are JSON in a string, because columns of
structs fill in keys that were not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict


class ToolCallRow(TypedDict):
    """A call as OpenAI's messages have it; `type` is always "function"."""

    id: str
    type: str
    function: Mapping[str, str]
    """`name`, and `arguments`: a JSON object in a string"""


class MessageRow(TypedDict):
    """One message as OpenAI's messages have it, and what it is worth as a target of training."""

    role: str
    content: str | None
    reasoning_content: str | None
    tool_calls: list[ToolCallRow] | None
    tool_call_id: str | None
    name: str | None
    train: bool
    """whether a model should learn to write it: only ever messages of the assistant"""
    turn_quality: float | None
    """1 for a message of the assistant without a finding, less by the severity of those it has; None for others"""


class Row(TypedDict):
    """One dialogue of the archive; its scores and its provenance are JSON objects."""

    sample_id: str
    messages: list[MessageRow]
    tools: str | None
    """JSON list of tools as OpenAI has them; None where the log does not say"""
    score: float | None
    scores: str
    provenance: str
    num_tokens: int
    split: str
    """train or validation"""


@dataclass(frozen=True)
class Finding:
    """A finding of a quality score."""

    message: int
    """place in `Rollout.messages`"""
    sub_score: str
    severity: int
    """1 blemish, 2 flaw, 3 harm"""
    evidence: str


@dataclass(frozen=True)
class Rollout:
    """A dialogue that was read from a log; whether it is kept is not decided yet."""

    sample_id: str
    """uuid of Inspect's sample"""
    order: tuple[str, str, int]
    """the place of its log, sample id padded so that it sorts, epoch: the order of an archive"""
    messages: tuple[MessageRow, ...]
    """the system message first, where there is one; `train` is set on what the assistant wrote in this dialogue"""
    start: int
    """messages before this one were there when the dialogue began: context, never trained on"""
    tools: str | None
    success: bool | None
    """every goal completed, or a foreign reward of 1; None when nobody knows"""
    ended: str
    """see `turnwise.dialogue.endings`; empty when that is not known"""
    condition: Literal["task_oriented", "user_oriented"] | None
    """whether the user stated goals whole; None for a foreign one, which says nothing of it"""
    scores: Mapping[str, float | None]
    """all numbers of the log by "score" or "score.key": iq.grounding, completion.rate, counts.turns"""
    findings: tuple[Finding, ...]
    seed_task: str
    """what all dialogues of one seed task share, whoever answers: a split never divides it"""
    world: str
    num_tokens: int
    """of all messages, tool output included; four characters count as one"""
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class SelectionSummary:
    """A dialogue that passed, as short as choosing among many allows."""

    sample_id: str
    order: tuple[str, str, int]
    score: float
    """0 where there is none"""
    turns: int
    """messages of this dialogue in the row, the user's goodbye among them, those before its start not"""
    seed_task: str
    fingerprint: bytes
    """MinHash of user turns and tool names"""
