"""Situations as people write them: who speaks and why, the rows it is about, and the requests that follow.

The language is described in docs/goals.md. This module reads it and knows no schema: see `situation_checks`.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from turnwise.errors import SituationError, first_problem
from turnwise.untrusted import load_yaml

Conditions = dict[str, Any]
"""column -> what must hold of it: see `binding`."""

RowVerb = Literal[
    "detail", "children", "extreme", "count", "difference", "update", "adjust", "update_all", "link_all", "link",
    "unlink", "delete",
]  # fmt: skip
"""What is asked of a row that has a name here."""
TableVerb = Literal["find", "top", "rank", "create"]
"""What is asked of a table as a whole."""
VERBS: tuple[str, ...] = (*get_args(RowVerb), *get_args(TableVerb))
WRITES = ("update", "adjust", "update_all", "link_all", "link", "unlink", "delete", "create")

_MOST = 1000
"""Situations of a world: each is checked against its tables and tools."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RowPlan(_Data):
    """A row that the situation is about, and what must hold of it."""

    table: str
    where: Conditions = {}
    known: bool = Field(default=True, description="false where it only helps to draw others, and nobody speaks of it")
    has: dict[str, Conditions] = Field(default={}, description="child tables of which a row hangs on it")
    has_one: dict[str, Conditions] = Field(default={}, description="child tables of which exactly one does")
    has_several: dict[str, Conditions] = Field(default={}, description="child tables of which two or more do")
    has_no: dict[str, Conditions] = Field(default={}, description="child tables of which none does")

    @property
    def children(self) -> tuple[tuple[str, dict[str, Conditions]], ...]:
        """How many rows of child tables must hang on it, as SQL, and which."""
        return ("> 0", self.has), ("= 1", self.has_one), ("> 1", self.has_several), ("= 0", self.has_no)


class Step(_Data):
    """One request."""

    verb: str
    row: str = Field(default="", description="the row it is about, by its name in the situation")
    table: str = Field(default="", description="the table it is about, for find, top, rank and create")
    columns: tuple[str, ...] = Field(default=(), description="what is asked")
    any_of: tuple[str, ...] = Field(default=(), description="one or two of these are asked, or changed")
    through: tuple[str, ...] = Field(default=(), description="two references, one after the other")
    of: str = Field(default="", description="the child table that is listed, counted or changed")
    where: Conditions = Field(default={}, description="which of the rows listed are meant")
    called: str = Field(default="", description="what a person calls the rows that are meant: open loans")
    by: str = Field(default="", description="the column that is compared, searched, added up or moved")
    end: Literal["highest", "lowest"] | None = None
    value: Any = Field(default=None, description="what is searched for")
    set: dict[str, Any] = Field(default={}, description="the columns that change, and to what")
    given: dict[str, Any] = Field(default={}, alias="with", description="what is said of a new row")
    near: str = Field(default="", alias="for", description="the row that a new row hangs on")
    into: str = ""
    out_of: str = Field(default="", alias="from")
    than: str = Field(default="", description="the row that a difference is taken to")
    later: tuple[int, ...] = ()
    earlier: tuple[int, ...] = ()
    raised: tuple[float, ...] = ()
    lowered: tuple[float, ...] = ()
    name: str = Field(default="", alias="as", description="what the row that is found or made is called from here on")
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _verb_first(cls, data: Any) -> Any:
        """`update: member` is the verb and the row, or the table, that it is about."""
        if not isinstance(data, dict) or "verb" in data:
            return data
        said = [key for key in data if key in VERBS]
        if len(said) != 1:
            hint = did_you_mean(next(iter(data), ""), VERBS)
            raise ValueError(f"a request begins with one of {', '.join(VERBS)}{hint}")
        place = "row" if said[0] in get_args(RowVerb) else "table"
        rest = {key: value for key, value in data.items() if key != said[0]}
        return {"verb": said[0], place: data[said[0]], **rest}

    @field_validator("columns", "any_of", "later", "earlier", "raised", "lowered", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return value if isinstance(value, list | tuple) else [value]

    @property
    def other(self) -> str:
        """The second row it is about, if any."""
        return self.into or self.out_of or self.than


class SituationPlan(_Data):
    """A situation before its rows are drawn."""

    name: str = Field(pattern=r"^[a-z0-9_.]+$")
    role: str
    reason: str
    said: tuple[str, ...] = Field(default=(), description="how they would say why; one is drawn")
    speaker: str = Field(default="", description="the row that speaks; empty for staff")
    rows: dict[str, RowPlan] = {}
    requests: tuple[Step, ...] = Field(min_length=1, max_length=12)
    weight: float = Field(default=1, gt=0)
    wanders: bool = Field(default=False, description="goes on with any request that holds, about what lies close by")
    generic: bool = Field(default=False, description="made from the schema: its role is whoever speaks already")

    @field_validator("said", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return tuple(filter(None, value if isinstance(value, list | tuple) else [value]))

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        known = set(self.rows)
        if self.speaker and self.speaker not in known:
            raise ValueError(f"speaker {self.speaker} is none of its rows{did_you_mean(self.speaker, known)}")
        for text in (self.reason, *self.said, self.role):
            for name in _PLACEHOLDER.findall(text):
                if name not in known:
                    raise ValueError(f"{{{name}}} is none of its rows{did_you_mean(name, known)}")
        for number, step in enumerate(self.requests, 1):
            for name in (*_rows_named(step), *_PLACEHOLDER.findall(step.called)):
                if name not in known:
                    raise ValueError(
                        f"request {number}: {name} is no row that is known by then{did_you_mean(name, known)}"
                    )
            known |= {step.name} if step.name else set()
        return self

    @property
    def family(self) -> str:
        """What it is one of: the template of the schema that it was made from, or itself."""
        return self.name.partition(".")[0]

    @property
    def least(self) -> int:
        """How many requests it makes at least; `len(requests)` is how many at most."""
        return sum(not step.optional for step in self.requests)


def _rows_named(step: Step) -> Iterator[str]:
    """The names of rows that a request uses."""
    yield from filter(None, (step.row, step.near, step.other))
    for value in (*step.set.values(), *step.given.values()):
        if isinstance(value, dict) and "row" in value:
            yield str(value["row"])


def read_situations(text: str, source: str = "situations.yaml") -> tuple[SituationPlan, ...]:
    """The situations of a file; SituationError with the place and what is right where it cannot be read."""
    try:
        found = load_yaml(text)
    except yaml.YAMLError as error:
        raise SituationError(f"{source} is no YAML: {' '.join(str(error).split())}") from error
    if found is None:
        return ()
    if not isinstance(found, list):
        raise SituationError(f"{source}: a list of situations was expected, each with name, role, reason and requests")
    if len(found) > _MOST:
        raise SituationError(f"{source} has {len(found):,} situations, and {_MOST:,} are read at most")
    plans: list[SituationPlan] = []
    for number, item in enumerate(found, 1):
        name = item.get("name") if isinstance(item, dict) else None
        try:
            plans.append(SituationPlan.model_validate(item))
        except ValidationError as error:
            raise SituationError(f"{source}, situation {name or number}: {first_problem(error)}") from error
    if twice := sorted(name for name, count in Counter(plan.name for plan in plans).items() if count > 1):
        raise SituationError(f"{source} names a situation twice: {', '.join(twice)}")
    return tuple(plans)


def did_you_mean(word: Any, known: Any) -> str:
    """`: did you mean loans?` where a word is close to one that is known, else nothing."""
    names = sorted(map(str, known))
    close = (
        difflib.get_close_matches(str(word), names, n=2) or [name for name in names if word and str(word) in name][:2]
    )
    return f": did you mean {' or '.join(close)}?" if close else ""
