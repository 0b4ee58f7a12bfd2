"""Exports and their checks as a person reads them."""

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from turnwise.harvest.exports.writing import Exported
from turnwise.harvest.verify import Verified
from turnwise.report.tables import plain_table, print_facts

_MOST_PROBLEMS = 10
_LONGEST_SAMPLE = 1500
"""Characters: the end of a sample, where the assistant speaks, and not the list of tools."""


def print_export(console: Console, done: Exported) -> None:
    """Print what was written, what was left out and why, and what to do next."""
    splits = ", ".join(f"{count} {split}" for split, count in done.records.items())
    facts = [
        ("Read", f"{done.sources} {'pairs' if done.format.pairs else 'dialogues'}"),
        ("Records", f"{sum(done.records.values())}: {splits}"),
    ]
    for heading, counts in (("Left out", done.left_out), ("Note", done.remarks)):
        facts += [(heading, f"{counts[reason]}: {reason}") for reason in sorted(counts, key=lambda one: -counts[one])]
    facts.append(("Written to", str(done.folder)))
    print_facts(console, [*facts, *([("Trainer", done.format.advice)] if done.format.advice else [])])


def print_verified(console: Console, found: Verified) -> None:
    """Print what was compared, what some records look like to the trainer, and all that is wrong."""
    samples = [sample for checked in found.files for sample in checked.samples][:3]
    for number, sample in enumerate(samples, 1):
        text = Text("… " * (len(sample) > _LONGEST_SAMPLE) + sample[-_LONGEST_SAMPLE:])
        console.print(Panel(text, title=f"sample {number}", title_align="left", box=box.SIMPLE_HEAD))
    if any("⟦" in sample for sample in samples):
        console.print(Text("Between ⟦ and ⟧ is what is learned.", style="dim"))
    table = plain_table("File", "Records", "Loaded", "Equal", "Rendered", "Problems")
    for checked in found.files:
        numbers = checked.records, checked.loaded, checked.equal, checked.rendered, len(checked.problems)
        table.add_row(checked.file, *map(str, numbers))
    console.print(table)
    console.print(Text(f"Read by {found.by}.", style="dim"))
    if not all(checked.masked for checked in found.files):
        line = "This chat template does not tell TRL what the assistant writes: it would learn all. Export tokens."
        console.print(Text(line, style="yellow"))
    for problem in found.problems[:_MOST_PROBLEMS]:
        console.print(Text(problem, style="red"), soft_wrap=True)
    if len(found.problems) > _MOST_PROBLEMS:
        console.print(Text(f"and {len(found.problems) - _MOST_PROBLEMS} more", style="red"))
    if not found.problems:
        console.print(Text("The export says what the archive says.", style="green"))
