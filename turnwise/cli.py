"""The command line: one command per arrow of the data flow. Everything heavy is imported where it is used."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise.errors import LogError, TurnwiseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from turnwise.report.logs import Reading

_PLAIN_WIDTH = 160
"""Columns where no terminal tells its own: in a CI log or a file."""


class _Commands(click.Group):
    """Commands whose errors are one line for a person."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TurnwiseError as error:
            raise click.ClickException(_one_line(str(error))) from error
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="turnwise")
def main() -> None:
    """Evaluate agents in long conversations with a simulated person.

    \b
    turnwise demo                          both paradigms on the bundled worlds, offline
    turnwise synth shop.sqlite -o shop     a database becomes a world
    turnwise show shop                     what is in it
    inspect eval turnwise/user_oriented -T world=shop --model openai/gpt-4o
    turnwise compare logs                  what came of it
    """


@main.command()
@click.option("--world", "worlds", multiple=True, metavar="WORLD", help="A world's name or directory; may be repeated.")
@click.option(
    "--scenarios", type=click.IntRange(min=1), default=8, show_default=True, help="Dialogues per world and paradigm."
)
@click.option("--agent", type=click.Choice(["lexical", "oracle", "silent"]), default="lexical", show_default=True)
@click.option("--seed", default=0, show_default=True, help="Drives the goals and the user.")
@click.option("--logs", "log_dir", metavar="DIR", help="Where to write; a new folder in ./logs unless given.")
def demo(worlds: tuple[str, ...], scenarios: int, agent: str, seed: int, log_dir: str | None) -> None:
    """Run both paradigms on the bundled worlds and compare them. Needs no key and no network.

    The same goals are pursued by a task-oriented and by a user-oriented simulated user. `lexical` is a
    baseline made of rules, not a language model; `oracle` and `silent` are the bounds of every score.

    Live logs are off, for speed. For them, or for a model of your own:

    \b
    inspect eval turnwise/user_oriented -T world=city_library --model openai/gpt-4o
    """
    from datetime import datetime

    from rich.text import Text

    from turnwise.report.plot import save_plot
    from turnwise.report.table import print_comparison
    from turnwise.running import run_task
    from turnwise.worlds import bundled_worlds, load_world

    console = _console()
    for world in worlds:
        load_world(world)  # so that the last of several misspelt names does not cost the runs of the others
    folder = Path(log_dir or f"logs/demo-{datetime.now():%Y%m%d-%H%M%S}")
    runs = [(world, task) for world in worlds or bundled_worlds() for task in ("task_oriented", "user_oriented")]
    logs = []
    for number, (world, task) in enumerate(runs, 1):
        with console.status(Text(f"{world}, {task}: {scenarios} dialogues")):
            started = time.monotonic()
            arguments = {"world": world, "scenarios": scenarios, "seed": seed}
            logs.append(run_task(task, arguments, agent, folder))
        console.print(f"{number}/{len(runs)}  {world}, {task}: {time.monotonic() - started:.1f} s", style="dim")
    console.print()
    reading = _read(logs)
    print_comparison(console, reading.runs, reading.remarks)
    console.print()
    click.echo(f"Plot:  {save_plot(reading.runs, folder / 'arms.png')}")
    click.echo(f"Logs:  {folder} (turnwise compare {folder}, inspect view --log-dir {folder})")
    click.echo(f"Read:  turnwise show {logs[-1]} 1")


@main.command()
@click.argument("seed_file", metavar="DATABASE")
@click.option("-o", "--output", "directory", required=True, metavar="DIR", help="Where to write the world.")
@click.option("--name", help="Name of the world; the file's, unless given.")
@click.option("--seed", default=0, show_default=True, help="Drives the trial calls.")
@click.option("--tools", type=click.IntRange(min=1), default=80, show_default=True, help="Tools to keep at most.")
def synth(seed_file: str, directory: str, name: str | None, seed: int, tools: int) -> None:
    """Make a world from DATABASE, a SQLite file or a SQL script.

    Tools are read off the schema and each is tried on the rows before it is kept. A world that is already
    at DIR is replaced; anything else there is left alone.
    """
    from turnwise.report.worlds import print_synthesis
    from turnwise.synthesis.world import synthesize_world
    from turnwise.worlds import save_world

    world = synthesize_world(seed_file, name=name, seed=seed, most_tools=tools)
    save_world(world, directory)
    print_synthesis(_console(), world, directory)


@main.command()
@click.argument("path", metavar="WORLD|LOG")
@click.argument("number", required=False)
@click.option("--epoch", type=click.IntRange(min=1), default=1, show_default=True, help="Which trial of the dialogue.")
def show(path: str, number: str | None, epoch: int) -> None:
    """Show a world, the dialogues of a log, or one dialogue.

    \b
    turnwise show city_library             a bundled world, or a world directory
    turnwise show logs/x.eval              its dialogues, one a line
    turnwise show logs/x.eval 3            dialogue 3: what was said, called and achieved
    """
    if Path(path).is_file():
        from turnwise.report.dialogues import print_dialogue, print_dialogues

        if number is None:
            print_dialogues(_console(), Path(path))
        else:
            print_dialogue(_console(), Path(path), number, epoch)
        return
    if path.endswith((".eval", ".json")):
        raise LogError(f"{path} does not exist: name a log, a world directory or a bundled world")
    from turnwise.report.worlds import print_world
    from turnwise.worlds import load_world

    world = load_world(path)
    if number is not None:
        raise TurnwiseError(f"{path} is a world: only a log has a dialogue {number}")
    print_world(_console(), world)


@main.command()
@click.argument("logs", nargs=-1)
@click.option("--plot", metavar="FILE.png", help="Draw the arms as well.")
def compare(logs: tuple[str, ...], plot: str | None) -> None:
    """Compare the arms in LOGS: files or folders, ./logs unless given.

    An arm is a task, an agent and a world; settings tell arms apart where they differ. Several logs of one
    arm are taken together.
    """
    from turnwise.report.logs import find_logs
    from turnwise.report.table import print_comparison

    reading = _read(find_logs(logs or ("logs",)))
    drawn = None
    if plot:
        from turnwise.report.plot import save_plot

        drawn = save_plot(reading.runs, plot)
    console = _console()
    print_comparison(console, reading.runs, reading.remarks)
    if drawn:
        click.echo(f"Plot: {drawn}")


def _read(logs: "Sequence[Path]") -> "Reading":
    from turnwise.report.logs import read_runs

    reading = read_runs(logs)
    if not reading.runs and len(reading.unusable) == 1:
        raise LogError(reading.unusable[0])
    for sentence in reading.unusable:
        click.echo(f"Left out: {_one_line(sentence)}", err=True)
    if not reading.runs:
        raise LogError(f"none of the {len(logs)} logs can be compared")
    return reading


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _console() -> "Console":
    from rich.console import Console

    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, markup=False, emoji=False, width=None if told else _PLAIN_WIDTH)
