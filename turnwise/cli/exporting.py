"""Commands that take an archive to a trainer: exports, and whether they say what the archive says."""

from pathlib import Path

import click

from turnwise.cli.common import console, need_harvest_extra, working
from turnwise.errors import HarvestError

_FORMATS = (
    "trl-sft", "trl-dpo", "axolotl", "llamafactory", "prime-rl", "verl", "verl-rl", "openai", "openai-dpo", "tokens",
)  # fmt: skip
"""Written out, since the exporters take a while to import; a test holds them against the exporters."""

_archive = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
_for = click.option("--for", "name", required=True, type=click.Choice(_FORMATS), help="Who will read it.")


@click.command()
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
    from turnwise.harvest.card import push_folder
    from turnwise.harvest.exports.writing import export as exported
    from turnwise.report.exports import print_export

    if tokenizer and name != "tokens":
        raise HarvestError(f"--tokenizer is for tokens; {name} is read by any")
    with working(f"Writing {directory} for {name}"):
        done = exported(directory, name, Path(output), tokenizer=tokenizer, per_user_turn=per_user_turn)
    print_export(console(), done)
    if push:
        click.echo(f"Uploaded: {push_folder(Path(output), push)}")


@click.command()
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
    """
    need_harvest_extra()
    from turnwise.harvest.verify import verify as verified
    from turnwise.report.exports import print_verified

    with working(f"Reading {exported or directory} as {name} does"):
        found = verified(directory, name, exported=exported, tokenizer=tokenizer, render=render)
    print_verified(console(), found)
    if found.problems:
        ctx.exit(1)
