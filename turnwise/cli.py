"""The command line: one command per arrow of the data flow. Everything heavy is imported where it is used."""

import functools
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise.errors import LogError, TurnwiseError
from turnwise.stages import ModelChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.status import Status

    from turnwise.report.logs import Reading
    from turnwise.synthesis.goals import DifficultyChoice

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


def _model_options(command: "Callable[..., None]") -> "Callable[..., None]":
    """Give a command the options of a stage that a model can do; it gets them as `choice`, None without a model."""

    @functools.wraps(command)
    def chosen(
        *, model: str | None, base_url: str | None, args: tuple[str, ...], prompts: str | None, logs: str, **rest: Any
    ) -> None:
        if model is None and (base_url or args or prompts):
            raise TurnwiseError("--model-base-url, -M and --prompts are for a model: name it with --model")
        command(choice=ModelChoice(model, base_url, _model_args(args), prompts, logs) if model else None, **rest)

    for option in (
        click.option("--logs", default="logs", show_default=True, metavar="DIR", help="Where the model's log goes."),
        click.option(
            "--prompts", metavar="DIR", help="A folder with prompts of your own, named as those they replace."
        ),
        click.option("-M", "args", multiple=True, metavar="KEY=VALUE", help="An option of the model; may be repeated."),
        click.option("--model-base-url", "base_url", metavar="URL", help="Where the model is served."),
        click.option(
            "--model", metavar="MODEL", help="Have a model do it, such as openai/gpt-4o-mini, instead of rules."
        ),
    ):
        chosen = option(chosen)
    return chosen


def _model_args(pairs: tuple[str, ...]) -> dict[str, Any]:
    """`-M key=value` as arguments; values are read as YAML."""
    import yaml

    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise TurnwiseError(f"-M {pair}: it takes KEY=VALUE")
        try:
            found[key] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise TurnwiseError(f"-M {pair}: the value is not YAML") from error
    return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="turnwise")
def main() -> None:
    """Evaluate agents in long conversations with a simulated person.

    \b
    turnwise demo                          both paradigms on the bundled worlds, offline
    turnwise synth shop.sqlite -o shop     a database becomes a world
    turnwise show shop                     what is in it
    turnwise goals shop -o goals.json      what users want there, as a file
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
@click.argument("seed_file", metavar="DATABASE|TOOLS.json|DOMAIN")
@click.option("-o", "--output", "directory", required=True, metavar="DIR", help="Where to write the world.")
@click.option("--name", help="Name of the world; the file's, unless given.")
@click.option("--seed", default=0, show_default=True, help="Drives the trial calls.")
@click.option("--tools", type=click.IntRange(min=1), default=80, show_default=True, help="Tools to keep at most.")
@click.option("--server", metavar="NAME|NUMBER", help="Which server's tools, where TOOLS.json holds those of several.")
@_model_options
def synth(
    seed_file: str,
    directory: str,
    name: str | None,
    seed: int,
    tools: int,
    server: str | None,
    choice: ModelChoice | None,
) -> None:
    """Make a world from DATABASE, a SQLite file or a SQL script, or from TOOLS.json, a list of tools.

    Tools are read off the schema and each is tried on the rows before it is kept. Those of a list, as OpenAI,
    Anthropic or MCP have them, are kept as they are, and their results are made up. A world that is already at
    DIR is replaced; anything else there is left alone.

    A model imagines what people would ask for and writes the tools, in SQL where there is a database. It takes DOMAIN
    as well, a .txt or .md text or a few words such as "a small veterinary clinic", and writes the database first.
    Each tool is checked and run before it is kept; what fails goes back to the model with the error.
    """
    from turnwise.making import make_world, make_world_by_model
    from turnwise.report.funnel import print_funnel
    from turnwise.report.worlds import print_synthesis
    from turnwise.worlds import save_world
    from turnwise.worlds.world import check_place

    check_place(directory)  # before a model is asked for what could not be written
    if choice is not None:
        with _asking(choice):
            staged = make_world_by_model(seed_file, choice, name=name, seed=seed, most_tools=tools, server=server)
        save_world(staged.made, directory)
        print_funnel(_console(), staged.made, directory, staged.usage, staged.log)
        return
    world = make_world(seed_file, name=name, seed=seed, most_tools=tools, server=server)
    save_world(world, directory)
    print_synthesis(_console(), world, directory)


@main.command()
@click.argument("world_name", metavar="WORLD")
@click.option("-o", "--output", "path", required=True, metavar="FILE", help="Where to write the goals, as JSON.")
@click.option("--count", type=click.IntRange(min=1), default=20, show_default=True, help="Goals to write.")
@click.option(
    "--difficulty", type=click.Choice(["easy", "medium", "hard", "mixed"]), default="mixed", show_default=True
)
@click.option("--seed", default=0, show_default=True, help="Drives what is composed, or which rows a model is shown.")
@_model_options
def goals(
    world_name: str,
    path: str,
    count: int,
    difficulty: "DifficultyChoice",
    seed: int,
    choice: ModelChoice | None,
) -> None:
    """Write goals for WORLD, a world's name or directory.

    Without a model they are composed from the world's rows. A model in the role `synthesizer` writes them in its
    own words; each is played before it is kept, and what fails goes back to the model with the reasons.
    """
    from turnwise.goal_file import save_goals
    from turnwise.making import make_goals, make_goals_by_model
    from turnwise.report.goals import print_goals
    from turnwise.worlds import load_world, verify_world

    if Path(path).is_dir():  # said before a model is paid
        raise TurnwiseError(f"{path} is a directory: name a file for the goals")
    world = load_world(world_name)
    verify_world(world)
    if choice is not None:
        with _asking(choice):
            staged = make_goals_by_model(world, count, choice, difficulty=difficulty, seed=seed)
        save_goals(staged.made, path)
        print_goals(_console(), staged.made, path, world_name, staged.usage, staged.log)
        return
    file = make_goals(world, count, difficulty=difficulty, seed=seed)
    save_goals(file, path)
    print_goals(_console(), file, path, world_name)


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


@main.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    metavar="LOGDIR",
    type=click.Path(path_type=Path),
    help="Where to write the log.",
)
def import_(file: Path, folder: Path) -> None:
    """Make a log of the dialogues in FILE, which something else held, for scorers and `turnwise show`.

    FILE holds OpenAI-style messages, a dialogue a line, or is a result file of tau-bench or tau2. What is broken in it
    is named and left out; the rest is imported.
    """
    from turnwise.importing.logs import grouped, import_file
    from turnwise.report.imports import print_imported

    log, imported = import_file(file, folder)
    lost = grouped(remark for remark in imported.remarks if remark.left_out)
    broken = grouped(remark for remark in imported.remarks if not remark.left_out)
    print_imported(_console(), log, [dialogue.id for dialogue in imported.dialogues], lost, broken)


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


@main.command()
@click.argument("logs", nargs=-1)
def health(logs: tuple[str, ...]) -> None:
    """Whether the simulated users in LOGS behave like people: files or folders, ./logs unless given."""
    from turnwise.report.health import print_health
    from turnwise.report.logs import find_logs

    print_health(_console(), _read(find_logs(logs or ("logs",))).runs)


@main.command()
@click.argument("logs", nargs=-1)
@click.option("--plot", metavar="FILE.png", help="Draw it as well.")
@click.option("--seed", default=0, show_default=True, help="Drives where defects are planted, and the intervals.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N dialogues only.")
def calibrate(logs: tuple[str, ...], plot: str | None, seed: int, limit: int | None) -> None:
    """Plant defects in the dialogues of LOGS and see which quality scores fall: files or folders, ./logs unless given.

    A defect must lower the sub-score that is meant to see it; a benign change, such as an amount written in another
    way, must lower none.
    """
    from rich.text import Text

    from turnwise.calibrate import BENIGN, DEFECTS
    from turnwise.calibrate.calibration import calibrate as calibrated
    from turnwise.calibrate.logs import read_transcripts
    from turnwise.calibrate.report import print_calibration, save_calibration_plot
    from turnwise.quality.iq import SUB_SCORES
    from turnwise.report.logs import find_logs

    console = _console()
    transcripts = read_transcripts(find_logs(logs or ("logs",)), limit)
    with console.status(Text(f"Planting defects in {len(transcripts)} dialogues")):
        rows = calibrated(transcripts, SUB_SCORES, [*DEFECTS.values(), *BENIGN.values()], seed=seed)
    drawn = save_calibration_plot(rows, plot) if plot else None
    print_calibration(console, rows, len(transcripts))
    if drawn:
        click.echo(f"Plot: {drawn}")


@main.command()
@click.argument("logs", nargs=-1)
@click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them.")
def usage(logs: tuple[str, ...], prices: str | None) -> None:
    """Tokens and cost of the models in LOGS, by role and stage: files or folders, ./logs unless given."""
    from turnwise.report.logs import find_logs
    from turnwise.report.usage import load_prices, print_usage, read_usage

    known = load_prices(prices) if prices else {}
    print_usage(_console(), read_usage(find_logs(logs or ("logs",)), known))


def _asking(choice: ModelChoice) -> "Status":
    from rich.text import Text

    return _console().status(Text(f"Asking {choice.model}: this can take minutes"))


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
