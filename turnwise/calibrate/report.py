"""What calibration found, as a table in the terminal and as a picture."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.calibrate.calibration import Row
from turnwise.report.plot import COLOURS, FAINT, INK, save_png

_COLOURS = (*COLOURS, "#7a5c3e")
"""One per sub-score."""

_EXPLANATION = (
    "Sites: dialogues in which the change could be made; in brackets those whose sub-score was above 0 before, where it "
    "could fall. Sensitivity: share of these in which it fell, with its 95% interval over seed tasks. Drop: mean fall, of "
    "the sub-score and of iq. False alarms: share of dialogues in which a benign change lowered a sub-score."
)


def print_calibration(console: Console, rows: Sequence[Row], dialogues: int) -> None:
    """Print a row per defect, by the sub-score that must see it, and a row per benign change."""
    console.print(Text(f"{dialogues} dialogues", style="dim"))
    table = _table("Defect", "Seen by", "Sites", "Sensitivity", "95%", "Drop", "Drop in iq")
    for n, row in enumerate(found := seen(rows)):
        last = n + 1 == len(found) or found[n + 1].seen_by != row.seen_by
        ends = f"{_number(row.low)} to {_number(row.high)}" if row.low is not None else "-"
        numbers = (_number(row.fell), ends, _number(row.drop, 3), _number(row.iq_drop, 3))
        table.add_row(row.change, row.seen_by, f"{row.sites} ({row.applicable})", *numbers, end_section=last)
    console.print(table)
    console.print()
    table = _table("Benign change", "Sites", "False alarms", "Drop in iq")
    for name, own in _benign(rows).items():
        alarms = [f"{row.scorer} {row.fell:.2f}" for row in own if row.fell]
        table.add_row(name, str(own[0].sites), ", ".join(alarms) or "none", _number(own[0].iq_drop, 3))
    console.print(table)
    console.print(Text(_EXPLANATION, style="dim"))
    nowhere = [row.change for row in [*found, *(own[0] for own in _benign(rows).values())] if not row.sites]
    if nowhere:
        console.print(Text(f"Note: no dialogue has a site for {', '.join(nowhere)}.", style="yellow"))


def save_calibration_plot(rows: Sequence[Row], file: str | Path) -> Path:
    """Draw sensitivities and false alarms into a PNG file: whole or not at all.

    Raises:
        TurnwiseError: the file is not named .png.
    """
    return save_png(lambda: draw(rows), file)


def draw(rows: Sequence[Row]) -> Figure:
    """A dot with its interval per defect, grouped by sub-score; below, each benign change with its worst false alarm."""
    found = [row for row in seen(rows) if row.fell is not None]
    worst = [max(own, key=lambda row: row.fell or 0) for own in _benign(rows).values()]
    worst = [row for row in worst if row.fell is not None]
    groups = list(dict.fromkeys(row.seen_by for row in found))
    figure = Figure(figsize=(9, 1.6 + 0.24 * (len(found) + len(worst) + len(groups))), dpi=160)
    figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
    axes = figure.add_subplot()
    ticks: list[tuple[float, str, str]] = []
    height = 0.0
    for before, row in pairwise([None, *found, *worst]):
        assert row is not None
        if before and row.seen_by != before.seen_by:
            height += 0.8
        colour = _COLOURS[groups.index(row.seen_by) % len(_COLOURS)] if row.seen_by else INK
        fell = row.fell or 0.0
        if row.low is not None and row.high is not None:
            axes.plot(
                [row.low, row.high], [height, height], color=colour, linewidth=2, alpha=0.45, solid_capstyle="round"
            )
        axes.scatter([fell], [height], s=30, color=colour, zorder=4, clip_on=False, marker="o" if row.seen_by else "D")
        about = row.seen_by or (f"false alarms: {row.scorer}" if fell else "no false alarm")
        axes.annotate(
            f"{fell:.2f}  {about}, {row.applicable if row.seen_by else row.sites}",
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(12, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=8,
        )
        ticks.append((height, row.change.replace("_", " "), colour))
        height += 1
    axes.set_yticks([tick[0] for tick in ticks], [tick[1] for tick in ticks])
    for label, tick in zip(axes.get_yticklabels(), ticks, strict=True):
        label.set_color(tick[2])
    axes.set_ylim(height, -1)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(length=0, labelsize=8.5)
    axes.set_xlabel(
        "Share of dialogues in which the sub-score fell; at the right, how many dialogues", color=INK, fontsize=9
    )
    title = "Planted defects that their sub-score sees; below, false alarms under benign changes"
    axes.set_title(title, loc="left", color=INK, fontsize=10, fontweight="bold")
    return figure


def seen(rows: Sequence[Row]) -> list[Row]:
    """Each defect as the sub-score that must see it saw it, grouped by sub-score."""
    found = [row for row in rows if row.seen_by and row.scorer == row.seen_by]
    groups = list(dict.fromkeys(row.scorer for row in rows))
    return sorted(found, key=lambda row: groups.index(row.seen_by))


def _benign(rows: Sequence[Row]) -> dict[str, list[Row]]:
    names = dict.fromkeys(row.change for row in rows if not row.seen_by)
    return {name: [row for row in rows if row.change == name] for name in names}


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(first, no_wrap=True)
    for header in others:
        words = header in ("Seen by", "False alarms")
        table.add_column(header, justify="left" if words else "right", no_wrap=header != "False alarms")
    return table


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"  # no minus before a zero
