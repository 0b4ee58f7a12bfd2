"""The endpoint of endpoint.py: an OpenAI-compatible server on loopback that says what was recorded, after a while.

    python benchmarks/loopback.py RECORDING LATENCY

Prints its port, and serves until its standard input is closed. As light as it can be, since it shares the machine with
what is measured: no framework, no Inspect. Asked for an object it is the user, who says what one of the recorded users said,
whatever it is told to want. `GET /moments` gives the times at which requests came, and of those that began a dialogue
whether the agent or the user was asked.
"""

import asyncio
import json
import sys
import time
import zlib
from pathlib import Path
from typing import Any

Turns = tuple[str, ...]
"""What was said so far by user and assistant, in order: by which an endpoint that keeps nothing knows where it is."""

WRITTEN = 20
"""Tokens that each reply counts."""

_LOST = {"content": "I am sorry, I cannot help with that.", "calls": []}


def scripted(users: dict[str, list[str]], outputs: dict[str, list[dict[str, Any]]]) -> dict[Turns, dict[str, Any]]:
    """The recorded outputs of the assistant, each by what was said before it."""
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


def said_by_user(messages: list[dict[str, Any]], users: list[list[str]]) -> str:
    """What the user says next, as the object that a model is asked for."""
    recorded = users[zlib.crc32(messages[0]["content"].encode()) % len(users)]
    spoken = sum(said["role"] == "assistant" for said in messages)
    text = recorded[spoken] if spoken < len(recorded) else "Bye."
    return json.dumps({"user_message": text, "is_task_complete": spoken >= len(recorded) - 1})


def reply(body: bytes, script: dict[Turns, dict[str, Any]], users: list[list[str]]) -> tuple[bytes, str]:
    """The answer to a request as JSON, and who begins a dialogue by it."""
    start = body.index(b'"messages"') + len('"messages":')
    messages, _ = json.JSONDecoder().raw_decode(body[start:].decode().lstrip())
    who = "user" if b'"response_format"' in body else "agent"
    first = not any(said["role"] == "assistant" for said in messages)
    if who == "user":
        output: dict[str, Any] = {"content": said_by_user(messages, users), "calls": []}
    else:
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
            "usage": {"prompt_tokens": read, "completion_tokens": WRITTEN, "total_tokens": read + WRITTEN},
        }
    ).encode(), who if first else ""


class Endpoint(asyncio.Protocol):
    """One connection; requests on it come one after the other."""

    script: dict[Turns, dict[str, Any]]
    users: list[list[str]]
    latency: float
    moments: list[tuple[float, str]]

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
        answer, began = reply(request[self._body :], self.script, self.users)
        self.moments.append((time.monotonic(), began))
        asyncio.get_running_loop().call_later(self.latency, self._send, answer)

    def _send(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve(recording: Path, latency: float) -> None:
    """Serve until standard input ends."""
    _, _, users, outputs = json.loads(recording.read_text("utf-8"))
    script = scripted(users, outputs)
    options = {"script": script, "users": list(users.values()), "latency": latency, "moments": []}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(type("Recorded", (Endpoint,), options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
