"""An agent behind a URL, OpenAI-compatible, with a state of its own for each dialogue (pip install starlette uvicorn).

python examples/agents/endpoint.py 8123 &
turnwise run --agent http://127.0.0.1:8123/v1#mine
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

heard = {}  # by dialogue, which `user` names


async def completions(request):
    body = await request.json()
    heard[body["user"]] = heard.get(body["user"], 0) + 1
    text = f"That is your message number {heard[body['user']]}."
    return JSONResponse({"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})


if __name__ == "__main__":
    app = Starlette(routes=[Route("/v1/chat/completions", completions, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
