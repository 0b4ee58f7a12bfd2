"""What must hold of a written goal before, and while, it is played. Each check gives reasons, or nothing."""

import difflib
from collections.abc import Collection, Sequence
from typing import Any

from turnwise.goals.model import REQUESTS, Answer, Difficulty, Value
from turnwise.synthesis.goals.written import (
    CallDraft,
    GoalDraft,
    GoalProblem,
    RequestDraft,
    as_text,
    leaves,
    pointer,
    spoken,
)
from turnwise.values.states import mentions
from turnwise.values.text import normalised
from turnwise.values.words import said
from turnwise.worlds import World

_COUNTING = {"limit", "count", "top", "n", "offset", "page", "page_size", "max_results"}
_SMALL = 20
"""Up to this, how many results to fetch is the agent's choice and need not be said."""


def form_problems(world: World, goal: GoalDraft, wanted: Collection[Difficulty]) -> list[GoalProblem]:
    """What is wrong with a goal that can be seen without playing it."""
    problems = _size_problems(goal, wanted)
    calls_before = 0
    for place, request in enumerate(goal.requests, 1):
        for number, call in enumerate(request.calls, calls_before + 1):
            problems += _call_problems(world, call, number)
        calls_before += len(request.calls)
        for tell in request.tells:
            if not 1 <= tell.from_call <= calls_before:
                text = f"request {place} tells {tell.label} from call {tell.from_call}, and only calls 1 to {calls_before} are made by then"
                problems.append(GoalProblem("placeholder to no earlier call", text))
        problems += _fact_problems(goal, request, place)
    return problems


def _size_problems(goal: GoalDraft, wanted: Collection[Difficulty]) -> list[GoalProblem]:
    least, most = REQUESTS[goal.difficulty]
    problems = []
    if goal.difficulty not in wanted:
        problems.append(
            GoalProblem("another difficulty", f"it is {goal.difficulty}, not {' or '.join(sorted(wanted))}")
        )
    if not least <= len(goal.requests) <= most:
        text = f"it has {len(goal.requests)} requests, and a goal that is {goal.difficulty} has {least} to {most}"
        problems.append(GoalProblem("number of requests", text))
    if not normalised(goal.description) or not all(normalised(request.question) for request in goal.requests):
        problems.append(GoalProblem("empty text", "its description or a request's question is empty"))
    return problems


def _call_problems(world: World, call: CallDraft, number: int) -> list[GoalProblem]:
    if call.tool not in world.by_name:
        close = difflib.get_close_matches(call.tool, world.by_name, n=3)
        hint = f": did you mean {' or '.join(close)}?" if close else ""
        return [GoalProblem("unknown tool", f"call {number}: there is no tool {call.tool!r}{hint}")]
    found = []
    for name, value in call.arguments.items():
        place = pointer(value)
        if place is not None and not 1 <= place.call < number:
            text = f"call {number} takes {name} from call {place.call}, which does not come before it"
            found.append(GoalProblem("placeholder to no earlier call", text))
    return found


def _fact_problems(goal: GoalDraft, request: RequestDraft, place: int) -> list[GoalProblem]:
    text = f"{request.question} ; {goal.description}"
    return [
        GoalProblem(
            "fact not in the text",
            f"the fact {fact.label} = {spoken(fact.value)} stands neither in request {place}'s question nor in the description",
        )
        for fact in request.facts
        if not mentions(text, fact.value, label=fact.label)
    ]


def stated_so_far(world: World, requests: Sequence[RequestDraft]) -> str:
    """What an agent has heard by the last of these requests; today's date it knows."""
    facts = [fact.value for request in requests for fact in request.facts]
    return " ; ".join([*(request.question for request in requests), as_text(facts), world.reference_time[:10]])


def unreachable(
    world: World, call: CallDraft, number: int, stated: str, results: Sequence[Any], made: Collection[Any]
) -> list[GoalProblem]:
    """Arguments that an agent could not know: not said, not returned by an earlier call, no choice of the tool's.

    Args:
        stated: what the user has said so far.
        results: what the calls before returned.
        made: numbers of rows made in the dialogue; which they will be, nobody can say beforehand.
    """
    seen = [leaf for leaf in leaves(list(results)) if isinstance(leaf, bool) or leaf not in made]
    properties = world.by_name[call.tool].parameters.get("properties", {})
    return [
        GoalProblem(
            "argument out of reach",
            f"call {number} gives {name} = {spoken(value)}, which no user has said and no earlier call has returned: "
            "let the user say it, or take it from an earlier call with from_call",
        )
        for name, given in call.arguments.items()
        if pointer(given) is None
        for value in _out_of_reach(name, given, properties.get(name, {}), stated, seen)
    ]


def _out_of_reach(name: str, value: Any, schema: dict[str, Any], stated: str, seen: Sequence[Value]) -> list[Any]:
    """The plain values in an argument that could not be known."""
    if isinstance(value, list | dict):
        inner = schema.get("items" if isinstance(value, list) else "properties", {})
        items = value.items() if isinstance(value, dict) else [(name, item) for item in value]
        return [bad for key, item in items for bad in _out_of_reach(key, item, inner, stated, seen)]
    chosen = value is None or isinstance(value, bool) or value in schema.get("enum", ())
    fixed = any(keyword in schema and schema[keyword] == value for keyword in ("const", "default"))
    counting = isinstance(value, int) and name in _COUNTING and value <= _SMALL
    if chosen or fixed or counting:
        return []
    # A number in a text that was returned, such as that of a house, is not one that was returned.
    returned = value in seen if isinstance(value, int | float) else mentions(as_text(seen), value)
    return [] if returned or mentions(stated, value) else [value]


def given_away(answer: Answer, requests: Sequence[RequestDraft], goal: GoalDraft) -> bool:
    """Whether the user has said, or says, what the assistant is to tell."""
    texts = [request.question for request in requests]
    if answer.kind == "date":
        return any(mentions(text, answer.value, answer.kind) for text in [*texts, goal.description, goal.question])
    if answer.kind == "text":
        texts += [goal.description, goal.question]
    return any(f" {normalised(said(answer.value))} " in f" {normalised(text)} " for text in texts)
