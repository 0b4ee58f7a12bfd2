"""A harvest as a person reads it: the funnel, what it cost, and whether what was kept is like what was not."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.harvest.funnel import Funnel
from turnwise.harvest.harvest import Harvested
from turnwise.report.tables import plain_table

_BIAS = 0.1
"""How far the mean of turns of what is kept may be from that of what succeeded, as a share."""


def print_harvest(console: Console, harvested: Harvested) -> None:
    """Print what came of a harvest."""
    funnel = harvested.funnel
    console.print(_steps(funnel))
    console.print()
    console.print(_profiles(funnel))
    console.print()
    for line in _spent(funnel):
        console.print(Text(line))
    console.print(Text(length_line(funnel), style="yellow" if biased(funnel) else ""))
    splits = ", ".join(f"{count} {name}" for name, count in funnel.kept.items())
    console.print(
        Text(f"Archive: {harvested.directory} ({splits}; {harvested.files} files, {harvested.size / 1e6:.1f} MB)")
    )
    if harvested.pairs:
        console.print(Text(f"Preference pairs: {harvested.pairs:,}, for trl-dpo and openai-dpo."))
    if not funnel.accepted:
        console.print(
            Text(f"Nothing was kept: {harvested.directory}/dropped.jsonl says why, dialogue by dialogue.", style="red")
        )
    for remark in harvested.remarks:
        console.print(Text(remark, style="yellow"))


def biased(funnel: Funnel) -> bool:
    """Whether what is kept is shorter or longer than what succeeded by more than a tenth."""
    return funnel.bias is not None and abs(funnel.bias) > _BIAS


def length_line(funnel: Funnel) -> str:
    """How long what is kept is, in words."""
    if funnel.bias is None:
        return "Length: no dialogue to compare."
    line = (
        f"Length: {funnel.turns_kept:.1f} turns in the mean; those that succeeded, kept or not, "
        f"have {funnel.turns_successful:.1f} ({funnel.bias:+.0%})."
    )
    if biased(funnel):
        way = "shorter" if funnel.bias < 0 else "longer"
        line += f" Warning: what is kept is {way} by more than {_BIAS:.0%}, and a model trained on it may learn that."
    return line


def _steps(funnel: Funnel) -> Table:
    table = plain_table("Dialogues", "", "left")
    left = funnel.dialogues
    table.add_row("read", "", f"{left:,}")
    for reason, count in funnel.dropped.items():
        left -= count
        table.add_row(Text(reason), f"-{count:,}", f"{left:,}")
    share = "" if funnel.share is None else f", a yield of {funnel.share:.1%}"
    table.add_row(Text(f"kept{share}", style="bold"), "", Text(f"{funnel.accepted:,}", style="bold"))
    return table


def _profiles(funnel: Funnel) -> Table:
    table = plain_table("In the mean", *funnel.profiles)
    fields = ("turns", "user_turns", "tokens", "calls", "tools")
    names = ("turns", "user turns", "tokens", "tool calls", "different tools")
    groups = list(funnel.profiles.values())
    table.add_row("dialogues", *(f"{group.dialogues:,}" for group in groups))
    for field, name in zip(fields, names, strict=True):
        values = [getattr(group, field) for group in groups]
        table.add_row(name, *("-" if value is None else f"{value:,.1f}" for value in values))
    table.add_row("different tools in all", *(str(group.tools_seen) for group in groups))
    for kind in ("worlds", "conditions", "difficulties"):
        shares = [getattr(group, kind) for group in groups]
        for name in sorted(set().union(*shares)):
            table.add_row(Text(name), *(f"{share.get(name, 0):.0%}" for share in shares))
    return table


def _spent(funnel: Funnel) -> Iterator[str]:
    yield f"Tokens: {funnel.tokens:,} in what is kept; models were asked for {funnel.spent:,} in all that was read."
    if funnel.cost is None:
        yield "Cost: not known (--cost FILE names prices)."
    else:
        each = "" if funnel.cost_per_accepted is None else f", ${funnel.cost_per_accepted:,.4f} for each that is kept"
        yield f"Cost: ${funnel.cost:,.4f} of all that was read{each}."
