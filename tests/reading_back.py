"""What a trainer learns from a record, in words of no trainer: exports are read back into this and held against rows."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from turnwise.harvest.exports.pieces import calls_of, messages_of, parse_tools

CALL, RESULT = "<tool_call>", "<tool_response>"
BETWEEN = f"\n</tool_response>\n{RESULT}\n"
ROLES = {"human": "user", "observation": "tool", "gpt": "assistant", "function_call": "assistant"}


class Turn(NamedTuple):
    """One message, or the results of several calls in a row."""

    role: str
    texts: tuple[str, ...]
    reasoning: str = ""
    calls: tuple[Any, ...] = ()
    trained: bool = False


Read = tuple[list[Turn], Any]
"""Turns and tools."""


def archived(source: Any, *, reasoning: bool = True) -> Read:
    """What a Row or a PairRow says."""
    turns = (
        Turn(
            m["role"],
            (m["content"] or "",),
            (m["reasoning_content"] or "") if reasoning else "",
            tuple(calls_of(m)),
            m["train"],
        )
        for m in messages_of(source)
    )
    return joined(turns), parse_tools(source["tools"])


def joined(turns: Iterable[Turn]) -> list[Turn]:
    """Turns with the results of parallel calls taken together."""
    found: list[Turn] = []
    for turn in turns:
        if found and turn.role == found[-1].role == "tool":
            found[-1] = found[-1]._replace(texts=(*found[-1].texts, *turn.texts))
        else:
            found.append(turn)
    return found


def read(name: str, record: Any) -> Read:
    """What a trainer learns from a record."""
    if name == "atif":
        return joined(turn for step in record["steps"] for turn in of_step(step)), record["agent"].get(
            "tool_definitions"
        )
    if name == "session-trace":
        header, *lines = record
        return joined(of_line(line["message"]) for line in lines), header["tools"]
    if name == "llamafactory":
        return [Turn("system", (record["system"],))] * bool(record["system"]) + [
            of_text(ROLES[m["from"]], m["value"], listed=m["from"] == "function_call") for m in record["conversations"]
        ], parse_tools(record["tools"])
    if name in ("verl", "verl-rl"):
        said = record["messages"] if name == "verl" else record["prompt"]
        system, _, tools = said[0]["content"].partition("\n<tools>\n") if said[0]["role"] == "system" else ("", "", "")
        system = system.removesuffix("\n\n# Tools\n\nEach tool is described by a line of JSON:")
        listed = [json.loads(line) for line in tools.partition("\n</tools>")[0].split("\n") if line]
        turns = [of_text(m["role"], m["content"]) for m in said if m["role"] != "system"]
        turns = [Turn("system", (system,))] * bool(system) + turns
        if name == "verl-rl":
            truth = json.loads(record["reward_model"]["ground_truth"])
            answer = Turn("assistant", (truth["reply"],), "", tuple(map(called, truth["calls"])), True)
            turns = [*(turn._replace(trained=False) for turn in turns), answer]
        return turns, listed or None
    given = record.get("input", record)
    context = given["messages"] if "input" in record else record.get("prompt", [])
    learned = ("completion", "chosen", "rejected", "preferred_output", "non_preferred_output")
    own = [m for key in learned for m in record.get(key, [])] or given["messages"]
    tools = given.get("tools")
    turns = [of_message(m, False) for m in context]
    turns += [of_message(m, bool(m.get("weight", m.get("train", True) or name in ("prime-rl", "skyrl")))) for m in own]
    return joined(turns), parse_tools(tools) if isinstance(tools, str) else tools


def of_step(step: Mapping[str, Any]) -> Iterable[Turn]:
    """A step of ATIF: a message, and the results of its calls."""
    role = {"agent": "assistant"}.get(step["source"], step["source"])
    calls = tuple((call["function_name"], call["arguments"]) for call in step.get("tool_calls", ()))
    learned = role == "assistant" and not step.get("is_copied_context")
    yield Turn(role, (step["message"],), step.get("reasoning_content", ""), calls, learned)
    for result in step.get("observation", {}).get("results", ()):
        yield Turn("tool", (result["content"],))


def of_line(said: Mapping[str, Any]) -> Turn:
    """A message of a session for the Hub."""
    calls = tuple((c["function"]["name"], json.loads(c["function"]["arguments"])) for c in said.get("toolCalls", ()))
    return Turn(said["role"], (said["content"],), said.get("reasoningContent", ""), calls, said.get("train", False))


def of_message(message: Mapping[str, Any], learned: bool) -> Turn:
    """A message as OpenAI's API has it."""
    calls = [call["function"] for call in message.get("tool_calls") or []]
    parsed = [
        (c["name"], json.loads(c["arguments"]) if isinstance(c["arguments"], str) else c["arguments"]) for c in calls
    ]
    text, thought = message.get("content") or "", message.get("reasoning_content") or ""
    return Turn(message["role"], (text,), thought, tuple(parsed), message["role"] == "assistant" and learned)


def of_text(role: str, value: str, listed: bool = False) -> Turn:
    """A message in which calls, results and thoughts are text."""
    if role == "tool" or value.startswith(f"{RESULT}\n"):
        inner = value.removeprefix(f"{RESULT}\n").removesuffix("\n</tool_response>")
        return Turn("tool", tuple(inner.split(BETWEEN)))
    if role != "assistant":
        return Turn(role, (value,))
    reasoning, _, rest = value.removeprefix("<think>\n").rpartition("\n</think>\n\n")
    text, *calls = rest.split(f"{CALL}\n" if not listed else f"\n{CALL}")
    if listed:
        text, calls = (text, calls) if calls else ("", [text])
        parsed = json.loads(calls[0].removesuffix("</tool_call>"))
    else:
        parsed = [json.loads(call.rstrip("\n").removesuffix("\n</tool_call>")) for call in calls]
    return Turn(role, (text.removesuffix("\n") if calls else text,), reasoning, tuple(map(called, parsed)), True)


def called(call: Mapping[str, Any]) -> tuple[str, Any]:
    return call["name"], call["arguments"]
