"""What a message can ask for, as data."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "detail",
    "listing",
    "extreme",
    "count",
    "total",
    "rank",
    "update",
    "create",
    "link",
    "unlink",
    "delete",
    "other",
]


Measure = tuple[str, ...]
"""The words by which to compare: those said, a bar, then those that the superlative implies, likeliest first."""


@dataclass(frozen=True)
class Mention:
    """Something that is spoken of: by noun, by name or number, or by pointing back at it."""

    noun: str = ""
    name: str = ""
    back: bool = False
    several: bool = False
    """all of its kind, not one"""
    whose: "Mention | None" = None
    """the customer *of that invoice*"""


@dataclass(frozen=True)
class Detail:
    """A value with the name of the field it is for; the name may be missing."""

    label: tuple[str, ...]
    value: str
    mention: Mention | None = None
    """the value read as something spoken of"""
    bound: str = ""
    step: int = 0
    """1 to raise what there is by the value, -1 to lower it"""


@dataclass(frozen=True)
class Ask:
    """One request."""

    kind: Kind
    text: str
    noun: str = ""
    subject: Mention | None = None
    target: Mention | None = None
    over: str = ""
    asks: tuple[tuple[str, ...], ...] = ()
    details: tuple[Detail, ...] = ()
    order: str = ""
    measure: Measure = ()

    @property
    def writes(self) -> bool:
        """Whether it wants something changed."""
        return self.kind in ("update", "create", "link", "unlink", "delete")


@dataclass(frozen=True)
class Remark:
    """What is said that is no request of its own."""

    kind: Literal["talk", "confirm", "decline", "check", "again", "details", "instead"]
    text: str
    details: tuple[Detail, ...] = ()
    subject: Mention | None = None
