"""Follow-up goals: what a user comes to want while a dialogue is under way, by rules or by the model in a role.

It is composed from where the dialogue stands and run before it is used, so that it can be done.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from turnwise.errors import CompositionError, ModelFault
from turnwise.goals.model import Goal
from turnwise.goals.progress import Observation
from turnwise.llm.chat import Chat
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.goals.by_model import write_followup
from turnwise.synthesis.goals.followup_by_rules import FollowupKind, compose_followup
from turnwise.worlds import Session, World

_EXTENSIONS = 0.7
"""How often a follow-up goal follows from what came up; the others are about anything in the domain."""


@dataclass
class FollowupGoals:
    """The follow-up goals of one dialogue: how many may come, and what became of each attempt."""

    world: World
    left: int
    seed: str
    prompts: Prompts
    open_chat: Callable[[], Chat] | None = None
    """with the model in the role `synthesizer`, begun with `about_world`; None: by rules"""
    attempts: list[dict[str, Any]] = field(default_factory=list)
    """goal, kind and who made it, or why none came of it"""
    _chat: Chat | None = None

    async def next_goal(
        self, session: Session | None, before: Sequence[Goal], shown: Sequence[Observation], heard: str
    ) -> Goal | None:
        """The next goal; None when none are left to come, or none was found.

        Args:
            session: the database of the dialogue, left as it is; None where tools are simulated.
            before: goals of the dialogue so far.
            shown: what calls have returned, oldest first.
            heard: all that was said.
        """
        if not self.left:
            return None
        self.left -= 1
        seed = f"{self.seed} further {len(before)}"
        rng = random.Random(seed)
        kind: FollowupKind = "extension" if rng.random() < _EXTENSIONS else "independent"
        difficulty = rng.choice([goal.difficulty for goal in before])
        try:
            if self.open_chat is not None:
                self._chat = self._chat or self.open_chat()
                goal = await write_followup(
                    session, self.world, before, self._chat, self.prompts, difficulty=difficulty, kind=kind, shown=shown
                )
            else:
                assert session is not None
                known = shown if kind == "extension" else ()
                goal, kind = compose_followup(
                    session, before, difficulty=difficulty, seed=seed, shown=known, heard=heard
                )
        except (CompositionError, ModelFault) as error:
            self.left = 0
            self.attempts.append({"goal": None, "reason": str(error)})
            return None
        self.attempts.append({"goal": goal.id, "kind": kind, "by": "model" if self._chat else "rules"})
        return goal
