"""The tables of the paper (arXiv 2601.08225) from one's own runs, beside the figures that the paper gives."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from turnwise.report.differences import with_interval
from turnwise.report.players import by_rules
from turnwise.report.tables import plain_table
from turnwise.scoring.comparison import Condition, Spread, summarize
from turnwise.scoring.contrasts import Contrast, ratio
from turnwise.scoring.measures import ASSIGNED, STEPS, TURNS
from turnwise.values.text import harmless

Row = tuple[str, ...]
"""A name, and what stands under each heading."""
PAPER_SHAPES = (
    ("paper: task-oriented, Nemotron", "3.95 (89)", "12.84 (178)", "1.63 (18)", "161,608"),
    ("paper: user-oriented, Nemotron", "3.45 (121)", "21.79 (596)", "2.48 (20)", "177,375"),
    ("paper: user-oriented, tau2", "3.05 (63)", "36.16 (780)", "3.02 (20)", "4,138"),
    ("paper: user-oriented + execution, tau2", "2.43 (23)", "17.15 (294)", "1.60 (10)", "2,174"),
    ("paper: user-oriented + execution, SQL", "3.74 (322)", "30.85 (680)", "1.86 (11)", "16,618"),
)
PAPER_COSTS = (
    ("paper: task-oriented, 32 H100", "0.64", "-", "8,819", "-", "-"),
    ("paper: user-oriented, 32 H100", "4.11", "-", "4,079", "-", "-"),
)
_PAPER_RATIOS = ((TURNS, 21.79 / 12.84), (STEPS, 3.45 / 3.95), (ASSIGNED, 2.48 / 1.63))
"""User-oriented over task-oriented, both from Nemotron."""
SHAPE_HEADINGS = ("Step", "Turn", "Task", "Samples")
COST_HEADINGS = ("Seconds / sample", "Tokens / sample", "Tokens / second", "Cost / sample", "Cost / accepted")
SHAPE_NOTE = (
    "The paper's Table 1: mean (max) per trajectory. The paper's figures are of other agents, users and worlds."
)
COST_NOTE = (
    "The paper's Table 4, on its own machines. Seconds: of the whole run over its dialogues. Tokens: those that models "
    "wrote. Accepted: every goal completed and nothing else changed."
)


class Beside(NamedTuple):
    """By what factor user-oriented dialogues differ from task-oriented ones: here, and in the paper."""

    title: str
    measure: str
    here: str
    paper: str


def beside_paper(contrast: Contrast) -> list[Beside]:
    """A contrast of the two paradigms beside the first two rows of the paper's Table 1; empty for any other contrast."""
    if not contrast.of_paradigms or not contrast.results:
        return []
    found = [(measure, ratio(contrast, measure), paper) for measure, paper in _PAPER_RATIOS]
    return [
        Beside(measure.title, measure.name, f"× {with_interval(_FACTOR, here)}", f"× {paper:.2f}")
        for measure, here, paper in found
        if here is not None
    ]


_FACTOR = TURNS._replace(name="factor", title="Factor")


def shapes(conditions: Sequence[Condition]) -> list[Row]:
    return [
        (c.name, _spread(s.step), _spread(s.turn), _spread(s.task if s.task.max else None), f"{s.dialogues:,}")
        for c in conditions
        for s in [summarize(c.dialogues)]
    ]


def costs(conditions: Sequence[Condition]) -> list[Row]:
    """Table 4 of some conditions; a dash where the logs do not say."""
    return list(map(_cost, conditions))


def print_paper(console: Console, conditions: Sequence[Condition]) -> None:
    for headings, own, theirs, note in (
        (SHAPE_HEADINGS, shapes(conditions), PAPER_SHAPES, SHAPE_NOTE),
        (COST_HEADINGS, costs(conditions), PAPER_COSTS, COST_NOTE),
    ):
        table = plain_table("", *(heading.replace(" / ", "\n/ ") for heading in headings), padding=1)
        table.columns[0].max_width = 40
        for style, rows in (("", own), ("dim", theirs)):
            for row in rows:
                table.add_row(*(Text(harmless(cell)) for cell in row), style=style)
        console.print()
        console.print(table)
        console.print(Text(note, style="dim"))


def _cost(condition: Condition) -> Row:
    dialogues = condition.dialogues
    seconds = [run.seconds for run in condition.runs]
    took = sum(s for s in seconds if s is not None) if None not in seconds else None
    wrote = [] if by_rules(condition.runs) else [d.generated for d in dialogues if d.generated]
    spent = [d.cost for d in dialogues if d.cost is not None]
    accepted = sum(d.success == 1 for d in dialogues)
    whole = sum(spent) if len(spent) == len(dialogues) else None
    return (
        condition.name,
        _number(took, len(dialogues)),
        f"{sum(wrote) / len(wrote):,.0f}" if wrote else "-",
        f"{sum(wrote) / took:,.0f}" if wrote and took else "-",
        "-" if whole is None else f"${_number(whole, len(dialogues), 4)}",
        "-" if whole is None or not accepted else f"${_number(whole, accepted, 4)}",
    )


def _number(part: float | None, whole: int, digits: int = 2) -> str:
    return "-" if part is None else f"{part / whole:,.{digits}f}"


def _spread(spread: Spread | None) -> str:
    return f"{spread.mean:.2f} ({spread.max:.0f})" if spread else "-"
