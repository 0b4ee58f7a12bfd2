"""Sets of goals from a pool, one set per dialogue, whose goals do not interfere: each is run to make sure."""

import random
from functools import cache
from itertools import combinations, islice, permutations

from turnwise.errors import CallRefused, CompositionError, GoalError
from turnwise.goals.model import Goal
from turnwise.goals.pool import GoalFile, renumbered
from turnwise.synthesis.goals.by_rules import DifficultyChoice, check_choice, draw_sizes
from turnwise.synthesis.goals.goal_validation import makes_wanted, replay, stands_after
from turnwise.values.text import normalised
from turnwise.worlds import World, open_session

_MOST_TRIED = 20_000  # combinations looked at for one set before it is taken for impossible


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
    interfere. The goals of a set are those of one person as far as the pool has such. Goals are used about equally often. `goals` per set is a number, or a range such as "1-4" to draw from.
    GoalError where a goal is of another world or does not run; CompositionError where there are too few.
    """
    check_choice(sets, difficulty)
    sizes = draw_sizes("goals", goals, sets, seed)
    pool.check_world(world)
    chosen = [goal for goal in pool.goals if difficulty in ("mixed", goal.difficulty)]
    uses = [0] * len(chosen)
    taken: set[frozenset[int]] = set()
    found = []

    @cache
    def check_runs(place: int) -> None:
        try:
            _played(world, [chosen[place]])
        except (CallRefused, LookupError, TypeError) as error:
            raise GoalError(f"goal {chosen[place].id} does not run in {world.name}: {error}") from error

    @cache
    def follows(first: int, second: int) -> bool:
        return stands_after(world, [chosen[first]], chosen[second])

    def fit(places: tuple[int, ...]) -> bool:
        if world.database is None or frozenset(places) in taken:
            return frozenset(places) not in taken
        for place in places:
            check_runs(place)
        if not all(follows(*pair) for pair in combinations(places, 2)):
            return False
        numbered = [renumbered(chosen[place], number) for number, place in enumerate(places, 1)]
        return all(stands_after(world, numbered[:n], numbered[n]) for n in range(2, size)) and _played(world, numbered)

    def one_person(places: tuple[int, ...]) -> bool:
        return len({_person(chosen[place]) for place in places}) == 1

    for number, size in enumerate(sizes):
        rng = random.Random(f"{seed} {number}")
        order = sorted(range(len(chosen)), key=lambda place: (uses[place], rng.random()))
        tried = [places for places in islice(permutations(order, size), _MOST_TRIED) if one_person(places)]
        places = next(filter(fit, tried), None) or next(
            filter(fit, islice(permutations(order, size), _MOST_TRIED)), None
        )
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


def _person(goal: Goal) -> tuple[str, str]:
    """Who pursues a goal: a role, and the name of whoever speaks for themselves."""
    situation = goal.situation
    if situation is None:
        return "", ""
    return normalised(situation.role), situation.speaker.name if situation.speaker else ""


def _played(world: World, goals: list[Goal]) -> bool:
    """Whether goals, one after the other, make the changes they want and no others."""
    with open_session(world) as session:
        for goal in goals:
            replay(session, goal)
        return makes_wanted([request for goal in goals for request in goal.requests], session)
