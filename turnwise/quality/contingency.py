"""Whether turns connect to what they answer. Lexical and noisy: it points at turns to read, and gates nothing."""

from turnwise.quality.speech import topics
from turnwise.quality.transcript import Finding, Message, SubScore, Transcript

KNOWN = {"assistant": 0.4, "user": 0.25}
"""share of a turn's content words that must have come up for it to be about this dialogue"""
WORDS = {"assistant": 2, "user": 3}
"""content words below which a turn is courtesy, a yes or a no, and connects to anything"""


def contingency(transcript: Transcript) -> SubScore:
    """Share of the turns, from the first reply on, that take up what came before.

    A turn connects when enough of its content words occurred in the dialogue or its results, or in what its speaker was
    told beforehand.
    """
    told = topics(transcript.policy)
    known = topics(transcript.instruction)
    heard: frozenset[str] = frozenset()
    findings = []
    looked_at = 0
    for place, message in enumerate(transcript.messages):
        words = topics(message.text)
        if message.role != "tool" and message.text.strip() and heard:
            looked_at += 1
            if not _connects(message, words, heard | (told if message.role == "assistant" else known)):
                findings.append(Finding(place, "contingency", f"takes up nothing: {message.text[:160]}", 1))
                continue  # what strays does not make the next stray turn connect
        heard = heard.union(words, *(topics(f"{call.tool} {dict(call.arguments)}") for call in message.calls))
    return SubScore(1 - len(findings) / looked_at if looked_at else None, tuple(findings), looked_at)


def _connects(message: Message, words: frozenset[str], known: frozenset[str]) -> bool:
    return len(words) < WORDS[message.role] or len(words & known) >= KNOWN[message.role] * len(words)
