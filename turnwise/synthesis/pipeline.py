"""Seeds become worlds, and worlds get goals, by rules or by a model: what the commands `synth` and `goals` do."""

import os
from typing import TYPE_CHECKING, Any

from turnwise.errors import SeedError
from turnwise.goals.pool import GoalFile, renumbered
from turnwise.llm.stage import ModelChoice, StageResult, run_stage
from turnwise.synthesis.goals.by_rules import DifficultyChoice, compose_goals
from turnwise.synthesis.world_by_rules import synthesize_world
from turnwise.worlds import World

if TYPE_CHECKING:  # what talks to models takes seconds to import
    from turnwise.llm.chat import Ledger


def make_world(seed_file: str, *, name: str | None, seed: int, most_tools: int, server: str | None) -> World:
    """A world by rules, from a database or a list of tools.

    Raises:
        SeedError: it is neither of the two, or cannot become a world.
    """
    if " " in seed_file.strip() and not os.path.exists(seed_file):
        raise SeedError(f"{seed_file!r} is no file: a domain in words needs a model, named with --model")
    if seed_file.endswith(".json"):
        from turnwise.synthesis.seeds.specs import synthesize_simulated_world

        return synthesize_simulated_world(seed_file, name=name, seed=seed, server=server)
    return synthesize_world(seed_file, name=name, seed=seed, most_tools=most_tools)


def make_world_by_model(
    seed_text: str, choice: ModelChoice, *, name: str | None, seed: int, most_tools: int, server: str | None
) -> StageResult[World]:
    """A world by a model, from a database, a list of tools or a domain in words.

    Raises:
        TurnwiseError: the seed cannot be read, the model cannot be reached, or nothing it wrote can be kept.
    """
    from turnwise.llm.prompts import load_prompts
    from turnwise.synthesis.world_by_model import synthesize_by_model

    prompts = load_prompts(choice.prompt_dir)

    async def work(ledger: "Ledger") -> World:
        return await synthesize_by_model(
            seed_text, ledger, prompts=prompts, name=name, seed_number=seed, most_tools=most_tools, server=server
        )

    return run_stage("synthesis", work, choice, {"seed": seed_text})


def make_goals(world: World, count: int, *, difficulty: DifficultyChoice, seed: int) -> GoalFile:
    """Goals composed from the rows of a world.

    Raises:
        CompositionError: it has no rows to compose them from, or does not carry that many different ones.
    """
    sets = compose_goals(world, sets=count, difficulty=difficulty, seed=seed).sets
    goals = tuple(renumbered(goal, number) for number, (goal,) in enumerate(sets, 1))
    return _goal_file(world, goals, {"by": "composition", "seed": seed, "difficulty": difficulty})


def make_goals_by_model(
    world: World, count: int, choice: ModelChoice, *, difficulty: DifficultyChoice, seed: int
) -> StageResult[GoalFile]:
    """Goals written by a model, each played before it is kept.

    Raises:
        TurnwiseError: the model cannot be reached, or no goal it wrote holds.
    """
    from turnwise.llm.prompts import load_prompts
    from turnwise.synthesis.goals.by_model import PROMPTS, write_goals

    prompts = load_prompts(choice.prompt_dir)
    about: dict[str, Any] = {"by": choice.model, "seed": seed, "difficulty": difficulty}
    about["prompts"] = {name: prompts[name].version for name in PROMPTS}

    async def work(ledger: "Ledger") -> GoalFile:
        written = await write_goals(world, count, ledger, difficulty=difficulty, seed=seed, prompts=prompts)
        return _goal_file(world, tuple(written.goals), {**about, "funnel": written.funnel.dump()})

    return run_stage("goals", work, choice, {"world": world.name, **about})


def _goal_file(world: World, goals: Any, about: dict[str, Any]) -> GoalFile:
    return GoalFile(world=world.name, world_hash=world.hash, provenance=about, goals=goals)
