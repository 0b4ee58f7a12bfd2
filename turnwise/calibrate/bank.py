"""The bank of changes that can be planted in a transcript. Knows no score and no statistics."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from turnwise.scoring.quality.transcript import Transcript

TEXTS: dict[str, Any] = yaml.safe_load(files("turnwise.calibrate").joinpath("texts.yaml").read_text("utf-8"))
"""What is planted where a change is text."""
JUDGE = "iq_judge"
"""The judge's name among the scorers: what only a reader of prose can see is left to it."""

Plant = Callable[[Transcript, Random], Transcript | None]
"""Makes the change at a random site and returns the changed transcript; None when there is no site for it."""


@dataclass(frozen=True)
class Change:
    """A change and what it should do to the sub-scores."""

    name: str
    plant: Plant
    seen_by: str = ""
    """the sub-score that must fall, or the judge; empty for a benign change, under which no sub-score may fall"""


DEFECTS: dict[str, Change] = {}
"""Changes for the worse, by name."""

BENIGN: dict[str, Change] = {}
"""Changes that are none, by name."""


def defect(name: str, *, seen_by: str) -> Callable[[Plant], Plant]:
    """Put a defect into the bank, under the name that reports use, with the sub-score that must fall, or `JUDGE`."""
    return lambda plant: _put(DEFECTS, Change(name, plant, seen_by))


def benign(name: str) -> Callable[[Plant], Plant]:
    return lambda plant: _put(BENIGN, Change(name, plant))


def _put(bank: dict[str, Change], change: Change) -> Plant:
    if change.name in DEFECTS or change.name in BENIGN:
        raise ValueError(f"{change.name} is already in the bank: give the change another name")
    bank[change.name] = change
    return change.plant
