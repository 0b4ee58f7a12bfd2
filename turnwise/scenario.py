"""One dialogue to be had: a world, goals, a behaviour, a seed. Becomes one Inspect sample."""

from pydantic import BaseModel, ConfigDict

from turnwise.goals import Goal
from turnwise.synthesis.goals import DifficultyChoice, compose_goals
from turnwise.users.behaviour import Behaviour
from turnwise.worlds import World


class Scenario(BaseModel):
    """What one dialogue starts from. Two paradigms share everything but the behaviour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    world: str
    world_hash: str
    goals: tuple[Goal, ...]
    behaviour: Behaviour
    seed: int


def compose_scenarios(
    world: World,
    behaviour: Behaviour,
    *,
    scenarios: int,
    goals: int = 2,
    difficulty: DifficultyChoice = "mixed",
    seed: int = 0,
) -> list[Scenario]:
    """Scenarios 1 to n on a world. The goals do not depend on the behaviour, so paradigms pair up by id.

    Raises:
        CompositionError: the world does not carry that many different goals.
    """
    composition = compose_goals(world, sets=scenarios, goals=goals, difficulty=difficulty, seed=seed)
    return [
        Scenario(id=number, world=world.name, world_hash=world.hash, goals=chosen, behaviour=behaviour, seed=seed)
        for number, chosen in enumerate(composition.sets, 1)
    ]
