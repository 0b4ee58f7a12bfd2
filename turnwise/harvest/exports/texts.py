"""Trainers that read calls and results as text: LLaMA-Factory and verl; and back again.

Text that already holds the signs for calls, results or thoughts could not be distinguished from them, so it is left out.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from turnwise.harvest.exports import files
from turnwise.harvest.exports.dialogues import TrainingDialogue, TrainingTurn, turns_of
from turnwise.harvest.exports.pieces import CannotHold, calls_of, parse_tools
from turnwise.harvest.rows import MessageRow, Row

_EXTRA = [field.name for field in files.VERL_RL.field("extra_info").type]
_CALL, _CALL_END = "<tool_call>", "</tool_call>"
_RESULT, _RESULT_END = "<tool_response>", "</tool_response>"
_BETWEEN_RESULTS = f"\n{_RESULT_END}\n{_RESULT}\n"
"""What LLaMA-Factory itself puts between the results of parallel calls."""
_THOUGHT, _THOUGHT_END = "<think>\n", "\n</think>\n\n"
_SIGNS = (_CALL, _CALL_END, _RESULT, _RESULT_END, "<think>", "</think>")
_TOOLS = "\n\n# Tools\n\nEach tool is described by a line of JSON:\n<tools>\n"
_TOOLS_END = (
    "\n</tools>\n\nTo call a tool, write its name and arguments as JSON between tags:\n"
    '<tool_call>\n{"name": ..., "arguments": {...}}\n</tool_call>'
)


def llamafactory(row: Row) -> dict[str, Any]:
    """LLaMA-Factory's `sharegpt`: human and observation take turns with gpt and function_call."""
    system, turns = _parted(row)
    said = []
    for turn in turns:
        if turn.role == "tool":
            said.append({"from": "observation", "value": _BETWEEN_RESULTS.join(turn.texts)})
        elif turn.role == "user":
            said.append({"from": "human", "value": turn.texts[0]})
        else:
            kind = "function_call" if turn.calls else "gpt"
            said.append({"from": kind, "value": _written(turn, lambda calls: _json([*map(_call, calls)]))})
    asks = [message["from"] in ("human", "observation") for message in said]
    if asks != [n % 2 == 0 for n in range(len(asks))] or len(asks) % 2:
        raise CannotHold("user and assistant do not take turns, and LLaMA-Factory skips such rows")
    return {
        "conversations": said,
        "system": system,
        "tools": _json(parse_tools(row["tools"]) or []) if row["tools"] else "",
    }


def verl(row: Row) -> dict[str, Any]:
    """verl's multi-turn SFT: role and text alone; the tools are listed in the system message."""
    return {"sample_id": row["sample_id"], "messages": _flat(row)}


def verl_rl(row: Row) -> dict[str, Any]:
    """A prompt of verl's RL: all before the first answer to learn, and what the answers were as the ground truth."""
    context, answer = _answered(row)
    truth = {"calls": [*map(_call, answer.calls)], "reply": answer.texts[0]}
    return {
        "data_source": "turnwise",
        "prompt": _flat({**row, "messages": context}),
        "reward_model": {"style": "rule", "ground_truth": _json(truth)},
        "extra_info": {name: value for name, value in row.items() if name in _EXTRA},
    }


def _answered(row: Row) -> tuple[list[MessageRow], TrainingTurn]:
    """All before the first answer to learn, and the answers as one: their calls, and the last reply."""
    first = next(n for n, message in enumerate(row["messages"]) if message["train"])
    answers = [message for message in row["messages"][first:] if message["train"]]
    calls = tuple(call for message in answers for call in calls_of(message))
    return row["messages"][:first], TrainingTurn("assistant", (answers[-1]["content"] or "",), "", calls, True)


def _flat(row: Row) -> list[dict[str, str]]:
    system, turns = _parted(row)
    if tools := parse_tools(row["tools"]):
        system += _TOOLS + "\n".join(map(_json, tools)) + _TOOLS_END
    said = [{"role": "system", "content": system}] if system else []
    for turn in turns:
        if turn.role == "tool":
            results = "\n".join(f"{_RESULT}\n{text}\n{_RESULT_END}" for text in turn.texts)
            said.append({"role": "user", "content": results})
        else:
            said.append({"role": turn.role, "content": _written(turn, _tagged)})
    return said


def _parted(row: Row) -> tuple[str, tuple[TrainingTurn, ...]]:
    """The system message, and the turns after it."""
    turns = turns_of(row["messages"], reasoning=True)
    system = turns[0].texts[0] if turns and turns[0].role == "system" else ""
    rest = turns[1:] if turns and turns[0].role == "system" else turns
    for turn in rest:
        if turn.role == "system":
            raise CannotHold("it has a system message after the first message")
        if any(sign in text for sign in _SIGNS for text in (*turn.texts, turn.reasoning)):
            raise CannotHold("its text holds signs that stand for calls, results or thoughts")
    if _TOOLS in system:
        raise CannotHold("its text holds signs that stand for calls, results or thoughts")
    return system, rest


def _written(turn: TrainingTurn, calls: Callable[[Any], str]) -> str:
    """A message as text; text before calls needs its own line, or LLaMA-Factory does not see the calls."""
    thought = f"{_THOUGHT}{turn.reasoning}{_THOUGHT_END}" if turn.reasoning else ""
    if not turn.calls:
        return thought + turn.texts[0]
    written = calls(turn.calls)
    if turn.texts[0]:
        tagged = written if written.startswith(_CALL) else f"{_CALL}{written}{_CALL_END}"
        return f"{thought}{turn.texts[0]}\n{tagged}"
    return thought + written


def _tagged(calls: Any) -> str:
    return "\n".join(f"{_CALL}\n{_json(_call(call))}\n{_CALL_END}" for call in calls)


def _call(call: tuple[str, Any]) -> dict[str, Any]:
    return {"name": call[0], "arguments": call[1]}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_llamafactory(record: Mapping[str, Any]) -> TrainingDialogue:
    """What LLaMA-Factory learns from a record: every answer."""
    turns = [TrainingTurn("system", (record["system"],))] if record["system"] else []
    for message in record["conversations"]:
        value = message["value"]
        if message["from"] == "observation":
            turns.append(TrainingTurn("tool", tuple(value.split(_BETWEEN_RESULTS))))
        elif message["from"] == "human":
            turns.append(TrainingTurn("user", (value,)))
        else:
            reasoning, rest = _without_thought(value)
            called = message["from"] == "function_call"
            text, tag, inner = rest.partition(f"\n{_CALL}") if called else (rest, "", "")
            listed = json.loads(inner.removesuffix(_CALL_END) if tag else rest) if called else []
            text = text if tag or not called else ""
            turns.append(TrainingTurn("assistant", (text,), reasoning, tuple(map(_parsed, listed)), True))
    return TrainingDialogue(tuple(turns), parse_tools(record["tools"]))


def read_verl(record: Mapping[str, Any]) -> TrainingDialogue:
    """What verl's SFT learns from a record: every answer."""
    return _read_flat(record["messages"])


def _read_flat(messages: Any) -> TrainingDialogue:
    turns, tools = [], None
    for message in messages:
        role, content = message["role"], message["content"]
        if role == "system":
            content, sign, rest = content.partition(_TOOLS)
            tools = [json.loads(line) for line in rest.removesuffix(_TOOLS_END).split("\n")] if sign else None
            if not content:
                continue
        if role == "user" and content.startswith(f"{_RESULT}\n"):
            inner = content.removeprefix(f"{_RESULT}\n").removesuffix(f"\n{_RESULT_END}")
            turns.append(TrainingTurn("tool", tuple(inner.split(_BETWEEN_RESULTS))))
        elif role == "assistant":
            reasoning, rest = _without_thought(content)
            text, *calls = rest.split(f"{_CALL}\n")
            listed = [_parsed(json.loads(call.rstrip("\n").removesuffix(f"\n{_CALL_END}"))) for call in calls]
            turns.append(
                TrainingTurn(role, (text.removesuffix("\n") if calls else text,), reasoning, tuple(listed), True)
            )
        else:
            turns.append(TrainingTurn(role, (content,)))
    return TrainingDialogue(tuple(turns), tools)


def read_verl_rl(record: Mapping[str, Any]) -> TrainingDialogue:
    """The prompt of a record and, as one last message, what its ground truth says."""
    prompt = _read_flat(record["prompt"])
    truth = json.loads(record["reward_model"]["ground_truth"])
    answer = TrainingTurn("assistant", (truth["reply"],), "", tuple(map(_parsed, truth["calls"])), True)
    turns = tuple(turn._replace(trained=False) for turn in prompt.turns)
    return TrainingDialogue((*turns, answer), prompt.tools)


def expected_rl(row: Row) -> TrainingDialogue:
    """What a record of `verl_rl` has to say, from the archive."""
    context, answer = _answered(row)
    turns = tuple(turn._replace(trained=False) for turn in turns_of(context, reasoning=True))
    return TrainingDialogue((*turns, answer), parse_tools(row["tools"]))


def _parsed(call: Mapping[str, Any]) -> tuple[str, Any]:
    return call["name"], call["arguments"]


def _without_thought(text: str) -> tuple[str, str]:
    if not text.startswith(_THOUGHT):
        return "", text
    reasoning, _, rest = text.removeprefix(_THOUGHT).partition(_THOUGHT_END)
    return reasoning, rest
