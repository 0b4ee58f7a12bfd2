"""How an agent behaves with a person across a long conversation, and such conversations as training data.

    import turnwise

    world = turnwise.synthesize_world("shop.sqlite")            # or load_world("city_library")
    results = turnwise.run(world, agent="oracle", scenarios=4)  # or agent="turnwise/tool_loop", model="openai/gpt-4o"
    for trajectory in results:
        print(trajectory.ended, turnwise.score(trajectory)["success"])
    turnwise.compare(results)
    turnwise.harvest(results, "dialogues")

What a person does, and no more; everything else is imported from the room that owns it. Nothing heavy is loaded before it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from turnwise import errors
    from turnwise.dialogue.resume import ResumePoint
    from turnwise.dialogue.trajectory import Trajectory
    from turnwise.goals.pool import GoalFile
    from turnwise.harvest.harvest import Harvested
    from turnwise.logs.read import Results
    from turnwise.scoring.comparison import Condition
    from turnwise.users import Behaviour
    from turnwise.worlds import World

_TYPES = {
    "Behaviour": "turnwise.users",
    "Results": "turnwise.logs.read",
    "Trajectory": "turnwise.dialogue.trajectory",
    "World": "turnwise.worlds",
}
__all__ = [
    "Behaviour",
    "Results",
    "Trajectory",
    "World",
    "branch",
    "compare",
    "compose_goals",
    "errors",
    "harvest",
    "load_world",
    "read_logs",
    "run",
    "score",
    "synthesize_world",
]


def synthesize_world(
    seed: str | Path | Mapping[str, Any],
    *,
    name: str | None = None,
    tools: int = 40,
    random_seed: int = 0,
    rows: int | None = None,
    mask: bool = False,
) -> World:
    """A world made by rules from a database, files of rows, data frames or a list of tools.

    Args:
        seed: what `turnwise synth` takes: a file, a folder, a URL; or data frames by the names of their tables.
        name: of the world; the file's unless given.
        tools: to keep at most.
        random_seed: drives the trial calls.
        rows: of each table, copied from a database behind a URL.
        mask: replace personal data by invented.

    Raises:
        errors.SeedError: it cannot become a world.
    """
    from turnwise.synthesis.pipeline import make_world

    source = seed if isinstance(seed, Mapping) else str(seed)
    return make_world(source, name=name, seed=random_seed, most_tools=tools, server=None, rows=rows, mask=mask)


def load_world(source: str | Path) -> World:
    """A bundled world by name, or the world in a directory.

    Raises:
        errors.WorldError: there is none, or it cannot be read.
    """
    from turnwise.worlds import load_world as load

    return load(str(source))


def compose_goals(world: World, count: int = 20, *, difficulty: str = "mixed", seed: int = 0) -> GoalFile:
    """Goals composed from the rows of a world, each proven by running it; `goals.pool.save_goals` writes them.

    Args:
        difficulty: easy (1-2 requests per goal), medium (3-4), hard (5-6) or mixed.

    Raises:
        errors.CompositionError: the world does not carry so many different ones.
    """
    from turnwise.synthesis.pipeline import make_goals

    return make_goals(world, count, difficulty=difficulty, seed=seed)  # type: ignore[arg-type]


def run(
    world: World | str | Path,
    *,
    agent: str | Callable[..., Any] = "lexical",
    behaviour: Behaviour | str | Path = "user_oriented",
    scenarios: int = 20,
    goals: int | str = 2,
    difficulty: str = "mixed",
    seed: int = 0,
    model: str | None = None,
    roles: Mapping[str, Any] | None = None,
    log_dir: str | Path = "logs",
) -> Results:
    """Let a simulated user and an agent talk, and score what happened: `inspect eval turnwise/user_oriented` from Python.

    Args:
        world: a world, a bundled world's name or a world directory.
        agent: `lexical`, `oracle` or `silent`, which need no model; your function or class; or a name, as docs/agents.md says.
        behaviour: a preset's name, a YAML file or a `Behaviour`.
        scenarios: dialogues.
        goals: per dialogue, or a range such as "1-3".
        seed: drives goals and user.
        model: which answers, such as `openai/gpt-4o`; alone, it answers in a loop of generation and tool calls.
        roles: a model by role: user, simulator, synthesizer, grader.
        log_dir: where the log goes, and the world or behaviour if it has no place on disk yet.

    Raises:
        errors.TurnwiseError: the run cannot be set up, or a fifth of the dialogues failed.
    """
    from turnwise.dialogue.run import hold
    from turnwise.logs.read import Results

    arguments = {"scenarios": scenarios, "goals": goals, "difficulty": difficulty, "seed": seed}
    about = {"model": model, "roles": roles or {}, "log_dir": Path(log_dir)}
    return Results((hold(world, agent=agent, behaviour=behaviour, arguments=arguments, **about),))  # type: ignore[arg-type]


def read_logs(*paths: str | Path) -> Iterator[Trajectory]:
    """The dialogues in log files and folders, one at a time, as they were recorded.

    Raises:
        errors.LogError: a path does not exist, holds no log, or a log is damaged.
    """
    from turnwise.logs.read import Results

    return iter(Results.of(list(paths) or "logs"))


def score(trajectory: Trajectory) -> dict[str, float]:
    """The measures of one dialogue by name, as the scorers compute them; what cannot be judged is absent.

    `success` and `completion` (share of goals), `collateral` (unwanted changes), the keys of
    `scoring.metrics.counts` and `density`, `iq_core`, `iq` and their sub-scores.
    """
    from turnwise.scoring.metrics import measures

    return measures(trajectory)


def branch(results: Results | str | Path, at: str | Sequence[str] = "every:3", **change: Any) -> list[ResumePoint]:
    """Resume points out of recorded dialogues, each verified by replay; `dialogue.resume.save_starts` writes them.

    Args:
        results: what `run` returned, a log or a folder of logs.
        at: every:N, a number, first, finding, failed or end; or several of them.
        change: at most one of `goals` ("new" or a file), `behaviour`, `seed` and `need` (a tool), as `turnwise branch` has them.

    Raises:
        errors.StartError: no resume point can be made.
    """
    from turnwise.branching.branch import branch as branched
    from turnwise.branching.branch import read_at, read_wish
    from turnwise.logs.read import Results

    wish = read_wish(*(change.pop(name, None) for name in ("goals", "behaviour", "seed", "need")))
    if change:
        raise TypeError(f"branch() changes goals, behaviour, seed or need, not {next(iter(change))}")
    rules = [read_at(rule) for rule in ([at] if isinstance(at, str) else at)]
    return branched(Results.of(results).logs, at=rules, wish=wish).starts


def harvest(results: Results | str | Path, directory: str | Path, **thresholds: Any) -> Harvested:
    """Make or renew an archive of the dialogues that are worth learning from; needs the extra `harvest`.

    Args:
        results: what `run` returned, a log or a folder of logs.
        thresholds: of the filters, such as `completion=1.0`; `turnwise harvest --help` and docs/harvest.md list them.

    Raises:
        errors.HarvestError: the directory holds something else, no log can be used, or there is no such filter.
    """
    from turnwise.harvest.curation import FilterConfig
    from turnwise.harvest.filters import Filter
    from turnwise.harvest.harvest import harvest as harvested
    from turnwise.logs.read import Results

    filters = Filter().with_values({"fit_users": True, **thresholds})
    return harvested(Results.of(results).logs, Path(directory), FilterConfig(filters))


def compare(*results: Results | str | Path) -> list[Condition]:
    """Print the conditions of some runs side by side, and return them.

    Args:
        results: what `run` returned, logs or folders of logs; ./logs unless given.

    Raises:
        errors.LogError: a log does not exist or cannot be compared.
    """
    from turnwise.cli.common import console, read_logs
    from turnwise.logs.read import Results
    from turnwise.report.table import print_comparison
    from turnwise.scoring.comparison import conditions_by_world

    reading = read_logs([log for one in results or ("logs",) for log in Results.of(one).logs])
    print_comparison(console(), reading.runs, reading.remarks)
    return conditions_by_world(reading.runs)


class _FrontDoor(ModuleType):
    """This module: importing the room `harvest` must not put it in the place of the function of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name == "harvest" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("turnwise.errors")
    if name in _TYPES:
        return getattr(import_module(_TYPES[name]), name)
    raise AttributeError(f"turnwise has no {name}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
