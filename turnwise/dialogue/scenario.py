"""One dialogue to be had: a world, goals, a behaviour, a seed. Becomes one Inspect sample."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from turnwise.errors import CompositionError
from turnwise.goals.model import Goal
from turnwise.goals.pool import GoalFile
from turnwise.synthesis.goals.assignment import assign_goals
from turnwise.synthesis.goals.by_rules import DifficultyChoice, compose_goals, draw_sizes
from turnwise.users import Agenda, Behaviour
from turnwise.worlds import World


class Scenario(BaseModel):
    """What one dialogue starts from. Two paradigms share everything but the behaviour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    world: str
    world_hash: str
    goals: tuple[Goal, ...]
    behaviour: Behaviour
    seed: str
    followup_goals: int = 0
    """goals that are composed in the dialogue itself, one after the other, once those before are done or given up"""

    def added(self, goals: Iterable[Goal]) -> tuple[Goal, ...]:
        """Those of a dialogue's goals that are not the scenario's own."""
        assigned = {goal.id for goal in self.goals}
        return tuple(goal for goal in goals if goal.id not in assigned)


def compose_scenarios(
    world: World,
    behaviour: Behaviour,
    *,
    scenarios: int,
    goals: int | str = 2,
    followup_goals: int | str = 0,
    difficulty: DifficultyChoice = "mixed",
    seed: int = 0,
    pool: GoalFile | None = None,
) -> list[Scenario]:
    """Scenarios 1 to n on a world. The goals do not depend on the behaviour, so paradigms pair up by id.

    The numbers of `goals` and `followup_goals` per dialogue may be ranges such as "1-4", from which each draws its own.
    CompositionError where world or pool carry fewer different goals, GoalError where the pool is of another world.
    """
    if pool is None:
        sets = _composed(world, scenarios, goals, difficulty, seed)
    else:
        sets = assign_goals(world, pool, sets=scenarios, goals=goals, difficulty=difficulty, seed=seed)
    more = draw_sizes("followup_goals", followup_goals, scenarios, seed, least=0, draws="further")
    openings: set[str] = set()
    made = []
    for number, chosen in enumerate(sets, 1):
        voice = _unheard_voice(chosen, behaviour, f"{seed} {number}", world.moment(), openings)
        made.append(
            Scenario(
                id=number,
                world=world.name,
                world_hash=world.hash,
                goals=chosen,
                behaviour=behaviour,
                seed=voice,
                followup_goals=more[number - 1],
            )
        )
    return made


@lru_cache(maxsize=32)
def _composed(
    world: World, sets: int, goals: int | str, difficulty: DifficultyChoice, seed: int
) -> list[tuple[Goal, ...]]:
    """Goals are composed once for both paradigms, and for every agent that is held to them in one process."""
    return compose_goals(world, sets=sets, goals=goals, difficulty=difficulty, seed=seed).sets


def _unheard_voice(goals: tuple[Goal, ...], behaviour: Behaviour, seed: str, now: datetime, openings: set[str]) -> str:
    """A seed for the user under which what it asks first is not one of the openings already used, which it joins."""
    for attempt in range(100):
        voice = f"{seed} {attempt}" if attempt else seed
        opening = Agenda(goals, behaviour, voice, now).opening()
        asks = any(act.kind == "request" for act in opening.dialogue_acts)
        if not asks or opening.message not in openings:
            openings.add(opening.message)
            return voice
    raise CompositionError("the user opens too many dialogues alike: ask for fewer scenarios")
