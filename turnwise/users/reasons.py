"""Why a user wants what it wants, and what of it is said as it is."""

from turnwise.goals.model import Goal, Situation


def untitled(situation: Situation) -> Situation:
    """A situation whose reason does not begin with the name of whoever speaks."""
    first, _, rest = situation.said.partition(". ")
    named = situation.speaker is not None and situation.speaker.name in first
    return situation.model_copy(update={"said": rest}) if named and rest else situation


def values_said(goal: Goal) -> list[object]:
    """What is said of a goal as it is."""
    mentions = [m for r in goal.requests for m in (r.subject, *(s.mention for s in r.slots)) if m is not None]
    return [*(m.name for m in mentions), *(s.value for r in goal.requests for s in r.slots)]


def says_more(goal: Goal) -> bool:
    """Whether the reason for a goal says more than who speaks, or than its first request."""
    if goal.situation is None or not goal.situation.said:
        return False
    said, speaker, first = goal.situation.said, goal.situation.speaker, goal.requests[0]
    made = first.intent == "create" and f"new {first.phrases.get('one')}" in said
    return not made and (speaker is None or speaker.name not in said)
