"""An agent of Inspect's own: here react(), with a tool of its own beside the world's."""

from inspect_ai.agent import Agent, agent, react
from inspect_ai.tool import think


@agent
def thoughtful(tools) -> Agent:
    return react(prompt=None, tools=[*tools, think()], submit=False)
