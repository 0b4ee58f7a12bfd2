"""Turnwise's findings as scanners of Inspect Scout (pip install 'turnwise[scout]'): scout scan examples/scanners.py -T logs

They read logs of Turnwise, imported ones too; each finding is a result that cites its message.
"""

from inspect_ai.log import EvalSample
from inspect_ai.log import read_eval_log_sample_async as read_sample
from inspect_ai.scorer import Reference
from inspect_scout import Result, Scanner, Transcript, scanner

from turnwise.logs.transcripts import transcript_of
from turnwise.scoring.explanations import finding_lines, references
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.user_integrity import user_integrity

NO_DIALOGUE = "It is no dialogue of Turnwise: turnwise import makes one of it."


@scanner(messages="all")
def findings() -> Scanner[Transcript]:
    """What the sub-scores of interaction quality found; the value is `iq_core`."""

    async def scan(transcript: Transcript) -> Result:
        dialogue = transcript_of(await _sample(transcript))
        if dialogue is None or not any(message.role == "assistant" for message in dialogue.messages):
            return Result(value=None, explanation=NO_DIALOGUE)
        found = quality(dialogue)
        return _result(found.iq_core, finding_lines(dialogue, found.findings), references(dialogue, found.findings))

    return scan


@scanner(messages="all")
def user_faults() -> Scanner[Transcript]:
    """What was wrong with the simulated user; the value is how many findings there are."""

    async def scan(transcript: Transcript) -> Result:
        dialogue = transcript_of(await _sample(transcript))
        if dialogue is None:
            return Result(value=None, explanation=NO_DIALOGUE)
        found = user_integrity(dialogue).findings
        return _result(len(found), finding_lines(dialogue, found), references(dialogue, found))

    return scan


async def _sample(transcript: Transcript) -> EvalSample:
    """The sample behind a transcript: what the user knew and which tools change something stands in its log."""
    return await read_sample(str(transcript.source_uri), uuid=transcript.transcript_id)


def _result(value: float | None, lines: list[str], cited: dict[str, list[dict[str, str]]]) -> Result:
    found = [Reference.model_validate(one) for one in cited.get("scanner_references", [])]
    return Result(value=value, explanation="\n".join(lines) or "Nothing was found wanting.", references=found)
