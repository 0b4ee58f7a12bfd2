"""The command that holds dialogues and says what came of them."""

import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from turnwise.cli.common import (
    console,
    json_option,
    max_cost_option,
    patience,
    print_json,
    read_logs,
    tell_left_out,
    values_of,
)
from turnwise.errors import TurnwiseError
from turnwise.logs.remote import fetched, is_url

if TYPE_CHECKING:
    from turnwise._inspect import Player

TASKS = ("user_oriented", "task_oriented")


class _Run(NamedTuple):
    """One eval of Inspect's."""

    task: str
    arguments: dict[str, Any]


record_options = (
    click.option(
        "--record",
        is_flag=True,
        help="Let the live MCP server answer the calls, and keep its answers in the world for simulators.",
    ),
    click.option(
        "--server",
        metavar="SERVER",
        help="That server, where the world does not know it: mcp:COMMAND, its URL, or a file with mcpServers.",
    ),
)


@click.command()
@click.option(
    "--agent", metavar="AGENT", help="Who answers: lexical, oracle, silent, or yours, as docs/agents.md says."
)
@click.option("--model", metavar="MODEL", help="The model that answers, or that the agent asks, as openai/gpt-4o-mini.")
@click.option("--model-base-url", "base_url", metavar="URL", help="Where that model is served.")
@click.option("-M", "model_args", multiple=True, metavar="KEY=VALUE", help="An option of that model; may be repeated.")
@click.option("-S", "agent_args", multiple=True, metavar="KEY=VALUE", help="An argument of the agent; may be repeated.")
@click.option("--model-role", "roles", multiple=True, metavar="ROLE=MODEL", help="Who plays a role, as user=MODEL.")
@click.option(
    "--world", "worlds", multiple=True, metavar="WORLD|all", help="A world's name or directory; may be repeated."
)
@click.option("--task", type=click.Choice([*TASKS, "both"]), default="user_oriented", show_default=True)
@click.option(
    "--behaviour", "behaviours", multiple=True, metavar="NAME|FILE", help="How the user behaves; may be repeated."
)
@click.option("--scenarios", type=click.IntRange(min=1), default=20, show_default=True, help="Dialogues per condition.")
@click.option("--trials", type=click.IntRange(min=1), default=1, show_default=True, help="Times that each is held.")
@click.option("--seed", default=0, show_default=True, help="Drives the goals and the user.")
@click.option("-T", "task_args", multiple=True, metavar="KEY=VALUE", help="An argument of the task; may be repeated.")
@record_options[0]
@record_options[1]
@click.option("--log-dir", default="logs", show_default=True, metavar="DIR", help="Where the logs go.")
@click.option("--preview", is_flag=True, help="Hold two dialogues and print them, apart from the other logs.")
@json_option
@patience[0]
@patience[1]
@max_cost_option
@click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them.")
@click.pass_context
def run(
    ctx: click.Context,
    agent: str | None,
    model: str | None,
    base_url: str | None,
    model_args: tuple[str, ...],
    agent_args: tuple[str, ...],
    roles: tuple[str, ...],
    worlds: tuple[str, ...],
    task: str,
    behaviours: tuple[str, ...],
    scenarios: int,
    trials: int,
    seed: int,
    task_args: tuple[str, ...],
    record: bool,
    server: str | None,
    log_dir: str,
    preview: bool,
    as_json: bool,
    timeout: int | None,
    max_retries: int,
    max_cost: float | None,
    prices: str | None,
) -> None:
    """Hold dialogues between a simulated user and your agent, score them, and compare.

    Ends with 0 only if every dialogue was held and scored. The same runs can be had from Inspect: the command of each
    is printed.

    \b
    turnwise run --agent my_agent.py@agent --preview
    turnwise run --agent my_agent.py@agent --world city_library --world shop --task both
    turnwise run --model openai/gpt-4o --world all --behaviour terse --behaviour vague --trials 4
    turnwise run --model openai/gpt-4o --world desk --scenarios 5 --record
    """
    from turnwise._inspect import inspect_command, run_task
    from turnwise.logs.expected import RunBudget
    from turnwise.logs.spending import kept_within
    from turnwise.logs.usage import load_prices
    from turnwise.report.as_json import comparison_json
    from turnwise.report.progress import shown_progress
    from turnwise.report.table import print_comparison

    known = player_of(agent, model, base_url=base_url, args=values_of("-M", model_args))
    own, cast = values_of("-S", agent_args), values_of("--model-role", roles)
    player = replace(known, agent_args=own, roles=cast, timeout=timeout, retries=max_retries)
    arguments = values_of("-T", task_args) | {"scenarios": 2 if preview else scenarios, "seed": seed}
    runs = _runs(worlds, task, behaviours, arguments | recorded(record, server))
    runs = runs[:1] if preview else runs
    trials = 1 if preview else trials
    if preview:  # what was only looked at is in no comparison: hidden folders are passed over
        log_dir = str(Path(log_dir) / ".preview")
    screen, logs, interrupted = console(), [], False
    budget = RunBudget(max_cost, load_prices(prices) if prices else {}, player) if max_cost is not None else None
    try:
        with (
            kept_within(budget) as spending,
            shown_progress(console(stderr=True), sum(r.arguments["scenarios"] for r in runs) * trials),
        ):
            for one in runs:
                if spending is not None and spending.over:
                    break
                with redirect_stdout(sys.stderr):  # what an agent prints is no part of what is printed here
                    log = run_task(one.task, one.arguments, player, log_dir, trials=trials)
                    logs.append(fetched(f"{log_dir.rstrip('/')}/{log.name}") if is_url(log_dir) else log)
    except KeyboardInterrupt:
        interrupted = True
        click.echo("Interrupted: what follows is of the runs that were over before.", err=True)
        if not logs:
            ctx.exit(130)
    if preview:
        _print_dialogues(logs[0])
    problems = list(_problems(logs))
    if spending is not None and (spending.not_held or len(logs) < len(runs)):
        problems.append(
            f"dialogues that --max-cost {spending.budget.most:,.2f} does not cover: ${spending.spent:,.2f} are spent"
        )
    tell_left_out(problems)
    reading = read_logs(logs)
    code = 130 if interrupted else int(bool(problems))
    if as_json:
        print_json({**comparison_json(reading.runs, reading.remarks), "logs": logs, "problems": problems})
        ctx.exit(code)
    print_comparison(screen, reading.runs, reading.remarks)
    screen.print()
    for one, log in zip(runs, logs, strict=False):
        click.echo(f"Log:  {log}")
        click.echo(f"Same: {inspect_command(one.task, one.arguments, player, trials)}")
    for world in dict.fromkeys(str(one.arguments["world"]) for one in runs if record):
        tell_recorded(world)
    click.echo(f"Read: turnwise show {logs[-1]} 1")
    if not preview:
        click.echo(f"Page: turnwise compare {shlex.quote(log_dir)} --page report.html")
    ctx.exit(code)


def player_of(
    agent: str | None, model: str | None, *, base_url: str | None = None, args: Mapping[str, Any] | None = None
) -> "Player":
    """Who answers, by what a person named; TurnwiseError where that is nobody, or more than one."""
    from turnwise._inspect import AGENTS, Player, agent_without_model
    from turnwise.agents.own.finding import check_agent

    if agent is None and model is None:
        raise TurnwiseError(
            "name who answers: --agent lexical for rules that need no key, --agent file.py@name, or --model MODEL"
        )
    if model is None and (base_url or args):
        raise TurnwiseError("--model-base-url and -M are for a model: name it with --model")
    if agent in AGENTS:
        if model is not None:
            raise TurnwiseError(f"--agent {agent} asks no model: leave --model out")
        return AGENTS[agent]
    name = agent or "turnwise/tool_loop"
    check_agent(name)
    return Player(model or agent_without_model(name), name, base_url, args or {})


def recorded(record: bool, server: str | None) -> dict[str, Any]:
    """The task's argument that has a live server answer the calls, and a word about what that means."""
    if server is not None and not record:
        raise TurnwiseError("--server is for --record: it says which live server answers the calls")
    if record:
        click.echo("The live server answers: what calls change there stays changed. One dialogue at a time.", err=True)
    return {"record": server or True} if record else {}


def tell_recorded(world: str) -> None:
    """Say what a world has recorded by now."""
    from turnwise.values.words import counted
    from turnwise.worlds import load_world

    now = load_world(world)
    tools = len({example.tool for example in now.examples})
    known = f"{counted(len(now.examples), 'recorded call')} of {counted(tools, 'tool')}"
    click.echo(f"World: {world} has {known}, and is {now.hash} from now on")


def _runs(worlds: Sequence[str], task: str, behaviours: Sequence[str], arguments: dict[str, Any]) -> list[_Run]:
    """What is held: each world by each task by each behaviour; wrong names are told before any dialogue."""
    from turnwise.users import load_behaviour
    from turnwise.worlds import bundled_worlds, load_world

    if "world" in arguments:
        raise TurnwiseError("-T world: name worlds with --world")
    names = [
        name for world in worlds or ("city_library",) for name in (bundled_worlds() if world == "all" else [world])
    ]
    for name in names:
        load_world(name)
    for behaviour in behaviours:
        load_behaviour(behaviour)
    tasks = TASKS if task == "both" else (task,)
    return [
        _Run(one, arguments | {"world": world} | ({"behaviour": behaviour} if behaviour else {}))
        for world in dict.fromkeys(names)
        for one in tasks
        for behaviour in behaviours or (None,)
    ]


def _problems(logs: Sequence[Path]) -> Iterable[str]:
    """A sentence for each kind of dialogue that was not held or not scored."""
    from collections import Counter

    from turnwise.logs.read import read_summaries
    from turnwise.logs.runs import dialogue_in
    from turnwise.values.words import counted

    found: Counter[str] = Counter()
    for log in logs:
        for summary in read_summaries(log):
            if summary.error is not None:
                found[f"failed: {summary.error.strip().splitlines()[0][:200]}"] += 1
            elif (dialogue := dialogue_in(summary)) is None:
                found["could not be scored"] += 1
            elif dialogue.ended in ("user", "tool"):
                who = "simulated user" if dialogue.ended == "user" else "service"
                found[f"came to nothing, since the {who} failed{_reason(log, summary)}"] += 1
    for what, number in found.items():
        yield f"{counted(number, 'dialogue')} {what}"


def _reason(log: Path, summary: Any) -> str:
    """Why a dialogue came to nothing, as the end of a sentence: the last reply that could not be used."""
    from turnwise.dialogue.trajectory import Trajectory
    from turnwise.logs.read import read_sample

    trajectory = Trajectory.of(read_sample(log, summary))
    faults = trajectory.faults if trajectory is not None else ()
    return f": {faults[-1]['reason']}"[:300] if faults else ""


def _print_dialogues(log: Path) -> None:
    from turnwise.logs.read import read_summaries
    from turnwise.report.dialogues import print_dialogue

    for summary in read_summaries(log):
        print_dialogue(console(), log, str(summary.id))
        click.echo()
