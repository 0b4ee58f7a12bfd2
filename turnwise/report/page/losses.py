"""What each trait of a user costs an agent, on the page: success and completion lost, and requests restated."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from turnwise.report.differences import result_of, with_interval
from turnwise.report.page.links import behind, figure, pairs
from turnwise.report.traits import lost, of_traits
from turnwise.scoring.comparison import Condition
from turnwise.scoring.contrasts import Contrast
from turnwise.values.words import counted


def losses(found: Sequence[Contrast], conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [_loss(contrast, conditions) for contrast in of_traits(found)]


def _loss(contrast: Contrast, conditions: Sequence[Condition]) -> dict[str, Any]:
    reference, other = (
        next(n for n, c in enumerate(conditions) if c is one) for one in (contrast.reference, contrast.other)
    )
    facets = dict(contrast.other.facets)
    cells: list[Markup | str] = [figure(counted(len(contrast.shared), "scenario"), pairs(reference, other, "success"))]
    for name in ("success", "completion_rate"):
        rate, gone = lost(result_of(contrast, name))
        cells.append(rate if rate == "-" else figure(rate, behind(other, name, shared=f"{reference},{other}")))
        cells.append(gone if gone == "-" else figure(gone, pairs(reference, other, name)))
    restated = result_of(contrast, "restated")
    more = with_interval(restated.measure, restated.difference, signed=True) if restated else "-"
    cells.append(figure(more, pairs(reference, other, "restated")) if restated else more)
    return {"agent": facets.get("agent", ""), "behaviour": facets.get("behaviour", ""), "cells": cells}
