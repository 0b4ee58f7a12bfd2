"""What goals rely on where a model simulates the tools: whom and what they are about, and the calls that have to succeed.

It says nothing of what the person wants to be told: that is the simulator's to make up.
"""

from collections.abc import Iterator, Sequence

from turnwise.goals.model import NEW, Goal, Request
from turnwise.worlds.simulated.by_model import Expected


def state_of(goals: Sequence[Goal]) -> str:
    """The entities and facts of goals, one a line."""
    lines = [line for goal in goals for request in goal.requests for line in _facts(request)]
    return "\n".join(dict.fromkeys(lines))


def _facts(request: Request) -> Iterator[str]:
    if request.subject is not None and request.subject.told_by is None:
        yield f"- {request.subject.noun}: {request.subject.name}"
    for slot in request.slots:
        value = slot.mention.name if slot.mention is not None else slot.value
        if value is not None:
            yield f"- {slot.label}: {value}"


def expected_calls(goals: Sequence[Goal]) -> list[Expected]:
    """The calls of the solutions, with the arguments that are known before they are made."""
    return [expected for goal in goals for expected in _expected(goal)]


def _expected(goal: Goal) -> Iterator[Expected]:
    calls = [(request, call) for request in goal.requests for call in request.solution]
    used = {v[NEW][0] for _, call in calls for v in call.arguments.values() if isinstance(v, dict) and NEW in v}
    for place, (request, call) in enumerate(calls):
        known = {n: v for n, v in call.arguments.items() if not (isinstance(v, dict) and NEW in v)}
        last = call is request.solution[-1]
        yield Expected(call.tool, known, place in used or bool(last and request.asks))
