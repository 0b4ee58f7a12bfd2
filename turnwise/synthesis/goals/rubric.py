"""A rubric against what happens when its goal is played: what contradicts it is not kept."""

import re
from collections.abc import Sequence
from typing import Any

from turnwise.goals.model import RubricItem
from turnwise.synthesis.goals.written import GoalDraft, GoalProblem, RubricDraft, as_text, leaves, spoken
from turnwise.values.atoms import atoms, disclosed
from turnwise.values.states import mentions
from turnwise.worlds import World

_PLACEHOLDER = re.compile(r"\{\{?[^{}]*\}?\}|<[^<>]*>|\[[^\[\]]*\]")
_WORD = re.compile(r"\b[^\W\d_]+\b")


def rubric_problems(world: World, goal: GoalDraft, results: Sequence[Any]) -> list[GoalProblem]:
    """What a rubric says that the goal, its calls and their results do not.

    Args:
        results: what the calls returned; empty where tools are simulated.
    """
    known = _known(goal, results)
    called = {call.tool for call in goal.calls()}
    problems = [problem for item in goal.rubric for problem in _item_problems(world, item, called, known)]
    if not any(item.kind == "critical" for item in goal.rubric):
        problems.append(GoalProblem("no critical rubric item", "its rubric has no critical item"))
    return problems


def rubric_of(goal: GoalDraft) -> tuple[RubricItem, ...]:
    """The rubric as a goal carries it."""
    return tuple(RubricItem(kind=item.kind, text=item.text) for item in goal.rubric)


def _known(goal: GoalDraft, results: Sequence[Any]) -> str:
    texts = [goal.description, goal.question, *(request.question for request in goal.requests)]
    facts = [fact.value for request in goal.requests for fact in request.facts]
    arguments = [leaf for call in goal.calls() for leaf in leaves(call.arguments)]
    found = [len(result) for result in results if isinstance(result, list)]
    return " ; ".join([*texts, as_text([*facts, *arguments, *leaves(list(results)), *found])])


def _item_problems(world: World, item: RubricDraft, called: set[str], known: str) -> list[GoalProblem]:
    found = []
    if item.tool is not None and item.tool not in called:
        found.append(
            f"names the tool {item.tool}, which {'no call uses' if item.tool in world.by_name else 'does not exist'}"
        )
    value = item.value
    if value is not None and not _PLACEHOLDER.search(str(value)) and not mentions(known, value):
        found.append(f"has the value {spoken(value)}, which is neither in the goal nor in its calls and their results")
    if item.kind == "critical":
        odd_ones = _unknown_figures(_PLACEHOLDER.sub(" ", item.text), known)
        found += [f"speaks of {odd}, which the goal and its results do not know" for odd in odd_ones]
    return [GoalProblem("rubric contradicts the run", f"the rubric item {item.text!r} {what}") for what in found]


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
