"""Conditions as a picture: how far each dialogue got against how long it took, and how long turns and steps are.

One colour per condition, worlds taken together; every dialogue is a dot. Dots are spread by a fixed sequence so that
equal ones stay visible: the same runs give the same picture.
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import wrap

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from turnwise.errors import TurnwiseError
from turnwise.files import atomic_write
from turnwise.scoring.comparison import Condition, Run, conditions_overall
from turnwise.scoring.contrasts import condition_estimate
from turnwise.scoring.measures import STEPS, TURNS
from turnwise.scoring.statistics.bootstrap import Estimate
from turnwise.values.text import harmless

COLOURS = ("#3b6ea5", "#c8643c", "#4f8f6b", "#8a5a9e", "#a88b2d", "#5d6d7e", "#b0506c", "#2f8f9d")
INK = "#333333"
FAINT = "#d9d9d9"
_GOLDEN, _OTHER = (5**0.5 - 1) / 2, 2**0.5 - 1
_TITLE = "Goals completed against user turns: each dialogue, and the means"
_NAME = 40
"""Characters of a name that are drawn."""
_INCHES = 11.5
_WIDE, _ROWS = 24, 3
"""Characters of a line of a label, and its lines."""


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
    with rc_context({"svg.hashsalt": "turnwise"}), atomic_write(target, "wb") as made, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a name in a script that the font lacks is drawn as boxes
        figure.savefig(made, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return target


def draw(conditions: Sequence[Condition]) -> Figure:
    """Completed goals against user turns above, turns and steps by condition below; a line for each condition on top."""
    names, count = _names(conditions), len(conditions)
    labels = ["\n".join(wrap(name, _WIDE)[:_ROWS]) for name in names]
    row = max(0.5, 0.17 * max(label.count("\n") + 2 for label in labels))
    head, above, below = 0.5 + 0.22 * count, 3.1, row * count
    height = head + above + 1.05 + below + 0.6
    figure = Figure(figsize=(_INCHES, height), dpi=160)

    def place(left: float, right: float, top: float, tall: float) -> Axes:
        """In inches, `top` from the top."""
        across = left / _INCHES, (right - left) / _INCHES
        return figure.add_axes((across[0], 1 - (top + tall) / height, across[1], tall / height))

    upper = place(0.6, _INCHES - 0.3, head, above)
    _draw_scatter(upper, conditions)
    figure.text(0.6 / _INCHES, 1 - 0.27 / height, _TITLE, color=INK, fontsize=11, fontweight="bold")
    for number, (condition, name, colour) in enumerate(zip(conditions, names, COLOURS, strict=False)):
        completed, tasks, took = _means(condition)
        text = f"{name}: {completed:.2f} of {tasks:.2f} goals in {took:.1f} user turns"
        up = 1 - (0.52 + 0.22 * number) / height
        figure.text(0.6 / _INCHES, up, text, color=colour, fontsize=9.5, fontweight="bold")
    turns = [[d.turns for d in condition.dialogues] for condition in conditions]
    steps = [[d.step for d in condition.dialogues if d.step is not None] for condition in conditions]
    turn_means, step_means = ([condition_estimate(c, measure) for c in conditions] for measure in (TURNS, STEPS))
    margin, top = 0.35 + 0.078 * max(len(line) for label in labels for line in label.split("\n")), head + above + 1.05
    middle = margin + (_INCHES - margin) / 2
    _draw_strips(place(margin, middle - 0.75, top, below), turns, turn_means, labels, "Turns per dialogue", 0)
    _draw_strips(place(middle + 0.1, _INCHES - 0.65, top, below), steps, step_means, [], "Steps per user message", 1)
    return figure


def _means(condition: Condition) -> tuple[float, float, float]:
    dialogues = condition.dialogues
    sums = (sum(getattr(d, what) for d in dialogues) for what in ("completed", "tasks", "user_turns"))
    completed, tasks, turns = (total / len(dialogues) for total in sums)
    return completed, tasks, turns


def _draw_scatter(axes: Axes, conditions: Sequence[Condition]) -> None:
    most = int(max(d.tasks for condition in conditions for d in condition.dialogues))
    last = len(conditions) - 1
    lane = 0.8 / len(conditions)
    for place, (condition, colour) in enumerate(zip(conditions, COLOURS, strict=False)):
        dialogues, shift = condition.dialogues, lane * (last - 2 * place) / 2
        across = [d.user_turns + 0.6 * _spread(n, _OTHER) for n, d in enumerate(dialogues)]
        up = [d.completed + shift + 0.7 * lane * _spread(n, _GOLDEN) for n, d in enumerate(dialogues)]
        axes.scatter(across, up, s=18, color=colour, alpha=0.5, linewidths=0)
        completed, _, turns = _means(condition)
        axes.scatter([turns], [completed], s=110, color=colour, edgecolors="white", linewidths=1.8, zorder=4)
    axes.set_yticks(range(most + 1))
    axes.set_ylim(-0.6, most + 0.6)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    for line in range(most):
        axes.axhline(line + 0.5, color=FAINT, linewidth=0.6, zorder=0)
    axes.set_xlabel("User turns (small dots: dialogues; large ones: means)", color=INK)
    axes.set_ylabel("Goals completed", color=INK)
    style(axes, "")


def _draw_strips(
    axes: Axes,
    values: Sequence[Sequence[float]],
    means: Sequence[Estimate | None],
    labels: Sequence[str],
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
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlim(left=0)
    axes.set_xlabel("Dots: dialogues; lines: the mean and its 95% interval", color=INK, fontsize=8.5)
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
    parts = [
        tuple(_plain(part) for part in (condition.task.replace("_", "-"), condition.candidate, condition.settings))
        for condition in conditions
    ]
    if not any(map(any, parts)):  # conditions that a person named
        return [_plain(condition.name) for condition in conditions]
    telling = [len({part[n] for part in parts}) > 1 for n in range(3)]
    names = [", ".join(text for text, tells in zip(part, telling, strict=True) if tells and text) for part in parts]
    return names if any(telling) else [parts[0][0]] * len(parts)


def _plain(name: str) -> str:
    """A name that is drawn as it is: no longer than a line, and without what a drawing would take for a formula."""
    name = harmless(name).replace("\n", " ")
    return (name if len(name) <= _NAME else f"{name[: _NAME - 1]}…").replace("$", r"\$")


def _spread(index: int, step: float) -> float:
    """The index-th term of an even sequence in -0.5 to 0.5 (multiples of an irrational number): no clumps, no random state."""
    return (index + 1) * step % 1 - 0.5
