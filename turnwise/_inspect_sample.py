"""Inspect, from within a sample that runs, where it is used by names that it does not promise.

Tools are shared instead of copied, what nobody can watch is not prepared, and the log holds things once.
"""

import logging
import os
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from turnwise._inspect import RETRY_LEVEL


@cache
def _shared_classes() -> tuple[type[Any], type[Any]]:
    from inspect_ai.tool import ToolInfo, ToolParams

    class SharedParams(ToolParams):
        __hash__ = object.__hash__

        def __deepcopy__(self, memo: Any = None) -> "SharedParams":
            return self

    class SharedTool(ToolInfo):
        def __deepcopy__(self, memo: Any = None) -> "SharedTool":
            return self

    return SharedParams, SharedTool


@lru_cache(maxsize=4096)
def shared_params(parameters: str) -> Any:
    """The parameters of a tool that all samples share: Inspect copies tools at every generation, and need not copy these."""
    return _shared_classes()[0].model_validate_json(parameters)


def shared_tools(tools: Iterable[Any]) -> list[Any]:
    """Tools as a model is told of them: those with shared parameters become one object for all calls, never copied."""
    shared = _shared_classes()[0]
    return [
        _shared_tool(tool.name, tool.description, tool.parameters) if isinstance(tool.parameters, shared) else tool
        for tool in tools
    ]


@lru_cache(maxsize=4096)
def _shared_tool(name: str, description: str, parameters: Any) -> Any:
    return _shared_classes()[1](name=name, description=description, parameters=parameters)


def log_tools_once() -> None:
    """Keep the tools of the running sample in the first model event that has them, and out of the others.

    They are the same each time and most of a log; Inspect walks and writes them once more for every call.
    """
    from inspect_ai.event import ModelEvent
    from inspect_ai.log import transcript

    logged: list[Any] = []
    for event in transcript().events:
        if isinstance(event, ModelEvent) and event.tools:
            if any(event.tools == tools for tools in logged):
                event.tools = []
            else:
                logged.append(event.tools)


def log_replies(model: str, messages: Sequence[Any], first: int) -> None:
    """Show replies that no model of the run gave, from a place in the messages on, as those of models: links lead there."""
    from inspect_ai.event import ModelEvent
    from inspect_ai.log import transcript
    from inspect_ai.model import GenerateConfig, ModelOutput

    for place in (n for n in range(first, len(messages)) if messages[n].role == "assistant"):
        output = ModelOutput.from_message(messages[place]).model_copy(update={"model": model})
        asked: dict[str, Any] = {"input": list(messages[:place]), "tools": [], "tool_choice": "auto"}
        transcript()._event(ModelEvent(model=model, output=output, config=GenerateConfig(), **asked))


def spare_watchers() -> None:
    """Spare what Inspect prepares at every call for those who watch the running sample, where nobody can.

    That is its session for clients of the Agent Client Protocol, and traces below the level that is asked for.
    """
    from inspect_ai.agent._acp.server import acp_server_accepting_clients
    from inspect_ai.agent._acp.transport import current_acp_transport
    from inspect_ai.util import display_type

    if display_type() != "none" or acp_server_accepting_clients():
        return
    if (router := getattr(current_acp_transport(), "_router", None)) is not None:
        router.detach()
    if os.environ.get("INSPECT_TRACE_LEVEL", "trace").lower() not in ("trace", "debug"):
        for name in ("inspect_ai.model._model", "inspect_ai.model._call_tools"):
            logging.getLogger(name).setLevel(RETRY_LEVEL)


def logs_requests() -> bool:
    """Whether the requests of the running sample go into its log: Inspect's `log_model_api`."""
    from inspect_ai.log._transcript import transcript

    return transcript()._log_model_api is not False


def set_active_call(call: Any) -> None:
    """Show the request that is under way in the live log."""
    from inspect_ai.log._samples import _active_model_event
    from inspect_ai.log._transcript import transcript

    if (event := _active_model_event.get()) is not None:
        event.call = call
        transcript()._event_updated(event)
