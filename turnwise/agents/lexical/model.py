"""`turnwise/lexical`: an offline model that retrieves tools by their words and fills their parameters from the dialogue.

    outcome = respond(messages, catalogue(tools))      # the next call, or the reply

It sees what any model is given, messages and tool specifications, and keeps nothing between calls: what the
dialogue has established is worked out again from the messages each time. A baseline by rules, not a language model.
"""

import json
from typing import Any

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    modelapi,
)
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo

from turnwise._inspect import prerequisite_error
from turnwise.agents.lexical.catalogue import Catalogue, catalogue
from turnwise.agents.lexical.responding import NextCall, respond

NAME = "turnwise/lexical"


class LexicalAPI(ModelAPI):
    """Answers from the words of messages and tools alone; deterministic."""

    def __init__(
        self,
        model_name: str = "lexical",
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - Inspect's own signature
    ) -> None:
        if model_name != "lexical":
            raise prerequisite_error(f"turnwise/{model_name} is no model: turnwise/lexical is the one there is")
        super().__init__(model_name, base_url, api_key, [], config)

    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The next tool call, or the reply to the user."""
        known = catalogue(tools if tool_choice != "none" else [])
        return _output(input, known, respond(input, known))

    def connection_key(self) -> str:
        """Nothing is connected to, so every instance shares one pool."""
        return NAME


@modelapi(name="turnwise")
def offline() -> type[ModelAPI]:
    """The provider behind `--model turnwise/lexical`: Inspect looks providers up by what stands before the slash."""
    return LexicalAPI


def _output(messages: list[ChatMessage], known: Catalogue, outcome: NextCall | str) -> ModelOutput:
    calls: list[ToolCall] | None = None
    if isinstance(outcome, NextCall):
        calls = [ToolCall(id=f"call_{len(messages)}", function=outcome.tool, arguments=dict(outcome.arguments))]
        text, written = "", json.dumps(dict(outcome.arguments)) + outcome.tool
    else:
        text = written = outcome
    message = ChatMessageAssistant(content=text, tool_calls=calls, model=NAME, source="generate")
    return ModelOutput(
        model=NAME,
        choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else "stop")],
        usage=_usage(known.size + sum(_length(m) for m in messages), len(written)),
    )


def _length(message: ChatMessage) -> int:
    calls: Any = getattr(message, "tool_calls", None) or ()
    return len(message.text) + sum(len(c.function) + len(json.dumps(c.arguments)) for c in calls)


def _usage(read: int, written: int) -> ModelUsage:
    """Tokens at four characters each, as no tokenizer is at hand offline."""
    into, out = -(-read // 4), -(-written // 4)
    return ModelUsage(input_tokens=into, output_tokens=out, total_tokens=into + out)
