"""Two conditions as the page holds them against each other: who is better, by how much, how sure, and which scenarios flipped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from turnwise.report.differences import (
    checks,
    chosen,
    condition_cut,
    contradicted,
    in_every_trial,
    p_in_words,
    power,
    result_of,
    with_interval,
)
from turnwise.report.page.drawings import interval_bar
from turnwise.report.page.links import behind, figure, pairs, side_by_side
from turnwise.report.page.records import Packed
from turnwise.report.paper import beside_paper
from turnwise.scoring.comparison import Condition
from turnwise.scoring.contrasts import ADJUSTED, MARGIN, Contrast, Flip, Result
from turnwise.scoring.measures import ASSIGNED, COMPLETED, QUALITY, STEPS, SUCCESS, TURNS
from turnwise.values.words import counted, listed

_LONG = 64
"""Characters of a name in a sentence."""
_FLIPS = 40
"""Scenarios that flipped which are named, of each kind."""


def contrasted(contrast: Contrast, conditions: Sequence[Condition], packed: Packed) -> dict[str, Any]:
    reference, other = (
        next(n for n, c in enumerate(conditions) if c is one) for one in (contrast.reference, contrast.other)
    )
    at = _Places(reference, other)
    return {
        "name": contrast.name,
        "reference": reference,
        "other": other,
        "sides": _sides(contrast),
        "checks": [(_checked(line, contrast, at), alarming) for line, alarming in checks(contrast)],
        "better": _better(contrast) if contrast.results else "",
        "gaps": list(_gaps(contrast, at)),
        "headline": list(_headline(contrast, at)),
        "paper": beside_paper(contrast),
        "rows": [_row(result, at) for result in chosen(contrast)],
        "power": list(power(contrast)),
        "trials": in_every_trial(contrast),
        "flips": list(_flips(contrast, at, packed)),
    }


def _sides(contrast: Contrast) -> tuple[str, str]:
    """The other and the reference as sentences name them; of long names that begin alike the end tells."""
    other, reference = (
        name if len(name) <= _LONG else f"{name[: _LONG - 21]}…{name[-20:]}" for name in contrast.sides[:2]
    )
    return other, reference


class _Places:
    """Where the two conditions are among all, and the links that lead to their dialogues."""

    def __init__(self, reference: int, other: int) -> None:
        self.reference, self.other = reference, other

    def of_reference(self, measure: str) -> str:
        return self._behind(self.reference, measure)

    def of_other(self, measure: str) -> str:
        return self._behind(self.other, measure)

    def pairs(self, measure: str, **more: str) -> str:
        name, adjusted = self._plain(measure)
        return pairs(self.reference, self.other, name, **adjusted, **more)

    def _behind(self, place: int, measure: str) -> str:
        name, more = self._plain(measure)
        return behind(place, name, shared=f"{self.reference},{self.other}", **more)

    @staticmethod
    def _plain(measure: str) -> tuple[str, dict[str, str]]:
        """A measure that dialogues have: quality at equal length is worked out from theirs."""
        return (QUALITY.name, {"length": "1"}) if measure == ADJUSTED.name else (measure, {})


def _checked(line: str, contrast: Contrast, at: _Places) -> Markup:
    """A line of what has to hold, its numbers leading to their dialogues."""
    only_reference, only_other = contrast.unshared
    cut = [f"{condition_cut(c) or 0:.0%}" for c in (contrast.reference, contrast.other)]
    links = {
        f"{counted(len(contrast.shared), 'shared scenario')}": at.pairs(_first(contrast)),
        f"{only_reference} that only the reference met": behind(at.reference, lacks=at.other),
        f"{only_other} only the other": behind(at.other, lacks=at.reference),
        f"Cut off by a limit: {cut[0]} and {cut[1]}": behind([at.reference, at.other], "censored", from_=1),
    }
    if (asked := result_of(contrast, "requests_per_task")) and line.startswith("Requests per task"):
        links[f"{asked.reference:.2f} and {asked.other:.2f}"] = at.pairs("requests_per_task")
    if (given := result_of(contrast, ASSIGNED.name)) and line.startswith("Goals assigned"):
        links[f"{given.reference:.2f} and {given.other:.2f}"] = at.pairs(ASSIGNED.name)
    return _linked(line, links)


def _linked(line: str, links: dict[str, str]) -> Markup:
    """A line in which some words lead somewhere."""
    for words, href in links.items():
        if words in line and not words.startswith("0 "):
            before, _, rest = line.partition(words)
            return _linked(before, links) + figure(words, href) + _linked(rest, links)
    return escape(line)


def _first(contrast: Contrast) -> str:
    return SUCCESS.name if result_of(contrast, SUCCESS.name) else TURNS.name


def _better(contrast: Contrast) -> str:
    """Who is better, in a sentence. Quality is compared at equal length where length is what the two differ in."""
    other, reference = _sides(contrast)
    worth = {SUCCESS: "success", COMPLETED: "goals completed", QUALITY: "interaction quality"}
    found_by = {
        words: result
        for measure, words in worth.items()
        if (result := result_of(contrast, measure.name)) and not (measure is QUALITY and contrast.of_paradigms)
    }
    found = {words: way(result) for words, result in found_by.items()}
    quality = ""
    given = result_of(contrast, ASSIGNED.name)
    if given and given.difference.excludes_zero:
        what = "more" if given.difference.value > 0 else "fewer"
        wanted = f"{given.other:.2f} goals against {given.reference:.2f}"
        quality = f" Its users wanted {what}: {wanted}, and success needs all."
    won, lost, open_ = ([name for name, sign in found.items() if sign == which] for which in (1, -1, 0))
    length = result_of(contrast, ADJUSTED.name) if contrast.of_paradigms else None
    if length is not None and length.shown is not None:
        worse = "is not" if length.shown else "may be"
        quality += f" At equal length, interaction quality {worse} worse by more than {MARGIN}."
    if won and lost:
        return f"{other} is better on {listed(won)}, and worse on {listed(lost)}.{quality}"
    if won or lost:
        still = f"; on {listed(open_)} no difference is shown{_close(found_by, open_)}" if open_ else ""
        return f"{other if won else reference} is better on {listed(won or lost)}{still}.{quality}"
    if not open_:
        return "There is too little to tell who is better."
    return f"Neither is shown to be better: differences in {listed(open_)} may be chance{_close(found_by, open_)}.{quality}"


def _close(found: Mapping[str, Result], names: Sequence[str]) -> str:
    """What is said of differences whose interval excludes zero, but whose p does not hold among so many measures."""
    close = [name for name in names if found[name].difference.excludes_zero and found[name].adjusted is not None]
    said = listed([f"{name}, p {found[name].adjusted:.2g}" for name in close])
    return f" ({said}, once all measures that are compared are counted)" if close else ""


def _difference(result: Result) -> str:
    gap, _, interval = with_interval(result.measure, result.difference, signed=True).partition(" ")
    return f"{gap}{' points' if result.measure.kind == 'rate' else ''} {interval}".strip()


def _gaps(contrast: Contrast, at: _Places) -> Iterator[Markup]:
    """By how much, in a few words each."""
    words = {SUCCESS: "success", COMPLETED: "goals completed", TURNS: "turns", QUALITY: "quality"}
    for measure, name in words.items():
        if result := result_of(contrast, measure.name):
            shown = figure(_difference(result), at.pairs(measure.name))
            yield Markup("{} {}").format(name, Markup("<strong>{}</strong>").format(shown) if result.shown else shown)


def way(result: Result) -> int | None:
    """1 where the other condition is shown to be better, -1 where it is worse, 0 where neither is; None: not compared."""
    if result.shown is None:
        return None
    if result.shown or contradicted(result):
        return 1 if result.difference.value * (result.measure.better or 1) > 0 else -1
    return 0


def _headline(contrast: Contrast, at: _Places) -> Iterator[Markup]:
    """By how much and how sure: a sentence for each of what most want to know."""
    if not contrast.results:
        return
    other, reference = _sides(contrast)
    for measure in (SUCCESS, COMPLETED, TURNS, STEPS, QUALITY):
        if (result := result_of(contrast, measure.name)) is None:
            continue
        yield Markup("{}: {} for {}, {} for {}. Difference {}. {}").format(
            measure.title,
            figure(measure.shown(result.other), at.of_other(measure.name)),
            other,
            figure(measure.shown(result.reference), at.of_reference(measure.name)),
            reference,
            figure(_difference(result), at.pairs(measure.name)),
            _sureness(result),
        )


def _sureness(result: Result) -> str:
    """How sure a difference is, in a sentence."""
    measure = result.measure
    if result.shown is None:
        return "Too few to compare." if measure.kind == "rate" else "Not tested."
    p = p_in_words(result.adjusted)
    if result.shown or contradicted(result):
        expected = "" if not result.hypothesis else " As expected." if result.shown else " The reverse was expected."
        return f"Chance alone would hardly give this (p {p if p.startswith('<') else f'= {p}'}).{expected}"
    if result.detectable is None:
        return "It may be chance."
    return f"It may be chance; a difference of {measure.distance(result.detectable)} would be seen 4 times in 5."


def _row(result: Result, at: _Places) -> dict[str, Any]:
    measure = result.measure
    name = measure.name
    effect = (
        f"× {result.ratio:.2f}"
        if result.ratio is not None
        else f"δ {result.delta:+.2f}"
        if result.delta is not None
        else ""
    )
    both = at.pairs(name)

    def again(text: str) -> Markup:
        return figure(text, both, again=True) if text not in ("", "-") else escape(text)

    seen = "" if result.detectable is None else measure.shown(result.detectable, signed=True).lstrip("+")
    return {
        "title": measure.title,
        "hypothesis": result.hypothesis,
        "primary": bool(result.hypothesis),
        "reference": figure(measure.shown(result.reference), at.of_reference(name)),
        "other": figure(measure.shown(result.other), at.of_other(name)),
        "difference": figure(with_interval(measure, result.difference, signed=True), both),
        "bar": interval_bar(result.difference, sure=bool(result.shown) or contradicted(result)),
        "p": again(p_in_words(result.adjusted)),
        "effect": again(effect),
        "d": again("" if result.d is None else f"{result.d:+.2f}"),
        "detectable": again(seen),
        "verdict": _verdict(result),
        "few": result.p is None,
        "sure": bool(result.shown),
    }


def _verdict(result: Result) -> str:
    if result.shown is None:
        return "too few to tell" if result.measure.kind == "rate" else "not tested"
    if not result.hypothesis:
        return "differs" if result.shown else "may be chance"
    return "as expected" if result.shown else "the reverse of what is expected" if contradicted(result) else "not shown"


def _flips(contrast: Contrast, at: _Places, packed: Packed) -> Iterator[dict[str, Any]]:
    other, reference = _sides(contrast)
    for won, what in ((False, "lost"), (True, "won")):
        some = [flip for flip in contrast.flips if flip.won is won]
        if some:
            winner, loser = (other, reference) if won else (reference, other)
            href = at.pairs(SUCCESS.name, flip=what)
            more = len(some) - _FLIPS
            yield {
                "count": figure(counted(len(some), "scenario"), href),
                "words": f"{winner} succeeds and {loser} fails",
                "many": len(some),
                "each": [_flip(flip, packed) for flip in some[:_FLIPS]],
                "more": figure(f"{more} more", href) if more > 0 else "",
            }


def _flip(flip: Flip, packed: Packed) -> Markup:
    name = f"{flip.other[0].run.world} {flip.other[0].dialogue.sample}"
    held = (flip.reference[0], flip.other[0])
    rows = [packed.at.get((one.run.log, one.dialogue.sample, one.dialogue.trial)) for one in held]
    if rows[0] is None or rows[1] is None:
        return escape(name)
    return figure(name, side_by_side(rows[0], rows[1]))
