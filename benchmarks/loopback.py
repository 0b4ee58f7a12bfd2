"""The endpoint of endpoint.py: an OpenAI-compatible server on loopback that says what was recorded, after a while.

    python benchmarks/loopback.py RECORDING LATENCY

Prints its port, and serves until its standard input is closed. As light as it can be, since it shares the machine with
what is measured: no framework, no Inspect. `GET /moments` gives the times at which requests came, and which of them
began a dialogue.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

Turns = tuple[str, ...]
"""What was said so far by user and assistant, in order: by which an endpoint that keeps nothing knows where it is."""

_LOST = {"content": "I am sorry, I cannot help with that.", "calls": []}


def scripted(recording: Path) -> dict[Turns, dict[str, Any]]:
    """The recorded outputs of the assistant, each by what was said before it."""
    _, _, users, outputs = json.loads(recording.read_text("utf-8"))
    script: dict[Turns, dict[str, Any]] = {}
    for number, said in users.items():
        turns: Turns = ()
        questions = iter(said)
        answered = True
        for output in outputs[number]:
            if answered:
                turns = (*turns, next(questions))
            script.setdefault(turns, output)
            turns = (*turns, output["content"])
            answered = not output["calls"]
    return script


def reply(body: bytes, script: dict[Turns, dict[str, Any]]) -> tuple[bytes, bool]:
    """The answer to a request as JSON, and whether it began a dialogue."""
    start = body.index(b'"messages"') + len('"messages":')
    messages, _ = json.JSONDecoder().raw_decode(body[start:].decode().lstrip())
    turns = tuple(said["content"] or "" for said in messages if said["role"] in ("user", "assistant"))
    output = script.get(turns, _LOST)
    message: dict[str, Any] = {"role": "assistant", "content": output["content"]}
    if output["calls"]:
        message["tool_calls"] = [
            {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for id, name, arguments in output["calls"]
        ]
    read = len(body) // 4
    return json.dumps(
        {
            "id": "chatcmpl-recorded",
            "object": "chat.completion",
            "created": 0,
            "model": "recorded",
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if output["calls"] else "stop"}],
            "usage": {"prompt_tokens": read, "completion_tokens": 20, "total_tokens": read + 20},
        }
    ).encode(), len(turns) == 1


class Endpoint(asyncio.Protocol):
    """One connection; requests on it come one after the other."""

    script: dict[Turns, dict[str, Any]]
    latency: float
    moments: list[tuple[float, bool]]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with nothing read."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._read = bytearray()
        self._whole = 0

    def data_received(self, data: bytes) -> None:
        """Answer when a request is whole."""
        self._read += data
        if not self._whole:
            if (end := self._read.find(b"\r\n\r\n")) < 0:
                return
            head = bytes(self._read[:end]).lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            self._body, self._whole = end + 4, end + 4 + int(length or 0)
        if len(self._read) < self._whole:
            return
        request, self._read, self._whole = bytes(self._read), bytearray(), 0
        if request.startswith(b"GET"):
            self._send(json.dumps(self.moments).encode())
            return
        answer, first = reply(request[self._body :], self.script)
        self.moments.append((time.monotonic(), first))
        asyncio.get_running_loop().call_later(self.latency, self._send, answer)

    def _send(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve(script: dict[Turns, dict[str, Any]], latency: float) -> None:
    """Serve until standard input ends."""
    options = {"script": script, "latency": latency, "moments": []}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(type("Recorded", (Endpoint,), options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(scripted(Path(sys.argv[1])), float(sys.argv[2])))
