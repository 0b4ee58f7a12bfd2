"""A dialogue as quality scores see it, wherever it comes from: what was said, called and returned, and what may be known.

Knows no model and no database; our own dialogues and foreign ones (`turnwise import`) look the same from here on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple


class ToolCall(NamedTuple):
    """A call as the assistant made it."""

    id: str
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One message; system messages are no messages of a transcript."""

    role: Literal["user", "assistant", "tool"]
    text: str
    calls: tuple[ToolCall, ...] = ()
    """of an assistant message"""
    call_id: str = ""
    """of a tool message: the call that it answers"""
    error: bool = False
    """of a tool message: whether it says that the call failed"""
    answers: tuple[str, ...] = ()
    """of a user message: the values that a reply to it must tell, where that is known"""
    id: str = ""
    """as its log has it"""


class Exchange(NamedTuple):
    """A call with what came back: places in `Transcript.messages`; `result` is None when nothing did."""

    call: ToolCall
    called_at: int
    result: Message | None
    returned_at: int | None

    @property
    def succeeded(self) -> bool:
        return self.result is not None and not self.result.error


@dataclass(frozen=True)
class Transcript:
    messages: tuple[Message, ...]
    policy: str = ""
    """what the assistant was told before the dialogue"""
    instruction: str = ""
    """what the user was told: goals, and all that only the user knows"""
    facts: tuple[str, ...] | None = None
    """the values that only the user knows, one by one; None where only the instruction is known"""
    writes: Mapping[str, bool] = field(default_factory=dict)
    """the tools that change something, and whether that is worth asking the user to confirm; all others only read"""
    ended: str = ""
    """`user` when the user ended it; see `turnwise.dialogue.endings`; empty when that is not known"""
    start: int = 0
    """messages before it: where a dialogue was taken up at a turn of another, they are context and nothing is scored in them"""

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every call, in order, with what came back for it."""
        return tuple(self._exchanges())

    def _exchanges(self) -> Iterator[Exchange]:
        for place, message in enumerate(self.messages):
            for call in message.calls:
                later = range(place + 1, len(self.messages))
                # An id may come again in a later message: an answer belongs to the nearest call before it.
                end = next((n for n in later if self.messages[n].role == "assistant"), len(self.messages))
                at = next((n for n in later if n < end and self.messages[n].call_id == call.id), None)
                yield Exchange(call, place, self.messages[at] if at is not None else None, at)

    def segment(self, place: int) -> int:
        """The number of the user message, from 1, to which a message belongs; 0 before the first."""
        return sum(message.role == "user" for message in self.messages[: place + 1])


class Finding(NamedTuple):
    """What a sub-score found at one message.

    `message` is its place in `Transcript.messages`, from 0; severity is 1 (blemish), 2 (flaw) or 3 (harm).
    """

    message: int
    sub_score: str
    evidence: str
    severity: int
    kind: str = ""
    """what tells findings of one sub-score apart, where somebody has to"""


class SubScore(NamedTuple):
    """One sub-score of one dialogue: in [0, 1], or None where it does not apply."""

    value: float | None
    findings: tuple[Finding, ...] = ()
    opportunities: int = 0
    """things looked at, any of which could have been a finding: atoms, writes, calls, turns"""
