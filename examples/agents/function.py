"""An agent as a function: messages and tools as OpenAI has them; the calls in its reply are run, and it is asked again.

The model "inspect" is the one that the run names with --model; any other name goes where the client sends it.
"""

from openai import AsyncOpenAI


async def agent(messages, tools):
    client = AsyncOpenAI(api_key="unused")
    return await client.chat.completions.create(model="inspect", messages=messages, tools=tools.schemas)
