"""An agent as a program: a line of JSON with messages and tools comes in, a line of JSON with the reply goes out.

turnwise run --agent "command:python examples/agents/pipe.py"
"""

import json
import sys

for line in sys.stdin:
    request = json.loads(line)
    last = request["messages"][-1]
    if last["role"] == "user" and request["tools"]:
        name = request["tools"][0]["function"]["name"]
        reply = {"content": "", "tool_calls": [{"id": "", "function": {"name": name, "arguments": "{}"}}]}
    else:
        reply = {"content": f"The system says: {last['content'][:80]}"}
    print(json.dumps(reply), flush=True)
