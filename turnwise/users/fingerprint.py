"""How a user talks, as nineteen numbers: style, disclosure, clarification, and the reaction to errors.

    ours = fingerprint([["Hi, where is my order?", "ok", "thanks"], ...])      # the user's turns, dialogue by dialogue
    likeness(ours.means, reference.means).mean                                 # 100 when they are the same

The features are those of Chopra et al., Beyond Cooperative Simulators (arXiv 2605.12894, appendix D) and of the User-Sim
Index (arXiv 2603.11245); the phrases, in fingerprint.yaml, are our own. Knows text only: no goals and no log.
"""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from turnwise.values.text import normalised, says_something

GROUPS: Mapping[str, tuple[str, ...]] = {
    "style": ("words", "short", "polite", "formal", "acknowledgement", "variation", "repetition", "identity_confusion"),
    "disclosure": ("front_loading", "identifiers", "opening"),
    "clarification": ("uncertain", "certain", "pushback", "clarification", "information_seeking"),
    "error_reaction": ("emotion", "accusation", "change_of_strategy"),
}
FEATURES = tuple(feature for group in GROUPS.values() for feature in group)
NO_RATES = ("words", "variation", "identifiers", "opening")
"""Features that are no share of anything."""
SHORT = 3
"""words of a turn that is short"""
_OFTEN = 3
"""times a trigram may come in a dialogue before it is a repetition"""
_IDENTIFIER = re.compile(
    r"[\w.+-]+@[\w-]+\.\w[\w.-]*"
    r"|\b(?=[A-Z0-9]*\d)[A-Z0-9]{6,}\b|\b[A-Z]{6,}\b|\b\d{7,}\b|#[A-Z0-9-]*\d[A-Z0-9-]*|\b[A-Za-z]+[_-]\d{3,}\b"
)


class Fingerprint(NamedTuple):
    """The means of the features over some dialogues; a feature that none of them has is left out."""

    means: dict[str, float]
    dialogues: int


class Likeness(NamedTuple):
    """How alike two fingerprints are."""

    groups: dict[str, float]
    """0 to 100; a group without a feature in both is left out"""
    mean: float | None
    """of the groups"""
    covered: tuple[str, ...]
    """the features that both have"""


def fingerprint(dialogues: Iterable[Sequence[str]]) -> Fingerprint:
    """Every feature averaged over dialogues, each given as the turns of its user; those without words do not count."""
    found = [features(turns) for turns in dialogues if any(map(says_something, turns))]
    known = {feature: [each[feature] for each in found if feature in each] for feature in FEATURES}
    return Fingerprint({name: statistics.fmean(values) for name, values in known.items() if values}, len(found))


def features(turns: Sequence[str]) -> dict[str, float]:
    """The features of one dialogue, of whose turns at least one says something; blank turns are passed over.

    words: mean per turn. variation: standard deviation of the words per turn over their mean; none of a single turn.
    front_loading: words of the first two turns over all. identifiers: codes, long numbers and mail addresses per turn.
    opening: words of the first turn. repetition: share of turns with three words in a row that come more than three times
    in the dialogue. All others: share of turns with at least one match.
    """
    said = [_plain(turn) for turn in turns if says_something(turn)]
    lengths = [len(turn.split()) for turn in said]
    found = {
        "words": statistics.fmean(lengths),
        "short": _share(length <= SHORT for length in lengths),
        "repetition": _repetition(said),
        "front_loading": sum(lengths[:2]) / sum(lengths),
        "identifiers": statistics.fmean(len(_IDENTIFIER.findall(turn)) for turn in said),
        "opening": float(lengths[0]),
    }
    if len(lengths) > 1:
        found["variation"] = statistics.pstdev(lengths) / statistics.fmean(lengths)
    for feature, pattern in _patterns().items():
        found[feature] = _share(pattern.search(turn) is not None for turn in said)
    return found


def is_polite(turn: str) -> bool:
    """Whether a turn thanks, asks kindly or excuses itself."""
    return _patterns()["polite"].search(_plain(turn)) is not None


def dice(one: float, other: float) -> float:
    """2 min(m, h) / (m + h), the Dice coefficient of two sizes: 1 when they are equal, 0 when only one is there."""
    return 2 * min(one, other) / (one + other) if one + other else 1.0


def likeness(means: Mapping[str, float], reference: Mapping[str, float]) -> Likeness:
    """The Dice of every feature that both have, averaged over each group, and these averages averaged, times 100."""
    groups = {}
    for group, names in GROUPS.items():
        if both := [name for name in names if name in means and name in reference]:
            groups[group] = 100 * statistics.fmean(dice(means[name], reference[name]) for name in both)
    covered = tuple(name for name in FEATURES if name in means and name in reference)
    return Likeness(groups, statistics.fmean(groups.values()) if groups else None, covered)


def _plain(turn: str) -> str:
    return turn.replace("’", "'").replace("‘", "'")


def _share(held: Iterable[bool]) -> float:
    return statistics.fmean(map(float, held))


def _repetition(said: Sequence[str]) -> float:
    trigrams = []
    for turn in said:
        words = normalised(turn).split()
        trigrams.append(list(zip(words, words[1:], words[2:], strict=False)))
    times = Counter(trigram for turn in trigrams for trigram in turn)
    return _share(any(times[trigram] > _OFTEN for trigram in turn) for turn in trigrams)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """What a turn is searched for, by the feature that it makes it count for."""
    loaded: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
        files("turnwise.users").joinpath("fingerprint.yaml").read_text("utf-8")
    )
    return {name: _pattern(entry) for group in loaded.values() for name, entry in group.items()}


def _pattern(entry: Mapping[str, Any]) -> re.Pattern[str]:
    if "whole_turn" in entry:
        return re.compile(rf"(?i)^\W*(?:{_any_of(entry['whole_turn'])})(?:\W+(?:{_any_of(entry['whole_turn'])}))*\W*$")
    signs = "|".join(map(re.escape, entry.get("signs", [])))
    phrases = rf"(?<!\w)(?:{_any_of(entry['phrases'])})(?!\w)"
    return re.compile(f"(?i){phrases}|{signs}" if signs else f"(?i){phrases}")


def _any_of(listed: str) -> str:
    phrases = sorted((phrase.strip() for phrase in listed.split(",")), key=len, reverse=True)
    escaped = (re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in phrases)
    return "|".join(phrase.replace("'", "'?") for phrase in escaped)  # people who chat write dont and thats
