"""A chat completion that holds nothing but words and calls, as Inspect has it.

Most do, and reading them by the `openai` client's own models takes longer than all else that is done with the answer.
What has anything more in it (reasoning, refusals, filters, log probabilities) is left to Inspect.
"""

from collections.abc import Mapping
from typing import Any

from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage
from inspect_ai.model._call_tools import parse_tool_call
from inspect_ai.model._model_output import as_stop_reason
from inspect_ai.tool import ToolCall, ToolInfo

_OF_MESSAGE = {"role", "content", "tool_calls"}
_OF_CHOICE = {"index", "message", "finish_reason"}
_OF_RESPONSE = {"id", "model", "choices", "usage", "object", "created", "system_fingerprint", "service_tier"}
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


def plain_output(response: Mapping[str, Any], tools: list[ToolInfo]) -> ModelOutput | None:
    """A response as Inspect has it; None where there is more to it than words and calls."""
    choices, usage, model = response["choices"], response.get("usage"), response.get("model")
    if len(choices) != 1 or _more(response, _OF_RESPONSE) or not isinstance(model, str):
        return None
    message = _plain_message(choices[0], model, tools)
    counts = _plain_usage(usage)
    if message is None or counts is None:
        return None
    reason = as_stop_reason(choices[0].get("finish_reason"))
    return ModelOutput(
        model=model,
        choices=[ChatCompletionChoice(message=message, stop_reason=reason)],
        usage=counts,
        response_id=response.get("id"),
    )


def _more(found: Mapping[str, Any], known: set[str]) -> bool:
    return any(value for name, value in found.items() if name not in known)


def _plain_message(choice: Any, model: str, tools: list[ToolInfo]) -> ChatMessageAssistant | None:
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict) or _more(choice, _OF_CHOICE):
        return None
    said = choice["message"]
    content, calls = said.get("content") or "", said.get("tool_calls") or []
    if (
        _more(said, _OF_MESSAGE)
        or not isinstance(content, str)
        or "<think" in content
        or not all(map(_is_plain, calls))
    ):
        return None
    asked: list[ToolCall] = [
        parse_tool_call(call["id"], call["function"]["name"], call["function"]["arguments"], tools) for call in calls
    ]
    return ChatMessageAssistant(content=content, model=model, source="generate", tool_calls=asked or None)


def _is_plain(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return (
        isinstance(function, dict)
        and call.get("type") == "function"
        and all(isinstance(text, str) for text in (call.get("id"), function.get("name"), function.get("arguments")))
    )


def _plain_usage(usage: Any) -> ModelUsage | None:
    if not isinstance(usage, dict) or not all(type(usage.get(name)) is int for name in _COUNTS):
        return None
    read, written, total = (usage[name] for name in _COUNTS)
    prompt = usage.get("prompt_tokens_details")
    completion = usage.get("completion_tokens_details")
    if not all(details is None or isinstance(details, dict) for details in (prompt, completion)):
        return None
    cached, stored = ((prompt or {}).get(name) for name in ("cached_tokens", "cache_write_tokens"))
    return ModelUsage(
        input_tokens=read - (cached or 0) - (stored or 0),
        output_tokens=written,
        total_tokens=total,
        input_tokens_cache_read=cached,
        input_tokens_cache_write=stored,
        reasoning_tokens=(completion or {}).get("reasoning_tokens"),
    )
