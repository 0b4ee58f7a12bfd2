"""Commands that make what dialogues need: worlds, goals, starts, and the dialogues of the demo."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise.cli.common import asking, console, logs_in, model_options, only_option, read_logs, tell_left_out, working
from turnwise.errors import TurnwiseError
from turnwise.llm.stage import ModelChoice
from turnwise.values.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from turnwise.llm.expected import Expected
    from turnwise.synthesis.goals.by_rules import DifficultyChoice


@click.command()
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
    turnwise demo --world city_library --agent oracle
    inspect eval turnwise/user_oriented -T world=city_library --model openai/gpt-4o
    """
    from datetime import datetime

    from turnwise._inspect import run_task
    from turnwise.report.plot import save_plot
    from turnwise.report.table import print_comparison
    from turnwise.worlds import bundled_worlds, load_world

    screen = console()
    for world in worlds:
        load_world(world)  # so that the last of several misspelt names does not cost the runs of the others
    folder = Path(log_dir or f"logs/demo-{datetime.now():%Y%m%d-%H%M%S}")
    runs = [(world, task) for world in worlds or bundled_worlds() for task in ("task_oriented", "user_oriented")]
    logs = []
    for number, (world, task) in enumerate(runs, 1):
        with working(f"{world}, {task}: {scenarios} dialogues"):
            started = time.monotonic()
            arguments = {"world": world, "scenarios": scenarios, "seed": seed}
            logs.append(run_task(task, arguments, agent, folder))
        screen.print(f"{number}/{len(runs)}  {world}, {task}: {time.monotonic() - started:.1f} s", style="dim")
    screen.print()
    reading = read_logs(logs)
    print_comparison(screen, reading.runs, reading.remarks)
    screen.print()
    click.echo(f"Plot:  {save_plot(reading.runs, folder / 'conditions.png')}")
    click.echo(f"Logs:  {folder} (turnwise compare {folder}, inspect view --log-dir {folder})")
    click.echo(f"Read:  turnwise show {logs[-1]} 1")


@click.command()
@click.argument("seed_file", metavar="SEED")
@click.option("-o", "--output", "directory", required=True, metavar="DIR", help="Where to write the world.")
@click.option("--name", help="Name of the world; the file's, unless given.")
@click.option("--seed", default=0, show_default=True, help="Drives the trial calls.")
@click.option("--tools", type=click.IntRange(min=1), default=40, show_default=True, help="Tools to keep at most.")
@click.option("--server", metavar="NAME|NUMBER", help="Which server's tools, where SEED holds those of several.")
@click.option(
    "--rows", type=click.IntRange(min=1), metavar="N", help="Rows of each table to copy from a URL; 200 unless given."
)
@click.option("--mask", is_flag=True, help="Replace names, mail, phones and streets of people by invented ones.")
@click.option(
    "--dry-run", is_flag=True, help="Say what the model would be asked for and what that costs, and ask nothing."
)
@model_options
def synth(
    seed_file: str,
    directory: str,
    name: str | None,
    seed: int,
    tools: int,
    server: str | None,
    rows: int | None,
    mask: bool,
    dry_run: bool,
    choice: ModelChoice | None,
) -> None:
    """Make a world from SEED, what you have.

    A database: a SQLite file, a SQL script, a dump of PostgreSQL or MySQL, a URL, CSV, JSON, Excel or Parquet files or
    a folder of them. Tools are read off the schema and each is tried on the rows before it is kept. A list of tools,
    an OpenAPI document or a live MCP server: its tools are kept as they are, and their results are made up. A world
    that is already at DIR is replaced; anything else there is left alone.

    A model imagines what people would ask for and writes the tools, in SQL where there is a database. It takes a domain
    as well, a .txt or .md text or a few words such as "a small veterinary clinic", and writes the database first.
    Each tool is checked and run before it is kept; what fails goes back to the model with the error.

    \b
    turnwise synth shop.sqlite -o shop
    turnwise synth exports/ -o shop --mask                      a folder of CSV files
    turnwise synth postgresql://localhost/shop -o shop --rows 500
    turnwise synth api.yaml -o desk
    turnwise synth "a small veterinary clinic" -o clinic --model openai/gpt-4o
    """
    from turnwise.report.worlds import print_made_world
    from turnwise.synthesis.expected import expected_world
    from turnwise.synthesis.pipeline import make_world, make_world_by_model
    from turnwise.worlds import save_world
    from turnwise.worlds.known import note_place
    from turnwise.worlds.world import check_place

    check_place(directory)  # before a model is asked for what could not be written
    if dry_run:
        _print_expected(choice, lambda model: expected_world(seed_file, model, tools, server))
        return
    given: dict[str, Any] = {
        "name": name,
        "seed": seed,
        "most_tools": tools,
        "server": server,
        "rows": rows,
        "mask": mask,
    }
    if choice is None:
        world, staged = make_world(seed_file, **given), None
    else:
        with asking(choice):
            staged = make_world_by_model(seed_file, choice, **given)
        world = staged.result
    save_world(world, directory)
    note_place(world, directory)
    print_made_world(console(), world, directory, staged)


def _print_expected(choice: ModelChoice | None, steps: "Callable[[str], list[Expected]]") -> None:
    from turnwise.report.expected import print_expected

    if choice is None:
        raise TurnwiseError("--dry-run is for a model: rules cost nothing")
    note = "An estimate from the prompts and what the model is shown; corrections can double it."
    print_expected(console(), [step.priced(choice.prices) for step in steps(choice.model)], note)


@click.command()
@click.argument("world_name", metavar="WORLD")
@click.option("-o", "--output", "path", required=True, metavar="FILE", help="Where to write the goals, as JSON.")
@click.option("--count", type=click.IntRange(min=1), default=20, show_default=True, help="Goals to write.")
@click.option(
    "--difficulty", type=click.Choice(["easy", "medium", "hard", "mixed"]), default="mixed", show_default=True
)
@click.option("--seed", default=0, show_default=True, help="Drives what is composed, or which rows a model is shown.")
@click.option(
    "--dry-run", is_flag=True, help="Say what the model would be asked for and what that costs, and ask nothing."
)
@model_options
def goals(
    world_name: str,
    path: str,
    count: int,
    difficulty: "DifficultyChoice",
    seed: int,
    dry_run: bool,
    choice: ModelChoice | None,
) -> None:
    """Write goals for WORLD, a world's name or directory.

    Without a model they are composed from the world's rows. A model in the role `synthesizer` writes them in its
    own words; each is played before it is kept, and what fails goes back to the model with the reasons.

    \b
    turnwise goals city_library -o goals.json --count 40
    turnwise run --agent lexical -T goal_file=goals.json
    """
    from turnwise.goals.pool import save_goals
    from turnwise.report.worlds import print_goals
    from turnwise.synthesis.expected import expected_goals
    from turnwise.synthesis.pipeline import make_goals, make_goals_by_model
    from turnwise.worlds import load_world, verify_world

    if Path(path).is_dir():  # said before a model is paid
        raise TurnwiseError(f"{path} is a directory: name a file for the goals")
    world = load_world(world_name)
    verify_world(world)
    if dry_run:
        _print_expected(choice, lambda model: expected_goals(world, count, model))
        return
    if choice is None:
        file, staged = make_goals(world, count, difficulty=difficulty, seed=seed), None
    else:
        with asking(choice):
            staged = make_goals_by_model(world, count, choice, difficulty=difficulty, seed=seed)
        file = staged.result
    save_goals(file, path)
    print_goals(console(), file, path, world_name, staged)


@click.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", required=True, metavar="LOGDIR", help="Where to write the log.")
def import_(file: Path, folder: str) -> None:
    """Make a log of the dialogues in FILE, which something else held, for scorers and `turnwise show`.

    FILE is JSON or JSON lines, perhaps gzipped, of any of these; tools in it are kept for archives.

    \b
    OpenAI         chat messages, requests with their responses; Responses
    Anthropic      messages with tool_use and tool_result; also Gemini, Bedrock
    ShareGPT       conversations, also with the tags of Hermes
    xLAM           query, tools, answers
    tau-bench      results; also of tau2
    ATIF           agent trajectories
    Inspect        .eval and .json logs of other tasks

    What is broken in it is named; a dialogue is left out where a call or a result would be lost.

    \b
    turnwise import results.json -o logs
    inspect score logs/results-1a2b3c4d.eval --scorer turnwise/iq --action append
    """
    from turnwise.logs.importing.logs import grouped, import_file
    from turnwise.report.tables import print_facts, print_next

    log, imported = import_file(file, Path(folder))
    lost = grouped(remark for remark in imported.remarks if remark.left_out)
    broken = grouped(remark for remark in imported.remarks if not remark.left_out)
    costs = [*(("Left out", line) for line in lost), *(("Broken", line) for line in broken)]
    print_facts(console(), [("Dialogues", str(len(imported.dialogues))), *costs, ("Log", str(log))])
    print_next(console(), f"turnwise show {log} {imported.dialogues[0].id}", f"inspect view --log-dir {log.parent}")


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
@only_option
def branch(
    logs: tuple[str, ...],
    path: str,
    rules: tuple[str, ...],
    first: str | None,
    world: str | None,
    only: tuple[str, ...],
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
    from turnwise.branching.branch import read_at, read_wish
    from turnwise.dialogue.resume import save_starts

    if Path(path).is_dir():
        raise TurnwiseError(f"{path} is a directory: name a file for the starts")
    at = [read_at(rule) for rule in rules]
    wish = read_wish(**changes)
    made = branched(logs_in(logs, only), at=at, wish=wish, first=first, world=world)  # type: ignore[arg-type]
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
