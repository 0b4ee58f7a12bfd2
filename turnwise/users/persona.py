"""What a model that plays the user is told of the person: who it is and why it writes, what it wants, and what it knows.

A dialogue has one person. Values are in the form in which people say them.
"""

from collections.abc import Sequence
from datetime import datetime

from turnwise.goals.model import Goal, Request, Situation
from turnwise.users.facts import facts, slot_value
from turnwise.users.wording.spoken import Habits, spoken
from turnwise.values.words import listed


def who(goals: Sequence[Goal], place: str, now: str) -> str:
    """Who the person is and why it writes, to whom, and what day it is, one thing a line."""
    situations = list(dict.fromkeys(goal.situation for goal in goals if goal.situation))
    lines = []
    for first in situations[:1]:
        own_words = f' You might say: "{first.said}"' if first.said else ""
        lines += [f"- You are {_called(first)}.", f"- Why you write: {first.reason}{own_words}"]
    for other in situations[1:]:
        same = (other.role, other.speaker) == (situations[0].role, situations[0].speaker)
        lines.append(f"- Besides: {other.reason}" if same else f"- You also write for {_called(other)}: {other.reason}")
    if place:
        lines.append(f"- You write to the assistant of {place}.")
    if now:
        lines.append(f"- It is {datetime.fromisoformat(now):%A, %-d %B %Y, %H:%M}.")
    return "\n".join(lines) or "- someone who uses this service"


def _called(situation: Situation) -> str:
    return f"{situation.speaker.name}, {situation.role}" if situation.speaker else situation.role


def wishes(goals: Sequence[Goal], whole: bool) -> str:
    """What the person wants, a goal a line; whole, as the question that asks for all of one.

    Of a goal that was written, not composed, the description may leave open what exactly is asked for: its steps follow.
    """
    lines = []
    for number, goal in enumerate(goals, 1):
        reason = goal.situation.reason if goal.situation else ""
        wish = goal.description.removeprefix(reason).strip() or goal.description
        lines.append(f"{number}. {(goal.question if whole else None) or wish}")
        steps = [request.phrases["question"] for request in goal.requests if "question" in request.phrases]
        lines += [] if whole and goal.question else [f"   - {step}" for step in steps]
    return "\n".join(lines)


def wish(request: Request) -> str:
    """One thing that is wanted, in a few words."""
    if "question" in request.phrases:
        return request.phrases["question"]
    about = f" of {request.subject.name}" if request.subject is not None else ""
    said = listed([f"the {ask}" for ask in request.asks]) or listed([slot.label for slot in request.slots])
    return f"{said or request.intent.replace('_', ' ')}{about}"


def knowledge(goals: Sequence[Goal], habits: Habits) -> str:
    """What only the person knows, as it says it, one thing a line, goal by goal."""
    lines = []
    for number, goal in enumerate(goals, 1):
        lines += [f"For {number}:"] if len(goals) > 1 and any(map(facts, goal.requests)) else []
        for request in goal.requests:
            slots = {slot_value(slot): slot for slot in request.slots if slot.value is not None}
            for fact in facts(request):
                slot = slots.get(fact)
                label = slot.label if slot else request.subject.noun if request.subject else ""
                told = spoken(slot.value, slot.label, habits) if slot and not slot.mention else fact
                lines.append(f"- {label}: {told}" if label else f"- {told}")
    return "\n".join(dict.fromkeys(lines)) or "- nothing beyond what you want"
