"""Tokens and costs as a person reads them."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from turnwise.errors import LogError
from turnwise.logs.usage import Spent
from turnwise.report.tables import plain_table


def print_usage(console: Console, spent: Sequence[Spent]) -> None:
    """Print tokens, and costs where they are known, by task, role and stage."""
    if not spent:
        raise LogError("these logs hold no generation of a model")
    staged = any(line.stage for line in spent)
    words = ("Task", "Role", *(["Stage"] if staged else []), "Model")
    table = plain_table(*words, "Input", "of it cached", "Output", "Cost", left=len(words))
    for line in spent:
        names = (line.task, line.role, *([line.stage] if staged else []), line.model)
        tokens = (f"{line.input:,}", f"{line.cached:,}", f"{line.output:,}")
        table.add_row(*(Text(name) for name in names), *tokens, "-" if line.cost is None else f"${line.cost:,.4f}")
    console.print(table)
    known = [line.cost for line in spent if line.cost is not None]
    note = "" if len(known) == len(spent) else " of what has a price (--cost FILE names prices)"
    console.print(Text(f"Tokens as the providers counted them. Cost: ${sum(known):,.4f}{note}.", style="dim"))
