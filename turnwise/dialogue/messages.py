"""The messages of a dialogue as plain data, with a JSON round trip. Knows no framework and no model provider."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from turnwise.users.turns import DialogueAct
from turnwise.worlds import Change


@dataclass(frozen=True)
class ToolCall:
    """A call that an assistant asks for; `id` ties its result to it."""

    id: str
    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class UserMessage:
    """What the user says, and what it does by saying it."""

    text: str
    dialogue_acts: tuple[DialogueAct, ...] = ()
    by_model: bool = False
    role: Literal["user"] = "user"


@dataclass(frozen=True)
class AssistantMessage:
    """What the assistant says, or calls, or both; one without calls ends its turn."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    role: Literal["assistant"] = "assistant"


@dataclass(frozen=True)
class ToolMessage:
    """What became of one call: its result as JSON in `text`, or the reason why it was refused."""

    call_id: str
    text: str = ""
    refusal: str | None = None
    ran: bool = True
    """whether the call reached the world; one that names no tool does not"""
    changes: tuple[Change, ...] = ()
    """the row changes that it made"""
    role: Literal["tool"] = "tool"

    @property
    def result(self) -> Any:
        """The result; text that is not JSON is taken as it is."""
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text


class ExecutedCall(NamedTuple):
    """A call that reached the world, whoever made it."""

    number: int  # from 1, in the order of the calls of an episode
    tool: str
    arguments: dict[str, Any]
    result: Any  # None where it is refused
    refusal: str | None = None


Message = UserMessage | AssistantMessage | ToolMessage

MESSAGES: TypeAdapter[list[Message]] = TypeAdapter(list[Annotated[Message, Field(discriminator="role")]])
"""The messages of a dialogue, which can go by way of JSON."""
