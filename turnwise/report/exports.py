"""Exports and their checks as a person reads them."""

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from turnwise.harvest.exports.writing import Exported
from turnwise.harvest.verify import Checked, Verified

_MOST_PROBLEMS = 10
_LONGEST_SAMPLE = 1500
"""Characters."""


def print_export(console: Console, done: Exported) -> None:
    """Print what was written, what was left out and why, and what to do next."""
    total = sum(done.records.values())
    splits = ", ".join(f"{count} {split}" for split, count in done.records.items())
    facts = Table.grid(padding=(0, 2))
    facts.add_row("Read", Text(f"{done.sources} {'pairs' if done.format.pairs else 'dialogues'}"))
    facts.add_row("Records", Text(f"{total}: {splits}"))
    for heading, counts in (("Left out", done.left_out), ("Note", done.remarks)):
        for place, (reason, count) in enumerate(sorted(counts.items(), key=lambda item: (-item[1], item[0]))):
            facts.add_row(heading if place == 0 else "", Text(f"{count}: {reason}"))
    facts.add_row("Written to", Text(str(done.folder), overflow="fold"))
    for place, line in enumerate(done.format.advice):
        facts.add_row("Trainer" if place == 0 else "", Text(line))
    console.print(facts)


def print_verified(console: Console, found: Verified) -> None:
    """Print what was compared, what some records look like to the trainer, and all that is wrong."""
    samples = [sample for checked in found.files for sample in checked.samples][:3]
    for number, sample in enumerate(samples, 1):
        console.print(Panel(Text(_cut(sample)), title=f"sample {number}", title_align="left", box=box.SIMPLE_HEAD))
    if any("⟦" in sample for sample in samples):
        console.print(Text("Between ⟦ and ⟧ is what is learned.", style="dim"))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("File")
    for heading in ("Records", "Loaded", "Rendered", "Calls equal", "Masks equal", "Problems"):
        table.add_column(heading, justify="right")
    for checked in found.files:
        table.add_row(*_cells(checked))
    console.print(table)
    console.print(Text(f"Read by {found.by}.", style="dim"))
    if any(checked.rendered and not checked.masks[1] for checked in found.files):
        line = "This chat template does not tell TRL what the assistant writes: it would learn all. Export tokens."
        console.print(Text(line, style="yellow"))
    for problem in found.problems[:_MOST_PROBLEMS]:
        console.print(Text(problem, style="red"), soft_wrap=True)
    if len(found.problems) > _MOST_PROBLEMS:
        console.print(Text(f"and {len(found.problems) - _MOST_PROBLEMS} more", style="red"))
    if not found.problems:
        console.print(Text("The export says what the archive says.", style="green"))


def _cells(checked: Checked) -> list[str]:
    counts = [f"{equal} of {number}" if number else "-" for equal, number in (checked.calls, checked.masks)]
    numbers = map(str, (checked.records, checked.loaded, checked.rendered))
    return [checked.file, *numbers, *counts, str(len(checked.problems))]


def _cut(sample: str) -> str:
    """The end of a long sample: what the assistant says is there, and not the list of tools."""
    return sample if len(sample) <= _LONGEST_SAMPLE else f"… {sample[-_LONGEST_SAMPLE:]}"
