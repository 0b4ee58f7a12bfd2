"""The one thing that changes at a start: new goals, another behaviour, another seed, or a tool that is needed."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from turnwise.branching.recorded import RecordedDialogue
from turnwise.dialogue.messages import Message, ToolMessage, UserMessage
from turnwise.dialogue.resume import Change
from turnwise.errors import CompositionError, StartError
from turnwise.goals.model import Goal
from turnwise.goals.pool import GoalFile, load_goals, renumbered
from turnwise.goals.progress import Observation
from turnwise.synthesis.goals.by_rules import MIXED
from turnwise.synthesis.goals.followup_by_rules import compose_followup
from turnwise.synthesis.goals.goal_validation import stands_on
from turnwise.users import Behaviour, load_behaviour
from turnwise.worlds import World
from turnwise.worlds.backend import Backend

FOREIGN_BEHAVIOUR = "user_oriented"
"""Of the user in a dialogue that something else recorded, unless another behaviour is named."""


@dataclass(frozen=True)
class Wish:
    """The change that a person wants, read and checked."""

    change: Change = field(default_factory=Change)
    pool: GoalFile | None = None
    behaviour: Behaviour | None = None
    named: str = ""
    """the behaviour as it was named"""

    @property
    def new_goals(self) -> bool:
        """Whether something else is wanted from the start on."""
        return self.change.what in ("goals", "need")


def read_wish(goals: str | None, behaviour: str | None, seed: int | None, need: str | None) -> Wish:
    """The change that a person wants, at most one (else StartError); `goals` is `new` or a goal file."""
    given = {"--goals": goals, "--behaviour": behaviour, "--seed": seed, "--need": need}
    if len(named := [name for name, value in given.items() if value is not None]) > 1:
        raise StartError(f"{' and '.join(named)} were given: one thing is changed at a time")
    if goals == "new":
        return Wish(Change(what="goals", value="new", words="a new goal, composed where the dialogue stands"))
    if goals is not None:
        pool = load_goals(goals)
        return Wish(Change(what="goals", value=pool.hash, words=f"a goal from {Path(goals).name}"), pool)
    if behaviour is not None:
        who = load_behaviour(behaviour)
        change = Change(what="behaviour", value=who.name, words=f"the user behaves as {who.name}")
        return Wish(change, behaviour=who, named=behaviour)
    if seed is not None:
        return Wish(Change(what="seed", value=str(seed), words=f"the seed of the user is {seed}"))
    if need is not None:
        return Wish(Change(what="need", value=need, words=f"a new goal that needs {need}"))
    return Wish()


def new_goal(
    wish: Wish,
    recorded: RecordedDialogue,
    history: Sequence[Message],
    observations: Sequence[Observation],
    backend: Backend | None,
    seed: str,
) -> Goal:
    """The goal that is wanted from a start on (CompositionError: there is none); it was run there, where tools execute.

    `backend` is where the history was replayed; None where its results were taken as they were.
    """
    needed = wish.change.value if wish.change.what == "need" else None
    if wish.pool is not None:
        goal = _from_pool(wish.pool, recorded.world, backend, seed)
    elif backend is None or backend.session is None:
        raise CompositionError(
            f"{recorded.world.name} has no rows to compose goals from: give them with --goals FILE (turnwise goals --model)"
        )
    else:
        goal = compose_followup(
            backend.session,
            recorded.goals,
            difficulty="easy" if needed else random.Random(seed).choice(MIXED),
            seed=f"start {seed}",
            shown=observations,
            heard="\n".join(message.text for message in history if not isinstance(message, ToolMessage)),
            tool=needed,
        ).goal
    # Ids are like g2, and those of its requests like g2r1: the new goal is the next after all that came up.
    raised = [act.request for m in history if isinstance(m, UserMessage) for act in m.dialogue_acts]
    names = (*(known.id for known in recorded.goals), *raised)
    return renumbered(
        goal, 1 + max((int(found[1]) for name in names if (found := re.match(r"g(\d+)", name))), default=0)
    )


def _from_pool(pool: GoalFile, world: World, backend: Backend | None, seed: str) -> Goal:
    pool.check_world(world)
    goals = random.Random(f"start {seed}").sample(pool.goals, len(pool.goals))
    session = backend.session if backend is not None else None
    if session is None:
        return goals[0]
    found = next((goal for goal in goals if stands_on(session, goal)), None)
    if found is None:
        raise CompositionError("no goal of the file does there what it does in the world as it was")
    return found
