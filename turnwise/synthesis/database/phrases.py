"""The lists of `phrases.yaml`: what columns and tables are called. Knows no columns."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def lists() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text("utf-8"))
    return loaded


@cache
def phrases(name: str) -> frozenset[str]:
    """A list by its name or, by a kind of text, the labels of that kind."""
    text: str = lists()["labels"].get(name) or lists()[name]
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


@cache
def is_about(text: str, name: str) -> bool:
    """Whether a text holds a phrase of a list, word for word."""
    parts = text.lower().split()
    runs = {" ".join(parts[at : at + size]) for size in (1, 2, 3, 4) for at in range(len(parts))}
    return not runs.isdisjoint(phrases(name))
