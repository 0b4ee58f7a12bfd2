"""An OpenAI-compatible server without a model: rules answer, so that a plan can be tried on any machine.

    python benchmarks/stand_in.py 8000

Serves http://127.0.0.1:8000/v1 until it is interrupted, and tells then how many calls it answered. It is the agent
`lexical` behind the protocol; which model is asked for does not matter.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
os.environ["INSPECT_TRACE_LEVEL"] = "error"  # read when Inspect is imported

from inspect_ai.model import Model, get_model, messages_from_openai
from inspect_ai.tool import ToolInfo
from small_server import serving


async def answered(model: Model, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to the body of a request."""
    messages = await messages_from_openai(body["messages"])
    tools = [ToolInfo.model_validate(tool["function"]) for tool in body.get("tools") or []]
    output = await model.generate(messages, tools)
    calls = [
        {"id": c.id, "type": "function", "function": {"name": c.function, "arguments": json.dumps(c.arguments)}}
        for c in output.message.tool_calls or []
    ]
    message = {"role": "assistant", "content": output.message.text} | ({"tool_calls": calls} if calls else {})
    read, written = len(json.dumps(body)) // 4, len(json.dumps(message)) // 4
    return {
        "id": "chatcmpl-rules", "object": "chat.completion", "created": 0, "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }  # fmt: skip


def main() -> None:
    """Serve."""
    model, count = get_model("turnwise/lexical"), 0

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        nonlocal count
        said = asyncio.run(answered(model, body))
        count += 1
        return 200, said

    with serving(answer, int(sys.argv[1])):
        with suppress(KeyboardInterrupt):
            Event().wait()
        print(f"{count:,} calls answered")


if __name__ == "__main__":
    main()
