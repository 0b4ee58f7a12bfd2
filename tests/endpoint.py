"""An OpenAI-compatible endpoint on loopback, reached by the real `openai` client: it says what a test scripts, and
misbehaves on demand."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from inspect_ai.model import Model, get_model

Body = dict[str, Any]
"""The body of a request to /chat/completions."""


@dataclass(frozen=True)
class Say:
    """A reply, as far as it differs from an empty one."""

    text: str | None = None
    calls: Sequence[tuple[str, Any]] = ()
    """(tool, arguments); arguments that are a string are sent as they are"""
    finish: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    usage: dict[str, Any] = field(default_factory=dict)
    """what of the usage is not as counted"""


@dataclass(frozen=True)
class Status:
    """An HTTP error."""

    code: int
    message: str = "no"
    headers: dict[str, str] = field(default_factory=dict)
    kind: str | None = None
    """the error's code, as OpenAI's API has it"""


@dataclass(frozen=True)
class Slow:
    """A reply that takes its time."""

    seconds: float
    then: "Say"


class Cut:
    """The connection is closed in the middle of a reply."""


@dataclass(frozen=True)
class Garbage:
    """A reply that is none, sent as one."""

    text: str


Answer = Say | Status | Slow | Cut | Garbage
Reply = str | tuple[str, dict[str, Any]]
"""A text, or a tool call as (name, arguments)."""


@contextmanager
def endpoint(answer: Callable[[Body, int], Answer]) -> Iterator[str]:
    """Serve on loopback; yields the base URL.

    Args:
        answer: given the body of a request and how many came before it; called from one thread at a time.
    """
    lock = threading.Lock()
    served = 0

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal served
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = served
                served += 1
                try:
                    said = answer(body, number)
                except Exception as error:  # 401 is not asked again, so that the test fails at once and says why
                    said = Status(401, f"the test's own answer failed: {error!r}")
            if isinstance(said, Slow):
                time.sleep(said.seconds)
                said = said.then
            if isinstance(said, Cut):
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"id": "re')
                self.close_connection = True
            elif isinstance(said, Garbage):
                self._send(200, said.text, {})
            elif isinstance(said, Status):
                error = {"message": said.message, "type": "error"} | ({"code": said.kind} if said.kind else {})
                self._send(said.code, {"error": error}, said.headers)
            elif body.get("stream"):
                self._stream(completion(said, number, body))
            else:
                self._send(200, completion(said, number, body), {})

        def _stream(self, whole: Body) -> None:
            """The completion as events: all of it in one, and how it ended in another."""
            (choice,) = whole["choices"]
            delta = {key: value for key, value in choice["message"].items() if value is not None}
            for place, call in enumerate(delta.get("tool_calls", ())):
                call["index"] = place
            about = {**whole, "object": "chat.completion.chunk"}
            ends = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
            parts: list[Any] = [[{"index": 0, "delta": delta, "finish_reason": None}], [ends]]
            events = [json.dumps({**about, "choices": part, "usage": None}) for part in parts]
            events += [json.dumps({**about, "choices": []}), "[DONE]"]
            raw = "".join(f"data: {event}\n\n" for event in events).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _send(self, code: int, body: Body | str, headers: dict[str, str]) -> None:
            raw = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(code)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def model_at(url: str, name: str = "scripted", **options: Any) -> Model:
    """The model of an endpoint."""
    return get_model(f"openai/{name}", base_url=url, api_key="none", responses_api=False, memoize=False, **options)


@contextmanager
def scripted_model(replies: Sequence[Reply], received: list[Body] | None = None) -> Iterator[Model]:
    """A model that gives these replies in order, and the last one from then on.

    Args:
        received: gets the body of every request.
    """

    def answer(body: Body, number: int) -> Answer:
        if received is not None:
            received.append(body)
        reply = replies[min(number, len(replies) - 1)]
        return Say(reply) if isinstance(reply, str) else Say(calls=[reply])

    with endpoint(answer) as url:
        yield model_at(url)


def shape_of(body: Body) -> str:
    """The name of the structured output that a request wants; empty when it wants none."""
    wanted: str = body.get("response_format", {}).get("json_schema", {}).get("name", "")
    return wanted


def completion(said: Say, number: int, body: Body) -> Body:
    """A reply in the shape of OpenAI's API; four characters count as a token."""
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
    if said.refusal:
        message["refusal"] = said.refusal
    if said.calls:
        message["tool_calls"] = [
            {
                "id": f"call_{number}_{place}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
                },
            }
            for place, (name, arguments) in enumerate(said.calls)
        ]
    prompt, reply = len(json.dumps(body["messages"])) // 4, len(json.dumps(message)) // 4
    return {
        "id": f"reply-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", "scripted"),
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": said.finish or ("tool_calls" if said.calls else "stop"),
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply, **said.usage},
    }
