"""Goals as a file that a person can read and edit, and sets of them for dialogues.

pool = load_goals("goals.json")
sets = assign_goals(world, pool, sets=10, goals=2, difficulty="mixed", seed=0)
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from turnwise.errors import CallRefused, CompositionError, GoalError
from turnwise.files import atomic_write
from turnwise.goals.model import NEW, Goal, Mention, Request, WantedChange
from turnwise.goals.progress import match_state
from turnwise.synthesis.goals.by_rules import DifficultyChoice, check_choice, draw_sizes
from turnwise.synthesis.goals.goal_validation import replay, stands_after
from turnwise.worlds import World, open_session

_MOST_TRIED = 20_000
"""Combinations looked at for one set before it is taken for impossible."""


class GoalFile(BaseModel):
    """Goals of one world, and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    world: str
    world_hash: str
    provenance: dict[str, Any] = {}
    goals: tuple[Goal, ...] = Field(min_length=1)

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits that change with the goals."""
        goals = json.dumps([goal.model_dump(mode="json") for goal in self.goals], sort_keys=True)
        return hashlib.sha256(goals.encode()).hexdigest()[:16]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [request.id for goal in self.goals for request in goal.requests] + [goal.id for goal in self.goals]
        name, times = Counter(ids).most_common(1)[0]
        if times > 1:
            raise ValueError(f"two goals or requests have the id {name}")
        return self


def load_goals(path: str | Path) -> GoalFile:
    """Read a goal file.

    Raises:
        GoalError: nothing is there, it is not JSON, or it does not say what it should.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a UTF-8 text"
        raise GoalError(
            f"{path} cannot be read as goals ({reason}): write some with turnwise goals WORLD -o FILE"
        ) from error
    try:
        return GoalFile.model_validate(json.loads(text))
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise GoalError(f"{path} is not a goal file: {where}: {problem['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise GoalError(f"{path} is not a goal file: it is not JSON ({error})") from error


def save_goals(goal_file: GoalFile, path: str | Path) -> None:
    """Write a goal file, whole or not at all; a file that is there is replaced."""
    data = goal_file.model_dump(mode="json", exclude_defaults=True)
    with atomic_write(path) as file:
        file.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


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
    if pool.world_hash != world.hash:
        raise GoalError(
            f"these goals are of the world {pool.world} as of {pool.world_hash}, and {world.name} is {world.hash}: "
            "write goals for it with turnwise goals"
        )
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


@dataclass
class _Fit:
    """Which goals can be pursued one after the other; what was tried is remembered."""

    world: World
    goals: Sequence[Goal]
    pairs: dict[tuple[int, int], bool] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)

    def joins(self, before: tuple[int, ...], place: int) -> bool:
        """Whether a goal does the same after each of those before it.

        Raises:
            GoalError: it does not run at all.
        """
        if self.world.database is None:
            return True
        self._run_alone(place)
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
            requests = [request for goal in goals for request in goal.requests]
            match = match_state(requests, session.net_changes())
        return not match.unwanted and all(r.id in match.made for r in requests if r.checkpoint.state)

    def _pair(self, first: int, second: int) -> bool:
        if (first, second) not in self.pairs:
            self.pairs[first, second] = stands_after(self.world, [self.goals[first]], self.goals[second])
        return self.pairs[first, second]

    def _run_alone(self, place: int) -> None:
        if place in self.alone:
            return
        goal = self.goals[place]
        try:
            with open_session(self.world) as session:
                replay(session, goal)
        except (CallRefused, LookupError, TypeError) as error:
            raise GoalError(f"goal {goal.id} does not run in {self.world.name}: {error}") from error
        self.alone.add(place)


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


def renumbered(goal: Goal, number: int) -> Goal:
    """A goal as the n-th of its set: its id, those of its requests, and all that refers to them."""
    ids = {request.id: f"g{number}r{place}" for place, request in enumerate(goal.requests, 1)}
    requests = tuple(_renamed(request, ids) for request in goal.requests)
    return goal.model_copy(update={"id": f"g{number}", "requests": requests})


def _renamed(request: Request, ids: dict[str, str]) -> Request:
    slots = tuple(slot.model_copy(update={"mention": _told_by(slot.mention, ids)}) for slot in request.slots)
    state = tuple(_symbols(change, ids) for change in request.checkpoint.state)
    return request.model_copy(
        update={
            "id": ids[request.id],
            "subject": _told_by(request.subject, ids),
            "slots": slots,
            "checkpoint": request.checkpoint.model_copy(update={"state": state}),
            "needs": tuple(ids[name] for name in request.needs),
        }
    )


def _told_by(mention: Mention | None, ids: dict[str, str]) -> Mention | None:
    return mention.model_copy(update={"told_by": ids[mention.told_by]}) if mention and mention.told_by else mention


def _symbols(change: WantedChange, ids: dict[str, str]) -> WantedChange:
    """A wanted change whose symbols for new rows begin with the new ids."""

    def renamed(values: dict[str, Any]) -> dict[str, Any]:
        return {column: {NEW: _symbol(v[NEW], ids)} if isinstance(v, dict) else v for column, v in values.items()}

    return change.model_copy(update={"key": renamed(change.key), "values": renamed(change.values)})


def _symbol(symbol: str, ids: dict[str, str]) -> str:
    request, _, rest = symbol.partition(" ")
    return f"{ids[request]} {rest}" if request in ids else symbol
