"""A sample of a log becomes a rollout: messages in OpenAI's form, scores by name, and where it comes from.

    info = read_info(path)
    rollout = read_rollout(sample, info, prices)       # or the reason why there is none

Knows no filter: what is read is neither checked nor judged.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inspect_ai.model import ModelUsage

from turnwise.harvest.filters import Rejection
from turnwise.harvest.rows import Finding, MessageRow, Rollout, ToolCallRow
from turnwise.logs.bulk import Sample
from turnwise.logs.read import LogInfo, openai_tools
from turnwise.logs.scores import values_of
from turnwise.logs.usage import Prices, cost_of, usage_by_role

_CHARACTERS_PER_TOKEN = 4
_PADDED = 12
"""Digits of a sample id, so that 9 sorts before 10."""
_DIFFICULTIES = ("easy", "medium", "hard")
FAILED, INTERRUPTED, INVALID = "failed in the run", "interrupted with its run", "marked as invalid in the log"
UNSCORED, NOT_TEXT = "not scored", "more than text in a message"


def read_rollout(sample: Sample, info: LogInfo, prices: Prices) -> Rollout | Rejection:
    """A rollout, or why there is none in a sample."""
    scores = sample.get("scores") or {}
    if error := sample.get("error"):
        if info.header.status == "cancelled" and str(error.get("message", "")).startswith("CancelledError"):
            return Rejection("read", INTERRUPTED)
        return Rejection("read", FAILED, str(error.get("message", "")).strip().partition("\n")[0])
    if sample.get("invalidation"):
        return Rejection("read", INVALID)
    needed = ("iq",) if info.imported else ("success", "iq")  # without them nothing can be judged
    if missing := [name for name in needed if name not in scores]:
        return Rejection("read", UNSCORED, ", ".join(missing))
    raw = sample.get("messages") or []
    if not all(_is_text(message.get("content")) for message in raw):
        return Rejection("read", NOT_TEXT)
    metadata = sample.get("metadata") or {}
    spoken = [place for place, message in enumerate(raw) if message["role"] != "system"]
    before = int((metadata.get("start") or {}).get("messages", 0))
    start = spoken[before - 1] + 1 if 0 < before <= len(spoken) else 0
    messages = tuple(_message(message, place >= start, info.imported) for place, message in enumerate(raw))
    store, foreign = sample.get("store") or {}, metadata.get("foreign") or {}
    ended = store.get("DialogueLog:ended") or foreign.get("ended") or ""
    numbers = dict(_numbers(scores))
    findings = (scores["iq"].get("metadata") or {}).get("findings", [])  # they count messages without the system's
    known = [value for name in ("success", "reward") if (value := numbers.get(name)) is not None]
    task = _seed_task(sample, info)
    scenario = metadata.get("scenario") or {}  # a foreign dialogue has none
    difficulties = [goal["difficulty"] for goal in scenario.get("goals", [])]
    about = {
        "seed": scenario.get("seed"),
        "behaviour": (scenario.get("behaviour") or {}).get("name"),
        "goals_hash": task if scenario else None,
        "seed_task": task,
        "difficulty": max(difficulties, key=_DIFFICULTIES.index, default=None),
        "sample_uuid": sample["uuid"],
        "sample_id": sample["id"],
        "epoch": sample["epoch"],
        "start": metadata.get("start"),
        "goals_completed": _whole(numbers.get("completion.completed")),
        "goals_attempted": _whole(numbers.get("completion.assigned")),
        "stop_reason": ended or None,
        "user": store.get("DialogueLog:user") or None,
        "tools": store.get("DialogueLog:tools") or None,
        "usage": _usage(sample, info, prices),
    }
    return Rollout(
        sample_id=str(sample["uuid"]),
        order=order_of(sample, info),
        messages=messages,
        start=start,
        tools=_tools(foreign, info),
        success=known[0] >= 1 if known else None,
        ended=ended,
        condition=info.condition,
        scores=numbers,
        findings=tuple(Finding(spoken[f["message"]], f["sub_score"], f["severity"], f["evidence"]) for f in findings),
        seed_task=task,
        world=info.world,
        num_tokens=tokens(messages),
        provenance={**info.provenance, **about},
    )


def _tools(foreign: Mapping[str, Any], info: LogInfo) -> str | None:
    """The tools of the log, or those of a foreign dialogue that has its own."""
    return openai_tools(foreign["tools"]) if foreign.get("tools") else info.tools


def order_of(sample: Sample, info: LogInfo) -> tuple[str, str, int]:
    """The place of a sample in an archive."""
    return log_order(info), str(sample["id"]).zfill(_PADDED), int(sample["epoch"])


def log_order(info: LogInfo) -> str:
    """The place of a log among others. Ids of runs are random, so they decide last: dialogues that are run again with
    the same seeds stand in the same order."""
    about = info.provenance
    seed = str(about["task_seed"] or 0).zfill(_PADDED)
    return f"{info.world} {about['task']} {about['agent']} {seed} {info.header.eval.eval_id}"


def _is_text(content: Any) -> bool:
    """Whether there is nothing but text and reasoning; images and the like are no part of a row."""
    return content is None or isinstance(content, str) or all(part["type"] in ("text", "reasoning") for part in content)


def _message(raw: Mapping[str, Any], own: bool, imported: bool) -> MessageRow:
    """A message as OpenAI has it; what only the simulation knows of it is left behind."""
    role, content, calls = raw["role"], raw.get("content"), raw.get("tool_calls")
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    text = "\n".join(part["text"] for part in parts if part["type"] == "text" and part["text"])
    reasoned = [part for part in parts if part["type"] == "reasoning"]
    thoughts = [part.get("summary") if part.get("redacted") else part["reasoning"] for part in reasoned]
    called: list[ToolCallRow] = []
    for call in calls or []:
        # Arguments that nobody could read are no JSON: such a call is nothing to learn.
        lost = imported and call.get("parse_error")
        arguments = "" if lost else json.dumps(call["arguments"], ensure_ascii=False)
        function = {"name": call["function"], "arguments": arguments}
        called.append({"id": call["id"], "type": "function", "function": function})
    error = raw.get("error")
    if error and not (imported and text):  # an imported result says by itself that the call failed
        text = f"Error: {error['message']}"  # as Inspect tells the model
    return {
        "role": role,
        "content": text or None,
        "reasoning_content": "\n".join(filter(None, thoughts)) or None,
        "tool_calls": called or None,
        "tool_call_id": raw.get("tool_call_id") or None,
        "name": raw.get("function") or None,
        "train": own and role == "assistant",
        "turn_quality": None,
    }


def _numbers(scores: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    """Each number by "score" or "score.key"; None where a score does not apply."""
    for name, score in scores.items():
        if values := values_of(score):
            yield from ((f"{name}.{key}", _number(part)) for key, part in values.items() if not isinstance(part, str))
        elif not isinstance(value := score.get("value"), str):
            yield name, _number(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None


def tokens(messages: Sequence[MessageRow]) -> int:
    """All that is said, thought, called and returned; four characters count as one token."""
    characters = 0
    for message in messages:
        characters += len(message["content"] or "") + len(message["reasoning_content"] or "")
        for call in message["tool_calls"] or []:
            characters += len(call["function"]["name"]) + len(call["function"]["arguments"])
    return max(1, round(characters / _CHARACTERS_PER_TOKEN))


def _seed_task(sample: Sample, info: LogInfo) -> str:
    """What everyone who was given the same task shares: world and goals, or the instruction of a foreign user."""
    metadata = sample.get("metadata") or {}
    given: Any = (metadata.get("foreign") or {}).get("instruction") or f"{info.path.name} {sample['id']}"
    if scenario := metadata.get("scenario"):
        given = [scenario["world_hash"], scenario["goals"]]
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:16]


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _usage(sample: Sample, info: LogInfo, prices: Prices) -> dict[str, dict[str, Any]]:
    """Tokens by role as the provider counted them; `cost` in dollars, None where no price is known."""
    by_role, by_model = (
        {name: ModelUsage.model_validate(usage) for name, usage in (sample.get(key) or {}).items()}
        for key in ("role_usage", "model_usage")
    )
    return {
        role: {
            "model": model,
            "input": usage.input_tokens,
            "cached": usage.input_tokens_cache_read or 0,
            "written": usage.input_tokens_cache_write or 0,
            "output": usage.output_tokens,
            "cost": cost_of(model or "", usage, prices),
        }
        for role, (model, usage) in usage_by_role(info, by_role, by_model).items()
    }
