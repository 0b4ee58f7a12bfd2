"""How far a run is, as one line that is written anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from inspect_ai.log import EvalSample
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from turnwise.logs.progress import Progress as Counts
from turnwise.logs.progress import told_of_dialogues
from turnwise.values.words import counted


@contextmanager
def shown_progress(console: Console, wanted: int) -> Iterator[Counts]:
    """Show a bar with successes, tokens, cost, faults and the time left while dialogues are held."""
    counts = Counts(wanted)
    columns = (BarColumn(bar_width=20), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        line = bar.add_task("", total=wanted)

        def add(sample: EvalSample) -> None:
            counts.add(sample)
            bar.update(line, completed=counts.held, description=progress_line(counts))

        with told_of_dialogues(add):
            yield counts


def progress_line(counts: Counts) -> str:
    """What a person who waits wants to know, in one line."""
    parts = [f"{counts.succeeded} succeeded"]
    if counts.tokens:
        parts.append(f"{counts.tokens:,} tokens")
    if counts.cost:
        parts.append(f"${counts.cost:.2f}")
    parts += [
        counted(number, what) if what == "error" else f"{number} {what}" for what, number in counts.faults.items()
    ]
    if (left := counts.seconds_left) is not None:
        parts.append(f"{int(left) // 60}:{int(left) % 60:02} left")
    return ", ".join(parts)
