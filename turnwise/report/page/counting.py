"""Conditions in numbers on the page, each of which leads to its dialogues: means, checks of the users, endings, failures."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from markupsafe import Markup, escape

from turnwise.dialogue.endings import ENDINGS
from turnwise.report.differences import with_interval
from turnwise.report.page.drawings import colour
from turnwise.report.page.links import behind, figure
from turnwise.report.page.records import Packed
from turnwise.report.paper import COST_HEADINGS, SHAPE_HEADINGS, costs, shapes
from turnwise.scoring.comparison import Condition, Dialogue, Run, checks_of, unfit
from turnwise.scoring.contrasts import condition_estimate, pass_curve
from turnwise.scoring.measures import FEWEST_EVENTS, MEASURES, SUCCESS, Measure

_ENDED = {**ENDINGS, "error": "An error stopped it.", "unknown": "It is not known how it ended."}
_COLUMNS = frozenset(
    [
        "success",
        "completion_rate",
        "completed",
        "turns",
        "user_turns",
        "step",
        "requests_per_task",
        "restated",
        "collateral",
        "iq_core",
        "defects_per_100",
        "valid",
        "reward",
        "censored",
    ]
)


def counted_condition(place: int, condition: Condition) -> dict[str, Any]:
    left_out: Counter[str] = Counter()
    for run in condition.runs:
        left_out.update(run.left_out)
    return {
        "place": place,
        "colour": colour(place),
        "name": condition.name,
        "dialogues": figure(f"{len(condition.dialogues):,}", behind(place, in_="1")),
        "scenarios": len({d.scenario for d in condition.dialogues}),
        "unfit": unfit(condition.runs),
        "checks": [_check(place, check) for check in checks_of(condition.runs)],
        "left_out": [_left_out(place, what, count) for what, count in left_out.items() if count],
    }


def columns(conditions: Sequence[Condition]) -> list[tuple[str, list[Markup]]]:
    known = [m for m in MEASURES if m.name in _COLUMNS and any(m.value(c.dialogues) is not None for c in conditions)]
    return [(m.title, [cell(m, place, condition) for place, condition in enumerate(conditions)]) for m in known]


def cell(measure: Measure, place: int, condition: Condition) -> Markup:
    """A number with its interval; in grey where it is of too few."""
    value, _, interval = with_interval(measure, condition_estimate(condition, measure)).partition(" ")
    if value == "-":
        return Markup("-")
    few = measure.kind == "rate" and len(condition.dialogues) < FEWEST_EVENTS
    shown = Markup("{} <small>{}</small>").format(
        figure(value, behind(place, measure.name)), "few" if few else interval
    )
    return Markup('<span class="few">{}</span>').format(shown) if few else shown


def pass_cells(conditions: Sequence[Condition]) -> list[tuple[str, list[Markup]]]:
    curves = [pass_curve(condition) for condition in conditions]
    links = [behind(place, SUCCESS.name) for place in range(len(conditions))]
    rows = zip_longest(*curves)
    return [
        (
            f"pass^{k}",
            [figure(with_interval(SUCCESS, e), to) if e else Markup("-") for e, to in zip(row, links, strict=True)],
        )
        for k, row in enumerate(rows, 1)
    ]


def endings(conditions: Sequence[Condition], packed: Packed) -> list[tuple[str, list[Markup]]]:
    ended = packed.columns["ended"]
    tallies = Counter(zip(ended, packed.columns["condition"], strict=True))
    return [
        (_ENDED.get(what, what), [_count(tallies[what, n], behind(n, ended=what)) for n in range(len(conditions))])
        for what in dict.fromkeys(ended)
    ]


def failures(conditions: Sequence[Condition], packed: Packed) -> list[tuple[str, str, list[Markup]]]:
    """Where it fails: a heading, what is counted, and a cell per condition."""
    found: list[tuple[str, str, list[Markup]]] = []
    worlds = list(dict.fromkeys(run.world for c in conditions for run in c.runs))
    if any(SUCCESS.value(c.dialogues) is not None for c in conditions):
        for world in worlds:
            cells = [_of_world(n, c.runs, world) for n, c in enumerate(conditions)]
            found.append(("Failed, by world", world, cells))
        for words, test, filters in _REASONS:
            counts = [sum(d.success == 0 and test(d) for d in c.dialogues) for c in conditions]
            if any(counts):
                cells = [_count(n, behind(place, success=0, **filters)) for place, n in enumerate(counts)]
                found.append(("Failed, by reason", words, cells))
    flaws = Counter(
        (name, place)
        for place, names in zip(packed.columns["condition"], packed.columns["flaws"], strict=True)
        for name in names
    )
    for name in sorted({name for name, _ in flaws}, key=lambda n: -sum(flaws[n, p] for p in range(len(conditions)))):
        cells = [_count(flaws[name, place], behind(place, finding=name)) for place in range(len(conditions))]
        found.append(("With a finding in", name, cells))
    return found


def worst(conditions: Sequence[Condition]) -> list[Markup]:
    """A sentence for each condition on how many fail, for what reason most, and where most."""
    return [said for place, c in enumerate(conditions) if (said := _worst(place, c)) is not None]


def _worst(place: int, condition: Condition) -> Markup | None:
    judged = [d for d in condition.dialogues if d.success is not None]
    failed = [d for d in judged if not d.success]
    if not judged:
        return None
    if not failed:
        return Markup("{}: none of {} fails.").format(condition.name, len(judged))
    reasons = [(sum(map(test, failed)), words, filters) for words, test, filters in _REASONS]
    most, words, filters = max(reasons, key=lambda reason: reason[0])
    by_world = {
        world: (sum(not d.success for d in some), len(some))
        for world in dict.fromkeys(run.world for run in condition.runs)
        if (some := _judged_in(world, condition.runs))
    }
    said = Markup("{}: {} of {} fail").format(
        condition.name, figure(f"{len(failed):,}", behind(place, success=0)), f"{len(judged):,}"
    )
    if most:
        said += Markup("; {} of them {}").format(figure(f"{most:,}", behind(place, success=0, **filters)), words)
    if len(by_world) > 1:
        world, (lost, whole) = max(by_world.items(), key=lambda held: held[1][0] / held[1][1])
        said += Markup("; most often in {} ({} of {})").format(
            world, figure(str(lost), behind(place, success=0, world=world)), whole
        )
    return said + Markup(".")


_REASONS: tuple[tuple[str, Any, Mapping[str, Any]], ...] = (
    ("leave a goal open", lambda d: d.tasks > d.completed, {"open": 1}),
    ("change what no goal wanted", lambda d: bool(d.collateral), {"m": "collateral", "from_": 1}),
    ("are cut off by a limit", lambda d: bool(d.censored), {"m": "censored", "from_": 1}),
    ("end because the agent gives no answer", lambda d: d.ended == "agent", {"ended": "agent_fault"}),
)
"""Why a dialogue fails, and what filters it."""


def paper_tables(conditions: Sequence[Condition]) -> list[tuple[Sequence[str], list[list[Markup | str]]]]:
    """Our rows of the paper's Tables 1 and 4, each number leading to its dialogues."""
    return [
        (
            headings,
            [
                [name, *(_behind(text, place, of) for text, of in zip(texts, measures, strict=True))]
                for place, (name, *texts) in enumerate(rows)
            ],
        )
        for headings, rows, measures in (
            (SHAPE_HEADINGS, shapes(conditions), ("step", "turns", "tasks", "")),
            (COST_HEADINGS, costs(conditions), ("", "generated", "generated", "cost", "cost")),
        )
    ]


def _behind(text: str, place: int, measure: str) -> Markup:
    """A number, and the largest one in brackets, which leads to the longest first."""
    return escape(text) if text == "-" else figure(text, behind(place, measure) if measure else behind(place, in_="1"))


def _check(place: int, check: Any) -> dict[str, Any]:
    shown = escape(check.shown) if check.value is None else figure(check.shown, behind(place, f"user_{check.key}"))
    verdict = "" if check.accepts else "unlike people" if check.of_likeness else "unfit"
    return {"name": check.name, "shown": shown, "accepted": check.accepted, "verdict": verdict}


def _left_out(place: int, what: str, count: int) -> Markup:
    if what == "never took place":
        return Markup("{} that {}").format(count, what)
    return Markup("{} that {}").format(figure(str(count), behind(place, out=what)), what)


def _judged_in(world: str, runs: Sequence[Run]) -> list[Dialogue]:
    return [d for run in runs if run.world == world for d in run.dialogues if d.success is not None]


def _of_world(place: int, runs: Sequence[Run], world: str) -> Markup:
    known = _judged_in(world, runs)
    if not known:
        return Markup("-")
    failed = sum(not d.success for d in known)
    text = Markup("{} <small>of {}</small>").format(
        _count(failed, behind(place, success=0, world=world)),
        figure(str(len(known)), behind(place, "success", world=world)),
    )
    return text if len(known) >= FEWEST_EVENTS else Markup('<span class="few">{}</span>').format(text)


def _count(count: int, href: str) -> Markup:
    return figure(f"{count:,}", href) if count else Markup("0")


def completed_by_turn(packed: Packed, place: int) -> Iterator[tuple[float, float, None, None]]:
    """Mean goals completed by each user turn."""
    done, turns = packed.completed_at.get(place, []), packed.user_turns.get(place, [])
    if done:
        for turn in range(max(turns, default=0) + 1):
            yield float(turn), sum(t <= turn for one in done for t in one) / len(done), None, None
