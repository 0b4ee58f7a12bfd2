"""An agent of Pydantic AI (pip install "pydantic-ai-slim[openai]"); the model "inspect" is the run's."""

from openai import AsyncOpenAI
from pydantic_ai import Agent, FunctionToolset, Tool
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


class Support:
    def reset(self, policy):
        model = OpenAIChatModel("inspect", provider=OpenAIProvider(openai_client=AsyncOpenAI(api_key="unused")))
        self.agent, self.memory = Agent(model, system_prompt=policy), []

    async def reply(self, message, tools):
        own = [Tool.from_schema(tool.text, tool.name, tool.description, tool.parameters) for tool in tools.values()]
        result = await self.agent.run(message, message_history=self.memory, toolsets=[FunctionToolset(own)])
        self.memory = result.all_messages()
        return result.output
