"""The lower bound: an agent that never says anything and never acts."""

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import ChatMessageAssistant


@agent
def silent() -> Agent:
    """Answers every message with nothing; no score of a goal may rise above zero on it."""

    async def execute(state: AgentState) -> AgentState:
        state.messages.append(ChatMessageAssistant(content="", source="generate"))
        return state

    return execute
