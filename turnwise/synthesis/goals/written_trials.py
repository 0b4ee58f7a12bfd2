"""A written goal is played: on a throw-away session where tools execute, else against the tools' schemas.

What comes of it are its requests with their checkpoints, or the reasons why it cannot be kept.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from turnwise.errors import CallRefused
from turnwise.goals.model import Answer, Call, Checkpoint, Request, Slot, resolve
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.goals.context import Symbols, wanted_changes
from turnwise.synthesis.goals.goal_validation import makes_wanted
from turnwise.synthesis.goals.written import CallDraft, GoalDraft, GoalProblem, Path, TellDraft, answer_of, path_of
from turnwise.synthesis.goals.written_checks import given_away, stated_so_far, unreachable
from turnwise.values.text import normalised
from turnwise.worlds import RowChange, Session, World, net
from turnwise.worlds.arguments import Signature
from turnwise.worlds.json_schema import types_of
from turnwise.worlds.world import JsonSchema

_EXCERPT = 300
_NO_FIELD = "no such field in the result"


class GoalTrial(NamedTuple):
    """What came of playing a goal; its requests are worth something only when there are no problems."""

    requests: tuple[Request, ...]
    results: tuple[Any, ...]
    """what the calls returned; empty where tools are simulated"""
    problems: tuple[GoalProblem, ...]


class _Unusable(Exception):
    """Raised where a goal cannot be played, with the reason and the sentence of a `GoalProblem`."""


def play(session: Session, schema: Schema, goal: GoalDraft, goal_id: str) -> GoalTrial:
    """Play a goal on a throw-away session; the first call that cannot be made ends it."""
    requests: list[Request] = []
    results: list[Any] = []
    problems: list[GoalProblem] = []
    symbols: Symbols = {}
    for place, asked in enumerate(goal.requests, 1):
        raised = goal.requests[:place]
        before = len(session.changes)
        for number, call in enumerate(asked.calls, len(results) + 1):
            made = _new_numbers(schema, session.changes)
            stated = stated_so_far(session.world, raised)
            problems += unreachable(session.world, call, number, stated, results, made)
            try:
                results.append(_run(session, call, number, results))
            except _Unusable as problem:
                return GoalTrial((), tuple(results), (*problems, GoalProblem(*problem.args)))
        changed = net(session.changes[before:])
        new = _new_numbers(schema, session.changes)
        answers: list[Answer] = []
        for tell in asked.tells:
            try:
                answer = answer_of(tell.label, _told(tell, results, place))
            except _Unusable as problem:
                problems.append(GoalProblem(*problem.args))
                continue
            if answer.value in new:
                continue  # the database hands this number out in the dialogue: it will be another there
            if given_away(answer, raised, goal):
                text = (
                    f"request {place} asks for {tell.label}, and {answer.value!r} is given away in what the user says"
                )
                problems.append(GoalProblem("answer given away", text))
            else:
                answers.append(answer)
        if not changed and not answers:
            text = f"request {place} changes nothing in the database and asks for nothing that could be told"
            problems.append(GoalProblem("nothing changed or told", text))
        state = wanted_changes(schema, f"{goal_id}r{place}", changed, symbols)
        requests.append(_request(goal, goal_id, place, Checkpoint(state=state, answers=tuple(answers))))
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
                problems.append(GoalProblem(_NO_FIELD, text))
        expected = tuple(Call(tool=call.tool, arguments=call.literals) for call in asked.calls)
        requests.append(_request(goal, goal_id, place, Checkpoint(calls=expected)))
    return GoalTrial(tuple(requests), (), tuple(problems))


def _run(session: Session, call: CallDraft, number: int, results: Sequence[Any]) -> Any:
    try:
        return session.call(call.tool, resolve(call.resolvable(), results))
    except (LookupError, TypeError) as error:
        shown = "; ".join(f"call {p.call} returned {_excerpt(results[p.call - 1])}" for p in call.pointers.values())
        raise _Unusable(_NO_FIELD, f"call {number} takes what an earlier call did not return: {shown}") from error
    except CallRefused as error:
        raise _Unusable("refused call", f"call {number} ({call.tool}) is refused: {error}") from error


def _told(tell: TellDraft, results: Sequence[Any], place: int) -> Any:
    """The value that is to be told."""
    found = results[tell.from_call - 1]
    try:
        for step in path_of(tell.field):
            found = found[step]
    except (LookupError, TypeError):
        returned = f"call {tell.from_call} returned {_excerpt(results[tell.from_call - 1])}"
        text = f"request {place} tells {tell.label} from {tell.field!r}, and {returned}"
        raise _Unusable(_NO_FIELD, text) from None
    if isinstance(found, bool | dict | list) or found is None or not normalised(str(found)):
        text = f"request {place} tells {tell.label}, and {_excerpt(found)} is not a value that can be told"
        raise _Unusable(_NO_FIELD, text)
    return found


def _new_numbers(schema: Schema, changes: Sequence[RowChange]) -> set[Any]:
    """The numbers that SQLite gave to rows."""
    inserts = [change for change in changes if change.kind == "insert"]
    return {v for change in inserts if schema.tables[change.table].automatic_key for v in change.key.values()}


def _request(goal: GoalDraft, goal_id: str, place: int, checkpoint: Checkpoint) -> Request:
    draft = goal.requests[place - 1]
    makers = [f"{goal_id}r{n}" for n, request in enumerate(goal.requests, 1) for _ in request.calls]
    needs = {makers[p.call - 1] for call in draft.calls for p in call.pointers.values()}
    # Where tools are simulated nothing is known of values, and what is asked for is what was to be told.
    asked = draft.tells if checkpoint.calls else checkpoint.answers
    return Request(
        id=f"{goal_id}r{place}",
        intent="ask",
        asks=tuple(item.label for item in asked),
        slots=tuple(Slot(label=fact.label, value=fact.value) for fact in draft.facts),
        phrases={"question": draft.question},
        solution=tuple(Call(tool=call.tool, arguments=call.resolvable()) for call in draft.calls),
        checkpoint=checkpoint,
        needs=tuple(sorted(needs - {f"{goal_id}r{place}"})),
    )


def _misfits(world: World, call: CallDraft, number: int, calls: Sequence[CallDraft]) -> Iterator[GoalProblem]:
    """What a tool's schema says against a call; what a pointer will give is known by its type alone."""
    tool = world.by_name[call.tool]
    properties = dict(tool.parameters.get("properties", {}))
    for name, place in call.pointers.items():
        gives, takes = _returned(world, calls, place.call, place.path), types_of(properties.get(name))
        given = set(types_of(gives))
        if gives is None:
            field, other = ".".join(map(str, place.path)), calls[place.call - 1].tool
            text = f"call {number} takes {name} from field {field!r} of call {place.call}, and {other} returns no such field"
            yield GoalProblem(_NO_FIELD, text)
        elif given and takes and not given & {*takes, *(["integer"] if "number" in takes else [])}:
            text = f"call {number} takes {name} from a field of type {gives['type']}, and needs {' or '.join(takes)}"
            yield GoalProblem("refused call", text)
        if name in properties:
            properties[name] = {}
    try:
        open_to_pointers = tool.model_copy(update={"parameters": {**tool.parameters, "properties": properties}})
        Signature(open_to_pointers).check({**call.arguments, **dict.fromkeys(call.pointers, 1)})
    except CallRefused as error:
        yield GoalProblem("refused call", f"call {number} ({call.tool}) is refused: {error}")


def _returned(world: World, calls: Sequence[CallDraft], number: int, path: Path) -> JsonSchema | None:
    """The schema of a field of what a call returns; None when there is no such field."""
    schema: Any = world.by_name[calls[number - 1].tool].returns
    for step in path:
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        if not isinstance(schema, dict):
            return None
    return schema if path else None


def _excerpt(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
