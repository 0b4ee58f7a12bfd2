"""Differences between conditions in the terminal: first whether they may be believed, then what they are."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from turnwise.report.tables import plain_table
from turnwise.scoring.comparison import Condition, unfit
from turnwise.scoring.contrasts import ADJUSTED, Contrast, Result, condition_estimate, pass_curve
from turnwise.scoring.measures import (
    ASSIGNED,
    COMPLETED,
    FEWEST_EVENTS,
    QUALITY,
    REQUESTS,
    SUB_MEASURES,
    SUCCESS,
    TURNS,
    Measure,
)
from turnwise.scoring.statistics.bootstrap import Estimate
from turnwise.values.text import harmless
from turnwise.values.words import counted

_CUT_OFF = 0.05
"""Share of dialogues cut off from which their lengths are called lower bounds."""
_NAMED = 3
"""Scenarios that flipped of which each kind is named."""
_SHOWN = frozenset(
    [
        "success",
        "completion_rate",
        "completed",
        "turns",
        "step",
        "user_turns",
        "restated",
        "collateral",
        "iq_core",
        "iq_core_adjusted",
        "defects_per_100",
        "cost",
    ]
)
METHOD = (
    "Difference: mean over shared scenarios, each of which counts once, trials averaged, with its 95% interval (BCa, bootstrap-t below 50 scenarios). "
    "p: sign-flip test, after Holm for the hypotheses and Benjamini-Hochberg for the rest, which is exploratory. "
    "Differences of rates in percentage points."
)


def print_estimates(console: Console, conditions: Sequence[Condition]) -> None:
    """Print the main numbers of conditions with their intervals, and pass^k where there are trials."""
    measures = [
        m for m in (SUCCESS, COMPLETED, TURNS, QUALITY) if any(m.value(c.dialogues) is not None for c in conditions)
    ]
    table = plain_table(
        "95% intervals over scenarios",
        *(m.title.replace(" per ", "\nper ").replace(" (", "\n(") for m in measures),
        padding=1,
    )
    for condition in conditions:
        found = [(m, condition_estimate(condition, m)) for m in measures]
        table.add_row(Text(harmless(condition.name)), *(_cell(m, e, len(condition.dialogues)) for m, e in found))
    console.print()
    console.print(table)
    curves = [(condition, curve) for condition in conditions if (curve := pass_curve(condition))]
    if not curves:
        return
    most = max(len(curve) for _, curve in curves)
    table = plain_table("All of k trials succeed", *(f"pass^{k}" for k in range(1, most + 1)), padding=1)
    for condition, curve in curves:
        cells = [with_interval(SUCCESS, point) for point in curve]
        table.add_row(Text(harmless(condition.name)), *cells, *["-"] * (most - len(curve)))
    console.print()
    console.print(table)


def print_differences(console: Console, contrasts: Sequence[Contrast]) -> None:
    for contrast in contrasts:
        console.print()
        console.print(Text(harmless(contrast.name), style="bold"))
        for line, alarming in checks(contrast):
            console.print(Text(harmless(f"  {line}"), style="yellow" if alarming else ""))
        if contrast.results:
            console.print(_table(contrast))
        for line in afterwards(contrast):
            console.print(Text(harmless(f"  {line}")))
    if any(contrast.results for contrast in contrasts):
        console.print(Text(METHOD, style="dim"))


def checks(contrast: Contrast) -> Iterator[tuple[str, bool]]:
    """What has to hold before a contrast is believed, and whether a line is cause for doubt."""
    shared, (only_reference, only_other) = len(contrast.shared), contrast.unshared
    if not shared:
        yield "They share no scenario, so nothing is compared: run both with the same world, seed and goals.", True
        return
    alone = f"; not compared: {only_reference} that only the reference met, {only_other} only the other"
    yield f"{counted(shared, 'shared scenario')}{alone if only_reference or only_other else ''}.", False
    for condition in (contrast.reference, contrast.other):
        if reasons := "; ".join(unfit(condition.runs)):
            yield f"THE USER IS UNFIT ({condition.name}): {reasons}.", True
    if contrast.of_paradigms and (asked := result_of(contrast, REQUESTS.name)):
        held = (asked.difference.low or 0) > 0
        verdict = "the paradigms differ as they should" if held else "the paradigms do not differ as they should"
        yield f"Requests per task: {asked.reference:.2f} and {asked.other:.2f}: {verdict}.", not held
    if (given := result_of(contrast, ASSIGNED.name)) and given.difference.excludes_zero:
        yield (
            f"Goals assigned: {given.reference:.2f} and {given.other:.2f}. Success needs all of them, so it is harder with more.",
            True,
        )
    if any((condition_cut(c) or 0) > _CUT_OFF for c in (contrast.reference, contrast.other)):
        cut = " and ".join(f"{condition_cut(c) or 0:.0%}" for c in (contrast.reference, contrast.other))
        yield (
            f"Cut off by a limit: {cut} of dialogues. Their lengths are lower bounds, so differences in length are too.",
            True,
        )


def condition_cut(condition: Condition) -> float | None:
    cut = [d.censored for d in condition.dialogues if d.censored is not None]
    return sum(cut) / len(cut) if cut else None


def chosen(contrast: Contrast) -> list[Result]:
    """The results to print: the hypotheses, what a reader looks for, and parts of quality that differ."""
    parts = {m.name for m in SUB_MEASURES}
    first = [r for r in contrast.results if r.hypothesis]
    return first + [
        r
        for r in contrast.results
        if not r.hypothesis and (r.measure.name in _SHOWN or (r.measure.name in parts and r.shown))
    ]


def result_of(contrast: Contrast, name: str) -> Result | None:
    return next((r for r in contrast.results if r.measure.name == name), None)


def afterwards(contrast: Contrast) -> Iterator[str]:
    """What the numbers of scenarios can show, and which scenarios flipped."""
    yield from power(contrast)
    for won, what in ((False, "lost"), (True, "won")):
        if some := [flip for flip in contrast.flips if flip.won is won]:
            named = ", ".join(f"{flip.other[0].run.world} {flip.other[0].dialogue.sample}" for flip in some[:_NAMED])
            more = ", ..." if len(some) > _NAMED else ""
            yield f"{counted(len(some), 'scenario')} {what}{in_every_trial(contrast)}: {named}{more}"


def in_every_trial(contrast: Contrast) -> str:
    return ", in every trial" if any(len(held) > 1 for flip in contrast.flips for held in flip[1:]) else ""


def power(contrast: Contrast) -> Iterator[str]:
    result = result_of(contrast, SUCCESS.name) or result_of(contrast, COMPLETED.name)
    if result and result.detectable and result.needed:
        seen = [result.measure.distance(value) for value in (result.detectable, result.detectable / 2)]
        what, many = result.measure.title.lower(), counted(result.difference.scenarios, "scenario")
        yield f"With {many} a difference of {seen[0]} in {what} is seen 4 times in 5; for {seen[1]} it takes {result.needed}."


def with_interval(measure: Measure, found: Estimate | None, *, signed: bool = False) -> str:
    if found is None:
        return "-"
    value = measure.shown(found.value, signed=signed)
    if found.low is None or found.high is None:
        return value
    return f"{value} [{measure.shown(found.low, signed=signed)}, {measure.shown(found.high, signed=signed)}]"


def p_in_words(p: float | None) -> str:
    return "-" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _cell(measure: Measure, found: Estimate | None, dialogues: int) -> Text:
    few = measure.kind == "rate" and dialogues < FEWEST_EVENTS
    return Text(
        measure.shown(found.value) if few and found else with_interval(measure, found), style="dim" if few else ""
    )


def _table(contrast: Contrast) -> object:
    table = plain_table("", "Ref.", "Other", "Difference [95%]", "p", padding=1)
    table.columns[0].max_width = 30
    table.columns[3].no_wrap = True
    table.add_column("", justify="left")
    rows = chosen(contrast)
    for place, result in enumerate(rows):
        measure, few = result.measure, result.p is None
        verdict = _verdict(result)
        cells = (
            measure.shown(result.reference),
            measure.shown(result.other),
            with_interval(measure, result.difference, signed=True),
            p_in_words(result.adjusted),
        )
        last_hypothesis = bool(result.hypothesis) and place + 1 < len(rows) and not rows[place + 1].hypothesis
        name = Text(measure.title)
        if result.hypothesis:
            name.append(f"\n  {result.hypothesis}?", style="dim")
        table.add_row(
            name,
            *cells,
            Text(verdict, style="bold" if result.shown else "dim"),
            style="dim" if few else "",
            end_section=last_hypothesis,
        )
    return table


def contradicted(result: Result) -> bool:
    """Whether a hypothesis expects the one direction and the interval lies on the other side."""
    worse = result.difference.value * (result.measure.better or 1) < 0
    return bool(result.hypothesis) and result.measure is not ADJUSTED and worse and result.difference.excludes_zero


def _verdict(result: Result) -> str:
    if result.shown is None:
        return "few"
    if result.hypothesis:
        return "yes" if result.shown else "no" if not contradicted(result) else "reversed"
    return "*" if result.shown else ""
