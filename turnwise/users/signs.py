"""How assistants put things: the signs and words of hearing.yaml."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(files("turnwise.users").joinpath("hearing.yaml").read_text("utf-8"))
    return loaded


@cache
def _sign(name: str) -> re.Pattern[str]:
    found = _file()[name]
    return re.compile("|".join([found] if isinstance(found, str) else found), re.I)


@cache
def words_in(name: str) -> frozenset[str]:
    """A list of words of hearing.yaml."""
    return frozenset(_file()[name].split())


def talk() -> frozenset[str]:
    """The words of any question, which say nothing of what it asks for."""
    return words_in("talk")


def sign(name: str, text: str) -> re.Match[str] | None:
    """Where a text puts something in one of the ways of hearing.yaml."""
    return _sign(name).search(text)


def has_verb(sentence: str) -> bool:
    """Whether a question has a verb, so that it is more than a name said back."""
    return sign("has_verb", sentence) is not None


def is_question(sentence: str) -> bool:
    """Whether a sentence ends in a question mark, whatever closes after it."""
    return sentence.rstrip("\"') ").endswith("?")
