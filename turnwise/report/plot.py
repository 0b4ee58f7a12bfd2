"""Conditions as a picture: how far each dialogue got against how long it took, and how long turns and steps are.

One colour per condition, worlds taken together; every dialogue is a dot. Dots are spread by a fixed sequence so that
equal ones stay visible: the same runs give the same picture.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from turnwise.errors import TurnwiseError
from turnwise.files import atomic_write
from turnwise.scoring.comparison import Condition, Run, Summary, conditions_overall, summarize

COLOURS = ("#3b6ea5", "#c8643c", "#4f8f6b", "#8a5a9e", "#a88b2d", "#5d6d7e", "#b0506c", "#2f8f9d")
INK = "#333333"
FAINT = "#d9d9d9"
_LINE = 14
"""Points from one line of the conditions' names to the next."""


def save_plot(runs: Sequence[Run], file: str | Path) -> Path:
    """Draw the conditions of some runs into a PNG file, but for imported ones, which have no goals: whole or not at all.

    Raises:
        TurnwiseError: the file is not named .png, no condition has goals, or there are more than can be told apart.
    """
    return save_png(
        lambda: draw(_distinguishable([condition for condition in conditions_overall(runs) if _has_goals(condition)])),
        file,
    )


def save_png(drawn: Callable[[], Figure], file: str | Path) -> Path:
    """Write a figure into a PNG file: whole or not at all. It is drawn only when the name will do.

    Raises:
        TurnwiseError: the file is not named .png.
    """
    target = Path(file)
    if target.suffix.lower() != ".png":
        raise TurnwiseError(f"{target} does not end in .png, which is what a plot is written as")
    figure = drawn()
    FigureCanvasAgg(figure)
    with atomic_write(target, "wb") as made:
        figure.savefig(made, format="png")
    return target


def _has_goals(condition: Condition) -> bool:
    return any(dialogue.tasks for dialogue in condition.dialogues)


def _distinguishable(conditions: Sequence[Condition]) -> Sequence[Condition]:
    if not conditions:
        raise TurnwiseError("there is nothing to plot: no dialogue in these logs has goals")
    if len(conditions) > len(COLOURS):
        raise TurnwiseError(
            f"{len(conditions)} conditions are too many for one plot: name logs of {len(COLOURS)} at most"
        )
    return conditions


def draw(conditions: Sequence[Condition]) -> Figure:
    """Completed goals against user turns on the left, turns and steps by condition on the right."""
    figure = Figure(figsize=(11.5, max(4.4, 2.8 + 0.6 * len(conditions))), dpi=160)
    figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1, wspace=0.04, hspace=0.06))
    grid = figure.add_gridspec(2, 2, width_ratios=(1.25, 1))
    summaries = [summarize(condition.dialogues) for condition in conditions]
    names = _names(conditions)
    _draw_scatter(figure.add_subplot(grid[:, 0]), conditions, summaries, names)
    turns = [[d.turns for d in condition.dialogues] for condition in conditions]
    steps = [[d.step for d in condition.dialogues if d.step is not None] for condition in conditions]
    turn_means = [s.turn.mean for s in summaries]
    step_means = [s.step.mean if s.step else None for s in summaries]
    _draw_strips(figure.add_subplot(grid[0, 1]), turns, turn_means, names, "Turns per dialogue, and the mean", 0)
    _draw_strips(figure.add_subplot(grid[1, 1]), steps, step_means, names, "Steps per user message, and the mean", 1)
    return figure


def _draw_scatter(
    axes: Axes, conditions: Sequence[Condition], summaries: Sequence[Summary], names: Sequence[str]
) -> None:
    most = int(max(d.tasks for condition in conditions for d in condition.dialogues))
    lane = 0.7 / len(conditions)
    for place, (condition, summary, name, colour) in enumerate(
        zip(conditions, summaries, names, COLOURS, strict=False)
    ):
        shift = lane * (len(conditions) - 1 - 2 * place) / 2
        across = [d.user_turns + 0.6 * _spread(n, 3) for n, d in enumerate(condition.dialogues)]
        up = [d.completed + shift + 0.7 * lane * _spread(n, 2) for n, d in enumerate(condition.dialogues)]
        axes.scatter(across, up, s=22, color=colour, alpha=0.55, linewidths=0)
        mean_turns = sum(d.user_turns for d in condition.dialogues) / len(condition.dialogues)
        axes.scatter(
            [mean_turns], [summary.completed], s=110, color=colour, edgecolors="white", linewidths=1.8, zorder=4
        )
        axes.annotate(
            f"{name}: {summary.completed:.2f} of {summary.task.mean:.2f} goals in {mean_turns:.1f} user turns",
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 10 + _LINE * (len(conditions) - 1 - place)),
            textcoords="offset points",
            color=colour,
            fontsize=9.5,
            fontweight="bold",
        )
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
    means: Sequence[float | None],
    names: Sequence[str],
    title: str,
    digits: int,
) -> None:
    for place, (found, mean, colour) in enumerate(zip(values, means, COLOURS, strict=False)):
        axes.scatter(
            found, [place + 0.5 * _spread(n, 2) for n in range(len(found))], s=16, color=colour, alpha=0.5, linewidths=0
        )
        if mean is not None:
            axes.vlines(mean, place - 0.36, place + 0.36, color=INK, linewidth=1.6, zorder=4)
            beside(axes, place, f"{mean:.{digits}f}", colour, size=9.5)
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


def _spread(index: int, base: int) -> float:
    """The index-th term of an even sequence in -0.5 to 0.5 (van der Corput): no clumps, and no random state."""
    value, step = 0.0, 1.0
    number = index + 1
    while number:
        step /= base
        number, digit = divmod(number, base)
        value += step * digit
    return value - 0.5
