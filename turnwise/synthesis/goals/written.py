"""A goal as a model writes it, before anything in it has been tried."""

import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from turnwise.goals.model import NEW, Answer, Difficulty, Value
from turnwise.values.words import said

_MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T]\d\d:\d\d(:\d\d)?)?")


class FactDraft(BaseModel):
    """A value that only the user knows."""

    label: str
    value: int | float | str


class CallDraft(BaseModel):
    """A reference call; an argument may be `{"from_call": n, "field": "0.owner_id"}`, n counted from 1 in the goal."""

    tool: str
    arguments: dict[str, Any] = {}

    @property
    def pointers(self) -> "dict[str, Pointer]":
        """The arguments that come from earlier calls."""
        return {name: place for name, value in self.arguments.items() if (place := _pointer(value))}

    @property
    def literals(self) -> dict[str, Any]:
        """The other arguments."""
        return {name: value for name, value in self.arguments.items() if _pointer(value) is None}

    def resolvable(self) -> dict[str, Any]:
        """The arguments as those of a `Call`, where calls count from 0."""
        places = {name: {NEW: [place.call - 1, *place.path]} for name, place in self.pointers.items()}
        return {name: places.get(name, value) for name, value in self.arguments.items()}


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


class GoalDraft(BaseModel):
    """One goal."""

    difficulty: Difficulty
    description: str
    question: str
    requests: list[RequestDraft]
    rubric: list[RubricDraft]

    def calls(self) -> list[CallDraft]:
        """The calls of all requests, in order."""
        return [call for request in self.requests for call in request.calls]


class GoalDrafts(BaseModel):
    """What the model replies."""

    goals: list[GoalDraft]


class GoalProblem(NamedTuple):
    """Why a goal cannot be kept: the reason that is counted, and the sentence that the model is told."""

    reason: str
    text: str


Path = tuple[int | str, ...]


class Pointer(NamedTuple):
    """A place in the result of an earlier call, counted from 1."""

    call: int
    path: Path


def _pointer(value: Any) -> Pointer | None:
    """The pointer that an argument is; None for a literal. One that names no call points to call 0."""
    if not (isinstance(value, dict) and "from_call" in value):
        return None
    number = value["from_call"]
    return Pointer(number if isinstance(number, int) else 0, path_of(str(value.get("field", ""))))


def path_of(field: str) -> Path:
    """`0.owner_id` (or `[0].owner_id`) as steps into a result."""
    steps = [step for step in re.split(r"[.\[\]]", field) if step]
    return tuple(int(step) if step.isdecimal() else step for step in steps)


def answer_of(label: str, value: Value) -> Answer:
    """A value by its type and form: a number, a day or moment, or text."""
    if isinstance(value, int | float):
        return Answer(label=label, value=value, kind="number")
    return Answer(label=label, value=value, kind="date" if _MOMENT.fullmatch(str(value)) else "text")


def leaves(value: Any) -> list[Value]:
    """The plain values in a JSON value."""
    if isinstance(value, dict | list):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in leaves(item)]
    return [value]


def as_text(values: Sequence[Value]) -> str:
    """Values as one text in which `mentions` finds each."""
    return " ; ".join(str(value) for value in values if value is not None and not isinstance(value, bool))


def spoken(value: Value) -> str:
    """A value in a message to the model."""
    return said(value) if not isinstance(value, str) else repr(value)
