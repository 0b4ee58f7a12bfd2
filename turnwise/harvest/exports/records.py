"""Records as trainers read them: messages as OpenAI's API has them (TRL, axolotl, prime-rl, OpenAI itself), or text.

LLaMA-Factory and verl read calls and results as text. Text that already holds the signs for calls, results or thoughts
could not be distinguished from them, so it is left out. Every exporter is a pure function from a row to a record, and a
row that a format would bend is left out and counted: a turn that is not to be learned is never learned silently.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from turnwise.harvest.exports.pieces import CannotHold, calls_of, chat, library, parse_tools
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import MessageRow, Row

_OPENAI_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_CALL, _CALL_END = "<tool_call>", "</tool_call>"
_RESULT, _RESULT_END = "<tool_response>", "</tool_response>"
_BETWEEN_RESULTS = f"\n{_RESULT_END}\n{_RESULT}\n"
"""What LLaMA-Factory itself puts between the results of parallel calls."""
_SIGNS = (_CALL, _CALL_END, _RESULT, _RESULT_END, "<think>", "</think>")
_TOOLS = "\n\n# Tools\n\nEach tool is described by a line of JSON:\n<tools>\n"
_TOOLS_END = (
    "\n</tools>\n\nTo call a tool, write its name and arguments as JSON between tags:\n"
    '<tool_call>\n{"name": ..., "arguments": {...}}\n</tool_call>'
)
_FROM = {"user": "human", "tool": "observation", "assistant": "gpt", "call": "function_call"}


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


def trl_kto(side: PairRow) -> dict[str, Any]:
    """One side of a pair: `prompt`, `completion`, `label` and `tools`; a pair with `side` says which."""
    name = side["side"]  # type: ignore[typeddict-item]
    answer = side["chosen"] if name == "chosen" else side["rejected"]
    return {
        "pair_id": side["pair_id"],
        "prompt": _objects(side["prompt"]),
        "completion": _objects([answer]),
        "label": name == "chosen",
        "tools": side["tools"],
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
    """The messages of the archive as they are, flags and all; `loss_mask` is `train` as 0 and 1."""
    said = [{**message, "loss_mask": int(message["train"])} for message in row["messages"]]
    return {"sample_id": row["sample_id"], "messages": said, "tools": row["tools"]}


def skyrl(row: Row) -> dict[str, Any]:
    """`messages` and `tools`: SkyRL parses arguments in strings, and hands all other keys on to the chat template."""
    said = chat(row["messages"], objects=False)
    keys = ("role", "content", "reasoning_content", "tool_calls", "tool_call_id", "name")
    messages = [{key: message.get(key) for key in keys} for message in said]
    return {"sample_id": row["sample_id"], "messages": messages, "tools": row["tools"]}


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


def llamafactory(row: Row) -> dict[str, Any]:
    """LLaMA-Factory's `sharegpt`: human and observation take turns with gpt and function_call."""
    system, turns = _as_text(row["messages"], listed=True)
    asks = [role in ("user", "tool") for role, _ in turns]
    if asks != [n % 2 == 0 for n in range(len(asks))] or len(asks) % 2:
        raise CannotHold("user and assistant do not take turns, and LLaMA-Factory skips such rows")
    return {
        "conversations": [{"from": _FROM[role], "value": text} for role, text in turns],
        "system": system,
        "tools": _json(parse_tools(row["tools"]) or []) if row["tools"] else "",
    }


def verl(row: Row) -> dict[str, Any]:
    """verl's multi-turn SFT: role and text alone; the tools are listed in the system message."""
    return {"sample_id": row["sample_id"], "messages": _flat(row["messages"], row["tools"])}


def verl_rl(row: Row) -> dict[str, Any]:
    """A prompt of verl's RL: all before the first answer to learn, and what the answers were as the ground truth."""
    messages = row["messages"]
    first = next(n for n, message in enumerate(messages) if message["train"])
    answers = [message for message in messages[first:] if message["train"]]
    calls = [_call(call) for message in answers for call in calls_of(message)]
    return {
        "data_source": "turnwise",
        "prompt": _flat(messages[:first], row["tools"]),
        "reward_model": {
            "style": "rule",
            "ground_truth": _json({"calls": calls, "reply": answers[-1]["content"] or ""}),
        },
        "extra_info": {name: dict(row)[name] for name in ("sample_id", "split", "tools", "scores", "provenance")},
    }


def _flat(messages: Sequence[MessageRow], listed: str | None) -> list[dict[str, str]]:
    system, turns = _as_text(messages, listed=False)
    if tools := parse_tools(listed):
        system += _TOOLS + "\n".join(map(_json, tools)) + _TOOLS_END
    said = [{"role": "system", "content": system}] if system else []
    for role, text in turns:
        if role == "tool":
            said.append({"role": "user", "content": f"{_RESULT}\n{text}\n{_RESULT_END}"})
        else:
            said.append({"role": "assistant" if role == "call" else role, "content": text})
    return said


def _as_text(messages: Sequence[MessageRow], *, listed: bool) -> tuple[str, list[tuple[str, str]]]:
    """The system message, and role and text of the others: a message with calls has the role `call`, and the results
    of parallel calls are one text. Calls are `listed` as JSON, or written each between tags."""
    system = ""
    turns: list[tuple[str, str]] = []
    for place, message in enumerate(messages):
        role, text = message["role"], message["content"] or ""
        signs = _SIGNS if role != "system" else (_TOOLS,)
        if any(sign in part for sign in signs for part in (text, message["reasoning_content"] or "")):
            raise CannotHold("its text holds signs that stand for calls, results or thoughts")
        if role == "system" and place:
            raise CannotHold("it has a system message after the first message")
        if role == "system":
            system = text
        elif role == "assistant":
            turns.append(("call" if message["tool_calls"] else role, _written(message, listed)))
        elif role == "tool" and turns and turns[-1][0] == "tool":
            turns[-1] = role, turns[-1][1] + _BETWEEN_RESULTS + text
        else:
            turns.append((role, text))
    return system, turns


def _written(message: MessageRow, listed: bool) -> str:
    """A message as text; text before calls needs its own line, or LLaMA-Factory does not see the calls."""
    text, calls = message["content"] or "", [_call(call) for call in calls_of(message)]
    thought = f"<think>\n{message['reasoning_content']}\n</think>\n\n" if message["reasoning_content"] else ""
    if not calls:
        return thought + text
    if listed:
        return thought + (f"{text}\n{_CALL}{_json(calls)}{_CALL_END}" if text else _json(calls))
    tagged = "\n".join(f"{_CALL}\n{_json(call)}\n{_CALL_END}" for call in calls)
    return thought + (f"{text}\n{tagged}" if text else tagged)


def _call(call: tuple[str, Any]) -> dict[str, Any]:
    return {"name": call[0], "arguments": call[1]}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
