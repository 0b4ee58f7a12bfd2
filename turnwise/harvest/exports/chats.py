"""Trainers that read messages as OpenAI's API has them: TRL, axolotl, prime-rl, OpenAI itself."""

import json
import re
from collections.abc import Sequence
from typing import Any

from turnwise.harvest.exports.pieces import CannotHold, calls_of, chat, parse_tools
from turnwise.harvest.extras import library
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import MessageRow, Row

_OPENAI_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def trl_sft(row: Row) -> dict[str, Any]:
    """`messages` and `tools`; arguments are objects."""
    return {"sample_id": row["sample_id"], "messages": _objects(row["messages"]), "tools": row["tools"]}


def trl_sft_turn(row: Row) -> dict[str, Any]:
    """`prompt` and `completion`: TRL learns only from the second, and its tool results are masked as in `messages`."""
    messages = row["messages"]
    first = next(n for n, message in enumerate(messages) if message["train"])
    if any(m["role"] == "assistant" and not m["train"] for m in messages[first:]):
        raise CannotHold("a turn that is not to be learned stands among those that are")
    prompt, completion = _objects(messages[:first]), _objects(messages[first:])
    return {"sample_id": row["sample_id"], "prompt": prompt, "completion": completion, "tools": row["tools"]}


def trl_dpo(pair: PairRow) -> dict[str, Any]:
    """`prompt`, `chosen`, `rejected` and `tools`."""
    return {
        "pair_id": pair["pair_id"],
        "prompt": _objects(pair["prompt"]),
        "chosen": _objects([pair["chosen"]]),
        "rejected": _objects([pair["rejected"]]),
        "tools": pair["tools"],
    }


def _objects(messages: Sequence[MessageRow]) -> list[dict[str, Any]]:
    """Messages for a column of JSON, whose reader in `datasets` is off in the last digit of some numbers."""
    said = chat(messages, objects=True)
    try:
        kept = library("pandas", "this format").io.json.ujson_loads(json.dumps(said, ensure_ascii=False)) == said
    except ValueError:
        kept = False
    if not kept:
        raise CannotHold("datasets reads a number in its arguments inexactly")
    return said


def archived(row: Row) -> dict[str, Any]:
    """The messages of the archive as they are, flags and all: axolotl."""
    return {"sample_id": row["sample_id"], "messages": row["messages"], "tools": row["tools"]}


def prime_rl(row: Row) -> dict[str, Any]:
    """The messages of the archive; prime-rl would drop arguments that are null."""
    if any(_holds_null(arguments) for message in row["messages"] for _, arguments in calls_of(message)):
        raise CannotHold("an argument is null, and prime-rl drops those")
    return archived(row)


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(_holds_null(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return value is None


def openai(row: Row) -> dict[str, Any]:
    """A line of OpenAI's fine-tuning: arguments are strings, `weight` on each message of the assistant."""
    said = _openai_messages(row["messages"])
    for message, own in zip(said, row["messages"], strict=True):
        if message["role"] == "assistant":
            message["weight"] = int(own["train"])
    return {"messages": said} | _openai_tools(row["tools"])


def openai_dpo(pair: PairRow) -> dict[str, Any]:
    """A line of OpenAI's preference tuning."""
    return {
        "input": {"messages": _openai_messages(pair["prompt"])} | _openai_tools(pair["tools"]),
        "preferred_output": _openai_messages([pair["chosen"]]),
        "non_preferred_output": _openai_messages([pair["rejected"]]),
    }


def _openai_messages(messages: Sequence[MessageRow]) -> list[dict[str, Any]]:
    said = chat(messages, objects=False)
    for message in said:
        message.pop("reasoning_content", None)
        message.pop("name", None)
        if message.get("tool_calls") and not message["content"]:
            del message["content"]
        _check_openai_names(message.get("tool_calls", []))
    return said


def _openai_tools(tools: str | None) -> dict[str, Any]:
    listed = parse_tools(tools)
    _check_openai_names(listed or [])
    return {"tools": listed} if listed else {}


def _check_openai_names(functions: Sequence[Any]) -> None:
    if not all(_OPENAI_NAME.fullmatch(one["function"]["name"]) for one in functions):
        raise CannotHold("a tool's name is not one that OpenAI takes")
