"""Agents elsewhere: an OpenAI-compatible or A2A endpoint by its URL, or a command that talks through a pipe."""

import json
import os
import shlex
import uuid
from collections.abc import Sequence
from typing import Any

import anyio
import httpx
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from turnwise.agents.own.code import MAX_STEPS
from turnwise.agents.own.messages import Message, Turn, WorldTools
from turnwise.errors import AgentError
from turnwise.worlds import Tool

SECONDS = 300.0
"""for one reply"""
_TRIES = 3
_LONGEST_LINE = 10 * 2**20


class ChatEndpoint:
    """An agent behind `URL/chat/completions`: all messages and the tools go with each request.

    `user` names the dialogue, for one that holds a state of its own; the key is read from TURNWISE_AGENT_KEY.
    """

    def __init__(self, url: str, model: str = "agent") -> None:
        self._url, self._model, self._dialogue = url.rstrip("/"), model, uuid.uuid4().hex
        self._client = httpx.AsyncClient(timeout=SECONDS, headers=_key())

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        schemas = WorldTools(tools, turn.run).schemas
        for _ in range(MAX_STEPS):
            body = {
                "model": self._model,
                "messages": [*history, *turn.messages],
                "user": self._dialogue,
                **({"tools": schemas} if schemas else {}),
            }
            completion = await _posted(self._client, f"{self._url}/chat/completions", body)
            if not await turn.take(completion):
                break

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class A2AEndpoint:
    """An agent that speaks A2A (JSON-RPC over HTTP): it is sent the user's words, and keeps the dialogue itself."""

    def __init__(self, url: str) -> None:
        self._url, self._context = url, uuid.uuid4().hex
        self._client = httpx.AsyncClient(timeout=SECONDS, headers=_key())

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        message = {
            "kind": "message",
            "role": "user",
            "messageId": uuid.uuid4().hex,
            "contextId": self._context,
            "parts": [{"kind": "text", "text": history[-1]["content"]}],
        }
        request = {"jsonrpc": "2.0", "id": message["messageId"], "method": "message/send"}
        answer = await _posted(self._client, self._url, {**request, "params": {"message": message}})
        if "result" not in answer:
            raise AgentError(f"{self._url}: {json.dumps(answer.get('error', answer))[:300]}")
        self._context = answer["result"].get("contextId", self._context)
        await turn.take(spoken(answer["result"]))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def spoken(result: dict[str, Any]) -> str:
    """The text of an A2A message, or of a task's artifacts and status."""
    holders = [result, *(result.get("artifacts") or ())]
    if isinstance(result.get("status"), dict):
        holders.append(result["status"].get("message") or {})
    parts = [part for holder in holders for part in holder.get("parts") or ()]
    return "\n".join(str(part["text"]) for part in parts if isinstance(part, dict) and part.get("text"))


class CommandAgent:
    """A command, started for each dialogue: a line of JSON in, `{"messages": ..., "tools": ...}`, a line out, its reply.

    A reply is a JSON text or a message with `content` or `tool_calls`; calls are run and the new messages sent.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._process: Process | None = None

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        process, lines = await self._started()
        schemas = WorldTools(tools, turn.run).schemas
        for _ in range(MAX_STEPS):
            request = {"messages": [*history, *turn.messages], "tools": schemas}
            try:
                assert process.stdin is not None
                await process.stdin.send(json.dumps(request).encode() + b"\n")
                with anyio.fail_after(SECONDS):
                    line = await lines.receive_until(b"\n", _LONGEST_LINE)
            except TimeoutError as error:
                raise AgentError(f"{self._command} wrote no reply within {SECONDS:g} seconds") from error
            except (anyio.BrokenResourceError, anyio.EndOfStream, anyio.IncompleteRead) as error:
                raise AgentError(f"{self._command} ended before it replied (it writes to standard error)") from error
            try:
                reply = json.loads(line)
            except ValueError as error:
                raise AgentError(f"{self._command} writes a line of JSON for each reply, not {line[:80]!r}") from error
            if not await turn.take(reply):
                break

    async def _started(self) -> tuple[Process, BufferedByteReceiveStream]:
        if self._process is None:
            try:
                self._process = await anyio.open_process(shlex.split(self._command), stderr=None)
            except OSError as error:
                raise AgentError(f"{self._command} cannot be started: {error.strerror}") from error
            assert self._process.stdout is not None
            self._lines = BufferedByteReceiveStream(self._process.stdout)
        return self._process, self._lines

    async def close(self) -> None:
        """End the command: its input is closed, and after a moment it is terminated."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with anyio.CancelScope(shield=True):
            if process.stdin is not None:
                await process.stdin.aclose()
            with anyio.move_on_after(2):
                await process.wait()
            if process.returncode is None:
                process.terminate()
                await process.wait()
            await process.aclose()


def _key() -> dict[str, str]:
    key = os.environ.get("TURNWISE_AGENT_KEY")
    return {"Authorization": f"Bearer {key}"} if key else {}


async def _posted(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> dict[str, Any]:
    """The JSON answer to a POST; connections that fail and answers of 5xx are tried again. AgentError says what came."""
    for left in reversed(range(_TRIES)):
        try:
            response = await client.post(url, json=body)
            if response.status_code < 500 or not left:
                break
        except httpx.HTTPError as error:
            if not left:
                raise AgentError(f"{url} cannot be reached: {error or type(error).__name__}") from error
        await anyio.sleep(0.5 * (_TRIES - left))
    if response.status_code >= 400:
        raise AgentError(f"{url} answered {response.status_code}: {response.text[:300]}")
    try:
        answer = response.json()
    except ValueError as error:
        raise AgentError(f"{url} answered no JSON: {response.text[:200]!r}") from error
    if not isinstance(answer, dict):
        raise AgentError(f"{url} answered no JSON object: {response.text[:200]!r}")
    return answer
