"""Whether the dialogue came to its end, or merely stopped."""

import re

from turnwise.scoring.quality.speech import closes, corrects, declines, proposes, questions, sentences, wants
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.text import says_something

_GOODBYE = re.compile(r"\b(?:good ?)?bye\b", re.I)
_HANDED_OVER = re.compile(r"transfer|hand_?(?:off|over)|escalat|human", re.I)


def closure(transcript: Transcript) -> SubScore:
    """Thirds: the user ended it; no question was left pending; the last thing the user wanted was answered.

    Where the ending is not known, a goodbye of the user, or a handover to people, counts as the user's; where the
    assistant said goodbye to a user who then asked for more, it is not the user's. Where the assistant never spoke, what
    the user wanted is pending.
    """
    messages = transcript.messages
    if not any(message.role == "user" for message in messages):
        return SubScore(None)
    handed_over = _handed_over(transcript)
    words = next((m.text for m in reversed(messages) if m.role == "user"), "")
    parts = {
        "not ended by the user": not _sent_off(transcript)
        and (transcript.ended == "user" or (not transcript.ended and (handed_over or closes(words)))),
        "left pending": handed_over or not _pending(transcript),
        "not answered": handed_over or _answered(transcript),
    }
    lacking = [Finding(len(messages) - 1, "closure", what, 2) for what, fine in parts.items() if not fine]
    return SubScore(1 - len(lacking) / 3, tuple(lacking), 3)


def _handed_over(transcript: Transcript) -> bool:
    """Whether the last wish of the user ended in a call that hands them over to people."""
    spoken = max((n for n, m in enumerate(transcript.messages) if m.role == "user" and not closes(m.text)), default=-1)
    return any(
        bool(_HANDED_OVER.search(call.tool)) and called_at > spoken and result is not None and not result.error
        for call, called_at, result, _ in transcript.exchanges
    )


def _sent_off(transcript: Transcript) -> bool:
    """Whether the assistant said goodbye to a user who had not, and the user then asked for something."""
    spoken = [m for m in transcript.messages if m.role != "tool" and says_something(m.text)]
    return any(
        before.role == after.role == "user"
        and said.role == "assistant"
        and _GOODBYE.search(said.text) is not None
        and not closes(before.text)
        and wants(after.text)
        for before, said, after in zip(spoken, spoken[1:], spoken[2:], strict=False)
    )


def _pending(transcript: Transcript) -> bool:
    """Whether the assistant's last words ask something that was never answered; or it said nothing at all."""
    messages = transcript.messages
    place = max((n for n, m in enumerate(messages) if m.role == "assistant" and says_something(m.text)), default=None)
    if place is None:
        return True
    asked = bool(questions(messages[place].text)) or proposes(messages[place].text)
    reply = "".join(f" {m.text}" for m in messages[place + 1 :] if m.role == "user")
    return asked and closes(reply) and not declines(reply)


def _answered(transcript: Transcript) -> bool:
    """Whether the assistant spoke after the last user message that was more than a goodbye."""
    messages = transcript.messages
    by_user = transcript.ended in ("", "user")
    for place in reversed(range(len(messages))):
        message = messages[place]
        if message.role == "assistant" and says_something(message.text):
            return True
        if message.role == "user" and not (by_user and (closes(message.text) or _drops(message.text, transcript))):
            return False
    return False


def _drops(text: str, transcript: Transcript) -> bool:
    """Whether the words of a user who ended the dialogue want no answer: no, never mind. Leave it, change X wants one."""
    parts = sentences(text)
    dropped = all((declines(part) and not corrects(part)) or closes(part) for part in parts)
    return transcript.ended == "user" and declines(text) and dropped and not wants(text)
