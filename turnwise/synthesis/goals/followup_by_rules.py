"""One goal more in a dialogue that is under way: composed on the database as it stands there, and run before use."""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

from turnwise.errors import CompositionError
from turnwise.goals.model import Difficulty, Goal
from turnwise.goals.progress import Observation
from turnwise.synthesis.goals.by_rules import (
    asks_what_is_known,
    check_composable,
    leading_reasons,
    next_plan,
    repertoire,
)
from turnwise.synthesis.goals.compose import compose_goal
from turnwise.synthesis.goals.composition import Company, Composition
from turnwise.synthesis.goals.context import CompositionContext, Referent, Rejected, reject_if
from turnwise.synthesis.goals.situation_checks import may_use
from turnwise.values.states import mentions
from turnwise.values.text import normalised
from turnwise.worlds import Session, rows_of

FollowupKind = Literal["extension", "independent"]

_TRIES = 60
_NEED_TRIES = 200  # where the goal must use a certain tool: not all that may use it do
_MOST_REFERENTS = 6


class Further(NamedTuple):
    """A goal for a dialogue that is under way, and how it came about."""

    goal: Goal
    kind: FollowupKind


def compose_followup(
    session: Session,
    before: Sequence[Goal],
    *,
    difficulty: Difficulty,
    seed: str,
    shown: Sequence[Observation] = (),
    heard: str = "",
    tool: str | None = None,
) -> Further:
    """Compose a goal that can be pursued from where a session stands; CompositionError where there is none.

    It differs in more than a value from the goals `before`, and its solution uses `tool`, if given. It is about a row
    among the results `shown` (oldest first) whose name was said, or where there is no such goal independent. None of
    its answers is in `heard`, all that was said.
    """
    world = session.world
    schema = check_composable(world)
    if tool is not None and tool not in world.by_name:
        raise CompositionError(f"{world.name} has no tool {tool}")
    composition = Composition()
    known = repertoire(world)
    wanted = world.by_name[tool] if tool is not None else None
    fits = (lambda plan: may_use(plan, wanted, schema)) if wanted is not None else None
    kinds: list[FollowupKind] = ["extension", "independent"] if shown else ["independent"]

    came_up: list[list[Referent]] = []

    def composed(kind: FollowupKind, rng: random.Random, widened: int) -> Goal:
        with session.fork() as trial:
            context = CompositionContext(world, schema, trial, rng)
            company = _company(context, before)
            for _ in range(widened):
                company = company.wider()
            about = None
            if kind == "extension":
                if not came_up:
                    came_up.append(list(_referents_shown(context, shown, heard)))
                about = context.choose(came_up[0], "nothing that came up can be named")
            plan = next_plan(known, composition, difficulty, company, rng, about.table.name if about else "", fits)
            if plan is None:
                raise Rejected("no situation of the one who speaks makes so many requests")
            fixed = {plan.speaker: company.speaker} if company.speaker is not None else {}
            if about is not None:
                names = [name for name, row in plan.rows.items() if row.table == about.table.name and name not in fixed]
                fixed[context.choose(names, "the situation is about nothing that came up")] = about
            goal, _ = compose_goal(context, next_id(before), difficulty, plan, company, fixed)
        reject_if(asks_what_is_known(before, goal), "it asks for what another goal was told")
        reject_if(any(goal.shape == other.shape for other in before), "it is like another goal of the dialogue")
        answers = [answer for request in goal.requests for answer in request.checkpoint.answers]
        given = any(mentions(heard, answer.value, answer.kind) for answer in answers)
        reject_if(given, "it asks for what has been told")
        used = {call.tool for request in goal.requests for call in request.solution}
        reject_if(tool is not None and tool not in used, f"it does not need {tool}")
        return goal

    for kind in kinds:
        tries = _NEED_TRIES if tool else _TRIES
        for attempt in range(tries):
            rng = random.Random(f"further {seed} {kind} {attempt}")
            try:
                return Further(composed(kind, rng, 3 * attempt // tries), kind)
            except Rejected as reason:
                composition.rejected[str(reason)] += 1
    reasons = leading_reasons(composition.rejected)
    raise CompositionError(f"{world.name} carries no further {difficulty} goal here (rejected: {reasons})")


def next_id(before: Sequence[Goal]) -> str:
    """The id of the goal after those before; theirs are like g2."""
    return f"g{1 + max((int(goal.id[1:]) for goal in before), default=0)}"


def _company(context: CompositionContext, before: Sequence[Goal]) -> Company:
    """Who has spoken so far."""
    situation = next((goal.situation for goal in before if goal.situation is not None), None)
    if situation is None:
        return Company()
    return Company(situation.role, context.mentioned(situation.speaker) if situation.speaker is not None else None)


def _referents_shown(context: CompositionContext, shown: Sequence[Observation], heard: str) -> Iterator[Referent]:
    """Rows that calls returned and whose names were said, newest first."""
    said = f" {normalised(heard)} "
    found: set[tuple[str, Any]] = set()
    for call in reversed(shown):
        tool = context.world.by_name.get(call.tool)
        table = context.schema.tables.get(tool.operation.table) if tool and tool.operation else None
        if table is None or table.view or len(table.key) != 1 or len(found) >= _MOST_REFERENTS:
            continue
        field = table.by_name[table.key[0]].field
        for row in rows_of(call.result):
            key = row.get(field)
            if key is None or (table.name, key) in found:
                continue
            found.add((table.name, key))
            with suppress(Rejected):  # it was deleted since, or nothing names it alone
                referent = context.referent(table, context.row(table, key))
                if f" {normalised(referent.mention.name)} " in said:
                    yield referent
