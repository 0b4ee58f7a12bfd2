"""How people talk, as far as it is known in numbers: published figures, and means over corpora, from people.yaml.

A reference is such a set of means. A file of your own holds one of these mappings.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from turnwise.errors import BehaviourError
from turnwise.users.fingerprint import FEATURES

DEFAULT = "people"
"""The published figures of people on tau-bench tasks, and where there are none those of STAR."""


class Reference(NamedTuple):
    """Means of features to be compared with."""

    name: str
    source: str
    means: Mapping[str, float]
    dialogues: int | None
    """None where that is not known"""


@cache
def references() -> Mapping[str, Reference]:
    """The references that come with Turnwise, by name."""
    raw = yaml.safe_load(files("turnwise.users").joinpath("people.yaml").read_text("utf-8"))
    found = {name: read(name, given) for name, given in raw.items()}
    published, star = found["tau_bench"], found["star"]
    means = {**star.means, **published.means}
    both = Reference(
        DEFAULT, f"{', '.join(published.means)}: {published.source}; all others: {star.source}", means, None
    )
    return {DEFAULT: both, **found}


def read(name: str, given: Any) -> Reference:
    """A reference from the mapping in a file.

    Raises:
        BehaviourError: it holds no means of features.
    """
    means = given.get("features") if isinstance(given, dict) else None
    if not isinstance(means, dict) or not means:
        raise BehaviourError(f"{name} holds no means of features: it takes a mapping `features`, such as short: 0.29")
    for feature, value in means.items():
        if feature not in FEATURES:
            raise BehaviourError(f"{name}: there is no feature {feature}; there are {', '.join(FEATURES)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise BehaviourError(f"{name}: {feature} is {value!r}, and has to be a number from 0 on")
    dialogues = given.get("dialogues")
    known = dialogues if isinstance(dialogues, int) and not isinstance(dialogues, bool) else None
    return Reference(name, str(given.get("source", name)), {f: float(v) for f, v in means.items()}, known)
