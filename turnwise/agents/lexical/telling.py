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
    return sentence(
        listed(
            [f"the {label}{'' if place else f' of {subject}'} is {said}" for place, (label, said) in enumerate(found)]
        )
    )


def entities(noun: str, found: Sequence[Entity]) -> str:
    """`There are 2 albums: A and B.`"""
    if not found:
        return f"I found no {plural(noun)} like that."
    names = listed([entity.name or str(entity.id) for entity in found])
    return sentence(f"the {noun} is {names}" if len(found) == 1 else f"there are {len(found)} {plural(noun)}: {names}")


def result(returned: Any) -> str:
    """Whatever a tool returned, in words."""
    if isinstance(returned, dict):
        return sentence("; ".join(f"{key.replace('_', ' ')}: {value(held)}" for key, held in returned.items()))
    if isinstance(returned, list):
        return sentence(", ".join(result(item).rstrip(".") for item in returned[:10]) or "nothing was found")
    return sentence(str(returned))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def joined(parts: Iterable[str]) -> str:
    """Several sentences as one reply."""
    return " ".join(sentence(part) for part in parts if part)
