"""The dialogues of logs as transcripts: ours and imported ones alike, for whoever judges or counts words alone."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessageSystem
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import LogError
from turnwise.logs.read import FOREIGN, damage_named, read_info, read_samples
from turnwise.scoring.quality.own import messages_of, transcript_of_trajectory
from turnwise.scoring.quality.transcript import Transcript


def transcript_of(sample: EvalSample | TaskState) -> Transcript | None:
    """The transcript in a sample; None when it holds neither a dialogue of ours nor an imported one."""
    metadata = sample.metadata or {}
    if FOREIGN not in metadata:
        trajectory = Trajectory.of(sample)
        return None if trajectory is None else transcript_of_trajectory(trajectory)
    known = metadata[FOREIGN]
    return Transcript(
        messages_of(sample.messages, {}),
        policy="\n".join(m.text for m in sample.messages if isinstance(m, ChatMessageSystem)),
        instruction=known.get("instruction", ""),
        writes=known.get("writes", {}),
        ended=known.get("ended", ""),
    )


def read_transcripts(logs: Sequence[Path], limit: int | None = None) -> list[tuple[str, Transcript]]:
    """The first dialogues of some logs (a LogError without), each with its seed task: what it is about."""
    found = list(islice(_transcripts(logs), limit))
    if not found:
        raise LogError(f"none of the {len(logs)} logs holds a dialogue" if len(logs) > 1 else f"{logs[0]}: no dialogue")
    return found


def _transcripts(logs: Sequence[Path]) -> Iterator[tuple[str, Transcript]]:
    for log in logs:
        info = read_info(log)
        if info.kind not in ("synthesis", "calibration"):
            for sample in read_samples(log):
                with damage_named(log):
                    transcript = transcript_of(sample)
                if transcript is not None and transcript.messages:
                    yield f"{info.header.eval.dataset.name}/{sample.id}", transcript
