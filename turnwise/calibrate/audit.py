"""How many findings are true: some drawn at random for a person to mark, and the share that was marked true."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from turnwise.errors import LogError, first_problem
from turnwise.files import atomic_write, numbered_lines
from turnwise.scoring.quality.health import wilson
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.rendering import shown
from turnwise.scoring.quality.transcript import Transcript
from turnwise.untrusted import read_text

_BEFORE = 4
"""messages before a finding that are shown with it"""


class AuditedFinding(BaseModel):
    """A finding with what stands around it, for a person or a grader model to mark."""

    dialogue: str
    message: int
    """of the finding, from 0"""
    sub_score: str
    severity: int
    evidence: str
    context: list[str]
    mark: Literal["true", "false", "arguable"] | None = None


class Precision(NamedTuple):
    sub_score: str
    true: int
    false: int
    arguable: int
    low: float
    high: float
    """95% interval of the share of true ones among those marked true or false, by Wilson's score"""


def draw_findings(
    transcripts: Sequence[tuple[str, Transcript]], count: int, *, seed: int = 0
) -> tuple[AuditedFinding, ...]:
    """Up to `count` findings of every sub-score, at random, in the order of the dialogues."""
    found = [(name, t, finding) for name, t in transcripts for finding in quality(t).findings]
    drawn = []
    for sub_score in dict.fromkeys(finding.sub_score for *_, finding in found):
        own = [n for n, (*_, finding) in enumerate(found) if finding.sub_score == sub_score]
        drawn += Random(f"{seed} {sub_score}").sample(own, min(count, len(own)))
    return tuple(
        AuditedFinding(dialogue=name, **finding._asdict(), context=_context(transcript, finding.message))
        for name, transcript, finding in (found[n] for n in sorted(drawn))
    )


def write_findings(findings: Sequence[AuditedFinding], file: Path) -> None:
    with atomic_write(file) as out:
        out.writelines(f"{finding.model_dump_json()}\n" for finding in findings)


def read_precision(file: Path) -> list[Precision]:
    """The precision of every sub-score by a file of marked findings.

    Raises:
        LogError: the file cannot be read, or no finding in it is marked.
    """
    try:
        lines = list(numbered_lines(read_text(file)))
    except (OSError, UnicodeDecodeError) as error:
        raise LogError(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from error
    marked = []
    for number, line in lines:
        try:
            marked.append(AuditedFinding.model_validate_json(line))
        except ValidationError as error:
            raise LogError(
                f"{file}, line {number} is no finding as --audit writes it: {first_problem(error)}"
            ) from error
    if not any(finding.mark for finding in marked):
        raise LogError(f"{file}: no finding is marked; put true, false or arguable for null in `mark`")
    found = []
    for sub_score in dict.fromkeys(finding.sub_score for finding in marked):
        marks = [finding.mark for finding in marked if finding.sub_score == sub_score]
        true, false, arguable = (marks.count(mark) for mark in ("true", "false", "arguable"))
        decided = true + false
        low, high = wilson(true / decided, decided) if decided else (0.0, 1.0)
        found.append(Precision(sub_score, true, false, arguable, low, high))
    return found


def _context(transcript: Transcript, place: int) -> list[str]:
    end = min(len(transcript.messages), place + 3)
    return [shown(n, transcript.messages[n]) for n in range(max(0, place - _BEFORE), end)]
