"""A dialogue as every judge is shown it, and whether what a judge quotes really stands there. Knows no model."""

import json
from collections.abc import Sequence

from turnwise.scoring.quality.transcript import Message, Transcript
from turnwise.values.text import normalised

_LONGEST_RESULT = 4000
"""Characters of a tool result that a judge is shown."""
_LONGEST_QUOTE = 30
"""Words; judges are asked for fifteen at most."""


def case(transcript: Transcript, *sections: str) -> str:
    """What a judge reads: what the assistant was told, sections of the judge's own, and the numbered messages.

    It says nothing of the condition, of the model or of a score.
    """
    parts = [f"What the assistant was told:\n{transcript.policy}"] if transcript.policy else []
    if transcript.writes:
        asked = {True: " (to be confirmed by the person first)", False: ""}
        changing = ", ".join(f"{tool}{asked[grave]}" for tool, grave in sorted(transcript.writes.items()))
        parts.append(f"Tools that change something, while all others look something up:\n{changing}")
    lines = [shown(number, message) for number, message in enumerate(transcript.messages, 1)]
    return "\n\n".join([*parts, *sections, "Conversation:\n" + "\n".join(lines)])


def quoted(quote: str, number: int, messages: Sequence[Message], *, said_only: bool = False) -> bool:
    """Whether a quote stands word for word in a message as a judge is shown it; case and punctuation do not count.

    Args:
        number: the message's, from 1; there need not be one.
        said_only: look at what the assistant says there, and neither at its calls nor at anybody else.
    """
    words = normalised(quote)
    if not 1 <= number <= len(messages) or not 0 < len(words.split()) <= _LONGEST_QUOTE:
        return False
    message = messages[number - 1]
    if said_only and message.role != "assistant":
        return False
    return f" {words} " in f" {normalised(message.text if said_only else _shown(message))} "


def shown(number: int, message: Message) -> str:
    result = "tool error" if message.error else "tool result"
    speaker = {"user": "person", "assistant": "assistant", "tool": result}[message.role]
    return f"[{number}] {speaker}: {_shown(message)}"


def _shown(message: Message) -> str:
    text = message.text.strip()
    if message.role == "tool":
        if text.startswith(("{", "[")):  # the white space in data is nothing to judge, and would change where it is cut
            text = " ".join(text.split())
        text = f"{text[:_LONGEST_RESULT]} (cut)" if len(text) > _LONGEST_RESULT else text
    calls = [f"calls {call.tool}({json.dumps(dict(call.arguments), ensure_ascii=False)})" for call in message.calls]
    # Indented, so that no line of a message can pass for another message.
    return " ".join([part for part in (text, *calls) if part] or ["(nothing)"]).replace("\n", "\n    ")
