"""A model of transformers behind an OpenAI-compatible endpoint on loopback: greedy, one request at a time.

It keeps what it has read of each conversation, so that a later turn costs only what is new in it.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from inspect import signature
from typing import Any

import torch
from small_model import calls_in
from small_server import serving
from transformers import DynamicCache

from turnwise.harvest.exports.pieces import chat

_KEPT = 16
"""Conversations of which it keeps what it has read."""


class Reader:
    """A model that goes on where it has read already."""

    def __init__(self, model: Any, tokenizer: Any, context: int) -> None:
        self.model, self.tokenizer, self.context = model, tokenizer, context
        # transformers gave it another name in 2026, and warns of the old one
        self._cache = "cache" if "cache" in signature(model.forward).parameters else "past_key_values"
        self._read: OrderedDict[tuple[int, ...], Any] = OrderedDict()

    def reply(self, messages: list[dict[str, Any]], tools: list[Any] | None, most: int) -> tuple[str, int, int] | None:
        """What it writes next, and the tokens of prompt and reply; None where the prompt does not fit."""
        text = self.tokenizer.apply_chat_template(
            chat(messages, objects=True), tools=tools, add_generation_prompt=True, tokenize=False
        )
        ids = self.tokenizer.encode(text, add_special_tokens=False)
        most = min(most, self.context - len(ids))
        if most <= 0:
            return None
        cache, begun = self._longest(ids)
        fresh, written = ids[begun:], []
        with torch.no_grad():
            while len(written) < most:
                given = torch.tensor([fresh], device=self.model.device)
                seen = self.model(input_ids=given, use_cache=True, logits_to_keep=1, **{self._cache: cache})
                token = int(seen.logits[0, -1].argmax())
                if token == self.tokenizer.eos_token_id:
                    break
                written.append(token)
                fresh = [token]
        read = (*ids, *written)[: cache.get_seq_length()]
        self._read[read] = cache
        while len(self._read) > _KEPT:
            self._read.popitem(last=False)
        return self.tokenizer.decode(written), len(ids), len(written)

    def _longest(self, ids: list[int]) -> tuple[Any, int]:
        """A copy of what was read of the conversation that begins most alike, cut to that, and its length."""
        best, length = None, 0
        for read, cache in self._read.items():
            same = next(
                (n for n, (a, b) in enumerate(zip(read, ids, strict=False)) if a != b), min(len(read), len(ids))
            )
            same = min(same, len(ids) - 1)
            if same > length:
                best, length = cache, same
        if best is None:
            return DynamicCache(), 0
        copy = deepcopy(best)
        if copy.get_seq_length() > length:
            copy.crop(length - copy.get_seq_length())
        return copy, length


def answered(reader: Reader, body: dict[str, Any], most: int) -> tuple[int, dict[str, Any]]:
    """A chat completion, or an error as OpenAI's API has it."""
    for message in body["messages"]:
        if isinstance(message.get("content"), list):
            message["content"] = "\n".join(part.get("text", "") for part in message["content"])
    most = min(body.get("max_completion_tokens") or body.get("max_tokens") or most, most)
    made = reader.reply(body["messages"], body.get("tools"), most)
    if made is None:
        words = f"maximum context length is {reader.context} tokens"
        return 400, {"error": {"message": words, "code": "context_length_exceeded", "type": "invalid_request_error"}}
    text, read, written = made
    said, calls = calls_in(text)
    message: dict[str, Any] = {"role": "assistant", "content": said}
    if calls:
        message["tool_calls"] = [
            {"id": f"call_{read}_{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
            for n, (name, given) in enumerate(calls)
        ]
    return 200, {
        "id": f"chatcmpl-{read}",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


@contextmanager
def served(model: Any, tokenizer: Any, context: int, most: int) -> Iterator[str]:
    """Serve a model that writes `most` tokens a reply; gives the base URL."""
    reader = Reader(model, tokenizer, context)
    with serving(lambda body: answered(reader, body, most)) as port:
        yield f"http://127.0.0.1:{port}/v1"
