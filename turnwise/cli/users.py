"""Commands about simulated users."""

from pathlib import Path

import click


@click.group()
def users() -> None:
    """Make simulated users like people that you know."""


@users.command()
@click.argument("transcripts", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.yaml",
    help="Where the behaviour goes.",
)
def fit(transcripts: Path, output: Path) -> None:
    """Fit a behaviour to the people in TRANSCRIPTS: a file that turnwise import reads, or logs.

    \b
    turnwise users fit calls.jsonl -o ours.yaml
    inspect eval turnwise/user_oriented -T behaviour=ours.yaml --model openai/gpt-4o

    Only dials that show in transcripts are fitted; the others are as they always are, and can be set in the file.
    """
    from turnwise.files import atomic_write
    from turnwise.logs.user_turns import dialogues_in
    from turnwise.users.fit import behaviour_file
    from turnwise.users.fit import fit as fitted

    found = fitted(dialogues_in(transcripts))
    with atomic_write(output) as out:
        out.write(behaviour_file(output.stem, transcripts.name, found))
    click.echo(f"Behaviour of {found.dialogues:,} dialogues, {found.turns:,} user turns: {output}")
    click.echo(
        f"Use it with -T behaviour={output}; turnwise health LOGS --reference {transcripts} says how alike it talks."
    )
