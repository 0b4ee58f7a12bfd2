"""Whether the dialogue came to its end, or merely stopped."""

import re
from itertools import accumulate

from turnwise.scoring.quality.speech import asks, closes, declines, kind_of, sentences, wants
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.text import says_something

_PROMISE = re.compile(
    r"\b(?:i|we)(?:'ll| will| am going to|'m going to)(?: \w+ly| now| go ahead and)* (\w+)(?: with)?(?: the| your)? (\w+)",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:if|once|when|after|before|until|unless|as soon as|then|whether|so (?:that )?i|and i)\b", re.I
)
_GOODBYE = re.compile(r"\b(?:good ?)?bye\b", re.I)
_CORRECTS = re.compile(r"\b(?:make (?:that|it)|i (?:mean|meant)|should (?:be|have)|instead)\b", re.I)
_HANDED_OVER = re.compile(r"transfer|hand_?(?:off|over)|escalat|human", re.I)


def closure(transcript: Transcript) -> SubScore:
    """Thirds: the user ended it; nothing was left pending; the last thing the user wanted was answered.

    Where the ending is not known, a goodbye of the user, or a handover to people, counts as the user's. Where the
    assistant said goodbye to a user who had more to say, it is not the user's. Where the assistant never spoke,
    what the user wanted is pending.
    """
    messages = transcript.messages
    if not any(message.role == "user" for message in messages):
        return SubScore(None)
    last = len(messages) - 1
    handed_over = _handed_over(transcript)
    words = next((m.text for m in reversed(messages) if m.role == "user"), "")
    ended = transcript.ended == "user" or (transcript.ended == "" and (handed_over or closes(words)))
    parts = {
        "not ended by the user": ended and not _sent_off(transcript),
        "left pending": handed_over or not _pending(transcript),
        "not answered": handed_over or _answered(transcript),
    }
    lacking = [Finding(last, "closure", what, 2) for what, fine in parts.items() if not fine]
    return SubScore(1 - len(lacking) / 3, tuple(lacking), 3)


def _handed_over(transcript: Transcript) -> bool:
    """Whether the last wish of the user ended in a call that hands them over to people."""
    spoken = max((n for n, m in enumerate(transcript.messages) if m.role == "user" and not closes(m.text)), default=-1)
    return any(
        bool(_HANDED_OVER.search(call.tool)) and called_at > spoken and result is not None and not result.error
        for call, called_at, result, _ in transcript.exchanges
    )


def _sent_off(transcript: Transcript) -> bool:
    """Whether the assistant answered a wish with a goodbye, and the user had to go on."""
    spoken = [m for m in transcript.messages if m.role == "user" or (m.role == "assistant" and says_something(m.text))]
    return any(
        said.role == "assistant" and bool(_GOODBYE.search(said.text))
        for before, said, after in zip(spoken, spoken[1:], spoken[2:], strict=False)
        if before.role == after.role == "user" and not closes(before.text) and not closes(after.text)
    )


def _pending(transcript: Transcript) -> bool:
    """Whether the assistant's last words wait for an answer that never came, or promise what was never tried.

    Where it said nothing at all, what the user wanted is pending.
    """
    messages = transcript.messages
    place = max((n for n, m in enumerate(messages) if m.role == "assistant" and says_something(m.text)), default=None)
    if place is None:
        return True
    reply = "".join(f" {m.text}" for m in messages[place + 1 :] if m.role == "user")
    waits = asks(messages[place].text) and closes(reply) and not declines(reply)
    return waits or (_promises(messages[place].text) and not any(e.called_at >= place for e in transcript.exchanges))


def _leaves(text: str) -> bool:
    """Whether the last words of a user who ended the dialogue want no answer."""
    return closes(text) or (declines(text) and not wants(text) and not _CORRECTS.search(text))


def _promises(text: str) -> bool:
    for sentence in sentences(text):
        found = _PROMISE.search(sentence)
        if found and not sentence.endswith("?") and not _CONDITION.search(sentence):
            verb, noun = found.group(1).lower(), found.group(2).lower()
            if kind_of(verb) or (verb in ("proceed", "process", "make", "do") and noun != "sure"):
                return True
    return False


def _answered(transcript: Transcript) -> bool:
    """Whether the assistant spoke after the last user message that was more than a goodbye."""
    messages = transcript.messages
    segments = list(accumulate(message.role == "user" for message in messages))
    for place in reversed(range(len(messages))):
        if messages[place].role == "user" and not (transcript.ended in ("", "user") and closes(messages[place].text)):
            ending = place == len(messages) - 1 and transcript.ended == "user" and _leaves(messages[place].text)
            here = segments[place]
            return ending or any(
                m.role == "assistant" and says_something(m.text) and segments[n] == here for n, m in enumerate(messages)
            )
    return any(m.role == "assistant" and says_something(m.text) for m in messages)
