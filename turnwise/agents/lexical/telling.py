"""What was found or done, in a sentence: the values asked for, as they are stored."""

from collections.abc import Iterable, Sequence
from typing import Any

from turnwise.agents.lexical.working import Entity
from turnwise.values.words import listed, plural


def value(stored: Any) -> str:
    """A stored value as text: no midnight, and a word for nothing."""
    if stored is None or stored == "":
        return "not recorded"
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if isinstance(stored, list):
        return listed([value(item) for item in stored])
    return str(stored).removesuffix(" 00:00:00")


def fields(subject: str, found: Sequence[tuple[str, str]]) -> str:
    """`The composer of No Futuro is X and the genre is Rock.`"""
    told = [
        f"the {label} of {subject} is {said}" if place == 0 else f"the {label} is {said}"
        for place, (label, said) in enumerate(found)
    ]
    return sentence(listed(told))


def things(noun: str, found: Sequence[Entity]) -> str:
    """`There are 2 albums: A and B.`"""
    if not found:
        return f"I found no {plural(noun)} like that."
    names = listed([thing.name or str(thing.id) for thing in found])
    if len(found) == 1:
        return sentence(f"the {noun} is {names}")
    return sentence(f"there are {len(found)} {plural(noun)}: {names}")


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    ended = text.endswith((".", "?", "!"))
    return f"{text[:1].upper()}{text[1:]}{'' if ended else '.'}"


def joined(parts: Iterable[str]) -> str:
    """Several sentences as one reply."""
    return " ".join(sentence(part) for part in parts if part)
