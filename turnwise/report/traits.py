"""What each trait of a user costs an agent: conditions that differ in the behaviour alone, beside the plain user."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from turnwise.report.differences import result_of, with_interval
from turnwise.report.tables import plain_table
from turnwise.scoring.contrasts import PLAIN, Contrast, Result
from turnwise.values.text import harmless


def of_traits(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Those of a trait beside the plain user, what costs most first."""
    found = [
        contrast
        for contrast in contrasts
        if dict(contrast.reference.facets).get("behaviour") == PLAIN
        and {name for name, value in contrast.other.facets if dict(contrast.reference.facets)[name] != value}
        == {"behaviour"}
        and contrast.results
    ]
    return sorted(found, key=lambda c: (r.difference.value if (r := result_of(c, "completion_rate")) else 0.0, c.name))


def print_traits(console: Console, contrasts: Sequence[Contrast]) -> None:
    found = of_traits(contrasts)
    if not found:
        return
    table = plain_table(
        "Agent", "Behaviour", "Scenarios", "Success", "lost", "Completion", "lost", "Restated", left=2, padding=1
    )
    for contrast in found:
        facets = dict(contrast.other.facets)
        names = (Text(harmless(facets[name])) for name in ("agent", "behaviour"))
        success, completion, restated = (
            result_of(contrast, name) for name in ("success", "completion_rate", "restated")
        )
        more = with_interval(restated.measure, restated.difference, signed=True) if restated else "-"
        table.add_row(*names, str(len(contrast.shared)), *lost(success), *lost(completion), more)
    console.print()
    console.print(Text(f"What a user's trait costs, beside {PLAIN} on the same scenarios", style="bold"))
    console.print(table)


def lost(result: Result | None) -> tuple[str, str]:
    """The rate with the trait, and what it loses in points."""
    if result is None:
        return "-", "-"
    d = result.difference
    turned = d._replace(value=-d.value, low=None if d.high is None else -d.high, high=None if d.low is None else -d.low)
    return result.measure.shown(result.other), with_interval(result.measure, turned, signed=True)
