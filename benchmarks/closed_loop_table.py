"""What a closed loop has found so far, as a table and as a picture: each measure of each model, with its interval."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import turnwise
from turnwise.scoring.statistics.bootstrap import Estimate, estimate

ARMS = ("task_oriented", "user_oriented")
MODELS = ("base", *ARMS)
LOSS = "loss per token"
_READ = (
    (LOSS, "loss", "tokens"),
    ("right tool", "named", "calls"),
    ("whole call right", "exact", "calls"),
    ("words where words are due", "words", "replies"),
)
_PLAYED = (
    ("requests done", lambda t: (len(t.done & {r.id for r in t.requests}), len(t.requests))),
    ("goals completed", lambda t: (sum(map(t.completed, t.goals)), len(t.goals))),
    ("calls that worked", lambda t: _worked(t.messages)),
)
_COLOURS = {"base": "#888888", "task_oriented": "#c8702a", "user_oriented": "#2a6fc8"}


class Line(NamedTuple):
    """A measure on the same dialogues for every model that has met them."""

    behaviour: str
    dialogues: int
    way: str
    """read: one pass over dialogues that it did not write; held: it answered itself"""
    measure: str
    models: dict[str, Estimate | None]
    difference: Estimate | None
    """user-oriented less task-oriented, paired by dialogue"""


def lines(out: Path) -> Iterator[Line]:
    """All measures that there are."""
    behaviours = [file.stem.removeprefix("held-base-") for file in sorted(out.glob("held-base-*.json"))]
    for behaviour in behaviours:
        rows = {name: read(file) for name in MODELS if (file := held_file(out, name, behaviour)).exists()}
        shared = range(min(map(len, rows.values())))
        for title, part, whole in _READ:
            sums = {
                n: ([found[p][part] for p in shared], [found[p][whole] for p in shared]) for n, found in rows.items()
            }
            yield _line(behaviour, len(shared), "read", title, sums)
    for behaviour in behaviours:
        there = {name: logs for name in MODELS if (logs := sorted(logs_of(out, name, behaviour).glob("*.eval")))}
        runs = {n: {t.scenario.id: t for t in turnwise.read_logs(logs[-1])} for n, logs in there.items()}
        common = [s for s in next(iter(runs.values()), {}) if all(s in found for found in runs.values())]
        for title, counted in _PLAYED if common else ():
            pairs = {n: [counted(found[s]) for s in common] for n, found in runs.items()}
            yield _line(
                behaviour, len(common), "held", title, {n: tuple(zip(*f, strict=True)) for n, f in pairs.items()}
            )


def _worked(messages: Sequence[Any]) -> tuple[int, int]:
    """How many calls of a dialogue worked, in how many messages of the assistant's."""
    return (
        sum(message.role == "tool" and message.error is None for message in messages),
        sum(message.role == "assistant" for message in messages),
    )


def _line(behaviour: str, count: int, way: str, title: str, sums: dict[str, Any]) -> Line:
    rate, found = title != LOSS, {}
    for name in MODELS:
        found[name] = _within(estimate(*sums[name], rate=rate), rate, 0.0) if name in sums else None
    difference = None
    if all(arm in sums for arm in ARMS):
        (theirs, over), (ours, ours_over) = sums["task_oriented"], sums["user_oriented"]
        if list(over) == list(ours_over):
            difference = _within(
                estimate([b - a for a, b in zip(theirs, ours, strict=True)], over, rate=rate), rate, -1.0
            )
    return Line(behaviour, count, way, title, found, difference)


def _within(found: Estimate | None, rate: bool, least: float) -> Estimate | None:
    """An interval that ends where a rate, or a difference of two, ends."""
    if found is None or not rate or found.low is None or found.high is None:
        return found
    return found._replace(low=max(found.low, least), high=min(found.high, 1.0))


def table(out: Path) -> str:
    """All measures in Markdown."""
    rows = [
        "| measured on | measure | base | task-oriented | user-oriented | user less task |",
        "|---|---|---|---|---|---|",
    ]
    for line in lines(out):
        cells = [_shown(line.models[name]) for name in MODELS] + [_shown(line.difference, signed=True)]
        rows.append(f"| `{line.behaviour}`, {line.dialogues} {line.way} | {line.measure} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _shown(found: Estimate | None, *, signed: bool = False) -> str:
    if found is None:
        return "-"
    sign = "+" if signed else ""
    between = f" [{found.low:{sign}.2f}, {found.high:{sign}.2f}]" if found.low is not None else ""
    return f"{found.value:{sign}.2f}{between}"


def plot(out: Path, file: Path) -> None:
    """A panel for each measure of dialogues that were read: by behaviour, the three models with their intervals."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    known = [line for line in lines(out) if line.way == "read"]
    titles = list(dict.fromkeys(line.measure for line in known))
    behaviours = list(dict.fromkeys(line.behaviour for line in known))
    figure, panels = pyplot.subplots(
        1, len(titles), figsize=(3.1 * len(titles), 1.2 + 0.9 * len(behaviours)), sharey=True
    )
    for panel, title in zip(panels, titles, strict=True):
        for line in (line for line in known if line.measure == title):
            for place, (name, found) in enumerate(line.models.items()):
                if found is None:
                    continue
                y = behaviours.index(line.behaviour) + 0.22 * (place - 1)
                low, high = (found.value if end is None else end for end in (found.low, found.high))
                panel.plot([low, high], [y, y], color=_COLOURS[name], linewidth=2)
                label = name.replace("_", "-") if line.behaviour == behaviours[0] else None
                panel.plot([found.value], [y], "o", color=_COLOURS[name], label=label)
        panel.set_title(title, fontsize=10)
        panel.set_xlim(0, None if title == LOSS else 1)
        panel.grid(axis="x", alpha=0.3)
    panels[0].set_yticks(range(len(behaviours)), [name.replace("_", "-") for name in behaviours])
    panels[0].set_ylim(len(behaviours) - 0.5, -0.5)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="lower center", ncols=3, frameon=False)
    figure.tight_layout(rect=(0, 0.09, 1, 1))
    figure.savefig(file, dpi=130)


def held_file(out: Path, name: str, behaviour: str) -> Path:
    """Where what one pass over a behaviour's dialogues gave is kept."""
    return out / f"held-{name}-{behaviour}.json"


def logs_of(out: Path, name: str, behaviour: str) -> Path:
    """Where the dialogues are that a model held with a behaviour."""
    return out / "logs" / f"{name}-{behaviour}"


def read(path: Path) -> Any:
    """A result that was written."""
    return json.loads(path.read_text("utf-8"))
