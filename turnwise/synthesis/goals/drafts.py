"""A goal as a model writes it, in the types that the tools take. Knows not whether it holds: see `written`."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import reduce
from operator import getitem
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, WithJsonSchema

from turnwise.goals.model import NEW, Call, Difficulty
from turnwise.llm.shapes import schema_of
from turnwise.values.words import said
from turnwise.worlds import World
from turnwise.worlds.json_schema import types_of


class FactDraft(BaseModel):
    """A value that only the user knows."""

    label: str
    value: int | float | str


class ArgumentDraft(BaseModel):
    """One argument: a value, or a place in what an earlier call returned."""

    name: str
    value: str | int | float | bool | list[str | int | float] | None
    from_call: int | None
    field: str | None


def _by_name(arguments: Any) -> Any:
    """A list of arguments as names and values; a mapping, as many models write it out of habit, stays one."""
    if not isinstance(arguments, list):
        return arguments
    found = {}
    for part in arguments:
        if not isinstance(part, dict) or not isinstance(part.get("name"), str):
            raise ValueError("each argument needs a name")
        place = part.get("from_call")
        pointer = {"from_call": place, "field": part.get("field") or ""}
        found[part["name"]] = part.get("value") if place is None else pointer
    return found


_LISTED = {"type": "array", "items": schema_of(ArgumentDraft)}
Arguments = Annotated[dict[str, Any], BeforeValidator(_by_name), WithJsonSchema(_LISTED)]


class CallDraft(BaseModel):
    """A reference call; an argument may be `{"from_call": n, "field": "0.owner_id"}`, n counted from 1 in the goal."""

    tool: str
    arguments: Arguments = {}

    @property
    def pointers(self) -> "dict[str, Pointer]":
        """The arguments that come from earlier calls."""
        return {name: place for name, value in self.arguments.items() if (place := _pointer(value))}

    @property
    def literals(self) -> dict[str, Any]:
        """The other arguments."""
        return {name: value for name, value in self.arguments.items() if name not in self.pointers}

    def call(self) -> Call:
        """The call of a reference solution, where calls count from 0."""
        places = {name: {NEW: [place.call - 1, *place.path]} for name, place in self.pointers.items()}
        return Call(tool=self.tool, arguments={**self.arguments, **places})


class TellDraft(BaseModel):
    """What the assistant must tell, and which call returns it."""

    label: str
    from_call: int
    field: str


class RequestDraft(BaseModel):
    """One subtask."""

    question: str
    facts: list[FactDraft] = []
    calls: list[CallDraft]
    tells: list[TellDraft] = []


class RubricDraft(BaseModel):
    """What a judge looks for, with the tool and the literal value that it is about, if any."""

    kind: Literal["critical", "structural", "non_critical"]
    text: str
    tool: str | None = None
    value: int | float | str | None = None


class SituationDraft(BaseModel):
    """Who speaks and why."""

    role: str
    reason: str
    said: str = ""


class GoalDraft(BaseModel):
    """One goal."""

    difficulty: Difficulty
    situation: SituationDraft | None = None
    description: str
    requests: list[RequestDraft]
    question: str
    rubric: list[RubricDraft]

    def fitted(self, world: World) -> "GoalDraft":
        """The goal with arguments in the types that the tools take: "5" for 5, JSON in a text, nothing for null."""
        requests = [
            asked.model_copy(update={"calls": [_fitted(call, world) for call in asked.calls]})
            for asked in self.requests
        ]
        return self.model_copy(update={"requests": requests})

    def calls(self) -> list[CallDraft]:
        """The calls of all requests, in order."""
        return [call for request in self.requests for call in request.calls]


class GoalDrafts(BaseModel):
    """Goals as a model writes them."""

    goals: list[GoalDraft]


class Pointer(NamedTuple):
    """A place in the result of an earlier call, counted from 1."""

    call: int
    path: tuple[int | str, ...]


def _pointer(value: Any) -> Pointer | None:
    """The pointer that an argument is; None for a literal. One that names no call points to call 0."""
    if not (isinstance(value, dict) and "from_call" in value):
        return None
    number = value["from_call"]
    return Pointer(number if isinstance(number, int) else 0, path_of(str(value.get("field", ""))))


def path_of(field: str) -> tuple[int | str, ...]:
    """`0.owner_id` (or `[0].owner_id`) as steps into a result."""
    steps = [step for step in re.split(r"[.\[\]]", field) if step]
    return tuple(int(step) if step.isdecimal() else step for step in steps)


def _fitted(call: CallDraft, world: World) -> CallDraft:
    tool = world.by_name.get(call.tool)
    if tool is None:
        return call
    properties, required = tool.parameters.get("properties", {}), tool.parameters.get("required", [])
    given = {name: _in_type(value, properties.get(name)) for name, value in call.arguments.items()}
    kept = {name: value for name, value in given.items() if value is not None or name in required}
    return call.model_copy(update={"arguments": kept})


def _in_type(value: Any, schema: Any) -> Any:
    kinds = types_of(schema)
    if isinstance(value, bool) or not kinds or "anyOf" in schema:
        return value
    if isinstance(value, int | float) and not {"integer", "number"} & {*kinds} and "string" in kinds:
        return said(value)
    if isinstance(value, str) and "string" not in kinds:
        with suppress(ValueError):
            return json.loads(value)
    return value


def pointing(call: CallDraft, results: Sequence[Any]) -> CallDraft:
    """A call whose pointers lead to a row whichever way they are written: `owner_id` into a list of one, `0.owner_id` into one."""
    moved = {}
    for name, pointer in call.pointers.items():
        result = results[pointer.call - 1] if 1 <= pointer.call <= len(results) else None
        if (path := _leading(result, pointer.path)) != pointer.path:
            moved[name] = {"from_call": pointer.call, "field": ".".join(map(str, path))}
    return call.model_copy(update={"arguments": {**call.arguments, **moved}}) if moved else call


def _leading(result: Any, path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A path as it has to be for a result: one row is the first of its list, a list of one is its row, a page its rows."""
    page = result.get("rows") if isinstance(result, dict) else None
    if isinstance(page, list) and path and path[0] != "rows" and path[0] not in result:
        return ("rows", *_leading(page, path))
    if isinstance(result, list) and len(result) == 1 and path and not isinstance(path[0], int):
        return (0, *path)
    return path[1:] if isinstance(result, dict) and len(path) > 1 and path[0] == 0 else path


def value_at(result: Any, path: tuple[int | str, ...]) -> Any:
    """The value at a place in a result, LookupError or TypeError where there is none."""
    return reduce(getitem, _leading(result, path), result)
