"""Whether calls work, and what becomes of those that do not."""

import json
import re

from turnwise.scoring.quality.transcript import Exchange, Finding, SubScore, Transcript
from turnwise.values.atoms import signed_numbers
from turnwise.values.text import normalised, says_something

_TROUBLE = re.compile(
    r"n't\b|n’t\b|\b(?:not|no|cannot|unable|fail\w*|errors?|issues?|problems?|unfortunately|apolog\w*|sorry|invalid|incorrect"
    r"|wrong|oversight|mistake|discrepanc\w*|declined?|rejected|refused|already|must|again|retry|instead|however|trouble)\b",
    re.I,
)


def tool_validity(transcript: Transcript) -> SubScore:
    """1 - penalty / distinct calls. A call that failed costs 1, or a half when its tool succeeds later.

    One that never got a result, or whose failure the assistant neither mentions nor tries to mend, costs 1: the user
    is left to believe that it worked. An empty result is no failure.
    """
    exchanges = [exchange for exchange in transcript.exchanges if exchange.called_at >= transcript.start]
    if not exchanges:
        return SubScore(None)
    findings = []
    penalty = 0.0
    for number, exchange in enumerate(exchanges):
        if exchange.result is not None and not exchange.result.error:
            continue
        later = [other for other in exchanges[number + 1 :] if other.call.tool == exchange.call.tool]
        mended = any(other.result is not None and not other.result.error for other in later)
        silent = exchange.result is None or not (_retried(exchange, later) or _mentioned(exchange, transcript))
        penalty += 0.5 if mended and not silent else 1
        said = exchange.result.text if exchange.result else "no result"
        evidence = f"{exchange.call.tool} failed{' and was passed over' if silent else ''}: {said[:160]}"
        findings.append(Finding(exchange.called_at, "tool_validity", evidence, 3 if silent else 1 if mended else 2))
    distinct = {(e.call.tool, json.dumps(dict(e.call.arguments), sort_keys=True, default=str)) for e in exchanges}
    return SubScore(max(0.0, 1 - penalty / len(distinct)), tuple(findings), len(distinct))


def _retried(exchange: Exchange, later: list[Exchange]) -> bool:
    """Whether the tool was called again for the same thing: a value of the arguments stays, or there is but one to change."""
    values = _values(exchange)
    return any(values & _values(other) or len(exchange.call.arguments) < 2 for other in later)


def _values(exchange: Exchange) -> set[str]:
    return {json.dumps(value, sort_keys=True, default=str) for value in exchange.call.arguments.values()}


def _mentioned(exchange: Exchange, transcript: Transcript) -> bool:
    """Whether the assistant's next words to the user speak of trouble, or pass on a number or the words of the error."""
    assert exchange.result is not None
    reply = next(
        (
            m.text
            for m in transcript.messages[exchange.called_at + 1 :]
            if m.role == "assistant" and says_something(m.text)
        ),
        "",
    )
    error = exchange.result.text
    shared = {word for word in normalised(error).split() if len(word) > 4} & set(normalised(reply).split())
    return (
        bool(_TROUBLE.search(reply)) or bool(set(signed_numbers(error)) & set(signed_numbers(reply))) or len(shared) > 2
    )
