"""Who plays the user: rules, a model, or both."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from turnwise.goals.model import Goal
from turnwise.llm.chat import Chat
from turnwise.llm.prompts import Prompts
from turnwise.users.agenda import Agenda
from turnwise.users.behaviour import Behaviour, in_words, style_in_words
from turnwise.users.hybrid import HybridUser
from turnwise.users.llm import LlmUser
from turnwise.users.person import PersonUser
from turnwise.users.persona import knowledge, who, wishes
from turnwise.users.turns import PastTurn, UserKind, UserTurn
from turnwise.users.wording.spoken import habits

User = Agenda | LlmUser | HybridUser | PersonUser
"""What turns goals, a behaviour and the dialogue so far into the next message."""

Restored = Literal["replayed", "joined"]
"""How a user came into a resumed dialogue: with its rules where they stood, or by what is recorded of it."""


async def cast_user(
    kind: UserKind,
    goals: tuple[Goal, ...],
    behaviour: Behaviour,
    seed: str,
    prompts: Prompts,
    open_chat: Callable[[str, str], Chat],
    past: Sequence[PastTurn] = (),
    now: str = "",
    place: str = "",
) -> tuple[User, Restored]:
    """The user of a dialogue, or of one that resumes after some turns.

    Where its rules say again, turn by turn, what was said, they stand where they stood then. Where they do not (other
    goals, another behaviour, another user), the user joins a dialogue that someone else began.

    Args:
        open_chat: opens a chat in the role `user`, given the name of a prompt and the prompt filled in; not called for
            an agenda.
        now: the time in the world, "YYYY-MM-DD HH:MM:SS"; unset, the person is not told it.
        place: what the world is about: a city library.
    """
    clock = datetime.fromisoformat(now) if now else None
    person = who(goals, place, now)
    if kind == "llm":
        whole = behaviour.requests_per_turn == "all"
        way = habits(random.Random(f"{seed} habits"), behaviour.brevity, clock)
        told = prompts["user"].fill(
            person=person, goals=wishes(goals, whole), facts=knowledge(goals, way), behaviour=in_words(behaviour)
        )
        user = LlmUser(
            open_chat("user", told),
            goals,
            lambda more: f"{wishes(more, whole)}\nWhat you know for it:\n{knowledge(more, way)}",
            now,
        )
        user.join(past)
        return user, "joined"
    if kind == "person":
        whole = behaviour.requests_per_turn == "all"
        way = habits(random.Random(f"{seed} habits"), behaviour.brevity, clock)
        told = f"{person}\nYou want:\n{wishes(goals, whole)}\nYou know:\n{knowledge(goals, way)}"
        at_terminal = PersonUser(goals, told)
        at_terminal.join(past)
        return at_terminal, "joined"
    everything = (*goals, *(goal for turn in past for goal in turn.added))
    if kind == "hybrid":  # a slip of the fingers is the model's, not the draft's
        behaviour = behaviour.model_copy(update={"typos": 0.0})
    agenda = Agenda(goals, behaviour, seed, clock)
    decided = await _decided_again(agenda, past)
    if decided is None:
        agenda = Agenda(everything, behaviour, seed, clock)
        agenda.join(past)
    restored: Restored = "joined" if decided is None else "replayed"
    if kind == "agenda":
        return agenda, restored
    chat = open_chat("wording", prompts["wording"].fill(person=person, behaviour=style_in_words(behaviour)))
    hybrid = HybridUser(chat, agenda, everything, now)
    hybrid.join(past, decided)
    return hybrid, restored


async def _decided_again(agenda: Agenda, past: Sequence[PastTurn]) -> list[UserTurn] | None:
    """What a fresh agenda decides in the same situations; None when it is not what was said."""
    decided = []
    for turn in past:
        agenda.add(turn.added)
        again = await agenda.speak(turn.said, turn.done)
        if again.dialogue_acts != turn.dialogue_acts or not (turn.by_model or again.message == turn.message):
            return None
        decided.append(again)
    return decided
