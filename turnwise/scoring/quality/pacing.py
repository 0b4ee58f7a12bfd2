"""Pacing: whether the user tells what it wants bit by bit."""

import re
from collections.abc import Sequence

from turnwise.scoring.quality.transcript import SubScore, Transcript
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions

_FULL = 0.6
"""share of the facts told after the first message that is as good as all of them"""
_FEWEST = 3

_NAME = re.compile(r"(?<![.!?:] )(?<!\A)\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
_NO_NAME = frozenset({"You", "Your", "If", "The", "Then", "But", "And", "It", "They", "He", "She", "We", "Do", "Be"})


def pacing(transcript: Transcript) -> SubScore:
    """min(1, PAC / 0.6), where PAC = 1 - (goal facts stated in the first user message) / (goal facts ever stated).

    The facts of a goal are what only the user knows; where that is not known one by one, the atoms and the capitalised
    names of the instruction. None when fewer than three are ever stated, and where a dialogue was taken up at a turn of
    another: it has no first message.
    """
    later, disclosed = _disclosed(transcript)
    return SubScore(
        None if later is None else min(1.0, later / _FULL), opportunities=disclosed if later is not None else 0
    )


def disclosed_later(transcript: Transcript) -> float | None:
    """PAC: the share of the goal facts that the user states at all and not yet in the first message; None when few."""
    return _disclosed(transcript)[0]


def disclosed_later_per_goal(transcript: Transcript, goals: Sequence[Sequence[str]]) -> float | None:
    """PAC goal by goal: of the facts of each goal, those not yet in the first message that states any of them."""
    said = [message.text for message in transcript.messages if message.role == "user"]
    disclosed = later = 0
    for facts in goals:
        stated = [fact for fact in dict.fromkeys(facts) if any(mentions(text, fact) for text in said)]
        first = next((text for text in said if any(mentions(text, fact) for fact in stated)), "")
        disclosed += len(stated)
        later += sum(not mentions(first, fact) for fact in stated)
    return later / disclosed if disclosed >= _FEWEST and not transcript.start else None


def _disclosed(transcript: Transcript) -> tuple[float | None, int]:
    said = [message.text for message in transcript.messages if message.role == "user"]
    facts = transcript.facts if transcript.facts is not None else _facts(transcript.instruction)
    disclosed = [fact for fact in facts if any(mentions(text, fact) for text in said)]
    if len(disclosed) < _FEWEST or transcript.start:
        return None, len(disclosed)
    at_once = sum(mentions(said[0], fact) for fact in disclosed)
    return 1 - at_once / len(disclosed), len(disclosed)


def _facts(instruction: str) -> tuple[str, ...]:
    found = [atom.text for atom in atoms(instruction)]
    words = instruction
    for atom in atoms(instruction):
        words = words[: atom.start] + "\n" * (atom.end - atom.start) + words[atom.end :]
    found += [match.group() for match in _NAME.finditer(words) if match.group() not in _NO_NAME]
    return tuple(dict.fromkeys(found))
