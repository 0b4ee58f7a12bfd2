"""A written goal is played: on a throw-away session where tools execute, else against the tools' schemas.

What comes of it are its requests with their checkpoints, or the reasons why it cannot be kept.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from turnwise.errors import CallRefused
from turnwise.goals.model import Answer, Call, Checkpoint, Request, Slot, resolve
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.goals.context import Symbols, wanted_changes
from turnwise.synthesis.goals.goal_validation import makes_wanted
from turnwise.synthesis.goals.written import (
    CallDraft,
    GoalDraft,
    GoalProblem,
    Path,
    TellDraft,
    answer_of,
    path_of,
    pointer,
)
from turnwise.synthesis.goals.written_checks import given_away, stated_so_far, unreachable
from turnwise.values.text import normalised
from turnwise.worlds import RowChange, Session, World, net
from turnwise.worlds.arguments import Signature
from turnwise.worlds.world import JsonSchema

_EXCERPT = 300


class GoalTrial(NamedTuple):
    """What came of playing a goal; its requests are worth something only when there are no problems."""

    requests: tuple[Request, ...]
    results: tuple[Any, ...]
    """what the calls returned; empty where tools are simulated"""
    problems: tuple[GoalProblem, ...]


def play(session: Session, schema: Schema, goal: GoalDraft, goal_id: str) -> GoalTrial:
    """Play a goal on a throw-away session."""
    world = session.world
    requests: list[Request] = []
    results: list[Any] = []
    problems: list[GoalProblem] = []
    symbols: Symbols = {}
    for place, asked in enumerate(goal.requests, 1):
        raised = goal.requests[:place]
        before = len(session.changes)
        for call in asked.calls:
            made = _new_numbers(schema, session.changes)
            number = len(results) + 1
            problems += unreachable(world, call, number, stated_so_far(world, raised), results, made)
            try:
                results.append(_run(session, call, number, results))
            except _Failed as failed:
                return GoalTrial((), tuple(results), (*problems, failed.problem))
        changed = net(session.changes[before:])
        new = _new_numbers(schema, session.changes)
        answers: list[Answer] = []
        for tell in asked.tells:
            told = _told(tell, results, place)
            if isinstance(told, GoalProblem):
                problems.append(told)
            elif told.value in new:
                continue  # the database hands this number out in the dialogue: it will be another there
            elif given_away(told, raised, goal):
                text = f"request {place} asks for {tell.label}, and {told.value!r} is given away in what the user says"
                problems.append(GoalProblem("answer given away", text))
            else:
                answers.append(told)
        if not changed and not answers:
            text = f"request {place} changes nothing in the database and asks for nothing that could be told"
            problems.append(GoalProblem("nothing changed or told", text))
        state = wanted_changes(schema, f"{goal_id}r{place}", changed, symbols)
        checkpoint = Checkpoint(state=state, answers=tuple(answers))
        asks = tuple(answer.label for answer in answers)
        requests.append(_request(goal, goal_id, place, asks, checkpoint))
    if not makes_wanted(requests, session):
        text = "its requests undo or overwrite each other's changes"
        problems.append(GoalProblem("requests undo each other", text))
    return GoalTrial(tuple(requests), tuple(results), tuple(problems))


def validate(world: World, goal: GoalDraft, goal_id: str) -> GoalTrial:
    """Check a goal against the tools' schemas, where there is nothing to run."""
    requests: list[Request] = []
    problems: list[GoalProblem] = []
    calls = goal.calls()
    number = 0
    for place, asked in enumerate(goal.requests, 1):
        if not asked.calls:
            problems.append(GoalProblem("nothing changed or told", f"request {place} makes no call"))
        for call in asked.calls:
            number += 1
            problems += unreachable(world, call, number, stated_so_far(world, goal.requests[:place]), [], ())
            problems += _misfits(world, call, number, calls)
        for tell in asked.tells:
            if _returned(world, calls, tell.from_call, path_of(tell.field)) is None:
                text = f"request {place} tells {tell.label}: call {tell.from_call} returns no field {tell.field}"
                problems.append(GoalProblem("no such field in the result", text))
        literal = [{name: v for name, v in call.arguments.items() if not pointer(v)} for call in asked.calls]
        expected = [Call(tool=call.tool, arguments=given) for call, given in zip(asked.calls, literal, strict=True)]
        asks = tuple(tell.label for tell in asked.tells)
        requests.append(_request(goal, goal_id, place, asks, Checkpoint(calls=tuple(expected))))
    return GoalTrial(tuple(requests), (), tuple(problems))


class _Failed(Exception):
    """Raised when a call cannot be made, so that the calls after it cannot be either."""

    def __init__(self, problem: GoalProblem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def _run(session: Session, call: CallDraft, number: int, results: Sequence[Any]) -> Any:
    try:
        arguments = resolve(_arguments(call), results)
    except (LookupError, TypeError) as error:
        places = [p for value in call.arguments.values() if (p := pointer(value))]
        shown = "; ".join(f"call {p.call} returned {_excerpt(results[p.call - 1])}" for p in places)
        text = f"call {number} takes what an earlier call did not return: {shown}"
        raise _Failed(GoalProblem("no such field in the result", text)) from error
    try:
        return session.call(call.tool, arguments)
    except CallRefused as error:
        raise _Failed(GoalProblem("refused call", f"call {number} ({call.tool}) is refused: {error}")) from error


def _told(tell: TellDraft, results: Sequence[Any], place: int) -> Answer | GoalProblem:
    """The value that is to be told."""
    found = results[tell.from_call - 1]
    try:
        for step in path_of(tell.field):
            found = found[step]
    except (LookupError, TypeError):
        returned = _excerpt(results[tell.from_call - 1])
        text = f"request {place} tells {tell.label} from {tell.field!r}, and call {tell.from_call} returned {returned}"
        return GoalProblem("no such field in the result", text)
    if isinstance(found, bool | dict | list) or found is None or not normalised(str(found)):
        text = f"request {place} tells {tell.label}, and {_excerpt(found)} is not a value that can be told"
        return GoalProblem("no such field in the result", text)
    return answer_of(tell.label, found)


def _new_numbers(schema: Schema, changes: Sequence[RowChange]) -> set[Any]:
    """The numbers that SQLite gave to rows."""
    inserts = [change for change in changes if change.kind == "insert"]
    return {v for change in inserts if schema.tables[change.table].automatic_key for v in change.key.values()}


def _request(goal: GoalDraft, goal_id: str, place: int, asks: tuple[str, ...], checkpoint: Checkpoint) -> Request:
    draft = goal.requests[place - 1]
    makers = [f"{goal_id}r{n}" for n, request in enumerate(goal.requests, 1) for _ in request.calls]
    places = [p for call in draft.calls for value in call.arguments.values() if (p := pointer(value))]
    needs = {makers[p.call - 1] for p in places} - {f"{goal_id}r{place}"}
    return Request(
        id=f"{goal_id}r{place}",
        intent="ask",
        asks=asks,
        slots=tuple(Slot(label=fact.label, value=fact.value) for fact in draft.facts),
        phrases={"question": draft.question},
        solution=tuple(Call(tool=call.tool, arguments=_arguments(call)) for call in draft.calls),
        checkpoint=checkpoint,
        needs=tuple(sorted(needs)),
    )


def _arguments(call: CallDraft) -> dict[str, Any]:
    return {name: place.argument if (place := pointer(v)) else v for name, v in call.arguments.items()}


def _misfits(world: World, call: CallDraft, number: int, calls: Sequence[CallDraft]) -> list[GoalProblem]:
    """What a tool's schema says against a call; what a pointer will give is known by its type alone."""
    tool = world.by_name[call.tool]
    properties = dict(tool.parameters.get("properties", {}))
    problems = []
    for name, value in call.arguments.items():
        place = pointer(value)
        if place is None:
            continue
        gives = _returned(world, calls, place.call, place.path)
        if gives is None:
            field = ".".join(map(str, place.path))
            text = f"call {number} takes {name} from field {field!r} of call {place.call}, and {calls[place.call - 1].tool} returns no such field"
            problems.append(GoalProblem("no such field in the result", text))
        elif not _fits(gives, properties.get(name, {})):
            text = f"call {number} takes {name} from a field of type {gives.get('type')}, and needs {properties[name].get('type')}"
            problems.append(GoalProblem("refused call", text))
        if name in properties:
            properties[name] = {}
    try:
        open_to_pointers = tool.model_copy(update={"parameters": {**tool.parameters, "properties": properties}})
        bound = {name: 1 if pointer(value) else value for name, value in call.arguments.items()}
        Signature(open_to_pointers).bind(bound)
    except CallRefused as error:
        problems.append(GoalProblem("refused call", f"call {number} ({call.tool}) is refused: {error}"))
    return problems


def _returned(world: World, calls: Sequence[CallDraft], number: int, path: Path) -> JsonSchema | None:
    """The schema of a field of what a call returns; None when there is no such field."""
    schema: Any = world.by_name[calls[number - 1].tool].returns
    for step in path:
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        if not isinstance(schema, dict):
            return None
    return schema if path else None


def _fits(gives: JsonSchema, takes: JsonSchema) -> bool:
    types = (schema.get("type", []) for schema in (gives, takes))
    given, taken = ({named} if isinstance(named, str) else set(named) for named in types)
    return not given or not taken or bool(given & taken) or ("integer" in given and "number" in taken)


def _excerpt(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
