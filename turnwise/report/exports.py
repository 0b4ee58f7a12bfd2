"""Exports and their checks as a person reads them."""

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from turnwise.harvest.exports.writing import Exported
from turnwise.harvest.verify import FileCheck, Verified
from turnwise.report.tables import plain_table, print_facts

_MOST_PROBLEMS = 10
_LONGEST_SAMPLE = 1500
"""Characters."""


def print_export(console: Console, done: Exported) -> None:
    """Print what was written, what was left out and why, and what to do next."""
    total = sum(done.records.values())
    splits = ", ".join(f"{count} {split}" for split, count in done.records.items())
    facts = [
        ("Read", f"{done.sources} {'pairs' if done.format.pairs else 'dialogues'}"),
        ("Records", f"{total}: {splits}"),
    ]
    for heading, counts in (("Left out", done.left_out), ("Note", done.remarks)):
        counted = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        facts += [(heading, f"{count}: {reason}") for reason, count in counted]
    facts.append(("Written to", str(done.folder)))
    print_facts(console, [*facts, *(("Trainer", line) for line in done.format.advice)])


def print_verified(console: Console, found: Verified) -> None:
    """Print what was compared, what some records look like to the trainer, and all that is wrong."""
    samples = [sample for checked in found.files for sample in checked.samples][:3]
    for number, sample in enumerate(samples, 1):
        console.print(Panel(Text(_cut(sample)), title=f"sample {number}", title_align="left", box=box.SIMPLE_HEAD))
    if any("⟦" in sample for sample in samples):
        console.print(Text("Between ⟦ and ⟧ is what is learned.", style="dim"))
    table = plain_table("File", "Records", "Loaded", "Rendered", "Calls equal", "Masks equal", "Problems")
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


def _cells(checked: FileCheck) -> list[str]:
    counts = [f"{equal} of {number}" if number else "-" for equal, number in (checked.calls, checked.masks)]
    numbers = map(str, (checked.records, checked.loaded, checked.rendered))
    return [checked.file, *numbers, *counts, str(len(checked.problems))]


def _cut(sample: str) -> str:
    """The end of a long sample: what the assistant says is there, and not the list of tools."""
    return sample if len(sample) <= _LONGEST_SAMPLE else f"… {sample[-_LONGEST_SAMPLE:]}"
