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
)
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo

from turnwise._inspect import prerequisite_error
from turnwise.agents.lexical.catalogue import catalogue
from turnwise.agents.lexical.responding import respond
from turnwise.agents.lexical.working import NextCall

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
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        """The next tool call, or the reply to the user."""
        known = catalogue(tools if tool_choice != "none" else [])
        outcome = respond(input, known)
        if isinstance(outcome, NextCall):
            calls = [ToolCall(id=f"call_{len(input)}", function=outcome.tool, arguments=dict(outcome.arguments))]
            message = ChatMessageAssistant(content="", tool_calls=calls, model=NAME, source="generate")
        else:
            message = ChatMessageAssistant(content=outcome, model=NAME, source="generate")
        # Tokens at four characters each, as no tokenizer is at hand offline.
        into, out = -(-(known.size + sum(map(_length, input))) // 4), -(-_length(message) // 4)
        return ModelOutput(
            model=NAME,
            choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls" if message.tool_calls else "stop")],
            usage=ModelUsage(input_tokens=into, output_tokens=out, total_tokens=into + out),
        )


def _length(message: ChatMessage) -> int:
    calls: Any = getattr(message, "tool_calls", None) or ()
    return len(message.text) + sum(len(c.function) + len(json.dumps(c.arguments)) for c in calls)
