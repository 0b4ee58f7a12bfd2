"""A LangChain / LangGraph agent (pip install langchain langchain-openai); the model "inspect" is the run's."""

from langchain.agents import create_agent
from langchain_core.tools import StructuredTool
from langchain_openai import ChatOpenAI


def as_langchain_tool(tool):
    return StructuredTool(
        name=tool.name, description=tool.description, args_schema=tool.parameters, coroutine=tool.text
    )


async def support(messages, tools):
    model = ChatOpenAI(model="inspect", api_key="unused")
    graph = create_agent(
        model, [as_langchain_tool(tool) for tool in tools.values()], system_prompt=messages[0]["content"]
    )
    talk = [{"role": m["role"], "content": m["content"]} for m in messages[1:] if m["role"] != "tool" and m["content"]]
    return (await graph.ainvoke({"messages": talk}))["messages"][-1].text
