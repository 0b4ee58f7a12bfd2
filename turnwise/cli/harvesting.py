"""Commands that make training data: of logs, until there is enough of it; exports, and whether they are sound."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise.cli.common import (
    console,
    json_option,
    logs_in,
    need_harvest_extra,
    only_option,
    options_as,
    print_json,
    tell_left_out,
    values_of,
    working,
)
from turnwise.errors import HarvestError, did_you_mean
from turnwise.logs.remote import is_url

if TYPE_CHECKING:
    from turnwise.harvest.curation import FilterConfig


def _config(
    thresholds: str | None,
    settings: tuple[str, ...],
    policy: Any,
    against: tuple[str, ...],
    prices: str | None,
    force: bool,
) -> "FilterConfig":
    need_harvest_extra()
    from turnwise.harvest.curation import FilterConfig
    from turnwise.harvest.filters import Filter
    from turnwise.logs.usage import load_prices

    chosen = (Filter.load(Path(thresholds)) if thresholds else Filter()).with_values(values_of("--set", settings))
    if not force:
        chosen = chosen.with_values({"fit_users": True})
    return FilterConfig(chosen, policy, tuple(map(Path, against)), load_prices(prices) if prices else {})


_thresholds = "Thresholds; what it does not name keeps its default."
filter_options = options_as(
    "config",
    _config,
    click.option("--filter", "thresholds", metavar="FILE.yaml", help=_thresholds),
    click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="One threshold; may be repeated."),
    click.option(
        "--policy",
        type=click.Choice(["drop", "mask", "truncate"]),
        default="mask",
        show_default=True,
        help="What becomes of a dialogue with a bad turn: left out, kept with the turn as context only, or cut before it.",
    ),
    click.option(
        "--against",
        multiple=True,
        metavar="FILE",
        help="A benchmark that must not be in it: JSON, JSON lines, parquet or text; may be repeated.",
    ),
    click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them."),
    click.option("--force", is_flag=True, help="Take the dialogues of logs whose simulated user is unfit, too."),
)
"""The options that say what is worth learning from."""

_place = "Where the archive is, or will be."


def _on_this_machine(_ctx: click.Context, _option: click.Parameter, place: str) -> str:
    if is_url(place):
        raise HarvestError(f"{place} is a URL, and an archive is made on this machine: copy it there afterwards")
    return place


output = click.option(
    "-o", "--output", "directory", required=True, metavar="DIR", help=_place, callback=_on_this_machine
)
_OWN = ""
"""The name of the group's own work: none that a folder could have."""


class _OrHarvest(click.Group):
    """A group whose own work is done where no command of its is named: `harvest logs -o DIR` beside `harvest verify DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        nothing = args and args[0] not in self.commands and not args[0].startswith("-") and not Path(args[0]).exists()
        if nothing and (meant := did_you_mean(args[0], [name for name in self.commands if name])):
            ctx.fail(f"There is no command and no log {args[0]}: {meant}")
        return super().parse_args(ctx, args if args and args[0] in self.commands else [_OWN, *args])


@click.group(cls=_OrHarvest)
def harvest() -> None:
    """Make training data of the dialogues in logs."""


@harvest.command(name=_OWN)
@click.argument("logs", nargs=-1)
@output
@only_option
@json_option
@filter_options
def own(logs: tuple[str, ...], directory: str, only: tuple[str, ...], as_json: bool, config: "FilterConfig") -> None:
    """Keep the dialogues in LOGS that are worth learning from: files or folders, ./logs unless given.

    The archive is parquet, for every trainer; dropped.jsonl beside it says why each other dialogue is not in it. The
    same logs and options give the same bytes.

    \b
    turnwise harvest logs -o dialogues
    turnwise harvest logs -o dialogues --set grounding=0.95 --policy truncate
    turnwise harvest verify dialogues --for trl-sft
    turnwise harvest export dialogues --for trl-sft -o sft
    """
    from turnwise.harvest.harvest import harvest as harvested
    from turnwise.report.harvest import print_harvest

    found = logs_in(logs, only)
    with working(f"Reading {len(found)} logs"):
        result = harvested(found, Path(directory), config)
    tell_left_out(result.unusable)
    print_json(result) if as_json else print_harvest(console(), result)


_FORMATS = (
    "trl-sft", "trl-dpo", "trl-kto", "axolotl", "llamafactory", "prime-rl", "verl", "verl-rl", "skyrl", "openai", "openai-dpo",
    "atif", "session-trace", "tokens",
)  # fmt: skip
"""Written out, since the exporters take a while to import; a test holds them against the exporters."""

_archive = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
_for = click.option("--for", "name", required=True, type=click.Choice(_FORMATS), help="Who will read it.")


@harvest.command()
@_archive
@_for
@click.option("-o", "--output", required=True, metavar="OUT", help="The folder to write.")
@click.option("--tokenizer", metavar="NAME|DIR", help="For tokens: a Hugging Face tokenizer with a chat template.")
@click.option(
    "--per-user-turn",
    is_flag=True,
    help="A record for each user turn, all before it as context: keeps the reasoning that chat templates drop.",
)
@click.option("--push", metavar="REPO", help="Upload the folder to the Hugging Face hub as a private dataset.")
def export(
    directory: Path, name: str, output: str, tokenizer: str | None, per_user_turn: bool, push: str | None
) -> None:
    """Write the archive in DIR as a trainer reads it.

    What a trainer's format cannot hold is left out and counted, never trained on silently.

    \b
    turnwise harvest export dialogues --for trl-sft -o sft
    turnwise harvest export dialogues --for tokens --tokenizer Qwen/Qwen3-8B --per-user-turn -o tokens
    """
    need_harvest_extra()
    from turnwise.harvest.exports.writing import export as exported
    from turnwise.harvest.exports.writing import push_folder
    from turnwise.report.harvest import print_export

    if tokenizer and name != "tokens":
        raise HarvestError(f"--tokenizer is for tokens; {name} is read by any")
    with working(f"Writing {directory} for {name}"):
        done = exported(directory, name, Path(output), tokenizer=tokenizer, per_user_turn=per_user_turn)
    print_export(console(), done)
    if push:
        click.echo(f"Uploaded: {push_folder(Path(output), push)}")


@harvest.command()
@_archive
@_for
@click.option(
    "--export", "exported", metavar="OUT", type=click.Path(path_type=Path), help="An export; unset, one is made for it."
)
@click.option("--tokenizer", metavar="NAME|DIR", help="Render with its chat template, and not with a plain one.")
@click.option(
    "--render", type=click.IntRange(min=1), default=200, show_default=True, help="Records of each file to render."
)
@click.pass_context
def verify(
    ctx: click.Context, directory: Path, name: str, exported: Path | None, tokenizer: str | None, render: int
) -> None:
    """Check that an export of the archive in DIR says what the archive says.

    Every record is loaded as the trainer loads it and compared: texts, calls, types and numbers of arguments, and
    what is learned. Some are rendered, with TRL's own code where it is the trainer. Ends with 1 when anything is wrong.

    \b
    turnwise harvest verify dialogues --for trl-sft --export sft
    """
    need_harvest_extra()
    from turnwise.harvest.verify import verify as verified
    from turnwise.report.harvest import print_verified

    with working(f"Reading {exported or directory} as {name} does"):
        found = verified(directory, name, exported=exported, tokenizer=tokenizer, render=render)
    print_verified(console(), found)
    if found.problems:
        ctx.exit(1)
