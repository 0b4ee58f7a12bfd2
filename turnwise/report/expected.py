"""What models will be asked for, as a table: before anything is spent."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from turnwise.llm.expected import Expected
from turnwise.report.tables import plain_table


def print_expected(console: Console, lines: Sequence[Expected], note: str) -> None:
    """Print calls, tokens and dollars by role and stage, and how far to trust them."""
    staged = any(line.stage for line in lines)
    names = ["Role", *(["Stage"] if staged else []), "Model"]
    table = plain_table(*names, "Calls", "Tokens read", "written", "Cost", left=len(names))
    for line in lines:
        words = (line.role, *([line.stage] if staged else []), line.model)
        amounts = (f"{_round(amount):,}" for amount in (line.calls, line.input, line.output))
        table.add_row(*map(Text, words), *amounts, "unknown" if line.cost is None else f"${line.cost:,.2f}")
    console.print(table)
    costs = [line.cost for line in lines if line.cost is not None]
    read, written = (
        _round(sum(amounts)) for amounts in zip(*((line.input, line.output) for line in lines), strict=True)
    )
    total = f"{read:,} tokens read, {written:,} written"
    if costs:
        total += f", ${sum(costs):,.2f}" + ("" if len(costs) == len(lines) else " and what has no price")
    console.print(Text(f"In all: {total}. {note}"))
    if len(costs) < len(lines):
        console.print(Text("--cost FILE names prices, as Inspect's --model-cost-config takes them.", style="dim"))


def _round(amount: float) -> int:
    """Two digits of it: more would promise what an estimate does not hold."""
    digits = max(len(str(round(amount))) - 2, 0)
    return int(round(amount, -digits))
