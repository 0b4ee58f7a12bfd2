"""Sets of goals composed from real rows: situations are drawn, and what does not hold when it is run is rejected."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from turnwise.errors import CompositionError
from turnwise.goals.model import REQUESTS, Difficulty, Goal
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.goals.compose import APART, are_apart, compose_goal
from turnwise.synthesis.goals.composition import Company, Composition, draw_plan
from turnwise.synthesis.goals.context import CompositionContext, Copies, Rejected, reject_if, schema_of
from turnwise.synthesis.goals.from_calls import compose_from_calls
from turnwise.synthesis.goals.generic import generic_situations
from turnwise.synthesis.goals.goal_validation import stands_after
from turnwise.synthesis.goals.situation_checks import check_plan, lacking
from turnwise.synthesis.goals.situations import SituationPlan, read_situations
from turnwise.worlds import World

_TRIES_PER_SET = 400
_TRIES_FRESH = 60
"""tries for a goal that is unlike all before it, after which one may be like another but for its rows"""
_TRIES_TOGETHER = 30
"""tries for a goal of the one who speaks already, then for one of their colleagues, after which anybody may speak"""
_GENERIC = 0.02
"""how often a world with situations of its own takes one from its schema"""
_TRIES_ALONE = 3
"""tries for a customer who has several goals, after which one of the staff has them"""
_TRIES_JOINED = 160
"""tries for a goal whose requests build on each other, after which those near one row will do"""
MIXED: tuple[Difficulty, ...] = ("easy", "medium", "hard")

DifficultyChoice = Literal["easy", "medium", "hard", "mixed"]


class Repertoire(NamedTuple):
    """The situations that a world serves, those of its own and those from its schema, by family."""

    own: dict[str, list[SituationPlan]]
    generic: dict[str, list[SituationPlan]]

    def of(self, difficulty: Difficulty, company: Company, generic: bool) -> dict[str, list[SituationPlan]]:
        """The situations that make as many requests as a difficulty wants, of the one who speaks already."""
        least, most = REQUESTS[difficulty]
        chosen: dict[str, list[SituationPlan]] = {}
        for family, plans in (self.generic if generic else self.own).items():
            fitting = [
                plan
                for plan in plans
                if plan.least <= most and (len(plan.requests) >= least or plan.wanders) and _joins(plan, company)
            ]
            chosen |= {family: fitting} if fitting else {}
        return chosen


def _joins(plan: SituationPlan, company: Company) -> bool:
    """Whether who speaks in a situation can be the one who has spoken so far."""
    if company.speaker is not None:
        return bool(plan.speaker) and plan.rows[plan.speaker].table == company.speaker.table.name
    return company.role is None or (not plan.speaker and (plan.generic or company.role in ("", plan.role)))


def repertoire(world: World) -> Repertoire:
    """The situations that a world's tools serve; SituationError where its own speak of what is not there."""
    return _repertoire(world, world.situations or "")


@lru_cache(maxsize=16)
def _repertoire(world: World, situations: str) -> Repertoire:
    schema = check_composable(world)
    families: list[dict[str, list[SituationPlan]]] = []
    for plans in (own_situations(world), generic_situations(schema, world)):
        families.append({})
        for plan in plans:
            if lacking(plan, schema, world) is None:
                families[-1].setdefault(plan.family, []).append(plan)
    return Repertoire(*families)


def own_situations(world: World) -> tuple[SituationPlan, ...]:
    """The situations that a world brings; SituationError where they speak of tables or columns that it does not have."""
    plans = read_situations(world.situations or "", f"{world.name}/situations.yaml")
    for plan in plans:
        check_plan(plan, check_composable(world), f"{world.name}/situations.yaml")
    return plans


def compose_goals(
    world: World, *, sets: int, goals: int | str = 1, difficulty: DifficultyChoice = "mixed", seed: int = 0
) -> Composition:
    """Compose sets of goals, one set per dialogue: those of a set do not interfere and are of one person where possible.

    No two goals of a set share a shape; those of different sets do only when the world has no others, and then with
    other rows. `goals` per set is a number, or a range such as "1-4", from which each draws its own; `mixed` takes the
    three difficulties in turn. CompositionError where the world does not carry that many goals.
    """
    check_choice(sets, difficulty)
    sizes = draw_sizes("goals", goals, sets, seed)
    if world.database is None:
        levels = [
            [difficulty if difficulty != "mixed" else MIXED[(number + place) % 3] for place in range(size)]
            for number, size in enumerate(sizes)
        ]
        return compose_from_calls(world, sizes, levels, seed)
    schema = check_composable(world)
    composition = Composition()
    known = repertoire(world)
    own = [plan for plans in known.own.values() for plan in plans]
    staff = sorted({plan.role for plan in own if not plan.speaker})
    shapes: Counter[str] = Counter()
    told: set[str] = set()
    copies = Copies(world)
    fresh_tries = dict.fromkeys(MIXED, _TRIES_FRESH)
    joined_tries = dict.fromkeys(MIXED, _TRIES_JOINED)

    def next_goal(
        before: list[Goal], company: Company, level: Difficulty, rng: random.Random, together: bool
    ) -> tuple[Goal, Company] | None:
        beside, since = company, 0
        usual = sum(shapes.values()) // (len(shapes) or 1)
        for attempt in range(_TRIES_PER_SET):
            if attempt - since >= _TRIES_TOGETHER * (1 + (beside.speaker is not None)):
                if together and beside.speaker is not None:
                    return None
                beside, since = beside.wider(), attempt
            repeats = 0 if attempt < fresh_tries[level] else 1 + usual + (attempt - fresh_tries[level]) // 40
            plan = None
            try:
                plan = next_plan(known, composition, level, beside, rng, wanders=attempt > _TRIES_PER_SET // 3)
                if plan is None and together and beside.speaker is not None:
                    return None
                if plan is None:
                    beside, since = beside.wider(), attempt
                    raise Rejected("no situation of the one who speaks makes so many requests")
                if plan.generic and not beside.role and staff:
                    beside = Company(rng.choice(staff))
                fixed = {plan.speaker: beside.speaker} if beside.speaker is not None else {}
                context = CompositionContext(world, schema, copies.unchanged(), rng)
                goal, now = compose_goal(context, f"g{len(before) + 1}", level, plan, beside, fixed)
                reject_if(shapes[goal.shape] > repeats, "it is alike another but for its values")
                reject_if(goal.description in told, "it is another again")
                reject_if(are_apart(goal.requests) and attempt < joined_tries[level], APART)
                reject_if(any(goal.shape == other.shape for other in before), "it is like another goal of its dialogue")
                reject_if(asks_what_is_known(before, goal), "it asks for what another goal of its dialogue is told")
                if before and not stands_after(world, before, goal, copies.reads):
                    raise Rejected("it interferes with another goal of its dialogue")
            except Rejected as reason:
                composition.rejected[str(reason)] += 1
                if plan is not None:
                    composition.fail(plan, level, beside)
                continue
            if shapes[goal.shape]:  # the world may be exhausted: less time is spent on what is not there
                fresh_tries[level] = max(5, fresh_tries[level] // 2)
            if are_apart(goal.requests):
                joined_tries[level] //= 2
            shapes[goal.shape] += 1
            told.add(goal.description)
            composition.kinds.update([plan.name, f"family {plan.family}"])
            return goal, now
        raise CompositionError(
            f"{world.name} carries only {len(told)} different {level} goals at this seed "
            f"({'; '.join(filter(None, [missing(world, schema), f'rejected: {leading_reasons(composition.rejected)}']))}). "
            "Ask for fewer scenarios, fewer goals per dialogue, or another difficulty"
        )

    def next_set(number: str, size: int, company: Company, together: bool) -> tuple[Goal, ...] | None:
        """The goals of one dialogue; None where whoever speaks has no further one."""
        chosen: list[Goal] = []
        for place in range(size):
            level = difficulty if difficulty != "mixed" else MIXED[(int(number.split()[0]) + place) % 3]
            rng = random.Random(f"{seed} {number} {place}")
            levels = (
                [level, *MIXED[: MIXED.index(level)][::-1]] if difficulty == "mixed" and company.speaker else [level]
            )
            wanted = (next_goal(chosen, company, easier, rng, together) for easier in levels)
            if (found := next(filter(None, wanted), None)) is None:
                shapes.subtract(goal.shape for goal in chosen)
                told.difference_update(goal.description for goal in chosen)
                return None
            goal, company = found
            chosen.append(goal)
        return tuple(chosen)

    with closing(copies):
        for number, size in enumerate(sizes):
            # One person per dialogue: where a customer has nothing further to ask, one of the staff speaks instead.
            tries = (
                next_set(f"{number} {again}".removesuffix(" 0"), size, Company(), True) for again in range(_TRIES_ALONE)
            )
            goals_of_one = next(filter(None, tries), None) or next_set(str(number), size, Company(""), True)
            composition.sets.append(goals_of_one or next_set(str(number), size, Company(), False) or ())
    return composition


def next_plan(
    known: Repertoire,
    composition: Composition,
    level: Difficulty,
    company: Company,
    rng: random.Random,
    about: str = "",
    fits: Callable[[SituationPlan], bool] | None = None,
    wanders: bool = False,
) -> SituationPlan | None:
    """A situation for the next goal; None where there is none.

    Args:
        about: a table of which it must have a row.
        fits: what it has to be, so that any situation is as likely as those of the world.
        wanders: it must be one that goes on with any request that holds.
    """
    generic = not known.own or wanders or rng.random() < (0.6 if fits or about else _GENERIC)
    for choice in (generic, not generic):
        plans = known.of(level, company, choice)
        if wanders:
            plans = {family: members for family, members in plans.items() if members[0].wanders}
        if about:
            named = {f: [p for p in plans[f] if any(r.table == about for r in p.rows.values())] for f in plans}
            plans = {family: members for family, members in named.items() if members}
        if fits:
            apt = {family: [plan for plan in members if fits(plan)] for family, members in plans.items()}
            plans = {family: members for family, members in apt.items() if members}
        if (plan := draw_plan(plans, composition, level, company, rng)) is not None:
            return plan
    return None


def asks_what_is_known(before: Sequence[Goal], goal: Goal) -> bool:
    """Whether a goal asks for, or changes, what one before it was told or changed already."""
    known = {fact for other in before for fact in _facts(other)}
    return any(fact in known for fact in _facts(goal))


def _facts(goal: Goal) -> Iterator[tuple[str, str]]:
    """What a goal is told or changes, by the row and what it holds."""
    for request in goal.requests:
        if request.subject is not None:
            labels = [slot.label for slot in request.slots] if request.checkpoint.state else request.asks
            yield from ((request.subject.name, label) for label in labels)


def missing(world: World, schema: Schema) -> str:
    """What a world lacks to carry more goals, in words; empty where it is only the rows that do not fit."""
    kinds = {tool.operation.kind for tool in world.tools if tool.operation is not None}
    tables = [table for table in schema.tables.values() if not table.view]
    few = [table.name for table in tables if table.rows < 2]
    keyless = [table.name for table in tables if len(table.key) != 1]
    lacks = [
        "no tool of it writes" if not any(tool.effect == "write" for tool in world.tools) else "",
        "no tool of it reads one row" if "get" not in kinds else "",
        f"no key of one column in {', '.join(keyless[:5])}" if keyless else "",
        "no table of it has a column that names its rows" if not any(table.label for table in tables) else "",
        "no table of it refers to another" if not any(table.references for table in tables) else "",
        f"fewer than two rows in {', '.join(few[:5])}" if few else "",
    ]
    return "; ".join(filter(None, lacks))


def check_composable(world: World) -> Schema:
    """The schema of a world; CompositionError without rows, or with tools that do not say what they do."""
    if world.database is None or not any(tool.operation for tool in world.tools):
        lack = "has no database" if world.database is None else "has tools that do not say what they do"
        raise CompositionError(
            f"{world.name} {lack}, so rules cannot compose {'further ' if world.database is None else ''}goals: have a model write them with turnwise goals WORLD "
            "--model MODEL -o FILE, and run the task with -T goal_file=FILE; further goals in a dialogue are written by "
            "the model in the role synthesizer (--model-role synthesizer=MODEL)"
        )
    return schema_of(world.database)


def check_choice(sets: int, difficulty: str) -> None:
    """Raise CompositionError where a number is no whole number of at least 1, or there is no such difficulty."""
    if not isinstance(sets, int) or sets < 1:
        raise CompositionError(f"scenarios is {sets}: it takes a whole number of at least 1")
    if difficulty not in get_args(DifficultyChoice):
        raise CompositionError(f"difficulty is {difficulty}: it takes {', '.join(get_args(DifficultyChoice))}")


def draw_sizes(
    name: str, wanted: int | str, sets: int, seed: int, *, least: int = 1, draws: str | None = None
) -> list[int]:
    """A number per set: the same for all, or drawn from a range such as "1-4", both ends included.

    `name` is what a message calls it, and, unless `draws` is given, what tells its draws from others of the same seed.
    """
    ends = [part.strip() for part in str(wanted).split("-")]
    if len(ends) > 2 or not all(end.isdecimal() for end in ends) or not least <= int(ends[0]) <= int(ends[-1]):
        raise CompositionError(
            f'{name} is {wanted}: it takes a whole number of at least {least}, or a range such as "1-4"'
        )
    rngs = (random.Random(f"{seed} {draws or name} {number}") for number in range(sets))
    return [rng.randint(int(ends[0]), int(ends[-1])) for rng in rngs]


def leading_reasons(counted: Counter[str]) -> str:
    """The three commonest reasons, with how often each was given."""
    return "; ".join(f"{reason} ({n})" for reason, n in counted.most_common(3))
