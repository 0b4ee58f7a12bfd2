"""Goals written by a model: asked for in batches, or one more in a dialogue, each one played before it is kept."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from turnwise.errors import CompositionError, ModelFault
from turnwise.goals.model import Difficulty, Goal, RubricItem, Situation
from turnwise.goals.progress import Observation
from turnwise.llm.chat import Chat, Ledger, ReplyFault
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.goals.by_rules import MIXED, DifficultyChoice, check_choice, leading_reasons
from turnwise.synthesis.goals.context import schema_of
from turnwise.synthesis.goals.drafts import GoalDraft, GoalDrafts
from turnwise.synthesis.goals.followup_by_rules import FollowupKind, next_id
from turnwise.synthesis.goals.written import GoalProblem, form_problems, rubric_problems
from turnwise.synthesis.goals.written_trials import play
from turnwise.synthesis.shown import database_text, returning_tools
from turnwise.values.text import content_words, normalised
from turnwise.worlds import Session, SimulatedSession, World, open_session

PROMPTS = ("goal_writer", "goals", "goals_again")
FOLLOWUP_PROMPTS = ("goal_writer", "goals_further", "goals_again")
"""The prompts that goals, and further goals in a dialogue, depend on."""
REPAIRS = 1  # how often a goal that fails goes back to the model
BATCH = 4  # goals asked for in one request
_ALIKE = 0.7  # two descriptions that share more of their content words than this are taken for one goal
_SHOWN = 4
_LONGEST_RESULT = 1500
_LONGEST_LINE = 160
_KINDS: dict[FollowupKind, str] = {
    "extension": "It follows naturally from what came up, as one thing leads to another.",
    "independent": "It is about something else in the same place, not about what came up so far.",
}


@dataclass
class GoalFunnel:
    """What became of the goals that were asked for: proposed = kept + all that were dropped."""

    asked: int = 0
    proposed: int = 0
    kept: int = 0
    first_round: int = 0  # kept as they were first proposed
    sent_back: int = 0  # goals that went back to the model with what was wrong
    repaired: int = 0  # kept after they had gone back to the model
    rejected: Counter[str] = field(default_factory=Counter)  # every time that a goal did not hold, by its first reason
    dropped: Counter[str] = field(default_factory=Counter)  # by the first reason that was left
    cut_short: str | None = None  # why the model was not asked for more: it gave no usable reply any longer

    def dump(self) -> dict[str, Any]:
        """The funnel as JSON."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        counted = {"rejected": dict(self.rejected.most_common()), "dropped": dict(self.dropped.most_common())}
        return {**known, **counted}


@dataclass
class WrittenGoals:
    """Goals that hold, and what became of the others."""

    goals: list[Goal] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    """what every goal that was proposed is about, so that it is not written again"""
    funnel: GoalFunnel = field(default_factory=GoalFunnel)


async def write_goals(
    world: World, count: int, ledger: Ledger, *, difficulty: DifficultyChoice = "mixed", seed: int = 0, prompts: Prompts
) -> WrittenGoals:
    """Have the model in the role `synthesizer` write goals, and keep those that hold.

    A goal that fails a check goes back to the model with the reasons, at most REPAIRS times. The model is asked for
    more until there are enough, for up to twice as many batches as that would take if all of them held. The seed
    decides which rows it is shown. CompositionError where no goal held, ModelFault where no reply was usable.
    """
    check_choice(count, difficulty)
    chat = Chat.open("synthesizer", "goals", about_world(world, seed, prompts), ledger)
    written = WrittenGoals()
    funnel = written.funnel
    for _ in range(2 * -(-count // BATCH)):
        if len(written.goals) == count:
            break
        places = range(funnel.asked, funnel.asked + min(BATCH, count - len(written.goals)))
        wanted = [MIXED[n % len(MIXED)] if difficulty == "mixed" else difficulty for n in places]
        try:
            await _write_batch(world, chat.fork(), prompts, written, wanted)
        except ModelFault as fault:
            if not written.goals:
                raise
            funnel.cut_short = str(fault)
            break
    if not written.goals:
        reasons = leading_reasons(funnel.dropped) or "it proposed none"
        raise CompositionError(f"the model wrote no goal that holds: {reasons}")
    return written


def about_world(world: World, seed: int, prompts: Prompts) -> str:
    """What a model is told first: how a goal is written, and about which world."""
    if world.database is None:
        view = (
            "There is none: the tools are simulated, and what is looked up is made up in the conversation. Names, dates and"
            " numbers that the person brings along are yours to invent; what the assistant has to find out is not."
        )
    else:
        view = (
            f"{database_text(world.database, schema_of(world.database), seed)}\n\n"
            "You see a few rows and not all. Use what you see; what you do not see is for the assistant to find out: ask for"
            " it, and do not invent it."
        )
    return prompts["goal_writer"].fill(
        world=f"{world.domain}. {world.description}".strip(),
        now=world.reference_time,
        policy=world.policy.strip() or "(none)",
        tools=returning_tools(world.tools),
        view=view,
    )


async def _write_batch(
    world: World, chat: Chat, prompts: Prompts, written: WrittenGoals, wanted: list[Difficulty]
) -> None:
    """Ask for some goals, have those that fail mended, and keep what holds."""
    goals, funnel = written.goals, written.funnel

    async def ask(prompt: str, **fields: str) -> list[GoalDraft]:
        return (await chat.ask(prompts[prompt].fill(**fields), GoalDrafts)).goals

    funnel.asked += len(wanted)
    before = "\n".join(f"- {line[:_LONGEST_LINE]}" for line in written.proposed) or "- (none yet)"
    drafts = await ask("goals", count=str(len(wanted)), difficulties=", ".join(wanted), before=before)
    funnel.proposed += len(drafts)
    funnel.dropped += Counter({"more than asked for": len(drafts) - len(wanted)})  # none where it is not positive
    drafts = drafts[: len(wanted)]
    written.proposed += [draft.description for draft in drafts]
    failing: list[tuple[GoalDraft, list[GoalProblem]]] = []
    try:
        for attempt in range(REPAIRS + 1):
            left, failing = failing[len(drafts) :], []
            for draft in drafts:
                goal, problems = check_goal(world, draft, f"g{len(goals) + 1}", wanted)
                if goal is not None and any(alike(goal, other) for other in goals):
                    goal, problems = None, [GoalProblem("like another goal", _LIKE_ANOTHER)]
                if goal is None:
                    failing.append((draft, problems))
                    funnel.rejected[problems[0].reason] += 1
                    chat.ledger.record_fault(_fault(chat, draft, problems))
                else:
                    goals.append(goal)
                    funnel.kept += 1
                    funnel.first_round += attempt == 0
                    funnel.repaired += attempt > 0
            failing += left
            if not failing or attempt == REPAIRS:
                return
            funnel.sent_back += len(failing)
            reasons = [_complaint(number, *failed) for number, failed in enumerate(failing, 1)]
            drafts = await ask("goals_again", count=str(len(failing)), reasons="\n".join(reasons))
            drafts = drafts[: len(failing)]
    finally:
        funnel.dropped.update(problems[0].reason for _, problems in failing)


_LIKE_ANOTHER = "it is like a goal that was written before: choose another situation, other tools and other records"


def _complaint(number: int, draft: GoalDraft, problems: Sequence[GoalProblem]) -> str:
    return "\n".join([f"{number}. {draft.description!r}:", *(f"   - {problem.text}" for problem in problems)])


def _fault(chat: Chat, draft: GoalDraft, problems: Sequence[GoalProblem]) -> ReplyFault:
    """A goal that does not hold, for the record of what could not be used."""
    return ReplyFault(chat.role, chat.stage, "content", problems[0].text, draft.description[:_LONGEST_LINE])


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
    """Have a model write a goal that can be pursued from where a session stands (None where tools are simulated).

    The chat was begun with `about_world`; `shown` is what calls have returned, oldest first. CompositionError where no
    goal held, ModelFault where no reply was usable.
    """
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
            goal, problems = check_goal(world, draft, next_id(before), [difficulty], session)
            if goal is not None and not any(alike(goal, other) for other in before):
                return goal
            problems = problems or [GoalProblem("like another goal", "it is like a goal that the person had")]
        for problem in problems:
            chat.ledger.record_fault(ReplyFault(chat.role, chat.stage, "content", problem.text, ""))
        reasons = "\n".join(f"- {problem.text}" for problem in problems)
        said = prompts["goals_again"].fill(count="1", reasons=reasons)
    raise CompositionError(f"the model wrote no further goal that holds: {problems[0].reason}")


def check_goal(
    world: World, draft: GoalDraft, goal_id: str, wanted: Sequence[Difficulty], session: Session | None = None
) -> tuple[Goal | None, list[GoalProblem]]:
    """The goal when it holds, else None and what is wrong with it; it is played from where a session stands, if one does."""
    draft = draft.fitted(world)
    problems = list(form_problems(world, draft, wanted))
    if problems:  # what does not fit together cannot be played
        return None, problems
    if world.database is None:
        trial = play(SimulatedSession(world), None, draft, goal_id)
    else:
        with session.fork() if session else open_session(world) as copy:
            trial = play(copy, schema_of(world.database), draft, goal_id)
    problems = [*trial.problems, *rubric_problems(world, draft, trial.results)]
    if problems:
        return None, problems
    tools = [" > ".join(call.tool for call in asked.calls) for asked in draft.requests]
    told = [", ".join(normalised(tell.label) for tell in asked.tells) for asked in draft.requests]
    description = f"{draft.situation.reason} {draft.description}" if draft.situation is not None else draft.description
    goal = Goal(
        id=goal_id,
        difficulty=draft.difficulty,
        description=description,
        requests=trial.requests,
        shape=" | ".join(map(": ".join, zip(tools, told, strict=True))),
        situation=Situation(**draft.situation.model_dump()) if draft.situation is not None else None,
        question=draft.question,
        rubric=tuple(RubricItem(kind=item.kind, text=item.text) for item in draft.rubric),
    )
    return goal, []


def alike(one: Goal, other: Goal) -> bool:
    """Whether two goals mean the same: the same calls, the same shape, or nearly the same description."""
    first, second = content_words(one.description), content_words(other.description)
    shared = len(first & second) / max(1, len(first | second))
    return one.shape == other.shape or _calls(one) == _calls(other) or shared > _ALIKE


def _calls(goal: Goal) -> list[tuple[str, str]]:
    calls = [call for request in goal.requests for call in request.solution]
    return [(c.tool, normalised(str(sorted((k, str(v)) for k, v in c.arguments.items())))) for c in calls]
