"""A dialogue as turns: all that one speaker says and does until the other speaks, and the words and values in it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal, NamedTuple

from turnwise.scoring.quality.entities import read
from turnwise.scoring.quality.speech import sentences, topics
from turnwise.scoring.quality.transcript import Message, Transcript
from turnwise.values.atoms import Value, disclosed
from turnwise.values.text import normalised, says_something

Content = frozenset[str | Value]
"""Content words and values."""

_NAME = re.compile(r"(?<![.!?:\n*-] )(?<!\A)(?<!\n)\b[A-Z][\w'-]+")
_LONGEST_NAME = 6
"""words"""
_SPELLINGS = frozenset(
    [
        "usd",
        "eur",
        "gbp",
        "dolla",
        "euro",
        "euros",
        "pound",
        "janua",
        "febru",
        "march",
        "april",
        "may",
        "june",
        "july",
        "augus",
        "septe",
        "octob",
        "novem",
        "decem",
    ]
)
"""Parts of amounts and days that not every way to write them has, cut as topics are."""


class Turn(NamedTuple):
    """What one speaker says and does until the other speaks."""

    role: Literal["user", "assistant"]
    place: int
    """of its first message in the transcript"""
    messages: tuple[Message, ...]
    said: Content
    """what it says, without courtesy"""
    work: Content
    """what is called and returned in it"""

    @property
    def text(self) -> str:
        """Its words."""
        return "\n".join(
            message.text for message in self.messages if message.role != "tool" and says_something(message.text)
        )

    @property
    def results(self) -> tuple[str, ...]:
        """What its calls returned, but for errors."""
        return tuple(message.text for message in self.messages if message.role == "tool" and not message.error)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The values that its calls were given."""
        return tuple(leaf for message in self.messages for leaf in arguments(message))


def turns(transcript: Transcript) -> tuple[Turn, ...]:
    """The turns of a transcript; users and assistants take them by turns, and tools belong to the assistant's."""
    found = []
    messages = enumerate(transcript.messages)
    for by_user, group in groupby(messages, lambda numbered: numbered[1].role == "user"):
        numbered = tuple(group)
        part = tuple(message for _, message in numbered)
        said = [content(message.text) for message in part if message.role != "tool"]
        work = [everything(message.text) for message in part if message.role == "tool"]
        work += [everything(f"{call.tool} {dict(call.arguments)}") for message in part for call in message.calls]
        place = numbered[0][0]
        found.append(Turn("user" if by_user else "assistant", place, part, _joined(said), _joined(work)))
    return tuple(found)


@lru_cache(maxsize=8192)
def everything(text: str) -> Content:
    """The content words and values of a text, however amounts and days are written."""
    values = {value for value in disclosed([text]) if value[0] != "day"}
    return frozenset(word for word in topics(text) - _SPELLINGS if not any(map(str.isdigit, word))) | values


@lru_cache(maxsize=8192)
def content(text: str) -> Content:
    """The content words and values of a text but for sentences that hold no two of them: those are courtesy."""
    return _joined([part for sentence in sentences(text) if len(part := everything(sentence)) > 1])


@lru_cache(maxsize=16384)
def words(text: str) -> Content:
    """Every word and every value of a text."""
    return frozenset(normalised(text.replace("_", " ")).split()) | disclosed([text])


@lru_cache(maxsize=8192)
def given(text: str) -> Content:
    """The values that a person's text gives: ids, dates, times, numbers that are not small, and the words of names."""
    values = {
        value for value in disclosed([text]) if value[0] != "day" and (value[0] != "number" or float(value[1]) > 12)
    }
    names = {word for match in _NAME.finditer(text) for word in normalised(match.group()).split() if len(word) > 2}
    return frozenset(values) | names


@lru_cache(maxsize=8192)
def mentioned(text: str) -> Content:
    """The ids in a text, and every phrase that could be a name."""
    said = normalised(text).split()
    phrases = {
        " ".join(said[n : n + size]) for size in range(2, _LONGEST_NAME + 1) for n in range(len(said) - size + 1)
    }
    return frozenset(value for value in disclosed([text]) if value[0] == "id") | phrases


@lru_cache(maxsize=8192)
def named(text: str) -> Content:
    """The ids in a text and, where it is JSON, the names of its things."""
    names = {name for entity in read(text).entities for name in entity.names if isinstance(name, str)}
    return frozenset(value for value in disclosed([text]) if value[0] == "id") | names


def is_heard(mark: str | Value, heard: Content | set[str | Value]) -> bool:
    """Whether a value, or every word of a name, is among what was heard."""
    return heard.issuperset(mark.split()) if isinstance(mark, str) else mark in heard


def arguments(message: Message) -> tuple[str, ...]:
    """The values in the arguments of a message's calls."""
    return tuple(leaf for call in message.calls for leaf in _leaves(dict(call.arguments)))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _joined(parts: list[Content]) -> Content:
    return frozenset().union(*parts)
