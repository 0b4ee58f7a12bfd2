"""Sets of goals from a pool, one set per dialogue, whose goals do not interfere: each is run to make sure.

pool = load_goals("goals.json")
sets = assign_goals(world, pool, sets=10, goals=2, difficulty="mixed", seed=0)
"""

import random
from collections.abc import Iterator, Sequence
from functools import cache

from turnwise.errors import CallRefused, CompositionError, GoalError
from turnwise.goals.model import Goal
from turnwise.goals.pool import GoalFile, renumbered
from turnwise.synthesis.goals.by_rules import DifficultyChoice, check_choice, draw_sizes
from turnwise.synthesis.goals.goal_validation import makes_wanted, replay, stands_after
from turnwise.worlds import World, open_session

_MOST_TRIED = 20_000
"""Combinations looked at for one set before it is taken for impossible."""


def assign_goals(
    world: World,
    pool: GoalFile,
    *,
    sets: int,
    goals: int | str = 1,
    difficulty: DifficultyChoice = "mixed",
    seed: int = 0,
) -> list[tuple[Goal, ...]]:
    """Sets of goals from a pool, one set per dialogue, numbered g1, g2, ... in each.

    No goal is twice in a set, no two sets hold the same goals, and where tools execute the goals of a set do not
    interfere: each does the same whether or not the ones before it were done. Goals are used about equally often.

    Args:
        goals: goals per set: a number, or a range such as "1-4", from which each set draws its own.
        difficulty: take only goals of it; `mixed` takes all.
        seed: the same pool, arguments and seed give the same sets.

    Raises:
        GoalError: the goals are of another world, or one of them does not run in it.
        CompositionError: the pool holds too few goals for that many sets; the message says how many it makes.
    """
    check_choice(sets, difficulty)
    sizes = draw_sizes("goals", goals, sets, seed)
    pool.check_world(world)
    chosen = [goal for goal in pool.goals if difficulty in ("mixed", goal.difficulty)]
    fit = _Fit(world, chosen)
    uses = [0] * len(chosen)
    taken: set[frozenset[int]] = set()
    found = []
    for number, size in enumerate(sizes):
        rng = random.Random(f"{seed} {number}")
        order = sorted(range(len(chosen)), key=lambda place: (uses[place], rng.random()))
        places = next(_unseen(fit, order, size, taken), None)
        if places is None:
            level = "" if difficulty == "mixed" else f"{difficulty} "
            raise CompositionError(
                f"{sets} sets of {goals} were asked for, and the {len(chosen)} {level}goals make {number} different ones "
                "that do not interfere: ask for fewer scenarios or fewer goals per dialogue, or write more goals"
            )
        taken.add(frozenset(places))
        for place in places:
            uses[place] += 1
        found.append(tuple(renumbered(chosen[place], n) for n, place in enumerate(places, 1)))
    return found


class _Fit:
    """Which goals can be pursued one after the other; what was tried is remembered."""

    def __init__(self, world: World, goals: Sequence[Goal]) -> None:
        self.world = world
        self.goals = goals
        self._check_runs = cache(self._run_alone)
        self._pair = cache(lambda first, second: stands_after(world, [goals[first]], goals[second]))

    def joins(self, before: tuple[int, ...], place: int) -> bool:
        """Whether a goal does the same after each of those before it.

        Raises:
            GoalError: it does not run at all.
        """
        if self.world.database is None:
            return True
        self._check_runs(place)
        return all(self._pair(other, place) for other in before)

    def plays(self, places: tuple[int, ...]) -> bool:
        """Whether the goals of a set, one after the other, make the changes they want and no others."""
        if self.world.database is None:
            return True
        goals = [renumbered(self.goals[place], number) for number, place in enumerate(places, 1)]
        if len(goals) > 2 and not all(stands_after(self.world, goals[:n], goals[n]) for n in range(2, len(goals))):
            return False
        with open_session(self.world) as session:
            for goal in goals:
                replay(session, goal)
            return makes_wanted([request for goal in goals for request in goal.requests], session)

    def _run_alone(self, place: int) -> None:
        goal = self.goals[place]
        try:
            with open_session(self.world) as session:
                replay(session, goal)
        except (CallRefused, LookupError, TypeError) as error:
            raise GoalError(f"goal {goal.id} does not run in {self.world.name}: {error}") from error


def _unseen(fit: _Fit, order: Sequence[int], size: int, taken: set[frozenset[int]]) -> Iterator[tuple[int, ...]]:
    """Sets that were not taken yet and whose goals fit together, those that come first in the order first."""
    tried = 0

    def grown(chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        nonlocal tried
        if len(chosen) == size:
            if frozenset(chosen) not in taken and fit.plays(chosen):
                yield chosen
            return
        for place in order:
            tried += 1
            if tried > _MOST_TRIED:
                return
            if place not in chosen and fit.joins(chosen, place):
                yield from grown((*chosen, place))

    return grown(())
