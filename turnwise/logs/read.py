"""The one reader of logs: which files are logs, what their headers say, and their samples.

    for path in find_logs(["logs"]):
        info = read_info(path)              # the header, see `turnwise.logs.info`
        summaries = read_summaries(path)    # each sample in short, with its scores
        samples = read_samples(path)        # whole samples as Inspect has them

`turnwise.logs.bulk` reads the same samples as plain JSON, ten times as fast, for those who go through thousands.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from inspect_ai.log import (
    EvalSample,
    EvalSampleSummary,
    read_eval_log,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
)
from inspect_ai.model import ChatMessageSystem
from inspect_ai.solver import TaskState

from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import LogError
from turnwise.logs.info import LogInfo
from turnwise.scoring.quality.own import messages_of, transcript_of_trajectory
from turnwise.scoring.quality.transcript import Transcript

_SNIFFED = 4096
"""Bytes in which an Inspect JSON log has named its status and its eval."""
FOREIGN = "foreign"
"""Key of a sample's metadata that holds what is known of an imported dialogue: `instruction`, `ended`, and `writes`
(the tools that change something, and whether that is worth a confirmation)."""


def find_logs(paths: Sequence[str | Path]) -> list[Path]:
    """The logs among files and folders (LogError: none there), each once, in order; hidden folders are passed over."""
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise LogError(f"{path} does not exist: name log files, or folders that hold them")
        inside = [file for file in path.rglob("*") if not any(p[0] == "." for p in file.relative_to(path).parts)]
        logs = sorted(filter(is_log, inside)) if path.is_dir() else [path]
        if not logs:
            raise LogError(f"{path} holds no logs: name a folder with .eval or .json logs of Inspect")
        for log in logs:
            found.setdefault(log.resolve(), log)
    return list(found.values())


def is_log(path: Path) -> bool:
    """Whether a file looks like a log of Inspect."""
    if path.suffix not in (".eval", ".json") or not path.is_file():
        return False
    if path.suffix == ".eval":
        return True
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    return b'"status"' in start and b'"eval"' in start


def read_info(path: Path) -> LogInfo:
    """What the header of a log says; a LogError where it is no Inspect log, or is damaged."""
    with _damage_named(path):
        return LogInfo(path, read_eval_log(str(path), header_only=True))


def read_summaries(path: Path) -> list[EvalSampleSummary]:
    """The samples of a log in short, in the order of their ids; a LogError where they cannot be read."""
    with _damage_named(path):
        summaries = read_eval_log_sample_summaries(str(path))
    return sorted(summaries, key=lambda s: (isinstance(s.id, str), s.id, s.epoch))


def read_sample(path: Path, summary: EvalSampleSummary) -> EvalSample:
    """The sample of a summary, without its events, which take most of the time."""
    with _damage_named(path):
        return read_eval_log_sample(
            str(path),
            id=summary.id,
            epoch=summary.epoch,
            resolve_attachments="core",
            exclude_fields={"events", "timelines"},
        )


def read_samples(path: Path) -> Iterator[EvalSample]:
    """All samples of a log but their events, one in memory at a time, in the order of their ids."""
    for summary in read_summaries(path):
        yield read_sample(path, summary)


@dataclass(frozen=True)
class Results:
    """Logs of dialogues; iterating reads one dialogue at a time."""

    logs: tuple[Path, ...]

    @classmethod
    def of(cls, source: "Results | str | Path | Sequence[str | Path]") -> "Results":
        """Results as they are, or the logs in a file, a folder or several of them (a LogError without)."""
        if isinstance(source, Results):
            return source
        return cls(tuple(find_logs([source] if isinstance(source, str | Path) else source)))

    def __iter__(self) -> Iterator[Trajectory]:
        for log in self.logs:
            yield from filter(None, map(Trajectory.of, read_samples(log)))


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # a damaged file fails in the zip, the JSON or the model, each in its own way
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise LogError(f"{path} cannot be read as an Inspect log: {reason}") from error


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
                if (transcript := transcript_of(sample)) is not None and transcript.messages:
                    yield f"{info.header.eval.dataset.name}/{sample.id}", transcript
