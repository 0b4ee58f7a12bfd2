"""A harvest and its exports as a person reads them: the funnel, what it cost, the bias of what was kept, the checks."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from turnwise.harvest.exports.writing import Exported
from turnwise.harvest.funnel import Funnel
from turnwise.harvest.harvest import Harvested
from turnwise.harvest.verify import Verified
from turnwise.llm.expected import Expected
from turnwise.report.tables import plain_table, print_facts

_BIAS = 0.1
"""How far the mean of turns of what is kept may be from that of what succeeded, as a share."""
_MOST_PROBLEMS = 10
_LONGEST_SAMPLE = 1500
"""Characters: the end of a sample, where the assistant speaks, and not the list of tools."""


def print_harvest(console: Console, harvested: Harvested) -> None:
    funnel = harvested.funnel
    steps, profiles = plain_table("Dialogues", "", "left"), plain_table("In the mean", *funnel.profiles)
    for table, rows in ((steps, funnel.steps()), (profiles, funnel.comparison())):
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
        console.print()
    splits = ", ".join(f"{count} {name}" for name, count in funnel.kept.items())
    lines = [
        f"Tokens: {funnel.tokens:,} in what is kept; models were asked for {funnel.tokens_spent:,} in all that was read.",
        _cost(funnel),
        f"Archive: {harvested.directory} ({splits}; {harvested.size / 1e6:.1f} MB)",
    ]
    if harvested.pairs:
        lines.append(f"Preference pairs: {harvested.pairs:,}, for trl-dpo and openai-dpo.")
    for line in lines:
        console.print(Text(line))
    console.print(Text(_length_line(funnel), style="yellow" if _biased(funnel) else ""))
    if not funnel.accepted:
        why = f"Nothing was kept: {harvested.directory}/dropped.jsonl says why, dialogue by dialogue."
        console.print(Text(why, style="red"))
    for remark in harvested.remarks:
        console.print(Text(remark, style="yellow"))


def _biased(funnel: Funnel) -> bool:
    return funnel.bias is not None and abs(funnel.bias) > _BIAS


def _length_line(funnel: Funnel) -> str:
    if funnel.bias is None:
        return "Length: no dialogue to compare."
    line = (
        f"Length: {funnel.turns_kept:.1f} turns in the mean; those that succeeded, kept or not, "
        f"have {funnel.turns_successful:.1f} ({funnel.bias:+.0%})."
    )
    if _biased(funnel):
        way = "shorter" if funnel.bias < 0 else "longer"
        line += f" Warning: what is kept is {way} by more than {_BIAS:.0%}, and a model trained on it may learn that."
    return line


def _cost(funnel: Funnel) -> str:
    if funnel.cost is None:
        return "Cost: not known (--cost FILE names prices)."
    each = "" if funnel.cost_per_accepted is None else f", ${funnel.cost_per_accepted:,.4f} for each that is kept"
    return f"Cost: ${funnel.cost:,.4f} of all that was read{each}."


def print_export(console: Console, done: Exported) -> None:
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


_SECONDS_OF_A_CALL = 2.0
"""that a model takes, for want of a better guess"""
_AT_A_TIME = 20
"""requests of one process"""
_REHEARSED = 3
"""dialogues of a rehearsal"""


def print_plan(
    console: Console, target: int, cells: Sequence[tuple[str, Sequence[Expected], float]], processes: int
) -> None:
    """Print what each cell takes, if every dialogue is kept, and all of them; `cells` have the CPU seconds of a few."""
    table = plain_table("Cell", "Dialogues", "Calls", "Tokens read", "written", "Cost", left=1)
    seconds, spent, unpriced = 0.0, 0.0, False
    for name, each, few in cells:
        lines = [line.times(target) for line in each]
        calls, read, written = (sum(getattr(line, what) for line in lines) for what in ("calls", "input", "output"))
        costs = [line.cost for line in lines if line.cost is not None]
        unpriced |= len(costs) < len(lines)
        spent += sum(costs)
        seconds += max(calls * _SECONDS_OF_A_CALL / _AT_A_TIME, few / _REHEARSED * target)
        cost = "nothing" if not lines else f"${sum(costs):,.2f}" if costs else "unknown"
        table.add_row(Text(name), f"{target:,}", *(f"{round(n):,}" for n in (calls, read, written)), cost)
    console.print(table)
    hours = seconds / processes / 3600
    console.print(
        Text(
            f"In all: {len(cells)} cells, {target * len(cells):,} dialogues, ${spent:,.2f}{' and what has no price' if unpriced else ''}, "
            f"about {hours:,.1f} hours on {processes} processes (a call takes {_SECONDS_OF_A_CALL:g} s, {_AT_A_TIME} at a time). "
            "Counted from dialogues that rules have held: models say more, and of what is held not all is kept; with half of it, "
            "twice as much."
        )
    )
