"""Secrets in what is kept of a service: values of fields that are named so, and texts that look like keys."""

import re
from collections.abc import Collection, Sequence
from typing import Any

MASK = "***"
_NAMED = re.compile(
    r"(?i)(?:^|[_\-.])(?:pass(?:word|wd|phrase)?|pwd|secret|(?<!page_)(?<!next_)(?<!sync_)token|api[_\-]?key|apikey|"
    r"access[_\-]?key|private[_\-]?key|authorization|auth|credentials?|cookie)$"
)
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TEXTS = (
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), MASK),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w\-.~+/]{12,}=*"), rf"\1 {MASK}"),
    (re.compile(r"\b(?:sk|pk|rk)[-_][\w\-]{16,}|\b(?:gh[pousr]|glpat|xox[abprs])[-_][\w\-]{16,}|\bgithub_pat_\w{20,}"), MASK),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w\-]{30,}|\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]+"), MASK),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL), MASK),
    (re.compile(r"(?i)([?&](?:api[_\-]?key|key|(?:access_)?token|secret|password|sig|signature)=)[^&#\s]+"), rf"\1{MASK}"),
)  # fmt: skip
_SHORTEST = 6


def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret: `apiKey`, `db_password`."""
    return _NAMED.search(_SPLIT.sub("_", name.strip("-"))) is not None


def without_secrets(value: Any, known: Collection[str] = ()) -> Any:
    """JSON in which secrets are masked.

    Args:
        known: texts that are secret wherever they stand; those under six characters are too short to be told from others.
    """
    if isinstance(value, dict):
        return {
            name: MASK if isinstance(inner, str) and inner and is_secret(name) else without_secrets(inner, known)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner, known) for inner in value]
    if not isinstance(value, str):
        return value
    for secret in known:
        value = value.replace(secret, MASK) if len(secret) >= _SHORTEST else value
    for pattern, instead in _TEXTS:
        value = pattern.sub(instead, value)
    return value


def command_without_secrets(command: Sequence[str]) -> list[str]:
    """The parts of a command with secrets masked: `--token X`, `--token=X`, `API_KEY=X`, and texts that look like keys."""
    shown: list[str] = []
    for place, part in enumerate(command):
        name, equals, value = part.partition("=")
        after = command[place - 1] if place else ""
        if equals and value and is_secret(name):
            shown.append(f"{name}={MASK}")
        elif after.startswith("-") and "=" not in after and is_secret(after) and not part.startswith("-"):
            shown.append(MASK)
        else:
            shown.append(without_secrets(part))
    return shown
