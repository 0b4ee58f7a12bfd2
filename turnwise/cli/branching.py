"""The command that makes any turn of any dialogue a new start."""

from pathlib import Path
from typing import Any

import click

from turnwise.cli.common import console, logs_in, tell_left_out
from turnwise.errors import TurnwiseError
from turnwise.values.words import counted


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOGS...")
@click.option("-o", "--output", "path", required=True, metavar="FILE", help="Where to write the starts, one a line.")
@click.option(
    "--at",
    "rules",
    multiple=True,
    required=True,
    metavar="TURN",
    help="every:N, a number, first, finding, failed or end; may be repeated.",
)
@click.option("--next", "first", type=click.Choice(["agent", "user"]), help="Who speaks first after the start.")
@click.option("--world", metavar="DIR", help="The world, where the log does not lead to it.")
@click.option("--goals", metavar="FILE|new", help="Other goals: from a file, or composed where the dialogue stands.")
@click.option("--behaviour", metavar="NAME|FILE", help="Another behaviour of the user.")
@click.option("--seed", type=int, help="Another seed for the user.")
@click.option("--need", metavar="TOOL", help="A goal that needs this tool.")
def branch(
    logs: tuple[str, ...],
    path: str,
    rules: tuple[str, ...],
    first: str | None,
    world: str | None,
    **changes: Any,
) -> None:
    """Make starts out of turns of the dialogues in LOGS: files or folders, or files of foreign dialogues.

    The history of each start is lived through again: its calls have to return what they returned. At most one thing is
    changed (--goals, --behaviour, --seed or --need); the agent and who plays the user are chosen when it is resumed.

    \b
    every:N    each N-th user turn
    4          user turn 4; first is 1
    finding    the turn of the first flaw that interaction quality found
    failed     the turn whose answer lost a request
    end        after the last reply

    \b
    turnwise branch logs/x.eval --at every:3 -o starts.jsonl
    inspect eval turnwise/resume -T starts=starts.jsonl --model openai/gpt-4o
    """
    from turnwise.branching.branch import branch as branched
    from turnwise.branching.changing import read_wish
    from turnwise.branching.turns import read_at
    from turnwise.dialogue.resume import save_starts

    if Path(path).is_dir():
        raise TurnwiseError(f"{path} is a directory: name a file for the starts")
    at = [read_at(rule) for rule in rules]
    wish = read_wish(**changes)
    made = branched(logs_in(logs), at=at, wish=wish, first=first, world=world)  # type: ignore[arg-type]
    save_starts(made.starts, path)
    tell_left_out(made.refused)
    screen = console()
    used = len({(s.source.file_hash, s.source.sample_id, s.source.epoch) for s in made.starts})
    starts = counted(len(made.starts), "start")
    screen.print(f"{starts} from {used} of {counted(made.dialogues, 'dialogue')}: {made.starts[0].change.words}.")
    screen.print(f"Their {made.calls} calls were made again and returned the same.")
    if made.unverified:
        unverified = counted(made.unverified, "start")
        screen.print(f"The results of {unverified} were made up by a model and cannot be compared.")
    for reason, turns in made.left_out.most_common():
        screen.print(f"No start at {counted(turns, 'turn')}: {reason}.", style="dim")
    click.echo(f"Starts: {path} (inspect eval turnwise/resume -T starts={path} --model MODEL)")
