"""The commands that hold dialogues until there are enough that are worth learning from: of one kind, or what a plan says."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise.cli.common import (
    console,
    max_cost_option,
    need_harvest_extra,
    patience,
    tell_left_out,
    values_of,
    working,
)
from turnwise.cli.harvesting import filter_options, output
from turnwise.errors import TurnwiseError
from turnwise.llm.waiting import told
from turnwise.logs.remote import is_url

if TYPE_CHECKING:
    from turnwise._inspect import Player
    from turnwise.harvest.curation import FilterConfig
    from turnwise.harvest.plan import Plan


@click.command()
@click.argument("plan_file", metavar="[PLAN.yaml]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--target", type=click.IntRange(min=1), metavar="N", help="Dialogues that are wanted; of a plan, in each cell."
)
@output
@click.option(
    "--task", type=click.Choice(["user_oriented", "task_oriented"]), default="user_oriented", show_default=True
)
@click.option("-T", "task_args", multiple=True, metavar="KEY=VALUE", help="An argument of the task; may be repeated.")
@click.option("--agent", type=click.Choice(["lexical", "oracle"]), help="Who answers where no model does.")
@click.option("--model", metavar="MODEL", help="The model that answers, such as openai/gpt-4o-mini.")
@click.option("--model-base-url", "base_url", metavar="URL", help="Where that model is served.")
@click.option("-M", "model_args", multiple=True, metavar="KEY=VALUE", help="An option of that model; may be repeated.")
@click.option(
    "--model-role",
    "roles",
    multiple=True,
    metavar="ROLE=MODEL",
    help="Who plays a role, such as user=openai/gpt-4o-mini or user='{model: ..., base_url: ...}'; may be repeated.",
)
@click.option("--seed", default=0, show_default=True, help="Of the first batch; the next one takes the next.")
@click.option("--temperature", type=click.FloatRange(min=0), help="Of the model that answers.")
@click.option("--launcher", type=click.Choice(["local", "ray", "slurm"]), help="Who holds the shards of a plan.")
@click.option("--processes", type=click.IntRange(min=1), metavar="N", help="Shards of a plan that are held at a time.")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    metavar="N",
    help="Dialogues to hold at most; ten times the target unless given.",
)
@click.option(
    "--logs", metavar="LOGDIR", help="Where the logs go; DIR/logs unless given. Of a plan, any URL of fsspec too."
)
@patience[0]
@patience[1]
@max_cost_option
@click.option(
    "--dry-run", is_flag=True, help="Say what the models would be asked for and what that costs, and ask nothing."
)
@filter_options
@click.pass_context
def generate(
    ctx: click.Context,
    plan_file: Path | None,
    target: int | None,
    directory: str,
    task: str,
    task_args: tuple[str, ...],
    agent: str | None,
    model: str | None,
    base_url: str | None,
    model_args: tuple[str, ...],
    roles: tuple[str, ...],
    seed: int,
    temperature: float | None,
    launcher: str | None,
    processes: int | None,
    most: int | None,
    logs: str | None,
    timeout: int | None,
    max_retries: int,
    max_cost: float | None,
    dry_run: bool,
    config: "FilterConfig",
) -> None:
    """Hold dialogues until N of them are worth learning from.

    Batch after batch is held, each with the next seed, and harvested with all before it; the yield so far says how
    many the next one takes. Interrupted, it goes on where it was when the same command is given again. Ends with 1
    when N cannot be reached with --most dialogues; what there is is in the archive all the same.

    A plan names worlds, tasks, behaviours, agents and seeds, and N is wanted of each combination: many processes hold
    it, on one machine, a Ray cluster or by Slurm (docs/scale.md). `turnwise plan` says what it takes.

    \b
    turnwise generate --target 100 -o dialogues --model openai/gpt-4o -T world=city_library
    turnwise generate --target 100 -o dialogues --agent lexical
    turnwise generate plan.yaml -o dialogues --launcher ray --processes 64
    turnwise harvest export dialogues --for trl-sft -o sft
    """
    from turnwise._inspect import AGENTS, Player
    from turnwise.harvest.target import Request
    from turnwise.harvest.target import generate as generated
    from turnwise.logs.expected import RunBudget
    from turnwise.report.harvest import print_harvest

    if plan_file is not None:
        said: dict[str, Any] = {
            "--task": task != "user_oriented",
            "agent": agent,
            "model": model,
            "-T": task_args,
            "--seed": seed,
        }
        said |= {"--model-role": roles, "--model-base-url": base_url, "-M": model_args}
        if named := [name for name, given in said.items() if given]:
            raise TurnwiseError(f"{named[0]} is what {plan_file} says: put it there")
        changed: dict[str, Any] = {"target": target, "most": most, "temperature": temperature, "launcher": launcher}
        changed |= {"processes": processes, "timeout": timeout, "max_cost": max_cost}
        _carry_out(ctx, plan_file, Path(directory), config, logs, dry_run, changed)
        return
    if logs is not None and is_url(logs):
        raise TurnwiseError("--logs takes a URL for a plan: generate PLAN.yaml")
    if target is None:
        raise TurnwiseError("say how many dialogues are wanted with --target N, or name a plan: generate PLAN.yaml")
    if launcher or processes:
        raise TurnwiseError("--launcher and --processes are for a plan: generate PLAN.yaml")
    if (model is None) == (agent is None):
        raise TurnwiseError("name who answers: --model MODEL, or --agent lexical for rules that need no key")
    if model is None and (base_url or model_args):
        raise TurnwiseError("--model-base-url and -M are for a model: name it with --model")
    arguments = values_of("-T", task_args)
    if taken := {"scenarios", "seed"} & set(arguments):
        raise TurnwiseError(f"-T {taken.pop()}: how many and which dialogues is what --target and --seed say")
    known = AGENTS[agent] if agent else Player(str(model), base_url=base_url, args=values_of("-M", model_args))
    player = replace(known, roles=values_of("--model-role", roles), timeout=timeout, retries=max_retries)
    player = replace(player, temperature=temperature)
    if dry_run:
        _print_expected(task, arguments, player, seed, target, config)
        return
    budget = RunBudget(max_cost, config.prices, player) if max_cost is not None else None
    place = Path(directory)
    request, folder = Request(task, arguments, player, seed), Path(logs) if logs else place / "logs"

    def tell(line: str) -> None:
        click.echo(line, err=True)

    try:
        with told(tell):
            harvested, batches, short = generated(
                request, target, most or 10 * target, place, folder, config, tell, budget
            )
    except KeyboardInterrupt:
        click.echo("Interrupted. Nothing that was held is lost: the same command goes on.", err=True)
        ctx.exit(130)
    tell_left_out(harvested.unusable)
    print_harvest(console(), harvested)
    if short:
        click.echo(short, err=True)
        ctx.exit(1)
    click.echo(f"Target: {harvested.funnel.accepted:,} kept, {target:,} wanted, in {batches} logs.")


def _print_expected(
    task: str, arguments: dict[str, Any], player: "Player", seed: int, target: int, config: "FilterConfig"
) -> None:
    from turnwise.logs.expected import rehearsed
    from turnwise.report.expected import print_expected

    with working("Holding a few dialogues by rules"):
        each = rehearsed(task, arguments, player, seed)
    if not each:
        raise TurnwiseError("--dry-run is for models: rules cost nothing")
    lines = [line.times(target).priced(config.prices) for line in each]
    note = (
        f"For {target:,} dialogues, counted from some that rules have held. Models say more, and of what is held not all is "
        "kept: with half of it, twice as much."
    )
    print_expected(console(), lines, note)


def _carry_out(
    ctx: click.Context,
    plan_file: Path,
    directory: Path,
    config: "FilterConfig",
    logs: str | None,
    dry_run: bool,
    changed: dict[str, Any],
) -> None:
    from turnwise.harvest.plan import load_plan
    from turnwise.harvest.planned import carry_out
    from turnwise.report.harvest import print_harvest

    wanted = load_plan(plan_file, **changed)
    if dry_run:
        _print_plan(wanted, config.prices)
        return
    from rich.text import Text

    screen = console(stderr=True)
    try:
        with screen.status("") as line:
            harvested, short, script = carry_out(
                wanted,
                directory,
                config,
                lambda said: screen.print(Text(said)),
                lambda said: line.update(Text(said)),
                logs,
            )
    except KeyboardInterrupt:
        _say("Interrupted. Nothing that was held is lost: the same command goes on.")
        ctx.exit(130)
    if script is not None:
        click.echo(script, nl=False)
        _say("Submit this with sbatch; when it has ended, the same command harvests it and goes on.")
        return
    if harvested is not None:
        tell_left_out(harvested.unusable)
        print_harvest(console(), harvested)
    for sentence in short:
        _say(f"Short: {sentence}")
    ctx.exit(1 if short else 0)


def _say(line: str) -> None:
    click.echo(line, err=True)


@click.command()
@click.argument("plan_file", metavar="PLAN.yaml", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="What this command does anyway: it holds a few dialogues by rules.")
@click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them.")
def plan(plan_file: Path, dry_run: bool, prices: str | None) -> None:
    """Say what a plan of `turnwise generate` asks for: its cells, and the calls, tokens, dollars and time they take.

    \b
    turnwise plan plan.yaml
    """
    need_harvest_extra()
    from turnwise.harvest.plan import load_plan
    from turnwise.logs.usage import load_prices

    _print_plan(load_plan(plan_file), load_prices(prices) if prices else {})


def _print_plan(wanted: "Plan", prices: Any) -> None:
    from turnwise.harvest.plan import cells_of
    from turnwise.logs.expected import rehearsed
    from turnwise.report.harvest import print_plan

    rows = []
    with working("Holding a few dialogues by rules"):
        for cell in cells_of(wanted):
            began = time.process_time()
            each = rehearsed(cell.task, cell.arguments, cell.player, cell.seed)
            rows.append((cell.name, [line.priced(prices) for line in each], time.process_time() - began))
    print_plan(console(), wanted.target, rows, wanted.processes)
