"""Whether the assistant answers at all, and what was asked. Which words fit a request is for the judge to say."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from turnwise.scoring.quality.speech import asks
from turnwise.scoring.quality.transcript import Finding, Message, SubScore, Transcript
from turnwise.values.states import mentions
from turnwise.values.text import says_something


def contingency(transcript: Transcript) -> SubScore:
    """Share of the assistant's turns that answer the user's. A turn is all that one says until the other speaks.

    One answers nothing when it neither says nor does anything, or, where the answers to requests are known, when it asks
    nothing back, tells nothing that answers its own, and either tells what answers another request or keeps to itself an
    answer that a tool has just returned. None without such a turn.
    """
    findings = []
    looked_at = 0
    others = {answer for message in transcript.messages for answer in message.answers}
    for place, wish, reply in _pairs(transcript):
        if place < transcript.start:
            continue
        looked_at += 1
        text = "\n".join(message.text for message in reply if message.role == "assistant")
        if not any(message.calls for message in reply) and not says_something(text):
            findings.append(Finding(place, "contingency", "says nothing", 2))
        elif why := _misses(wish, reply, text, others):
            findings.append(Finding(place, "contingency", f"{why}: {text[:160]}", 2))
    return SubScore(1 - len(findings) / looked_at if looked_at else None, tuple(findings), looked_at)


def _pairs(transcript: Transcript) -> Iterator[tuple[int, Sequence[Message], Sequence[Message]]]:
    """Every turn of the assistant after one of the user: its place, that of the user, and itself."""
    wish: Sequence[Message] = ()
    for by_user, group in groupby(enumerate(transcript.messages), lambda numbered: numbered[1].role == "user"):
        places, messages = zip(*group, strict=True)
        if by_user:
            wish = messages
        elif wish:
            yield places[0], wish, messages


def _misses(wish: Sequence[Message], reply: Sequence[Message], text: str, others: set[str]) -> str:
    """How a reply misses the answers to its request, where they are known; empty when it does not."""
    mine = {answer for message in wish for answer in message.answers}
    if not mine or asks(text) or any(mentions(text, answer) for answer in mine):
        return ""
    asked = "\n".join(message.text for message in wish)
    if any(mentions(text, answer) and not mentions(asked, answer) for answer in others - mine):
        return "answers something else"
    returned = [message.text for message in reply if message.role == "tool" and not message.error]
    found = all(any(mentions(result, answer) for result in returned) for answer in mine)
    return "keeps the answer to itself" if found else ""
