"""What one dialogue tells of its user, and why it is in no number: from its scores, as the page lists it."""

import math
from collections.abc import Mapping
from typing import Any

from turnwise.logs.scores import values_of
from turnwise.scoring.comparison import FAILED
from turnwise.scoring.measures import Kind

CHECK_NUMBERS: dict[str, tuple[str, Kind]] = {
    "user_ended": ("Ended by a limit or a fault of the user", "rate"),
    "user_pending": ("Stopped with a confirmation pending", "rate"),
    "user_invented": ("An invented or leaked fact", "rate"),
    "user_raised": ("Goals raised of those assigned", "rate"),
    "user_pacing": ("Facts disclosed after the first message", "score"),
    "user_opening": ("Words of the opening message", "count"),
    "user_words": ("Words per user message", "count"),
    "user_short": ("Short user messages", "rate"),
    "user_polite": ("Polite user messages", "rate"),
    "user_fallbacks": ("Messages worded by rules", "rate"),
}
"""What the list says beside each check of `turnwise.scoring.quality.health.health`, by its key."""


def told_of_user(sample: Mapping[str, Any]) -> dict[str, tuple[float | None, float | None]]:
    """What a dialogue adds to each check of the users, and over what, where that is not 1; None where it says nothing.

    A user whom the agent did not serve is not judged by what it did then.
    """
    score = (sample.get("scores") or {}).get("user_health") or {}
    known = {key: _number(found) for key, found in values_of(score).items()}
    served = known if known.get("served") != 0 else {}
    messages, opening = served.get("messages"), str(score.get("answer") or "")
    ended = served.get("ended")
    return {
        "user_ended": (None if ended is None else 1 - ended, None),
        "user_pending": (served.get("pending"), None),
        "user_invented": (known.get("invented"), None),
        "user_raised": (served.get("raised"), served.get("assigned")),
        "user_pacing": (served.get("pacing"), None),
        "user_opening": (float(len(opening.split())) if opening and not known.get("resumed") else None, None),
        "user_words": (served.get("words_per_message"), None),
        "user_short": (served.get("short"), messages),
        "user_polite": (served.get("polite"), messages),
        "user_fallbacks": (known.get("fallbacks"), known.get("messages")),
    }


def out_of_numbers(sample: Mapping[str, Any]) -> str:
    """Why a dialogue is in no number, in the words of `turnwise.logs.runs`."""
    if sample.get("error"):
        return FAILED
    counts = values_of((sample.get("scores") or {}).get("counts") or {})
    return "ended by a fault of the simulation" if counts else "got no score"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None
