"""Trainers that read messages as OpenAI's API has them: TRL, axolotl, prime-rl, OpenAI itself; and back again."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from turnwise.harvest.exports.dialogues import TrainingDialogue, TrainingTurn, joined
from turnwise.harvest.exports.pieces import CannotHold, calls_of, chat, parse_tools
from turnwise.harvest.extras import library
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import MessageRow, Row

_OPENAI_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def trl_sft(row: Row) -> dict[str, Any]:
    """`messages` and `tools`; arguments are objects."""
    return {
        "sample_id": row["sample_id"],
        "messages": _json_column(chat(row["messages"], objects=True)),
        "tools": row["tools"],
    }


def trl_sft_turn(row: Row) -> dict[str, Any]:
    """`prompt` and `completion`: TRL learns only from the second, and its tool results are masked as in `messages`."""
    first = next(n for n, message in enumerate(row["messages"]) if message["train"])
    if any(m["role"] == "assistant" and not m["train"] for m in row["messages"][first:]):
        raise CannotHold("a turn that is not to be learned stands among those that are")
    said = chat(row["messages"], objects=True)
    return {
        "sample_id": row["sample_id"],
        "prompt": _json_column(said[:first]),
        "completion": _json_column(said[first:]),
        "tools": row["tools"],
    }


def trl_dpo(pair: PairRow) -> dict[str, Any]:
    """`prompt`, `chosen`, `rejected` and `tools`."""
    return {
        "pair_id": pair["pair_id"],
        "prompt": _json_column(chat(pair["prompt"], objects=True)),
        "chosen": _json_column(chat([pair["chosen"]], objects=True)),
        "rejected": _json_column(chat([pair["rejected"]], objects=True)),
        "tools": pair["tools"],
    }


def _json_column(value: Any) -> str:
    """A value for a column of JSON, which `datasets` hands on as objects.

    Columns of structs would fill in the arguments of other tools, as nulls. But the reader of `datasets` is off in
    the last digit of some numbers, so it is asked here.
    """
    pandas = library("pandas", "this format")
    text = json.dumps(value, ensure_ascii=False)
    try:
        kept = pandas.io.json.ujson_loads(text) == value
    except ValueError:
        kept = False
    if not kept:
        raise CannotHold("datasets reads a number in its arguments inexactly")
    return text


def archived(row: Row) -> dict[str, Any]:
    """The messages of the archive as they are, flags and all: axolotl."""
    return {"sample_id": row["sample_id"], "messages": row["messages"], "tools": row["tools"]}


def prime_rl(row: Row) -> dict[str, Any]:
    """The messages of the archive; prime-rl would drop arguments that are null."""
    for message in row["messages"]:
        if any(_holds_null(arguments) for _, arguments in calls_of(message)):
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
        for call in message.get("tool_calls", ()):
            _check_openai_name(call["function"]["name"])
    return said


def _openai_tools(tools: str | None) -> dict[str, Any]:
    listed = parse_tools(tools)
    for tool in listed or []:
        _check_openai_name(tool["function"]["name"])
    return {"tools": listed} if listed else {}


def _check_openai_name(name: str) -> None:
    if not _OPENAI_NAME.fullmatch(name):
        raise CannotHold("a tool's name is not one that OpenAI takes")


def read_trl(record: Mapping[str, Any]) -> TrainingDialogue:
    """What TRL learns from a record of `trl_sft`, `trl_sft_turn` or `trl_dpo`, as `datasets` loads it."""
    context = _turns(record.get("prompt", []), lambda _: False)
    names = ("messages", "completion", "chosen", "rejected")
    learned = [message for name in names for message in record.get(name, [])]
    return TrainingDialogue(joined([*context, *_turns(learned, lambda _: True)]), parse_tools(record["tools"]))


def read_archived(record: Mapping[str, Any], *, flags: bool) -> TrainingDialogue:
    """What axolotl (with flags) and prime-rl (without) learn from a record; both parse the arguments."""
    turns = _turns(record["messages"], lambda message: bool(message["train"]) or not flags, _parsed)
    return TrainingDialogue(joined(turns), parse_tools(record["tools"]))


def read_openai(record: Mapping[str, Any]) -> TrainingDialogue:
    """What OpenAI learns from a line of `openai` or `openai_dpo`.

    Raises:
        ValueError: OpenAI would refuse the line; says why.
    """
    if "input" in record:
        sides = [*record["preferred_output"], *record["non_preferred_output"]]
        if [message["role"] for message in sides] != ["assistant", "assistant"]:
            raise ValueError("each output must be one message of the assistant")
        given = record["input"]
        turns = [*_openai_turns(given["messages"], 0), *_openai_turns(sides, 1)]
    else:
        given = record
        turns = list(_openai_turns(record["messages"], 1))
    return TrainingDialogue(joined(turns), given.get("tools"))


def _openai_turns(messages: Sequence[Mapping[str, Any]], weight: int) -> Iterator[TrainingTurn]:
    for message in messages:
        if extra := message.keys() - {"role", "content", "tool_calls", "tool_call_id", "weight"}:
            raise ValueError(f"OpenAI knows no {', '.join(sorted(extra))} in a message")
        if "weight" in message and (message["role"] != "assistant" or message["weight"] not in (0, 1)):
            raise ValueError("a weight is 0 or 1, and only the assistant has one")
        yield from _turns([message], lambda m: bool(m.get("weight", weight)), _parsed)


def _parsed(arguments: Any) -> Any:
    if not isinstance(arguments, str):
        raise ValueError("the arguments of a call are no string")
    return json.loads(arguments)


def _turns(
    messages: Sequence[Mapping[str, Any]], learned: Callable[[Any], bool], parsed: Callable[[Any], Any] = lambda a: a
) -> list[TrainingTurn]:
    """Messages as OpenAI's API has them; `parsed` makes objects of the arguments of their calls."""
    return [
        TrainingTurn(
            message["role"],
            (message.get("content") or "",),
            message.get("reasoning_content") or "",
            tuple((c["function"]["name"], parsed(c["function"]["arguments"])) for c in message.get("tool_calls") or []),
            message["role"] == "assistant" and learned(message),
        )
        for message in messages
    ]
