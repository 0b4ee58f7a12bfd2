"""Scores of many values: a few stand in the score, which lists of dialogues show, and the others beside them in its metadata.

Score(**shown(values, "turns", "user_turns"))       as a scorer writes it
values_of(score)["tokens"]                          as it is read
"""

import math
from collections.abc import Mapping
from typing import Any

from inspect_ai.scorer import Score

ALSO = "also"
"""Key of a score's metadata that holds the other values."""


def shown(values: Mapping[str, float], *first: str) -> dict[str, Any]:
    """The value and the metadata of a score that shows some of its values first; a single one stands alone."""
    if len(first) == 1:
        return {"value": values[first[0]], "metadata": {ALSO: dict(values)}}
    value = {name: values[name] for name in first if name in values}
    return {"value": value, "metadata": {ALSO: {name: v for name, v in values.items() if name not in value}}}


def values_of(score: Score | Mapping[str, Any]) -> dict[str, Any]:
    """All values of a score by name, NaN where one is not known; none where it has a single one and no other."""
    value, metadata = (
        (score.value, score.metadata) if isinstance(score, Score) else (score.get("value"), score.get("metadata"))
    )
    also = (metadata or {}).get(ALSO)
    found = {**(also if isinstance(also, Mapping) else {}), **(value if isinstance(value, Mapping) else {})}
    return {name: math.nan if number is None else number for name, number in found.items()}
