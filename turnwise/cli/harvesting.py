"""Commands that make training data of logs: the harvest itself, and what is done with an archive."""

from pathlib import Path
from typing import Literal

import click

from turnwise.cli import exporting
from turnwise.cli.common import console, one_line
from turnwise.errors import HarvestError


class _OrHarvest(click.Group):
    """A group whose own work is done where no command of its is named: `harvest logs -o DIR` beside `harvest verify DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [_OWN, *args])


_OWN = ""
"""The name of the group's own work: none that a folder could have."""


@click.group(cls=_OrHarvest)
def harvest() -> None:
    """Make training data of the dialogues in logs."""


@harvest.command(name=_OWN)
@click.argument("logs", nargs=-1)
@click.option("-o", "--output", "directory", required=True, metavar="DIR", help="Where the archive is, or will be.")
@click.option("--gate", metavar="FILE.yaml", help="Thresholds; what it does not name stays as it is.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="One threshold; may be repeated.")
@click.option(
    "--policy",
    type=click.Choice(["drop", "mask", "truncate"]),
    default="mask",
    show_default=True,
    help="What becomes of a dialogue with a bad turn: left out, kept with the turn as context only, or cut before it.",
)
@click.option(
    "--against",
    multiple=True,
    metavar="FILE",
    help="A benchmark that must not be in it: JSON, JSON lines, parquet or text; may be repeated.",
)
@click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them.")
@click.option("--force", is_flag=True, help="Take the dialogues of logs whose simulated user is unfit, too.")
def own(
    logs: tuple[str, ...],
    directory: str,
    gate: str | None,
    settings: tuple[str, ...],
    policy: Literal["drop", "mask", "truncate"],
    against: tuple[str, ...],
    prices: str | None,
    force: bool,
) -> None:
    """Keep the dialogues in LOGS that are worth learning from: files or folders, ./logs unless given.

    The archive is parquet, for every trainer; dropped.jsonl beside it says why each other dialogue is not in it. Run
    again on more logs, only what is new is read; the same logs and options give the same bytes.

    \b
    turnwise harvest logs -o dialogues
    turnwise harvest logs -o dialogues --set grounding=0.95 --policy truncate
    turnwise harvest verify dialogues --for trl-sft
    turnwise harvest export dialogues --for trl-sft -o sft
    """
    from rich.text import Text

    from turnwise.harvest.gates import Gate

    try:
        from turnwise.harvest.harvest import harvest as harvested
    except ModuleNotFoundError as error:
        raise HarvestError(f"harvesting needs {error.name}; pip install 'turnwise[harvest]'") from error
    from turnwise.harvest.judging import Standards
    from turnwise.report.harvest import print_harvest
    from turnwise.report.logs import find_logs
    from turnwise.report.usage import load_prices

    chosen = (Gate.load(Path(gate)) if gate else Gate()).with_values(settings)
    known = {
        model: (price.input, price.output, price.input_cache_read, price.input_cache_write)
        for model, price in (load_prices(prices) if prices else {}).items()
    }
    if not force:
        chosen = chosen.with_values(["fit_users=true"])
    found = find_logs(logs or ("logs",))
    screen = console()
    with screen.status(Text(f"Reading {len(found)} logs")):
        result = harvested(found, Path(directory), Standards(chosen, policy, tuple(map(Path, against)), known))
    for sentence in result.unusable:
        click.echo(f"Left out: {one_line(sentence)}", err=True)
    print_harvest(screen, result)


harvest.add_command(exporting.export)
harvest.add_command(exporting.verify)
