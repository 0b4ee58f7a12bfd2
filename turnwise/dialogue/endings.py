"""How a dialogue can end, and in what words a person is told."""

ENDINGS = {
    "user": "The user ended the dialogue.",
    "turn_limit": "The limit of user messages cut it off.",
    "interrupted": "The dialogue was interrupted.",
    "user_fault": "The user's model gave nothing usable, and the dialogue ended there: not the agent's doing.",
    "tool_fault": "The model that simulates the tools, or their live server, gave nothing usable, and the dialogue ended there: not the agent's doing.",
    "agent_fault": "The agent gave no answer, however often it was asked, and the dialogue ended there.",
}
