"""Our own dialogues as transcripts: what the user knows is in the goals, and what it asks for in its dialogue acts."""

from collections.abc import Mapping

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser

from turnwise.dialogue.state import MOST_READ
from turnwise.dialogue.trajectory import Trajectory
from turnwise.goals.model import Request
from turnwise.scoring.quality.transcript import Message, ToolCall, Transcript
from turnwise.users.facts import facts
from turnwise.users.style import plain
from turnwise.values.states import mentions


def transcript_of_trajectory(trajectory: Trajectory) -> Transcript:
    """A trajectory, its history included, as quality scores see it."""
    phases = [goal for phase in trajectory.goal_phases for goal in phase.goals]
    goals = {goal.id: goal for goal in (*trajectory.scenario.goals, *phases)}.values()
    requests = [request for goal in goals for request in goal.requests]
    known = [fact for request in requests for fact in facts(request)]
    known += [str(r.subject.first_thought) for r in requests if r.subject and r.subject.first_thought is not None]
    known += [plain(s.first_thought) for r in requests for s in r.slots if s.first_thought is not None]
    texts = [text for goal in goals for text in (goal.description, goal.question or "")]
    texts += [request.phrases.get("question", "") for request in requests]
    return Transcript(
        messages_of([*trajectory.history, *trajectory.messages], {request.id: request for request in requests}),
        policy=trajectory.policy,
        instruction="\n".join([*filter(None, texts), *known]),
        facts=tuple(dict.fromkeys(known)),
        writes=trajectory.writes,
        ended=trajectory.ended,
        start=len(trajectory.history),
    )


def messages_of(messages: list[ChatMessage], requests: Mapping[str, Request]) -> tuple[Message, ...]:
    """The messages of a transcript; those of the system are none.

    Args:
        requests: by id, those that the user may ask for.
    """
    return tuple(found for message in messages if (found := _message(message, requests)) is not None)


def _message(message: ChatMessage, requests: Mapping[str, Request]) -> Message | None:
    if isinstance(message, ChatMessageUser):
        asked = [request for _, request in (message.metadata or {}).get("dialogue_acts", []) if request in requests]
        answers = [answer for request in asked for answer in _answers(requests[request], message.text)]
        return Message("user", message.text, answers=tuple(answers), id=message.id or "")
    if isinstance(message, ChatMessageAssistant):
        calls = tuple(ToolCall(call.id, call.function, call.arguments) for call in message.tool_calls or [])
        return Message("assistant", message.text[:MOST_READ], calls=calls, id=message.id or "")
    if isinstance(message, ChatMessageTool):
        text = message.error.message if message.error else message.text
        error = message.error is not None
        return Message("tool", text, call_id=message.tool_call_id or "", error=error, id=message.id or "")
    return None


def _answers(request: Request, text: str) -> tuple[str, ...]:
    """What a reply to a message that asks for a request must tell; nothing when a slip of the user asks for another."""
    slip = request.subject.first_thought if request.subject else None
    if slip is not None and mentions(text, slip):
        return ()
    return tuple(plain(answer.value) for answer in request.checkpoint.answers)
