"""Whether calls work, and what becomes of those that do not."""

import json
import re

from turnwise.scoring.quality.transcript import Exchange, Finding, SubScore, Transcript
from turnwise.values.text import normalised

_NOTHING_FOUND = re.compile(
    r"(?i)\bnot (?:be )?found\b|\bno such\b|\bdoes(?: not|n't) exist\b|\bno \w+ (?:with|named|matches)\b"
)


def tool_validity(transcript: Transcript) -> SubScore:
    """1 - penalty / distinct calls. A call that failed costs 1, or a half when its tool succeeds later.

    One that never got a result costs 1. A lookup by what the user said that finds nothing, or names it in its error, is no failure,
    and neither is an empty result.
    """
    exchanges = [exchange for exchange in transcript.exchanges if exchange.called_at >= transcript.start]
    if not exchanges:
        return SubScore(None)
    findings = []
    penalty = 0.0
    for number, exchange in enumerate(exchanges):
        if exchange.result is not None and (not exchange.result.error or _looked_in_vain(exchange, transcript)):
            continue
        later = [other for other in exchanges[number + 1 :] if other.call.tool == exchange.call.tool]
        mended = any(other.succeeded for other in later)
        penalty += 0.5 if mended and exchange.result is not None else 1
        said = exchange.result.text if exchange.result else "no result"
        severity = 3 if exchange.result is None else 1 if mended else 2
        findings.append(
            Finding(exchange.called_at, "tool_validity", f"{exchange.call.tool} failed: {said[:160]}", severity)
        )
    distinct = {(e.call.tool, json.dumps(dict(e.call.arguments), sort_keys=True, default=str)) for e in exchanges}
    return SubScore(max(0.0, 1 - penalty / len(distinct)), tuple(findings), len(distinct))


def _looked_in_vain(exchange: Exchange, transcript: Transcript) -> bool:
    """Whether a lookup by what the user said found nothing: the call was right, and what was said was not."""
    assert exchange.result is not None
    said = exchange.result.text
    named = any(str(value) in said for value in exchange.call.arguments.values() if len(str(value)) > 3)
    if exchange.call.tool in transcript.writes or not (named or _NOTHING_FOUND.search(said)):
        return False
    heard = " ".join(normalised(m.text) for m in transcript.messages[: exchange.called_at] if m.role == "user")
    given = exchange.call.arguments.values()
    return bool(given) and all(f" {normalised(str(value))} " in f" {heard} " for value in given)
