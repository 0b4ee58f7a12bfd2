"""`turnwise/chat/MODEL`: any OpenAI-compatible server, at a fraction of the CPU that the `openai` client takes per call.

    inspect eval turnwise/user_oriented --model turnwise/chat/gpt-4o-mini
    inspect eval turnwise/user_oriented --model turnwise/chat/qwen3 --model-base-url http://127.0.0.1:8000/v1

Inspect's `openai-api` provider in all that it decides (the request's fields, reasoning, stop reasons, errors, retries,
usage). Its own is the way there: tools are written as JSON once for all dialogues of a world, and requests go out
without the client's validation. Streaming, emulated tools and the Responses API are left to the provider it extends.
"""

import asyncio
import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.model._call_tools import parse_tool_call
from inspect_ai.model._model_call import ModelCall, as_error_response
from inspect_ai.model._model_output import as_stop_reason
from inspect_ai.model._openai import model_output_from_openai, openai_chat_tool_choice, openai_media_filter
from inspect_ai.model._providers.openai_compatible import OpenAICompatibleAPI
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo, ToolParams
from openai import APIConnectionError, APIResponseValidationError, APIStatusError, APITimeoutError
from openai._models import construct_type
from openai.types.chat import ChatCompletion

from turnwise._inspect import prerequisite_error
from turnwise._inspect_sample import logs_requests, set_active_call
from turnwise.llm.waiting import say

BASE_URLS = ("TURNWISE_CHAT_BASE_URL", "OPENAI_BASE_URL")
KEYS = ("TURNWISE_CHAT_API_KEY", "OPENAI_API_KEY")
OPENAI = "https://api.openai.com/v1"

_TIMEOUT = 600.0  # seconds for one request, as the `openai` client has it
_CONNECT = 60.0  # seconds to connect: a busy process must not give up on what the system has long done
_TOOLS_KEPT = 2048
_REFUSALS = 2  # errors of a server to requests with tools, none of which it ever took, until it is asked without
_REFUSED = (400, 403, 413, 422)  # what may be an answer to what was asked: too long a context, a filter

_OF_MESSAGE = {"role", "content", "tool_calls"}
_OF_CHOICE = {"index", "message", "finish_reason"}
_OF_RESPONSE = {"id", "model", "choices", "usage", "object", "created", "system_fingerprint", "service_tier"}
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


class ChatAPI(OpenAICompatibleAPI):
    """Chat completions over one HTTP session per event loop."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - Inspect's own signature
        **options: Any,
    ) -> None:
        base_url = base_url or _first(BASE_URLS)
        api_key = api_key or _first(KEYS)
        if not (base_url or api_key):
            raise prerequisite_error(
                f"turnwise/{model_name} needs a server: give --model-base-url URL, or set {BASE_URLS[0]}, "
                f"or set {KEYS[1]} to reach {OPENAI}"
            )
        super().__init__(model_name, base_url or OPENAI, api_key or "none", config, **options)
        self._tools: OrderedDict[tuple[str, str, int], tuple[ToolParams, str]] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tools_taken = False
        self._tools_refused = 0

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput | tuple[ModelOutput | Exception, ModelCall]:
        """One chat completion."""
        if self.emulate_tools or self.uses_responses_api(tools, config) or self.resolve_stream(config):
            return await super().generate(input, tools, tool_choice, config)
        strict = self.strict_tools
        try:
            found = await self._complete(input, tools, tool_choice, config)
        except APIStatusError as error:
            # Some servers refuse tools with an error that asks to be sent again: once it has been, it counts as a refusal.
            if not tools or self._tools_taken or error.status_code < 500:
                raise
            self._tools_refused += 1
            if self._tools_refused < _REFUSALS:
                raise
            return await self._concede(error, strict, input, tools, tool_choice, config)
        refusal = found[0] if isinstance(found, tuple) else None
        if tools and isinstance(refusal, APIStatusError) and not self._tools_taken:
            return await self._concede(refusal, strict, input, tools, tool_choice, config)
        if tools and not (isinstance(found, tuple) and found[1].error):
            self._tools_taken = True
        return found

    async def _concede(
        self,
        refusal: APIStatusError,
        strict: bool,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput | tuple[ModelOutput | Exception, ModelCall]:
        """Ask without `strict`, then with the tools described in words; what a server takes, it is asked from then on."""
        if strict:  # other requests may have gone without in the meantime, and this one has not
            self._insist(strict=False)
            try:
                found = await self._complete(input, tools, tool_choice, config)
            except APIStatusError as error:
                if error.status_code in (401, 429):
                    raise
            else:
                if not _failed(found):
                    say(f"{self.qualified_model_name} takes no strict tools ({_words(refusal)}): it gets them without")
                    self._tools_taken = True
                    return found
        worked, self.emulate_tools = False, True
        try:
            answer = await super().generate(input, tools, tool_choice, config)
            worked = not _failed(answer)
        finally:
            if not worked:  # it was not about the tools
                self.emulate_tools = False
                self._insist(strict=True)
        if worked:
            say(f"{self.qualified_model_name} takes no tools ({_words(refusal)}): they are described to it in words")
        return answer

    def _insist(self, *, strict: bool) -> None:
        self.strict_tools = strict
        self._tools.clear()

    async def _complete(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput | tuple[ModelOutput | Exception, ModelCall]:
        request = await self._request(input, tools, tool_choice, config)
        logged = logs_requests()
        call = self._call(request, tools) if logged else None
        if call is not None:
            set_active_call(call)
        try:
            response = await self._post(self._body(request, tools), config)
        except APIStatusError as error:
            if error.status_code not in _REFUSED:
                raise
            call = call or self._call(request, tools)
            call.set_error(as_error_response(error.body))
            return self.handle_bad_request(error), call
        self.on_response(response)
        output = _plain_output(response, tools)
        if output is None:
            completion = cast(ChatCompletion, construct_type(type_=ChatCompletion, value=response))
            output = model_output_from_openai(completion, self.chat_choices_from_completion(completion, tools))
        if call is None:
            return output
        call.response = response
        return output, call

    async def _request(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> dict[str, Any]:
        """The fields of a request but its tools."""
        request: dict[str, Any] = {"messages": await self.messages_to_openai(input)}
        if tools:
            request["tool_choice"] = openai_chat_tool_choice(tool_choice)
        params = self.completion_params(config=config, tools=bool(tools))
        extra = params.pop("extra_body", {})
        return {**request, **params, **extra}

    def _body(self, request: dict[str, Any], tools: list[ToolInfo]) -> bytes:
        text = json.dumps(request, ensure_ascii=False, separators=(",", ":"))
        if tools:
            text = f'{text[:-1]},"tools":[{",".join(map(self._rendered, tools))}]}}'
        return text.encode("utf-8", "surrogatepass")

    def _rendered(self, tool: ToolInfo) -> str:
        """A tool as JSON: written once while its parameters stay the same object."""
        key = (tool.name, tool.description, id(tool.parameters))
        known = self._tools.get(key)
        if known is not None and known[0] is tool.parameters:
            return known[1]
        (wanted,) = self.tools_to_openai([tool])
        text = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
        self._tools[key] = (tool.parameters, text)
        if len(self._tools) > _TOOLS_KEPT:
            self._tools.popitem(last=False)
        return text

    def _call(self, request: dict[str, Any], tools: list[ToolInfo]) -> ModelCall:
        """The request as Inspect logs it."""
        return ModelCall.create({**request, "tools": self.tools_to_openai(tools)}, None, openai_media_filter)

    async def _post(self, body: bytes, config: GenerateConfig) -> dict[str, Any]:
        """The server's answer; what else comes is raised as the `openai` client raises it."""
        url = f"{str(self.base_url).rstrip('/')}/chat/completions"
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Authorization": f"Bearer {self.api_key}",
            **self.request_headers(config),
            **(config.extra_headers or {}),
        }
        try:
            async with self._http().post(url, data=body, headers=headers) as answer:
                read = await answer.read()
        except TimeoutError as error:
            raise APITimeoutError(request=httpx2.Request("POST", url)) from error
        except aiohttp.ClientError as error:
            said = f"{url}: {str(error) or type(error).__name__}"
            raise APIConnectionError(message=said, request=httpx2.Request("POST", url)) from error
        if answer.status >= 400:
            raise self.client._make_status_error_from_response(_response(url, answer, read))
        try:
            found = json.loads(read)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("choices"), list):
            said = f"{url} answered no chat completion: {read[:200].decode('utf-8', 'replace')}"
            raise APIResponseValidationError(_response(url, answer, read), None, message=said)
        return found

    def _http(self) -> aiohttp.ClientSession:
        """The session of the running event loop: each eval has its own."""
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            seconds = self.client_timeout or _TIMEOUT
            timeout = aiohttp.ClientTimeout(total=seconds, connect=max(_CONNECT, self.client_timeout or 0))
            # Inspect bounds what is under way; servers close what has been idle for five seconds.
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=4)
            proxy = proxy_of(str(self.base_url))  # `trust_env` would look it up in a thread for each request
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, proxy=proxy, cookie_jar=jar)
            self._loop = loop
        return self._session

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
        await super().aclose()


def proxy_of(url: str) -> str | None:
    """The proxy by which the environment wants an address to be reached."""
    address = urlsplit(url)
    return None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)


def _response(url: str, answer: aiohttp.ClientResponse, read: bytes) -> httpx2.Response:
    """An answer as the errors of the `openai` client hold it, for Inspect to see whether it may be asked again."""
    request = httpx2.Request("POST", url)
    kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
    return httpx2.Response(answer.status, headers=kept, content=read, request=request)


def _failed(found: Any) -> bool:
    return isinstance(found, tuple) and isinstance(found[0], Exception)


def _words(error: APIStatusError) -> str:
    return f"HTTP {error.status_code}: {' '.join(error.message.split())[:120]}"


def _first(names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)


def _plain_output(response: Mapping[str, Any], tools: list[ToolInfo]) -> ModelOutput | None:
    """A response as Inspect has it; None where there is more to it than words and calls, which is left to Inspect.

    Reading it by the `openai` client's own models takes longer than all else that is done with an answer.
    """
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
