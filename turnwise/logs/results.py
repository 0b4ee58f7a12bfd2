"""What a run left behind, for Python: its logs, and their dialogues one at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from turnwise.dialogue.trajectory import Trajectory
from turnwise.logs.read import find_logs, read_samples


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
