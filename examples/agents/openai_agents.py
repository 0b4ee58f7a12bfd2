"""An agent of the OpenAI Agents SDK (pip install openai-agents); the model "inspect" is the run's."""

import json

from agents import Agent, FunctionTool, OpenAIChatCompletionsModel, Runner, set_tracing_disabled
from openai import AsyncOpenAI

set_tracing_disabled(True)


def as_function_tool(tool):
    async def invoke(_context, arguments):
        return await tool.text(**json.loads(arguments))

    return FunctionTool(tool.name, tool.description, tool.parameters, invoke, strict_json_schema=False)


async def support(messages, tools):
    model = OpenAIChatCompletionsModel("inspect", AsyncOpenAI(api_key="unused"))
    agent = Agent(
        "support", instructions=messages[0]["content"], model=model, tools=[*map(as_function_tool, tools.values())]
    )
    talk = [{"role": m["role"], "content": m["content"]} for m in messages[1:] if m["role"] != "tool" and m["content"]]
    return str((await Runner.run(agent, talk)).final_output)
