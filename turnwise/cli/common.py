"""What the commands share: errors in one line, the options of a model, the console."""

import functools
import inspect
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise._inspect import RETRIES
from turnwise.errors import HarvestError, LogError, TurnwiseError, did_you_mean
from turnwise.llm.stage import ModelChoice
from turnwise.llm.waiting import told
from turnwise.secrets import hidden
from turnwise.untrusted import load_yaml
from turnwise.values.text import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from turnwise.logs.runs import Reading

_PLAIN_WIDTH = 160
"""Columns where no terminal tells its own: in a CI log or a file."""


def interrupt_again(ignored: Any) -> None:
    """Interrupt the program once more where Python ignores an interrupt, as in a callback of its own while it imports."""
    if issubclass(ignored.exc_type, KeyboardInterrupt):
        threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT)).start()
    else:
        sys.__unraisablehook__(ignored)


class Commands(click.Group):
    """Commands whose errors are one line for a person."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = did_you_mean(args[0], self.list_commands(ctx), "turnwise --help lists them all")
            ctx.fail(f"There is no command {args[0]}: {known}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        before, sys.unraisablehook = sys.unraisablehook, interrupt_again
        try:
            return super().main(*args, **kwargs)
        except SystemExit as end:
            own = sys.modules.get("turnwise.agents.own.code")
            if own is None or not own.running:
                raise
            sys.stdout.flush()  # an agent that never returns is left behind in its thread
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else 1)
        finally:
            sys.unraisablehook = before

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TurnwiseError as error:
            raise click.ClickException(hidden(one_line(str(error)))) from error
        except sqlite3.OperationalError as error:  # a budget is spent on a stranger's views
            raise click.ClickException(f"a database takes too much work to read: {error}") from error
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(harmless(hidden(f"{where}{error.strerror or error}"))) from error


Command = Callable[..., None]


def options_as(
    name: str, make: Callable[..., Any], *options: Callable[[Command], Command]
) -> Callable[[Command], Command]:
    """Give a command some options, which it gets as one argument: what `make` makes of them."""
    taken = tuple(inspect.signature(make).parameters)

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def chosen(**given: Any) -> None:
            made = make(**{option: given.pop(option) for option in taken})
            command(**{name: made}, **given)

        decorated: Command = chosen
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


patience = (
    click.option(
        "--timeout", type=click.IntRange(min=1), metavar="SECONDS", help="How long one request to a model may take."
    ),
    click.option(
        "--max-retries",
        type=click.IntRange(min=0),
        default=RETRIES,
        show_default=True,
        help="How often a request is sent again after a rate limit, an outage or a cut connection.",
    ),
)
"""The options of whatever asks models, in every role."""


max_cost_option = click.option(
    "--max-cost",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DOLLARS",
    help="Stop when the models have cost so much, and keep what is there.",
)


def options_of(flag: str, does: str) -> Callable[[Command], Command]:
    """Give a command the options of a model, named by a flag; it gets them as `choice`, None without a model."""

    def choice(
        model: str | None,
        base_url: str | None,
        args: tuple[str, ...],
        prompts: str | None,
        logs: str,
        timeout: int | None,
        max_retries: int,
        max_cost: float | None,
        prices: str | None,
    ) -> ModelChoice | None:
        if model is None and (base_url or args or prompts or max_cost is not None):
            raise TurnwiseError(f"--model-base-url, -M, --prompts and --max-cost are for a model: name it with {flag}")
        if model is None:
            return None
        from turnwise.logs.usage import load_prices

        known = load_prices(prices) if prices else {}
        own = values_of("-M", args)
        return ModelChoice(model, base_url, own, prompts, logs, max_retries, timeout, max_cost, known)

    return options_as(
        "choice",
        choice,
        click.option(flag, "model", metavar="MODEL", help=does),
        click.option("--model-base-url", "base_url", metavar="URL", help="Where the model is served."),
        click.option("-M", "args", multiple=True, metavar="KEY=VALUE", help="An option of the model; may be repeated."),
        click.option(
            "--prompts", metavar="DIR", help="A folder with prompts of your own, named as those they replace."
        ),
        click.option("--logs", default="logs", show_default=True, metavar="DIR", help="Where the model's log goes."),
        *patience,
        max_cost_option,
        click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them."),
    )


model_options = options_of("--model", "Have a model do it, such as openai/gpt-4o-mini, instead of rules.")
"""For a stage that a model can do."""
judge_options = options_of("--judge", "Measure a model as a judge too, such as openai/gpt-4o-mini.")


def values_of(flag: str, pairs: tuple[str, ...]) -> dict[str, Any]:
    """KEY=VALUE, given with a flag, as arguments; values are read as YAML."""
    import yaml

    found = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if not (key and value.strip()):  # nothing at all would be read as null
            raise TurnwiseError(f"{flag} {pair}: it takes KEY=VALUE")
        try:
            found[key] = load_yaml(value)
        except yaml.YAMLError as error:
            raise TurnwiseError(f"{flag} {pair}: the value is not YAML") from error
    return found


def working(text: str) -> "Status":
    """Say what is being done, for as long as it is."""
    from rich.text import Text

    return console().status(Text(text))


@contextmanager
def counting(text: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how far something is, where errors go and only on a terminal; what it gives is called after each step."""
    if not sys.stderr.isatty() or total < 2:
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(text, total=total)
        yield lambda: progress.advance(task)


def _told(paths: Iterable[Path], tell: Callable[[], None]) -> Iterator[Path]:
    for path in paths:
        yield path
        tell()


@contextmanager
def asking(choice: ModelChoice) -> Iterator[None]:
    """Say that a model is asked, how far it is, and what it is waited for."""
    from rich.text import Text

    text = f"Asking {choice.model}"
    with working(f"{text}: this can take minutes") as status:

        def show(progress: str) -> None:
            status.update(Text(f"{text}: {progress}"))

        with told(lambda sentence: click.echo(one_line(sentence), err=True), show, choice.model):
            yield


_MOST_LEFT_OUT = 20


def tell_left_out(sentences: Iterable[str]) -> None:
    """Name what is not used, the first of it by a sentence each."""
    whole = list(sentences)
    for sentence in whole[:_MOST_LEFT_OUT]:
        click.echo(f"Left out: {one_line(sentence)}", err=True)
    if more := len(whole[_MOST_LEFT_OUT:]):
        click.echo(f"Left out: {more} more", err=True)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
only_option = click.option(
    "--only",
    multiple=True,
    metavar="KEY=VALUE",
    help="Logs with this task, behaviour, agent, world or user alone, as task=user_oriented; may be repeated.",
)


def logs_in(paths: Sequence[str | Path], only: tuple[str, ...] = ()) -> list[Path]:
    """The logs that a person named, in ./logs unless any."""
    from turnwise.logs.conditions import chosen
    from turnwise.logs.read import find_logs

    return chosen(find_logs(paths or ("logs",)), {key: str(value) for key, value in values_of("--only", only).items()})


def read_logs(paths: Sequence[str | Path], only: tuple[str, ...] = (), prices: str | None = None) -> "Reading":
    from turnwise.logs.runs import read_runs
    from turnwise.logs.usage import load_prices

    logs = logs_in(paths, only)
    with counting(f"Reading {len(logs)} logs", len(logs)) as tell:
        reading = read_runs(_told(logs, tell), load_prices(prices) if prices else None)
    if not reading.runs and len(reading.unusable) == 1:
        raise LogError(reading.unusable[0])
    tell_left_out(reading.unusable)
    if not reading.runs:
        raise LogError(f"none of the {len(logs)} logs can be compared")
    return reading


def need_harvest_extra() -> None:
    """Raise HarvestError where what the extra `harvest` installs is not there."""
    try:
        import pyarrow  # noqa: F401
    except ModuleNotFoundError as error:
        raise HarvestError(f"harvesting needs {error.name}: pip install 'turnwise[harvest]'") from error


def one_line(text: str) -> str:
    return harmless(" ".join(text.split()))


def console(*, stderr: bool = False) -> "Console":
    """Where tables and texts go: whatever names and texts are in them, they steer no terminal."""
    from turnwise.report.console import HarmlessConsole

    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    width = None if told else _PLAIN_WIDTH
    return HarmlessConsole(highlight=False, markup=False, emoji=False, width=width, stderr=stderr)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    from turnwise.report.as_json import as_json

    click.echo(as_json(value))
