"""The quality judge: a model lists problems with quotes, then grades; code drops what is not there and sums up.

It is shown goals, tools and the dialogue, and neither the condition nor a reward. What code sees better (ids, repeated
calls, endings) is left to the sub-scores.
"""

import json
import statistics
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import yaml
from inspect_ai.model import ChatMessageSystem, Model
from pydantic import BaseModel, create_model

from turnwise.errors import ModelFault
from turnwise.llm.chat import Chat, InvalidReply, Ledger
from turnwise.llm.prompts import Prompt
from turnwise.scoring.quality.rendering import case, quoted
from turnwise.scoring.quality.transcript import Finding, Transcript

_TERMS = yaml.safe_load(files("turnwise.scoring.quality").joinpath("judge.yaml").read_text("utf-8"))
LABELS: Mapping[str, str] = _TERMS["labels"]
"""The closed set of problems."""
ITEMS: Mapping[str, str] = _TERMS["items"]
"""What is graded, from 1 to 5."""
_SHOWS: Mapping[str, frozenset[str]] = {item: frozenset(labels) for item, labels in _TERMS["shows"].items()}
"""The problems that can show why a grade is low."""
_LOW = 4


class Problem(BaseModel):
    """A problem as the judge names it; messages are numbered from 1."""

    message: int
    quote: str
    reason: str = ""
    label: str
    severity: int


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


class Panel(NamedTuple):
    """What one or more judges say of a dialogue."""

    readings: dict[str, list[Judged]]
    """by judge; one that gave nothing usable has none"""
    failed: tuple[str, ...]
    """why a reading is missing"""
    ledger: Ledger

    @property
    def every(self) -> list[Judged]:
        return [reading for found in self.readings.values() for reading in found]

    @property
    def score(self) -> float | None:
        """The median of all readings, in [0, 1]; None when nothing could be graded."""
        return median_score(self.every)

    @property
    def explanation(self) -> str:
        """A line per problem, and per reading that is missing."""
        lines = [f"[M{f.message + 1}] {f.sub_score}: {f.evidence}" for r in self.every for f in r.findings]
        usual = "No problem found." if self.score is not None else "Nothing could be graded."
        return "\n".join([*lines, *dict.fromkeys(self.failed)]) or usual

    def dump(self) -> dict[str, Any]:
        """The panel as JSON, for the log."""
        ratings = [median_score(found) for found in self.readings.values()]
        return {
            "judges": {name: [reading.grades for reading in found] for name, found in self.readings.items()},
            "ratings": [rating for rating in ratings if rating is not None],
            "findings": [finding._asdict() for reading in self.every for finding in reading.findings],
            "quotes_not_found": sum(reading.dropped for reading in self.every),
            "ledger": self.ledger.dump(),
        }


def system_prompt(prompt: Prompt) -> str:
    return prompt.fill(
        labels=", ".join(LABELS),
        meanings="\n".join(f"- {label}: the assistant {meaning}" for label, meaning in LABELS.items()),
        items="\n".join(f"- {item}: {meaning}" for item, meaning in ITEMS.items()),
        grades=json.dumps(dict.fromkeys(ITEMS, 5)),
    )


async def ask_judges(judges: Sequence[Model], prompt: Prompt, transcript: Transcript, samples: int = 1) -> Panel:
    """Let judges read a dialogue, each of them several times and each time afresh.

    Args:
        prompt: `quality_judge` of `turnwise.llm.prompts`.
        samples: readings per judge. One that gave nothing usable is missing, and the others stand.
    """
    panel, failed = Panel({}, (), Ledger()), []
    for number, judge in enumerate(judges, 1):
        chat = Chat(judge, "grader", "quality", panel.ledger, [ChatMessageSystem(content=system_prompt(prompt))])
        found = panel.readings[f"{number} {judge}"] = []
        for _ in range(samples):
            try:
                found.append(await _read(chat.fork(), transcript))
            except ModelFault as fault:
                failed.append(str(fault))
    return panel._replace(failed=tuple(failed))


async def _read(chat: Chat, transcript: Transcript) -> Judged:
    wanted = f"What the person wanted:\n{transcript.instruction}"
    return summed_up(await chat.ask(case(transcript, wanted), QualityJudgement, _usable), transcript)


def summed_up(judgement: QualityJudgement, transcript: Transcript) -> Judged:
    """What is left of a judgement once it is held against the dialogue.

    A problem whose quote is not in its message is dropped, and a low grade that no problem shows becomes null. The
    score is the mean of (grade - 1) / 4.
    """
    messages = transcript.messages
    kept = [p for p in judgement.problems if p.label in LABELS and quoted(p.quote, p.message, messages)]
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
        raise InvalidReply(f"grades go from 1 to 5 or are null: {odd}")
    return judgement
