"""Goals on a world without a database: calls that a user wants made with values that they give, in chains by shared keys.

Each goal is played on a throw-away session before it is kept. What is done is known from the calls: a request is done when
its call was made with at least the arguments that the user gave, and what a declared return schema promises was told.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from turnwise.errors import CallRefused, CompositionError, WorldError
from turnwise.goals.model import REQUESTS, Difficulty, Goal, Request, Situation, resolve
from turnwise.synthesis.goals.call_requests import Draft, as_text, described, links, next_call
from turnwise.synthesis.goals.call_values import can_be_said, is_asked_for
from turnwise.synthesis.goals.composition import Composition
from turnwise.synthesis.goals.context import Rejected, reject_if
from turnwise.values.words import words
from turnwise.worlds import SimulatedSession, Tool, World

_TRIES = 400
_TRIES_REQUEST = 24
_TRIES_FRESH = 40
"""tries for a goal of another shape than all before"""
_TRIES_JOINED = 20
"""tries for a goal of three requests or more of which one builds on another's answer"""
_CHAINS = 0.6
"""how often a request goes on with what an earlier one returned, where it can"""


def usable_tools(world: World) -> list[Tool]:
    """The tools whose required parameters a person would give in words; all that can be called where there are none."""
    callable_ones = [tool for tool in world.tools if _needs(tool) is not None]
    sayable = [tool for tool in callable_ones if all(can_be_said(*item) for item in (_needs(tool) or {}).items())]
    takes = any(is_asked_for(*item) for tool in sayable for item in tool.parameters.get("properties", {}).items())
    return sayable if takes else callable_ones


def _needs(tool: Tool) -> dict[str, Any] | None:
    """The parameters that must be given, but for those that are yes or no; None where one takes anything at all."""
    fields = tool.parameters.get("properties", {})
    return {name: fields[name] for name in tool.parameters.get("required", []) if fields[name].get("type") != "boolean"}


def compose_from_calls(
    world: World, sizes: Sequence[int], levels: Sequence[Sequence[Difficulty]], seed: int
) -> Composition:
    """A set of goals per dialogue: so many, of these difficulties; CompositionError where the tools do not carry them."""
    tools = usable_tools(world)
    composition = Composition()
    shapes: Counter[str] = Counter()
    told: set[str] = set()
    joined, fresh = dict.fromkeys(REQUESTS, _TRIES_JOINED), dict.fromkeys(REQUESTS, _TRIES_FRESH)
    if not tools:
        raise CompositionError(f"{world.name} has no tool that could be called with values a person would give")
    for number, size in enumerate(sizes):
        chosen: list[Goal] = []
        for place in range(size):
            rng = random.Random(f"{seed} {number} {place}")
            goal = _next_goal(
                world, tools, chosen, levels[number][place], rng, composition, shapes, told, joined, fresh
            )
            shapes[goal.shape] += 1
            told.add(goal.description)
            composition.kinds.update(call.tool for request in goal.requests for call in request.solution)
            chosen.append(goal)
        composition.sets.append(tuple(chosen))
    return composition


def _next_goal(
    world: World,
    tools: Sequence[Tool],
    before: Sequence[Goal],
    level: Difficulty,
    rng: random.Random,
    composition: Composition,
    shapes: Counter[str],
    told: set[str],
    joined: dict[Difficulty, int],
    fresh: dict[Difficulty, int],
) -> Goal:
    for attempt in range(_TRIES):
        session = SimulatedSession(world)
        for other in before:
            _replay(session, other)
        draft = Draft(world, session, rng, f"g{len(before) + 1}", (call for other in before for call in _called(other)))
        try:
            goal = _composed(draft, tools, level, composition)
            apart = len(goal.requests) > 2 and not any(request.needs for request in goal.requests)
            reject_if(apart and attempt < joined[level], "its requests do not build on each other")
            reject_if(goal.description in told, "it is another again")
            reject_if(shapes[goal.shape] > attempt // fresh[level], "it is alike another but for its values")
        except Rejected as reason:
            composition.rejected[str(reason)] += 1
            continue
        if shapes[goal.shape]:  # they may be exhausted: less time is spent on what is not there
            fresh[level] = max(1, fresh[level] // 2)
        if apart:
            joined[level] //= 2
        return goal
    reasons = "; ".join(f"{reason} ({n})" for reason, n in composition.rejected.most_common(3))
    raise CompositionError(
        f"{world.name} carries only {len(told)} different goals at this seed: {_lacking(world, tools)}rejected: {reasons}. "
        "Ask for fewer scenarios, fewer goals per dialogue, or another difficulty"
    )


def _lacking(world: World, tools: Sequence[Tool]) -> str:
    """What a world's tools lack to carry more goals."""
    bare = [tool for tool in tools if not tool.parameters.get("properties")]
    lacks = [
        f"it has {len(tools)} usable tools" if len(tools) < 4 else "",
        f"{len(bare)} of its tools take no values" if bare else "",
        f"{len(world.tools) - len(tools)} take what nobody gives in words" if len(tools) < len(world.tools) else "",
    ]
    return "".join(f"{lack}; " for lack in filter(None, lacks))


def _replay(session: SimulatedSession, goal: Goal) -> None:
    results: list[Any] = []
    for request in goal.requests:
        for call in request.solution:
            results.append(session.call(call.tool, resolve(call.arguments, results)))


def _called(goal: Goal) -> Iterator[str]:
    for request in goal.requests:
        for call in request.solution:
            yield as_text(call.tool, call.arguments)


def _composed(draft: Draft, tools: Sequence[Tool], level: Difficulty, made: Composition) -> Goal:
    rng = draft.rng
    least, most = REQUESTS[level]
    count = rng.randint(least, most)
    writing = [tool for tool in tools if tool.effect == "write"]
    changes = rng.randrange(count) if writing and count > 2 else -1
    for place in range(count):
        draft.requests.append(_next_request(draft, tools, made, writing if place == changes else ()))
    requests = tuple(draft.requests)
    name = words(draft.world.name)
    return Goal(
        id=draft.goal_id,
        difficulty=level,
        description=" ".join(described(request) for request in requests),
        requests=requests,
        shape=" | ".join(f"{call.tool}({', '.join(sorted(call.arguments))})" for call in draft.calls()),
        situation=Situation(
            role=f"a user of {name}",
            reason=f"Somebody who uses {name} has something to find out or to get done.",
            said="",
        ),
    )


def _next_request(draft: Draft, tools: Sequence[Tool], made: Composition, rather: Sequence[Tool]) -> Request:
    """A request for a call that fits what came before and was not made yet, played on the draft's session.

    It is for one of some tools `rather` than of others, where one of these can be called.
    """
    chained = [tool for tool in tools if links(draft, tool) and draft.used[tool.name] < 1]
    pool = list(rather) or (chained if chained and draft.rng.random() < _CHAINS else list(tools))
    failed: Counter[str] = Counter()
    for _ in range(_TRIES_REQUEST):
        weights = [0.01 ** failed[t.name] / (1 + made.kinds[t.name] + 8 * draft.used[t.name]) for t in pool]
        tool = draft.rng.choices(pool, weights)[0]
        try:
            return next_call(draft, tool)
        except (WorldError, CallRefused, Rejected):
            failed[tool.name] += 1
            pool = list(tools)
    raise Rejected("no further request holds")
