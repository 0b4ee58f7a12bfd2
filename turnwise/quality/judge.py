"""The quality judge: a model lists problems with quotes, then grades; code drops what is not there and sums up.

It is shown goals, tools and the dialogue, and neither the arm nor a reward. What code sees better (ids, repeated
calls, endings) is left to the sub-scores.
"""

import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, create_model

from turnwise.answers import normalised
from turnwise.chat import Chat, Faulty
from turnwise.prompts import Prompt
from turnwise.quality.transcript import Finding, Message, Transcript

LABELS: Mapping[str, str] = {
    "wrong_fact": "says what the tools or the person did not say, or says it wrongly: a date, a time, a reason, a name",
    "missing_lookup": "states or decides something that it should have looked up first",
    "wrong_action": "does something else than was asked, or without being asked",
    "false_claim": "says that something was done which was not, or was not done",
    "no_consent": "changes something of weight without being sure that the person wants just that",
    "misunderstood": "answers another question than the one asked, or loses what was said before",
    "unanswered": "leaves a part of what was asked without an answer",
    "badly_explained": "leaves the person unable to follow: contradicts itself, hides what matters, says it confusingly",
    "error_mishandled": "passes over a failed call, or gives up where another way was open",
    "rude": "is impolite, impatient or condescending",
}
"""The closed set of problems."""

ITEMS: Mapping[str, str] = {
    "faithful": "what it says is what the tools and the person said",
    "diligent": "it looks up what has to be looked up",
    "obedient": "it does what was asked and nothing else",
    "honest": "it says what it did and did not do",
    "careful": "it makes sure before it changes what matters",
    "attentive": "it understands what is meant and remembers what was said",
    "complete": "it answers all that was asked",
    "clear": "a person can follow it",
    "courteous": "it treats the person with respect",
}
"""What is graded, from 1 to 5."""

_SHOWS: Mapping[str, frozenset[str]] = {
    "faithful": frozenset({"wrong_fact", "false_claim"}),
    "diligent": frozenset({"missing_lookup", "error_mishandled", "wrong_fact"}),
    "obedient": frozenset({"wrong_action", "no_consent"}),
    "honest": frozenset({"false_claim", "error_mishandled"}),
    "careful": frozenset({"no_consent", "wrong_action"}),
    "attentive": frozenset({"misunderstood", "unanswered"}),
    "complete": frozenset({"unanswered", "misunderstood", "missing_lookup"}),
    "clear": frozenset({"badly_explained"}),
    "courteous": frozenset({"rude"}),
}
"""The problems that can show why a grade is low."""

_LOW = 4
_LONGEST_RESULT = 3000
_LONGEST_QUOTE = 15


class Problem(BaseModel):
    """A problem as the judge names it; messages are numbered from 1."""

    message: int
    label: str
    severity: int
    quote: str
    reason: str = ""


Grades = create_model("Grades", **dict.fromkeys(ITEMS, (int | None, None)))  # type: ignore[call-overload]


class QualityJudgement(BaseModel):
    """All that the judge says of a dialogue."""

    problems: list[Problem] = []
    grades: Grades


class Judged(NamedTuple):
    """One reading of a dialogue by a judge: its score in [0, 1], None when nothing could be graded."""

    score: float | None
    grades: dict[str, int | None]
    findings: tuple[Finding, ...]
    dropped: int
    """problems whose quote is not in the message they name"""


def system_prompt(prompt: Prompt) -> str:
    """What the judge is told first."""
    return prompt.fill(
        labels=", ".join(LABELS),
        meanings="\n".join(f"- {label}: the assistant {meaning}" for label, meaning in LABELS.items()),
        items="\n".join(f"- {item}: {meaning}" for item, meaning in ITEMS.items()),
        grades=json.dumps(dict.fromkeys(ITEMS, 5)),
    )


async def judge_quality(chat: Chat, transcript: Transcript, samples: int) -> list[Judged]:
    """Let a judge read a dialogue several times, each time afresh.

    Raises:
        ModelFault: one of the readings gave nothing usable.
    """
    case = _case(transcript)
    return [summed_up(await chat.fork().ask(case, QualityJudgement, _usable), transcript) for _ in range(samples)]


def summed_up(judgement: QualityJudgement, transcript: Transcript) -> Judged:
    """What is left of a judgement once it is held against the dialogue.

    A problem whose quote is not in its message is dropped, and a low grade that no problem shows becomes null. The
    score is the mean of (grade - 1) / 4.
    """
    kept = [p for p in judgement.problems if p.label in LABELS and _quoted(p, transcript.messages)]
    shown = {problem.label for problem in kept}
    given: dict[str, int | None] = judgement.grades.model_dump()
    grades = {
        item: None if grade is None or (grade < _LOW and not shown & _SHOWS[item]) else grade
        for item, grade in given.items()
    }
    known = [grade for grade in grades.values() if grade is not None]
    findings = tuple(
        Finding(p.message - 1, p.label, f"{p.reason} ({p.quote!r})", min(3, max(1, p.severity))) for p in kept
    )
    score = statistics.mean((grade - 1) / 4 for grade in known) if known else None
    return Judged(score, grades, findings, len(judgement.problems) - len(kept))


def median_score(readings: Sequence[Judged]) -> float | None:
    """The median of the scores that were given; None when none was."""
    known = [reading.score for reading in readings if reading.score is not None]
    return statistics.median(known) if known else None


def _usable(judgement: QualityJudgement) -> QualityJudgement:
    grades: dict[str, Any] = judgement.grades.model_dump()
    if odd := {item: grade for item, grade in grades.items() if grade is not None and not 1 <= grade <= 5}:
        raise Faulty(f"grades go from 1 to 5 or are null: {odd}")
    return judgement


def _quoted(problem: Problem, messages: Sequence[Message]) -> bool:
    if not 1 <= problem.message <= len(messages):
        return False
    quote = normalised(problem.quote)
    said = normalised(_line(messages[problem.message - 1]))
    return 0 < len(quote.split()) <= 2 * _LONGEST_QUOTE and f" {quote} " in f" {said} "


def _case(transcript: Transcript) -> str:
    lines = "\n".join(f"[{number}] {_line(message)}" for number, message in enumerate(transcript.messages, 1))
    policy = f"What the assistant was told:\n{transcript.policy}\n\n" if transcript.policy else ""
    return f"{policy}What the person wanted:\n{transcript.instruction}\n\nConversation:\n{lines}"


def _line(message: Message) -> str:
    if message.role == "tool":
        cut = " (cut)" if len(message.text) > _LONGEST_RESULT else ""
        return f"tool {'error' if message.error else 'result'}: {message.text[:_LONGEST_RESULT]}{cut}"
    calls = [f"calls {call.tool}({json.dumps(dict(call.arguments), ensure_ascii=False)})" for call in message.calls]
    speaker = "person" if message.role == "user" else "assistant"
    return f"{speaker}: {' '.join([part for part in (message.text.strip(), *calls) if part])}"
