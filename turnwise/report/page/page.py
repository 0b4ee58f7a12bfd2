"""The page of a comparison: gathers its numbers, drawings and dialogues, and fills the template."""

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from turnwise.dialogue.endings import ENDINGS
from turnwise.files import atomic_write
from turnwise.report.differences import (
    METHOD,
    afterwards,
    checks,
    chosen,
    contradicted,
    p_in_words,
    result_of,
    with_interval,
)
from turnwise.report.page.drawings import bubbles, colour, histograms, interval_bar, lines, profile
from turnwise.report.page.records import Packed, packed_dialogues
from turnwise.report.paper import (
    COST_HEADINGS,
    COST_NOTE,
    PAPER_COSTS,
    PAPER_SHAPES,
    SHAPE_HEADINGS,
    SHAPE_NOTE,
    costs,
    shapes,
)
from turnwise.report.tables import harmless
from turnwise.scoring.comparison import Condition, Run, checks_of, conditions_by, conditions_overall, unfit
from turnwise.scoring.contrasts import Contrast, Flip, Result, condition_estimate, contrasts, pass_curve
from turnwise.scoring.measures import (
    COMPLETED,
    FEWEST_EVENTS,
    MEASURES,
    QUALITY,
    SUB_MEASURES,
    SUCCESS,
    TURNS,
    Measure,
)

_ENDED = {**ENDINGS, "error": "An error stopped it.", "unknown": "It is not known how it ended."}
_COLUMNS = (
    "success",
    "completion_rate",
    "completed",
    "turns",
    "user_turns",
    "step",
    "requests_per_task",
    "collateral",
    "iq_core",
    "defects_per_100",
    "valid",
    "reward",
    "censored",
)
_SPREAD = ("turns", "user_turns", "step", "iq_core", "defects_per_100", "tokens")
_FLIPS = 40
"""Scenarios that flipped which are named, of each kind."""


def write_page(runs: Sequence[Run], path: Path, remarks: Sequence[str] = (), by: Sequence[str] = ()) -> None:
    """Write the comparison of some runs as one file: whole or not at all."""
    conditions = conditions_by(runs, by) if by else conditions_overall(runs)
    # Goals whole before step by step, as they are held against each other.
    conditions = sorted(conditions, key=lambda condition: not condition.runs[0].whole_goals)
    packed = packed_dialogues(conditions)
    with atomic_write(path, "w") as file:
        file.write(harmless(render(conditions, packed, remarks)))


def render(conditions: Sequence[Condition], packed: Packed, remarks: Sequence[str] = ()) -> str:
    """The text of the page."""
    loader = PackageLoader("turnwise.report", "page")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script, style = (loader.get_source(environment, f"page.{kind}")[0] for kind in ("js", "css"))
    found = contrasts(conditions)
    return environment.get_template("page.html.jinja").render(
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=Markup(style),
        conditions=[_condition(place, condition, packed) for place, condition in enumerate(conditions)],
        columns=[
            m for m in MEASURES if m.name in _COLUMNS and any(m.value(c.dialogues) is not None for c in conditions)
        ],
        contrasts=[_contrast(contrast, conditions, packed) for contrast in found],
        method=METHOD,
        distributions=_distributions(conditions),
        curves=_curves(conditions, packed),
        profile=_profile(conditions),
        endings={
            ended: _ENDED.get(ended, ended)
            for ended in dict.fromkeys(e for tally in packed.endings.values() for e in tally)
        },
        shapes=(SHAPE_HEADINGS, shapes(conditions), PAPER_SHAPES, SHAPE_NOTE),
        costs=(COST_HEADINGS, costs(conditions), PAPER_COSTS, COST_NOTE),
        remarks=remarks,
        dialogues=len(packed.rows),
        worlds=list(dict.fromkeys(run.world for c in conditions for run in c.runs)),
        index=packed.index(conditions),
        packs=packed.packs,
    )


def _condition(place: int, condition: Condition, packed: Packed) -> dict[str, Any]:
    dialogues = condition.dialogues
    left_out: dict[str, int] = {}
    for run in condition.runs:
        for what, count in run.left_out.items():
            left_out[what] = left_out.get(what, 0) + count
    return {
        "place": place,
        "colour": colour(place),
        "name": condition.name,
        "dialogues": len(dialogues),
        "scenarios": len({d.scenario for d in dialogues}),
        "cells": {m.name: _cell(m, condition) for m in MEASURES},
        "unfit": unfit(condition.runs),
        "checks": checks_of(condition.runs),
        "left_out": left_out,
        "endings": packed.endings.get(place, {}),
    }


def _cell(measure: Measure, condition: Condition) -> dict[str, Any]:
    found = condition_estimate(condition, measure)
    value, _, interval = with_interval(measure, found).partition(" ")
    return {
        "value": value,
        "interval": interval,
        "few": measure.kind == "rate" and len(condition.dialogues) < FEWEST_EVENTS,
    }


def _contrast(contrast: Contrast, conditions: Sequence[Condition], packed: Packed) -> dict[str, Any]:
    places = [next(n for n, c in enumerate(conditions) if c is one) for one in (contrast.reference, contrast.other)]
    flips = contrast.flips
    return {
        "name": contrast.name,
        "reference": places[0],
        "other": places[1],
        "headline": _headline(contrast),
        "checks": list(checks(contrast)),
        "rows": [_row(result) for result in chosen(contrast)],
        "afterwards": [line for line in afterwards(contrast) if "in every trial" not in line],
        "flips": [
            (what, len(some), [_flip(flip, packed) for flip in some[:_FLIPS]])
            for won, what in ((False, "lost"), (True, "won"))
            if (some := [flip for flip in flips if flip.won is won])
        ],
    }


def _headline(contrast: Contrast) -> list[str]:
    """Who is better, by how much, how sure: a sentence for each of success, goals, turns and quality."""
    if not contrast.results:
        return ["They share no scenario, so nothing is compared."]
    sentences = []
    for measure in (SUCCESS, COMPLETED, TURNS, QUALITY):
        if (result := result_of(contrast, measure.name)) is None:
            continue
        there, here = measure.shown(result.reference), measure.shown(result.other)
        points = " points" if measure.kind == "rate" else ""
        gap = with_interval(measure, result.difference, signed=True).replace(" [", f"{points} [")
        sentences.append(f"{measure.title}: {here} against {there}, {gap}: {_verdict(result)}.")
    return sentences


def _row(result: Result) -> dict[str, Any]:
    measure = result.measure
    effect = (
        f"× {result.ratio:.2f}"
        if result.ratio is not None
        else f"δ {result.delta:+.2f}"
        if result.delta is not None
        else ""
    )
    return {
        "title": measure.title,
        "hypothesis": result.hypothesis,
        "primary": bool(result.hypothesis),
        "reference": measure.shown(result.reference),
        "other": measure.shown(result.other),
        "difference": with_interval(measure, result.difference, signed=True),
        "bar": interval_bar(result.difference, sure=bool(result.shown) or contradicted(result)),
        "p": p_in_words(result.adjusted),
        "effect": effect,
        "d": "" if result.d is None else f"{result.d:+.2f}",
        "detectable": "" if result.detectable is None else measure.shown(result.detectable, signed=True).lstrip("+"),
        "verdict": _verdict(result),
        "few": result.p is None,
        "sure": bool(result.shown),
    }


def _verdict(result: Result) -> str:
    """What a test says, in words."""
    if result.shown is None:
        return "too few to tell" if result.measure.kind == "rate" else "not tested"
    if not result.hypothesis:
        return "differs" if result.shown else "may be chance"
    return "as expected" if result.shown else "the reverse of what is expected" if contradicted(result) else "not shown"


def _flip(flip: Flip, packed: Packed) -> dict[str, Any]:
    one, two = flip.reference[0], flip.other[0]
    rows = [packed.at.get((held.run.log, held.dialogue.sample, held.dialogue.trial)) for held in (one, two)]
    return {"name": f"{two.run.world} {two.dialogue.sample}", "a": rows[0], "b": rows[1]}


def _distributions(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    found = []
    for measure in (m for m in MEASURES if m.name in _SPREAD):
        values = [[v for d in c.dialogues if (v := measure.value([d])) is not None] for c in conditions]
        if any(values):
            means = [condition_estimate(condition, measure) for condition in conditions]
            found.append(
                {"title": measure.title, "drawing": histograms(measure.title, measure.title.lower(), values, means)}
            )
    return found


def _curves(conditions: Sequence[Condition], packed: Packed) -> Mapping[str, Any]:
    names = [condition.name for condition in conditions]
    pairs = [[(int(d.user_turns), int(d.completed)) for d in c.dialogues if d.tasks] for c in conditions]
    known = [pair for some in pairs for pair in some]
    most = max((p[0] for p in known), default=1), max((p[1] for p in known), default=1)
    passing = [[(float(k), e.value, e.low, e.high) for k, e in enumerate(pass_curve(c), 1)] for c in conditions]
    progress = []
    for place, _ in enumerate(conditions):
        done, turns = packed.completed_at.get(place, []), packed.user_turns.get(place, [])
        last = max(turns, default=0)
        progress.append(
            [(float(n), sum(t <= n for one in done for t in one) / len(done), None, None) for n in range(last + 1)]
            if done
            else []
        )
    top = max((curve[-1][1] for curve in progress if curve), default=0)
    cost = [
        [(float(e.value), s.value, s.low, s.high)]
        if (e := condition_estimate(c, TOKENS)) and (s := condition_estimate(c, QUALITY))
        else []
        for c in conditions
    ]
    return {
        "bubbles": [
            (names[n], bubbles(f"Goals completed against user turns: {names[n]}", n, some, most))
            for n, some in enumerate(pairs)
            if some
        ],
        "progress": lines("Mean goals completed by user turn", "user turns", names, progress, top) if top else "",
        "pass_k": lines("Chance that k trials all succeed", "k", names, passing, 1.0, 1.0) if any(passing) else "",
        "cost": lines(
            "Interaction quality against tokens",
            "tokens said and called per dialogue",
            names,
            cost,
            1.0,
            bottom=_floor(cost),
        )
        if any(cost)
        else "",
    }


def _floor(curves: Sequence[Sequence[tuple[float, float, float | None, float | None]]]) -> float:
    """Where an axis begins that ends at 1."""
    least = min(point[1] if point[2] is None else point[2] for curve in curves for point in curve)
    return max(0.0, math.floor(10 * least - 1) / 10)


TOKENS = next(m for m in MEASURES if m.name == "tokens")


def _profile(conditions: Sequence[Condition]) -> Markup | str:
    rows = [(m.title, [condition_estimate(c, m) for c in conditions]) for m in SUB_MEASURES]
    rows = [row for row in rows if any(row[1])]
    return profile("Quality profile", rows) if rows else ""
