"""Each behaviour shows its trait in nearly every dialogue of two goals with an assistant that does its work, and no other does."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from statistics import fmean, median

import pytest
from inspect_ai.model import ChatMessageUser

import turnwise
from turnwise.users.fingerprint import is_polite

WORLDS = ("bike_workshop", "city_library", "concert_hall", "housing_association")
_POLITE_WORDS = r"\b(?:could you|would you|i'd like|please|thank\w*|great|perfect|nice|lovely)\b|!"
_HURRY = r"\b(?:hurry|minute|quick|quickly|now|wait long|all day|move on|get on with|speed|just|off|gotta|finally|too long)\b"
_PRESSURE = r"\b(?:urgent|can't wait|right away|right now|straight away|waiting|be done|done now|today|answer|have that|how long|you can see|no problem|get on|just do it|no for an answer|do it now|have that now|know now)\b"
_PUTS_RIGHT = r"\b(?:sorry|oops|i meant|was thinking of|not right|wrong|actually, (?:make|it's|let)|on second thought|instead|mistake)\b"
_STRAYS = r"\b(?:weather|coffee|train|phone keeps|colleague|of those days|what a day|everything going on)\b"
_BEYOND = r"\b(?:ring|letter|print|remind|fax|by post|calendar)\b"
_NEW_HERE = r"\b(?:right place|good with |in the \w+ place|used one of these|bear with me|do this myself|write here|ask something)"
_AGAIN = r"\b(?:leave it|keep it|go ahead|do it)\b"


def _times(pattern: str, said: Sequence[str]) -> int:
    return sum(re.search(pattern, message, re.I) is not None for message in said)


def _words(said: Sequence[str]) -> float:
    return median(len(message.split()) for message in said)


def _takes_back(said: Sequence[str]) -> bool:
    """Waits once, and in the next message lets it be."""
    pairs = pairwise(said)
    return any(_times(r"\b(?:wait|hold on|hang on)\b", [a]) and _times(_AGAIN, [b]) for a, b in pairs)


SHOWN: dict[str, Callable[[Sequence[str]], bool]] = {
    "vague": lambda said: _times(r"\babout an? \w+", said[:1]) == 1 and len(said[0].split()) < 14,
    "impatient": lambda said: _times(_HURRY, said) > 1 and _words(said) < 20 and not _times(r"\bthank", said),
    "corrects_often": lambda said: _times(_PUTS_RIGHT, said) > 0,
    "digressing": lambda said: _times(_STRAYS, said) > 0,
    "terse": lambda said: _words(said) < 12 and _times(_POLITE_WORDS, said) < 2 and _times(r" (?:the|an?) [a-z]", said) <= len(said) / 3,
    "pushy": lambda said: _times(_PRESSURE, said) > 1,
    "changes_consent": _takes_back,
    "wants_the_impossible": lambda said: _times(_BEYOND, said) > 0,
    "low_tech": lambda said: _times(_NEW_HERE, said[:2]) > 0,
    "polite_verbose": lambda said: fmean(map(is_polite, said)) > 0.6 and _words(said) > 11,
}  # fmt: skip


@pytest.fixture(scope="module")
def said_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[list[str]]]:
    """What users of a behaviour say to the oracle, dialogue by dialogue, in all four worlds; the goals are delivered."""

    @cache
    def held(behaviour: str) -> list[list[str]]:
        said: list[list[str]] = []
        for seed, world in enumerate(WORLDS):
            logs = tmp_path_factory.mktemp("logs")
            run = turnwise.run(world, agent="oracle", behaviour=behaviour, scenarios=2, seed=seed, log_dir=logs)
            assert all(turnwise.score(dialogue)["success"] == 1.0 for dialogue in run)
            said += [[m.text for m in dialogue.messages if isinstance(m, ChatMessageUser)] for dialogue in run]
        return said

    return held


@pytest.mark.parametrize("behaviour", SHOWN)
def test_a_behaviour_shows_its_trait(behaviour: str, said_by: Callable[[str], list[list[str]]]) -> None:
    assert fmean(map(SHOWN[behaviour], said_by(behaviour))) >= 0.8
    assert fmean(map(SHOWN[behaviour], said_by("user_oriented"))) <= 0.5
