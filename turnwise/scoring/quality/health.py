"""Whether a simulated user behaves like one: a bad user makes a run worthless, and is no fault of the agent's.

    checks = health(facts, whole_goals=False)      # facts of each dialogue; every check with its accepted range

Some checks say whether the user does its part: one that does not is unfit. The others say how like people it talks; an
accepted range there is that of people (see `turnwise.users.people`), and a user outside of it is unlike them, not unfit.
The user is judged where an agent gave it occasion: what it does with one that gets nothing done says nothing of it.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from turnwise.scoring.quality.speech import agrees, declines, proposes
from turnwise.scoring.quality.transcript import Transcript
from turnwise.users.fingerprint import SHORT
from turnwise.values.text import normalised, says_something

_MOST_PAIRS = 2000
PEOPLE = {"words": (4.0, 14.0), "short": (0.2, 0.35), "polite": (0.1, 0.25)}
"""Where people lie who go step by step: around 29% short and 15% polite turns (arXiv 2603.11245); corpora of people vary."""


@dataclass(frozen=True)
class UserFacts:
    """What one dialogue says of its user. None where it says nothing."""

    ended: bool
    """by the user, or by a failure that is not the user's; not by a limit or a fault of the user's"""
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
    polite: int | None
    """messages of the user that say please, thank or excuse themselves"""
    opening: str
    resumed: bool = False
    """at a turn of another dialogue: it says nothing of how a user begins"""
    fallbacks: int | None = None
    """messages in the rules' own words, where a model was to word them"""
    served: bool | None = None
    """the agent did at least half of what the user asked for, or the user itself failed; None where that is not known"""


@dataclass(frozen=True)
class Check:
    """One check of a run's users; `value` is None where nothing could be measured."""

    key: str
    name: str
    value: float | None
    least: float = -math.inf
    most: float = math.inf
    share: bool = True
    interval: tuple[float, float] | None = None
    """the 95% interval of the value, where it has one: a few dialogues say little"""
    of_likeness: bool = False
    """whether it says how like people the user talks, and nothing of whether it does its part"""

    @property
    def fit(self) -> bool:
        """Whether the user does its part, as far as the check sees."""
        return self.of_likeness or self.accepts

    @property
    def accepts(self) -> bool:
        """Whether the value, or some of its interval, is in the accepted range.

        What could not be measured is not held against the user.
        """
        if self.value is None:
            return True
        low, high = self.interval or (self.value, self.value)
        return low <= self.most and high >= self.least

    @property
    def shown(self) -> str:
        return self._number(self.value)

    @property
    def accepted(self) -> str:
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


def health(facts: Sequence[UserFacts], *, whole_goals: bool) -> list[Check]:
    """Every check of a run's users.

    Args:
        whole_goals: whether the behaviour states goals whole (task-oriented): then everything comes at once, and how
            people talk who go step by step is measured and not asked for.
    """
    served = [dialogue for dialogue in facts if dialogue.served is not False]
    worded = [dialogue for dialogue in facts if dialogue.fallbacks is not None]
    openings = [dialogue.opening for dialogue in facts if not dialogue.resumed]
    polite = [dialogue for dialogue in served if dialogue.polite is not None]
    pace = (-math.inf, 0.3) if whole_goals else (0.6, math.inf)
    like = dict.fromkeys(PEOPLE, (-math.inf, math.inf)) if whole_goals else PEOPLE
    ended, short = "ended by a limit or a fault of the user", f"user messages of at most {SHORT} words"
    return [
        _share("ended", ended, [not d.ended for d in served], most=0.05),
        _share("pending", "stopped with a confirmation pending", [d.pending for d in served], most=0.01),
        _share("invented", "dialogues with an invented or leaked fact", [d.invented for d in facts], most=0.03),
        _share_of("raised", "goals raised / assigned", _sums(served, "raised", "assigned"), least=0.98),
        _pacing([d.pacing for d in served if d.pacing is not None], *pace),
        Check("opening", "opening alike (mean word overlap)", _overlap(openings), most=0.5),
        _words([d.words for d in served if d.words is not None], *like["words"]),
        _share_of("short", short, _sums(served, "short", "messages"), *like["short"], True),
        _share_of("polite", "polite user messages", _sums(polite, "polite", "messages"), *like["polite"], True),
        *(
            [
                _share_of(
                    "fallbacks", "messages that the rules worded for the model", _sums(worded, "fallbacks", "messages")
                )
            ]
            if worded
            else ()
        ),
    ]


def _sums(facts: Sequence[UserFacts], part: str, whole: str) -> tuple[int, int]:
    """What two counts come to over dialogues; one that is not known counts nothing."""
    found, among = (sum(getattr(dialogue, name) or 0 for dialogue in facts) for name in (part, whole))
    return found, among


def _share(key: str, name: str, held: Sequence[bool | None], most: float) -> Check:
    """A check on the share of dialogues of which something holds."""
    known = [value for value in held if value is not None]
    return _share_of(key, name, (sum(known), len(known)), most=most)


def _share_of(
    key: str,
    name: str,
    counts: tuple[int, int],
    least: float = -math.inf,
    most: float = math.inf,
    likeness: bool = False,
) -> Check:
    part, whole = counts
    share = part / whole if whole else None
    interval = None if share is None else wilson(share, whole)
    return Check(key, name, share, least, most, interval=interval, of_likeness=likeness)


def _pacing(values: Sequence[float], least: float, most: float) -> Check:
    """The check on when users say what they want: one who opens by a reason alone tells everything later."""
    interval = _around(values) if len(values) > 1 else (0.0, 1.0)
    return Check("pacing", "facts disclosed after the first message", _mean(values), least, most, interval=interval)


def _words(values: Sequence[float], least: float, most: float) -> Check:
    """The check of likeness on how much users say, with the interval of its mean over dialogues."""
    name, interval = "words per user message", _around(values) if values else None
    return Check("words", name, _mean(values), least, most, share=False, interval=interval, of_likeness=True)


def _around(values: Sequence[float]) -> tuple[float, float]:
    """The 95% interval of a mean over dialogues."""
    error = 1.96 * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    mean = statistics.fmean(values)
    return mean - error, mean + error


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95% interval of a share by Wilson's score."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - spread, middle + spread


def _mean(values: Sequence[float | bool | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _overlap(openings: Sequence[str]) -> float | None:
    """Mean Jaccard overlap of the words of two openings, over all pairs or the first of many."""
    words = [frozenset(normalised(opening).split()) for opening in openings if opening.strip()]
    pairs = islice(combinations(words, 2), _MOST_PAIRS)
    return _mean([len(one & other) / max(1, len(one | other)) for one, other in pairs])
