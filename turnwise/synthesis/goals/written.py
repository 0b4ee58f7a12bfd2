"""What must hold of a goal that a model wrote, before, while and after it is played."""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from turnwise.goals.model import REQUESTS, Answer, Difficulty, Value
from turnwise.synthesis.goals.drafts import CallDraft, GoalDraft, RequestDraft, RubricDraft
from turnwise.values.atoms import atoms, disclosed
from turnwise.values.dates import stamp
from turnwise.values.states import mentions
from turnwise.values.text import normalised
from turnwise.values.words import said
from turnwise.worlds import World

_COUNTING = {"limit", "count", "top", "n", "offset", "page", "page_size", "max_results"}
_SMALL = 20  # up to this, how many results to fetch is the agent's choice and need not be said
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PLACEHOLDER = re.compile(r"\{\{?[^{}]*\}?\}|<[^<>]*>|\[[^\[\]]*\]")


class GoalProblem(Exception):
    """Why a goal cannot be kept: the reason that is counted, and the sentence that the model is told."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason, self.text = reason, text


def answer_of(label: str, value: Value) -> Answer:
    """A value by its type and form: a number, a day or moment, or text."""
    if isinstance(value, int | float):
        return Answer(label=label, value=value, kind="number")
    return Answer(label=label, value=value, kind="date" if stamp(str(value)) else "text")


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
            reason = goal.situation.reason if goal.situation is not None else ""
            if not is_said(f"{request.question} ; {goal.description} ; {reason}", fact.value, fact.label):
                where = f"neither in request {place}'s question nor in the description: say it in one of them"
                text = f"the fact {fact.label} = {spoken(fact.value)} stands {where}, or take it out of facts"
                yield GoalProblem("fact not in the text", text)


def is_said(text: str, value: Value, label: str = "") -> bool:
    """Whether a text says a value: in any usual way of writing it, or word for word in other forms of the words.

    Suspended is said by "suspend them", and on_hold by "put it on hold". Numbers and names have no other forms.
    """
    if mentions(text, value, label=label):
        return True
    if not isinstance(value, str) or not value.islower() or re.search(r"\d", value):
        return False
    heard = {stem(word) for word in normalised(text).split()}
    return all(stem(word) in heard for word in normalised(value.replace("_", " ")).split())


def stem(word: str) -> str:
    """A word without the endings of its forms: suspend for suspended, cancel for cancelling."""
    bare = re.sub(r"(?<=...)(?:ations?|ing|ied|ies|ed|es|s|e|y)$", "", word)
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "aeious" else bare


def unreachable(
    world: World, call: CallDraft, number: int, stated: str, results: Sequence[Any], made: Collection[Any]
) -> list[GoalProblem]:
    """Arguments that an agent could not know: not said, not returned before (nor as rows `made`), no choice."""
    seen = [leaf for leaf in leaves(list(results)) if isinstance(leaf, bool) or leaf not in made]
    properties = world.by_name[call.tool].parameters.get("properties", {})
    return [
        GoalProblem(
            "argument out of reach",
            f"call {number} gives {name} = {spoken(value)}, which the person has not said and no earlier call has returned: "
            "let the person say it in the question, or take it from an earlier call with from_call",
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
    return [] if returned or is_said(stated, value, name) else [value]


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
    texts += [goal.situation.reason, goal.situation.said] if goal.situation is not None else []
    texts.append(world.reference_time)
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
    figures += map(float, _YEAR.findall(known))  # a year is known from any date in it
    return [
        atom.text
        for atom in atoms(text)
        if (atom.number is None and atom.kind == "date" and not atom.known(heard))
        or (atom.number is not None and atom.checkable and not any(abs(atom.number.size - f) <= 0.005 for f in figures))
    ]
