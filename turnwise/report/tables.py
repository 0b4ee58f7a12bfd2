"""The looks that all reports share: tables, facts about one thing, and the commands to go on with."""

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.values.text import harmless


def plain_table(*headings: str, left: int = 1, padding: int = 2) -> Table:
    """A table with a line below its headings: columns of words, so many from the `left`, then of numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, padding, 0, 0), header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", overflow="fold")
    return table


def print_facts(console: Console, facts: Iterable[tuple[str, str]]) -> None:
    """Print what is known of one thing, each fact after its name; a name that comes again is not repeated."""
    table = Table.grid(padding=(0, 2))
    last = ""
    for name, fact in facts:
        table.add_row("" if name == last else name, Text(harmless(fact), overflow="fold"))
        last = name
    console.print(table)


def print_next(console: Console, *commands: str) -> None:
    console.print(Text("Next", style="bold"))
    for command in commands:
        console.print(Text(harmless(f"  {command}"), style="cyan"), soft_wrap=True)
