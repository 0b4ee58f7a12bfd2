"""What each turn of an episode was worth: requests that came to be done there, less what was found wrong in its words.

    rewards = turn_rewards(rollout)      # {1: 0.5, 2: -0.05, 4: 0.5}

Findings are those of interaction quality, which for these messages are the same as in a dialogue of Inspect's. They are
rules about prose, so they only take away, and little: a flaw costs a twentieth of what the whole task is worth.
"""

from collections.abc import Mapping

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool
from inspect_ai.tool import ToolCall as InspectCall
from inspect_ai.tool import ToolCallError

from turnwise.dialogue.inspect_messages import chat_user
from turnwise.dialogue.messages import AssistantMessage, Message, UserMessage
from turnwise.dialogue.trajectory import Trajectory
from turnwise.environments.rollout import Rollout
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.own import transcript_of_trajectory
from turnwise.scoring.quality.transcript import Finding

COST: Mapping[int, float] = {1: 0.01, 2: 0.05, 3: 0.1}
"""of a finding about the agent's words or calls, by severity: blemish, flaw, harm"""


def turn_rewards(rollout: Rollout, cost: Mapping[int, float] = COST) -> dict[int, float]:
    """By user turn, from 1: the share of all requests that came to be done there, less the cost of what was found."""
    found = dict(rollout.outcome.credit)
    messages = rollout.episode.conversation.messages
    for finding in findings(rollout):
        if isinstance(messages[finding.message], AssistantMessage):
            turn = sum(isinstance(message, UserMessage) for message in messages[: finding.message])
            found[turn] = found.get(turn, 0.0) - cost[finding.severity]
    return dict(sorted(found.items()))


def findings(rollout: Rollout) -> tuple[Finding, ...]:
    """What interaction quality finds in the episode so far, each at its place among the messages."""
    episode = rollout.episode
    talk = episode.conversation
    trajectory = Trajectory(
        scenario=episode.scenario,
        messages=[_chat_message(message) for message in talk.messages],
        ended=talk.ended,
        progress=[progress._asdict() for progress in talk.progress],
        changes=talk.state.changes,
        goal_phases=talk.state.goal_phases,
        policy=episode.policy,
        writes=episode.writes,
    )
    return quality(transcript_of_trajectory(trajectory)).findings


def _chat_message(message: Message) -> ChatMessage:
    if isinstance(message, UserMessage):
        return chat_user(message)
    if isinstance(message, AssistantMessage):
        calls = [InspectCall(id=call.id, function=call.tool, arguments=call.arguments) for call in message.calls]
        return ChatMessageAssistant(content=message.text, tool_calls=calls or None)
    error = None if message.refusal is None else ToolCallError("unknown", message.refusal)
    return ChatMessageTool(content=message.text, tool_call_id=message.call_id, error=error)
