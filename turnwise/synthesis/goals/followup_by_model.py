"""One goal more in a dialogue that is under way, written by a model; the twin of `turnwise.synthesis.goals.followup_by_rules`.

It is played on a copy of the database as it stands, and goes back to the model when it fails.
"""

import json
from collections.abc import Sequence

from turnwise.errors import CompositionError
from turnwise.goals.model import Difficulty, Goal
from turnwise.goals.progress import Observation
from turnwise.llm.chat import Chat, ReplyFault
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.goals.by_model import REPAIRS, about_world, alike, check_goal
from turnwise.synthesis.goals.context import schema_of
from turnwise.synthesis.goals.followup_by_rules import FollowupKind, next_id
from turnwise.synthesis.goals.written import GoalDrafts, GoalProblem
from turnwise.worlds import Session, World

PROMPTS = ("goal_writer", "goals_further", "goals_again")
"""The prompts that this stage uses."""

_SHOWN = 4
_LONGEST_RESULT = 1500
_KINDS: dict[FollowupKind, str] = {
    "extension": "It follows naturally from what came up, as one thing leads to another.",
    "independent": "It is about something else in the same place, not about what came up so far.",
}


def followup_prompt(prompts: Prompts, world: World) -> str:
    """What the model is told first; the same for all dialogues in a world."""
    return about_world(world, 0, prompts)


async def write_followup(
    session: Session | None,
    world: World,
    before: Sequence[Goal],
    chat: Chat,
    prompts: Prompts,
    *,
    difficulty: Difficulty,
    kind: FollowupKind,
    shown: Sequence[Observation],
) -> Goal:
    """Have a model write a goal that can be pursued from where a session stands.

    Args:
        session: the database of the dialogue, left as it is; None where tools are simulated.
        before: goals of the dialogue so far.
        chat: begun with `followup_prompt`; more messages are added to it.
        shown: what calls have returned, oldest first.

    Raises:
        CompositionError: no goal held, however often the model was told what was wrong.
        ModelFault: the model gave no usable reply.
    """
    schema = schema_of(world.database) if world.database is not None else None
    latest = [f"- {s.tool}: {json.dumps(s.result, ensure_ascii=False)[:_LONGEST_RESULT]}" for s in shown[-_SHOWN:]]
    said = prompts["goals_further"].fill(
        goals="\n".join(f"- {goal.description}" for goal in before) or "- nothing yet",
        shown="\n".join(latest) or "- nothing yet",
        difficulty=difficulty,
        kind=_KINDS[kind],
    )
    problems: list[GoalProblem] = []
    for _ in range(1 + REPAIRS):
        problems = [GoalProblem("no goal in the reply", "the list of goals is empty")]
        for draft in (await chat.ask(said, GoalDrafts)).goals[:1]:
            goal, problems = check_goal(world, schema, draft, next_id(before), [difficulty], session)
            if goal is not None and not any(alike(goal, other) for other in before):
                return goal
            problems = problems or [GoalProblem("like another goal", "it is like a goal that the person had")]
        for problem in problems:
            chat.ledger.record_fault(ReplyFault(chat.role, chat.stage, "content", problem.text, ""))
        reasons = "\n".join(f"- {problem.text}" for problem in problems)
        said = prompts["goals_again"].fill(count="1", reasons=reasons)
    raise CompositionError(f"the model wrote no further goal that holds: {problems[0].reason}")
