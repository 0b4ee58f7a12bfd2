"""Whether the dialogue came to its end, or merely stopped."""

import re

from turnwise.scoring.quality.speech import (
    agrees,
    asks,
    closes,
    corrects,
    declines,
    offers,
    proposes,
    questions,
    sentences,
    wants,
)  # fmt: skip
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.text import says_something

_GOODBYE = re.compile(r"\b(?:good ?)?bye\b", re.I)
_PARTING = re.compile(
    r"\bhave a (?:great|good|nice|wonderful|lovely)\b|\b(?:good ?)?bye\b|\btake care\b"
    r"|\bthank(?:s| you)(?: so| very)?(?: much)? for (?:your (?:help|time|assistance|patience)|(?:check|try|lett|tell|look|explain|clarify)ing)\b",
    re.I,
)
_UNDERSTANDS = re.compile(
    r"^(?:\W*(?:ok(?:ay)?|alright|fine|i (?:see|understand)|that'?s (?:fine|ok(?:ay)?|alright)))+\W*$", re.I
)
_SUGGESTS = re.compile(
    r"^(?:perhaps|maybe|for (?:example|instance)|such as|like|or|would you like (?:to|me to help))\b", re.I
)
_HANDED_OVER = re.compile(r"transfer|hand_?(?:off|over)|escalat|human", re.I)


def closure(transcript: Transcript) -> SubScore:
    """Thirds: the user ended it; no question was left pending; the last thing the user wanted was answered.

    Where the ending is not known, a goodbye of the user, or a handover to people, counts as the user's; where the
    assistant said goodbye to a user who then asked for more, it is not the user's. Where the assistant never spoke, what
    the user wanted is pending. An offer of more help, and what might be wanted then, is no question left pending.
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
    text = _without_offers(messages[place].text)
    reply = "".join(f" {m.text}" for m in messages[place + 1 :] if m.role == "user")
    listed = any(part.rstrip(" *_").endswith(":") and asks(part) for part in sentences(text))
    asked = bool(questions(text)) or proposes(text) or listed
    return asked and closes(reply) and not any(map(declines, sentences(reply)))


def _without_offers(text: str) -> str:
    """A text up to where it offers more help; what it might then be is part of the offer: perhaps you'd like the menu?"""
    parts = sentences(text)
    offered = next((n for n, part in enumerate(parts) if part.endswith("?") and offers(part)), len(parts))
    return "\n".join([*parts[:offered], *(part for part in parts[offered:] if not _SUGGESTS.search(part))])


def _answered(transcript: Transcript) -> bool:
    """Whether the assistant spoke after the last user message that was more than a goodbye."""
    messages = transcript.messages
    by_user = transcript.ended in ("", "user")
    for place in reversed(range(len(messages))):
        message = messages[place]
        if message.role == "assistant" and says_something(message.text):
            return True
        said = next((m.text for m in reversed(messages[:place]) if m.role == "assistant" and m.text), "")
        if message.role == "user" and not (
            by_user and (_leaves(message.text, said) or _drops(message.text, transcript))
        ):
            return False
    return False


def _leaves(text: str, said: str) -> bool:
    """Whether a user takes leave, if only in the last words: what they say they need to do is then their own affair.

    A yes to what was asked just before is no leave.
    """
    parting = any(map(_PARTING.search, sentences(text)[-1:])) and not wants(re.sub(r"\bneed\b", "", text))
    return closes(text) or (parting and not (agrees(text) and asks(said)))


def _drops(text: str, transcript: Transcript) -> bool:
    """Whether the words of a user who ended the dialogue want no answer: no, never mind. Leave it, change X wants one."""
    parts = sentences(text)
    dropped = all(
        (declines(part) and not corrects(part)) or closes(part) or _UNDERSTANDS.search(part) for part in parts
    )
    return transcript.ended == "user" and declines(text) and dropped and not wants(text)
