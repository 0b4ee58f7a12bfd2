"""Dialogues that took up others at a turn, as trees: what became of each continuation, for those who have no script."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from turnwise.report.page.links import figure, reading, side_by_side
from turnwise.report.page.records import Branch, Packed
from turnwise.scoring.comparison import Condition

_MOST = 200
"""Dialogues of which the page writes the branches down; the list finds all of them."""


class Node(NamedTuple):
    """A dialogue, and those that took it up, by turn."""

    words: Markup
    children: list["Node"]


class Trees(NamedTuple):
    roots: list[Node]
    more: int


def trees(packed: Packed, conditions: Sequence[Condition]) -> Trees:
    """The dialogues that were taken up, each with its branches."""
    of_parent: dict[int | str, list[Branch]] = {}
    for branch in packed.branches:
        of_parent.setdefault(branch.named if branch.parent is None else branch.parent, []).append(branch)
    branched = {branch.row for branch in packed.branches}
    roots = [key for key in of_parent if isinstance(key, str) or key not in branched]

    def below(key: int | str) -> list[Node]:
        found = sorted(
            of_parent.get(key, ()), key=lambda b: (b.turn, b.change, packed.columns["condition"][b.row], b.row)
        )
        return [Node(_branch(b, packed, conditions), below(b.row)) for b in found]

    def root(key: int | str) -> Node:
        words = (
            Markup("{}, which is not on this page").format(key)
            if isinstance(key, str)
            else _said(key, packed, conditions)
        )
        return Node(words, below(key))

    return Trees([root(key) for key in roots[:_MOST]], max(0, len(roots) - _MOST))


def _branch(branch: Branch, packed: Packed, conditions: Sequence[Condition]) -> Markup:
    said = Markup("at user turn {}, {}: ").format(branch.turn, branch.change) + _said(branch.row, packed, conditions)
    if branch.parent is None:
        return said
    return said + Markup(" ({})").format(figure("side by side", side_by_side(branch.parent, branch.row)))


def _said(row: int, packed: Packed, conditions: Sequence[Condition]) -> Markup:
    """A dialogue in a line: where it leads, how it ended and what it was worth."""
    known = {
        name: packed.columns[name][row]
        for name in ("condition", "scenario", "sample", "trial", "ended", "goals", "out")
    }
    world = packed.scenarios[known["scenario"]][0]
    trial = f", trial {known['trial']}" if known["trial"] > 1 else ""
    success, quality = packed.parts["success"][row], packed.parts["iq_core"][row]
    outcome = known["out"] or ("not judged" if success is None else "success" if success else "failure")
    goals = f", {known['goals']} goals" if known["goals"] else ""
    worth = "" if quality is None else f", quality {quality:.3f}"
    return Markup('{} <span class="note">{}: {}{}{}; ended: {}</span>').format(
        figure(f"{world} {known['sample']}{trial}", reading(row)),
        conditions[known["condition"]].name,
        outcome,
        goals,
        worth,
        str(known["ended"]).replace("_", " "),
    )
