"""Dialogues as agents' traces: ATIF trajectories, which Harbor and others read, and sessions for the Hub's viewer."""

import json
from collections.abc import Iterator
from typing import Any

from turnwise.harvest.exports.pieces import CannotHold, calls_of, made_by_rules, parse_tools
from turnwise.harvest.rows import MessageRow, Row

ATIF = "ATIF-v1.7"
_SOURCES = {"system": "system", "user": "user", "assistant": "agent"}


def atif(row: Row) -> dict[str, Any]:
    """A trajectory of ATIF: a step for each message, with a call's results in the step that made it.

    A message that is not to be learned is copied context; rules ask no model, so their steps say that none was called.
    """
    about, rules = json.loads(row["provenance"]), made_by_rules(row)
    steps: list[dict[str, Any]] = []
    for message in row["messages"]:
        if message["role"] == "tool":
            _observe(steps, message)
            continue
        source = _SOURCES[message["role"]]
        step: dict[str, Any] = {"step_id": len(steps) + 1, "source": source, "message": message["content"] or ""}
        if source == "agent":
            step |= {"is_copied_context": True} if not message["train"] else {}
            if rules and not message["reasoning_content"]:
                step["llm_call_count"] = 0
            if message["reasoning_content"]:
                step["reasoning_content"] = message["reasoning_content"]
            if message["tool_calls"]:
                step["tool_calls"] = [
                    {"tool_call_id": call["id"], "function_name": name, "arguments": arguments}
                    for call, (name, arguments) in zip(message["tool_calls"], calls_of(message), strict=True)
                ]
        steps.append(step)
    agent: dict[str, Any] = {
        "name": str(about.get("agent") or "unknown"),
        "version": str(about.get("turnwise") or "unknown"),
    }
    if model := ((about.get("models") or {}).get("agent") or {}).get("model"):
        agent["model_name"] = model
    if tools := parse_tools(row["tools"]):
        agent["tool_definitions"] = tools
    extra = {"scores": json.loads(row["scores"]), "provenance": about, "made_by_rules": rules}
    return {
        "schema_version": ATIF,
        "trajectory_id": row["sample_id"],
        "session_id": row["sample_id"],
        "agent": agent,
        "steps": steps,
        "extra": extra,
    }


def _observe(steps: list[dict[str, Any]], result: MessageRow) -> None:
    asked = steps[-1] if steps else {}
    if all(call["tool_call_id"] != result["tool_call_id"] for call in asked.get("tool_calls", ())):
        raise CannotHold("a result does not follow its call, and ATIF has no place for it")
    seen = {"source_call_id": result["tool_call_id"], "content": result["content"] or ""}
    asked.setdefault("observation", {"results": []})["results"].append(seen)


def session(row: Row) -> list[dict[str, Any]]:
    """The lines of a session for the Hub's viewer: a header, then a message each."""
    header = {
        "type": "session",
        "harness": "turnwise",
        "id": row["sample_id"],
        "name": next((m["content"] for m in row["messages"] if m["role"] == "user"), None) or row["sample_id"],
        "made_by_rules": made_by_rules(row),
        "tools": parse_tools(row["tools"]),
    }
    return [header, *({"type": "message", "message": dict(_told(message))} for message in row["messages"])]


def _told(message: MessageRow) -> Iterator[tuple[str, Any]]:
    yield "role", message["role"]
    yield "content", message["content"] or ""
    if message["reasoning_content"]:
        yield "reasoningContent", message["reasoning_content"]
    if message["tool_calls"]:
        yield "toolCalls", [{"id": call["id"], "function": dict(call["function"])} for call in message["tool_calls"]]
    if message["tool_call_id"]:
        yield "toolCallId", message["tool_call_id"]
    if message["role"] == "assistant":
        yield "train", message["train"]
