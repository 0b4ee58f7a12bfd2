"""Tokens and costs as a person reads them."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.errors import LogError
from turnwise.logs.usage import Spent


def print_usage(console: Console, spent: Sequence[Spent]) -> None:
    """Print tokens, and costs where they are known, by task, role and stage."""
    if not spent:
        raise LogError("these logs hold no generation of a model")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    staged = any(line.stage for line in spent)
    for heading in ("Task", "Role", *(["Stage"] if staged else []), "Model"):
        table.add_column(heading, overflow="fold")
    for heading in ("Input", "of it cached", "Output", "Cost"):
        table.add_column(heading, justify="right")
    for line in spent:
        names = (line.task, line.role, *([line.stage] if staged else []), line.model)
        tokens = (f"{line.input:,}", f"{line.cached:,}", f"{line.output:,}")
        table.add_row(*(Text(name) for name in names), *tokens, "-" if line.cost is None else f"${line.cost:,.4f}")
    console.print(table)
    known = [line.cost for line in spent if line.cost is not None]
    note = "" if len(known) == len(spent) else " of what has a price (--cost FILE names prices)"
    console.print(Text(f"Tokens as the providers counted them. Cost: ${sum(known):,.4f}{note}.", style="dim"))
