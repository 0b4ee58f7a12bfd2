"""A harvest as a person reads it: the funnel, what it cost, and whether what was kept is like what was not."""

from rich.console import Console
from rich.text import Text

from turnwise.harvest.funnel import Funnel
from turnwise.harvest.harvest import Harvested
from turnwise.report.tables import plain_table

_BIAS = 0.1
"""How far the mean of turns of what is kept may be from that of what succeeded, as a share."""


def print_harvest(console: Console, harvested: Harvested) -> None:
    """Print what came of a harvest."""
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
    """Whether what is kept is shorter or longer than what succeeded by more than a tenth."""
    return funnel.bias is not None and abs(funnel.bias) > _BIAS


def _length_line(funnel: Funnel) -> str:
    """How long what is kept is, in words."""
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
