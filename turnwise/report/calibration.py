"""What calibration found, as a table in the terminal and as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from rich.console import Console
from rich.text import Text

from turnwise.calibrate.audit import Precision
from turnwise.calibrate.bank import JUDGE
from turnwise.calibrate.calibration import Planted, Row
from turnwise.calibrate.controls import labels_named, position, sways, verbosity
from turnwise.calibrate.judging import Judging
from turnwise.report.plot import COLOURS, FAINT, INK, beside, save_picture, style
from turnwise.report.tables import plain_table

_COLOURS = (*COLOURS, "#7a5c3e")
"""One per sub-score."""

_EXPLANATION = (
    "Sites: dialogues in which the change could be made; in brackets those whose sub-score was above 0 before, where it "
    "could fall. Forms: distinct texts planted. Sensitivity: share of these in which it fell, with its 95% interval over seed tasks. Drop: mean fall, of "
    "the sub-score and of iq. False alarms: share of dialogues in which a benign change lowered a sub-score."
)

_JUDGE_EXPLANATION = (
    "The judge grades a whole dialogue, so what it says of the same one varies: hold sensitivities against its false "
    "alarms under benign changes. Sites: in brackets those that it gave a usable judgement of. Most often named: the "
    "problem that it lists more often after the change, and in what share of dialogues."
)
_REASONS = 3
"""Reasons for missing judgements that are printed."""


def print_calibration(console: Console, rows: Sequence[Row], dialogues: int, left: Sequence[str] = ()) -> None:
    """Print a row per defect, by the sub-score that must see it, one per benign change, and what is left to a judge."""
    console.print(Text(f"{dialogues} dialogues", style="dim"))
    headings = ("Defect", "Seen by", "Sites", "Forms", "Sensitivity", "95%", "Drop", "Drop in iq")
    table = plain_table(*headings, left=2, padding=1)
    found, harmless = seen(rows), _benign(rows)
    for row, later in zip(found, [*found[1:], None], strict=True):
        numbers = (str(row.forms), _number(row.fell), _ends(row.low, row.high), _number(row.drop, 3))
        last = later is None or later.seen_by != row.seen_by
        cells = (row.change, row.seen_by, _sites(row), *numbers, _number(row.iq_drop, 3))
        table.add_row(*cells, end_section=last)
    console.print(table)
    console.print()
    table = plain_table("Benign change", "Sites", "False alarms", "Drop in iq", padding=1)
    for name, own in harmless.items():
        alarms = [f"{row.scorer} {row.fell:.2f}" for row in own if row.fell]
        table.add_row(name, str(own[0].sites), ", ".join(alarms) or "none", _number(own[0].iq_drop, 3))
    console.print(table)
    console.print(Text(_EXPLANATION, style="dim"))
    if left:
        about = "Left to a judge (--judge MODEL), since only a reader can see them"
        console.print(Text(f"{about}: {', '.join(left)}.", style="dim"))
    if nowhere := [row.change for row in [*found, *(own[0] for own in harmless.values())] if not row.sites]:
        console.print(Text(f"Note: no dialogue has a site for {', '.join(nowhere)}.", style="yellow"))


def print_precision(console: Console, found: Sequence[Precision]) -> None:
    table = plain_table("Sub-score", "True", "False", "Arguable", "Precision", "95%", padding=1)
    for row in found:
        decided = row.true + row.false
        share, ends = (row.true / decided, _ends(row.low, row.high)) if decided else (None, "-")
        table.add_row(row.sub_score, str(row.true), str(row.false), str(row.arguable), _number(share), ends)
    console.print(table)
    console.print(
        Text("Precision: the share marked true of those marked true or false, with its 95% interval.", style="dim")
    )


def print_judging(
    console: Console, rows: Sequence[Row], planted: Sequence[Planted], judging: Judging, seed: int
) -> None:
    """Print what the judge saw of each defect, the controls, whose intervals `seed` drives, and what it took."""
    table = plain_table("Defect", "Sites", "Sensitivity", "95%", "Drop", "Most often named", padding=1)
    named = labels_named(planted, judging.judgements)
    console.print()
    console.print(Text("The judge", style="bold"))
    for row in filter(lambda row: row.sites, by_judge(rows)):
        label, share = named.get(row.change, ("", 0.0))
        numbers = (_number(row.fell), _ends(row.low, row.high), _number(row.drop, 3))
        table.add_row(row.change, _sites(row), *numbers, f"{label} {share:.2f}" if label else "-")
    console.print(table)
    console.print()
    length = verbosity(planted, judging.judgements, seed=seed)
    place = position(planted, judging.judgements, seed=seed)
    shift = "-" if length.shift is None else f"{length.shift:+.3f}"
    console.print(
        f"Verbosity: padding moves its score by {shift} (95% {_ends(length.low, length.high, 3)}): up in "
        f"{length.rose} and down in {length.fell} of {length.pairs} dialogues of {length.tasks} seed tasks."
    )
    console.print(
        f"Position: it sees {_number(place.first)} in the first half of a dialogue ({place.pairs[0]} pairs) and "
        f"{_number(place.second)} in the second ({place.pairs[1]}), 95% of the difference "
        f"{_ends(place.low, place.high)}; over {place.defects} kinds of defect that it sees and that stand in both, and "
        f"{place.tasks} seed tasks."
    )
    swayed = {"how long the assistant talks": sways(length), "where in a dialogue a defect stands": sways(place)}
    for what in (what for what, moved in swayed.items() if moved):
        console.print(Text(f"Note: THE JUDGE IS SWAYED by {what}.", style="yellow"))
    usage, cached = judging.usage, judging.usage.input_tokens_cache_read or 0
    console.print(
        f"Took: {judging.asked} judgements, {len(judging.unscored)} of them unscored; {usage.input_tokens + cached:,} "
        f"tokens in ({cached:,} cached), {usage.output_tokens:,} out"
    )
    console.print(f"Log:  {judging.log}", soft_wrap=True)
    console.print(Text(_JUDGE_EXPLANATION, style="dim"))
    for reason in list(dict.fromkeys(judging.unscored))[:_REASONS]:
        console.print(Text(f"Note: unscored: {' '.join(reason.split())}", style="yellow"))


def save_calibration_plot(rows: Sequence[Row], file: str | Path) -> Path:
    return save_picture(lambda: draw(rows), file)


def draw(rows: Sequence[Row]) -> Figure:
    """A dot with its interval per defect, grouped by sub-score; below, each benign change with its worst false alarm."""
    found = [row for row in seen(rows) if row.fell is not None]
    worst = [max(own, key=lambda row: row.fell or 0) for own in _benign(rows).values()]
    worst = [row for row in worst if row.fell is not None]
    groups = list(dict.fromkeys(row.seen_by for row in found))
    by_the_judge = {row.change: row.fell for row in by_judge(rows)}
    figure = Figure(figsize=(9, 1.6 + 0.24 * (len(found) + len(worst) + len(groups))), dpi=160)
    figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
    axes = figure.add_subplot()
    heights, colours, height = [], [], 0.0
    for before, row in zip([None, *found, *worst], [*found, *worst], strict=False):
        height += 1.8 if before and row.seen_by != before.seen_by else float(before is not None)
        colour = _COLOURS[groups.index(row.seen_by) % len(_COLOURS)] if row.seen_by else INK
        heights.append(height)
        colours.append(colour)
        fell, mark = row.fell or 0.0, "o" if row.seen_by else "D"
        if row.low is not None and row.high is not None:
            axes.hlines(height, row.low, row.high, color=colour, linewidth=2, alpha=0.45)
        axes.scatter([fell], [height], s=30, color=colour, zorder=4, clip_on=False, marker=mark)
        if row.seen_by and (judged := by_the_judge.get(row.change)) is not None:
            ring = {"facecolors": "none", "edgecolors": INK, "linewidths": 1}
            axes.scatter([judged], [height], s=34, zorder=5, clip_on=False, **ring)  # type: ignore[arg-type]
        about = row.seen_by or (f"false alarms: {row.scorer}" if fell else "no false alarm")
        beside(axes, height, f"{fell:.2f}  {about}, {row.applicable if row.seen_by else row.sites}", colour, size=8)
    axes.set_yticks(heights, [row.change.replace("_", " ") for row in (*found, *worst)])
    for label, colour in zip(axes.get_yticklabels(), colours, strict=True):
        label.set_color(colour)
    axes.set_ylim(height + 1, -1)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    about = "Share of dialogues in which the sub-score fell; at the right, how many dialogues"
    axes.set_xlabel(f"{about}. Rings: the judge" if by_the_judge else about, color=INK, fontsize=9)
    title = "Planted defects that their sub-score sees; below, false alarms under benign changes"
    style(axes, title)
    return figure


def seen(rows: Sequence[Row]) -> list[Row]:
    """Each defect as the sub-score that must see it saw it, grouped by sub-score."""
    found = [row for row in rows if row.seen_by and row.scorer == row.seen_by]
    groups = list(dict.fromkeys(row.scorer for row in rows))
    return sorted(found, key=lambda row: groups.index(row.seen_by))


def by_judge(rows: Sequence[Row]) -> list[Row]:
    """Each defect as the judge saw it, in the order of `seen`; none without a judge."""
    order = [row.change for row in seen(rows)]
    return sorted((r for r in rows if r.seen_by and r.scorer == JUDGE), key=lambda row: order.index(row.change))


def _benign(rows: Sequence[Row]) -> dict[str, list[Row]]:
    names = dict.fromkeys(row.change for row in rows if not row.seen_by)
    return {name: [row for row in rows if row.change == name] for name in names}


def _ends(low: float | None, high: float | None, digits: int = 2) -> str:
    return "-" if low is None else f"{_number(low, digits)} to {_number(high, digits)}"


def _sites(row: Row) -> str:
    return f"{row.sites} ({row.applicable})"


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"  # no minus before a zero
