"""Whether a dialogue can be a row at all: what a trainer would choke on, or read as something else."""

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from turnwise.harvest.filters import Rejection
from turnwise.harvest.rows import Finding, MessageRow, Rollout
from turnwise.worlds.json_schema import misfit

_SIMULATION = re.compile(
    r"(?i)#{2,}\s*[A-Z][A-Z _-]+#{2,}|<\|\w+\|>"
    r"|\b(?:is_task_complete|user_message|g\d+r\d+|as an? (?:ai|(?:large )?language)|(?:large )?language model"
    r"|user simulator|simulated (?:user|customer|person)|(?:my|the) (?:persona|role-?play|(?:task|user) instructions?))\b"
)
"""Markers of the end, and what a simulated person says when it forgets that it plays one."""
_WORST_FIT = 2
"""severity of a call that its tool could not have taken"""
_INTEGERS = 2**63
"""Columns of parquet hold no larger ones, and `datasets` fails on them."""

_Reason = tuple[str, str]
"""what many share, and what this one has"""


class Checked(NamedTuple):
    """A dialogue as a row can have it."""

    messages: tuple[MessageRow, ...]
    """up to the assistant's last words; empty where the dialogue is broken"""
    findings: tuple[Finding, ...]
    """calls that do not fit their tools: the world has answered them, so they are data, but nothing to learn"""
    rejections: tuple[Rejection, ...]
    """why it cannot be a row, each reason once"""


def check(rollout: Rollout) -> Checked:
    """Check what all trainers rely on.

    A row ends with the assistant's last words: what comes after them (the user's goodbye, one call that hands the user
    over to people) is left out. More calls than one would be work that the user never hears of.
    """
    end = max((place + 1 for place, message in enumerate(rollout.messages) if speaks(message)), default=0)
    messages = rollout.messages[:end]
    # A call at the very end must have come back too: else the dialogue is broken and its scores mean little.
    broken = [
        *_order(messages),
        *_answers(rollout.messages),
        *(one for n, m in enumerate(messages) for one in _says(n, m)),
    ]
    if messages and sum(message["role"] == "assistant" for message in rollout.messages[end:]) > 1:
        broken.append(("work after the assistant's last words", ""))
    findings: list[Finding] = []
    try:
        _schemas(rollout.tools)
        for place, message in enumerate(messages):
            calls = [call["function"] for call in message["tool_calls"] or []]
            misfits = [_unfit(rollout.tools, call["name"], call["arguments"]) for call in calls]
            findings += [Finding(place, "call", _WORST_FIT, wrong) for wrong in misfits if wrong]
    except ValueError as error:
        broken.append(("tools that are no JSON list of tools", str(error)))
    values: dict[str, str] = {}
    for reason, value in broken:
        values.setdefault(reason, value)
    return Checked(
        () if values else messages,
        tuple(findings),
        tuple(Rejection("row", reason, value) for reason, value in values.items()),
    )


def speaks(message: MessageRow) -> bool:
    """Whether a row may end with a message: words of the assistant that wait for no tool."""
    return message["role"] == "assistant" and not message["tool_calls"] and bool((message["content"] or "").strip())


def _order(messages: Sequence[MessageRow]) -> Iterator[_Reason]:
    if not messages:
        yield "no words of the assistant", ""
    elif not any(message["role"] == "user" for message in messages):
        yield "no message of the user", ""
    before = None
    for place, message in enumerate(messages):
        role = message["role"]
        if role not in ("system", "user", "assistant", "tool"):
            yield "a role that no trainer knows", role
        if role == "system" and place:
            yield "a system message inside the dialogue", f"message {place}"
        if role in ("user", "assistant"):
            if before is not None and role == before["role"] and not before["tool_calls"]:
                yield f"two messages of the {role} in a row", f"messages {place - 1} and {place}"
            if not (message["content"] or "").strip() and not message["tool_calls"]:
                yield f"an empty message of the {role}", f"message {place}"
        before = message


def _answers(messages: Sequence[MessageRow]) -> Iterator[_Reason]:
    """Whether every call has its answer, before anyone speaks again."""
    waiting: list[str] = []
    for place, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] in waiting:
                waiting.remove(message["tool_call_id"])
            else:
                yield "a tool message that answers no call", f"message {place}"
            continue
        if waiting:
            yield "a call without an answer", waiting[0]
        waiting = [call["id"] for call in message["tool_calls"] or []]
        if len(set(waiting)) < len(waiting):
            yield "two calls of one id in a message", f"message {place}"
    if waiting:
        yield "a call without an answer", waiting[0]


def _says(place: int, message: MessageRow) -> Iterator[_Reason]:
    """Whether texts and arguments are the same after every reader, and the user stays a person."""
    if not _is_unicode((message["content"] or "") + (message["reasoning_content"] or "")):
        yield "text that is no Unicode", f"message {place}"
    if message["role"] == "user" and (found := _SIMULATION.search(message["content"] or "")):
        yield "simulator talk of the user", found.group()
    for call in message["tool_calls"] or []:
        name, text = call["function"]["name"], call["function"]["arguments"]
        try:
            arguments = json.loads(text, parse_float=_exact, parse_int=_within, parse_constant=_exact)
        except _Lossy as error:
            yield "a number that does not survive a round trip", f"{name}: {error}"
        except ValueError:
            yield "arguments that are no JSON", f"{name}: {text[:80]}"
        else:
            if not isinstance(arguments, dict):
                yield "arguments that are no JSON object", f"{name}: {text[:80]}"
            # An escape can hide half of a pair; dumping all arguments again would be most of the work.
            elif not _is_unicode(text) or (
                "\\ud" in text.lower() and not _is_unicode(json.dumps(arguments, ensure_ascii=False))
            ):
                yield "text that is no Unicode", name


class _Lossy(Exception):
    """A number that a trainer would read as another one."""


def _exact(text: str) -> float:
    value = float(text)
    if not Decimal(text).is_finite() or Decimal(repr(value)) != Decimal(text):
        raise _Lossy(text)
    return value


def _within(text: str) -> int:
    if len(text) > 20 or not -_INTEGERS <= int(text) < _INTEGERS:
        raise _Lossy(text[:40])
    return int(text)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not re.search("[\ud800-\udfff]", text)


@lru_cache(maxsize=8192)  # trials of one task make the same calls, and validating is most of the work
def _unfit(tools: str | None, name: str, text: str) -> str:
    """How a call does not fit its tool; empty when it does."""
    schemas = _schemas(tools)
    if schemas is None:
        return ""
    if name not in schemas:
        return f"{name} is no tool of this dialogue"
    try:
        wrong = misfit(json.loads(text), schemas[name])
    except ValueError:
        return ""  # a broken row, which has its own reason
    return f"{name}: {wrong}" if wrong else ""


@lru_cache(maxsize=256)
def _schemas(tools: str | None) -> dict[str, Any] | None:
    """What each tool takes; ValueError where these are no tools as OpenAI has them, or a schema is none."""
    if tools is None:
        return None
    try:
        functions = [tool["function"] for tool in json.loads(tools)]
        schemas = {str(function["name"]): function.get("parameters") or {"type": "object"} for function in functions}
        for schema in schemas.values():
            Draft202012Validator.check_schema(schema)
    except (TypeError, KeyError, SchemaError) as error:
        raise ValueError(str(error).splitlines()[0][:160]) from error
    return schemas
