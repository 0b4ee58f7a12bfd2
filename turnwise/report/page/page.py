"""The page of a comparison: gathers its numbers, drawings and dialogues, and fills the template."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from turnwise.files import atomic_write
from turnwise.report.differences import METHOD
from turnwise.report.page.branches import trees
from turnwise.report.page.charts import distributions, goals_and_turns, quality_and_cost
from turnwise.report.page.contrasting import contrasted
from turnwise.report.page.counting import (
    columns,
    counted_condition,
    endings,
    failures,
    paper_tables,
    worst,
)
from turnwise.report.page.links import behind, figure
from turnwise.report.page.losses import losses
from turnwise.report.page.records import Packed, packed_dialogues
from turnwise.report.paper import COST_NOTE, PAPER_COSTS, PAPER_SHAPES, SHAPE_NOTE
from turnwise.report.players import players
from turnwise.scoring.comparison import Condition, Run, conditions_by, conditions_overall
from turnwise.scoring.contrasts import contrasts
from turnwise.values.text import harmless
from turnwise.values.words import counted


def write_page(
    runs: Sequence[Run],
    path: Path,
    remarks: Sequence[str] = (),
    by: Sequence[str] = (),
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Write the comparison of some runs as one file: whole or not at all. `tell` is called for each dialogue that is read."""
    conditions = conditions_by(runs, by) if by else conditions_overall(runs)
    # Goals whole before step by step, as they are held against each other.
    conditions = sorted(conditions, key=lambda condition: not condition.runs[0].whole_goals)
    packed = packed_dialogues(conditions, tell)
    with atomic_write(path, "w") as file:
        for part in render(conditions, packed, [*remarks, *packed.damaged]):
            file.write(harmless(part))


def render(conditions: Sequence[Condition], packed: Packed, remarks: Sequence[str] = ()) -> Any:
    loader = PackageLoader("turnwise.report", "page")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    files = ("lzma.js", "dialogue.js", "page.js", "page.css")
    unpacking, reading, finding, style = (loader.get_source(environment, name)[0] for name in files)
    script = f'"use strict";\n{unpacking}\n{reading}\n{finding}'
    found = contrasts(conditions)
    worlds = list(dict.fromkeys(run.world for c in conditions for run in c.runs))
    return environment.get_template("page.html.jinja").generate(
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=Markup(style),
        title=" / ".join(condition.name for condition in conditions),
        conditions=[counted_condition(place, condition) for place, condition in enumerate(conditions)],
        dialogues=figure(counted(len(packed), "dialogue"), behind([])),
        worlds=worlds,
        players=list(players([run for condition in conditions for run in condition.runs])),
        columns=columns(conditions),
        contrasts=[contrasted(contrast, conditions, packed) for contrast in found],
        losses=losses(found, conditions),
        worst=worst(conditions),
        failures=failures(conditions, packed),
        example=_example(conditions, packed),
        method=METHOD,
        distributions=distributions(conditions),
        progress=goals_and_turns(conditions, packed),
        quality=quality_and_cost(conditions),
        endings=endings(conditions, packed),
        ending_names=list(dict.fromkeys(packed.columns["ended"])),
        papers=zip(paper_tables(conditions), (PAPER_SHAPES, PAPER_COSTS), (SHAPE_NOTE, COST_NOTE), strict=True),
        trees=trees(packed, conditions),
        remarks=remarks,
        index=packed.index(conditions),
        packs=packed.packs,
    )


def _example(conditions: Sequence[Condition], packed: Packed) -> Markup:
    """A link to the failed dialogue of the lowest quality, or the one of the lowest quality where none failed."""
    held = [
        (d.success != 0, d.iq_core, packed.at[place])
        for c in conditions
        for run in c.runs
        for d in run.dialogues
        if d.iq_core is not None and (place := (run.log, d.sample, d.trial)) in packed.at
    ]
    if not held:
        return Markup("")
    succeeded, quality, row = min(held)
    what = "The dialogue of the lowest quality" if succeeded else "The failed dialogue of the lowest quality"
    return Markup("{} ({:.2f})").format(figure(what, f"#read?d={row}"), quality)
