"""Samples of Inspect logs as transcripts: our own dialogues, and those that `turnwise import` brought in."""

from collections.abc import Mapping

from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from inspect_ai.solver import TaskState

from turnwise.dialogue.scenario import Scenario
from turnwise.goals.model import Goal, Request
from turnwise.scoring.quality.transcript import Message, ToolCall, Transcript
from turnwise.users.facts import facts
from turnwise.users.style import plain
from turnwise.values.states import mentions

FOREIGN = "foreign"
"""Key of a sample's metadata that holds what is known of an imported dialogue: `instruction`, `ended`, and `writes`
(the tools that change something, and whether that is worth a confirmation)."""


def transcript_of(sample: EvalSample | TaskState) -> Transcript | None:
    """The transcript in a sample; None when no dialogue of ours was held in it and none was imported."""
    metadata = sample.metadata or {}
    policy = "\n".join(m.text for m in sample.messages if isinstance(m, ChatMessageSystem))
    if FOREIGN in metadata:
        known = metadata[FOREIGN]
        return Transcript(
            _messages(sample, {}),
            policy=policy,
            instruction=known.get("instruction", ""),
            writes=known.get("writes", {}),
            ended=known.get("ended", ""),
        )
    store = sample.store if isinstance(sample.store, Mapping) else dict(sample.store.items())
    if "scenario" not in metadata or not store.get("DialogueLog:ended"):
        return None
    scenario = Scenario.model_validate(metadata["scenario"])
    goals = [*scenario.goals, *(Goal.model_validate(goal) for goal in store.get("DialogueLog:added", []))]
    requests = [request for goal in goals for request in goal.requests]
    known = [fact for request in requests for fact in facts(request)]
    known += [str(r.subject.first_thought) for r in requests if r.subject and r.subject.first_thought is not None]
    known += [plain(s.first_thought) for r in requests for s in r.slots if s.first_thought is not None]
    texts = [text for goal in goals for text in (goal.description, goal.question or "")]
    texts += [request.phrases.get("question", "") for request in requests]
    return Transcript(
        _messages(sample, {request.id: request for request in requests}),
        policy=policy,
        instruction="\n".join([*filter(None, texts), *known]),
        facts=tuple(dict.fromkeys(known)),
        writes=metadata.get("writes", {}),
        ended=store.get("DialogueLog:ended", ""),
        start=metadata.get("start", {}).get("messages", 0),
    )


def _messages(sample: EvalSample | TaskState, requests: Mapping[str, Request]) -> tuple[Message, ...]:
    return tuple(m for message in sample.messages if (m := _message(message, requests)) is not None)


def _message(message: ChatMessage, requests: Mapping[str, Request]) -> Message | None:
    if isinstance(message, ChatMessageUser):
        asked = [request for _, request in (message.metadata or {}).get("dialogue_acts", []) if request in requests]
        answers = [answer for request in asked for answer in _answers(requests[request], message.text)]
        return Message("user", message.text, answers=tuple(answers))
    if isinstance(message, ChatMessageAssistant):
        calls = tuple(ToolCall(call.id, call.function, call.arguments) for call in message.tool_calls or [])
        return Message("assistant", message.text, calls=calls)
    if isinstance(message, ChatMessageTool):
        text = message.error.message if message.error else message.text
        return Message("tool", text, call_id=message.tool_call_id or "", error=message.error is not None)
    return None


def _answers(request: Request, text: str) -> tuple[str, ...]:
    """What a reply to a message that asks for a request must tell; nothing when a slip of the user asks for another."""
    slip = request.subject.first_thought if request.subject else None
    if slip is not None and mentions(text, slip):
        return ()
    return tuple(plain(answer.value) for answer in request.checkpoint.answers)
