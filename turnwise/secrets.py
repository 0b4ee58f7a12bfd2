"""Keys and passwords. Those that a run is given are known, so that no log, report or message repeats them.

    note_secrets({"api_key": "sk-...", "base_url": "https://me:password@host/v1"})
    hidden("Incorrect API key provided: sk-...")       # "Incorrect API key provided: ***"
    without_secrets({"user": "ada", "password": "x"})  # {"user": "ada", "password": "***"}

Those in the environment are known by the names of their variables, those in other people's data by the names of their
fields and by how they look.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MASK = "***"
_NAMED = re.compile(
    r"(?i)(?:^|[_\W])(?:pass(?:word|wd|phrase)?|pwd|secret|(?<!page_)(?<!next_)(?<!sync_)token|api[_\-]?key|apikey|"
    r"access[_\-]?key|private[_\-]?key|authorization|auth|credentials?|cookie)$"
)
_KEY = re.compile(r"(?i)(?:^|[_\W])key$")
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TEXTS = (
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), MASK),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w\-.~+/]{12,}=*"), rf"\1 {MASK}"),
    (re.compile(r"\b(?:sk|pk|rk)[-_][\w\-]{16,}|\b(?:gh[pousr]|glpat|xox[abprs])[-_][\w\-]{16,}|\bgithub_pat_\w{20,}"), MASK),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w\-]{30,}|\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]+"), MASK),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL), MASK),
    (re.compile(r"(?i)([?&](?:api[_\-]?key|key|(?:access_)?token|secret|password|sig|signature)=)[^&#\s]+"), rf"\1{MASK}"),
)  # fmt: skip
_SHORTEST = 8
"""Characters: what is shorter is a word such as "none" or "dummy", and would be found everywhere."""
_SHORTEST_GIVEN = 6
"""Characters: of what a service was given, which is known to be secret."""
_FOLDERS = ("PWD", "OLDPWD")
"""Variables of the shell that hold no password: where it stands, and stood."""

_known: set[str] = set()


def note_secrets(given: Any) -> None:
    """Remember what is secret in settings, by their names, and in URLs."""
    _known.update(value for value in _found(given, secret=False) if len(value) >= _SHORTEST)


def is_secret(name: str, *, given: bool = False) -> bool:
    """Whether a field of this name holds a secret: `apiKey`, `db_password`.

    Args:
        given: it is a setting or a variable of the environment, where any key is one.
    """
    name = _SPLIT.sub("_", name.strip("-"))
    return bool(_NAMED.search(name) or (given and _KEY.search(name)))


def hidden(text: str) -> str:
    """A text in which nothing is left of what is secret."""
    for secret in _secrets():
        text = text.replace(secret, MASK)
    return text


def hidden_bytes(raw: bytes) -> bytes:
    """The same for a text in UTF-8."""
    for secret in _secrets():
        if (known := secret.encode("utf-8", "replace")) in raw:
            raw = raw.replace(known, MASK.encode())
    return raw


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
        value = value.replace(secret, MASK) if len(secret) >= _SHORTEST_GIVEN else value
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


def _secrets() -> list[str]:
    given = ((name, value) for name, value in os.environ.items() if name.upper() not in _FOLDERS)
    named = {value for name, value in given if is_secret(name, given=True) and len(value) >= _SHORTEST}
    return sorted(_known | named, key=lambda secret: (-len(secret), secret))


def _found(given: Any, secret: bool) -> Iterator[str]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            yield from _found(value, secret or is_secret(str(name), given=True))
    elif isinstance(given, list | tuple):
        for before, value in zip(("", *given), given, strict=False):
            option, equals, rest = str(value).partition("=")
            if equals and option.startswith("-") and is_secret(option, given=True):  # --api-key=...
                yield rest
            yield from _found(value, secret or (str(before).startswith("-") and is_secret(str(before), given=True)))
    elif isinstance(given, str):
        if secret:
            yield from (given, *given.split())  # "Bearer sk-..."
        if "://" in given:
            yield from _in_url(given)


def _in_url(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return
    if password:
        yield from (password, unquote(password))
    yield from (value for name, value in parse_qsl(parts.query) if is_secret(name, given=True))
