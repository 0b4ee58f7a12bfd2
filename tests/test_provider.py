"""`turnwise/chat/MODEL` beside Inspect's own provider: the same requests, the same outputs, the same errors."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from endpoint import Answer, Body, Cut, Say, Slow, Status, endpoint
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    Model,
    ModelOutput,
    ResponseSchema,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolCallError, ToolFunction, ToolInfo, ToolParams
from inspect_ai.util import JSONSchema, json_schema
from pydantic import BaseModel

from turnwise._inspect_sample import shared_params, shared_tools
from turnwise.llm.provider import proxy_of
from turnwise.llm.waiting import told

OURS, THEIRS = "turnwise/chat/m", "openai-api/chat/m"


class City(BaseModel):
    """A reply."""

    name: str


PARAMETERS = ToolParams(properties={"id": JSONSchema(type="integer", description="Which – «one»")}, required=["id"])
TOOLS = [ToolInfo(name="find", description='Finds "it"', parameters=PARAMETERS), ToolInfo(name="all", description="")]
CALL = ToolCall(id="c1", function="find", arguments={"id": 3})
TALK: list[ChatMessage] = [
    ChatMessageSystem(content="You help. 😀"),
    ChatMessageUser(content="Find 3"),
    ChatMessageAssistant(content=[ContentReasoning(reasoning="hm"), ContentText(text="Let me see")], tool_calls=[CALL]),
    ChatMessageTool(content="{}", tool_call_id="c1", function="find"),
    ChatMessageAssistant(content="", tool_calls=[CALL]),
    ChatMessageTool(content="", tool_call_id="c1", error=ToolCallError("unknown", "no such id")),
    ChatMessageUser(content=[ContentText(text="So?"), ContentText(text="Well?")]),
]
CONFIGS = [
    GenerateConfig(),
    GenerateConfig(temperature=0.3, top_p=0.9, seed=7, max_tokens=50, stop_seqs=["X"], parallel_tool_calls=False),
    GenerateConfig(response_schema=ResponseSchema(name="City", json_schema=json_schema(City), strict=True)),
    GenerateConfig(extra_body={"min_p": 0.1}, extra_headers={"x-mine": "1"}, num_choices=2, logprobs=True),
]


def at(model: str, url: str, **options: Any) -> Model:
    return get_model(model, base_url=url, api_key="k", memoize=False, **options)


def both(answer: Answer, ask: Callable[[Model], Any], **options: Any) -> tuple[list[Any], list[Body]]:
    """What either provider makes of an answer, an error as its words, and the requests that they sent."""
    received: list[Body] = []

    def say(body: Body, number: int) -> Answer:
        received.append(body)
        return answer

    async def talk(model: Model) -> Any:
        async with model:
            try:
                return await ask(model)
            except Exception as error:
                cause = error.last_attempt.exception() if hasattr(error, "last_attempt") else error
                return type(cause).__name__, getattr(cause, "status_code", None)

    with endpoint(say) as url:
        return [asyncio.run(talk(at(model, url, **options))) for model in (OURS, THEIRS)], received


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("choice", ["auto", "any", "none", ToolFunction("find")])
def test_a_request_is_the_same(config: GenerateConfig, choice: Any) -> None:
    def ask(model: Model) -> Any:
        return model.generate(TALK, tools=TOOLS, tool_choice=choice, config=config)

    _, (ours, theirs) = both(Say("ok"), ask)
    assert ours == theirs


def test_a_request_without_tools_is_the_same() -> None:
    _, (ours, theirs) = both(Say("ok"), lambda model: model.generate("hi"))
    assert ours == theirs


@pytest.mark.parametrize(
    "said",
    [
        Say("Oslo"),
        Say(None, calls=[("find", {"id": 1}), ("all", "")]),
        Say("so", calls=[("find", '{"id": ')]),
        Say("<think>hm</think>Oslo"),
        Say("Oslo", reasoning="thinking"),
        Say(None, refusal="no"),
        Say("Os", finish="length"),
        Say("", finish="content_filter"),
        Say("x", finish="something_else"),
        Say(
            "Oslo",
            usage={"prompt_tokens_details": {"cached_tokens": 3}, "completion_tokens_details": {"reasoning_tokens": 2}},
        ),
        Say("Oslo", usage={"prompt_tokens_details": {"cached_tokens": None, "cache_write_tokens": 4}}),
        Say("Oslo", usage={"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}),
        Status(400, "This model's maximum context length is 10 tokens"),
        Status(400, "maximum context length", kind="context_length_exceeded"),
        Status(400, "flagged", kind="content_filter"),
        Status(400, "response_format is not supported"),
        Status(401, "no key"),
        Status(404, "no model"),
        Status(413, "too large"),
        Status(422, "no"),
    ],
)
def test_an_answer_is_read_the_same(said: Answer) -> None:
    (ours, theirs), _ = both(
        said, lambda model: model.generate("hi", tools=TOOLS), config=GenerateConfig(max_retries=0)
    )
    assert plain(ours) == plain(theirs)


def plain(output: Any) -> Any:
    if not isinstance(output, ModelOutput):
        return output
    found = output.model_dump(exclude={"time": True, "completion": True, "choices": {"__all__": {"message": {"id"}}}})
    for call in [call for choice in found["choices"] for call in choice["message"]["tool_calls"] or []]:
        call["id"] = "named by the endpoint"
    return {**found, "response_id": ""}


@pytest.mark.parametrize("trouble", [Status(429, headers={"Retry-After": "0"}), Cut()])
def test_trouble_is_asked_again(trouble: Answer) -> None:
    asked: list[int] = []

    def say(body: Body, number: int) -> Answer:
        asked.append(number)
        return Say("ok") if number else trouble

    async def talk(model: Model) -> str:
        async with model:
            return (await model.generate("hi")).completion

    with endpoint(say) as url:
        assert asyncio.run(talk(at(OURS, url))) == "ok"
    assert asked == [0, 1]


def test_a_server_that_is_slow_or_not_there_is_an_error_of_the_clients() -> None:
    config = GenerateConfig(max_retries=0)
    (ours, theirs), _ = both(Slow(0.5, Say("late")), ask_once, config=config, client_timeout=0.1)
    assert ours == theirs == ("APITimeoutError", None)
    with pytest.raises(Exception, match="APIConnectionError") as raised:
        asyncio.run(ask_once(at(OURS, "http://127.0.0.1:9/v1", config=config)))
    assert "http://127.0.0.1:9/v1" in str(raised.value.last_attempt.exception())  # type: ignore[attr-defined]


async def ask_once(model: Model) -> Any:
    async with model:
        return await model.generate("hi")


def test_tools_are_written_once_and_never_copied() -> None:
    params = shared_params('{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}')
    (tool,) = shared_tools([ToolInfo(name="find", description="Finds", parameters=params)])
    assert tool.model_copy(deep=True) is tool
    assert shared_tools([ToolInfo(name="find", description="Finds", parameters=params)])[0] is tool
    received: list[Body] = []

    def say(body: Body, number: int) -> Answer:
        received.append(body)
        return Say("ok")

    async def talk(model: Model) -> None:
        async with model:
            for _ in range(2):
                await model.generate("hi", tools=[tool])

    with endpoint(say) as url:
        model = at(OURS, url)
        asyncio.run(talk(model))
    assert len(model.api._tools) == 1  # type: ignore[attr-defined]
    assert received[0] == received[1]


def test_without_a_server_it_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TURNWISE_CHAT_BASE_URL", "TURNWISE_CHAT_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Exception, match="TURNWISE_CHAT_BASE_URL"):
        get_model(OURS, memoize=False)
    monkeypatch.setenv("TURNWISE_CHAT_BASE_URL", "http://127.0.0.1:1/v1")
    assert get_model(OURS, memoize=False).api.base_url == "http://127.0.0.1:1/v1"


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    async def talk(url: str) -> ModelOutput:
        async with get_model(OURS, base_url=url, api_key="k", memoize=False) as model:
            return await model.generate("Hello", config=GenerateConfig(max_retries=0))

    with endpoint(lambda body, number: Say("Hi.")) as url:
        monkeypatch.setenv("http_proxy", url.removesuffix("/v1"))
        assert asyncio.run(talk("http://models.invalid/v1")).completion == "Hi."
    monkeypatch.setenv("no_proxy", "models.invalid")
    assert proxy_of("http://models.invalid/v1") is None


def without(refused: Callable[[Body], bool], status: int, said: str) -> tuple[list[Body], list[str], ModelOutput]:
    """Two questions to a server that refuses some requests; what it got, what a person was told, and the last answer."""
    received: list[Body] = []
    lines: list[str] = []

    def say(body: Body, number: int) -> Answer:
        received.append(body)
        return Status(status, "not supported") if refused(body) else Say(said)

    async def talk(model: Model) -> ModelOutput:
        async with model:
            await model.generate("hi", tools=TOOLS)
            return await model.generate("hi", tools=TOOLS)

    with endpoint(say) as url, told(lines.append):
        return received, lines, asyncio.run(talk(get_model(f"{OURS}-{status}", base_url=url, memoize=False)))


def test_a_server_that_takes_no_strict_tools_gets_them_without() -> None:
    def strict(body: Body) -> bool:
        return any(tool["function"].get("strict") for tool in body.get("tools", []))

    received, lines, _ = without(strict, 400, "hello")
    assert [strict(body) for body in received] == [True, False, False]
    assert len(lines) == 1
    assert "no strict tools (HTTP 400" in lines[0]


@pytest.mark.parametrize("status", [422, 500])
def test_a_server_that_takes_no_tools_is_told_of_them_in_words(status: int) -> None:
    call = '<tool_call>{"name": "find", "arguments": {"id": 3}}</tool_call>'
    received, lines, output = without(lambda body: "tools" in body, status, call)
    assert [call.function for call in output.message.tool_calls or []] == ["find"]
    assert "tools" not in received[-1]
    assert "Finds" in json.dumps(received[-1])
    assert ["tools" in body for body in received[-2:]] == [False, False]
    assert any("takes no tools" in line for line in lines)
