"""Whether a simulated user behaves like one: a bad user makes a run worthless, and is no fault of the agent's.

    facts = [user_facts(transcript, ...) for each dialogue]
    checks = health(facts, whole_goals=False)      # every check with its accepted range

Accepted ranges are those of people in task-oriented corpora and of runs that were audited by hand.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from turnwise.scoring.quality.speech import agrees, declines, proposes
from turnwise.scoring.quality.transcript import Transcript
from turnwise.values.text import normalised, says_something

_MOST_PAIRS = 2000
SHORT = 3
"""Words of a user message that is short."""


@dataclass(frozen=True)
class UserFacts:
    """What one dialogue says of its user. None where it says nothing."""

    ended: bool
    """by the user, or by the agent's failure; not by a limit, an error or a fault of the user's"""
    pending: bool
    """the user ended while the assistant waited for leave"""
    invented: bool | None
    """the user stated a fact that it could not know"""
    raised: int | None
    assigned: int | None
    pacing: float | None
    """share of the disclosed goal facts that came after the first message"""
    messages: int
    """of the user"""
    words: float | None
    """per message of the user, their mean; None where it wrote none"""
    short: int
    """messages of the user of at most three words"""
    corrected: bool | None
    """the user changed its mind or put something right"""
    opening: str
    resumed: bool = False
    """at a turn of another dialogue: it says nothing of how a user begins, and of how long it goes on"""


@dataclass(frozen=True)
class Check:
    """One check of a run's users; `value` is None where nothing could be measured."""

    name: str
    value: float | None
    least: float = -math.inf
    most: float = math.inf
    share: bool = True
    interval: tuple[float, float] | None = None
    """the 95% interval of the value, where it has one: a few dialogues say little"""

    @property
    def fit(self) -> bool:
        """Whether the value, or some of its interval, is in the accepted range.

        What could not be measured is not held against the user.
        """
        if self.value is None:
            return True
        low, high = self.interval or (self.value, self.value)
        return low <= self.most and high >= self.least

    @property
    def shown(self) -> str:
        """The value in words."""
        return self._number(self.value)

    @property
    def accepted(self) -> str:
        """The accepted range in words."""
        least, most = (self._number(limit).replace(".0", "") for limit in (self.least, self.most))
        if math.isinf(self.least):
            return "any" if math.isinf(self.most) else f"at most {most}"
        return f"at least {least}" if math.isinf(self.most) else f"{least} to {most}"

    def __str__(self) -> str:
        return f"{self.name}: {self.shown}, accepted {self.accepted}"

    def _number(self, value: float | None) -> str:
        if value is None:
            return "-"
        return f"{value:.1%}" if self.share else f"{value:.1f}"


def pending_question(transcript: Transcript) -> int | None:
    """The assistant message that waits for a yes or no which the user, who ended the dialogue, did not give."""
    messages = transcript.messages
    place = max((n for n, m in enumerate(messages) if m.role == "assistant" and says_something(m.text)), default=None)
    if transcript.ended != "user" or place is None or not proposes(messages[place].text):
        return None
    reply = " ".join(m.text for m in messages[place + 1 :] if m.role == "user")
    return None if agrees(reply) or declines(reply) else place


def health(facts: Sequence[UserFacts], *, whole_goals: bool, failed: int = 0) -> list[Check]:
    """Every check of a run's users.

    Args:
        whole_goals: whether the behaviour states goals whole (task-oriented): then everything comes at once, and how
            people talk who go step by step is measured and not asked for.
        failed: dialogues that an error stopped, of which nothing else is known.
    """
    whole = [dialogue for dialogue in facts if not dialogue.resumed]
    messages = sum(dialogue.messages for dialogue in facts)
    assigned = sum(d.assigned or 0 for d in facts)
    pace = (-math.inf, 0.3) if whole_goals else (0.6, 0.95)

    def stepwise(least: float, most: float = math.inf) -> tuple[float, float]:
        return (-math.inf, math.inf) if whole_goals else (least, most)

    return [
        _share("ended by a limit, an error or a fault", [not d.ended for d in facts] + [True] * failed, most=0.05),
        _share("stopped with a confirmation pending", [d.pending for d in facts], most=0.01),
        _share("dialogues with an invented or leaked fact", [d.invented for d in facts], most=0.03),
        Check("goals raised / assigned", _per(sum(d.raised or 0 for d in facts), assigned), least=0.98),
        Check("facts disclosed after the first message", _mean([d.pacing for d in facts]), *pace),
        Check("opening alike (mean word overlap)", _overlap([d.opening for d in whole]), most=0.5),
        _average("words per user message", [d.words for d in facts if d.words is not None], *stepwise(6, 14)),
        _share_of(f"user messages of at most {SHORT} words", sum(d.short for d in facts), messages, *stepwise(0.1)),
        _share("dialogues with a correction", [d.corrected for d in whole], *stepwise(0.2, 0.35)),
        _average("user turns per task", [d.messages / d.assigned for d in whole if d.assigned], *stepwise(3, 6.5)),
        _average("tasks per dialogue", [d.assigned for d in whole if d.assigned], *stepwise(2, 4)),
    ]


def _share(name: str, held: Sequence[bool | None], least: float = -math.inf, most: float = math.inf) -> Check:
    """A check on the share of dialogues of which something holds."""
    known = [value for value in held if value is not None]
    return _share_of(name, sum(known), len(known), least, most)


def _share_of(name: str, part: float, whole: int, least: float = -math.inf, most: float = math.inf) -> Check:
    if not whole:
        return Check(name, None, least, most)
    return Check(name, part / whole, least, most, interval=wilson(part / whole, whole))


def _average(name: str, values: Sequence[float], least: float, most: float) -> Check:
    """A check on a mean over dialogues."""
    mean = _mean(values)
    if mean is None:
        return Check(name, None, least, most, share=False)
    error = 1.96 * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Check(name, mean, least, most, share=False, interval=(mean - error, mean + error))


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95% interval of a share by Wilson's score."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - spread, middle + spread


def _mean(values: Sequence[float | bool | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _per(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _overlap(openings: Sequence[str]) -> float | None:
    """Mean Jaccard overlap of the words of two openings, over all pairs or the first of many."""
    words = [frozenset(normalised(opening).split()) for opening in openings if opening.strip()]
    shared = []
    for number, (one, other) in enumerate(combinations(words, 2)):
        if number >= _MOST_PAIRS:
            break
        shared.append(len(one & other) / max(1, len(one | other)))
    return _mean(shared)
