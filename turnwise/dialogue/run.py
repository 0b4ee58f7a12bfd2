"""Dialogues held from Python: a world, an agent and a behaviour become a log. Knows no scores."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from turnwise._inspect import AGENTS, Player, agent_without_model, run_task
from turnwise.agents.own.finding import check_agent, name_of_given
from turnwise.files import atomic_write
from turnwise.users import Behaviour
from turnwise.worlds import World, bundled_worlds, load_world, save_world

_TASKS = ("task_oriented", "user_oriented")


def hold(
    world: World | str | Path,
    *,
    agent: str | Callable[..., Any],
    behaviour: Behaviour | str | Path,
    arguments: Mapping[str, Any],
    model: str | None,
    roles: Mapping[str, Any],
    log_dir: Path,
) -> Path:
    """Hold the dialogues of a task and return their log; see `turnwise.run`.

    What is only in memory, a world or a behaviour, is written below `log_dir` first, so that the log leads to it.
    """
    who = _behaviour_place(behaviour, log_dir)
    task = who if who in _TASKS else "user_oriented"
    name = agent if isinstance(agent, str) else name_of_given(agent)
    given = {"world": _world_place(world, log_dir), "behaviour": who, **arguments}
    return run_task(task, given, _player(name, model, roles), log_dir)


def _player(agent: str, model: str | None, roles: Mapping[str, Any]) -> Player:
    if agent not in AGENTS:
        check_agent(agent)
    if model is not None:
        return Player(model, "turnwise/tool_loop" if agent in AGENTS else agent, roles=roles)
    if agent in AGENTS:
        known = AGENTS[agent]
        return Player(known.model, known.agent, roles=roles)
    return Player(agent_without_model(agent), agent, roles=roles)


def _world_place(world: World | str | Path, log_dir: Path) -> str:
    if not isinstance(world, World):
        return str(world)
    if world.name in bundled_worlds() and load_world(world.name).hash == world.hash:
        return world.name
    place = log_dir / "worlds" / f"{world.name}-{world.hash}"
    if not place.exists():
        save_world(world, place)
    return str(place.resolve())


def _behaviour_place(behaviour: Behaviour | str | Path, log_dir: Path) -> str:
    if not isinstance(behaviour, Behaviour):
        return str(behaviour)
    text = yaml.safe_dump(behaviour.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    place = log_dir / "behaviours" / f"{behaviour.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.yaml"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(place) as file:
            file.write(text)
    return str(place.resolve())
