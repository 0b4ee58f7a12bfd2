"""A goal as a model writes it, and what must hold of it before, while and after it is played."""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from turnwise.goals.model import NEW, REQUESTS, Answer, Call, Difficulty, Value
from turnwise.values.atoms import atoms, disclosed
from turnwise.values.states import mentions
from turnwise.values.text import normalised
from turnwise.values.words import said
from turnwise.worlds import World

_MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T]\d\d:\d\d(:\d\d)?)?")
_COUNTING = {"limit", "count", "top", "n", "offset", "page", "page_size", "max_results"}
_SMALL = 20  # up to this, how many results to fetch is the agent's choice and need not be said
_PLACEHOLDER = re.compile(r"\{\{?[^{}]*\}?\}|<[^<>]*>|\[[^\[\]]*\]")


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
    description: str
    question: str
    requests: list[RequestDraft]
    rubric: list[RubricDraft]
    situation: SituationDraft | None = None

    def calls(self) -> list[CallDraft]:
        """The calls of all requests, in order."""
        return [call for request in self.requests for call in request.calls]


class GoalDrafts(BaseModel):
    """What the model replies."""

    goals: list[GoalDraft]


class GoalProblem(Exception):
    """Why a goal cannot be kept: the reason that is counted, and the sentence that the model is told."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason, self.text = reason, text


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


def form_problems(world: World, goal: GoalDraft, wanted: Collection[Difficulty]) -> Iterator[GoalProblem]:
    """What is wrong with a goal that can be seen without playing it."""
    least, most = REQUESTS[goal.difficulty]
    if goal.difficulty not in wanted:
        yield GoalProblem("another difficulty", f"it is {goal.difficulty}, not {' or '.join(sorted(wanted))}")
    if not least <= len(goal.requests) <= most:
        text = f"it has {len(goal.requests)} requests, and a goal that is {goal.difficulty} has {least} to {most}"
        yield GoalProblem("number of requests", text)
    if not all(map(normalised, [goal.description, *(request.question for request in goal.requests)])):
        yield GoalProblem("empty text", "its description or a request's question is empty")
    number = 0
    for place, request in enumerate(goal.requests, 1):
        for call in request.calls:
            number += 1
            if call.tool not in world.by_name:
                close = difflib.get_close_matches(call.tool, world.by_name, n=3)
                hint = f": did you mean {' or '.join(close)}?" if close else ""
                yield GoalProblem("unknown tool", f"call {number}: there is no tool {call.tool!r}{hint}")
            for name, pointer in call.pointers.items():
                if not 1 <= pointer.call < number:
                    text = f"call {number} takes {name} from call {pointer.call}, which does not come before it"
                    yield GoalProblem("placeholder to no earlier call", text)
        for tell in request.tells:
            if not 1 <= tell.from_call <= number:
                made = f"only calls 1 to {number} are made by then"
                text = f"request {place} tells {tell.label} from call {tell.from_call}, and {made}"
                yield GoalProblem("placeholder to no earlier call", text)
        for fact in request.facts:
            if not mentions(f"{request.question} ; {goal.description}", fact.value, label=fact.label):
                where = f"neither in request {place}'s question nor in the description"
                text = f"the fact {fact.label} = {spoken(fact.value)} stands {where}"
                yield GoalProblem("fact not in the text", text)


def unreachable(
    world: World, call: CallDraft, number: int, stated: str, results: Sequence[Any], made: Collection[Any]
) -> list[GoalProblem]:
    """Arguments that an agent could not know: not said, not returned before (nor as rows `made`), no choice."""
    seen = [leaf for leaf in leaves(list(results)) if isinstance(leaf, bool) or leaf not in made]
    properties = world.by_name[call.tool].parameters.get("properties", {})
    return [
        GoalProblem(
            "argument out of reach",
            f"call {number} gives {name} = {spoken(value)}, which no user has said and no earlier call has returned: "
            "let the user say it, or take it from an earlier call with from_call",
        )
        for name, given in call.literals.items()
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
    if goal.situation is not None:
        texts += [goal.situation.reason, goal.situation.said]
    if answer.kind != "number":
        texts += [goal.description, goal.question]
    if answer.kind == "date":
        return any(mentions(text, answer.value, answer.kind) for text in texts)
    return any(f" {normalised(said(answer.value))} " in f" {normalised(text)} " for text in texts)


def rubric_problems(world: World, goal: GoalDraft, results: Sequence[Any]) -> Iterator[GoalProblem]:
    """What a rubric says that the goal, its calls and their results do not."""
    texts = [goal.description, goal.question, *(request.question for request in goal.requests)]
    facts = [fact.value for request in goal.requests for fact in request.facts]
    arguments = [leaf for call in goal.calls() for leaf in leaves(call.arguments)]
    found = [len(result) for result in results if isinstance(result, list)]
    known = " ; ".join([*texts, as_text([*facts, *arguments, *leaves(list(results)), *found])])
    called = {call.tool for call in goal.calls()}
    for item in goal.rubric:
        for what in _contradictions(world, item, called, known):
            yield GoalProblem("rubric contradicts the run", f"the rubric item {item.text!r} {what}")
    if not any(item.kind == "critical" for item in goal.rubric):
        yield GoalProblem("no critical rubric item", "its rubric has no critical item")


def _contradictions(world: World, item: RubricDraft, called: set[str], known: str) -> Iterator[str]:
    if item.tool is not None and item.tool not in called:
        yield f"names the tool {item.tool}, which {'no call uses' if item.tool in world.by_name else 'does not exist'}"
    value = item.value
    if value is not None and not _PLACEHOLDER.search(str(value)) and not mentions(known, value):
        yield f"has the value {spoken(value)}, which is neither in the goal nor in its calls and their results"
    if item.kind == "critical":
        for figure in _unknown_figures(_PLACEHOLDER.sub(" ", item.text), known):
            yield f"speaks of {figure}, which the goal and its results do not know"


def _unknown_figures(text: str, known: str) -> list[str]:
    """Days and numbers in figures that one text has and another does not."""
    heard = disclosed([known])
    figures = [float(value[1]) for value in heard if value[0] == "number"]
    return [
        atom.text
        for atom in atoms(text)
        if (atom.number is None and atom.kind == "date" and not atom.known(heard))
        or (atom.number is not None and atom.checkable and not any(abs(atom.number.size - f) <= 0.005 for f in figures))
    ]
