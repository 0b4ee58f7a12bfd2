"""An agent that speaks A2A (JSON-RPC `message/send`), with a state of its own (pip install starlette uvicorn).

python examples/agents/a2a.py 8124 &
turnwise run --agent a2a:http://127.0.0.1:8124/
"""

import sys
import uuid

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def send(request):
    call = await request.json()
    said = call["params"]["message"]
    parts = [{"kind": "text", "text": f"I have noted: {said['parts'][0]['text']}"}]
    reply = {
        "kind": "message",
        "role": "agent",
        "messageId": uuid.uuid4().hex,
        "contextId": said["contextId"],
        "parts": parts,
    }
    return JSONResponse({"jsonrpc": "2.0", "id": call["id"], "result": reply})


if __name__ == "__main__":
    uvicorn.run(Starlette(routes=[Route("/", send, methods=["POST"])]), host="127.0.0.1", port=int(sys.argv[1]))
