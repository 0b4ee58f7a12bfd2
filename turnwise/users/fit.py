"""The dials of a behaviour, read off what people said to an assistant. Knows transcripts as turns, and no model.

    dials = fit(dialogues)                  # dialogues of (role, text) turns
    Behaviour(name="mine", **dials)

Only what shows in transcripts is fitted: how a person would have talked to another assistant is not known.
"""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import yaml

from turnwise.errors import BehaviourError
from turnwise.users.behaviour import Behaviour
from turnwise.users.fingerprint import SHORT, is_polite
from turnwise.values.text import normalised, says_something

FEWEST = 50
"""user turns below which a rate of one in ten is known to no better than a factor of two"""

Turn = tuple[Literal["user", "assistant"], str]
_WISH = re.compile(
    r"\?|\b(?:can|could|would|will) you\b|\b(?:i|we)(?:'d| would)? (?:really )?(?:want|need|like|have to|must|wish)\b|\bplease\b"
    r"|\b(?:i'm|i am|im) (?:looking|trying|hoping|wondering)\b|\blet me know\b|\bhow about\b|\b(?:should|has to|needs to) be\b|\bnew \w+ (?:called|for|with|\w+)\b|(?:^|[.!,;:] )(?:and )?need\b"
    r"|(?:^|[.!,;:] |\b(?:and|then|also|now) )(?:add|book|cancel|change|check|create|delete|enter|exchange|find|get|give|list|look|lower|make"
    r"|mark|move|order|put|raise|register|remove|return|send|set|show|start|take|tell|update|what|when|where|which|who|how)\b",
    re.I,
)
_CORRECTION = re.compile(
    r"\b(?:(?:i (?:mean|meant)|i was thinking of|my mistake|scratch that|correction|should have (?:said|been)|make (?:that|it)"
    r"|on second thoughts?)\b|(?:actually|wait|hold on|sorry),? (?:(?:it's|let's|i need|not|make|no)\b|[^.?!]*\bshould be\b))"
    r"|\binstead\W*$",
    re.I,
)
_DOUBLE_CHECK = re.compile(
    r"\b(?:did (?:that|it|this) (?:go through|work|save)|(?:is|was|has) (?:that|it|this|the|everything)(?: \w+)? (?:been |now )*(?:saved|done|in|updated|changed|recorded)"
    r"|can you confirm (?:that|it|the)|just (?:to be sure|checking)|double.?check|are you sure (?:that|it)(?:'s| is| was))\b",
    re.I,
)
_REACTION = re.compile(
    r"^\W*(?:(?:oh|ah|so|well|yes|yeah|right|ok|okay),? )*(?:ok|okay|thanks?|thank you|thx|great|good|perfect|lovely|nice|cool|fine|right|sure|alright|all right|brilliant"
    r"|excellent|wonderful|awesome|interesting|noted|understood|got it|i see|glad|that's|that is|so that's|so it's|hm+|cheers|very good)\b",
    re.I,
)
_COURTESY = re.compile(r"\b(?:anything|something) (?:else|more)\b|\bhow (?:can|may) i\b|\bfurther\b", re.I)
_REPORT = re.compile(
    r"\b(?:done|all set|taken care of|(?:has|have) been|i(?:'ve| have) (?:now |just )?\w+ed|is now|are now|successfully)\b",
    re.I,
)
_VALUE = re.compile(r"\d|@|[\"“”]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[a-z]{4,}")
_OCCASIONS = {"pairs": 0.38, "second_thoughts": 0.3, "double_checks": 0.25, "typos": 0.33}
"""Dials that are chances where there is an occasion: how many of what is counted here are one, in dialogues of our own user
on the bundled worlds. Divided by it, the dial brings about the rate that was counted."""
_ALIKE = 0.5
"""share of the words of the shorter of two wishes that both have, from which on one asks for the same again"""
_FREQUENT = 5
"""times a word comes that another may be a slip of"""


class Fitted(NamedTuple):
    """Dials, and what they rest on."""

    dials: dict[str, Any]
    dialogues: int
    turns: int


def fit(dialogues: Sequence[Sequence[Turn]]) -> Fitted:
    """The dials that show in some dialogues.

    politeness: share of wishes that are polite. brevity: twice the share of turns that begin with a small letter, as
    style has it, or the share of short turns over 29%, whichever is more. acknowledges: share of turns between the first and the last
    wish that only react, where nothing was asked of them. feedback: share of wishes after the first that begin with a
    reaction. pairs: share of them that hold two. second_thoughts: corrections per wish. double_checks: per report
    of something done. typos: words that are one slip from a frequent one, over all. patience: how often a wish that was
    asked again was asked again, the upper quartile. details: upfront where most is said at once, on_request where most answers questions.

    Raises:
        BehaviourError: there are too few turns for rates.
    """
    told = [[turn for turn in turns if says_something(turn[1])] for turns in dialogues]
    told = [turns for turns in told if any(role == "user" for role, _ in turns)]
    seen = [placed for turns in told for placed in _placed(turns)]
    said = [one.text for one in seen]
    if len(said) < FEWEST:
        raise BehaviourError(
            f"there are {len(said)} user turns in {len(told)} dialogues, and a behaviour takes {FEWEST}: "
            "a rate such as one turn in ten would be chance"
        )
    wishes = [one for one in seen if one.wish]
    free = [one for one in seen if one.after_answer and not one.last]
    reports = sum(role == "assistant" and _REPORT.search(text) is not None for turns in told for role, text in turns)
    dials: dict[str, Any] = {
        "politeness": _rate(is_polite(one.text) for one in wishes),
        "brevity": min(1.0, 2 * _rate(text.lstrip()[0].islower() for text in said if text.lstrip()[0].isalpha())),
        "acknowledges": _rate(not one.wish and not _VALUE.search(one.text) for one in free),
        "feedback": _rate(_REACTION.search(one.text) is not None for one in free if one.wish),
        "pairs": _rate(_wishes_in(one.text) > 1 for one in wishes),
        "second_thoughts": _ratio(sum(_CORRECTION.search(one.text) is not None for one in seen), len(wishes)),
        "double_checks": _ratio(sum(_DOUBLE_CHECK.search(text) is not None for text in said), reports),
        "details": _details(seen),
        "typos": _typos(said),
    }
    dials |= {dial: round(min(1.0, dials[dial] / share), 3) for dial, share in _OCCASIONS.items()}
    if (patience := _patience(told)) is not None:
        dials["patience"] = patience
    return Fitted(dials, len(told), len(said))


class _Placed(NamedTuple):
    """A turn of the user, and where it stands."""

    text: str
    wish: bool
    asked: bool
    """the assistant asked something before it, an offer of help aside"""
    after_answer: bool
    """the user's last turn was a wish, and the assistant asked nothing back"""
    last: bool
    """no wish comes after it"""


def _placed(turns: Sequence[Turn]) -> Iterator[_Placed]:
    last = max((n for n, (role, text) in enumerate(turns) if role == "user" and _WISH.search(text)), default=-1)
    asked = False
    before: bool | None = None
    for place, (role, text) in enumerate(turns):
        if role == "assistant":
            asked = any(part.endswith("?") and not _COURTESY.search(part) for part in _SENTENCE.split(text.strip()))
            continue
        wish = _WISH.search(text) is not None
        yield _Placed(text, wish, asked, before is True and not asked, place > last)
        before, asked = wish, False


def _wishes_in(text: str) -> int:
    return sum(_WISH.search(part) is not None for part in _SENTENCE.split(text))


def _details(seen: Sequence[_Placed]) -> str:
    """When values come: with the wish, unasked in a later turn, or when they are asked for."""
    holding = [one for one in seen if _VALUE.search(one.text)]
    later = [one for one in holding if not one.wish]
    if 10 * len(later) < len(holding):
        return "upfront"
    return "on_request" if 2 * sum(one.asked for one in later) > len(later) else "gradual"


def _patience(told: Sequence[Sequence[Turn]]) -> int | None:
    """How often a wish is asked again in a row, where it is at all: the upper quartile; None where none ever was."""
    chains = []
    for turns in told:
        before: frozenset[str] = frozenset()
        again = 0
        for text in (text for role, text in turns if role == "user" and _WISH.search(text)):
            words = frozenset(normalised(text).split())
            alike = (
                len(words & before) >= _ALIKE * min(len(words), len(before))
                if min(len(words), len(before)) > SHORT
                else False
            )
            if not alike and again:
                chains.append(again)
            again = again + 1 if alike else 0
            before = words
        chains += [again] if again else []
    return min(10, sorted(chains)[3 * len(chains) // 4]) if chains else None


def _typos(said: Sequence[str]) -> float:
    """Slips by the words that come often, of which a slip is seen: a word that comes once, a letter of it off or swapped."""
    words = [word for text in said for word in _WORD.findall(text.lower())]
    times = Counter(words)
    slips: set[str] = set()
    for word, count in times.items():
        if count >= _FREQUENT:
            slips.update(_slips_of(word))
    slipped = sum(count == 1 and word in slips for word, count in times.items())
    return _ratio(slipped, sum(count for count in times.values() if count >= _FREQUENT))


def _slips_of(word: str) -> Iterator[str]:
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + word[place] + word[place:]
        yield word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def _ratio(part: int, whole: int) -> float:
    return round(min(1.0, part / whole), 3) if whole else 0.0


def _rate(held: Iterable[bool]) -> float:
    values = [float(value) for value in held]
    return round(statistics.fmean(values), 3) if values else 0.0


def behaviour_file(name: str, source: str, fitted: Fitted) -> str:
    """A behaviour as a YAML file, which says what it was made of."""
    rests_on = f"{fitted.dialogues} dialogues and {fitted.turns} user turns of {source}"
    held = {"name": name, "description": f"Fitted to {rests_on}.", **fitted.dials}
    Behaviour.model_validate(held)
    head = f"# Fitted by `turnwise users fit` to {rests_on}.\n# Dials that do not show in transcripts are left as they are.\n"
    return head + yaml.safe_dump(held, sort_keys=False, allow_unicode=True, width=120)
