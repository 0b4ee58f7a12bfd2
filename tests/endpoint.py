"""An OpenAI-compatible endpoint on loopback that says what a test scripts, reached by the real `openai` client."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from inspect_ai.model import Model, get_model

Reply = str | tuple[str, dict[str, Any]]
"""A text, or a tool call as (name, arguments)."""


@contextmanager
def scripted_model(replies: Sequence[Reply], received: list[dict[str, Any]] | None = None) -> Iterator[Model]:
    """A model that gives these replies in order, and the last one from then on.

    Args:
        received: gets the body of every request.
    """
    seen = received if received is not None else []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(_completion(replies[min(len(seen), len(replies)) - 1], len(seen))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        yield get_model("openai/scripted", base_url=url, api_key="none", responses_api=False, memoize=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(reply: Reply, number: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply if isinstance(reply, str) else None}
    if not isinstance(reply, str):
        name, arguments = reply
        call = {"name": name, "arguments": json.dumps(arguments)}
        message["tool_calls"] = [{"id": f"call_{number}", "type": "function", "function": call}]
    return {
        "id": f"reply-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [
            {"index": 0, "message": message, "finish_reason": "stop" if isinstance(reply, str) else "tool_calls"}
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }
