"""Who plays the user: rules, a model, or both."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from turnwise.goals.model import Goal
from turnwise.llm.chat import Chat
from turnwise.llm.prompts import Prompts
from turnwise.users.agenda import Agenda
from turnwise.users.behaviour import Behaviour, in_words, style_in_words
from turnwise.users.facts import facts
from turnwise.users.hybrid import HybridUser
from turnwise.users.llm import LlmUser
from turnwise.users.person import PersonUser
from turnwise.users.turns import PastTurn, UserKind, UserTurn

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
) -> tuple[User, Restored]:
    """The user of a dialogue, or of one that resumes after some turns.

    Where its rules say again, turn by turn, what was said, they stand where they stood then. Where they do not (other
    goals, another behaviour, another user), the user joins a dialogue that someone else began.

    Args:
        open_chat: opens a chat in the role `user`, given the name of a prompt and the prompt filled in; not called for
            an agenda.
        now: the time in the world, "YYYY-MM-DD HH:MM:SS"; unset, the person is not told it.
    """
    person = _person(goals, now)
    if kind == "llm":
        whole = behaviour.requests_per_turn == "all"
        told = prompts["user"].fill(
            person=person, goals=_wanted(goals, whole), facts=_facts(goals), behaviour=in_words(behaviour)
        )
        user = LlmUser(
            open_chat("user", told),
            goals,
            lambda more: f"{_wanted(more, whole)}\nWhat you know for it:\n{_facts(more)}",
        )
        user.join(past)
        return user, "joined"
    if kind == "person":
        whole = behaviour.requests_per_turn == "all"
        at_terminal = PersonUser(goals, f"{person}\nYou want:\n{_wanted(goals, whole)}\nYou know:\n{_facts(goals)}")
        at_terminal.join(past)
        return at_terminal, "joined"
    clock = datetime.fromisoformat(now) if now else None
    everything = (*goals, *(goal for turn in past for goal in turn.added))
    agenda = Agenda(goals, behaviour, seed, clock)
    decided = await _decided_again(agenda, past)
    if decided is None:
        agenda = Agenda(everything, behaviour, seed, clock)
        agenda.join(past)
    restored: Restored = "joined" if decided is None else "replayed"
    if kind == "agenda":
        return agenda, restored
    chat = open_chat("wording", prompts["wording"].fill(person=person, behaviour=style_in_words(behaviour)))
    hybrid = HybridUser(chat, agenda, everything)
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


def _person(goals: Sequence[Goal], now: str) -> str:
    """Who speaks and why, one thing a line, and what day it is."""
    lines = []
    for situation in dict.fromkeys(goal.situation for goal in goals if goal.situation):
        name = f"{situation.speaker.name}, " if situation.speaker else ""
        lines.append(f"- You are {name}{situation.role}. {situation.reason}".strip())
    if now:
        lines.append(f"- It is {datetime.fromisoformat(now):%A, %-d %B %Y, %H:%M}.")
    return "\n".join(lines) or "- someone who uses this service"


def _wanted(goals: Sequence[Goal], whole: bool) -> str:
    """Goals, one a line; whole, as the question that asks for all of one."""
    return "\n".join(
        f"{n}. {(goal.question if whole else None) or goal.description}" for n, goal in enumerate(goals, 1)
    )


def _facts(goals: Sequence[Goal]) -> str:
    """What only the user knows, one thing a line, without what is already a part of another line."""
    lines = []
    for goal in goals:
        for request in goal.requests:
            labelled = {(slot.mention.name if slot.mention else slot.value): slot.label for slot in request.slots}
            for fact in facts(request):
                label = next((label for value, label in labelled.items() if str(value) == fact), "")
                label = label or (request.subject.noun if request.subject else "")
                lines.append(f"- {label}: {fact}" if label else f"- {fact}")
    return "\n".join(dict.fromkeys(lines)) or "- nothing beyond your goals"
