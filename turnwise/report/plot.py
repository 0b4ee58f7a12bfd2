"""Conditions as a picture: how far each dialogue got against how long it took, and how long turns and steps are.

One colour per condition, worlds taken together; every dialogue is a dot. Dots are spread by a fixed sequence so that
equal ones stay visible: the same runs give the same picture.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from turnwise.errors import TurnwiseError
from turnwise.files import atomic_write
from turnwise.scoring.comparison import Condition, Run, conditions_overall
from turnwise.scoring.contrasts import condition_estimate
from turnwise.scoring.measures import STEPS, TURNS
from turnwise.scoring.statistics.bootstrap import Estimate

COLOURS = ("#3b6ea5", "#c8643c", "#4f8f6b", "#8a5a9e", "#a88b2d", "#5d6d7e", "#b0506c", "#2f8f9d")
INK = "#333333"
FAINT = "#d9d9d9"
_GOLDEN, _OTHER = (5**0.5 - 1) / 2, 2**0.5 - 1
_LINE = 14
"""Points from one line of the conditions' names to the next."""


def save_plot(runs: Sequence[Run], file: str | Path) -> Path:
    """Draw the conditions of some runs into a PNG or SVG file, but for imported ones, which have no goals: whole or not at all."""
    conditions = [c for c in conditions_overall(runs) if any(dialogue.tasks for dialogue in c.dialogues)]

    def drawn() -> Figure:
        if not conditions:
            raise TurnwiseError("there is nothing to plot: no dialogue in these logs has goals")
        if len(conditions) > len(COLOURS):
            many = f"{len(conditions)} conditions are too many for one plot"
            raise TurnwiseError(f"{many}: name logs of {len(COLOURS)} at most")
        return draw(conditions)

    return save_picture(drawn, file)


def save_picture(drawn: Callable[[], Figure], file: str | Path) -> Path:
    """Write a figure, drawn only when the name ends in .png or .svg (else TurnwiseError), into a file: whole or not at all."""
    target = Path(file)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise TurnwiseError(f"{target} does not end in .png or .svg, which is what a plot is written as")
    figure = drawn()
    FigureCanvasAgg(figure)
    # Without a date and with names of its own, the same runs give the same bytes.
    with rc_context({"svg.hashsalt": "turnwise"}), atomic_write(target, "wb") as made:
        figure.savefig(made, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return target


def draw(conditions: Sequence[Condition]) -> Figure:
    """Completed goals against user turns on the left, turns and steps by condition on the right."""
    figure = Figure(figsize=(11.5, max(4.4, 2.8 + 0.6 * len(conditions))), dpi=160)
    figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1, wspace=0.04, hspace=0.06))
    grid = figure.add_gridspec(2, 2, width_ratios=(1.25, 1))
    names = _names(conditions)
    _draw_scatter(figure.add_subplot(grid[:, 0]), conditions, names)
    turns = [[d.turns for d in condition.dialogues] for condition in conditions]
    steps = [[d.step for d in condition.dialogues if d.step is not None] for condition in conditions]
    turn_means, step_means = ([condition_estimate(c, measure) for c in conditions] for measure in (TURNS, STEPS))
    ends = ", the mean and its 95% interval"
    _draw_strips(figure.add_subplot(grid[0, 1]), turns, turn_means, names, f"Turns per dialogue{ends}", 0)
    _draw_strips(figure.add_subplot(grid[1, 1]), steps, step_means, names, f"Steps per user message{ends}", 1)
    return figure


def _draw_scatter(axes: Axes, conditions: Sequence[Condition], names: Sequence[str]) -> None:
    most = int(max(d.tasks for condition in conditions for d in condition.dialogues))
    last = len(conditions) - 1
    lane = 0.7 / len(conditions)
    for place, (condition, name, colour) in enumerate(zip(conditions, names, COLOURS, strict=False)):
        dialogues, shift = condition.dialogues, lane * (last - 2 * place) / 2
        across = [d.user_turns + 0.6 * _spread(n, _OTHER) for n, d in enumerate(dialogues)]
        up = [d.completed + shift + 0.7 * lane * _spread(n, _GOLDEN) for n, d in enumerate(dialogues)]
        axes.scatter(across, up, s=22, color=colour, alpha=0.55, linewidths=0)
        completed, tasks, turns = (
            sum(getattr(d, what) for d in dialogues) / len(dialogues) for what in ("completed", "tasks", "user_turns")
        )
        axes.scatter([turns], [completed], s=110, color=colour, edgecolors="white", linewidths=1.8, zorder=4)
        text = f"{name}: {completed:.2f} of {tasks:.2f} goals in {turns:.1f} user turns"
        above = {"xytext": (0, 10 + _LINE * (last - place)), "textcoords": "offset points"}
        look = {"color": colour, "fontsize": 9.5, "fontweight": "bold"}
        axes.annotate(text, (0, 1), xycoords="axes fraction", **above, **look)  # type: ignore[arg-type]
    axes.set_yticks(range(most + 1))
    axes.set_ylim(-0.6, most + 0.6)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    for line in range(most):
        axes.axhline(line + 0.5, color=FAINT, linewidth=0.6, zorder=0)
    axes.set_xlabel("User turns", color=INK)
    style(axes, "Goals completed against user turns: each dialogue, and the means", pad=14 + _LINE * len(conditions))


def _draw_strips(
    axes: Axes,
    values: Sequence[Sequence[float]],
    means: Sequence[Estimate | None],
    names: Sequence[str],
    title: str,
    digits: int,
) -> None:
    for place, (found, mean, colour) in enumerate(zip(values, means, COLOURS, strict=False)):
        heights = [place + 0.5 * _spread(n, _GOLDEN) for n in range(len(found))]
        axes.scatter(found, heights, s=16, color=colour, alpha=0.5, linewidths=0)
        if mean is not None:
            axes.vlines(mean.value, place - 0.36, place + 0.36, color=INK, linewidth=1.6, zorder=4)
            if mean.low is not None and mean.high is not None:
                axes.hlines(place, mean.low, mean.high, color=INK, linewidth=1.6, zorder=4)
            beside(axes, place, f"{mean.value:.{digits}f}", colour, size=9.5)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [name.replace(", ", "\n") for name in names])
    axes.set_xlim(left=0)
    for label, colour in zip(axes.get_yticklabels(), COLOURS, strict=False):
        label.set_color(colour)
        label.set_fontweight("bold")
    style(axes, title)


def beside(axes: Axes, height: float, text: str, colour: str, size: float) -> None:
    """Write a text to the right of a plot, at a height in data coordinates; the size is in points."""
    right: tuple[str, str] = ("axes fraction", "data")
    place = {"xytext": (8, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(text, (1, height), xycoords=right, color=colour, fontsize=size, **place)  # type: ignore[arg-type]


def style(axes: Axes, title: str, pad: float = 6) -> None:
    """Give a plot its title, and take away the lines that say nothing."""
    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold", pad=pad)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(length=0, labelsize=9)
    for label in axes.get_xticklabels():
        label.set_color(INK)


def _names(conditions: Sequence[Condition]) -> list[str]:
    """What tells the conditions apart and nothing else."""
    parts = [(condition.task.replace("_", "-"), condition.candidate, condition.settings) for condition in conditions]
    telling = [len({part[n] for part in parts}) > 1 for n in range(3)]
    names = [", ".join(text for text, tells in zip(part, telling, strict=True) if tells and text) for part in parts]
    return names if any(telling) else [parts[0][0]] * len(parts)


def _spread(index: int, step: float) -> float:
    """The index-th term of an even sequence in -0.5 to 0.5 (multiples of an irrational number): no clumps, no random state."""
    return (index + 1) * step % 1 - 0.5
