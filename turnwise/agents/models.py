"""The models that Turnwise brings: `turnwise/lexical`, by rules and offline, and `turnwise/chat/MODEL` on any server."""

from typing import Any, cast

from inspect_ai.model import GenerateConfig, ModelAPI, ModelOutput, modelapi

from turnwise._inspect import prerequisite_error


@modelapi(name="turnwise")
def models() -> type[ModelAPI]:
    """Inspect looks providers up by what stands before the first slash, so this one is all of them."""
    return cast(type[ModelAPI], _model)  # Inspect only calls it


def _model(
    model_name: str,
    base_url: str | None = None,
    api_key: str | None = None,
    config: GenerateConfig = GenerateConfig(),  # noqa: B008 - Inspect's own signature
    **options: Any,
) -> ModelAPI:
    if model_name.startswith("chat/"):
        from turnwise.llm.provider import ChatAPI  # its client takes a second to import

        return ChatAPI(model_name, base_url, api_key, config, **options)
    if model_name.startswith("agent:"):
        return NoModel(model_name, base_url, api_key, [], config)
    from turnwise.agents.lexical.model import LexicalAPI

    return LexicalAPI(model_name, base_url, api_key, config, **options)


class NoModel(ModelAPI):
    """Stands for the model of an agent that asks none, so that logs name the agent."""

    async def generate(self, *_: Any, **__: Any) -> ModelOutput:
        """There is nothing to ask: a prerequisite is missing."""
        name = self.model_name.removeprefix("agent:")
        raise prerequisite_error(f"{name} asks for a model, and the run names none: name one with --model")


class OneSource:
    """Tools as a single source of them: Inspect asks of each tool of a list whether it is one, at every generation."""

    def __init__(self, tools: list[Any]) -> None:
        self._tools = tools

    async def tools(self) -> list[Any]:
        """All of them."""
        return self._tools
