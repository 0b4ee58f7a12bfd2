"""What a simulated user wants, and how it is known to be done. Knows nothing of users, agents or dialogues."""

from collections.abc import Sequence
from functools import reduce
from operator import getitem
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Difficulty = Literal["easy", "medium", "hard"]
_ReadIntent = Literal["detail", "children", "extreme", "count", "total", "rank", "find", "difference"]
_WriteIntent = Literal["update", "adjust", "update_all", "link_all", "create", "link", "unlink", "delete"]
_CallIntent = Literal["look", "do"]  # a call of a tool of which nothing is known but its signature: a read, a write
Intent = Literal[_ReadIntent, _WriteIntent, _CallIntent, "ask"]  # "ask" is worded by whoever wrote the goal
Value = int | float | str | None

NEW = "$new"  # marks what only exists once the dialogue has made it, in arguments and in wanted changes
REQUESTS: dict[Difficulty, tuple[int, int]] = {"easy": (1, 2), "medium": (3, 4), "hard": (5, 6)}
"""Requests per goal, least and most."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(_Data):
    """Something in the world as a person refers to it."""

    noun: str = Field(description="what it is: album, customer")
    name: str = Field(description="what it is called: Facelift, Ana Silva, or the number it goes by")
    short: str | None = Field(default=None, description="a part of the name that finds it and nothing else")
    numbered: bool = Field(default=False, description="it goes by a number: invoice 98")
    person: bool = False
    me: bool = Field(default=False, description="it is the one who speaks")
    told_by: str | None = Field(default=None, description="request whose answer names it; None if the user knows it")
    first_thought: str | None = Field(default=None, description="one of its kind that a user who errs asks about first")


class Slot(_Data):
    """One value that only the user knows."""

    label: str = Field(description="what a person calls it: phone number")
    value: Value
    mention: Mention | None = Field(default=None, description="the row that the value stands for, if a reference")
    first_thought: Value = Field(default=None, description="what a user who changes their mind says first")


class Call(_Data):
    """One tool call of a reference solution.

    An argument may be `{"$new": [n, field]}`: the field of the result of the goal's n-th call, counted from 0, for
    what only exists once the dialogue has made or found it. A longer list goes further down: `[n, 0, field]`.
    """

    tool: str
    arguments: dict[str, Any]
    gives: tuple[str, ...] | None = Field(
        default=None,
        description="where tools are simulated, of a call that only shows something the fields that are relied on: any call "
        "that shows them of the same thing will do; None where this very call has to be made",
    )


class WantedChange(_Data):
    """One change of the database: a row inserted or deleted, or one column of a row updated.

    Values may be `{"$new": "Table 1"}`, the number SQLite will give a row inserted in the dialogue.
    """

    table: str
    kind: Literal["insert", "update", "delete"]
    key: dict[str, Any]
    values: dict[str, Any] = {}


class Answer(_Data):
    """One value the assistant must tell."""

    label: str
    value: Value
    kind: Literal["text", "number", "date"]
    returned: tuple[int | str, ...] | None = Field(
        default=None,
        description="where it stands in the result of a call, * in any row of a list: then what the agent's own call returned "
        "there is what must be told, and the value is what the reference call returned",
    )
    of_call: int = Field(default=-1, description="which of the checkpoint's calls returns it; the last, unless given")


class Checkpoint(_Data):
    """How a request is known to be done; derived by executing its reference solution.

    Where tools are simulated nothing is known of rows: there it is done when its `calls` were made, and what they returned
    was told. An argument of theirs may be what another of them returned: `{"$new": [n, field]}`, counted within `calls`.
    """

    state: tuple[WantedChange, ...] = ()
    answers: tuple[Answer, ...] = ()
    calls: tuple[Call, ...] = Field(default=(), description="must have succeeded, with at least these arguments")


class RubricItem(_Data):
    """One thing a judge looks for. Only a critical one can fail a dialogue (paper: validation)."""

    kind: Literal["critical", "structural", "non_critical"]
    text: str


class Request(_Data):
    """One subtask."""

    id: str
    intent: Intent
    subject: Mention | None = None
    asks: tuple[str, ...] = Field(default=(), description="what must be told, as a person would call it")
    slots: tuple[Slot, ...] = ()
    phrases: dict[str, str] = Field(default={}, description="nouns and superlatives the wording needs")
    solution: tuple[Call, ...]
    checkpoint: Checkpoint
    needs: tuple[str, ...] = Field(default=(), description="ids of the requests whose answers this one builds on")

    @property
    def writes(self) -> bool:
        """Whether something is to be changed by it."""
        return bool(self.checkpoint.state) or self.intent == "do"


class Situation(_Data):
    """Who speaks and why: the requests of a goal follow from it."""

    role: str = Field(description="who speaks, in a few words: a member of the library, a clerk at the box office")
    reason: str = Field(description="why, told of them in the third person, so that a model can play it")
    said: str = Field(description="why, as they would say it themselves in a sentence; empty where nobody would")
    speaker: Mention | None = Field(default=None, description="the row that speaks, where they speak for themselves")


class Goal(_Data):
    """A descriptive task: what the user wants to have achieved, and its requests in order (paper: Task)."""

    id: str
    difficulty: Difficulty
    description: str
    requests: tuple[Request, ...]
    shape: str = Field(description="the goal without its values; no two goals of a dialogue share it")
    situation: Situation | None = None
    question: str | None = Field(default=None, description="the whole goal as one direct question (task-oriented)")
    rubric: tuple[RubricItem, ...] = ()


def resolve(arguments: dict[str, Any], results: Sequence[Any]) -> dict[str, Any]:
    """Arguments with every `{"$new": [n, *path]}` replaced by what the n-th call returned there.

    LookupError or TypeError where that call has not been made, or returned nothing there.
    """
    return {
        name: reduce(getitem, value[NEW], results) if isinstance(value, dict) and NEW in value else value
        for name, value in arguments.items()
    }
