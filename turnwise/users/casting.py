"""Who plays the user: rules, a model, or both."""

from collections.abc import Callable

from turnwise.chat import Chat
from turnwise.goals import Goal
from turnwise.prompts import Prompts
from turnwise.users.agenda import Agenda
from turnwise.users.behaviour import Behaviour, in_words
from turnwise.users.facts import facts
from turnwise.users.hybrid import HybridUser
from turnwise.users.llm import LlmUser
from turnwise.users.turns import User, UserKind


def cast_user(
    kind: UserKind,
    goals: tuple[Goal, ...],
    behaviour: Behaviour,
    seed: str,
    prompts: Prompts,
    open_chat: Callable[[str, str], Chat],
) -> User:
    """The user of one dialogue.

    Args:
        open_chat: opens a chat in the role `user`, given the name of a prompt and the prompt filled in; not called for
            an agenda.
    """
    if kind == "agenda":
        return Agenda(goals, behaviour, seed)
    if kind == "hybrid":
        chat = open_chat("wording", prompts["wording"].fill(behaviour=in_words(behaviour)))
        return HybridUser(chat, Agenda(goals, behaviour, seed), goals)
    wanted = "\n".join(f"{n}. {goal.description}" for n, goal in enumerate(goals, 1))
    if behaviour.requests_per_turn == "all":
        wanted = "\n".join(f"{n}. {goal.question or goal.description}" for n, goal in enumerate(goals, 1))
    told = prompts["user"].fill(goals=wanted, facts=_facts(goals), behaviour=in_words(behaviour))
    return LlmUser(open_chat("user", told), goals)


def _facts(goals: tuple[Goal, ...]) -> str:
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
