"""Trainers that read calls and results as text: LLaMA-Factory and verl.

Text that already holds the signs for calls, results or thoughts could not be distinguished from them, so it is left out.
"""

import json
from collections.abc import Sequence
from typing import Any

from turnwise.harvest.exports.pieces import CannotHold, calls_of, parse_tools
from turnwise.harvest.rows import MessageRow, Row

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
