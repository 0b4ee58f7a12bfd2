"""Keys and passwords that a run is given: known, so that no log, report or message repeats them.

    note_secrets({"api_key": "sk-...", "base_url": "https://me:password@host/v1"})
    hidden("Incorrect API key provided: sk-...")   # "Incorrect API key provided: ***"

Those in the environment are known by the names of their variables.
"""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_NAME = re.compile(
    r"(?:^|[_\W])(?:api_?key|key|token|secret|passw(?:or)?d|pwd|credentials?|authorization|cookie|auth)$", re.IGNORECASE
)
_SHORTEST = 8
"""Characters: what is shorter is a word such as "none" or "dummy", and would be found everywhere."""
_HIDDEN = "***"
_FOLDERS = ("PWD", "OLDPWD")
"""Variables of a shell that are named as passwords are, and are none."""

_known: set[str] = set()


def note_secrets(given: Any) -> None:
    """Remember what is secret in settings, by their names, and in URLs."""
    _known.update(value for value in _found(given, secret=False) if len(value) >= _SHORTEST)


def is_secret(name: str) -> bool:
    """Whether what has this name is not for others to read."""
    return bool(_NAME.search(name))


def hidden(text: str) -> str:
    """A text in which nothing is left of what is secret."""
    for secret in _secrets():
        text = text.replace(secret, _HIDDEN)
    return text


def hidden_bytes(raw: bytes) -> bytes:
    """The same for a text in UTF-8."""
    for secret in _secrets():
        if (known := secret.encode("utf-8", "replace")) in raw:
            raw = raw.replace(known, _HIDDEN.encode())
    return raw


def _secrets() -> list[str]:
    named = {
        value
        for name, value in os.environ.items()
        if len(value) >= _SHORTEST and name not in _FOLDERS and is_secret(name)
    }
    return sorted(_known | named, key=lambda secret: (-len(secret), secret))


def _found(given: Any, secret: bool) -> Iterator[str]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            yield from _found(value, secret or is_secret(str(name)))
    elif isinstance(given, list | tuple):
        for before, value in zip(("", *given), given, strict=False):
            option, equals, rest = str(value).partition("=")
            if equals and option.startswith("-") and is_secret(option):  # --api-key=...
                yield rest
            yield from _found(value, secret or (str(before).startswith("-") and is_secret(str(before))))
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
    yield from (value for name, value in parse_qsl(parts.query) if is_secret(name))
