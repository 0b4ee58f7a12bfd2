"""Whether the dialogue spends calls and words once."""

import json
import re
from collections.abc import Iterator
from typing import Literal

from turnwise.scoring.quality.speech import asks, offers, wants
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.states import mentions
from turnwise.values.text import normalised, says_something

ALIKE = 0.9
"""share of words that two messages have in common from which on they say the same"""
WORDS = 6
"""distinct words below which a message may come again: people say yes and thanks more than once"""
AT_ONCE = 4
"""the same, for an assistant that says again just what it said last, without a look in between"""

_RAW = re.compile(
    r"""[{]\s*(["'])[\w .-]{1,60}\1\s*:\s*(?:["'\[{\d-]|true\b|false\b|null\b|None\b|True\b|False\b)"""
    r"|</?(?:tool_call|tool_response|function_call|function=\w+)>|\[TOOL_CALLS\]"
)
_ASKED_FOR = re.compile(r"\b(?:json|raw (?:data|output|result)|dump|curl|payload|schema)\b", re.I)


def economy(transcript: Transcript) -> SubScore:
    """1 - (calls repeated while nothing had changed + messages said again + raw data) / (calls + messages), at least 0.

    Of the assistant; a message is one with text. Something has changed when a write has succeeded and, for a lookup, when
    the user has spoken: they may have asked again, or for something else of the same record. Raw data is what a
    tool takes or returns in its own notation, which nobody asked for and a person has to read.
    """
    again = [
        Finding(place, "economy", f"said before: {transcript.messages[place].text[:160]}", 1)
        for place in repeated(transcript, "assistant")
    ]
    found = [*_repeated_calls(transcript), *again, *_raw_data(transcript)]
    findings = [finding for finding in found if finding.message >= transcript.start]
    spoken = sum(m.role == "assistant" and says_something(m.text) for m in transcript.messages[transcript.start :])
    looked_at = sum(exchange.called_at >= transcript.start for exchange in transcript.exchanges) + spoken
    value = max(0.0, 1 - len(findings) / looked_at) if looked_at else None
    return SubScore(value, tuple(sorted(findings)), looked_at)


def _repeated_calls(transcript: Transcript) -> Iterator[Finding]:
    changes = 0
    seen: dict[str, tuple[int, int]] = {}
    for call, called_at, result, _ in transcript.exchanges:
        key = f"{call.tool} {json.dumps(dict(call.arguments), sort_keys=True, default=str)}"
        writes = call.tool in transcript.writes
        spoken = 0 if writes else transcript.segment(called_at)
        if seen.get(key) == (changes, spoken):
            yield Finding(called_at, "economy", f"called again with nothing changed: {key[:160]}", 2 if writes else 1)
        if writes and result is not None and not result.error:
            changes += 1
        seen[key] = changes, spoken  # what a write changed itself is no reason to make it again


def _raw_data(transcript: Transcript) -> Iterator[Finding]:
    if any(m.role == "user" and _ASKED_FOR.search(m.text) for m in transcript.messages):
        return
    for place, message in enumerate(transcript.messages):
        if message.role == "assistant" and (raw := _RAW.search(message.text)):
            start = raw.start()
            yield Finding(place, "economy", f"raw data in a reply: {message.text[start : start + 160]}", 2)


def repeated(transcript: Transcript, role: Literal["user", "assistant"]) -> frozenset[int]:
    """Where somebody says what they have said before, or the assistant says at once again what it said last.

    An offer of help to a user who asks for nothing, but says "ok", is none: what else is there to say?
    """
    said: list[frozenset[str]] = []
    last = ""
    wanted: tuple[str, ...] = ()
    idle = False
    found = []
    for place, message in enumerate(transcript.messages):
        if message.role != role:
            last = "" if message.role == "tool" else last
            idle = not wants(message.text) if message.role == "user" else idle
            wanted = message.answers or (wanted if asks(message.text) else ())
            continue
        if role == "assistant" and idle and offers(message.text):
            continue
        text = normalised(message.text)
        words = frozenset(text.split())
        at_once = role == "assistant" and text == last and len(words) >= AT_ONCE
        at_once = at_once and not any(mentions(message.text, answer) for answer in wanted)
        if at_once or (len(words) >= WORDS and any(_same(words, other) for other in said)):
            found.append(place)
        if len(words) >= WORDS:
            said.append(words)
        last = text or last
    return frozenset(found)


def _same(words: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two messages say the same; one about another number or code does not."""
    alike = len(words & other) >= ALIKE * len(words | other)
    return alike and not any(letter.isdigit() for word in words ^ other for letter in word)
