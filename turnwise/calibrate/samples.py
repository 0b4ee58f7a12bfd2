"""Dialogues in logs, as calibration takes them: our own and imported ones."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from turnwise.errors import LogError
from turnwise.logs.read import read_info, read_samples
from turnwise.logs.transcripts import transcript_of
from turnwise.scoring.quality.transcript import Transcript


def read_transcripts(logs: Sequence[Path], limit: int | None = None) -> list[tuple[str, Transcript]]:
    """The dialogues of some logs, each with its seed task: what it is about, whoever talked and however often.

    Args:
        logs: log files.
        limit: dialogues to read at most.

    Raises:
        LogError: a log cannot be read, or none of them holds a dialogue.
    """
    found = list(islice(_transcripts(logs), limit))
    if not found:
        raise LogError(f"none of the {len(logs)} logs holds a dialogue" if len(logs) > 1 else f"{logs[0]}: no dialogue")
    return found


def _transcripts(logs: Sequence[Path]) -> Iterator[tuple[str, Transcript]]:
    for log in logs:
        info = read_info(log)
        if info.kind in ("synthesis", "calibration"):
            continue
        for sample in read_samples(log):
            transcript = transcript_of(sample)
            if transcript is not None and transcript.messages:
                yield f"{info.header.eval.dataset.name}/{sample.id}", transcript
