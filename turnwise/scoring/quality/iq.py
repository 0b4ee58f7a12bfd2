"""The nine sub-scores together: `iq_core` and `iq`, defects per 100 opportunities, and every finding."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from turnwise.scoring.quality.claim_action import claim_action
from turnwise.scoring.quality.closure import closure
from turnwise.scoring.quality.consent import consent
from turnwise.scoring.quality.contingency import contingency
from turnwise.scoring.quality.economy import economy
from turnwise.scoring.quality.grounding import grounding
from turnwise.scoring.quality.pacing import pacing
from turnwise.scoring.quality.tool_validity import tool_validity
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.scoring.quality.user_integrity import user_integrity

CORE: Mapping[str, Callable[[Transcript], SubScore]] = {
    "grounding": grounding,
    "claim_action": claim_action,
    "consent": consent,
    "economy": economy,
    "tool_validity": tool_validity,
    "contingency": contingency,
    "closure": closure,
    "user_integrity": user_integrity,
}
SUB_SCORES: Mapping[str, Callable[[Transcript], SubScore]] = {**CORE, "pacing": pacing}
"""The sub-scores by name. The last is what the two paradigms differ in by construction, so `iq_core` leaves it out."""


class Quality(NamedTuple):
    sub_scores: dict[str, SubScore]
    iq_core: float | None
    """mean of the sub-scores that apply, pacing left out: the one to compare paradigms by"""
    iq: float | None
    """mean of all sub-scores that apply"""
    defects_per_100: float | None
    """findings per 100 opportunities: where a good agent's means sit near their ceiling, this still tells agents apart"""
    findings: tuple[Finding, ...]
    """in the order of the dialogue"""

    @property
    def values(self) -> dict[str, float | None]:
        """Every number by name; None where it does not apply."""
        sub_scores = {name: sub_score.value for name, sub_score in self.sub_scores.items()}
        return {"iq_core": self.iq_core, "iq": self.iq, "defects_per_100": self.defects_per_100, **sub_scores}


def quality(transcript: Transcript) -> Quality:
    found = {name: score(transcript) for name, score in SUB_SCORES.items()}
    findings = sorted((f for sub_score in found.values() for f in sub_score.findings), key=lambda f: f.message)
    opportunities = sum(sub_score.opportunities for sub_score in found.values())
    return Quality(
        found,
        _mean([found[name].value for name in CORE]),
        _mean([sub_score.value for sub_score in found.values()]),
        100 * len(findings) / opportunities if opportunities else None,
        tuple(findings),
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
