"""A plan of a large generation, as a file: which dialogues are wanted, of whom, with whom, where.

    target: 100                        # dialogues worth learning from, of each cell
    worlds: [city_library, shop]       # a cell is a world, a task, a behaviour, an agent and a seed
    tasks: [user_oriented]
    behaviours: [terse, vague]         # none: the task's own
    agents:
      - lexical
      - {model: turnwise/chat/qwen3, base_url: http://127.0.0.1:8000/v1, roles: {user: turnwise/chat/qwen3}}
    seeds: [0, 1]

It says what is held, and knows nothing of how: see `planned` and `launchers`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from turnwise._inspect import AGENTS, RETRIES, Player, agent_without_model
from turnwise.agents.own.finding import check_agent
from turnwise.errors import HarvestError, first_problem
from turnwise.secrets import hidden, note_secrets
from turnwise.untrusted import read_yaml
from turnwise.users import load_behaviour
from turnwise.worlds import load_world

Count = Annotated[int, Field(ge=1)]
SEEDS_APART = 100_000
"""Between the first seeds of two cells that differ only in theirs: each shard takes one."""
_FREE = ("target", "most", "max_cost", "shard", "launcher", "processes", "retries", "timeout")
"""What may be changed between two runs of one plan."""


class PlannedAgent(BaseModel):
    """Who answers in a cell, and who plays the other roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str | None = None
    model: str | None = None
    base_url: str | None = None
    args: dict[str, Any] = {}
    agent_args: dict[str, Any] = {}
    roles: dict[str, Any] = {}
    temperature: float | None = None

    def player(self, retries: int, timeout: int | None) -> Player:
        """As a run takes it; TurnwiseError where there is no such agent."""
        if self.agent in AGENTS and self.model is None:
            return replace(AGENTS[self.agent], roles=self.roles)
        if self.agent is None and self.model is None:
            raise HarvestError("an agent of the plan names neither an agent nor a model")
        name = self.agent or "turnwise/tool_loop"
        check_agent(name)
        model = self.model or agent_without_model(name)
        return Player(
            model, name, self.base_url, self.args, self.agent_args, self.roles, timeout, retries, self.temperature
        )


class Plan(BaseModel):
    """What is wanted; see the module."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Count = Field(description="dialogues worth learning from, of each cell")
    worlds: tuple[str, ...] = Field(default=("city_library",), min_length=1)
    tasks: tuple[Literal["user_oriented", "task_oriented"], ...] = Field(default=("user_oriented",), min_length=1)
    behaviours: tuple[str, ...] = ()
    agents: tuple[PlannedAgent, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field(default=(0,), min_length=1)
    trials: Count = 1
    arguments: dict[str, Any] = Field(default={}, description="of the task, as -T takes them")
    temperature: float | None = None
    most: Count | None = Field(
        default=None, description="dialogues to hold at most, of each cell; ten times the target"
    )
    max_cost: float | None = Field(
        default=None, gt=0, description="dollars that the models may cost, all runs together"
    )
    shard: Count = Field(default=50, description="dialogues that one process holds, in one log")
    launcher: Literal["local", "ray", "slurm"] = "local"
    processes: Count = 2
    retries: int = Field(default=RETRIES, ge=0)
    timeout: Count | None = None

    @property
    def limit(self) -> int:
        """Dialogues to hold at most, of each cell."""
        return self.most or 10 * self.target


@dataclass(frozen=True)
class Cell:
    """One kind of dialogues, of which so many are wanted."""

    task: str
    arguments: Mapping[str, Any]
    player: Player
    seed: int

    @property
    def name(self) -> str:
        """What tells it from the others, for people and in logs."""
        about = [self.arguments["world"], self.task, self.arguments.get("behaviour"), _who(self.player)]
        return " / ".join(str(part) for part in (*filter(None, about), f"seed {self.seed}"))


def _who(player: Player) -> str:
    parts = [player.model, "" if player.agent in ("turnwise/tool_loop", player.model) else player.agent]
    parts += [
        f"{role}={given.get('model') if isinstance(given, Mapping) else given}" for role, given in player.roles.items()
    ]
    parts += [f"temperature {player.temperature:g}"] if player.temperature is not None else []
    return hidden(" ".join(filter(None, parts)))


def load_plan(path: Path, **changed: Any) -> Plan:
    """Read a plan; HarvestError says where it is not one. `changed` are values of the command line, None where not given."""
    try:
        said = read_yaml(path)
    except (UnicodeError, yaml.YAMLError) as error:
        raise HarvestError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}") from error
    if not isinstance(said, dict):
        raise HarvestError(f"{path} is not a plan: it is no mapping with `target` and `agents`")
    agents = said.get("agents")
    if isinstance(agents, list):
        said["agents"] = [{"agent": one} if isinstance(one, str) else one for one in agents]
    note_secrets(said)
    try:
        plan = Plan.model_validate(said | {name: value for name, value in changed.items() if value is not None})
    except ValidationError as error:
        raise HarvestError(f"{path}: {first_problem(error, 'the plan')}") from error
    for world in plan.worlds:
        load_world(world)
    for behaviour in plan.behaviours:
        load_behaviour(behaviour)
    if taken := {"scenarios", "seed", "world", "behaviour"} & set(plan.arguments):
        raise HarvestError(f"{path}: arguments: {min(taken)} is what the plan says elsewhere")
    return plan


def cells_of(plan: Plan) -> list[Cell]:
    """The cells of a plan, in its order."""
    found = []
    for world, task, behaviour, agent, seed in product(
        plan.worlds, plan.tasks, plan.behaviours or (None,), plan.agents, plan.seeds
    ):
        player = agent.player(plan.retries, plan.timeout)
        if not player.rules and player.temperature is None:
            player = replace(player, temperature=plan.temperature)
        about = {"world": world} | ({"behaviour": behaviour} if behaviour else {})
        found.append(Cell(task, {**plan.arguments, **about}, player, seed))
    names = [cell.name for cell in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise HarvestError(f"two cells of the plan are the same: {twice[0]}")
    return found


def dumped(plan: Plan, cells: list[Cell]) -> dict[str, Any]:
    """What a later run of the plan is compared with; where models are served, and keys, are no part of it."""
    worlds = {world: load_world(world).hash for world in plan.worlds}
    about = plan.model_dump(mode="json", exclude={*_FREE, "agents"})
    about["agents"] = sorted({_who(cell.player) for cell in cells})
    plain: dict[str, Any] = json.loads(hidden(json.dumps({**about, "worlds as they are": worlds}, default=str)))
    return plain


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """How a plan differs from what was begun, a phrase each."""
    found = []
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            found.append(f"{name}: {json.dumps(then.get(name))}, and now {json.dumps(now.get(name))}")
    return found
