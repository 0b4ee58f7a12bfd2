"""What the exporters share: messages as chat templates take them, and the pieces a dialogue is cut into."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from turnwise.errors import HarvestError
from turnwise.harvest.rows import MessageRow, Row


class CannotHold(Exception):
    """Raised for a dialogue that a trainer's format cannot hold; says why, without naming the dialogue."""


def chat(messages: Sequence[Mapping[str, Any]], *, objects: bool) -> list[dict[str, Any]]:
    """Messages as OpenAI's API has them, without the keys that are absent and without our own.

    Arguments are JSON in a string, or `objects`, which chat templates want.
    """
    return [_message(message, objects) for message in messages]


def _message(message: Mapping[str, Any], objects: bool) -> dict[str, Any]:
    # Templates test for the key: a call without text still has an empty text in most of them.
    said: dict[str, Any] = {"role": message["role"], "content": message.get("content") or ""}
    said |= {key: message[key] for key in ("reasoning_content", "tool_call_id", "name") if message.get(key)}
    if calls := message.get("tool_calls"):
        said["tool_calls"] = [
            {"id": call["id"], "type": "function", "function": {**call["function"]}} for call in calls
        ]
        for function in [call["function"] for call in said["tool_calls"]] if objects else []:
            if isinstance(function["arguments"], str):
                function["arguments"] = json.loads(function["arguments"])
    return said


def messages_of(source: Any) -> list[MessageRow]:
    messages: list[MessageRow] = (
        [*source["prompt"], source["chosen"], source["rejected"]] if "prompt" in source else source["messages"]
    )
    return messages


BY_RULES = frozenset({"lexical", "oracle", "silent"})
"""The agents of Turnwise's that ask no model."""


def made_by_rules(source: Any) -> bool:
    """Whether rules answered in a dialogue, or on a side of a pair."""
    about = json.loads(source["provenance"])
    sides = [about, *(about.get(name) or {} for name in ("chosen", "rejected"))]
    return any(side.get("agent") in BY_RULES for side in sides)


def parse_tools(tools: str | None) -> list[Any] | None:
    """Tools as OpenAI has them; None where there are none, which templates tell from an empty list."""
    return (json.loads(tools) or None) if tools else None


def calls_of(message: MessageRow) -> list[tuple[str, Any]]:
    """The calls of a message: tool and arguments."""
    return [(c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message["tool_calls"] or []]


def by_user_turn(row: Row) -> Iterator[Row]:
    """A dialogue once for each user turn that has something to learn: all before it as context, and its answers.

    Templates of reasoning models drop the reasoning of all but the last user turn, so only this keeps it.
    """
    messages = row["messages"]
    turns = [n for n, message in enumerate(messages) if message["role"] == "user"]
    for number, (begin, end) in enumerate(zip(turns, [*turns[1:], len(messages)], strict=True), 1):
        while end > begin and messages[end - 1]["role"] != "assistant":
            end -= 1
        if any(message["train"] for message in messages[begin:end]):
            context: list[MessageRow] = [{**message, "train": False} for message in messages[:begin]]
            yield {**row, "sample_id": f"{row['sample_id']}#{number}", "messages": [*context, *messages[begin:end]]}


def library(name: str, what: str, extra: str = "trainers") -> Any:
    """A library by name; where it is missing, HarvestError says what needs it and what to install."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # a check of files tells nobody that it was made
    try:
        return import_module(name)
    except ImportError as error:
        raise HarvestError(f"{what} needs {name}: pip install 'turnwise[{extra}]'") from error
